"""Quantiles of waits, over all wishes or requests of all sessions together."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from stagesim.metric_table import Quantile
from stagesim.metrics import By, Measured, Tally
from stagesim.metrics.times import NO_TIMES
from stagesim.statistics import quantile


class WaitQuantile(NamedTuple):
    """The time within which a part of all things of all sessions got there, s, with its limits: infinite for never, not
    numbers where there is nothing. And how many got there at all, of how many.
    """

    seconds: float
    low: float
    high: float
    got: int
    number: int


def quantile_over(
    sessions: Sequence[Measured], asked: Quantile, confidence: float = 0.95, by: By = "all", value: str = ""
) -> WaitQuantile:
    """A quantile of the times of all sessions, or of those of a part of the people."""
    times = [each.times.get((asked.wait.name, by, value), NO_TIMES) for each in sessions]
    got, number = sum(len(each.ended_ms) for each in times), sum(each.number for each in times)
    if not number:
        return WaitQuantile(math.nan, math.nan, math.nan, 0, 0)

    def counts_at(limit_ms: int) -> list[Tally]:
        return [Tally(each.within(limit_ms), each.number) for each in times]

    values = sorted({ms for each in times for ms in each.ended_ms})
    seconds, low, high = (ms / 1000 for ms in quantile(values, counts_at, asked.part, confidence))
    return WaitQuantile(seconds, low, high, got, number)
