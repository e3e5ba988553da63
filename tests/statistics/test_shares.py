"""Shares over all sessions together: exact where they can be, and right where sessions are small, large and skewed."""

import math
from typing import Any

import numpy as np
import pytest

from stagesim.statistics import (
    ENOUGH,
    decide_share,
    differences,
    mean_interval,
    paired_per_session,
    per_session,
    quantile,
    share,
    share_interval,
    spending_looks,
    verdict,
)

LOOKS = spending_looks()


def skewed(draw: np.random.Generator, sessions: int) -> list[tuple[int, int]]:
    """Many quiet sessions, in which nearly all are in time, and a few crowded ones, in which few are."""
    crowded = draw.random(sessions) < 0.3
    number: Any = np.where(crowded, draw.poisson(60, sessions), draw.poisson(6, sessions))
    chance = np.where(crowded, draw.beta(3, 5, sessions), draw.beta(18, 2, sessions))
    return [(int(got), int(of)) for got, of in zip(draw.binomial(number, chance), number, strict=True)]


TRUTH = (0.3 * 60 * 3 / 8 + 0.7 * 6 * 0.9) / (0.3 * 60 + 0.7 * 6)
"""Of all people of all sessions; the mean of the shares of the sessions is 0.74."""


def test_a_share_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    counts = [(9, 10), (0, 990), (0, 0)]
    assert share(counts) == share_interval(counts).mean == 9 / 1000
    assert math.isnan(share([(0, 0)]))
    assert math.isnan(share_interval([(0, 0)] * 5).mean)
    assert share_interval([(0, 0)] * 5).n == 0
    assert decide_share([(0, 0)] * 40, LOOKS, 0.8).answer == "undecided"
    late = [(0, 0)] * 20 + [(5, 5)] * 300
    assert decide_share(late, LOOKS, 0.8).answer == "above", "nothing is decided by sessions in which there was nothing"
    assert share_interval(late).left_out == 20


def test_a_share_of_equal_sessions_has_the_interval_of_a_mean() -> None:
    counts = [(3, 10), (5, 10), (9, 10), (9, 10)] * 10
    plain, found = mean_interval([0.3, 0.5, 0.9, 0.9] * 10), share_interval(counts)
    assert (found.mean, found.low, found.high) == pytest.approx((plain.mean, plain.low, plain.high))
    assert share_interval([(1, 10)] * 15 + [(10, 10)] * 3).high <= 1, "no share is above 1"


@pytest.mark.parametrize("percent", range(1, 100))
def test_a_share_that_is_exactly_the_limit_has_no_excess(percent: int) -> None:
    assert per_session([(percent, 100), (3 * percent, 300)]) == [percent / 100] * 2
    assert decide_share([(percent, 100)] * 40, LOOKS, percent / 100).answer == "within"


def test_everybody_in_time_in_every_session_is_decided_as_far_as_nobody_can_have_been_missed() -> None:
    """In 40 sessions without anybody who is late, 8.8 % of all sessions may still have some, with an error of 2.5 %."""
    found = share_interval([(7, 7)] * 40)
    assert (found.mean, found.high, found.rarer, found.is_bounded) == (1.0, 1.0, 0, True)
    assert found.low == pytest.approx(0.025 ** (1 / 40))
    early = decide_share([(7, 7)] * 40, LOOKS, 0.9)
    assert (early.answer, early.interval.low) == ("undecided", pytest.approx((LOOKS[0].level / 2) ** (1 / 40)))
    assert decide_share([(7, 7)] * 320, LOOKS, 0.9).answer == "above"
    assert decide_share([(7, 7)] * 320, LOOKS, 0.99).answer == "undecided", "one session in a hundred may be missed"


def test_rare_late_ones_bound_the_share_and_enough_of_them_give_an_interval() -> None:
    rare, enough = ([(10, 10)] * (80 - late) + [(8, 10)] * late for late in (ENOUGH - 1, ENOUGH))
    assert (share_interval(rare).rarer, share_interval(rare).is_bounded) == (ENOUGH - 1, True)
    assert share_interval(rare).low < share(rare) < share_interval(rare).high == 1
    assert share_interval(enough).rarer is None
    turned = share_interval([(number - count, number) for count, number in rare])
    assert (turned.low, turned.high) == pytest.approx((0, 1 - share_interval(rare).low))


def test_an_average_of_waits_is_bounded_by_those_that_may_never_end() -> None:
    """Twenty wishes a session wait 5 to 9 s; of one session one waits for the 600 s that count at most."""
    waits = [[5.0 + (at + each) % 5 for each in range(20)] for at in range(40)]
    plain = [(sum(each), 20) for each in waits]
    some = [(sum(waits[0]) - 5 + 600, 20), *plain[1:]]
    never, once = share_interval(plain, most=600, full=[0] * 40), share_interval(some, most=600, full=[1] + [0] * 39)
    assert never.low == pytest.approx(7)
    assert never.high == pytest.approx(7 + 600 * (1 - 0.025 ** (1 / 40)))
    assert never.is_bounded
    assert once.low < once.mean == share(some) < once.high < never.high
    nobody = share_interval([(12_000, 20)] * 40, most=600, full=[20] * 40)
    assert (nobody.mean, nobody.high) == (600, 600)
    assert nobody.low == pytest.approx(600 * 0.025 ** (1 / 40))


@pytest.mark.parametrize("apart", [ENOUGH - 1, ENOUGH])
def test_pairs_that_seldom_differ_are_not_decided_by_the_spread_of_the_others(apart: int) -> None:
    first = [(7 + at % 4, 10) for at in range(80)]
    second = [(count - (at < apart), number) for at, (count, number) in enumerate(first)]
    values = paired_per_session(first, second)
    (found,) = differences([values])
    assert found.interval.mean == pytest.approx(share(first) - share(second))
    assert verdict(found, "higher") == ("better" if apart == ENOUGH else "undecided")


def test_skewed_sessions_are_judged_by_people_not_by_sessions() -> None:
    counts = skewed(np.random.default_rng(1), 320)
    assert np.mean([got / of for got, of in counts if of]) > 0.7
    found = decide_share(counts, LOOKS, 0.65)
    assert found.answer == "below"
    assert found.look is not None
    assert found.interval.mean == share(counts[: found.look.n])
    assert found.interval.low < TRUTH < found.interval.high < 0.65


def test_the_margin_is_a_difference_of_shares() -> None:
    counts = skewed(np.random.default_rng(2), 320)
    assert decide_share(counts, LOOKS, TRUTH).answer == "undecided"
    assert decide_share(counts, LOOKS, TRUTH, margin=0.12).answer == "within"


def test_false_verdicts_at_the_exact_boundary_stay_within_the_stated_error() -> None:
    draw = np.random.default_rng(3)
    answers = [decide_share(skewed(draw, 320), LOOKS, TRUTH).answer for _ in range(400)]
    # 5 % of 400 are 20; more than 34 would come once in a thousand times.
    assert sum(answer != "undecided" for answer in answers) <= 34


@pytest.mark.parametrize("sessions", [40, 160])
def test_the_interval_holds_the_true_share_as_often_as_it_says(sessions: int) -> None:
    draw = np.random.default_rng(4)
    found = [share_interval(skewed(draw, sessions)) for _ in range(600)]
    assert sum(each.low <= TRUTH <= each.high for each in found) / 600 >= 0.93


def of_times(sessions: list[list[float]]) -> Any:
    """Distinct finite times in order, and how many of how many of each session are at most so long."""
    values = sorted({int(each) for times in sessions for each in times if not math.isinf(each)})
    return values, lambda limit: [(sum(each <= limit for each in times), len(times)) for times in sessions]


def test_a_quantile_is_that_of_all_people_not_a_mean_of_quantiles() -> None:
    sessions = [[1.0, 2.0]] * 3 + [[50.0] * 94]
    assert quantile(*of_times(sessions), 0.5, 0.95).value == 50
    assert quantile(*of_times(sessions), 0.06, 0.95).value == 2
    assert quantile(*of_times(sessions), 0.03, 0.95).value == 1


def test_whoever_never_gets_there_is_at_infinity() -> None:
    sessions = [[10.0, 20.0, math.inf, math.inf]] * 20
    assert quantile(*of_times(sessions), 0.5, 0.95) == (20, 20, 20)
    assert quantile(*of_times(sessions), 0.51, 0.95) == (math.inf, math.inf, math.inf)
    assert quantile(*of_times([[math.inf]] * 20), 0.5, 0.95) == (math.inf, math.inf, math.inf)


def test_one_session_has_a_quantile_and_no_limits_of_it() -> None:
    found = quantile(*of_times([[10.0, 20.0, 30.0]]), 0.5, 0.95)
    assert found.value == 20
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    few = share_interval([(3, 10), (5, 10), (10, 10)])
    assert few.mean == 0.6
    assert math.isnan(few.low)


def test_the_limits_of_a_quantile_hold_the_true_one_as_often_as_they_say() -> None:
    """Sessions are crowded or not; people wait exponentially, in a crowd five times as long."""
    draw = np.random.default_rng(5)

    def sessions(count: int) -> list[list[float]]:
        crowded = draw.random(count) < 0.3
        return [
            list(np.ceil(draw.exponential(5000 if much else 1000, size=1 + draw.poisson(30 if much else 6))))
            for much in crowded
        ]

    # P(wait <= t) over all people, solved for one half.
    crowd, calm = 0.3 * 31, 0.7 * 7
    truth = next(
        t for t in range(10_000) if (crowd * math.exp(-t / 5000) + calm * math.exp(-t / 1000)) / (crowd + calm) <= 0.5
    )
    found = [quantile(*of_times(sessions(40)), 0.5, 0.95) for _ in range(200)]
    held = sum(each.low <= truth <= each.high for each in found)
    assert held / 200 >= 0.9, "95 % of 200 less three of their standard errors"
    assert max(each.high for each in found) < math.inf


@pytest.mark.parametrize("sessions", [2, 8, 14])
def test_a_quantile_has_no_limits_where_the_share_at_it_has_none(sessions: int) -> None:
    """As for any other figure of so few sessions: what is not known is no limit above the quantile."""
    waits = [[10.0 * (1 + at % 3), 40.0 + at, 90.0] for at in range(sessions)]
    found = quantile(*of_times(waits), 0.5, 0.95)
    assert 40 <= found.value <= 55
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_where_the_share_has_no_limits_those_of_a_quantile_lie_further_out() -> None:
    """Of 20 sessions 12 have somebody within 20 ms: that is too many for a bound and too few for an interval."""
    waits = [[20.0 + 20 * (at < 8), 60.0, 60.0, 80.0] for at in range(20)]
    values, counts = of_times(waits)
    assert math.isnan(share_interval(counts(20)).low)
    low, high = (quantile(values, counts, part, 0.95)[1:] for part in (0.2, 0.24))
    assert low == high == (20, 40)


def test_limits_hold_what_they_are_limits_of() -> None:
    """Few sessions or many, skewed or not: both limits are numbers, and the figure lies between them, or none is."""
    draw = np.random.default_rng(6)
    for sessions in map(int, draw.integers(1, 45, 60)):
        of = [int(each) for each in draw.poisson(draw.choice([0.5, 3, 12]), sessions)]
        times = [list(np.where(draw.random(each) < 0.2, math.inf, np.ceil(draw.lognormal(3, 1, each)))) for each in of]
        values, counts = of_times(times)
        waits = [(math.fsum(min(each, 30.0) for each in row), len(row)) for row in times]
        full = [sum(each >= 30 for each in row) for row in times]
        rare = [float(draw.lognormal(0, 2)) * (draw.random() < 0.3) for _ in of]
        found = [
            share_interval(counts(20)),
            share_interval(waits, most=30, full=full),
            mean_interval(rare),
            *(each.interval for each in differences([(rare, [float(each) for each in of])])),
        ]
        held = [(each.low, each.mean, each.high) for each in found]
        held += [
            (low, value, high) for value, low, high in (quantile(values, counts, p, 0.95) for p in (0.1, 0.5, 0.9))
        ]
        for low, value, high in held:
            assert low <= value <= high or (math.isnan(low) and math.isnan(high)), (sessions, low, value, high)
