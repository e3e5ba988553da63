"""Statements that nothing could violate, or meet: they would be green, or red, for nothing, and so are refused."""

from collections.abc import Iterable
from typing import Final

from stagesim.scenario.demands.comparisons import Comparison
from stagesim.scenario.demands.conditions import Condition, Happening, State

GREATEST: Final = {"share": 1.0, "index": 1.0}
"""The greatest value of metrics in these units; no metric is below 0."""


def cannot_miss(comparison: Comparison, margin: float) -> bool:
    """Whether no value of the metric is beyond the limit, or all of them are within the margin of it."""
    limit = comparison.limit
    if limit.needs_baseline:
        return False
    if comparison.upper:
        greatest = GREATEST.get(comparison.metric.unit)
        return greatest is not None and _reaches(limit.offset + margin - greatest, comparison.relation == "<")
    return _reaches(margin - limit.offset, comparison.relation == ">")


def beyond_horizon(comparison: Comparison, horizon_ms: int) -> bool:
    """Whether the limit of an average wait is out of the reach of any: of a wait, the horizon counts at most."""
    if not comparison.metric.limited or comparison.limit.needs_baseline:
        return False
    return _reaches(comparison.limit.offset - horizon_ms / 1000, comparison.relation in {"<", ">="})


def _reaches(beyond: float, strict: bool) -> bool:
    return beyond > 0 if strict else beyond >= 0


def is_always_so(condition: Condition, capacity: int | None) -> bool:
    """Whether a state is so at any moment, whatever happens: counts are 0 or more."""
    return not isinstance(condition, Happening) and all(_within(each, capacity) == (0, None) for each in condition)


def is_never_so(condition: Condition, capacity: int | None) -> bool:
    """Whether a state cannot be, since its parts contradict each other, or a count would be below 0."""
    if isinstance(condition, Happening):
        return False
    counted = dict.fromkeys(each.counted for each in condition)
    return any(_is_empty([each for each in condition if each.counted == count], capacity) for count in counted)


def _is_empty(states: Iterable[State], capacity: int | None) -> bool:
    least, most = 0, None
    for state in states:
        low, high = _within(state, capacity)
        least = max(least, low)
        most = high if most is None or (high is not None and high < most) else most
    return most is not None and most < least


def _within(state: State, capacity: int | None) -> tuple[int, int | None]:
    """The least and the greatest number that a state allows; None is any."""
    number = capacity if state.number is None else state.number
    assert number is not None  # without a capacity the statement was refused before
    match state.sign:
        case "<":
            return 0, number - 1
        case "<=":
            return 0, number
        case ">":
            return number + 1, None
        case ">=":
            return number, None
        case "=":
            return number, number
