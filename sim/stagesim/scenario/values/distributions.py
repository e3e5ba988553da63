"""Distributions that a draw turns into values by their inverse: one uniform number for each draw, always.

`quantile(u)` is the inverse distribution function, so that a larger `u` gives a larger value, and two runs with the
same `u` and slightly different parameters give slightly different values. The formulas are those of Law, "Simulation
Modeling and Analysis", 5th ed., chapter 8, and of Johnson, Kotz and Balakrishnan, "Continuous Univariate
Distributions", unless a class says otherwise. Values have whatever unit the parameters have (in scenarios, times are
milliseconds). The last bit of a value may depend on the platform's mathematical library.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from statistics import NormalDist
from typing import Final, assert_never

_SMALLEST: Final = 2.0**-53
_LARGEST: Final = 1 - 2.0**-53
_normal_quantile: Final = NormalDist().inv_cdf


CV: Final = (1e-6, 1e4)
"""The least and the greatest `cv` of a gamma distribution: beyond them its quantiles are no longer exact, or all 0."""


def _need(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _need_numbers(of: "Distribution") -> None:
    """Raise ValueError where the mean, or a value that can be drawn, is too great for a number of the machine."""
    try:
        found = (of.mean(), *(of.quantile(u) for u in (_SMALLEST, 0.5, _LARGEST)))
    except (OverflowError, ZeroDivisionError):
        found = (math.inf,)
    _need(all(map(math.isfinite, found)), "its mean or its values are too great to be numbers")


def _need_mean(mixture: "Mixture") -> None:
    """The same for a mixture, whose parts have been looked at: gamma distributions are slow to ask for quantiles."""
    try:
        mean = mixture.mean()
    except OverflowError:
        mean = math.inf
    _need(math.isfinite(mean), "its mean is too great to be a number")


@cache
def _gamma_quantile() -> Callable[[float, float], float]:
    """SciPy's inverse of the regularised lower incomplete gamma function; imported only where it is used."""
    from scipy.special.cython_special import gammaincinv

    function: Callable[[float, float], float] = gammaincinv
    return function


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same value."""

    value: float

    def __post_init__(self) -> None:
        _need(math.isfinite(self.value), "the value must be finite")

    def quantile(self, u: float) -> float:  # noqa: ARG002
        """The value, whatever `u` is."""
        return self.value

    def mean(self) -> float:
        """The value."""
        return self.value

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return self.value, self.value


@dataclass(frozen=True, slots=True)
class Exponential:
    """Time until something that may happen at any moment: `-mean * ln(1 - u)`. A `mean` of 0 is always 0."""

    average: float

    def __post_init__(self) -> None:
        _need(0 <= self.average < math.inf, "`mean` must not be negative")
        _need_numbers(self)

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        return -self.average * math.log1p(-u)

    def mean(self) -> float:
        """The mean."""
        return self.average

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return 0.0, math.inf


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A duration whose logarithm is normal: `median * exp(sigma * z(u))`; its mean is `median * exp(sigma**2 / 2)`."""

    median: float
    sigma: float

    def __post_init__(self) -> None:
        _need(0 <= self.median < math.inf, "`median` must not be negative")
        _need(0 <= self.sigma < math.inf, "`sigma` must not be negative")
        _need_numbers(self)

    @staticmethod
    def of_mean(mean: float, cv: float) -> "Lognormal":
        """The one with this mean and coefficient of variation: `sigma**2 = ln(1 + cv**2)`."""
        _need(0 <= mean < math.inf, "`mean` must not be negative")
        _need(0 <= cv < math.inf, "`cv` must not be negative")
        _need(cv * cv < math.inf, "its mean or its values are too great to be numbers")
        return Lognormal(mean / math.sqrt(1 + cv * cv), math.sqrt(math.log1p(cv * cv)))

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        return self.median * math.exp(self.sigma * _normal_quantile(u))

    def mean(self) -> float:
        """The mean."""
        return self.median * math.exp(self.sigma * self.sigma / 2)

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return 0.0, math.inf


@dataclass(frozen=True, slots=True)
class Gamma:
    """A duration of `1 / cv**2` exponential stages, each of mean `average * cv**2`. A `cv` of 1 is exponential."""

    average: float
    cv: float
    _shape: float = field(init=False, repr=False, compare=False)
    _scale: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _need(0 <= self.average < math.inf, "`mean` must not be negative")
        _need(0 < self.cv < math.inf, "`cv` must be above 0")
        _need(CV[0] <= self.cv <= CV[1], f"`cv` must lie between {CV[0]:f} and {CV[1]:,.0f}")
        _need(self.average * self.cv**2 * 1e4 < math.inf, "its mean or its values are too great to be numbers")
        object.__setattr__(self, "_shape", 1 / self.cv**2)
        object.__setattr__(self, "_scale", self.average * self.cv**2)

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        return self._scale * _gamma_quantile()(self._shape, u)

    def mean(self) -> float:
        """The mean."""
        return self.average

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return 0.0, math.inf


@dataclass(frozen=True, slots=True)
class Weibull:
    """Time until something that grows more likely (shape > 1) or less: `scale * (-ln(1 - u)) ** (1 / shape)`."""

    scale: float
    shape: float

    def __post_init__(self) -> None:
        _need(0 <= self.scale < math.inf, "`scale` must not be negative")
        _need(0 < self.shape < math.inf, "`shape` must be above 0")
        _need_numbers(self)

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        result: float = self.scale * (-math.log1p(-u)) ** (1 / self.shape)
        return result

    def mean(self) -> float:
        """The mean, `scale * gamma(1 + 1 / shape)`."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return 0.0, math.inf


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything from `low` to `high`, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _need(math.isfinite(self.low) and math.isfinite(self.high), "`low` and `high` must be finite")
        _need(self.low <= self.high, "`low` must not be above `high`")
        _need_numbers(self)

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        return self.low + u * (self.high - self.low)

    def mean(self) -> float:
        """The mean."""
        return (self.low + self.high) / 2

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Triangular:
    """From `low` to `high`, with `mode` the most likely: an estimate by three numbers."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _need(math.isfinite(self.low) and math.isfinite(self.high), "`low` and `high` must be finite")
        _need(self.low <= self.mode <= self.high, "`low`, `mode` and `high` must be in this order")
        width = self.high - self.low
        _need(width * width < math.inf, "its mean or its values are too great to be numbers")
        _need_numbers(self)

    def quantile(self, u: float) -> float:
        """The inverse distribution function, a square root on each side of the mode."""
        width = self.high - self.low
        rise = self.mode - self.low
        if u * width < rise:
            return self.low + math.sqrt(u * width * rise)
        return self.high - math.sqrt((1 - u) * width * (self.high - self.mode))

    def mean(self) -> float:
        """The mean."""
        return (self.low + self.mode + self.high) / 3

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Empirical:
    """Measured quantiles, straight lines between them: `points` are (probability, value), from 0 to 1."""

    points: tuple[tuple[float, float], ...]
    _probabilities: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shares = [share for share, _ in self.points]
        values = [value for _, value in self.points]
        _need(len(shares) >= 2 and shares[0] == 0 and shares[-1] == 1, "the quantiles must begin at 0 and end at 1")
        _need(all(a < b for a, b in pairwise(shares)), "the probabilities must rise")
        _need(all(map(math.isfinite, values)), "the values must be finite")
        _need(values == sorted(values), "the values must not fall as the probabilities rise")
        object.__setattr__(self, "_probabilities", tuple(shares))
        _need_numbers(self)

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        above = bisect_right(self._probabilities, u)
        share, value = self.points[above - 1]
        next_share, next_value = self.points[above]
        return value + (next_value - value) * (u - share) / (next_share - share)

    def mean(self) -> float:
        """The mean, exact for the straight lines."""
        return math.fsum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(self.points))

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return self.points[0][1], self.points[-1][1]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Several kinds of people or cases: `parts` are (weight, distribution), weights relative to their sum.

    The one uniform number first says which part is drawn, and its place within the part's share is then the uniform
    number for that part. So `quantile` is not monotone across parts, but a draw still takes one number.
    """

    parts: tuple[tuple[float, "Distribution"], ...]
    _bands: tuple[tuple[float, float, float, Callable[[float], float]], ...] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        _need(len(self.parts) > 0, "a mixture needs at least one part")
        _need(all(0 < weight < math.inf for weight, _ in self.parts), "every `weight` must be above 0")
        weights = [weight for weight, _ in self.parts]
        _need(sum(weights) < math.inf, "the weights are too great to be added")
        total = math.fsum(weights)
        edges = [math.fsum(weights[:index]) / total for index in range(len(weights))] + [1.0]
        bands = zip(edges, edges[1:], self.parts, strict=False)
        object.__setattr__(self, "_bands", tuple((low, high, high - low, of.quantile) for low, high, (_, of) in bands))
        _need_mean(self)

    def quantile(self, u: float) -> float:
        """The value for a uniform number; see the class for what it is not."""
        for low, high, width, quantile in self._bands:
            if u < high:
                within = (u - low) / width
                return quantile(min(max(within, _SMALLEST), _LARGEST))
        raise ValueError(f"expected a number between 0 and 1, got `{u}`")

    def mean(self) -> float:
        """The weighted mean of the parts' means."""
        return math.fsum(weight * of.mean() for weight, of in self.parts) / math.fsum(w for w, _ in self.parts)

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        supports = [of.support() for _, of in self.parts]
        return min(low for low, _ in supports), max(high for _, high in supports)


@dataclass(frozen=True, slots=True)
class Minus:
    """The mirror of a distribution, for example for people who come before the start: `-of.quantile(1 - u)`."""

    of: "Distribution"

    def quantile(self, u: float) -> float:
        """The inverse distribution function."""
        return -self.of.quantile(1 - u)

    def mean(self) -> float:
        """The mean."""
        return -self.of.mean()

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        low, high = self.of.support()
        return -high, -low


Distribution = Fixed | Exponential | Lognormal | Gamma | Weibull | Uniform | Triangular | Empirical | Mixture | Minus


def scaled(of: Distribution, by: float) -> Distribution:
    """The distribution whose every value is `by` times that of another one for the same uniform number."""
    match of:
        case Fixed(value):
            return Fixed(value * by)
        case Exponential(average):
            return Exponential(average * by)
        case Lognormal(median, sigma):
            return Lognormal(median * by, sigma)
        case Gamma(average, cv):
            return Gamma(average * by, cv)
        case Weibull(scale, shape):
            return Weibull(scale * by, shape)
        case Uniform(low, high):
            return Uniform(low * by, high * by)
        case Triangular(low, mode, high):
            return Triangular(low * by, mode * by, high * by)
        case Empirical(points):
            return Empirical(tuple((share, value * by) for share, value in points))
        case Mixture(parts):
            return Mixture(tuple((weight, scaled(part, by)) for weight, part in parts))
        case Minus(mirrored):
            return Minus(scaled(mirrored, by))
        case _:
            assert_never(of)
