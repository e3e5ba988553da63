"""Shares and averages over all sessions together, as ratios of sums: how much of how many in each session, the session
as the unit.

Compared with a limit they are the mean over sessions of the sum of (y - limit), y being what each thing in the session
has: 1 or 0 for a share, or a time. That is a mean like any other: looks, error and margins are those of means, and a
session with nothing of either is left out and counted, like any other that has nothing to measure.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from stagesim.statistics.intervals import Interval, t_interval
from stagesim.statistics.spending import Decision, Look, decide

Counts = Sequence[tuple[float, int]]
"""For each session, how much of how many: in a share, how many of how many."""

DIGITS = 9
"""Digits of a sum of excesses: 7 of 100 are exactly 7 %, where the product is 7.000000000000001."""


def share(counts: Counts) -> float:
    """What one of all things has on average; not a number where there is none."""
    number = sum(number for _, number in counts)
    return math.fsum(count for count, _ in counts) / number if number else math.nan


def per_session(counts: Counts) -> list[float]:
    """A value for each session whose mean is the share, or average, of all things together, and which is as far from it
    as the session has more or less than its part; not a number for a session with nothing of either.

    So those of two sides are compared in pairs like means. Sessions with more things weigh more, as in the share.
    """
    whole, usual = share(counts), _usual(counts)
    return [whole + excess / usual if usual else math.nan for excess in excesses(counts, whole, digits=None)]


def _usual(counts: Counts) -> float:
    """How many things a session has on average, of those that have anything."""
    numbers = [number for count, number in counts if count or number]
    return sum(numbers) / max(1, len(numbers))


def excesses(counts: Counts, limit: float, digits: int | None = DIGITS) -> list[float]:
    """For each session the sum of (y - limit), rounded unless `digits` is None; not a number for one with nothing of
    either, and for all where there is no thing in any.
    """
    if not any(number for _, number in counts):
        return [math.nan] * len(counts)
    found = (count - limit * number if count or number else math.nan for count, number in counts)
    return list(found) if digits is None else [each if math.isnan(each) else round(each, digits) for each in found]


def decide_share(
    counts: Counts, looks: Sequence[Look], limit: float, margin: float = 0.0, *, most: float = 1.0
) -> Decision:
    """What the looks say of the share, or average, compared with a limit; the interval is that of the share which
    decided. `margin` is a difference of shares, and `most` the most that there can be.
    """
    found = decide(excesses(counts, limit), looks, 0.0, margin * _usual(counts))
    seen = counts[: found.look.n] if found.look is not None else counts
    return Decision(found.answer, found.look, _as_share(found.interval, seen, limit, most))


def share_interval(counts: Counts, confidence: float = 0.95, *, most: float = 1.0) -> Interval:
    """The share, or average, over all sessions together with its interval, the sessions being what varies. `most` is
    the most that it can be.
    """
    found = share(counts)
    return _as_share(t_interval(excesses(counts, found), confidence), counts, found, most)


class Quantile(NamedTuple):
    """The value that a share of all things does not exceed, infinite where so many never get there, and its limits."""

    value: float
    low: float
    high: float


def quantile(values: Sequence[int], counts: Callable[[int], Counts], part: float, confidence: float) -> Quantile:
    """The smallest of the `values`, in order, that `part` of all things do not exceed. `counts` says how many do not.

    The limits are where the share, judged as `decide_share` judges it, can just be told neither to be less than the
    part nor to be more; they are not numbers with fewer than two sessions.
    """

    def first(enough: Callable[[Interval], bool]) -> float:
        """The first value at which the mean excess over the part is enough."""
        at = bisect_left(values, True, key=lambda value: enough(excess(value)))
        return values[at] if at < len(values) else math.inf

    def excess(value: int) -> Interval:
        return t_interval(excesses(counts(value), part), confidence)

    found = first(lambda each: each.mean >= 0)
    if values and math.isnan(excess(values[-1]).low):
        return Quantile(found, math.nan, math.nan)
    return Quantile(found, first(lambda each: each.high >= 0), first(lambda each: each.low >= 0))


def _as_share(found: Interval, counts: Counts, limit: float, most: float) -> Interval:
    """The interval of a mean excess over a limit as one of the share, which lies between 0 and the most."""
    if not found.n:
        return found
    scale = found.n / sum(number for _, number in counts)
    low, high = (min(max(limit + end * scale, 0.0), most) for end in (found.low, found.high))
    return Interval(share(counts), low, high, found.half_width * scale, found.n, found.left_out)
