"""How far a change travels: what CONTRIBUTING.md says of it is what the source says."""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from stageaccess import Action, Command, Outcome, Reason, RoomConfig
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stagesim.eventlog.schema import KINDS
from stagesim.metric_table import METRICS, WISH_CAUSES

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "policies", ROOT / "sim")
LABORATORY = "laboratory"
WITH_CELLS = (*OWN_ACTIONS, *OTHERS_ACTIONS)

# Metrics that are made from one table for many words stand in no other file by their names.
MADE = ("time_to_", "wishes_", "requests_", "invitations_", "attention_")

WORDS: Mapping[str, list[str]] = {
    "kind of event of the engine": [kind.name for kind in KINDS if kind.source == "engine"],
    "kind of event of the agents": [kind.name for kind in KINDS if kind.source == "agents"],
    "action with cells": [str(action) for action in WITH_CELLS],
    "action without cells": [str(action) for action in Action if action not in WITH_CELLS],
    "field of a command": [name for name in Command._fields if name not in ("at_ms", "do", "by")],
    "parameter of a room": [name.removesuffix("_ms") for name in RoomConfig.__annotations__],
    "reason of a rejection": [str(reason) for reason in Reason],
    "outcome of a request or an invitation": [str(outcome) for outcome in Outcome],
    "metric": [metric.name for metric in METRICS if not metric.name.startswith(MADE)],
    "cause of a lost wish": list(WISH_CAUSES),
}


class Cost(NamedTuple):
    """One line of the table."""

    files: int
    always: list[str]
    elsewhere: str


def costs() -> dict[str, Cost]:
    """The table, by what is new."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## How far a change travels")[2]
    lines = [line.strip("| ").split(" | ") for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return {new: Cost(int(files), re.findall("`(.+?)`", always), rest) for new, files, always, rest in lines[2:]}


@cache
def files() -> dict[str, frozenset[str]]:
    """Source file -> all that it names outside its docstrings."""
    found = [
        (package, path)
        for package in PACKAGES
        for path in sorted(package.rglob("*.py"))
        if LABORATORY not in path.parts
    ]
    return {path.relative_to(package).as_posix(): frozenset(_names(path)) for package, path in found}


def _names(path: Path) -> Iterable[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in texts:
                yield from (word.removesuffix("_ms") for word in re.findall(r"\w+", text))
            case ast.Attribute(attr=str(name)) | ast.Name(id=str(name)) | ast.FunctionDef(name=str(name)):
                yield name.lstrip("_").lower().removesuffix("_ms")
            case ast.arg(arg=str(name)) | ast.keyword(arg=str(name)):
                yield name.removesuffix("_ms")


def naming_all(words: Iterable[str]) -> list[str]:
    """The source files that name every one of the words."""
    wanted = set(words)
    return sorted(path for path, names in files().items() if wanted <= names)


def naming(word: str) -> list[str]:
    """The source files that name a word."""
    return sorted(path for path, names in files().items() if word in names)


@pytest.mark.parametrize("new", WORDS)
def test_the_places_where_every_word_stands_are_those_of_the_table(new: str) -> None:
    cost = costs()[new]
    assert naming_all(WORDS[new]) == sorted(cost.always)
    assert len(cost.always) <= cost.files


def test_the_table_keeps_what_was_promised() -> None:
    table = costs()
    assert set(table) == {*WORDS, "key of a person"}
    assert table["kind of event of the engine"].files <= 6
    assert max(table["action with cells"].files, table["action without cells"].files) <= 5
    assert table["field of a command"].files <= 5


@pytest.mark.parametrize("kind", ["connected", "connection_closed"])
def test_the_kinds_that_came_last_stand_in_six_files(kind: str) -> None:
    always = costs()["kind of event of the engine"].always
    reacting = "stagesim/agents/standing.py"
    assert [path for path in naming(kind) if path != reacting] == sorted([*always, "stageaccess/acts.py"])
