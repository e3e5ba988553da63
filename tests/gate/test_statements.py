"""Statements are read when the file is read: what is wrong is refused there, and so is what could never fail."""

import itertools

import pytest

from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.questions import questions

BASE = """\
title: t
duration: 2 min
modes: [join_by_request]
room: {stage_capacity: 2}
audience: {count: 3, wishes: {rate: 60 per hour}}
moderators: {count: 1}
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("never stage_remved", "properties.0: unknown event `stage_remved`"),
        ("sometimes on_stage = foo", "properties.0: expected a number, got `foo`"),
        ("sometimes on_stge = 3", "properties.0: unknown count `on_stge`"),
        ("eventually stage_joind", "properties.0: unknown event `stage_joind`"),
        ("{never: stage_removed capasity}", "properties.0.never: `stage_removed` never says `capasity`"),
        ("never stage_removed capacity moderator", "properties.0: no `stage_removed` says all of `capacity moderator`"),
        ("never mode_changed invite_only everyone_on_stage join_by_request", "no `mode_changed` says all of"),
        ("{eventually: stage_joined, after: request_creatd}", "properties.0.after: unknown event"),
        ("always stage_joined", "an event does not last"),
    ],
)
def test_a_typing_mistake_is_refused_at_its_line(statement: str, said: str) -> None:
    """Only `always` was read with the file; the others ended the check with an internal error."""
    with pytest.raises(ScenarioError) as refused:
        loads(f"{BASE}properties: [{statement}]\n")
    assert said in str(refused.value)
    assert str(refused.value).startswith("scenario:7:")


WORDS = (
    "stage_joined",
    "request_closed expired",
    "on_stage <= capacity",
    "queue > 1 and queue < 3",
    "nobody",
    "",
    "and",
)
PARTS = (" after request_created", " within 30 s", " within 1 parsec", "")


@pytest.mark.parametrize("kind", ["always", "never", "eventually", "sometimes", "nowhere"])
def test_what_is_valid_can_be_judged(kind: str) -> None:
    """Whatever the file may say: it is refused, or it is judged, and never a fault of ours."""
    valid = 0
    for word, part in itertools.product(WORDS, PARTS):
        try:
            scenario = loads(f'{BASE}properties: ["{kind} {word}{part}"]\n')
        except ScenarioError:
            continue
        target = Target("t.yaml", scenario, ("join_by_request",))
        valid += len(list(judge(target, Settings(budget=2), questions(target, Settings(budget=2)))))
    assert (valid > 0) is (kind != "nowhere")


@pytest.mark.parametrize(
    "statement",
    [
        "mean queue >= 0",
        "wishes_open_share <= 100 %",
        "wishes_open_share >= 0 %",
        "mean of time_to_stage >= 0 s",
        "{that: wishes_open_share >= 0.5, margin: 1}",
        "{that: wishes_open_share <= 0.5, margin: 50 %}",
        "share of wishes on stage within 60 s >= 0",
        "{that: p(80) of time_to_stage <= 60 s, margin: 0.9}",
    ],
)
def test_an_expectation_that_nothing_can_miss_is_refused(statement: str) -> None:
    with pytest.raises(ScenarioError, match="whatever comes, this holds: it can never fail"):
        loads(f"{BASE}expect: [{statement}]\n")


@pytest.mark.parametrize(
    "statement",
    [
        "sometimes on_stage >= 0",
        "always queue >= 0 and present >= 0",
        "eventually queue >= 0",
        "never queue < 0",
        "never queue > 3 and queue < 3",
        "never on_stage > 2 and on_stage <= capacity",
    ],
)
def test_a_property_that_nothing_can_violate_is_refused(statement: str) -> None:
    with pytest.raises(ScenarioError, match="whatever comes, this holds: it can never fail"):
        loads(f"{BASE}properties: [{statement}]\n")


@pytest.mark.parametrize(
    "statements",
    [
        "expect: [mean queue > 0, wishes_open_share < 100 %, mean queue <= 0]",
        "expect: [{that: wishes_open_share >= 0.5, margin: 0.4}]",
        "properties: [always queue > 0, never queue > 3 and present < 3, sometimes on_stage = capacity]",
    ],
)
def test_what_may_fail_is_taken(statements: str) -> None:
    assert loads(f"{BASE}{statements}\n")


@pytest.mark.parametrize(
    "marks",
    [
        "marks: ['bad mark!']",
        "expect: [{that: people <= 3, marks: [slow, 2x]}]",
        "properties: [{never: spoke, marks: ['']}]",
    ],
)
def test_a_mark_that_pytest_would_not_take_is_refused(marks: str) -> None:
    with pytest.raises(ScenarioError, match="expected a mark"):
        loads(f"{BASE}{marks}\n")
    assert loads(f"{BASE}marks: [slow, _x1]\n")


def test_a_time_that_nothing_can_exceed_is_refused() -> None:
    """What is open at the end is held against `within` only where its time was over: 2 min never are."""
    with pytest.raises(ScenarioError, match="nothing can come too late"):
        loads(f"{BASE}properties: [eventually request_closed after request_created within 2 min]\n")
    assert loads(f"{BASE}properties: [eventually request_closed after request_created within 119 s]\n")
    assert loads(f"{BASE}properties: [eventually request_closed within 2 min]\n")


@pytest.mark.parametrize("statement", ["entered host mobile", "mode_changed invite_only join_by_request"])
def test_words_of_several_fields_go_together(statement: str) -> None:
    assert loads(f"{BASE}properties: [never {statement}]\n").properties


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("goals: [mean queue < 1, mean queue < 1]", "goals.1: `mean queue < 1` stands in the list twice"),
        ("cases: {a/b: {audience.count: 3}}", "cases.a/b: `a/b` is not a name for a case"),
        ("cases: {'..\\x': {audience.count: 3}}", "is not a name for a case"),
        ("cases: {'': {audience.count: 3}}", "`` is not a name for a case"),
    ],
)
def test_what_is_stated_twice_or_has_no_name_is_refused(text: str, said: str) -> None:
    """A goal that came twice counted twice; the baseline of a case called `../x` would lie elsewhere."""
    with pytest.raises(ScenarioError) as refused:
        loads(f"{BASE}{text}\n")
    assert said in str(refused.value)
