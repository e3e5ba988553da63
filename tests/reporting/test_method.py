"""The page says what nobody has measured, where values come from, and by which method: all of it from the study."""

import re
from pathlib import Path

import pytest

import stagesim
from stagesim.reporting.page.assumptions import given, unmeasured
from stagesim.reporting.page.method import checklist
from stagesim.reporting.page.sources import is_measured, remarks, source_of
from stagesim.scenario.reading.loader import load

TEXT = """\
title: A talk
duration: 10 min
room: {stage_capacity: 2}
# As a survey of 40 people has it [survey 2024].
audience:
  count: 8              # a small room
  wishes:
    rounds:
      # One in ten [assumption].
      - {at: 5 min, share: 0.1}
  answer:
    accept: 0.9         # [assumption]
    time: 4 s           # "quick # as a poll" [poll 2019]
moderators:
  reaction: 5 s         # [measured here]
  groups: {one: {count: 1}, two: {count: 2}}
goals: [wishes_heard_share >= 0.5]
assumptions: ["audience.answer.accept=0.5:1", {vary: "moderators.reaction=1 s:1 min", source: a stopwatch}]
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("method") / "talk.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_every_value_has_what_the_file_says_of_it() -> None:
    found = remarks(TEXT)
    assert source_of("audience.count", found) == "a small room"
    assert source_of("audience.answer.time", found) == '"quick # as a poll" [poll 2019]'
    assert source_of("audience.wishes.rounds", found) == "One in ten [assumption]."
    assert source_of("moderators.groups.two.reaction", found) == "[measured here]", "what all groups have in common"
    assert source_of("room.stage_capacity", found) == ""


def test_what_names_who_measured_it_is_told_from_what_is_assumed() -> None:
    assert is_measured("four seconds [poll 2019]")
    assert not is_measured("[assumption]")
    assert not is_measured("[assumption: 0.3 to 0.7]")
    assert not is_measured("what fits on a screen")


def test_assumptions_stand_in_words_with_their_range_and_whose_it_is(path: Path) -> None:
    scenario = load(path)
    first, second = unmeasured(scenario)
    assert first == ("Chance of accepting an invitation", "90 %", "50 % to 100 %", "assumption")
    assert second == ("Time until a free moderator reacts", "5 s", "1 s to 60 s", "a stopwatch")
    by_name = {each.name: each for each in given(scenario, remarks(TEXT))}
    assert by_name["audience.count"].words == "people in the audience"
    assert by_name["audience.answer.accept"].source == "[assumption]"


def test_every_entry_of_the_checklist_is_filled_from_the_study(path: Path, tmp_path: Path) -> None:
    modes = ["join_by_request", "invite_only"]
    found = stagesim.compare(path, modes=modes, replications=3, seed=7, sets=["audience.count=9"])
    parts = checklist(found.results, remarks(TEXT))
    assert [len(items) for items in parts.values()] == [3, 5, 4, 3, 4, 1]
    said = {each.name.partition(" ")[0]: each.said for items in parts.values() for each in items}
    assert all(len(each) > 5 for each in said.values())
    assert "wishes heard at least 50 %" in said["1.3"]
    assert "--set audience.count=9" in said["2.3"]
    assert "audience (9)" in said["2.5"]
    assert "one (1), two (2)" in said["2.5"]
    measured, all_given = map(int, re.findall(r"\d+", said["3.1"]))
    assert (measured, all_given) == (3, len(list(given(found.results.scenario, {}))))
    assert said["3.4"].startswith(f"Of the other {all_given - 3} the file names nobody; 2 have a range")
    assert "3 sessions" in said["4.3"]
    assert "Seed 7" in said["5.2"]
    page = found.save(tmp_path / "out").read_text(encoding="utf-8")
    assert all(name in page for items in parts.values() for name, _ in items)
    assert "Chance of accepting an invitation" in page.partition("What nobody has measured")[2]
