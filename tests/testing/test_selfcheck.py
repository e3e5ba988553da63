"""The self-check: it agrees with a right harness, catches a wrong one, and never calls agreed what it does not know."""

import math
from itertools import pairwise

import numpy as np
import pytest

from stagesim.cli import main
from stagesim.experiments.executors import Executors
from stagesim.scenario.values.distributions import Fixed
from stagesim.selfcheck.queueing import estimate, queues
from stagesim.selfcheck.queueing.cases import Case, read_cases
from stagesim.selfcheck.queueing.families import set_up
from stagesim.selfcheck.queueing.figures import Figure, figures_of
from stagesim.selfcheck.queueing.interval import estimated
from stagesim.selfcheck.queueing.judge import Verdict, judged, run
from stagesim.selfcheck.queueing.observation import Ratio
from stagesim.statistics import bonferroni_confidence

CASES = {case.name: case for case in read_cases()}


@pytest.fixture(autouse=True)
def _short_sessions(monkeypatch):
    monkeypatch.setattr(estimate, "FIRST_WISHES", 200)


def figures(result):
    return {row.figure: row for row in result.rows}


def made(model, parameters, **expected):
    return Case("X", model, parameters, expected, "", "cases.csv, line 2")


@pytest.mark.parametrize("name", ["A5", "I1", "Q1", "X3", "E1"])
def test_cases_with_known_answers_agree(name):
    """Each misses in 1 % of the seeds. A5 does with seed 1: over 1,200 sessions, its figures are right within 0.7 %."""
    (result,) = run([CASES[name]], precision=0.3, seed=2)
    assert [row for row in result.rows if row.verdict is not Verdict.AGREES] == []
    assert len(result.rows) >= 3


def test_a_review_that_takes_a_tenth_longer_is_caught(monkeypatch):
    right = queues._staff

    def slower(count, time, **habits):
        return right(count, Fixed(time.value * 1.1), **habits)

    monkeypatch.setattr(queues, "_staff", slower)
    (result,) = run([CASES["P1"]], precision=0.5)
    assert result.verdict is Verdict.DIFFERS
    assert figures(result)["utilization"].verdict is Verdict.DIFFERS


def test_a_wrong_expectation_is_caught():
    wrong = made("K independent on/off places (binomial)", CASES["I1"].parameters, mean_number_in_system=3.2)
    (result,) = run([wrong], precision=0.5)
    assert result.verdict is Verdict.DIFFERS


def test_what_is_not_precise_enough_is_undecided(monkeypatch):
    monkeypatch.setattr(estimate, "BUDGET", 0.001)
    (result,) = run([CASES["X1"]], precision=0.01)
    assert figures(result)["mean_wait"].verdict is Verdict.UNDECIDED
    assert result.verdict is Verdict.UNDECIDED


def test_a_case_without_a_figure_has_not_agreed():
    (result,) = run([made("burst, pure death", {"n": 2, "c": 2, "mu": 1}, made_up=1.0)])
    assert result.verdict is Verdict.UNDECIDED
    assert result.left_out == ("made_up",)


def test_results_do_not_depend_on_the_number_of_workers():
    cases = [CASES["X3"], CASES["N1"]]
    alone = [result.rows for result in run(cases, precision=0.5)]
    together = [result.rows for result in run(cases, precision=0.5, executors=Executors(2))]
    assert alone == together


def test_a_share_that_never_varied_is_not_taken_for_certain():
    figure = next(f for f in figures_of(CASES["X1"], set_up(CASES["X1"]), 0.1) if f.name == "p_abandon_or_lost")
    found = estimate.Estimate(figure, 0.0, 0.0, 20, 1 / 1000)
    assert found.half_width(0.95) == pytest.approx(-math.log(0.05) / 1000)
    assert judged(CASES["X1"], found, 0.99).verdict is Verdict.AGREES


def test_a_session_that_remembers_is_seen():
    rng = np.random.default_rng(1)
    fresh = rng.normal(size=(200, 8))
    assert abs(estimate.remembers(fresh.tolist())) < 0.15
    slow = np.repeat(rng.normal(size=(200, 1)), 8, axis=1) + 0.1 * fresh
    assert estimate.remembers(slow.tolist()) > 0.9
    assert estimate.remembers([[1.0, 1.0]]) == 0.0


def test_sessions_with_more_asks_count_for_more():
    """The mean of all five values; the mean of the two means would be 6."""
    figure = Figure("mean_wait", 9.0, 1.0, lambda _: Ratio(0.0))
    found = estimated(figure, [Ratio(2.0, 1), Ratio(40.0, 4), Ratio(0.0, 0)], 5, True)
    assert (found.mean, found.n) == (pytest.approx(8.4), 3)
    assert math.isnan(estimated(figure, [Ratio(0.0, 0)] * 3, 1, True).mean)


def test_the_interval_reaches_further_on_the_side_of_the_long_tail():
    above, below = (Figure("mean_wait", expected, 1.0, lambda _: Ratio(0.0)) for expected in (9.0, 1.0))
    values = [*map(Ratio, [1.0] * 18 + [3.0, 9.0])]
    towards, away = estimated(above, values, 20, True), estimated(below, [Ratio(2.0), *values], 20, True)
    assert towards.reach(0.99) > 1.2 * towards.half_width(0.99)
    assert away.reach(0.99) == away.half_width(0.99)
    assert not towards.is_many


def judge(estimates, case):
    return {judged(case, each, bonferroni_confidence(0.99, len(estimates))).verdict for each in estimates}


def studied(case, seed, draw, course):
    """The verdicts of a study whose sessions are drawn, and not simulated."""
    rng = np.random.default_rng(seed)
    steps = estimate.plan(case, set_up(case), 0.3, 1)
    tasks = next(steps)
    try:
        while True:
            sessions = sum(len(task.replications) for task in tasks)
            values = [{"mean_wait": Ratio(value * 300, 300)} for value in draw(rng, sessions)]
            tasks = steps.send([estimate.Sample(value, tuple(course(rng)), 300) for value in values])
    except StopIteration as done:
        return judge(done.value, case)


def test_skewed_waits_are_rarely_called_different():
    """Means of sessions of skewness 7.7, as with very uneven reviews: 2.4 % of 1,000 studies differ (1 % is meant);
    when a study judged the sample by which it chose its own end, it was 11.6 %. Up to 5 % of 400 are accepted.
    """
    case = made("M/M/c", {"lam": 0.5, "mu": 1, "c": 1}, mean_wait=1.0)
    draw = lambda rng, n: rng.lognormal(-0.5 * 1.08**2, 1.08, n)  # noqa: E731
    found = [studied(case, seed, draw, lambda rng: rng.normal(size=8)) for seed in range(400)]
    assert sum(Verdict.DIFFERS in verdicts for verdicts in found) <= 20
    assert sum(verdicts == {Verdict.AGREES} for verdicts in found) >= 380


def test_sessions_that_are_too_short_to_forget_show_nothing():
    """A room so busy that no session is long enough is undecided, not different: the empty beginning is still in it."""
    case = made("M/M/c", {"lam": 0.98, "mu": 1, "c": 1}, mean_wait=49.0)
    draw = lambda rng, n: rng.normal(30.0, 1.0, n)  # noqa: E731
    assert studied(case, 1, draw, lambda rng: [rng.normal()] * 8) == {Verdict.UNDECIDED}


def test_arrivals_that_fade():
    """By the time t, rate * fades * (1 - exp(-t / fades)) people have come."""
    rate, fades, at = 50.0, 2.0, 3.0
    case = made("Mt/M/inf", {"lam0": rate, "tau": fades, "mean_stay": 1e6, "t": at}, mean_number_in_system=1.0)
    samples = estimate.watch(estimate.Task(case, set_up(case).ends, range(60), 1))
    found = np.array([sample.figures["mean_number_in_system"].total for sample in samples])
    expected = rate * fades * (1 - math.exp(-at / fades))
    assert found.mean() == pytest.approx(expected, abs=4 * math.sqrt(expected / 60))
    assert found.var(ddof=1) == pytest.approx(expected, rel=0.75)


def test_an_invitation_that_the_end_of_the_session_closes_is_not_an_answer():
    parameters = {"K": 4, "mean_answer": 1, "p_accept": 0, "mean_stay": 5}
    case = made("K independent on/off places (binomial)", parameters, p_abandon_or_lost=1.0)
    samples = estimate.watch(estimate.Task(case, 5.0, range(5), 1))
    answers = [sample.figures["p_abandon_or_lost"] for sample in samples]
    assert all(answer.total == answer.over > 0 for answer in answers)


# Families that are not in the file, against Markov chains that are solved here.


def stationary(rates, size):
    """The stationary distribution over states 0 … size - 1; `rates` yields (from, to, rate)."""
    matrix = np.zeros((size, size))
    for start, end, rate in rates:
        matrix[start, end] += rate
        matrix[start, start] -= rate
    matrix[:, -1] = 1
    return np.linalg.solve(matrix.T, np.eye(size)[-1])


def interrupted(lam, mu, away, back, top=150):
    """Mean wait of White and Christie's queue: from the ask to the start of its review."""
    at = lambda n, up: 2 * n + up  # noqa: E731
    rates = []
    for n in range(top):
        for up in (0, 1):
            rates.append((at(n, up), at(n, 1 - up), away if up else back))
            if n + 1 < top:
                rates.append((at(n, up), at(n + 1, up), lam))
        if n:
            rates.append((at(n, 1), at(n - 1, 1), mu))
    share = stationary(rates, 2 * top)
    # Somebody is under review, resumed or not, whenever the room is not empty, but for an ask that met nobody.
    mean_number = sum(n * (share[at(n, 0)] + share[at(n, 1)]) for n in range(top))
    review = (1 + away / back) / mu
    return mean_number / lam - review, mu * sum(share[at(n, 1)] for n in range(1, top)) / mu


def test_interruptions():
    lam, mu, away, back = 0.3, 1.0, 0.3, 1.0
    wait, busy = interrupted(lam, mu, away, back)
    parameters = {"lam": lam, "mu": mu, "away_rate": away, "back_rate": back}
    (result,) = run(
        [made("M/M/1 with interruptions (White-Christie)", parameters, mean_wait=wait, utilization=busy)], precision=0.3
    )
    assert result.verdict is Verdict.AGREES, result.rows


def retried(lam, mu, servers, retry, again, top=80):
    """Mean number trying again, the share lost, and the share of first asks that find everybody busy."""
    at = lambda busy, orbit: busy * top + orbit  # noqa: E731
    rates = []
    for orbit in range(top):
        for busy in range(servers + 1):
            here = at(busy, orbit)
            if busy < servers:
                rates.append((here, at(busy + 1, orbit), lam))
                if orbit:
                    rates.append((here, at(busy + 1, orbit - 1), orbit * retry))
            else:
                if orbit + 1 < top:
                    rates.append((here, at(busy, orbit + 1), lam * again))
                if orbit and again < 1:
                    rates.append((here, at(busy, orbit - 1), orbit * retry * (1 - again)))
            if busy:
                rates.append((here, at(busy - 1, orbit), busy * mu))
    share = stationary(rates, (servers + 1) * top)
    orbit = sum(share[at(busy, n)] * n for busy in range(servers + 1) for n in range(top))
    blocked = sum(share[at(servers, n)] for n in range(top))
    trying = sum(share[at(servers, n)] * n for n in range(top))
    return orbit, (1 - again) * (blocked + trying * retry / lam), blocked


@pytest.mark.parametrize(("servers", "again"), [(1, 1.0), (2, 1.0), (2, 0.6)])
def test_retrials(servers, again):
    lam, mu, retry = 0.5 * servers, 1.0, 0.5
    orbit, lost, blocked = retried(lam, mu, servers, retry, again)
    name = f"M/M/{servers} retrial" + ("" if again == 1 else ", non-persistent")
    parameters = {"lam": lam, "mu": mu, "retry_rate": retry, "p_retry": again}
    expected = {"mean_wait": orbit / lam, "p_wait": blocked, "p_abandon_or_lost": lost, "mean_number_waiting": orbit}
    case = Case("X", name, parameters, expected, "P_lost is the share of people who never get through", "line 2")
    (result,) = run([case], precision=0.4)
    assert result.verdict is Verdict.AGREES, result.rows


def test_people_who_may_give_up_while_they_are_reviewed():
    lam, mu, theta, top = 1.5, 1.0, 0.5, 60
    rates = [(n, n + 1, lam) for n in range(top - 1)] + [(n, n - 1, mu + n * theta) for n in range(1, top)]
    share = stationary(rates, top)
    mean_number = float(share @ np.arange(top))
    expected = {
        "mean_number_in_system": mean_number,
        "utilization": 1 - share[0],
        "p_abandon_or_lost": theta * mean_number / lam,
    }
    case = made("M/M/c, patience on the whole sojourn", {"lam": lam, "mu": mu, "c": 1, "theta": theta}, **expected)
    (result,) = run([case], precision=0.3)
    assert result.verdict is Verdict.AGREES, result.rows


def test_a_stage_that_fills_behind_a_review():
    lam, mu, stay, places = 0.5, 1.0, 4.0, 2
    rates = [(n, n + 1, lam) for n in range(places)] + [(n, n - 1, n / stay) for n in range(1, places + 1)]
    share = stationary(rates, places + 1)
    case = made(
        "M/M/1 then Erlang B on its (Poisson) output",
        {"lam": lam, "mu1": mu, "mean_stay": stay, "K": places},
        p_abandon_or_lost=float(share[-1]),
        stage_util=float(share @ np.arange(places + 1)) / places,
    )
    (result,) = run([case], precision=0.3)
    assert result.verdict is Verdict.AGREES, result.rows


# On the command line.

HEAD = (
    "case,model,parameters_json,mean_wait,p_wait,p_abandon_or_lost,mean_number_in_system,mean_number_waiting,"
    "utilization,extra_json\n"
)
NOBODY_WAITS = 'X,"burst, pure death","{""n"": 2, ""c"": 2, ""mu"": 1}",0,0,0,,,,\n'
SOMEBODY_WAITS = 'Y,"burst, pure death","{""n"": 2, ""c"": 1, ""mu"": 1}",9,0.5,0,,,,\n'
UNHEARD_OF = "Z,M/M/z polling,{},1,,,,,,\n"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (NOBODY_WAITS, 0),
        (NOBODY_WAITS + SOMEBODY_WAITS + UNHEARD_OF, 1),
        (NOBODY_WAITS + UNHEARD_OF, 3),
        (None, 5),
        ("", 5),
        ("A,M/M/c,{},1,,,,,,\n", 2),
    ],
)
def test_exit_codes(tmp_path, capsys, rows, code):
    path = tmp_path / "cases.csv"
    path.write_text("" if rows is None else HEAD + rows)
    with pytest.raises(SystemExit) as ended:
        main(["selfcheck", "--cases", str(path), "--workers", "1", "--precision", "0.9"])
    assert ended.value.code == code
    printed = capsys.readouterr()
    if code in {2, 5}:
        assert printed.out == ""
        assert str(path) in printed.err
        assert "hint: " in printed.err
    else:
        names = [line.split()[0] for line in printed.out.splitlines() if line[:1] in "XYZ" and line.strip()]
        assert all(one <= other for one, other in pairwise(names[: rows.count("\n")]))
        assert "cases: " in printed.out


def test_what_differs_is_said_again_at_the_end(tmp_path, capsys):
    path = tmp_path / "cases.csv"
    path.write_text(HEAD + NOBODY_WAITS + SOMEBODY_WAITS)
    with pytest.raises(SystemExit):
        main(["selfcheck", "--cases", str(path), "--workers", "1", "--precision", "0.9"])
    after = capsys.readouterr().out.partition("not agreed:")[2]
    assert "Y " in after
    assert "expected 9 " in after
    assert "cases: 1 agrees, 1 differs" in after
