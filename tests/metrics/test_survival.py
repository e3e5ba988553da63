"""The Kaplan-Meier estimate, against scipy's and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stagesim.metrics.survival import kaplan_meier

TIMES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40)


@given(TIMES)
def test_agrees_with_scipy(sample):
    times, observed = [float(time) for time, _ in sample], [ended for _, ended in sample]
    ended = [time for time, end in zip(times, observed, strict=True) if end]
    cut = [time for time, end in zip(times, observed, strict=True) if not end]
    curve = kaplan_meier(times, observed)
    theirs = stats.ecdf(stats.CensoredData(uncensored=ended, right=cut)).sf
    assert list(curve.times) == sorted(set(ended))
    assert list(curve.shares) == pytest.approx(theirs.evaluate(np.array(curve.times)).tolist(), abs=1e-12)


def test_by_hand():
    """Ends at 1 and 3, cut off at 2 and 4: 3/4, then half of that from 3 on."""
    curve = kaplan_meier([1, 2, 3, 4], [True, False, True, False])
    assert curve.times == (1, 3)
    assert curve.shares == pytest.approx((0.75, 0.375))


def test_cutting_off_at_an_end_comes_after_that_end():
    assert kaplan_meier([5, 5], [True, False]).shares == (0.5,)


def test_nothing_and_nothing_observed():
    assert kaplan_meier([], []) == kaplan_meier([3, 8], [False, False]) == ((), ())
