"""Expectations of shares, waits and quantiles: of all in all sessions, those who never get there too."""

from array import array
from typing import Any

import numpy as np
import pytest

from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Outcome
from stagesim.metrics import Times
from stagesim.scenario.demands.statements import Expectation
from stagesim.scenario.reading.loader import loads
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.pooled import ExpectedPooled
from stagesim.testing.gate.questions import questions
from stagesim.testing.gate.verdicts import Finding, Judgement, Verdict

LOOKS = (20, 40, 60, 80, 120, 160)


def asked(that: str, sessions: list[tuple[list[float], int]], **given: Any) -> Finding:
    """What the gate says after sessions with so many requests each, of which some were decided after these seconds."""
    question = ExpectedPooled(Expectation(that=that, **given), "join_by_request", 1, LOOKS)
    for number, (seconds, of) in enumerate(sessions):
        times = Times(array("q", sorted(round(each * 1000) for each in seconds)), of)
        key = ("time_to_decision", "group" if "group" in given else "all", given.get("group", ""))
        question.see(Outcome("join_by_request", number, None, {}, {}, {}, (), {key: times}))  # type: ignore[arg-type]
    return question.judge(len(sessions), last=len(sessions) == LOOKS[-1])


SHARE = "share of requests decided within 20 s >= 80 %"
SKEWED = [([5.0] * 4, 4)] * 9 + [([], 100)]
"""Nine sessions in which all four are decided at once, and one of a hundred requests in which nobody is: 36 of 136."""


@pytest.mark.parametrize("that", [SHARE, "p(80) of time_to_decision <= 20 s"])
def test_a_crowded_session_counts_by_its_people(that: str) -> None:
    found = asked(that, SKEWED * 16)
    assert found.verdict is Verdict.FAIL
    assert "26.5 % of " in found.said
    assert "requests decided within 20 s, 95 % interval " in found.said


def test_whoever_never_gets_there_has_waited_longer_than_any_limit() -> None:
    half = [([1.0] * 5, 10), ([1.0] * 5, 10), ([1.0] * 5, 11)] * 20
    assert asked("p(40) of time_to_decision <= 20 s", half).verdict is Verdict.PASS
    assert asked("p(60) of time_to_decision <= 20 s", half).verdict is Verdict.FAIL
    assert asked("p(60) of time_to_decision <= 5 h", half).verdict is Verdict.FAIL
    assert asked("p(60) of time_to_decision > 5 h", half).verdict is Verdict.PASS


def test_less_than_a_limit_is_not_the_limit() -> None:
    at_limit = [([20.0] * 9, 9), ([20.0] * 7, 7)] * 80
    assert asked("p(80) of time_to_decision <= 20 s", at_limit).verdict is Verdict.PASS
    strict = asked("p(80) of time_to_decision < 20 s", at_limit)
    assert strict.verdict is Verdict.FAIL
    assert "requests decided in less than 20 s, 95 % bounds" in strict.said, "nobody is"
    assert asked("p(80) of time_to_decision >= 20 s", at_limit).verdict is Verdict.PASS
    assert asked("p(80) of time_to_decision > 20 s", at_limit).verdict is Verdict.FAIL


def test_a_share_without_spread_is_compared_as_it_is() -> None:
    seven = [([1.0] * 7, 100)] * 20
    assert asked("share of requests decided within 20 s >= 7 %", seven).verdict is Verdict.PASS
    assert asked("share of requests decided within 20 s > 7 %", seven).verdict is Verdict.FAIL


def waited(that: str, sessions: list[tuple[float, int]]) -> Finding:
    """What the gate says after sessions whose requests wait so long for a decision on average, each so many."""
    question = ExpectedPooled(Expectation(that=that), "join_by_request", 1, LOOKS)
    for number, (seconds, of) in enumerate(sessions):
        figures = {"time_to_decision_mean": seconds, "requests": of}
        question.see(Outcome("join_by_request", number, None, figures, {}, {}, ()))  # type: ignore[arg-type]
    return question.judge(len(sessions), last=len(sessions) == LOOKS[-1])


def test_an_average_wait_is_that_of_all_and_says_how_much_of_a_wait_counts() -> None:
    """Nine of ten sessions have one request that waits 10 s, and one has fifty that wait for 100 s."""
    sessions = ([(10.0, 1)] * 9 + [(100.0, 50)]) * (LOOKS[-1] // 10)
    found = waited("mean of time_to_decision <= 60 s", sessions)
    assert found.verdict is Verdict.FAIL, "the mean of the sessions' means is 19 s"
    assert "over " in found.said
    assert f"average {(90 + 5000) / 59:.1f} s over " in found.said
    assert " requests, at most 10 min counted, 95 % bounds " in found.said
    quick = [(89.0, 4), (90.0, 7)] * 20
    assert waited("mean of time_to_decision <= 5 min", quick).verdict is Verdict.PASS
    assert waited("mean of time_to_decision <= 100 s", quick).verdict is Verdict.UNDECIDED, (
        "none of 40 was never decided"
    )


def test_without_requests_nothing_is_said() -> None:
    nothing = asked(SHARE, [([], 0)] * 160)
    assert (nothing.verdict, nothing.exit_code) == (Verdict.UNDECIDED, ExitCode.NOTHING)
    assert nothing.said == "no samples: no requests in 160 replications"
    few = asked(SHARE, [([1.0] * 5, 5)] * 9 + [([], 0)] * 151)
    assert (few.verdict, few.exit_code, few.samples) == (Verdict.UNDECIDED, ExitCode.UNDECIDED, 9)
    assert few.said.startswith("9 of the 10 samples that are needed; 100.0 % of 45 requests")
    assert asked(SHARE, [([1.0] * 5, 5)] * 40 + [([], 0)] * 120, samples=40).verdict is Verdict.PASS


def test_a_margin_is_in_shares_and_a_group_is_its_own() -> None:
    draw = np.random.default_rng(1)
    near = [([1.0] * int(draw.binomial(20, 0.8)), 20) for _ in range(160)]
    assert asked(SHARE, near).verdict is Verdict.UNDECIDED
    assert asked(SHARE, near, margin="5 %").verdict is Verdict.PASS
    assert asked(SHARE, near, margin=0.05, group="guests").verdict is Verdict.PASS


def test_false_alarms_at_the_exact_boundary_stay_within_the_stated_error() -> None:
    """Sessions of 1 to 60 requests, one fault for all of a session in five: the worst that clustering can do."""

    def study(seed: int) -> list[tuple[list[float], int]]:
        draw = np.random.default_rng(seed)
        numbers = 1 + draw.geometric(0.1, 160)
        return [([1.0] * int(number) if draw.random() < 0.8 else [], int(number)) for number in numbers]

    wrong = sum(asked(SHARE, study(seed)).verdict is not Verdict.UNDECIDED for seed in range(200))
    assert wrong <= 20, "5 % of 200 are 10"


def judged(text: str) -> list[Judgement]:
    scenario = loads(text, "x.yaml")
    target = Target("x.yaml", scenario, tuple(map(str, scenario.modes)))
    settings = Settings(budget=20)
    return list(judge(target, settings, questions(target, settings)))


def test_a_service_level_in_a_scenario() -> None:
    found = judged("""
title: Eighty per cent within twenty seconds
duration: 60 min
modes: [join_by_request]
audience: {count: 30, arrival: 0 s, wishes: {rate: 1 per hour}}
moderators: {arrival: 0 s}
expect:
  - p(80) of time_to_decision <= 20 s
  - share of time_to_decision within 20 s >= 0.8
  - p(80) of time_to_decision <= 1 s
  - {that: share of wishes on stage within 10 min > 20 %, client: desktop}
""")
    assert [(each.line, each.finding.verdict) for each in sorted(found, key=lambda each: each.line or 0)] == [
        (8, "pass"),
        (9, "pass"),
        (10, "fail"),
        (11, "pass"),
    ]


def test_a_script_leaves_nothing_to_chance() -> None:
    """Of two requests one is approved after 30 s; the other is open at the end."""
    found = judged("""
title: Two ask
duration: 5 min
modes: [join_by_request]
expect:
  - share of requests decided within 30 s >= 50 %
  - share of requests decided within 30 s > 50 %
  - p(60) of time_to_decision <= 1 h
script:
  - {at: 0 s, do: enter_room, by: mo, role: moderator}
  - {at: 0 s, do: enter_room, by: ann, role: participant}
  - {at: 0 s, do: enter_room, by: bob, role: participant}
  - {at: 1 s, do: ask_to_join, by: ann}
  - {at: 1 s, do: ask_to_join, by: bob}
  - {at: 31 s, do: invite, by: mo, to: ann}
""")
    verdicts = {each.line: each.finding for each in found if each.kind == "expectation"}
    assert [verdicts[line].verdict for line in (6, 7, 8)] == ["pass", "fail", "fail"]
    assert verdicts[6].said == "it is 50.0 % of 2 requests decided within 30 s, without chance"
