"""Intervals for means and for differences of means. Quantiles of Student's t come from scipy."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval, in the unit of the values. `half_width` is the longer of its two sides.

    `n` values were used and `left_out` were not numbers. With fewer than two values the limits are not numbers.
    `rarer` is in how many sessions the rarer outcome came, where those are too few for an interval: then each limit is
    a bound of its own, and there is no half-width. It is 0, too, where the values are all the same.
    """

    mean: float
    low: float
    high: float
    half_width: float
    n: int
    left_out: int = 0
    rarer: int | None = None

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0

    @property
    def in_sessions(self) -> float:
        """`rarer` for a table: not a number where there are enough."""
        return math.nan if self.rarer is None else self.rarer

    @property
    def is_bounded(self) -> bool:
        """Whether the limits are bounds of their own, since the rarer outcome is too rare for an interval."""
        return math.isnan(self.half_width) and not math.isnan(self.low)

    def without_limits(self) -> "Interval":
        """The same mean, of which nobody can say how far it may be off."""
        return replace(self, low=math.nan, high=math.nan, half_width=math.nan)


@dataclass(frozen=True, slots=True)
class Running:
    """The estimate after the first `n` replications; `relative` is the half-width as a share of the mean."""

    n: int
    mean: float
    sd: float
    low: float
    high: float
    relative: float


def t_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of independent values with Student's interval."""
    return _interval(values, lambda freedom: t_quantile(freedom, confidence))


def _interval(values: Sequence[float], quantile: Callable[[int], float]) -> Interval:
    kept = numbers(values)
    n, left_out = len(kept), len(values) - len(kept)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, math.nan, 0, left_out)
    mean = math.fsum(kept) / n
    if n == 1:
        return Interval(mean, math.nan, math.nan, math.nan, 1, left_out)
    error = math.sqrt(variance(kept) / n)
    half_width = quantile(n - 1) * error if error else 0.0
    return Interval(mean, mean - half_width, mean + half_width, half_width, n, left_out)


def paired_interval(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of `first - second`, replication by replication; a pair with a missing value is left out."""
    return t_interval([one - other for one, other in zip(first, second, strict=True)], confidence)


def welch_interval(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Interval:
    """The difference of two means of independent samples with unequal variances; `n` counts both samples."""
    one, other = numbers(first), numbers(second)
    n, left_out = len(one) + len(other), len(first) + len(second) - len(one) - len(other)
    if not one or not other:
        return Interval(math.nan, math.nan, math.nan, math.nan, n, left_out)
    mean = math.fsum(one) / len(one) - math.fsum(other) / len(other)
    freedom = welch_freedom(one, other)
    error = math.sqrt(variance(one) / len(one) + variance(other) / len(other))
    half_width = 0.0 if error == 0 else t_quantile(freedom, confidence) * error
    return Interval(mean, mean - half_width, mean + half_width, half_width, n, left_out)


def welch_freedom(first: Sequence[float], second: Sequence[float]) -> float:
    """The degrees of freedom of Welch's interval; not a number with fewer than two values in a sample."""
    one, other = variance(first) / len(first), variance(second) / len(second)
    below = one**2 / max(1, len(first) - 1) + other**2 / max(1, len(second) - 1)
    return (one + other) ** 2 / below if below else math.nan


def relative_precision(interval: Interval) -> float:
    """The half-width as a share of the mean; not a number for a mean of zero."""
    return interval.half_width / abs(interval.mean) if interval.mean else math.nan


def cumulative(values: Sequence[float], confidence: float = 0.95) -> list[Running]:
    """Mean, standard deviation and interval after each replication, for a picture of convergence."""
    rows = []
    for n in range(1, len(values) + 1):
        found = t_interval(values[:n], confidence)
        sd = math.sqrt(variance(numbers(values[:n])))
        rows.append(Running(n, found.mean, sd, found.low, found.high, relative_precision(found)))
    return rows


def t_quantile(freedom: float, confidence: float) -> float:
    """How many standard errors a two-sided interval of this confidence reaches."""
    from scipy.special import ndtri, stdtrit

    upper = (1 + confidence) / 2
    return float(ndtri(upper) if math.isinf(freedom) else stdtrit(freedom, upper))


def variance(values: Sequence[float]) -> float:
    """The sample variance; not a number with fewer than two values."""
    if len(values) < 2:
        return math.nan
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def average(values: Sequence[float]) -> float:
    """The mean of the values that are numbers; not a number where none is."""
    kept = numbers(values)
    return math.fsum(kept) / len(kept) if kept else math.nan


def numbers(values: Sequence[float]) -> list[float]:
    """The values that are numbers."""
    return [float(value) for value in values if not math.isnan(value)]
