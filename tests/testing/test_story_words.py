"""What a story says of every ending: the exact words, one small session for each, in `story_endings.txt`.

A block there has a title; the mode, then what is set; what people do, at a second of the session; and from the first
line with a clock on, what the story of pat says. With `one wish`, pat is a simulated person who wishes to speak at ten
seconds, and the first line of the story is how it went.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from stagesim.eventlog.schema import KINDS, VARIANT
from stagesim.reporting.words.story import moment, told
from stagesim.scenario.reading.loader import loads
from stagesim.testing.stories.modes import courses_of, stories

SCRIPTED = """
title: One ending
duration: 1 min
doors_open: 10 s
script:
  - {at: -9 s, do: enter_room, by: mo, role: moderator}
  - {at: -8 s, do: enter_room, by: pat, role: participant}
  - {at: -7 s, do: enter_room, by: kim, role: participant}
"""

ONE_WISH = """
title: One wish
duration: 2 min
doors_open: 10 s
audience:
  count: 1
  arrival: 0 s
  wishes: {rounds: [{at: 10 s, share: 1, delay: 0 s}]}
  answer: {time: 5 s}
  setup: {time: 5 s}
  on_stage: {stay: 30 s}
moderators: {arrival: -5 s, reaction: 2 s, notices: 4 s, groups: {mo: {count: 0, review: {approve: 1, time: 10 s}}}}
script:
  - {at: 0 s, do: enter_room, by: kim, role: participant}
"""

STEP = re.compile(r"(\d+) (\w+) (\w+)( .*)?")


class Case(NamedTuple):
    """One block of the file."""

    mode: str
    has_wish: bool
    sets: list[str]
    steps: list[str]
    says: list[str]


def cases() -> dict[str, Case]:
    text = (Path(__file__).parent / "story_endings.txt").read_text()
    found = {}
    for block in text.strip().split("\n\n"):
        title, settings, *rest = block.splitlines()
        mode, *sets = settings.split("; ")
        mode, _, wish = mode.partition(", ")
        steps = [line for line in rest if STEP.fullmatch(line)]
        found[title.removeprefix("# ")] = Case(mode, bool(wish), sets, steps, rest[len(steps) :])
    return found


CASES = cases()


@pytest.mark.parametrize("title", CASES)
def test_a_story_says_how_it_ends(title: str) -> None:
    case = CASES[title]
    who = "audience-1" if case.has_wish else "pat"
    text = ONE_WISH if case.has_wish else SCRIPTED
    for at_s, by, do, more in (STEP.fullmatch(step).groups() for step in case.steps):  # type: ignore[union-attr]
        further = re.sub(r" (\w+:)", r", \1", more or "")
        text += f"  - {{at: {at_s} s, do: {do}, by: {by}{further}}}\n"
    scenario = loads(text, sets=[f"room.mode={case.mode}", *case.sets])
    found = told(stories(courses_of(scenario, (case.mode,)), who))[case.mode]
    said = [f"{moment(line.at_ms)} {line.text}" for line in found.lines if line.sort != "sees" and line.at_ms > 0]
    assert [*[found.how] * case.has_wish, *said] == case.says


def test_every_ending_has_words() -> None:
    for kind in KINDS:
        for ending in kind.endings:
            of_rules = kind.source == "engine" and ending.rule not in (None, VARIANT)
            if of_rules or (kind.source == "agents" and kind.name != "wish_ended"):
                assert ending.story, (kind.name, ending.word)
