"""Takes over into a baseline what somebody names, for a reason, and nothing else."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from stagesim.metric_table import WAITS, Wait
from stagesim.metrics import METRICS
from stagesim.testing.baselines.baseline import Acceptance, Baseline, BaselineError
from stagesim.testing.baselines.fit import check_same

T = TypeVar("T")

DECISIONS: Final = "decisions"
"""What `accept` calls the tapes and digests, beside the names of the metrics."""


def accept(old: Baseline, fresh: Baseline, only: Sequence[str], reason: str) -> Baseline:
    """The old baseline with what is named taken over from a fresh one, and nothing else.

    `only` are metrics, patterns such as `time_to_stage_*`, or `decisions`; a share within a time stands for all of its
    kind, since they are told from the same times. Raises BaselineError for an unknown name.
    """
    names = [DECISIONS, *(metric.name for metric in METRICS)]
    for name in only:
        if not fnmatch.filter(names, name) and not any(_named_share(wait, [name]) for wait in WAITS):
            raise BaselineError(f"cannot accept `{name}`\n  hint: possible are {', '.join(names)}")
    if not only or not reason.strip():
        raise BaselineError("expected what is accepted, and a reason\n  hint: `--only time_to_stage_mean --reason ...`")
    check_same(old, fresh.made_by)
    changed = replace(old, accepted=(*old.accepted, Acceptance(tuple(only), reason.strip())))
    if _named(DECISIONS, only):
        changed = replace(
            changed,
            logs=fresh.logs,
            reels=fresh.reels,
            answers=fresh.answers,
            commands=fresh.commands,
            versions=fresh.versions,
            made_by=fresh.made_by,
        )
    timed_anew = [wait.name for wait in WAITS if _named_share(wait, only)]
    return replace(
        changed,
        values={mode: _taken_over(old.values[mode], fresh.values[mode], only) for mode in old.modes},
        times={mode: _taken_over(old.times[mode], fresh.times[mode], timed_anew) for mode in old.modes},
    )


def _named_share(wait: Wait, only: Sequence[str]) -> bool:
    """Whether a share within some time is meant, by its name or by a pattern."""
    begins = f"{wait.words.replace(' ', '_')}_within_"
    return any(name.startswith(begins) or fnmatch.fnmatchcase(f"{begins}1_min", name) for name in only)


def _taken_over(old: Mapping[str, T], fresh: Mapping[str, T], only: Sequence[str]) -> dict[str, T]:
    keys = dict.fromkeys((*old, *fresh))
    taken = {key: fresh if _named(key.split(" @ ")[0], only) else old for key in keys}
    return {key: table[key] for key, table in taken.items() if key in table}


def _named(metric: str, only: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(metric, name) for name in only)
