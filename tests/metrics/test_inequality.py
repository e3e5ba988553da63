"""Gini, Jain, entropy and top share against `data/metric_oracles.csv`, every row of it."""

import csv
import math
import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagesim.metrics.inequality import gini, jain, normalised_entropy, top_share

TABLE = (files("stagesim.selfcheck") / "data/metric_oracles.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
SAMPLES = 400_000


def values(row) -> list[float]:
    """The shares that a row describes in words; those of "same" are the row's before."""
    text = row["input"]
    if text == "same":
        text = ROWS[ROWS.index(row) - 1]["input"]
    draws = np.random.default_rng(7)
    if found := re.fullmatch(r"Zipf s=1, n=(\d+)", text):
        return [1 / rank for rank in range(1, int(found[1]) + 1)]
    if found := re.fullmatch(r"lognormal sigma ([\d.]+)", text):
        return draws.lognormal(0, float(found[1]), SAMPLES).tolist()
    return {
        "n equal shares": [2.5] * 9,
        "n equal": [2.5] * 9,
        "n=20, one person has everything": [0.0] * 19 + [3.0],
        "[1,2,3,4,5]": [1, 2, 3, 4, 5],
        "exponential talk time": draws.exponential(60, SAMPLES).tolist() if "exponential" in text else [],
        "90 people 0, 9 people 1, 1 person 10 (90-9-1 shape)": [0] * 90 + [1] * 9 + [10],
        "8 people 1, 2 people 0": [1] * 8 + [0] * 2,
    }[text]


FUNCTIONS = {
    "Gini": gini,
    "Jain": jain,
    "normalised entropy": normalised_entropy,
    "top-1 share": lambda shares: top_share(shares, 1 / len(shares)),
    "top 10% share": lambda shares: top_share(shares, 0.1),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_oracle(row):
    metric, _, limit = row["metric"].partition(",")
    # 400,000 draws: a few standard errors of the heaviest tail, sigma 1.384.
    tolerance = 0.015 if limit else 1e-11
    assert FUNCTIONS[metric](values(row)) == pytest.approx(float(row["expected"]), abs=tolerance)


@pytest.mark.parametrize("function", [gini, jain, normalised_entropy, top_share])
def test_nothing_to_share_is_not_a_number(function):
    assert math.isnan(function([]))
    assert math.isnan(function([0.0, 0.0]))


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any))
def test_bounds_and_independence_of_order_and_unit(shares):
    n = len(shares)
    assert -1e-12 <= gini(shares) <= (n - 1) / n + 1e-12
    assert 1 / n - 1e-12 <= jain(shares) <= 1 + 1e-12
    assert 0 < top_share(shares) <= 1
    for function in (gini, jain, top_share):
        assert function(shares[::-1]) == pytest.approx(function(shares), abs=1e-12)
        assert function([60 * share for share in shares]) == pytest.approx(function(shares), abs=1e-12)


def test_the_top_tenth_of_thirty_is_three():
    assert top_share(range(1, 31), 0.1) == pytest.approx((30 + 29 + 28) / 465)
