"""Sliders over the assumptions of a scenario: moved here without a browser."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

import stagesim
from stagesim.api import exploring
from stagesim.experiments.questions.exploring import sizes

TALK = """
title: A talk with sliders
duration: 5 min
room: {stage_capacity: 1}
audience:
  count: 8
  wishes: {rate: 20 per hour}
  patience: {exponential: {mean: 90 s}}
  answer: {accept: 0.9}
  on_stage: {stay: 30 s}
moderators: {review: {time: 10 s}}
assumptions:
  - "audience.answer.accept=0:1"
  - {vary: "audience.patience.exponential.mean=1 min:6 min", source: a telephone queue}
  - "room.stage_capacity=1:3"
"""
ACCEPT, PATIENCE, PLACES = "audience.answer.accept", "audience.patience.exponential.mean", "room.stage_capacity"


@pytest.fixture(scope="module", autouse=True)
def sliders_that_rest_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exploring, "PAUSE_S", 0.02)
        yield


@pytest.fixture(scope="module")
def made() -> stagesim.Explorer:
    return stagesim.explore(TALK, modes=["join_by_request", "invite_only"], replications=16)


@pytest.fixture
def explorer(made: stagesim.Explorer) -> Iterator[stagesim.Explorer]:
    yield made
    made.reset()
    made.wait()


def shown(explorer: stagesim.Explorer) -> str:
    return str(explorer._answer.value)


def test_there_is_a_slider_for_each_assumption_at_its_value(explorer: stagesim.Explorer) -> None:
    found = {path: (each.options[0], each.label, each.options[-1]) for path, each in explorer.sliders.items()}
    assert found[ACCEPT] == (("0", 0), "0.9", ("1", 1))
    assert found[PATIENCE] == (("1 min", 1), "1.5 min", ("6 min", 6))
    assert [value for _, value in explorer.sliders[PLACES].options] == [1, 2, 3]
    assert explorer.values == {}
    words = [str(row.children[0].value) for row in explorer._widget.children[1].children]
    assert "How a person answers an invitation › chance of accepting" in words[0]
    assert "nobody has measured it" in words[0]
    assert "as it is 1.5 min; source: a telephone queue" in words[1]


def test_a_picture_is_there_at_once_and_gets_finer(explorer: stagesim.Explorer) -> None:
    first = stagesim.explore(TALK, modes="join_by_request", replications=6)
    bundle = first._repr_mimebundle_()
    assert "5 of 6 sessions a mode so far. Over 5 sessions, too few for margins of error" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    first.wait()
    assert "Over 6 sessions" in shown(first)
    assert sizes() == [5, 10, 20, 40]
    assert sizes(3) == [3]
    explorer.sliders[PLACES].value = 2
    explorer.wait()
    assert "Over 16 sessions, ± margin of error." in shown(explorer)
    assert "so far" not in shown(explorer)


def test_what_changes_is_said_beside_the_figures(explorer: stagesim.Explorer) -> None:
    explorer.sliders[ACCEPT].value = 0.0
    explorer.wait()
    assert explorer.values == {ACCEPT: "0"}
    assert "worse by" in shown(explorer)
    assert explorer.scenario.audience["audience"].answer.accept == 0
    assert repr(explorer) == "<Explorer of 'A talk with sliders': audience.answer.accept=0>"


def test_the_last_value_wins_and_nothing_waits(explorer: stagesim.Explorer) -> None:
    slider = explorer.sliders[PLACES]
    slider.value = 3
    explorer.wait()
    expected = shown(explorer)
    for value in (1, 2, 1, 2, 3):
        slider.value = value
    assert explorer._worker is not None
    explorer.wait()
    assert shown(explorer) == expected
    explorer.reset()
    explorer.wait()
    assert explorer.values == {}
    assert "as it is" not in shown(explorer)


def test_a_value_that_cannot_be_is_said_in_the_widget() -> None:
    ranges = ["audience.patience.exponential.mean=-1 min:6 min"]
    explorer = stagesim.explore(TALK, ranges, modes="join_by_request", replications=5)
    before = shown(explorer)
    explorer.sliders[PATIENCE].value = -0.4
    explorer.wait()
    said = str(explorer._said.value)
    assert "`mean` must not be negative" in said
    assert "hint:" in said
    assert shown(explorer) == before
    explorer.sliders[PATIENCE].value = 2
    explorer.wait()
    assert explorer._said.value == ""


def test_what_cannot_be_explored_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = TALK.partition("assumptions:")[0]
    with pytest.raises(stagesim.StudyError, match="no assumptions to vary\n  hint: state `assumptions:`"):
        stagesim.explore(bare)
    with pytest.raises(stagesim.StudyError, match=r"`audience\.silnt` is not one number in this scenario"):
        stagesim.explore(bare, "audience.silnt=0:1")
    with pytest.raises(stagesim.StudyError, match="expected each assumption once"):
        stagesim.explore(bare, [f"{ACCEPT}=0:1", f"{ACCEPT}=0.5:1"])
    hidden: Any = None
    monkeypatch.setitem(sys.modules, "ipywidgets", hidden)
    with pytest.raises(
        stagesim.StudyError, match=r"not installed\n  hint: `pip install 'stage-access-lab\[notebooks\]'`"
    ):
        stagesim.explore(TALK)
