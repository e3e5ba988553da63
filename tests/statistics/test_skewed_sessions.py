"""The studies of skewed sessions that the self-check draws have the limits that the product shows."""

import math

import numpy as np
import pytest

from stagesim.selfcheck.calibration.skewed import SELDOM, STUDIES, Cell, Found, cells, shown, summaries
from stagesim.statistics import Interval, mean_interval, share_interval

SIZE = 60


def asked(cell: Cell, drawn: np.ndarray) -> Interval:
    """The interval of one study, by the functions that tables ask."""
    if cell.number is None or cell.full is None:
        return mean_interval(cell.sums[drawn].tolist())
    counts = list(zip(cell.sums[drawn].tolist(), cell.number[drawn].astype(int).tolist(), strict=True))
    return share_interval(counts, most=cell.most, full=cell.full[drawn].astype(int).tolist())


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: cell.name)
def test_limits_are_those_of_the_product(cell: Cell) -> None:
    draws = np.random.default_rng(1).integers(0, len(cell.sums), (12, SIZE))
    for drawn, summary in zip(draws, summaries(cell, draws), strict=True):
        found, wanted = shown(summary, cell), asked(cell, drawn)
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=1e-6, abs=1e-9, nan_ok=True)
        assert found.is_bounded == wanted.is_bounded
        assert (found.half_width > 0) == (wanted.half_width > 0)


def test_the_table_is_skewed_and_has_all_modes_of_three_scenarios() -> None:
    assert len(cells()) == 3 * 3 * 6
    worst = max(cells(), key=lambda cell: abs(_skewness(cell)))
    assert abs(_skewness(worst)) > 10


def _skewness(cell: Cell) -> float:
    number = np.ones(len(cell.sums)) if cell.number is None else cell.number
    apart = cell.sums - cell.truth * number
    return float((apart**3).mean() / (apart**2).mean() ** 1.5) if apart.any() else 0.0


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (Found("", 40, intervals=STUDIES, holding=round(STUDIES * 0.935)), True),
        (Found("", 40, intervals=STUDIES, holding=round(STUDIES * 0.92)), False),
        (Found("", 40, bounds=STUDIES, holding_bounds=round(STUDIES * 0.92)), False),
        # Half of them show an interval, which holds too seldom, though the bounds make good for it.
        (Found("", 40, STUDIES // 2, round(STUDIES * 0.45), STUDIES // 2, STUDIES // 2), False),
        # The few that show one are those with the luck of the draw.
        (Found("", 40, 40, 0, STUDIES - 40, STUDIES - 40), True),
        (Found("", 40, math.floor(STUDIES * SELDOM) - 1, 0, STUDIES // 2, STUDIES // 2), False),
    ],
)
def test_what_is_shown_must_hold(found: Found, holds: bool) -> None:
    assert found.holds is holds
