"""docs/reference/protocol.md says what is so: its examples are sent to the engine, its tables are those of the code."""

import json
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from stageaccess import (
    RULES,
    SYSTEM,
    Action,
    Cause,
    Client,
    EventKind,
    FullStage,
    Mode,
    Origin,
    Outcome,
    Presence,
    Reason,
    Role,
    Standing,
    Via,
    endings,
    wire,
)
from stageaccess.audience import NOTIFIED, Audience
from stageaccess.checks import SESSION, STAFF_ONLY
from stageaccess.commands import FIELDS
from stageaccess.protocol import QUESTIONS
from stagesim.engines.process import LONGEST
from stagesim.engines.subprocess import PATIENCE_S

PAGE = (Path(__file__).parents[2] / "docs/reference/protocol.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
TICKED = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, without its head."""
    section = PROSE.partition(f"\n{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table[0].splitlines()[2:]]


def examples() -> list[tuple[str, str]]:
    """Every line to the engine in an example, and the answer below it."""
    lines = [line for line in PAGE.splitlines() if line.startswith(("> ", "< "))]
    assert all(line.startswith("><"[place % 2]) for place, line in enumerate(lines))
    return [(asked[2:], answered[2:]) for asked, answered in zip(lines[::2], lines[1::2], strict=True)]


def test_the_examples_are_true() -> None:
    asked = "".join(f"{line}\n" for line, _ in examples())
    command = [sys.executable, "-m", "stageaccess"]
    got = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=60)
    for (line, answered), answer in zip(examples(), got.stdout.splitlines(), strict=True):
        assert json.loads(answer) == json.loads(answered), line


def test_every_example_begins_with_a_room() -> None:
    for block in re.findall(r"^```jsonl\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL):
        assert block.startswith('> {"room"')


@pytest.mark.parametrize(
    "words", [Action, Cause, Client, EventKind, FullStage, Mode, Origin, Outcome, Presence, Reason, Role, Standing, Via]
)
def test_every_word_is_on_the_page(words: type[StrEnum]) -> None:
    assert set(words) - set(TICKED.findall(PROSE)) == set()


def test_every_field_is_on_the_page() -> None:
    records = [wire.ROOM, wire.LIMIT, wire.COMMAND, wire.DECISION, wire.OFFER, wire.STATE, wire.DUE, wire.IDENTITY]
    fields = [name for record in (*records, *wire.EVENT.values()) for name in record.names]
    assert [name for name in fields if not re.search(rf"`{name}`|\"{name}\"", PAGE)] == []


def test_the_fields_of_a_room_and_of_a_command() -> None:
    assert [TICKED.findall(name) for name, *_ in rows("## A room")] == [[name] for name in wire.ROOM.names]
    documented = [TICKED.findall(name)[0] for name, *_ in rows("## Commands")]
    assert sorted(documented) == sorted(wire.COMMAND.names)
    assert {TICKED.findall(name)[0] for name, *_ in rows("### The decision")} == set(wire.DECISION.names)


def test_the_fields_of_every_action() -> None:
    actions = {TICKED.findall(action)[0]: (who, fields) for action, who, fields, _ in rows("### Actions")}
    assert set(actions) == set(Action)
    for action, takes in FIELDS.items():
        who, fields = actions[action]
        assert (who == "staff") is (action in STAFF_ONLY), action
        assert (who == "system" and fields == "") is (action in SESSION), action
        needed = [f"`{name}`" for name in ("by", "to", "mode", "role") if getattr(takes, name)]
        optional = [f"[`{name}`]" for name in ("request", "connection") if getattr(takes, name)]
        assert fields == ", ".join([*needed, *optional]), action


def test_the_fields_of_every_event() -> None:
    events = {TICKED.findall(kind)[0]: fields for kind, fields, *_ in rows("## Events")}
    assert set(events) == set(EventKind)
    for kind, extra in wire.EXTRA.items():
        written = [f"`{each.name}`" if each.needed or each.nullable else f"[`{each.name}`]" for each in extra]
        assert events[kind] == ", ".join(written)


def test_the_words_that_an_event_can_say() -> None:
    said = {TICKED.findall(kind)[0]: set(TICKED.findall(words)[1:]) for kind, _, _, words in rows("## Events")}
    can_say = {str(kind): set(map(str, words)) for kind, words in endings(RULES).items()}
    can_say["setup_started"] = can_say["stage_joined"] = set(map(str, Via))
    can_say["invitation_created"] = set(map(str, Origin))
    assert {kind: words for kind, words in said.items() if words} == can_say


def test_who_is_told() -> None:
    words = {
        Audience.STAFF: "the staff present",
        Audience.EVERYONE: "everyone present",
        Audience.MAKER: "the one who made the invitation",
    }
    told = {kind: said for kinds, said in rows("### Who is told") for kind in TICKED.findall(kinds)}
    assert set(told) == set(NOTIFIED)
    for kind, audiences in NOTIFIED.items():
        assert len(told[kind].split(", ")) == len(audiences)
        for audience, said in zip(audiences, told[kind].split(", "), strict=True):
            assert said.startswith(words.get(audience, "the person")), kind


def test_the_limits_of_an_engine_under_test() -> None:
    assert f"may take {PATIENCE_S:g} seconds and have {LONGEST // 1024**2} MB" in PROSE


def test_every_question_is_on_the_page() -> None:
    for question in QUESTIONS:
        assert f'{{"ask": "{question}"' in PROSE
    assert f"`{SYSTEM}`" in PROSE
