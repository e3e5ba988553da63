"""How many replications a stated precision needs, from pilot values or while they come."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stagesim.statistics.intervals import Interval, numbers, t_quantile, variance


@dataclass(frozen=True, slots=True)
class Precision:
    """A half-width to be reached, in the unit of the values, or as a share of their mean where `relative`."""

    half_width: float
    relative: bool = False

    def reached(self, found: Interval) -> bool:
        """Whether an interval is narrow enough. It is not while the rarer outcome is too rare for one,
        nor where nothing has varied as yet: that may be because it is rare.
        """
        return found.rarer is None and found.half_width <= self.half_width * (abs(found.mean) if self.relative else 1)


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
        raise ValueError("one of `absolute` and `relative` is needed\n  hint: `relative=0.05` is 5 % of the mean")
    kept = numbers(values)
    spread = variance(kept)
    if absolute is not None:
        target = absolute
    else:
        share = relative or 0.0
        target = abs(math.fsum(kept) / len(kept)) * (share / (1 + share) if adjusted else share)
    if not target > 0 or math.isnan(spread):
        raise ValueError(
            "the precision must be above zero, of a mean that is not\n  hint: give `absolute`, or more pilots"
        )
    n = len(kept)
    while t_quantile(n - 1, confidence) * math.sqrt(spread / n) > target:
        # Student's quantile is never below the normal one, so that this many are needed at least.
        least = math.ceil(spread * (t_quantile(math.inf, confidence) / target) ** 2)
        n = max(n + 1, least)
    return n
