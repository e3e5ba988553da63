"""Sizes: the smallest count that meets goals, against exact queueing theory and against sessions that are made up."""

import math
import re
from array import array
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from made_sessions import Made
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.sizing import Finding, Search, find_sizes, finding, size_frame
from stagesim.experiments.replications import Figures
from stagesim.experiments.study import StudyError
from stagesim.metrics import Measured, Times
from stagesim.reporting.answers.size import _beside, _cell, size_answer
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Interval, spending_looks

TOWN_HALL = Path(__file__).parents[2] / "scenarios/town_hall.yaml"
CLINIC = Path(__file__).parents[2] / "scenarios/support_clinic.yaml"

# The clinic as the model M/M/c+M: visitors at random moments, an exponential conversation that the adviser leads as the
# review itself, exponential patience until it begins, and nothing else that takes time.
ERLANG_A = (
    "duration=3 h",
    "doors_open=1 s",
    "script=[]",
    "expect=[]",
    "properties=[]",
    "room.stage_capacity=null",
    "audience.patience={exponential: {mean: 4 min}}",
    "audience.silent=0",
    "audience.balk_at=null",
    "audience.connection=null",
    "audience.answer={}",
    "audience.setup={}",
    "audience.on_stage={stay: 0 s}",
    "moderators.groups.adviser.arrival=-1 s",
    "moderators.groups.adviser.reaction=0 s",
    "moderators.groups.adviser.approve_up_to=null",
    "moderators.groups.adviser.review={approve: 1, time: {exponential: {mean: 195 s}}}",
)


def given_up(servers: int, arrivals: float, service: float, impatience: float) -> float:
    """The share who give up in M/M/c+M, by the balance equations; rates are per minute."""
    chances = [1.0]
    for people in range(1, 400):
        leaving = min(people, servers) * service + max(0, people - servers) * impatience
        chances.append(chances[-1] * arrivals / leaving)
    waiting = math.fsum(max(0, people - servers) * chance for people, chance in enumerate(chances)) / math.fsum(chances)
    return impatience * waiting / arrivals


def test_the_clinic_needs_as_many_advisers_as_erlang_a_says() -> None:
    limit = 0.06
    exact = next(c for c in range(1, 20) if given_up(c, 1 / 3, 60 / 195, 1 / 4) < limit)
    question = Question(str(CLINIC), ERLANG_A, ("join_by_request",))
    search = Search("moderators.count", (goal(f"share of wishes given up < {limit:.0%}"),), high=6)
    (size,) = find_sizes(question, search).sizes
    assert size.value == exact == 3
    assert size.certain
    for trial in size.trials:
        (found,) = trial.findings
        assert found.interval.low < given_up(trial.value, 1 / 3, 60 / 195, 1 / 4) < found.interval.high


def decided(seconds: list[float], number: int) -> Measured:
    """A session with so many requests, of which some were decided after these seconds."""
    times = Times(array("q", sorted(round(each * 1000) for each in seconds)), number)
    return Measured({}, {}, {}, {("time_to_decision", "all", ""): times})


def on_stage(seconds: list[float], number: int) -> Measured:
    """A session with so many wishes, of which some led to the stage after these seconds."""
    times = Times(array("q", sorted(round(each * 1000) for each in seconds)), number)
    return Measured({}, {}, {}, {("time_to_stage", "all", ""): times})


def waits(needed: int, spread: float = 1.0) -> Made:
    """Sessions whose mean wait is below 10 s from so many moderators on."""

    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        count = scenario.moderators["moderators"].count
        noise = float(np.random.default_rng((replication, count)).normal(0, spread))
        return {"time_to_review_mean": 10.5 + (needed - count) + noise - 1}

    return Made("made.yaml", modes=("join_by_request",), make=make)


GOAL = (goal("mean of time_to_review < 10 s"),)


@pytest.mark.parametrize("needed", range(1, 9))
def test_every_place_of_a_range_is_found(needed: int) -> None:
    (size,) = find_sizes(waits(needed), Search("moderators.count", GOAL, 1, 8)).sizes
    assert size.value == needed
    assert size.certain
    assert len(size.trials) <= 5  # both ends, and three times half of what is left


def made(mean_wait: Callable[[int], float], spread: float = 1.0) -> Made:
    """Sessions whose mean wait depends on the number of moderators in this way, beside some noise."""

    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        count = scenario.moderators["moderators"].count
        noise = float(np.random.default_rng((replication, count)).normal(0, spread)) if spread else 0.0
        return {"time_to_review_mean": mean_wait(count) + noise}

    return Made("made.yaml", modes=("join_by_request",), make=make)


@pytest.mark.parametrize("most", range(1, 9))
def test_the_largest_value_is_found_where_more_is_worse(most: int) -> None:
    question = made(lambda count: 9.5 + count - most)
    search = Search("moderators.count", GOAL, 1, 8, largest=True)
    results = find_sizes(question, search)
    (size,) = results.sizes
    assert (size.value, size.certain) == (most, True)
    if most < 8:
        assert size.more == "worse"
        assert size_answer(results).lines == (f"Join by request: {most} is the most that meets the goal.",)


def test_that_more_is_worse_is_seen_by_looking_at_both_ends() -> None:
    """Once it was said that no value meets the goal, because the largest does not."""
    results = find_sizes(made(lambda count: 5.0 + count), Search("moderators.count", GOAL, 1, 100))
    (size,) = results.sizes
    assert (size.value, size.more, len(size.trials)) == (1, "worse", 2)
    (line,) = size_answer(results).lines
    assert line.startswith("Join by request: 1 meets the goal, 100 does not (1")
    assert line.endswith("1 min 45 s at 100); ask with `--largest` for the largest that does.")


def test_that_more_is_better_is_said_to_who_asks_for_the_largest() -> None:
    results = find_sizes(waits(3), Search("moderators.count", GOAL, 1, 8, largest=True))
    (size,) = results.sizes
    assert (size.value, size.more, len(size.trials)) == (8, "better", 2)
    assert size_answer(results).lines[0].endswith("ask without `--largest` for the smallest that does.")


@pytest.mark.parametrize("largest", [False, True])
def test_it_says_when_no_end_and_nothing_in_the_middle_does(largest: bool) -> None:
    results = find_sizes(waits(9), Search("moderators.count", GOAL, 1, 8, largest=largest))
    (size,) = results.sizes
    assert (size.value, size.certain, size.more) == (None, True, "unknown")
    (line,) = size_answer(results).lines
    assert line.startswith("Join by request: no value that was tried meets the goal: ")
    assert "s at 1, " in line


def test_it_says_when_more_is_neither_better_nor_worse() -> None:
    """A planted dip: the goal is met at 5 alone."""
    results = find_sizes(made(lambda count: 5.0 + 10 * abs(count - 5)), Search("moderators.count", GOAL, 1, 9))
    (size,) = results.sizes
    assert (size.value, size.certain, size.more) == (None, False, "neither")
    (line,) = size_answer(results).lines
    assert ": 5 meets the goal, and neither 1 nor 9 does" in line
    assert line.endswith("search from 1 to 5, or from 5 to 9.")


@pytest.mark.parametrize(("wait", "value"), [(20.0, None), (5.0, 1)])
def test_it_says_when_the_value_changes_nothing(wait: float, value: int | None) -> None:
    results = find_sizes(made(lambda _: wait, spread=0.0), Search("moderators.count", GOAL, 1, 8))
    (size,) = results.sizes
    assert (size.value, size.more, len(size.trials)) == (value, "no matter", 2)
    (line,) = size_answer(results).lines
    assert ("does not help" if value is None else "changes nothing") in line


def test_a_range_of_one_value_is_tried_once() -> None:
    for needed, value in ((4, 4), (5, None)):
        (size,) = find_sizes(waits(needed), Search("moderators.count", GOAL, 4, 4)).sizes
        assert (size.value, size.certain, len(size.trials)) == (value, True, 1)


def test_it_says_when_a_smaller_value_may_do() -> None:
    results = find_sizes(waits(3, spread=12.0), Search("moderators.count", GOAL, 1, 8))
    (size,) = results.sizes
    assert size.value is not None
    assert not size.certain
    assert "may do as well: 320 sessions do not tell" in size_answer(results).lines[0]
    assert set(size_frame(results)["answer"]) >= {"met", "undecided"}


def test_a_smallest_value_that_does_not_do_is_rare() -> None:
    """Two moderators miss the goal by nothing: that two are said to do is an error, in at most 5 % of all searches."""
    wrong, searches = 0, 200
    for number in range(searches):

        def make(scenario: Scenario, mode: str, replication: int, number: int = number) -> Figures:
            count = scenario.moderators["moderators"].count
            noise = float(np.random.default_rng((number, replication, count)).normal(0, 1))
            return {"time_to_review_mean": {1: 20.0, 2: 10.0, 3: 5.0}[count] + noise}

        question = Made("made.yaml", modes=("join_by_request",), make=make)
        (size,) = find_sizes(question, Search("moderators.count", GOAL, 1, 3, budget=40)).sizes
        wrong += size.value != 3
    assert wrong / searches <= 0.05


def test_a_quantile_is_that_of_all_sessions_together_and_a_session_without_wishes_has_no_part_in_it() -> None:
    """Nine of ten sessions have a quantile of 10 s or less; of all wishes, more than 5 % never get to the stage."""
    reached, never, nothing = (on_stage([10.0] * got, number) for got, number in ((20, 20), (10, 40), (0, 0)))
    wanted, looks = goal("p95(time_to_stage) < 60 s"), spending_looks((40, 160))
    found = finding(wanted, [never, *[reached] * 9] * 4, looks)
    assert found.interval.mean == pytest.approx((9 * 20 + 10) / (9 * 20 + 40))
    assert found.answer == "undecided"
    assert finding(wanted, [never, never, *[reached] * 2] * 10, looks).answer == "missed"
    assert finding(wanted, [*[reached] * 150, *[nothing] * 10], looks).answer == "met"
    empty = finding(wanted, [nothing] * 40, looks)
    assert (empty.answer, empty.interval.n) == ("undecided", 0)


def test_a_share_within_a_time_is_that_of_all_sessions_together() -> None:
    """Nine small sessions in which everybody is in time, and one large one in which nobody is: 90 of 1,090."""
    quick, late = decided([5.0] * 10, 10), decided([], 1000)
    wanted, looks = goal("share of requests decided within 20 s >= 50 %"), spending_looks((100, 200))
    mixed = finding(wanted, ([late] + [quick] * 9) * 20, looks)
    assert mixed.interval.mean == 90 / 1090
    assert mixed.answer == "missed"
    assert mixed.interval.low < 90 / 1090 < mixed.interval.high
    assert finding(goal("p(80) of time_to_decision <= 20 s"), ([late] + [quick] * 9) * 20, looks).answer == "missed"
    assert finding(wanted, [quick] * 100, looks).answer == "met"
    empty = finding(wanted, [decided([], 0)] * 200, looks)
    assert (empty.answer, empty.interval.n) == ("undecided", 0)


def test_the_smallest_number_for_a_service_level_is_found() -> None:
    """Of 2, 3, 4, 5 moderators 40, 60, 80 and 100 % are decided in time."""

    def make(scenario: Scenario, mode: str, replication: int) -> Measured:
        count, draw = scenario.moderators["moderators"].count, np.random.default_rng(replication)
        number = int(draw.geometric(0.1))
        return decided([5.0] * int(draw.binomial(number, min(1.0, count / 5))), number)

    question = Made("made.yaml", modes=("join_by_request",), make=make)
    results = find_sizes(question, Search("moderators.count", (goal("p(70) of time_to_decision <= 20 s"),), 1, 8))
    (size,) = results.sizes
    assert (size.value, size.certain) == (4, True)
    frame = size_frame(results)
    assert list(frame[frame["chosen"]]["moderators.count"]) == [4]
    answer = size_answer(results)
    assert answer.lines == ("Join by request: 4 is enough.",)
    assert answer.drawings[0].name == "size_requests_decided_within_20_s"
    assert answer.drawing("size_requests_decided_within_20_s").axes[0].get_ylabel() == "decided within 20 s (%)"


@pytest.mark.parametrize(
    ("search", "message"),
    [
        (Search("audience.mobile", GOAL), "`audience.mobile` is not a count"),
        (Search("moderators.count", ()), "no goal to meet"),
        (Search("moderators.count", GOAL, 5, 4), "expected a range"),
        (Search("moderators.count", GOAL, confidence=1.0), "expected a confidence"),
        (Search("moderators.count", GOAL, budget=1), "decides nothing"),
    ],
)
def test_what_cannot_be_searched(search: Search, message: str) -> None:
    with pytest.raises(StudyError, match=message) as caught:
        find_sizes(waits(1), search)
    assert "hint:" in str(caught.value)


def test_all_goals_count() -> None:
    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        count = scenario.moderators["moderators"].count
        return {"time_to_review_mean": 20.0 - 5 * count, "wishes": 5.0, "wishes_heard_share": min(1.0, 0.2 * count)}

    both = (*GOAL, goal("share of wishes heard >= 80 %"))
    question = Made("made.yaml", modes=("join_by_request",), make=make)
    (size,) = find_sizes(question, Search("moderators.count", both, 1, 8)).sizes
    assert size.value == 4


def test_where_more_moderators_do_not_help_it_is_said_what_holds_people_up() -> None:
    """The stage is short of places; once it was only said that no number of moderators meets the goal."""
    sets = ("room.stage_capacity=2", "script=[]", "expect=[]", "properties=[]")
    question = Question(str(TOWN_HALL), (*sets, "audience.count=80"), ("join_by_request",))
    search = Search("moderators.count", (goal("mean of time_to_stage < 5 s"),), 1, 3, budget=40)
    results = find_sizes(question, search)
    (size,) = results.sizes
    assert size.value is None
    assert size.reason is not None
    assert [cause.name for cause in size.reason.leading] == ["places"]
    (line,) = size_answer(results).lines
    assert re.search(
        r"What holds people up at 3: places \(2\): [6-9]\d % of the .+ per wish, mostly minutes \d+ to \d+", line
    )


def test_of_sessions_of_which_there_are_figures_alone_nothing_more_is_said() -> None:
    (line,) = size_answer(find_sizes(waits(9), Search("moderators.count", GOAL, 1, 3))).lines
    assert "holds people up" not in line


def test_a_figure_stands_with_both_of_its_limits_since_they_are_not_equally_far() -> None:
    """A margin of 6.1, the longer side, would reach the limit that was missed."""
    found = Finding(goal("share of wishes given up < 20 %"), "missed", Interval(0.257, 0.206, 0.318, 0.061, 80))
    assert _cell(found) == "25.7 (20.6 to 31.8)"
    assert _beside(found.interval, 100) == [[pytest.approx(5.1)], [pytest.approx(6.1)]]
