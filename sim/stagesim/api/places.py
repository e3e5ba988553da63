"""The folder of a study that is asked for with `out`: what is there already, and what is kept when it is stopped."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from stagesim.api.arguments import folder_at, truth
from stagesim.api.studies import Place
from stagesim.experiments.comparison.compare import Aim, found_before
from stagesim.experiments.executors import Executors
from stagesim.experiments.kept.claim import claimed
from stagesim.experiments.kept.matter import matter_of, refuse_other
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.origin import variant_folders
from stagesim.experiments.size.grow import Known
from stagesim.experiments.size.rules import FixedSize
from stagesim.experiments.study import Plan

Begun = tuple[Executors, dict[str, Known]]
"""Who carries out what is missing, and what there is already."""


@contextmanager
def begun(plans: Mapping[str, Plan], aim: Aim, executors: Executors, out: Place | None, fresh: bool) -> Iterator[Begun]:
    """What there is already in the folder of the results, which nobody else has meanwhile.

    What stops the study leaves the finished sessions in the folder; the same call goes on from there.
    """
    fresh = truth("fresh", fresh)
    if out is None:
        yield executors, {}
        return
    path, least = folder_at("out", out), aim.rule.replications if isinstance(aim.rule, FixedSize) else None
    matter = matter_of({name: plan.results(()) for name, plan in plans.items()})
    folders = {name: path / inner if name else path for name, inner in variant_folders(plans).items()}
    with claimed(path):
        if not fresh:
            refuse_other(path, matter, least)
        sessions, done = Sessions(path, matter, fresh=fresh), False
        try:
            yield replace(executors, sessions=sessions), {} if fresh else found_before(plans, folders)[0]
            done = True
        except KeyboardInterrupt:
            kept = f"{len(sessions)} finished sessions are kept in `{path}`; the same call goes on from there"
            raise KeyboardInterrupt(kept if len(sessions) else "nothing was kept") from None
        finally:
            sessions.remove() if done else sessions.close()
