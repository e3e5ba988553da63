"""Shares and averages over all sessions together, as ratios of sums: how much of how many in each session, the session
as the unit.

Each session counts by how far it is from its part of the whole, so that the interval is that of a mean, and two sides
are compared in pairs like means. A session with nothing of either is left out and counted, like any other that has
nothing to measure.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from stagesim.statistics.intervals import Interval
from stagesim.statistics.reach import ENOUGH, LEVEL, Moments, Rare, Summary, mean_interval, moments
from stagesim.statistics.spending import Decision, Look, decide_by

Counts = Sequence[tuple[float, int]]
"""For each session, how much of how many: in a share, how many of how many."""

DIGITS = 11
"""Digits of what a session has beyond its part: 7 % of 100 are 7, where the product is 7.000000000000001."""


def share(counts: Counts) -> float:
    """What one of all things has on average; not a number where there is none."""
    number = sum(number for _, number in counts)
    return math.fsum(count for count, _ in counts) / number if number else math.nan


def per_session(counts: Counts) -> list[float]:
    """A value for each session whose mean is the share, or average, of all things together, and which is as far from it
    as the session has more or less than its part; not a number for a session with nothing of either.
    """
    whole, usual = share(counts), _usual(counts)
    if not usual:
        return [math.nan] * len(counts)
    return [
        whole + round(count - whole * number, DIGITS) / usual if count or number else math.nan
        for count, number in counts
    ]


def paired_per_session(first: Counts, second: Counts) -> tuple[list[float], list[float]]:
    """The same of two sides, so that their differences are those of the shares.

    Where too few sessions differ for an interval, each counts by what it has alone: then those that are the same on
    both sides differ by nothing, and it can be seen how rare the others are.
    """
    if sum(one != other for one, other in zip(first, second, strict=True)) >= ENOUGH:
        return per_session(first), per_session(second)
    return _alone(first), _alone(second)


def _alone(counts: Counts) -> list[float]:
    """What each session has, as a part of the usual number of things."""
    usual = _usual(counts)
    return [count / usual if usual and (count or number) else math.nan for count, number in counts]


def _usual(counts: Counts) -> float:
    """How many things a session has on average, of those that have anything."""
    numbers = [number for count, number in counts if count or number]
    return sum(numbers) / max(1, len(numbers))


def decide_share(
    counts: Counts,
    looks: Sequence[Look],
    limit: float,
    margin: float = 0.0,
    *,
    most: float = 1.0,
    full: Sequence[int] | None = None,
) -> Decision:
    """What the looks say of the share, or average, compared with a limit, by its interval at each of them. `margin` is
    a difference of shares; `most` and `full` are those of `share_interval`.
    """

    def interval(look: Look) -> Interval:
        seen = None if full is None else full[: look.n]
        return share_interval(counts[: look.n], look.level, most=most, full=seen)

    return decide_by(interval, len(counts), looks, limit, margin)


def share_interval(
    counts: Counts, level: float = LEVEL, *, most: float = 1.0, full: Sequence[int] | None = None
) -> Interval:
    """The share, or average, over all sessions together with limits that hold with an error of `level`.

    `most` is the most that each thing can have, and `full` how many of a session have it. In a share, where most is 1
    and nothing else was said, that is those that are counted. The rarer outcome is to have the most, or not to. There
    are no limits where too few sessions have both, so that neither is rare.
    """
    if math.isnan(share(counts)) or (full is None and most != 1):
        return mean_interval(per_session(counts), level)
    full = [round(count) for count, _ in counts] if full is None else full
    return limited(summary(counts, most, full), most, level, left_out=sum(not number for _, number in counts))


def limited(whole: Summary, most: float, level: float = LEVEL, left_out: int = 0) -> Interval:
    """The interval of a share, or average, of at most `most`, by what it depends on."""
    found = whole.interval(level, left_out)
    if found.n < 2 or found.n / 2 < whole.rarer < ENOUGH:
        return found.without_limits()
    return replace(found, low=max(found.low, 0.0), high=min(found.high, most))


def summary(counts: Counts, most: float, full: Sequence[int]) -> Summary:
    """What the interval of a share, or average, depends on; of sessions of which one at least has anything."""
    rows = [(count, number, whole) for (count, number), whole in zip(counts, full, strict=True) if number]
    usual = sum(number for _, number, _ in rows) / len(rows)
    pooled = moments(per_session([(count, number) for count, number, _ in rows]))._replace(mean=share(counts))
    with_most = sum(whole > 0 for _, _, whole in rows)
    with_less = sum(whole < number for _, number, whole in rows)
    if min(with_most, with_less) >= ENOUGH:
        return Summary(pooled, min(with_most, with_less), pooled)  # nothing is taken apart
    if with_most <= with_less:
        left = [(count - most * whole, number) for count, number, whole in rows]
        furthest = most * max(whole for _, _, whole in rows) / usual if with_most else most
        return Summary(pooled, with_most, moments(per_session(left)), above=Rare(with_most, furthest))
    furthest = max(most * number - count for count, number, _ in rows) / usual if with_less else most
    return Summary(pooled, with_less, Moments(len(rows), most), below=Rare(with_less, furthest))


class Quantile(NamedTuple):
    """The value that a share of all things does not exceed, infinite where so many never get there, and its limits."""

    value: float
    low: float
    high: float


def quantile(values: Sequence[int], counts: Callable[[int], Counts], part: float, confidence: float) -> Quantile:
    """The smallest of the `values`, in order, that `part` of all things do not exceed. `counts` says how many do not.

    The limits are where the share, judged as `decide_share` judges it, can just be told neither to be less than the
    part nor to be more. Where the share has no limits nothing can be told, and the quantile's lie further out; where it
    has none at the quantile itself, the quantile has none either.
    """

    def first(enough: Callable[[Interval], bool]) -> float:
        """The first value at which the share is enough."""
        at = bisect_left(values, True, key=lambda value: enough(share_at(value)))
        return values[at] if at < len(values) else math.inf

    @cache  # all three ends are looked for from the middle
    def share_at(value: int) -> Interval:
        return share_interval(counts(value), 1 - confidence)

    found = first(lambda each: each.mean >= part)
    if values and math.isnan(share_at(min(found, values[-1])).low):
        return Quantile(found, math.nan, math.nan)
    # A limit that is not a number is below nothing and above nothing.
    return Quantile(found, first(lambda each: not each.high < part), first(lambda each: each.low >= part))
