"""Studies that grow until a rule is content, reuse what an earlier study has, and keep what an interrupted one had."""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final

from stagesim.experiments.ending import Ending
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.replications import Outcome, Part
from stagesim.experiments.results import Results
from stagesim.experiments.size.rules import Rule
from stagesim.experiments.study import Plan

STEP: Final = 50
"""Most replications of one variant before the next has its turn, so that an interruption leaves something of each."""

Known = Mapping[Part, Outcome]
"""(mode, replication) -> the outcome."""


@dataclass(slots=True)
class _Growth:
    """One variant: its plan, and every outcome that there is."""

    plan: Plan
    known: dict[Part, Outcome] = field(default_factory=dict)

    def results(self, most: int) -> Results:
        """The replications from 0 on that are complete, in order, but no more than asked for."""
        outcomes: list[Outcome] = []
        for replication in range(most):
            parts = [self.known.get((mode, replication)) for mode in self.plan.modes]
            complete = [outcome for outcome in parts if outcome is not None]
            if len(complete) < len(parts):
                break
            outcomes += complete
        return self.plan.results(outcomes)

    def missing(self, until: int) -> dict[tuple[str, ...], list[int]]:
        """Which modes are missing in which replications, the latter by the former."""
        found: dict[tuple[str, ...], list[int]] = {}
        for replication in range(until):
            modes = tuple(mode for mode in self.plan.modes if (mode, replication) not in self.known)
            if modes:
                found.setdefault(modes, []).append(replication)
        return found


def grow(
    plans: Mapping[str, Plan],
    rule: Rule,
    executors: Executors = THIS_PROCESS,
    *,
    known: Mapping[str, Known] | None = None,
    keep: bool = False,
) -> dict[str, Results]:
    """Carry out one plan, or several variants side by side, until the rule is content.

    `known` are outcomes of an earlier study of the same plan: they are taken as they are. With `keep`, an interruption
    gives what is complete by then, with the ending `interrupted`.
    """
    growths = {name: _Growth(plan, dict((known or {}).get(name, {}))) for name, plan in plans.items()}
    n = 0
    while True:
        found = {name: each.results(n) for name, each in growths.items()}
        wanted = rule.judge(found)
        if isinstance(wanted, Ending):
            return {name: replace(results, ending=wanted) for name, results in found.items()}
        until = wanted if len(growths) == 1 else min(wanted, n + STEP)
        if not all(_is_carried_out(growth, until, executors, keep) for growth in growths.values()):
            n = min(each.results(until).replications for each in growths.values())
            return {name: replace(each.results(n), ending=Ending("interrupted")) for name, each in growths.items()}
        n = until


def _is_carried_out(growth: _Growth, until: int, executors: Executors, keep: bool) -> bool:
    """Simulate what is missing; whether that came to its end, or was interrupted."""
    outcomes = _missing_outcomes(growth, until, executors)
    try:
        with closing(outcomes):
            for outcome in outcomes:
                growth.known[outcome.mode, outcome.replication] = outcome
    except KeyboardInterrupt:
        if not keep:
            raise
        return False
    return True


def _missing_outcomes(growth: _Growth, until: int, executors: Executors) -> Generator[Outcome, None, None]:
    for modes, replications in growth.missing(until).items():
        yield from replicate(growth.plan.job, modes, replications, executors)
