"""A rule set as Markdown tables, for the documentation and for showing what a variant changes."""

from collections.abc import Iterable, Mapping

from stageaccess.cells import Cell, OthersKey, Position
from stageaccess.rules import RULES
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import Mode, Standing

MODE_NAMES = {
    Mode.EVERYONE_ON_STAGE: "everyone",
    Mode.JOIN_BY_REQUEST: "by request",
    Mode.INVITE_ONLY: "invite only",
}


def as_markdown(rules: RuleSet = RULES) -> str:
    """All tables of the rule set: a cell is the new standing (bold) or the reason of the rejection (code)."""
    parts = [
        "## What a person may do for themselves",
        _table(["action", "mode", *Position], _own_rows(rules)),
        "Staff differ in these cells, in every mode:",
        _table(["action", Position.VIEWER], [row[:2] for row in _rows_without_mode(rules.staff)]),
        "## What staff may do to others",
        _table(["action", *Position], _rows_without_mode(rules.others)),
        "## What closes what",
        _table(["action", "request", "invitation", "set-up", "stay on stage"], _closing_rows(rules)),
        "## What a change of mode closes",
        _table(
            ["from", "to", "open requests", "participants' own set-ups", "participants' stays on stage"],
            _mode_change_rows(rules),
        ),
        "## What a full stage does, unless the room says otherwise",
        _table(["mode", "when full"], [[mode, f"`{rules.when_full[mode]}`"] for mode in Mode]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    return f"**{cell}**" if isinstance(cell, Standing) else f"`{cell}`"


def _own_rows(rules: RuleSet) -> list[list[str]]:
    """One row an action and mode; one for `any` mode where all three say the same."""
    rows: list[list[str]] = []
    for action in dict.fromkeys(action for action, _, _ in rules.own):
        cells = {mode: [_cell(rules.own.get((action, mode, position))) for position in Position] for mode in Mode}
        if len({tuple(words) for words in cells.values()}) == 1:
            rows.append([f"`{action}`", "any", *cells[Mode.JOIN_BY_REQUEST]])
        else:
            rows += [[f"`{action}`", MODE_NAMES[mode], *words] for mode, words in cells.items()]
    return rows


def _rows_without_mode(cells: Mapping[OthersKey, Cell]) -> list[list[str]]:
    return [
        [f"`{action}`", *(_cell(cells.get((action, position))) for position in Position)]
        for action in dict.fromkeys(action for action, _ in cells)
    ]


def _closing_rows(rules: RuleSet) -> list[list[str]]:
    return [
        [f"`{action}`", *(f"`{word}`" if word else "–" for word in closing)]
        for action, closing in rules.closings.items()
    ]


def _mode_change_rows(rules: RuleSet) -> list[list[str]]:
    changes = [(was, to) for was in Mode for to in Mode if was is not to]
    tables = (rules.requests_at_mode_change, rules.setups_at_mode_change, rules.stays_at_mode_change)
    return [
        [
            MODE_NAMES[was],
            MODE_NAMES[to],
            *(f"`{table[was, to]}`" if (was, to) in table else "stay" for table in tables),
        ]
        for was, to in changes
    ]
