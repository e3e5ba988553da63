"""The figures of a queueing case that can be compared: how each is measured, and how precise it must be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stagesim.selfcheck.queueing.cases import Case, is_share
from stagesim.selfcheck.queueing.observation import Observation, Ratio, mean
from stagesim.selfcheck.queueing.setup import Measure, Setup

MOMENTARY: Final = frozenset({"mean_number_in_system", "var"})
"""What is looked at in one moment, in a case that has one."""
TIME_NAME: Final = re.compile(r"(mean_)?wait.*|E_W.*|time_.*")
TAIL_NAME: Final = re.compile(r"wait_p([1-9][0-9])")

LEAST_SHARE: Final = 0.03
"""Shares need not be more precise than this share of the precision: 0.3 percentage points at a precision of 10 %. The
same holds for numbers of people, and for times as a share of the shortest time of the case."""
LEAST_TAIL: Final = 0.3
"""The same for the share of those who wait longest, who come in clusters."""
VARIANCE_FACTOR: Final = 2.0
"""A variance need only be half as precise as a mean."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure to compare. `tolerance` is the greatest half-width of its 95 % interval that is precise enough.

    `least` is what one wish in so many adds to the figure, where it was the same in all sessions: a figure that was
    always 0 may still be one of what is rare. `is_bounded` is whether no relative precision is demanded.
    """

    name: str
    expected: float
    tolerance: float
    measure: Measure
    least: float = 1.0
    is_bounded: bool = False
    is_share: bool = False
    is_variance: bool = False


def figures_of(case: Case, setup: Setup, precision: float) -> list[Figure]:
    """The figures of a case that have a meaning in its setup, in the order of the file."""
    figures = (_figure(name, value, setup, precision) for name, value in case.expected.items())
    return [figure for figure in figures if figure is not None]


def without_meaning(case: Case, setup: Setup) -> list[str]:
    """The names of expected figures that nothing measures. Notes on how a figure was checked are not among them."""
    known = {figure.name for figure in figures_of(case, setup, 1.0)}
    return [
        name
        for name in case.expected
        if name not in known and not (setup.asks_wait and TAIL_NAME.fullmatch(name)) and "check" not in name
    ]


def _figure(name: str, expected: float, setup: Setup, precision: float) -> Figure | None:
    tail = TAIL_NAME.fullmatch(name)
    if tail is not None and setup.asks_wait:
        # How many wait longer than the stated quantile has an unbiased estimate; the quantile itself has not.
        share = 1 - int(tail[1]) / 100
        tolerance = max(share, LEAST_TAIL) * precision
        return Figure(f"P(wait > {name})", share, tolerance, _longer_than(expected), is_bounded=True, is_share=True)
    measure = setup.measures.get(name)
    if measure is None:
        return None
    if is_share(name):
        tolerance = max(expected, LEAST_SHARE) * precision
        return Figure(name, expected, tolerance, measure, is_bounded=True, is_share=True)
    is_variance = name == "var"
    factor = VARIANCE_FACTOR if is_variance else 1.0
    least = setup.shortest if TIME_NAME.fullmatch(name) else 1.0
    is_bounded = abs(expected) < LEAST_SHARE * least
    tolerance = factor * precision * max(abs(expected), LEAST_SHARE * least)
    return Figure(name, expected, tolerance, measure, least, is_bounded, is_variance=is_variance)


def _longer_than(limit: float) -> Callable[[Observation], Ratio]:
    return lambda seen: mean(ask.wait_ms > limit * seen.unit_ms for ask in seen.asks)
