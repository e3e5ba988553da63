"""Break-even points of a sweep: where along a factor one mode overtakes another, and how sure that is.

Between two neighbouring values the mean difference of the two modes is taken as a straight line (over the logarithm of
a factor that was spread on a logarithmic scale); it breaks even where the line crosses zero. The interval comes from a
bootstrap over replications: all points and both modes are resampled together, because they share random numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from stagesim.experiments.questions.crossings import RESAMPLES, nearest, zero
from stagesim.experiments.questions.factors import Factor
from stagesim.experiments.questions.sweep import Point, SweepResults

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Below `at` the metric is lower in `lower_before`, above it in `lower_after`.

    `others` are the values of the remaining factors. `found` is the share of bootstrap resamples in which the two modes
    cross at all between the neighbours of this crossing; `low` and `high` are where the middle part of those do, or not
    numbers where too few resamples cross for the stated confidence.
    """

    factor: str
    unit: str
    others: tuple[str, ...]
    metric: str
    lower_before: str
    lower_after: str
    at: float
    low: float
    high: float
    found: float

    @property
    def certain(self) -> bool:
        """Whether the modes cross with the stated confidence, so that the interval has limits."""
        return not math.isnan(self.low)


def break_evens(
    results: SweepResults,
    metrics: Sequence[str],
    *,
    factor: int = 0,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
) -> list[BreakEven]:
    """Every crossing of two modes along a factor, for each metric and each combination of the other factors."""
    along = results.factors[factor]
    if along.scale == "words" or results.replications < 2:
        return []
    import numpy as np

    drawn = np.random.default_rng(results.question.seed).integers(
        0, results.replications, size=(resamples, results.replications)
    )
    found = []
    for others, points in results.along(factor):
        for metric in metrics:
            for one, other in combinations(results.modes_with(metric), 2):
                curves = _Curves(along, points, metric, one, other, drawn)
                found += [curves.break_even(others, place, confidence) for place in curves.crossings()]
    return found


class _Curves:
    """The difference of two modes along a factor: of the means, and of the means of every resample."""

    def __init__(self, factor: Factor, points: Sequence[Point], metric: str, one: str, other: str, drawn: Any) -> None:
        import numpy as np

        order = sorted(range(len(points)), key=factor.numbers.__getitem__)
        self.factor, self.metric, self.modes = factor, metric, (one, other)
        self.numbers = np.array([factor.numbers[place] for place in order])
        self.log = factor.scale == "log"
        self.x = np.log(self.numbers) if self.log else self.numbers
        sides = [np.array([points[place].of(metric, mode) for place in order]) for mode in (one, other)]
        self.mean = _means(sides[0][:, None, :])[:, 0] - _means(sides[1][:, None, :])[:, 0]
        # Points x resamples.
        self.resampled = _means(sides[0][:, drawn]) - _means(sides[1][:, drawn])

    def crossings(self) -> list[int]:
        """The places after which the difference of the means has the other sign."""
        return [place for place in range(len(self.x) - 1) if self.mean[place] * self.mean[place + 1] < 0]

    def break_even(self, others: tuple[str, ...], place: int, confidence: float) -> BreakEven:
        import numpy as np

        sign = np.sign(self.mean[place])
        at = zero(*self.x[place : place + 2], *self.mean[place : place + 2])
        every = np.array([nearest(self.x, column, sign, at) for column in self.resampled.T])
        crossed = every[~np.isnan(every)]
        share = len(crossed) / len(every)
        low = high = math.nan
        if share >= confidence:
            tail = 100 * (1 - confidence) / 2
            low, high = (float(self._back(x)) for x in np.percentile(crossed, (tail, 100 - tail)))
        before, after = self.modes if sign < 0 else self.modes[::-1]
        point = float(self._back(at))
        return BreakEven(
            self.factor.path, self.factor.unit, others, self.metric, before, after, point, low, high, share
        )

    def _back(self, x: Any) -> Any:
        return math.exp(x) if self.log else x


def _means(values: Any) -> Any:
    """Means over the last axis of those values that are numbers."""
    import numpy as np

    there = ~np.isnan(values)
    count = there.sum(axis=-1)
    sums = np.where(there, values, 0.0).sum(axis=-1)
    return np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)


def break_even_frame(found: Sequence[BreakEven], factors: Sequence[Factor]) -> "pd.DataFrame":
    """One row a break-even point."""
    import pandas as pd

    names = ["factor", "metric", "lower_before", "lower_after", "at", "low", "high", "unit", "found"]
    rows = []
    for each in found:
        paths = [factor.path for factor in factors if factor.path != each.factor]
        rows.append({**{name: getattr(each, name) for name in names}, **dict(zip(paths, each.others, strict=True))})
    return pd.DataFrame(rows, columns=None if rows else names)
