"""One figure over all sessions: its mean, how far its interval reaches, and whether that is to be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stagesim.selfcheck.queueing.figures import Figure
from stagesim.selfcheck.queueing.observation import Ratio
from stagesim.statistics import t_quantile, variance

MANY: Final = 10
"""How many replications there must be for the square of a figure's skewness."""
SAME: Final = 1e-9
"""What differs by less than this share is the same, but for rounding."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over all replications. `error` is the standard error of the mean, `least` what it cannot be below; both
    in the unit of the figure.

    `settled` is whether sessions were long enough to forget the empty room in which they began.
    """

    figure: Figure
    mean: float
    error: float
    n: int
    least: float = 0.0
    skewness: float = 0.0
    settled: bool = True

    def half_width(self, confidence: float) -> float:
        """Half the width of Student's interval; of a share, never less than what its number of wishes can tell."""
        if self.n < 2:
            return math.nan
        return max(t_quantile(self.n - 1, confidence) * self.error, -math.log(1 - confidence) * self.least)

    def reach(self, confidence: float) -> float:
        """How far the interval reaches towards the expected figure: Student's, and on the side of the long tail Hall's.

        Hall (1992), "On the removal of skewness by transformation", Journal of the Royal Statistical Society B 54.
        """
        student = self.half_width(confidence)
        if not self.is_towards_tail or self.n < 2:
            return student
        steepness = abs(self.skewness) / math.sqrt(self.n)
        quantile = -t_quantile(self.n - 1, confidence) - steepness / 6
        return max(student, 3 / steepness * (1 - math.cbrt(1 + steepness * quantile)) * self.error)

    @property
    def is_towards_tail(self) -> bool:
        """Whether the expected figure is on the side of the long tail, where rare sessions may have been missed."""
        return (self.figure.expected - self.mean) * self.skewness > 0

    @property
    def is_precise(self) -> bool:
        """Whether the 95 % interval is narrow enough."""
        return self.half_width(0.95) <= self.figure.tolerance

    @property
    def is_many(self) -> bool:
        """Whether there are so many replications that their skewness does little harm: ten times its square.

        Cochran (1977), "Sampling Techniques", 3rd ed., section 2.15, asks for 25 times, without the longer reach. Of
        shares, and of what is as good as nothing, no more is demanded than a bound.
        """
        return self.figure.is_bounded or self.n >= MANY * self.skewness**2


def estimated(figure: Figure, found: Sequence[Ratio], trials: int, settled: bool) -> Estimate:
    """What the values of a figure in all sessions say of it; `trials` is what a bound on what is rare is made of."""
    n = len(found)
    if n < 2 or not any(each.over for each in found):
        return Estimate(figure, math.nan, math.nan, n, settled=settled)
    average, values = _over_all(found)
    if figure.is_variance:
        values = [(value - average) ** 2 * n / (n - 1) for value in values]
        average = math.fsum(values) / n
    error = math.sqrt(variance(values) / n)
    least = figure.least / max(1, trials)
    return Estimate(figure, average, error, n, least, _skewness(values), settled)


def _over_all(found: Sequence[Ratio]) -> tuple[float, list[float]]:
    """The mean over all sessions together, and what each session says of it.

    A mean of asks is one over all asks of all sessions: the mean of the sessions' means would be too small where the
    sessions with many of them are those with long waits. Its error is that of a ratio (Cochran, section 6.3).
    """
    over = math.fsum(each.over for each in found)
    average = math.fsum(each.total for each in found) / over
    size = over / len(found)
    return average, [average + (each.total - average * each.over) / size for each in found]


def _skewness(values: Sequence[float]) -> float:
    """The third central moment over the standard deviation cubed; 0 where nothing varies."""
    centre = math.fsum(values) / len(values)
    square = math.fsum((value - centre) ** 2 for value in values) / len(values)
    cube = math.fsum((value - centre) ** 3 for value in values) / len(values)
    return cube / square**1.5 if square > (SAME * centre) ** 2 else 0.0
