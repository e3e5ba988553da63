"""Statistics over replications: intervals, differences, how many replications, corrections for many comparisons.

The unit is the replication, never the person. A value that is not a number says that a replication had nothing to
measure; it is left out and counted. Quantiles of Student's t come from scipy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BATCH: Final = 5
"""Observations in a batch of MSER-5."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval, in the unit of the values.

    `n` values were used and `left_out` were not numbers. With fewer than two values the limits are not numbers.
    """

    mean: float
    low: float
    high: float
    half_width: float
    n: int
    left_out: int = 0

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Truncation:
    """What MSER-5 found: how much of the start to drop, the statistic there, and the mean of what is left."""

    batches: int
    observations: int
    statistic: float
    mean: float


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
    kept = _numbers(values)
    n, left_out = len(kept), len(values) - len(kept)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, math.nan, 0, left_out)
    mean = math.fsum(kept) / n
    if n == 1:
        return Interval(mean, math.nan, math.nan, math.nan, 1, left_out)
    half_width = t_quantile(n - 1, confidence) * math.sqrt(variance(kept) / n)
    return Interval(mean, mean - half_width, mean + half_width, half_width, n, left_out)


def paired_interval(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of `first - second`, replication by replication; a pair with a missing value is left out."""
    return t_interval([one - other for one, other in zip(first, second, strict=True)], confidence)


def paired_p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p-value of the paired t-test; not a number with fewer than two pairs or no spread at all."""
    from scipy.special import stdtr

    kept = _numbers([one - other for one, other in zip(first, second, strict=True)])
    spread = variance(kept)
    if not spread > 0:
        return math.nan
    statistic = math.fsum(kept) / len(kept) / math.sqrt(spread / len(kept))
    return float(2 * stdtr(len(kept) - 1, -abs(statistic)))


def welch_interval(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Interval:
    """The difference of two means of independent samples with unequal variances; `n` counts both samples."""
    one, other = _numbers(first), _numbers(second)
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


def replications_needed(
    values: Sequence[float],
    *,
    absolute: float | None = None,
    relative: float | None = None,
    confidence: float = 0.95,
    adjusted: bool = True,
) -> int:
    """How many replications give a half-width of `absolute`, or of `relative` times the mean, going by pilot values.

    Law, Simulation Modeling and Analysis, section 9.4.1: the least n, not below the pilot's, at which the half-width
    with the pilot's variance is small enough. `adjusted` uses relative / (1 + relative), so that the error is relative
    to the true mean and not to the estimate.
    """
    if (absolute is None) == (relative is None):
        raise ValueError("one of `absolute` and `relative` is needed\nhint: `relative=0.05` is 5 % of the mean")
    kept = _numbers(values)
    spread = variance(kept)
    if absolute is not None:
        target = absolute
    else:
        share = relative or 0.0
        target = abs(math.fsum(kept) / len(kept)) * (share / (1 + share) if adjusted else share)
    if not target > 0 or math.isnan(spread):
        raise ValueError(
            "the precision must be above zero, of a mean that is not\nhint: give `absolute`, or more pilots"
        )
    n = len(kept)
    while t_quantile(n - 1, confidence) * math.sqrt(spread / n) > target:
        # Student's quantile is never below the normal one, so that this many are needed at least.
        least = math.ceil(spread * (t_quantile(math.inf, confidence) / target) ** 2)
        n = max(n + 1, least)
    return n


def cumulative(values: Sequence[float], confidence: float = 0.95) -> list[Running]:
    """Mean, standard deviation and interval after each replication, for a picture of convergence."""
    rows = []
    for n in range(1, len(values) + 1):
        found = t_interval(values[:n], confidence)
        sd = math.sqrt(variance(_numbers(values[:n])))
        rows.append(Running(n, found.mean, sd, found.low, found.high, relative_precision(found)))
    return rows


def look_ahead(n: int, k_limit: int = 5) -> int:
    """How many further replications must stay precise before stopping at `n` (Hoad, Robinson and Davies 2010)."""
    return k_limit * max(n, 100) // 100


def mser5(values: Sequence[float]) -> Truncation:
    """How much of the start of one long run to drop (White 1997): the truncation with the least standard error.

    Means of batches of five; the least sum of squares over the squared number of batches left, with at most half of
    them dropped. An incomplete last batch is not used.
    """
    count = len(values) // BATCH
    if count == 0:
        raise ValueError(f"{len(values)} values are no batch of {BATCH}\nhint: MSER-5 is for long runs")
    means = [math.fsum(values[at * BATCH : (at + 1) * BATCH]) / BATCH for at in range(count)]
    best: Truncation | None = None
    for dropped in range(count // 2 + 1):
        left = means[dropped:]
        mean = math.fsum(left) / len(left)
        statistic = math.fsum((each - mean) ** 2 for each in left) / len(left) ** 2
        if best is None or statistic < best.statistic:
            best = Truncation(dropped, dropped * BATCH, statistic, mean)
    assert best is not None
    return best


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """The p-values times their number, at most 1."""
    return [min(1.0, p * len(p_values)) for p in p_values]


def bonferroni_confidence(overall: float, count: int) -> float:
    """The confidence of each of `count` intervals that hold together with the confidence `overall`."""
    return 1 - (1 - overall) / count


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted by Holm's step-down, in the given order: as safe as Bonferroni's and never larger."""
    adjusted = [math.nan] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[at] * (len(p_values) - rank)))
        adjusted[at] = highest
    return adjusted


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


def _numbers(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values if not math.isnan(value)]
