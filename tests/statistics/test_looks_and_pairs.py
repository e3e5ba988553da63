"""Looks, pairs, look-ahead and selection against published boundaries, worked examples and their stated error rates."""

import csv
import math
import re
from importlib.resources import files

import numpy as np
import pytest

from stagesim import statistics

TABLE = (files("stagesim.selfcheck") / "data/statistics_oracles.csv").read_text(encoding="utf-8")
ORACLES = {row["id"]: row for row in csv.DictReader(TABLE.splitlines())}
NAN = math.nan

# Two-sided 5 %, equally spaced looks, O'Brien-Fleming-type spending on each side: the tables of the Lan-DeMets
# programs (Reboussin, DeMets, Kim and Lan, Controlled Clinical Trials 21 (2000) 190-207).
PUBLISHED = {
    2: (2.9626, 1.9686),
    3: (3.7103, 2.5114, 1.9930),
    4: (4.3326, 2.9631, 2.3590, 2.0141),
    5: (4.8769, 3.3569, 2.6803, 2.2898, 2.0310),
}


@pytest.mark.parametrize("count", PUBLISHED)
def test_boundaries_are_the_published_ones(count):
    looks = statistics.spending_looks([20 * (at + 1) for at in range(count)])
    assert [look.z for look in looks] == pytest.approx(PUBLISHED[count], abs=2e-4)
    assert looks[-1].spent == pytest.approx(0.05)


def test_the_usual_looks_spend_little_early_and_everything_in_the_end():
    looks = statistics.spending_looks()
    assert [look.n for look in looks] == [40, 80, 160, 320]
    spent = [look.spent for look in looks]
    assert spent == sorted(spent)
    assert spent[1] < 2e-5
    assert looks[-1].z == pytest.approx(1.9686, abs=1e-4)
    assert looks[-1].level == pytest.approx(0.0490, abs=1e-4)


def test_planned_looks_end_with_the_budget():
    assert statistics.planned_looks(320) == statistics.LOOKS
    assert statistics.planned_looks(70) == (40, 70)
    assert statistics.planned_looks(1000) == (*statistics.LOOKS, 640, 1000)
    assert statistics.planned_looks(12) == (12,)
    with pytest.raises(ValueError, match="hint:"):
        statistics.planned_looks(1)


@pytest.mark.parametrize("at", [(), (20, 20), (40, 20), (1, 20)])
def test_looks_that_do_not_grow_are_an_error(at):
    with pytest.raises(ValueError, match="looks must"):
        statistics.spending_looks(at)


@pytest.mark.parametrize("skewed", [False, True])
def test_no_more_false_decisions_than_were_allowed(skewed):
    """1,000 studies in which the mean is exactly at the limit: at most 5 % + 3 sigma decide."""
    draw = np.random.default_rng(20260301)
    values = draw.gamma(2, 1, (1000, 320)) - 2 if skewed else draw.normal(0, 1, (1000, 320))
    looks = statistics.spending_looks()
    wrong = sum(statistics.decide(study, looks).answer != "undecided" for study in values.tolist())
    assert 0.02 * 1000 <= wrong <= 1000 * 0.05 + 3 * math.sqrt(1000 * 0.05 * 0.95)


def test_half_a_standard_deviation_is_found_soon():
    """300 studies with an effect of 0.5 sd: at least 95 % find it, with a mean of under 140 replications."""
    values = np.random.default_rng(7).normal(0.5, 1, (300, 320)).tolist()
    found = [statistics.decide(study, statistics.spending_looks()) for study in values]
    assert sum(each.answer == "above" for each in found) >= 0.95 * 300
    assert sum(each.look.n for each in found) / 300 < 140


def test_a_decision_names_the_look_that_made_it():
    looks = statistics.spending_looks()
    values = [10.0 + (-1) ** at for at in range(80)]
    below = statistics.decide(values, looks, limit=14)
    assert (below.answer, below.look.n, below.interval.n) == ("below", 40, 40)
    assert statistics.decide(values, looks, limit=10, margin=3).answer == "within"
    assert statistics.decide(values, looks, limit=10).answer == "undecided"
    assert statistics.decide(values, looks, limit=10).look.n == 80
    early = statistics.decide(values[:39], looks, limit=0)
    assert (early.answer, early.look) == ("undecided", None)
    assert statistics.decide([NAN] * 320, looks).answer == "undecided"


def test_a_precision_is_in_the_unit_of_the_values_or_a_share_of_their_mean():
    around_100, around_0 = ([mean + (-1) ** at for at in range(40)] for mean in (100.0, 0.0))
    interval = statistics.mean_interval
    for precision in (statistics.Precision(0.5), statistics.Precision(0.005, relative=True)):
        assert precision.reached(interval(around_100))
        assert not precision.reached(interval([98.0, 102.0] * 20))
        assert not precision.reached(interval([NAN] * 40))
    assert not statistics.Precision(0.1, relative=True).reached(interval(around_0))


def test_common_random_numbers_as_computed_exactly():
    """S14 and S15: exponential variables by inversion of the same uniform numbers, and of opposite ones."""
    uniform = np.random.default_rng(1).uniform(size=200_000)
    first, second = (-10 * np.log(uniform)).tolist(), (-12 * np.log(uniform)).tolist()
    assert ORACLES["S14"]["expected"].endswith("ratio 61")
    assert statistics.variance_reduction(first, second) == pytest.approx(61, rel=0.01)
    assert statistics.correlation(first, second) == pytest.approx(1)
    opposite = (-10 * np.log(1 - uniform)).tolist()
    expected = float(re.search(r"-0\.\d+", ORACLES["S15"]["expected"])[0])
    assert statistics.correlation(first, opposite) == pytest.approx(expected, abs=0.005)


def test_the_variance_of_a_mean_of_correlated_values():
    """S16: the variance of AR(1) values, and of long means of them, as the theory has it."""
    noise = np.random.default_rng(2).normal(size=400_000)
    values = np.empty_like(noise)
    level = 0.0
    for at, step in enumerate(noise):
        level = 0.9 * level + step
        values[at] = level
    assert statistics.variance(values.tolist()) == pytest.approx(5.26315789, rel=0.05)
    means = values.reshape(400, 1000).mean(axis=1).tolist()
    assert 1000 * statistics.variance(means) == pytest.approx(100, rel=0.25)


def test_variance_reduction_where_nothing_varies():
    assert math.isinf(statistics.variance_reduction([1.0, 2, 3], [2.0, 3, 4]))
    assert math.isnan(statistics.variance_reduction([1.0, 1], [2.0, 2]))
    assert math.isnan(statistics.correlation([1.0, 1], [2.0, 3]))
    assert math.isnan(statistics.correlation([1.0], [2.0]))
    assert statistics.variance_reduction([1.0, 2, NAN], [0.0, 4, 1]) == pytest.approx((0.5 + 8) / 4.5)


def family() -> list[tuple[list[float], list[float]]]:
    draw = np.random.default_rng(3)
    base = draw.normal(10, 2, (4, 30))
    shifts = (0, 3, -0.5, 0.02)
    return [
        ((row + shift + draw.normal(0, 1, 30)).tolist(), row.tolist()) for row, shift in zip(base, shifts, strict=True)
    ]


def test_differences_of_a_family():
    pairs = family()
    found = statistics.differences(pairs)
    apart = [[one - other for one, other in zip(*pair, strict=True)] for pair in pairs]
    assert [each.adjusted_p for each in found] == statistics.bonferroni([each.p_value for each in found])
    assert [each.interval.excludes_zero for each in found] == [each.adjusted_p <= 0.05 for each in found]
    assert found[1].interval.excludes_zero
    for values, each in zip(apart, found, strict=True):
        assert each.interval == statistics.mean_interval(values, 0.05 / 4)
        at_0 = statistics.mean_interval(values, each.p_value)
        assert min(abs(at_0.low), abs(at_0.high)) == pytest.approx(0, abs=1e-9), "the p-value is of the same procedure"
    assert statistics.differences([]) == []


def test_differences_at_a_look_use_its_boundary():
    pairs = family()
    early = statistics.differences(pairs, looks=(30, 60), look=0)
    fixed = statistics.differences(pairs)
    for one, other in zip(early, fixed, strict=True):
        assert one.interval.half_width > other.interval.half_width
    level = statistics.spending_looks((30, 60), 0.05 / 4)[0].level
    apart = [one - other for one, other in zip(*pairs[1], strict=True)]
    assert early[1].interval == statistics.mean_interval(apart, level)
    assert early[1].interval.excludes_zero
    assert math.isnan(early[1].adjusted_p)


def test_boundaries_far_out_keep_their_intervals_finite():
    """At the first look of many comparisons the error is below what 1 - error can say."""
    pairs = family() * 10
    for each in statistics.differences(pairs, looks=(20, 40, 60, 80, 120, 160), look=0):
        assert math.isfinite(each.interval.half_width)
    same = statistics.differences([([1.0, 2.0] * 10, [1.0, 2.0] * 10)] * 40, looks=statistics.LOOKS, look=0)[0]
    assert statistics.verdict(same, "lower") == "equivalent"


def verdict(first, second, better="lower", margin=0.0):
    return statistics.verdict(statistics.differences([(first, second)])[0], better, margin)


def test_verdicts():
    low, high = [1.0, 2.0, 3.0, 2.5] * 5, [5.0, 6.5, 7.0, 6.4] * 5
    assert verdict(low, high) == "better"
    assert verdict(high, low) == "worse"
    assert verdict(high, low, "higher") == "better"
    assert verdict(low, [2.0, 1.0, 2.5, 3.0] * 5) == "undecided"
    assert verdict(low, high, margin=5) == "equivalent"
    assert verdict(low, low) == "equivalent"
    assert verdict([1.0], [1.0]) == "undecided"
    assert verdict([NAN] * 5, low[:5]) == "undecided"


def test_equal_differences_decide_as_soon_as_their_signs_do_in_a_family_of_any_size():
    assert verdict([1.0] * 4, [2.0] * 4) == "undecided"
    assert verdict([1.0] * 6, [2.0] * 6) == "better"
    assert statistics.differences([([1.0] * 6, [2.0] * 6)])[0].p_value == 2**-5
    many = statistics.differences([([1.0] * 6, [2.0] * 6)] * 42)
    assert {statistics.verdict(each, "lower") for each in many} == {"better"}


def test_limits_and_verdict_never_contradict_each_other():
    """Differences of every size, with and without spread, in families of any size and at any look."""
    draw = np.random.default_rng(4)
    for size in (2, 4, 6, 20):
        rows = [(draw.normal(shift, spread, size)).tolist() for shift in (0, 0.5, 1, 3) for spread in (0, 1)]
        zero = [0.0] * size
        for looks in ((), (size, 2 * size)):
            for each in statistics.differences([(row, zero) for row in rows], looks=looks):
                limits = each.interval
                for margin in (0.0, 1.0):
                    expected = "undecided"
                    if limits.low > 0 or limits.high < 0:
                        expected = "better" if limits.high < 0 else "worse"
                    if limits.low >= -margin and limits.high <= margin:
                        expected = "equivalent"
                    assert statistics.verdict(each, "lower", margin) == expected


def test_a_family_keeps_its_error():
    """2,000 families of 5 comparisons without any difference: in at most 5 % + 3 sigma is one found."""
    values = np.random.default_rng(11).normal(size=(2000, 5, 40)).tolist()
    zero = [0.0] * 40
    families = (statistics.differences([(row, zero) for row in rows]) for rows in values)
    wrong = sum(any(each.interval.excludes_zero for each in found) for found in families)
    assert wrong <= 2000 * 0.05 + 3 * math.sqrt(2000 * 0.05 * 0.95)
    assert wrong >= 2000 * 0.02
