"""Goals over sessions: what a goal's metric is in a session, whether the session meets it, and the score of all goals.

goal("p95(time_to_stage) < 60 s")
goal("share of wishes served >= 80 %", weight=2)
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from stagesim.experiments.replications import Figures
from stagesim.experiments.study import StudyError
from stagesim.scenario.demands.comparisons import parse_comparison
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.faults import FaultError

QUANTILES: Final = ("_median", "_p90", "_p95")


def goal(text: str, weight: float = 1.0) -> Goal:
    """The goal that a text states; StudyError where it is none."""
    try:
        needs_baseline = parse_comparison(text).limit.needs_baseline
    except FaultError as error:
        raise StudyError(str(error)) from None
    if needs_baseline:
        raise StudyError(f"a goal has no baseline, got `{text}`\n  hint: write the limit itself, such as `< 60 s`")
    if not 0 < weight < math.inf:
        raise StudyError(f"expected a weight above 0, got `{weight:g}`\n  hint: 1 is usual")
    return Goal(that=text, weight=float(weight))


def value(wanted: Goal, figures: Figures) -> float:
    """A goal's metric in one session. A quantile that is never reached lies beyond all that was seen: it is infinite.

    Not a number where there was nothing to measure.
    """
    name = wanted.comparison.metric.name
    base = next((name.removesuffix(end) for end in QUANTILES if name.endswith(end)), None)
    unreached = math.isnan(figures[name]) and base is not None and figures.get(f"{base}_censored", 0) > 0
    return math.inf if unreached else figures[name]


def values(wanted: Goal, sessions: Iterable[Figures]) -> list[float]:
    """A goal's metric in every session."""
    return [value(wanted, figures) for figures in sessions]


def holds(wanted: Goal, found: float) -> bool:
    """Whether a value of its metric meets a goal; what could not be measured does not."""
    comparison = wanted.comparison
    return comparison.holds(found, comparison.limit.offset)


def score(goals: Sequence[Goal], figures: Figures) -> float:
    """The weights of the goals that one session meets, as a share of all weights."""
    met = math.fsum(wanted.weight for wanted in goals if holds(wanted, value(wanted, figures)))
    return met / math.fsum(wanted.weight for wanted in goals)
