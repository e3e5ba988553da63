"""Settings that were varied and changed nothing: measured, by sessions that are the same event by event."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.experiments.replications import Job, one
from stagesim.experiments.results import Results
from stagesim.experiments.study import Plan
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.forms.canonical import REMARKS
from stagesim.scenario.reading.loader import load

TRIED: Final = 3
"""Sessions in a mode that are simulated once more without a setting; the first that differs says enough."""


class Unchanged(NamedTuple):
    """What changed nothing in some modes, in so many sessions of each.

    `beside` is the variant that it was compared with, None for the scenario without the setting.
    """

    what: str
    modes: tuple[str, ...]
    sessions: int
    beside: str | None = None


def variants_alike(variants: Mapping[str, Results]) -> Iterator[Unchanged]:
    """Variants with the same sessions as the first one."""
    (base, first), *others = variants.items()
    for name, results in others:
        shared = [mode for mode in first.modes if mode in results.modes]
        sessions = min(first.replications, results.replications)
        modes = [mode for mode in shared if sessions and _same(first.logs(mode), results.logs(mode), sessions)]
        if modes:
            yield Unchanged(name, tuple(modes), sessions, base)


def idle_settings(plan: Plan, results: Results) -> Iterator[Unchanged]:
    """Settings beside the file without which the first sessions are the same. They are simulated for it."""
    source = plan.scenario.source
    if source is None:
        return
    for setting in source.sets:
        if setting.partition(".")[0].partition("=")[0].strip() in REMARKS:
            continue
        try:
            without = load(source.name, [each for each in source.sets if each != setting])
        except ScenarioError:
            continue  # the file is not valid without it
        job = Job(without, plan.seed, plan.behaviours, plan.engine)
        sessions = min(TRIED, results.replications)
        modes = [mode for mode in results.modes if sessions and _repeats(job, mode, results.logs(mode)[:sessions])]
        if modes:
            yield Unchanged(setting, tuple(modes), sessions)


def _repeats(job: Job, mode: str, logs: Sequence[EventLog]) -> bool:
    """Whether a job gives these logs again, the first replications of a mode."""
    return all(_same([one(job, mode, number).log], [log], 1) for number, log in enumerate(logs))


def _same(first: Sequence[EventLog], second: Sequence[EventLog], sessions: int) -> bool:
    """Whether as many sessions have the same people and events; what logs say of themselves does not count."""
    pairs = zip(first[:sessions], second[:sessions], strict=True)
    return all(one.packed == other.packed and one.names == other.names for one, other in pairs)
