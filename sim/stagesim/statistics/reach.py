"""How far a mean may be off: an interval that holds for skewed values, or bounds where the rarer outcome is too rare.

A few sessions with a rare outcome make a mean, and a sample that happens to lack them shows neither them nor their
spread. Student's interval then holds far less often than it says. So it is stretched on the side of the longer tail, by
the skewness of the sample; and with fewer than `ENOUGH` sessions that show the rarer outcome there is no interval at
all. Then each limit is a bound of its own: as if the outcome came as often as it still may, and as bad as it still may
be. Both numbers were found by trying, see `docs/explanation/statistics.md`.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from stagesim.statistics.intervals import Interval, numbers

ENOUGH: Final = 15
"""An interval needs so many sessions that show the rarer outcome."""

STRETCH: Final = 3.0
"""How much longer the long side is, for each unit of skewness over the root of the number of sessions.

At 95 % a factor of 0.74 would do if the skewness were known (Johnson, JASA 73 (1978) 536-544); a sample shows only a
part of it.
"""

LEVEL: Final = 0.05
"""The error of an interval by itself, both sides together."""


class Moments(NamedTuple):
    """What an interval needs of `n` values: their mean, standard deviation and skewness."""

    n: int
    mean: float
    sd: float = 0.0
    skewness: float = 0.0


class Rare(NamedTuple):
    """How many sessions show an outcome, and by how much it moves the value of a session at the furthest.

    Where no session shows it, that is how far it can go at all; infinite where nobody knows.
    """

    sessions: int = 0
    furthest: float = 0.0

    def reach(self, n: int, level: float) -> float:
        """How much it moves the mean of `n` sessions at most, with an error of `level`.

        So many sessions as Clopper and Pearson (1934) still allow for, each as far as the furthest or further: one or
        two that were seen say little of how far others go.
        """
        if not self.furthest:
            return 0.0
        further = 1 + 2 / self.sessions if self.sessions else 1.0
        return _at_most(self.sessions, n, level) * self.furthest * further


class Summary(NamedTuple):
    """All that the limits of a mean depend on.

    `rarer` is the number of sessions that show the rarer outcome. Where that is too small, the mean is taken apart:
    what is `left` without that outcome, and the outcome itself, which lies `below` or `above` that.
    """

    whole: Moments
    rarer: int
    left: Moments
    below: Rare = Rare()
    above: Rare = Rare()

    def interval(self, level: float = LEVEL, left_out: int = 0) -> Interval:
        """The mean with limits that hold with an error of `level`."""
        n, mean = self.whole.n, self.whole.mean
        if self.rarer >= ENOUGH:
            low, high = _stretched(self.whole, level)
            return Interval(mean, low, high, max(mean - low, high - mean), n, left_out)
        low, high = _stretched(self.left, level)
        low -= self.below.reach(n, level / 2)
        high += self.above.reach(n, level / 2)
        width = 0.0 if low == high else math.nan
        return Interval(mean, min(low, mean), max(high, mean), width, n, left_out, self.rarer)


def mean_interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean of independent values; not-numbers are left out and counted.

    The rarer outcome is any other value than the usual one, the one that comes most often. Values that are all the same
    have no width. There are no limits where no two of too few values are the same.
    """
    kept = numbers(values)
    left_out = len(values) - len(kept)
    if not kept:
        return Interval(math.nan, math.nan, math.nan, math.nan, 0, left_out, 0)
    usual, count = Counter(kept).most_common(1)[0]
    rarer = len(kept) - count
    whole = moments(kept)
    if count == 1 and rarer < ENOUGH:
        return Interval(whole.mean, math.nan, math.nan, math.nan, len(kept), left_out, rarer)
    below, above = ([abs(each - usual) for each in kept if (each < usual) == is_below] for is_below in (True, False))
    sides = (Rare(sum(map(bool, apart)), max(apart, default=0.0)) for apart in (below, above))
    return Summary(whole, rarer, Moments(len(kept), usual), *sides).interval(level, left_out)


def moments(values: Sequence[float]) -> Moments:
    """Mean, standard deviation and skewness; the last are 0 where nothing varies."""
    n = len(values)
    if min(values) == max(values):
        return Moments(n, values[0])
    mean = math.fsum(values) / n
    apart = [value - mean for value in values]
    second = math.fsum(each**2 for each in apart)
    third = math.fsum(each**3 for each in apart)
    return Moments(n, mean, math.sqrt(second / (n - 1)), third / n / (second / n) ** 1.5)


def p_value(whole: Moments) -> float:
    """The level at which a limit of the interval is 0; 1 with fewer than two values, or without any spread."""
    from scipy.special import stdtr

    if not whole.sd:
        return 1.0
    towards_0 = 1.0 if whole.mean * whole.skewness > 0 else _factor(whole)
    return float(2 * stdtr(whole.n - 1, -abs(whole.mean) / (whole.sd / math.sqrt(whole.n) * towards_0)))


def _stretched(whole: Moments, level: float) -> tuple[float, float]:
    """Student's interval, longer on the side of the longer tail."""
    if not whole.sd:
        return whole.mean, whole.mean
    half = _quantile(whole.n - 1, level) * whole.sd / math.sqrt(whole.n)
    longer = half * _factor(whole)
    is_long_above = whole.skewness > 0
    return whole.mean - (half if is_long_above else longer), whole.mean + (longer if is_long_above else half)


def _factor(whole: Moments) -> float:
    return 1 + STRETCH * abs(whole.skewness) / math.sqrt(whole.n)


@lru_cache(maxsize=4096)
def _quantile(freedom: int, level: float) -> float:
    """How many standard errors Student's interval with this two-sided error reaches."""
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, level / 2))


@lru_cache(maxsize=4096)
def _at_most(count: int, n: int, level: float) -> float:
    """The share of all sessions that show what `count` of `n` do, at most, with an error of `level`."""
    from scipy.special import betaincinv

    return 1.0 if count >= n else float(1 - betaincinv(n - count, count + 1, level))
