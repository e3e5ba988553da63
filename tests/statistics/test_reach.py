"""Intervals that hold for skewed values, and bounds where the rarer outcome is too rare."""

import math

import numpy as np
import pytest

from stagesim.statistics import ENOUGH, Moments, Rare, Summary, mean_interval, moments, t_interval, t_quantile

NAN = math.nan


def test_without_skewness_it_is_the_interval_of_student() -> None:
    values = [float(each) for each in range(41)]
    plain, found = t_interval(values), mean_interval(values)
    assert (found.low, found.high, found.half_width) == pytest.approx((plain.low, plain.high, plain.half_width))
    assert (found.n, found.left_out, found.rarer) == (41, 0, None)


def test_the_side_of_the_longer_tail_is_stretched() -> None:
    values = np.random.default_rng(1).exponential(size=40).tolist()
    plain, found, whole = t_interval(values), mean_interval(values), moments(values)
    assert whole.skewness > 1
    assert found.low == pytest.approx(plain.low)
    longer = 1 + 3 * whole.skewness / math.sqrt(40)
    assert found.high - found.mean == pytest.approx(longer * (plain.high - plain.mean))
    assert found.half_width == pytest.approx(found.high - found.mean), "the margin of error is that of the longer side"
    turned = mean_interval([-each for each in values])
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_skewness_and_spread_as_scipy_has_them() -> None:
    from scipy import stats

    values = np.random.default_rng(2).gamma(2, 3, 50).tolist()
    assert moments(values) == pytest.approx((50, np.mean(values), np.std(values, ddof=1), stats.skew(values)))


@pytest.mark.parametrize("rare", range(ENOUGH))
def test_what_too_few_sessions_show_has_bounds_and_no_margin(rare: int) -> None:
    found = mean_interval([0.0] * (60 - rare) + [20.0] * rare)
    assert found.rarer == rare
    assert found.is_bounded == (rare > 0)
    assert found.low == 0
    often = 1 - 0.025 ** (1 / 60)  # the share of sessions that no session of 60 still allows for
    assert (found.high > 20 * often) == (rare > 0)


def test_enough_sessions_with_the_rarer_outcome_have_an_interval() -> None:
    found = mean_interval([0.0] * 45 + [20.0] * ENOUGH)
    assert found.rarer is None
    assert found.low < found.mean == 5 < found.high


def test_a_rare_outcome_below_the_usual_one_and_on_both_sides() -> None:
    below, both = mean_interval([7.0] * 57 + [1.0] * 3), mean_interval([7.0] * 56 + [1.0] * 2 + [8.0] * 2)
    assert below.high == 7
    assert 7 - 6 * 3 / 60 > below.low > 7 - 6
    assert below.low - 0.1 < both.low < 7 < both.high < 8


def test_a_bound_holds_for_the_sessions_that_may_still_show_it() -> None:
    """Of 40 sessions none: by Clopper and Pearson at most 8.8 % of all do; each as far as it can go."""
    assert Rare(0, 1.0).reach(40, 0.025) == pytest.approx(1 - 0.025 ** (1 / 40))
    assert Rare(0, 0.0).reach(40, 0.025) == 0
    assert Rare(40, 2.0).reach(40, 0.025) == pytest.approx(2.0 * (1 + 2 / 40))
    assert Rare(3, 1.0).reach(40, 0.025) == pytest.approx(0.20387 * (1 + 2 / 3), abs=1e-5)


def test_values_that_never_vary_have_no_width() -> None:
    found = mean_interval([0.1] * 40)
    assert (found.mean, found.low, found.high, found.half_width, found.rarer) == (0.1, 0.1, 0.1, 0.0, 0)


def test_too_few_values_have_no_limits() -> None:
    assert math.isnan(mean_interval([]).mean)
    assert math.isnan(mean_interval([1.0]).low)
    assert math.isnan(mean_interval([float(each) for each in range(ENOUGH)]).low)
    assert not math.isnan(mean_interval([float(each) for each in range(ENOUGH + 1)]).low)
    found = mean_interval([1.0, NAN, 3.0])
    assert (found.mean, found.n, found.left_out) == (2, 2, 1)


def test_without_the_rare_part_there_may_be_spread_all_the_same() -> None:
    """The mean of a wait of which the longest are rare: the others by their interval, these by their bound."""
    whole, left = Moments(40, 12.0, 30.0, 5.0), Moments(40, 8.0, 4.0, 0.0)
    found = Summary(whole, 2, left, above=Rare(2, 60.0)).interval()
    half = t_quantile(39, 0.95) * 4 / math.sqrt(40)
    assert found.low == pytest.approx(8 - half)
    assert found.high == pytest.approx(8 + half + Rare(2, 60.0).reach(40, 0.025))
    assert found.is_bounded


@pytest.mark.parametrize(("n", "least"), [(40, 0.93), (160, 0.94)])
def test_it_holds_where_the_interval_of_student_does_not(n: int, least: float) -> None:
    """2,000 samples of a lognormal distribution with a skewness of 6: Student's interval covers 88 and 92 %."""
    samples = np.random.default_rng(3).lognormal(0, 1, (2000, n)).tolist()
    true = math.exp(0.5)
    covered = sum(each.low <= true <= each.high for each in map(mean_interval, samples))
    plain = sum(each.low <= true <= each.high for each in map(t_interval, samples))
    assert covered >= least * 2000 > plain
