"""Rates that change with time: how many people or wishes there are, at random moments, from each moment on.

A rate is of a Poisson process: what happens in one stretch of time says nothing about another, and the number in a
stretch is random, with a variance that equals its mean.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from stagesim.scenario.faults import KeyPath, fault, shown
from stagesim.scenario.values.distributions import Distribution, Exponential
from stagesim.scenario.values.units import format_duration, format_rate, parse_duration, parse_rate
from stagesim.scenario.values.written_distributions import format_distribution, parse_gaps

RATES_HINT: Final = "write from when on how many, such as `{0 min: 30 per hour, 60 min: 5 per hour}`"
STRETCHES_HINT: Final = "write a list of stretches, each like `{until: 30 min, gap: {exponential: {mean: 1 min}}}`"


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates (per ms), each from its moment on (ms from the session's start); before the first moment there is none."""

    steps: tuple[tuple[int, float], ...]
    _moments: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        moments = tuple(moment for moment, _ in self.steps)
        if not moments or not all(a < b for a, b in pairwise(moments)):
            raise ValueError("the moments of rates must rise, and there must be one")
        object.__setattr__(self, "_moments", moments)

    def at(self, at_ms: float) -> float:
        """The rate at a moment."""
        place = bisect_right(self._moments, at_ms)
        return self.steps[place - 1][1] if place else 0.0

    @property
    def highest(self) -> float:
        """The highest rate that there is at any moment."""
        return max(rate for _, rate in self.steps)

    def expected(self, from_ms: int, until_ms: int) -> float:
        """How many there are between two moments on average."""
        ends = [*self._moments[1:], max(until_ms, self._moments[-1])]
        return math.fsum(
            rate * max(0, min(end, until_ms) - max(begins, from_ms))
            for (begins, rate), end in zip(self.steps, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Stretches:
    """The same by gaps: each holds until its moment (ms), the last, where it has none, to the end.

    Only exponential gaps have a rate that can change at any moment.
    """

    parts: tuple[tuple[int | None, Exponential], ...]

    @property
    def rates(self) -> Rates:
        """The rates that belong to the gaps."""
        begins = (0, *(until for until, _ in self.parts if until is not None))
        rates = [1 / gap.average for _, gap in self.parts]
        return Rates(tuple(zip(begins, (*rates, 0.0), strict=False)))


def highest(rate: float | Rates | None) -> float:
    """The highest rate (per ms) that there is, constant or not; 0 for none."""
    return rate.highest if isinstance(rate, Rates) else rate or 0.0


def parse_rates(value: object) -> float | Rates:
    """A rate, such as `4 per hour`, or rates that change at moments."""
    if isinstance(value, Rates):
        return value
    if not isinstance(value, Mapping):
        return parse_rate(value)
    if not value:
        raise fault("expected rates, got `{}`", RATES_HINT)
    steps: dict[int, float] = {}
    for key, rate in value.items():
        moment = parse_duration(key, (key,))
        if moment in steps:
            raise fault(f"the moment {shown(key)} comes twice", "leave one of them out", (key,))
        steps[moment] = parse_rate(rate, (key,))
    return Rates(tuple(sorted(steps.items())))


def parse_arrival_gap(value: object) -> Distribution | Stretches:
    """How far apart people come: a distribution, or stretches of time, each with its own."""
    if isinstance(value, Stretches):
        return value
    if not isinstance(value, Sequence) or isinstance(value, str):
        return parse_gaps(value)
    if not value:
        raise fault("expected stretches, got `[]`", STRETCHES_HINT)
    return Stretches(tuple(_parts(value)))


def _parts(value: Sequence[object]) -> Iterator[tuple[int | None, Exponential]]:
    before = 0
    for index, part in enumerate(value):
        here: KeyPath = (index,)
        if not isinstance(part, Mapping) or not {"gap"} <= set(part) <= {"until", "gap"}:
            raise fault(f"expected `until` and `gap`, got {shown(part)}", STRETCHES_HINT, here)
        until = parse_duration(part["until"], (*here, "until")) if "until" in part else None
        if until is None and index < len(value) - 1:
            raise fault("only the last stretch has no `until`", "write until when it holds", here)
        if until is not None and until <= before:
            raise fault("a stretch ends before it begins", "order by `until`, earliest first", (*here, "until"))
        gap = parse_gaps(part["gap"], (*here, "gap"))
        if not isinstance(gap, Exponential):
            hint = "only `{exponential: {mean: …}}` has a rate that can change at a moment"
            raise fault(f"expected an exponential gap, got {shown(part['gap'])}", hint, (*here, "gap"))
        before = until or before
        yield until, gap


def format_rates(value: float | Rates) -> object:
    """The file form of a rate, or of rates; read back as the same."""
    if not isinstance(value, Rates):
        return format_rate(value)
    return {format_duration(moment): format_rate(rate) for moment, rate in value.steps}


def format_arrival_gap(value: Distribution | Stretches) -> object:
    """The file form of gaps; read back as the same."""
    if not isinstance(value, Stretches):
        return format_distribution(value, format_duration)
    return [
        {
            **({} if until is None else {"until": format_duration(until)}),
            "gap": format_distribution(gap, format_duration),
        }
        for until, gap in value.parts
    ]
