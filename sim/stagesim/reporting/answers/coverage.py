"""What `stagesim coverage` says: what scenarios come to of all that can be come to, and a scenario for the rest."""

from collections import Counter
from typing import Final

from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.answers.findings import Findings, HeatMap, Share, Tale
from stagesim.testing.laboratory.coverage.cells import ACTIONS, MODES, POSITIONS, Cell, Item, Notice, Rule
from stagesim.testing.laboratory.coverage.covered import Coverage, story
from stagesim.testing.laboratory.witness import arrows
from stagesim.testing.laboratory.written import command_in_words

READING: Final = (
    "A cell is an action with its answer, by mode, role and position of whom it is about, as far as the answer looks "
    "at them. What can be come to was found by exploring rooms of two people; a rule is covered by a scenario that "
    "`shows` it."
)
MOST_NAMED: Final = 12
"""Uncovered items that are named in a sentence each; the file of values has all."""
MOST_TOLD: Final = 2
"""Uncovered items that are told as a story; the folder has a scenario for each."""


def findings(found: Coverage, rules: str, command: str) -> Findings:
    """The findings about some files."""
    left = found.uncovered
    named = {item: f"cover-{number:03}.yaml" for number, item in enumerate(left, 1) if item in found.reach.ways}
    texts = {file: story(item, found.reach.ways[item]) for item, file in named.items()}
    return Findings(
        kind="coverage",
        title="What the scenarios come to",
        facts=f"{found.files} file{'s' * (found.files != 1)}, rules `{rules}`",
        lines=tuple(_lines(found, left)),
        reading=READING,
        command=command,
        grids=(_by_action(found), _by_kind(found)),
        tales=tuple(_tale(found, item, texts[named[item]]) for item in list(named)[:MOST_TOLD]),
        maps=(_map(found),),
        files=texts,
        data=_data(found, named, rules),
    )


def _by_kind(found: Coverage) -> Grid:
    kinds = {"cells": Cell, "notices": Notice, "rules": Rule}
    rows = ((name, *(f"{number}" for number in found.of(kind))) for name, kind in kinds.items())
    return Grid("All of it", ("kind", "covered", "reachable"), tuple(rows))


def _shares(found: Coverage, column: str) -> dict[tuple[str, str], Share]:
    """By action and mode, or by action, mode and position: covered, and reachable."""
    all_of: Counter[tuple[str, str]] = Counter()
    covered: Counter[tuple[str, str]] = Counter()
    for item in found.reach.ways:
        if isinstance(item, Cell):
            place = item.mode or "any mode"
            key = item.action, f"{place} {item.position}" if column == "position" and item.position else place
            all_of[key] += 1
            covered[key] += item in found.heard.counts
    return {key: (covered[key], number) for key, number in all_of.items()}


def _by_action(found: Coverage) -> Grid:
    shares = _shares(found, "mode")
    columns = [*MODES, "any mode"]
    said = {key: f"{covered}/{number}" for key, (covered, number) in shares.items()}
    rows = tuple((action, *(said.get((action, column), "") for column in columns)) for action in ACTIONS)
    return Grid("Cells, covered of reachable", ("action", *columns), rows)


def _map(found: Coverage) -> HeatMap:
    columns = (*(f"{mode} {position}" for mode in MODES for position in POSITIONS), "any mode")
    said = "Green is covered, red is not, and empty is where nothing can be come to; all roles together."
    return HeatMap(tuple(ACTIONS), columns, _shares(found, "position"), said)


def _lines(found: Coverage, left: list[Item]) -> list[str]:
    lines = []
    if found.other_rules:
        lines.append(f"left out, since they have rules of their own: {', '.join(found.other_rules)}")
    if found.beyond:
        lines.append(f"{len(found.beyond)} cells that no room of two comes to: {found.beyond[0]}")
    lines += [_named(found, item) for item in left[:MOST_NAMED]]
    if len(left) > MOST_NAMED:
        lines.append(f"and {len(left) - MOST_NAMED} more; `--out DIR` writes a scenario for each")
    places = [f"{role} {position} in {mode}" for mode, role, position in found.unreachable()]
    proven = f"proven in {found.reach.states:,} states" if not found.reach.stopped else "as far as was explored"
    lines.append(f"{len(places)} places that nobody can come to, {proven}: {', '.join(places)}")
    if found.reach.stopped:
        lines.append(f"the exploration stopped {found.reach.stopped}: not complete")
    return [*lines, f"{len(found.items) - len(left)} of {len(found.items)} are covered: {_percent(found)} %"]


def _percent(found: Coverage) -> str:
    """Never 100 where something is missing."""
    return "100" if not found.uncovered else f"{min(99.9, found.percent):.1f}"


def _named(found: Coverage, item: Item) -> str:
    way = found.reach.ways.get(item)
    if way is None:
        return f"not covered: {item}: no scenario says that it `shows` it"
    return f"not covered: {item}: {', '.join(map(command_in_words, way.moves)) or 'by the opening alone'}"


def _tale(found: Coverage, item: Item, text: str) -> Tale:
    way = found.reach.ways[item]
    name = f"story-{found.uncovered.index(item) + 1}"
    return Tale(name, f"not covered: {item}", "The shortest story to it.", tuple(arrows(way.room, way.moves)), text)


def _data(found: Coverage, named: dict[Item, str], rules: str) -> dict[str, object]:
    return {
        "schema": "stagesim.coverage/1",
        "rules": rules,
        "files": found.files,
        "percent": round(found.percent, 3),
        "complete": not found.reach.stopped,
        "states": found.reach.states,
        **{
            name: [_as_data(found, item, named) for item in found.items if isinstance(item, kind)]
            for name, kind in (("cells", Cell), ("notices", Notice), ("rules", Rule))
        },
        "unreachable": [dict(zip(("mode", "role", "position"), each, strict=True)) for each in found.unreachable()],
    }


def _as_data(found: Coverage, item: Item, named: dict[Item, str]) -> dict[str, object]:
    return {
        **{key: value for key, value in item._asdict().items() if value},
        "times": found.heard.counts[item],
        "files": found.heard.files.get(item, []),
        **({"scenario": named[item]} if item in named else {}),
    }
