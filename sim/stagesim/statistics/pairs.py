"""Paired differences: the same replications on the same random numbers under two conditions, many metrics at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.statistics.corrections import bonferroni
from stagesim.statistics.intervals import Interval, numbers, variance
from stagesim.statistics.reach import mean_interval, moments, p_value
from stagesim.statistics.spending import spending_looks

Values = Sequence[float]
"""One metric under one condition, a value for each replication."""

Verdict = Literal["better", "worse", "equivalent", "undecided"]

CHANCE: Final = 0.05
"""As many equal differences as are less probable than this by the sign test are no chance."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One comparison out of a family of them: the mean of first minus second.

    `interval` holds together with those of the whole family (Bonferroni); the verdict is read off it and nothing else,
    and so is the p-value. It has no limits where equal differences are too few to be more than chance. `adjusted_p` is
    the p-value times the number of comparisons; not a number when the study was looked at several times.
    """

    interval: Interval
    p_value: float
    adjusted_p: float
    variance_reduction: float
    correlation: float


def differences(
    pairs: Sequence[tuple[Values, Values]], *, alpha: float = 0.05, looks: Sequence[int] = (), look: int = 0
) -> list[Difference]:
    """The differences of all pairs, with an error of at most `alpha` over all of them together.

    `looks` were declared for this study, which stopped at number `look` of them (from 0): then each comparison has the
    boundary of its share of `alpha`.
    """
    if not pairs:
        return []
    share = alpha / len(pairs)
    level = spending_looks(looks, share)[look].level if looks else share
    p_values = [pair_p_value(first, second) for first, second in pairs]
    adjusted = [math.nan] * len(pairs) if looks else bonferroni(p_values)
    return [
        Difference(
            _limits(first, second, level), plain, whole, variance_reduction(first, second), correlation(first, second)
        )
        for (first, second), plain, whole in zip(pairs, p_values, adjusted, strict=True)
    ]


def _limits(first: Values, second: Values, level: float) -> Interval:
    """The mean difference with its interval. Equal differences have no width, once they are no chance any more."""
    found = mean_interval(_apart(first, second), level)
    by_chance = found.mean and found.rarer == 0 and pair_p_value(first, second) > CHANCE
    return found.without_limits() if by_chance else found


def pair_p_value(first: Values, second: Values) -> float:
    """The level at which the interval of the difference would just reach 0; 1 with fewer than two pairs, and not a
    number where too few sessions differ otherwise than the usual one.

    Where all differences are equal there is no spread to test by. Equal to zero, there is no difference at all; equal
    to something else, the sign test says how likely as many equal signs are.
    """
    found = numbers(_apart(first, second))
    if len(found) < 2:
        return 1.0
    if min(found) == max(found):
        return 1.0 if found[0] == 0 else 2.0 ** (1 - len(found))
    return math.nan if mean_interval(found).rarer is not None else p_value(moments(found))


def _apart(first: Values, second: Values) -> list[float]:
    return [one - other for one, other in zip(first, second, strict=True)]


def verdict(found: Difference, better: Literal["lower", "higher"], margin: float = 0.0) -> Verdict:
    """What a comparison says of its first condition. `margin` is the largest difference that does not matter.

    It follows from the interval: `equivalent` if that lies within the margin, even if it excludes 0. Without a margin,
    only two conditions that are equal in every one of at least two replications are.
    """
    interval = found.interval
    if -margin <= interval.low and interval.high <= margin:
        return "equivalent"
    if not interval.excludes_zero:
        return "undecided"
    return "better" if (interval.mean < 0) == (better == "lower") else "worse"


def variance_reduction(first: Values, second: Values) -> float:
    """How many times the variance of the difference would be with independent random numbers.

    Above 1 common random numbers help. Infinite where the difference never varies though the values do; not a number
    where nothing varies, or with fewer than two pairs.
    """
    one, other = _complete(first, second)
    apart = variance(one) + variance(other)
    together = variance([mine - yours for mine, yours in zip(one, other, strict=True)])
    if not apart > 0:
        return math.nan
    return apart / together if together > 0 else math.inf


def correlation(first: Values, second: Values) -> float:
    """Pearson's correlation over the replications; not a number where one side does not vary."""
    one, other = _complete(first, second)
    spread = math.sqrt(variance(one) * variance(other)) if len(one) > 1 else 0.0
    if not spread > 0:
        return math.nan
    mean_one, mean_other = math.fsum(one) / len(one), math.fsum(other) / len(other)
    products = [(mine - mean_one) * (yours - mean_other) for mine, yours in zip(one, other, strict=True)]
    return max(-1.0, min(1.0, math.fsum(products) / (len(one) - 1) / spread))


def _complete(first: Values, second: Values) -> tuple[list[float], list[float]]:
    """The pairs of which both values are numbers."""
    kept = [pair for pair in zip(first, second, strict=True) if not any(map(math.isnan, pair))]
    return [one for one, _ in kept], [other for _, other in kept]
