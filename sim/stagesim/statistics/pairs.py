"""Paired differences: the same replications on the same random numbers under two conditions, many metrics at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stagesim.statistics.corrections import holm, holm_rejected
from stagesim.statistics.intervals import Interval, level_interval, numbers, paired_p_value, variance
from stagesim.statistics.spending import Look, spending_looks

Values = Sequence[float]
"""One metric under one condition, a value for each replication."""

Verdict = Literal["better", "worse", "equivalent", "undecided"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One comparison out of a family of them: the mean of first minus second.

    `interval` holds together with those of the whole family (Bonferroni). `differs` says whether Holm's steps find a
    difference; those are never less powerful, so that now and then they find one where the interval just includes 0.
    `adjusted_p` is Holm's p-value; not a number when the study was looked at several times.
    """

    interval: Interval
    p_value: float
    adjusted_p: float
    differs: bool
    variance_reduction: float
    correlation: float


def differences(
    pairs: Sequence[tuple[Values, Values]], *, alpha: float = 0.05, looks: Sequence[int] = (), look: int = 0
) -> list[Difference]:
    """The differences of all pairs, with an error of at most `alpha` over all of them together.

    `looks` were declared for this study, which stopped at number `look` of them (from 0): then each comparison has the
    boundaries of its share of `alpha`, and Holm's steps are taken over those (Ye, Li, Liu and Yao 2013).
    """
    if not pairs:
        return []
    p_values = [pair_p_value(first, second) for first, second in pairs]
    if looks:
        levels = {count: spending_looks(looks, alpha / count)[look] for count in range(1, len(pairs) + 1)}
        return _all(pairs, p_values, levels[len(pairs)], holm_rejected(p_values, lambda left: levels[left].level))
    fixed = Look(0, math.nan, alpha / len(pairs), alpha)
    return _all(pairs, p_values, fixed, [p <= alpha for p in holm(p_values)], holm(p_values))


def _all(
    pairs: Sequence[tuple[Values, Values]],
    p_values: Sequence[float],
    look: Look,
    differing: Sequence[bool],
    adjusted: Sequence[float] = (),
) -> list[Difference]:
    return [
        Difference(
            level_interval([one - other for one, other in zip(first, second, strict=True)], look.level),
            p_values[at],
            adjusted[at] if adjusted else math.nan,
            differing[at],
            variance_reduction(first, second),
            correlation(first, second),
        )
        for at, (first, second) in enumerate(pairs)
    ]


def pair_p_value(first: Values, second: Values) -> float:
    """The two-sided p-value of the paired t-test; 1 with fewer than two pairs.

    Where all differences are equal there is no spread to test by. Equal to zero, there is no difference at all; equal
    to something else, the sign test says how likely as many equal signs are.
    """
    found = numbers([one - other for one, other in zip(first, second, strict=True)])
    if len(found) < 2:
        return 1.0
    if min(found) == max(found):
        return 1.0 if found[0] == 0 else 2.0 ** (1 - len(found))
    return paired_p_value(first, second)


def verdict(found: Difference, better: Literal["lower", "higher"], margin: float = 0.0) -> Verdict:
    """What a comparison says of its first condition. `margin` is the largest difference that does not matter.

    A difference that is certain but certainly within the margin is `equivalent`. Without a margin, only two conditions
    that are equal in every one of at least two replications are.
    """
    interval = found.interval
    if interval.n >= 2 and -margin <= interval.low and interval.high <= margin:
        return "equivalent"
    if not found.differs:
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
