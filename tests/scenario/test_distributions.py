"""Distributions against scipy.stats, numerical integration, and the properties that common random numbers need."""

import math
import pickle
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from stagesim.scenario.values.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Minus,
    Mixture,
    Triangular,
    Uniform,
    Weibull,
)

SIGMA = math.sqrt(math.log(1 + 0.7**2))
PAIRS: dict[str, tuple[Distribution, Any]] = {
    "exponential": (Exponential(90.0), stats.expon(scale=90)),
    "lognormal": (Lognormal(60.0, 1.2), stats.lognorm(1.2, scale=60)),
    "lognormal by mean": (Lognormal.of_mean(50.0, 0.7), stats.lognorm(SIGMA, scale=50 / math.sqrt(1.49))),
    "gamma": (Gamma(10.0, 1.3), stats.gamma(1 / 1.69, scale=16.9)),
    "gamma, narrow": (Gamma(10.0, 0.1), stats.gamma(100, scale=0.1)),
    "weibull": (Weibull(30.0, 1.7), stats.weibull_min(1.7, scale=30)),
    "weibull, falling": (Weibull(30.0, 0.6), stats.weibull_min(0.6, scale=30)),
    "uniform": (Uniform(-2.0, 5.0), stats.uniform(-2, 7)),
    "triangular": (Triangular(1.0, 2.0, 9.0), stats.triang(1 / 8, loc=1, scale=8)),
    "triangular, mode at the low end": (Triangular(1.0, 1.0, 9.0), stats.triang(0, loc=1, scale=8)),
    "triangular, mode at the high end": (Triangular(1.0, 9.0, 9.0), stats.triang(1, loc=1, scale=8)),
}
OTHERS: dict[str, Distribution] = {
    "fixed": Fixed(3.0),
    "empirical": Empirical(((0.0, 1.0), (0.5, 10.0), (0.9, 40.0), (1.0, 90.0))),
    "mixture": Mixture(((0.8, Exponential(2.5)), (0.2, Exponential(20.0)))),
    "mixture of weights": Mixture(((3.0, Uniform(0.0, 1.0)), (1.0, Fixed(5.0)))),
    "minus": Minus(Exponential(2.0)),
    "minus a mixture": Minus(Mixture(((0.5, Fixed(1.0)), (0.5, Uniform(2.0, 3.0))))),
}
ALL = {name: ours for name, (ours, _) in PAIRS.items()} | OTHERS
SHARES = (2.0**-53, 1e-9, 0.01, 0.25, 0.5, 0.731, 0.9, 0.999, 1 - 1e-9, 1 - 2.0**-53)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("u", SHARES)
def test_quantiles_are_those_of_scipy(name: str, u: float) -> None:
    ours, theirs = PAIRS[name]
    assert ours.quantile(u) == pytest.approx(float(theirs.ppf(u)), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("name", PAIRS)
def test_means_are_those_of_scipy(name: str) -> None:
    ours, theirs = PAIRS[name]
    assert ours.mean() == pytest.approx(float(theirs.mean()), rel=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_the_mean_is_the_integral_of_the_quantiles(name: str) -> None:
    ours = ALL[name]
    # Pieces towards both ends, where the quantiles run away, and at the edges of the mixtures and measured points.
    edges = [2.0**-40, 1e-6, 1e-3, 0.1, 0.2, 0.25, 0.5, 0.75, 0.8, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 2.0**-40]
    pieces = pairwise(edges)
    integral = math.fsum(integrate.quad(ours.quantile, low, high, limit=200)[0] for low, high in pieces)
    assert ours.mean() == pytest.approx(integral, rel=2e-5)


@pytest.mark.parametrize("name", ALL)
def test_values_lie_within_the_support(name: str) -> None:
    low, high = ALL[name].support()
    assert all(low <= ALL[name].quantile(u) <= high for u in SHARES)


@pytest.mark.parametrize("name", [name for name in ALL if "mixture" not in name])
@given(pair=st.tuples(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(2.0**-53, 1 - 2.0**-53)).map(sorted))
def test_more_luck_never_gives_less(name: str, pair: list[float]) -> None:
    assert ALL[name].quantile(pair[0]) <= ALL[name].quantile(pair[1])


def test_a_mixture_draws_its_parts_in_proportion_from_one_number() -> None:
    mixture = Mixture(((0.8, Uniform(0.0, 1.0)), (0.2, Uniform(10.0, 20.0))))
    assert mixture.quantile(0.4) == pytest.approx(0.5)
    assert mixture.quantile(0.79999) < 1
    assert mixture.quantile(0.9) == pytest.approx(15)
    assert mixture.quantile(1 - 2.0**-53) <= 20


def test_a_mixture_of_infinite_parts_is_finite_at_its_edges() -> None:
    mixture = Mixture(tuple((1.0, Exponential(1.0)) for _ in range(7)))
    edges = [math.nextafter(k / 7, side) for k in range(1, 7) for side in (0.0, 1.0)]
    assert all(math.isfinite(mixture.quantile(u)) for u in (*edges, *(k / 7 for k in range(1, 7))))


@pytest.mark.parametrize("name", ALL)
def test_equal_parameters_are_equal_and_survive_a_process(name: str) -> None:
    copy = pickle.loads(pickle.dumps(ALL[name]))
    assert copy == ALL[name]
    assert hash(copy) == hash(ALL[name])
    assert copy.quantile(0.3) == ALL[name].quantile(0.3)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Fixed(math.inf), "finite"),
        (lambda: Exponential(-1.0), "`mean`"),
        (lambda: Exponential(math.nan), "`mean`"),
        (lambda: Lognormal(-1.0, 1.0), "`median`"),
        (lambda: Lognormal(1.0, -0.1), "`sigma`"),
        (lambda: Lognormal.of_mean(1.0, -0.1), "`cv`"),
        (lambda: Gamma(1.0, 0.0), "`cv`"),
        (lambda: Gamma(-1.0, 1.0), "`mean`"),
        (lambda: Weibull(1.0, 0.0), "`shape`"),
        (lambda: Weibull(-1.0, 1.0), "`scale`"),
        (lambda: Uniform(2.0, 1.0), "`low`"),
        (lambda: Triangular(1.0, 3.0, 2.0), "in this order"),
        (lambda: Empirical(((0.0, 1.0),)), "begin at 0"),
        (lambda: Empirical(((0.1, 1.0), (1.0, 2.0))), "begin at 0"),
        (lambda: Empirical(((0.0, 1.0), (0.5, 9.0), (1.0, 2.0))), "fall"),
        (lambda: Empirical(((0.0, 1.0), (0.5, 1.0), (0.5, 1.5), (1.0, 2.0))), "rise"),
        (lambda: Mixture(()), "at least one"),
        (lambda: Mixture(((0.0, Fixed(1.0)),)), "`weight`"),
    ],
)
def test_impossible_parameters_are_refused(build: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        build()


@pytest.mark.parametrize("name", ALL)
def test_a_draw_is_cheap(name: str) -> None:
    quantile = ALL[name].quantile
    quantile(0.3)
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(2000):
            quantile(0.3)
        best = min(best, time.perf_counter() - start)
    assert best / 2000 < 5e-6  # 0.05 to 0.6 microseconds on a free machine
