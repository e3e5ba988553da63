"""Families and parameters that no built-in case has, against formulas that stand here and nowhere else.

Every test has a fixed seed; with another one, all intervals of a case together miss a true figure in 1 % of the runs,
in about 3 % where review times are as skewed as in the second case.
"""

import math

import numpy as np
import pytest

from stagesim.selfcheck.queueing import estimate
from stagesim.selfcheck.queueing.cases import Case
from stagesim.selfcheck.queueing.judge import Verdict, run


@pytest.fixture(autouse=True)
def _short_sessions(monkeypatch):
    monkeypatch.setattr(estimate, "FIRST_WISHES", 200)


def agrees(model, parameters, note="", **expected):
    (result,) = run([Case("X", model, parameters, expected, note, "cases.csv, line 2")], precision=0.6)
    assert {row.figure for row in result.rows} == set(expected)
    assert result.verdict is Verdict.AGREES, result.rows


def erlang_b(load, places):
    """Erlang's loss formula, by its recursion."""
    blocked = 1.0
    for k in range(1, places + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(load, servers):
    """The probability of waiting in M/M/c."""
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def test_a_loss_system_does_not_see_how_stays_vary():
    """Sevastyanov 1957: Erlang's formula holds for any distribution of the stay."""
    lost = erlang_b(6.0, 5)
    parameters = {"lam": 3, "mean_stay": 2, "K": 5, "cv": 2}
    agrees("M/G/K/K", parameters, p_abandon_or_lost=lost, mean_number_in_system=6 * (1 - lost), P_time_full=lost)


@pytest.mark.parametrize(("rate", "cv"), [(0.2, 2.0), (0.5, 0.5)])
def test_one_moderator_with_any_review_time(rate, cv):
    """Pollaczek 1930, Khinchine 1932."""
    wait = rate * (1 + cv**2) / (2 * (1 - rate))
    agrees("M/G/1", {"lam": rate, "mean": 1, "cv": cv}, mean_wait=wait, mean_number_waiting=rate * wait, p_wait=rate)


def test_exponential_vacations():
    """Fuhrmann and Cooper 1985: the wait of M/M/1, and the rest of a vacation."""
    wait = 0.5 / (1 - 0.5) + 3
    parameters = {"lam": 0.5, "mu": 1, "vacation": "exponential mean 3 s"}
    agrees("M/M/1 multiple vacations", parameters, mean_wait=wait, p_wait=1.0, utilization=0.5)


def test_people_who_ask_three_times_at_most():
    """Kelly 1975: the list is M/M/c at the rate of all asks, whatever the routes through the pauses."""
    lam, servers, declined, again, most, pause = 1.0, 3, 0.5, 0.8, 3, 1.0
    asks = sum((declined * again) ** k for k in range(most))
    waits = erlang_c(lam * asks, servers)
    agrees(
        "M/M/c with Bernoulli feedback via ./M/inf (Jackson)",
        {"lam": lam, "mu": 1, "c": 3, "p_decline": 0.5, "p_reask": 0.8, "mean_pause": pause, "max_asks": most},
        "P_lost is the share who never reach the stage",
        mean_wait=waits / (servers - lam * asks),
        p_wait=waits,
        p_abandon_or_lost=1 - (1 - declined) * asks,
        asks_per_person=asks,
    )


def test_people_who_ask_again_and_may_lose_patience():
    """The stationary distribution of the chain of (open requests, people who pause), solved here."""
    lam, again, pause, theta, top = 0.8, 0.5 * 0.8, 3.0, 0.3, 22
    size = top * top
    rates = np.zeros((size, size))
    for n in range(top):
        for pausing in range(top):
            for to_n, to_pausing, rate in [
                (n + 1, pausing, lam),
                (n + 1, pausing - 1, pausing / pause),
                (n - 1, pausing, (n > 0) * (1 - again) + max(0, n - 1) * theta),
                (n - 1, pausing + 1, (n > 0) * again),
            ]:
                if 0 <= to_n < top and 0 <= to_pausing < top:
                    rates[n * top + pausing, to_n * top + to_pausing] += rate
    rates -= np.diag(rates.sum(axis=1))
    rates[:, -1] = 1
    share = np.linalg.solve(rates.T, np.eye(size)[-1]).reshape(top, top)
    waiting = float(share.sum(axis=1) @ np.maximum(np.arange(top) - 1, 0))
    pausing = float(share.sum(axis=0) @ np.arange(top))
    asks = lam + pausing / pause
    agrees(
        "M/M/1+M with feedback (2-D Markov chain)",
        {"lam": lam, "mu": 1, "c": 1, "p_decline": 0.5, "p_reask": 0.8, "mean_pause": pause, "theta": theta},
        mean_wait=waiting / asks,
        p_abandon_or_lost=theta * waiting / asks,
        mean_in_delay=pausing,
        utilization=1 - float(share[0].sum()),
    )


@pytest.mark.parametrize(("patience", "wait", "lost"), [({"patience": 4}, 3.2, 0.6), ({}, 5.0, 0.0)])
def test_looks_at_intervals(patience, wait, lost):
    """The rest of an interval is uniform: E min(R, 4) and P(R > 4), R from 0 to 10."""
    parameters = {"T": 10, **patience}
    agrees("periodic review, residual time uniform", parameters, mean_wait=wait, p_abandon_or_lost=lost)


def test_a_wait_that_hardly_ever_happens_is_no_difference():
    """Of what is as good as nothing, no relative precision is demanded; it was 0 in all sessions, and `differs`."""
    waits = erlang_c(0.5, 9)
    agrees("M/M/c", {"lam": 0.5, "mu": 1, "c": 9}, mean_wait=waits / 8.5, mean_number_waiting=waits / 17, p_wait=waits)


def test_a_moment_before_anybody_came():
    """Sessions without any wish had no price, and there was no end of them."""
    parameters = {"lam": 0.001, "mean_stay": 5, "t": 0.01}
    agrees("M/M/inf transient", parameters, mean_number_in_system=0.005 * (1 - math.exp(-0.002)))
