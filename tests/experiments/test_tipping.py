"""What would turn it: known turning points are found, with their intervals, and what is not decided is said."""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import factorial

import numpy as np
import pytest

import stagesim
from made_sessions import Made
from stagesim.experiments import executors
from stagesim.experiments.questions import contenders
from stagesim.experiments.questions.factors import Bounds
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.tipping import Tip, TipResults, find_tips
from stagesim.experiments.replications import Figures, Job, Outcome, one
from stagesim.experiments.study import StudyError
from stagesim.reporting.answers.tip import in_short, tip_answer
from stagesim.reporting.charts.tipping import turned
from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.forms.canonical import digest, file_form
from stagesim.scenario.reading.loader import ScenarioError, from_data, loads
from stagesim.scenario.scenario import Scenario

MODES = ("everyone_on_stage", "join_by_request")
MOBILE = (Assumption(vary="audience.mobile=0:1"),)


def along(
    curve: Callable[[float], float],
    noise: float = 0.1,
    vary: str = "audience.mobile=0:1",
    sessions: int = 40,
    modes: Sequence[str] = MODES,
) -> TipResults:
    """Join by request is ahead by `curve`, and by chance, where `audience.mobile` (or their number) is so large.

    Invite only, if it takes part, is far behind.
    """

    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        people = scenario.audience["audience"]
        luck = np.random.default_rng((replication, modes.index(mode))).normal() * noise
        x = people.mobile if "mobile" in vary else float(people.count or 0)
        return {"queue_mean": 5 + luck - {MODES[0]: 0.0, MODES[1]: curve(x)}.get(mode, -9.0)}

    question = Made("made.yaml", modes=tuple(modes), make=make)
    return find_tips(question, (Assumption(vary=vary),), by="queue_mean", replications=sessions)


def only(results: TipResults) -> Tip:
    (found,) = results.tips
    return found


def test_a_turn_is_found_where_the_curves_cross() -> None:
    results = along(lambda x: x - 0.37)
    (turn,) = only(results).turns
    assert (turn.before, turn.after) == (0, 1), "a shorter queue is better"
    assert turn.at == pytest.approx(0.37, abs=0.04)
    assert turn.low < 0.37 < turn.high
    assert turn.high - turn.low < 0.15
    assert turn.last < turn.low
    assert turn.first > turn.high
    assert results.decided, "what is not decided in the midst of a turn is the turn"
    assert re.fullmatch(
        r"Share of people on a phone: on average everyone on stage is ahead up to 3\d % \(.+\), "
        "join by request from there; at 50 %, as here, join by request is shown to be.",
        tip_answer(results).lines[0],
    )
    unsure = replace(results, tips=(replace(only(results), here=turn.at),))
    assert tip_answer(unsure).lines[0].endswith(" %, as here, none is shown to be."), "it lies in the midst of a turn"


def test_without_luck_it_is_known_to_two_per_cent_of_the_range() -> None:
    found = only(along(lambda x: x**3 - 0.2, noise=0.0))
    (turn,) = found.turns
    assert turn.at == pytest.approx(0.2 ** (1 / 3), abs=0.001)
    numbers = [point.number for point in found.points]
    below = max(number for number in numbers if number <= turn.at)
    above = min(number for number in numbers if number > turn.at)
    assert above - below <= 0.02
    assert len(numbers) == 9 + 3, "an eighth of the range is halved three times"


def test_no_finer_than_its_interval_tells_and_only_of_the_two_that_change_places() -> None:
    results = along(lambda x: x - 0.37, noise=0.4, modes=(*MODES, "invite_only"))
    found = only(results)
    (turn,) = found.turns
    between = [point for point in found.points if point not in [each.point for each in found.values]]
    assert [(point.has(0, 1), point.has(2)) for point in between] == [(True, False)], "to 2 % it would be three"
    below = max(point.number for point in found.points if point.number < turn.at)
    above = min(point.number for point in found.points if point.number > turn.at)
    assert above - below <= (turn.high - turn.low) / 5
    assert len(tip_answer(results).files["tip.csv"]()) == 9 * 3 + 2


def test_a_count_turns_at_a_whole_number() -> None:
    results = along(lambda x: x - 20.5, vary="audience.count=1:41", noise=0.0)
    assert {point.number for point in only(results).points} >= {20, 21}
    assert only(results).turns[0].at == pytest.approx(20.5)


def test_it_may_turn_and_turn_back() -> None:
    first, second = only(along(lambda x: 0.04 - (x - 0.5) ** 2, noise=0.01)).turns
    assert (first.before, first.after, second.before, second.after) == (0, 1, 1, 0)
    assert [first.at, second.at] == pytest.approx([0.3, 0.7], abs=0.03)


def test_what_never_turns_and_what_is_not_decided_are_different_things() -> None:
    never, same = along(lambda _: 1.0), "every session has the same at the ends and the middle of its range"
    assert never.decided
    assert tip_answer(never).lines == (
        f"Share of people on a phone changes nothing: {same}.",
        "Share of people on a phone: at none of nine values does it turn; join by request is ahead.",
        "What does not turn it in its range: share of people on a phone.",
    )
    unsure = along(lambda x: 0.02 * x, noise=1.0)
    assert not unsure.decided
    assert "who is ahead is not decided at any of nine values" in tip_answer(unsure).lines[0]
    assert tip_answer(unsure).lines[-1].endswith("More sessions than 40 may tell: `--replications`.")
    several = tip_answer(replace(unsure, tips=unsure.tips * 2)).lines[-1]
    assert several.startswith("None of them is decided"), "the names stand on the lines before"
    (short,) = in_short(replace(unsure, tips=unsure.tips * 5))
    assert short.startswith("Not decided in all of its range, with 40 sessions a value: share of people on a phone; ")
    assert short.endswith("; and 2 more."), "a first screen has room for few of them"
    partly = along(lambda x: max(0.0, x - 0.3), noise=0.1)
    assert not partly.decided
    lines = tip_answer(partly).lines
    assert (
        lines[0] == "Share of people on a phone: join by request is ahead at 37.5 % to 100 %, "
        "and another one at none of nine values."
    )
    assert lines[1].startswith("Share of people on a phone: who is ahead is not decided at 0 % to 25 %")


def test_a_session_with_nothing_to_measure_is_left_out() -> None:
    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        if replication == 0:
            return {"queue_mean": math.nan}
        luck = np.random.default_rng((replication, MODES.index(mode))).normal() / 10
        return {"queue_mean": 5 + luck - (scenario.audience["audience"].mobile - 0.4) * (mode == MODES[1])}

    question = Made("made.yaml", modes=MODES, make=make)
    (turn,) = only(find_tips(question, MOBILE, by="queue_mean", replications=20)).turns
    assert turn.low < 0.4 < turn.high
    nothing = Made("made.yaml", modes=MODES, make=lambda *_: {"queue_mean": math.nan})
    results = find_tips(nothing, MOBILE, by="queue_mean", replications=3)
    assert not results.decided
    answer = tip_answer(results)
    assert answer.data is not None
    assert json.loads(json.dumps(answer.data(), allow_nan=False))["assumptions"][0]["values"][0]["means"] == {
        "Everyone on stage": None,
        "Join by request": None,
    }


def test_those_that_are_the_same_in_every_session_are_tied() -> None:
    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        return {"wishes_on_stage_share": 1.0}

    results = find_tips(
        Made("made.yaml", modes=MODES, make=make), MOBILE, (goal("share of wishes on stage >= 50 %"),), replications=4
    )
    assert results.decided
    assert {each.standing for each in only(results).values} == {"tied"}
    assert "everyone on stage and join by request have the same in every session at 0 % to 100 %." in str(
        tip_answer(results).lines
    )


def test_by_chance_alone_a_leader_is_seldom_found() -> None:
    """Where nobody is ahead, in at most about 5 % of studies somebody is called so at any of nine values."""

    def make(study: int, scenario: Scenario, mode: str, replication: int) -> Figures:
        key = (round(scenario.audience["audience"].mobile * 1000), replication, MODES.index(mode), study)
        return {"queue_mean": 5 + np.random.default_rng(key).normal()}

    wrong = 0
    for study in range(60):
        question = Made("made.yaml", modes=MODES, make=partial(make, study))
        results = find_tips(question, MOBILE, by="queue_mean", replications=10)
        wrong += any(each.standing == "ahead" for each in only(results).values)
    assert wrong <= 7, "more would come by chance in one case of a hundred"


def erlang_b(places: int, load: float) -> float:
    """The share that a stage of so many places refuses (Erlang, 1917)."""
    terms = [load**n / factorial(n) for n in range(places + 1)]
    return terms[-1] / sum(terms)


PLANTED = """\
title: An open stage of two places, or places for all whom the moderator approves
duration: 65 min
room: {stage_capacity: 2, when_full: reject}
audience:
  arrival_gap: {exponential: {mean: 1 min}}
  leaves_when_settled: true
  wishes: {on_arrival: 1.0}
  patience: null
  answer: {time: 0 s}
  setup: {time: 0 s}
  on_stage: {stay: {exponential: {mean: 1 min}}}
moderators: {approve_up_to: unlimited, review: {approve: 0.8, time: 0 s}}
assumptions: ["moderators.review.approve=0.6:1"]
"""


def test_an_open_stage_and_asking_turn_where_erlangs_loss_is_the_share_declined() -> None:
    assert erlang_b(2, 1.0) == pytest.approx(0.2)
    variants = {
        "open": {"modes": ["everyone_on_stage"]},
        "asked": {"modes": ["join_by_request"], "room.stage_capacity": None},
    }
    found = stagesim.tip(PLANTED, variants=variants, by="wishes_on_stage_share", replications=20)
    (turn,) = only(found.results).turns
    assert turn.low < 1 - erlang_b(2, 1.0) < turn.high
    assert turn.at == pytest.approx(0.8, abs=0.02)
    assert turn.high - turn.low < 0.1
    assert found.results.decided
    assert (turn.before, turn.after) == (0, 1)
    assert [str(each.mode) for each in found.results.contenders] == list(MODES)
    assert list(found.tables) == ["tip", "turns"]
    assert found.tables["turns"]["before"].tolist() == ["everyone_on_stage"]


def test_a_mode_that_an_assumption_does_not_touch_is_simulated_at_three_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk = """\
title: Whoever is on an open stage was not invited
duration: 8 min
audience: {count: 6, wishes: {on_arrival: 1.0}, answer: {accept: 0.9}}
moderators: {count: 1}
"""
    simulated: list[str] = []

    def counted(job: Job, mode: str, replication: int) -> Outcome:
        simulated.append(mode)
        return one(job, mode, replication)

    def tried(at: int) -> TipResults:
        simulated.clear()
        monkeypatch.setattr(contenders, "TRIED", at)
        found = stagesim.tip(talk, ranges="audience.answer.accept=0:1", by="wishes_heard", replications=2, modes=modes)
        return found.results

    modes = [MODES[0], "invite_only"]
    monkeypatch.setattr(executors, "one", counted)
    all_of_it, asked = tried(9).tips, list(simulated)
    assert tried(3).tips == all_of_it
    assert [asked.count(mode) for mode in modes] == [9 * 2, 9 * 2]
    assert [simulated.count(mode) for mode in modes] == [3 * 2, 9 * 2]


def test_what_cannot_be_done_is_said() -> None:
    question = Made("made.yaml", modes=MODES)
    for given, message in (
        ({"assumptions": ()}, "no assumptions"),
        ({"assumptions": MOBILE * 2}, "each assumption once"),
        ({"by": ""}, "no goals"),
        ({"by": "happiness"}, "unknown metric"),
        ({"by": "speakers"}, "neither better high nor low"),
        ({"replications": 1}, "2 sessions or more"),
    ):
        with pytest.raises(StudyError, match=message):
            find_tips(question, **{"assumptions": MOBILE, "by": "queue_mean", **given})
    with pytest.raises(StudyError, match="expected 2 to 8 to compare, got `1`"):
        find_tips(Made("made.yaml", modes=MODES[:1]), MOBILE, by="queue_mean")
    with pytest.raises(ScenarioError, match="unknown"):
        find_tips(question, (Assumption(vary="audience.mobil=0:1"),), by="queue_mean")


def test_a_scenario_states_its_assumptions_which_change_nothing_in_it() -> None:
    text = "title: T\nduration: 10 min\naudience: {count: 2}\n"
    plain = loads(text)
    stated = loads(
        f"{text}assumptions:\n  - audience.mobile=0:0.5\n  - {{vary: audience.count=2:9, source: a count}}\n"
    )
    assert [each.source for each in stated.assumptions] == ["assumption", "a count"]
    assert [each.range.high for each in stated.assumptions] == [0.5, 9]
    assert digest(stated) == digest(plain)
    assert from_data(file_form(stated)).assumptions == stated.assumptions
    for wrong, message in (
        ("audience.mobile=0.5:0", "lower limit first"),
        ("audience.mobile", "path=low:high"),
        ("audience.mobile=a:b", "two numbers"),
    ):
        with pytest.raises(ScenarioError, match=message):
            loads(f"{text}assumptions: ['{wrong}']\n")
    with pytest.raises(ScenarioError, match="twice"):
        loads(f"{text}assumptions: ['audience.mobile=0:1', 'audience.mobile=0:0.5']\n")


@pytest.mark.parametrize(
    ("bounds", "value", "shown"),
    [
        (Bounds("audience.wishes.unsuitable", 0, 0.2, "", False), 0.0682, "6.8 %"),
        (Bounds("audience.count", 10, 300, "", True), 77.6, "78"),
        (Bounds("audience.answer.accept", 0.5, 1, "", False), 0.70312, "70.3 %"),
    ],
)
def test_the_place_of_a_turn_is_told_no_finer_than_it_is_known(bounds: Bounds, value: float, shown: str) -> None:
    assert turned(bounds, value) == shown
