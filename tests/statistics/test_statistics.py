"""Intervals, sample sizes and corrections against worked examples (`data/statistics_oracles.csv`, S1 to S18)."""

import ast
import csv
import math
import re
from importlib.resources import files

import pytest

from stagesim import statistics

TABLE = (files("stagesim.selfcheck") / "data/statistics_oracles.csv").read_text(encoding="utf-8")
ORACLES = {row["id"]: row for row in csv.DictReader(TABLE.splitlines())}
LAW = ast.literal_eval(ORACLES["S1"]["input"])
NAN = math.nan


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.\d+|-?\d+", text)]


def test_t_interval_of_a_mean():
    mean, variance, half_width, low, high = 2.0310, 0.30910, 0.32228, 1.7087, 2.3533
    assert all(str(value) in ORACLES["S1"]["expected"] for value in (0.3091, half_width, low, high))
    found = statistics.t_interval(LAW, 0.90)
    assert found.mean == pytest.approx(mean, abs=5e-5)
    assert statistics.variance(LAW) == pytest.approx(variance, abs=5e-6)
    assert found.half_width == pytest.approx(half_width, abs=5e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert (found.n, found.left_out) == (10, 0)


def test_t_interval_of_a_proportion_by_replication():
    values = ast.literal_eval(ORACLES["S2"]["input"])
    found = statistics.t_interval(values, 0.90)
    assert (found.mean, statistics.variance(values)) == pytest.approx((0.8530, 0.003887), abs=5e-5)
    assert found.half_width == pytest.approx(0.03614, abs=5e-6)


def pilot(mean: float, variance: float, n: int) -> list[float]:
    """`n` values with exactly this mean and variance."""
    step = math.sqrt(variance * (n - 1) / n)
    return [mean + (step if at % 2 else -step) for at in range(n)]


def test_replications_for_a_precision():
    values = pilot(2.03, 0.31, 10)
    assert statistics.replications_needed(values, absolute=0.25, confidence=0.90) == int(ORACLES["S3"]["expected"])
    assert statistics.replications_needed(values, relative=0.10, confidence=0.90) == 27
    assert statistics.replications_needed(values, relative=0.10, confidence=0.90, adjusted=False) == 23
    assert statistics.replications_needed(values, absolute=100) == 10


@pytest.mark.parametrize("target", [0.01, 0.05, 0.2])
def test_the_number_of_replications_is_the_least_that_suffices(target):
    n = statistics.replications_needed(LAW, absolute=target, confidence=0.95)
    spread = statistics.variance(LAW)

    def half_width(count):
        return statistics.t_quantile(count - 1, 0.95) * math.sqrt(spread / count)

    assert half_width(n) <= target
    assert n == len(LAW) or half_width(n - 1) > target


@pytest.mark.parametrize("arguments", [{}, {"absolute": 1, "relative": 0.1}, {"absolute": 0}, {"relative": 0}])
def test_a_precision_that_means_nothing_is_an_error(arguments):
    with pytest.raises(ValueError, match="hint:"):
        statistics.replications_needed(LAW, **arguments)


def test_paired_and_welch_intervals():
    first, second = ast.literal_eval(ORACLES["S5"]["input"])
    paired = statistics.paired_interval(first, second, 0.90)
    assert (paired.mean, paired.low, paired.high) == pytest.approx((4.9780, 1.6491, 8.3069), abs=5e-5)
    welch = statistics.welch_interval(first, second, 0.90)
    assert (welch.low, welch.high) == pytest.approx((2.6608, 7.2952), abs=5e-5)
    assert welch.mean == pytest.approx(125.570 - 120.592)
    assert statistics.welch_freedom(first, second) == pytest.approx(7.9924, abs=5e-5)
    assert paired.excludes_zero
    assert welch.excludes_zero


SERIES = {
    "S11": lambda t: 10 + 8 * math.exp(-t / 25) + math.sin(0.7 * t),
    "S12": lambda t: 5 * (1 - math.exp(-t / 60)) + 0.5 * math.cos(0.37 * t),
    "S13": lambda _: 3,
}


@pytest.mark.parametrize("row", SERIES)
def test_mser5(row):
    batches, observations, statistic, mean = numbers(ORACLES[row]["expected"])
    found = statistics.mser5([SERIES[row](t) for t in range(1000)])
    assert (found.batches, found.observations) == (batches, observations)
    assert found.statistic == pytest.approx(statistic, abs=5e-12)
    assert found.mean == pytest.approx(mean, abs=5e-9)


def test_mser5_needs_a_batch():
    with pytest.raises(ValueError, match="4 values are no batch"):
        statistics.mser5([1, 2, 3, 4])


def test_t_quantiles():
    expected = numbers(ORACLES["S17"]["expected"])
    found = [statistics.t_quantile(freedom, 0.95) for freedom in (4, 9, 19, 29, 99)]
    assert found == pytest.approx(expected, abs=5e-7)


def test_bonferroni_confidence():
    each = statistics.bonferroni_confidence(0.95, 10)
    assert each == pytest.approx(0.995)
    assert statistics.t_quantile(29, each) == pytest.approx(3.038047, abs=5e-7)


def test_cumulative_is_the_interval_of_each_beginning():
    rows = statistics.cumulative(LAW, 0.90)
    assert [row.n for row in rows] == list(range(1, 11))
    last, whole = rows[-1], statistics.t_interval(LAW, 0.90)
    assert (last.mean, last.low, last.high) == (whole.mean, whole.low, whole.high)
    assert last.relative == pytest.approx(0.32228 / 2.031, abs=1e-5)
    assert last.sd == pytest.approx(math.sqrt(0.30910), abs=1e-5)
    assert math.isnan(rows[0].low)


def test_what_is_not_a_number_is_left_out_and_counted():
    found = statistics.t_interval([1.0, NAN, 3.0])
    assert (found.mean, found.n, found.left_out) == (2.0, 2, 1)
    assert statistics.paired_interval([1.0, NAN, 3.0], [0.0, 0.0, NAN]).left_out == 2
    alone = statistics.t_interval([4.0])
    assert (alone.mean, alone.n) == (4.0, 1)
    assert math.isnan(alone.low)
    assert math.isnan(statistics.t_interval([NAN]).mean)
    assert math.isnan(statistics.welch_interval([1.0], [2.0, 3.0]).low)


def test_holm_by_hand():
    assert statistics.holm([0.01, 0.3]) == pytest.approx([0.02, 0.3])
    # 0.01 x 4, 0.02 x 3, then 0.03 x 2, and the last one is no less than those before it.
    assert statistics.holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert statistics.holm([0.6, 0.9]) == [1.0, 1.0]
    assert statistics.holm([]) == []
    # What is not a number says nothing; once it hid others, wherever it was sorted to.
    assert statistics.holm([0.01, math.nan, 0.001]) == pytest.approx([0.02, 1.0, 0.003])


def test_bonferroni_by_hand():
    assert statistics.bonferroni([0.01, 0.3]) == pytest.approx([0.02, 0.6])
    assert statistics.bonferroni([0.6, 0.3, 0.2]) == pytest.approx([1.0, 0.9, 0.6])
