"""Goals over sessions: what a goal's metric is in a session, whether the session meets it, and the score of all goals.

goal("p95(time_to_stage) < 60 s")
goal("share of wishes heard >= 80 %", weight=2)
"""

import math
from collections.abc import Sequence

from stagesim.experiments import pooling
from stagesim.experiments.study import StudyError
from stagesim.metric_table import silence
from stagesim.metrics import Measured
from stagesim.scenario.demands.comparisons import Comparison, parse_comparison
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.vacuous import beyond_horizon
from stagesim.scenario.faults import FaultError
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Decision, Interval


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


def check_once(goals: Sequence[Goal]) -> None:
    """Raise StudyError for a goal that is there twice: it would count twice, without a word."""
    for number, each in enumerate(goals):
        if each.that in (other.that for other in goals[:number]):
            raise StudyError(
                f"the goal `{each.that}` comes twice\n  hint: give it once; its `weight` says how much it counts"
            )


def check_limits(goals: Sequence[Goal], scenario: Scenario) -> None:
    """Raise StudyError for a limit that no average wait in this scenario can be beyond."""
    for each in goals:
        if beyond_horizon(each.comparison, scenario.horizon_ms):
            said, hint = scenario.beyond_horizon
            raise StudyError(f"`{each.that}`: {said}\n  hint: {hint}")


def value(wanted: Goal, session: Measured) -> float:
    """A goal's metric in one session. A wait for the stage is infinite where nobody got there.

    Not a number where there was nothing to measure.
    """
    metric = wanted.comparison.metric
    if silence(metric.name, [session.figures]) == "nobody on stage":
        return math.inf
    return pooling.interval(metric, [session]).mean


def holds(wanted: Goal, found: float) -> bool:
    """Whether a value of its metric meets a goal; what could not be measured does not."""
    comparison = wanted.comparison
    return comparison.holds(found, comparison.limit.offset)


def is_met(comparison: Comparison, found: Decision, limit: float, margin: float = 0.0) -> bool | None:
    """Whether a mean meets what is wanted of it, by what a look decided; None where that is still open."""
    match found.answer:
        case "undecided":
            return None
        case "within":
            # Without a margin only a mean without any spread is exactly at the limit.
            return margin > 0 or comparison.holds(found.interval.mean, limit)
        case side:
            return (side == "below") == comparison.upper


def interval(wanted: Goal, sessions: Sequence[Measured]) -> Interval:
    """A goal's metric over all sessions."""
    return pooling.interval(wanted.comparison.metric, sessions)


def nobody_on_stage(wanted: Goal, sessions: Sequence[Measured]) -> bool:
    """Whether the goal is about a wait for the stage, where nobody gets in any session."""
    return silence(wanted.comparison.metric.name, [each.figures for each in sessions]) == "nobody on stage"


def score(goals: Sequence[Goal], session: Measured) -> float:
    """The weights of the goals that one session meets, as a share of all weights."""
    met = math.fsum(wanted.weight for wanted in goals if holds(wanted, value(wanted, session)))
    return met / math.fsum(wanted.weight for wanted in goals)
