"""Tables that fit: columns that are too many for the width go to a block of their own, and no figure is ever cut."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP: Final = 3
"""Between two columns."""

LEAST_LABEL: Final = 24
"""Columns of the terminal that the labels of the rows get before figures go to another block."""

HEAD_LINES: Final = (1, 2, 3, 99)
"""Lines into which the heads of columns are folded at most: the first number with which all of a table fits."""

Cells = Sequence[Text | str]
"""One row: its label, then its figures. A label may be folded, a figure may not."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a title of their own; no title where it is empty."""

    title: str
    rows: Sequence[Cells]


def print_groups(console: Console, heads: Cells, groups: Sequence[Group], left: frozenset[int] = frozenset()) -> None:
    """Print the groups under one another, as often as all columns need. `left` are the columns of words."""
    rows = [row for group in groups for row in group.rows]
    wanted = max((_label_width(rows), *(_width(group.title) for group in groups)))
    least = min(wanted, LEAST_LABEL)
    widths = _widths(heads, rows, console.width - wanted)
    for count, places in enumerate(_blocks(widths, console.width, least)):
        if count:
            console.print()
        taken = sum(widths[place - 1] + GAP for place in places)
        label_width = max(1, min(max(wanted, _longest_word(heads[0])), console.width - taken))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
        table.add_column(heads[0], width=label_width, overflow="fold")
        for place in places:
            words = place in left
            table.add_column(
                heads[place], width=widths[place - 1], justify="left" if words else "right", overflow="fold"
            )
        for number, group in enumerate(groups):
            if number:
                table.add_row()
            if group.title:
                table.add_row(Text(group.title, style="bold underline"))
            for row in group.rows:
                table.add_row(row[0], *(row[place] for place in places))
        console.print(table)


def fits(console: Console, heads: Cells, rows: Sequence[Cells]) -> bool:
    """Whether all columns have room beside each other, with nothing folded but the heads."""
    wanted = _label_width(rows)
    return wanted + _taken(_widths(heads, rows, console.width - wanted)) <= console.width


def _widths(heads: Cells, rows: Sequence[Cells], room: int) -> list[int]:
    """The widths of the columns of figures, with the heads in as few lines as the room for them allows."""
    widths: list[int] = []
    for lines in HEAD_LINES:
        widths = [_figure_width(heads[place], rows, place, lines) for place in range(1, len(heads))]
        if _taken(widths) <= room:
            break
    return widths


def _taken(widths: Sequence[int]) -> int:
    return sum(width + GAP for width in widths)


def _label_width(rows: Sequence[Cells]) -> int:
    return max((_width(str(row[0]).split("\n")[0]) for row in rows), default=0)


def _blocks(widths: Sequence[int], whole: int, label: int) -> Iterator[list[int]]:
    """The places of the columns of each block, from left to right; at least one in each."""
    block: list[int] = []
    taken = label
    for place, width in enumerate(widths, 1):
        if block and taken + width + GAP > whole:
            yield block
            block, taken = [], label
        block.append(place)
        taken += width + GAP
    yield block


def _figure_width(head: Text | str, rows: Sequence[Cells], place: int, lines: int) -> int:
    """What the widest figure needs; a head is folded between words, into at most so many lines."""
    figures = max((_width(row[place]) for row in rows), default=1)
    folded = (width for width in range(1, _width(head) + 1) if len(textwrap.wrap(str(head), width)) <= lines)
    return max(_longest_word(head), next(folded, 1), figures)


def _width(cell: Text | str) -> int:
    return max((Text(line).cell_len for line in str(cell).split("\n")), default=0)


def _longest_word(head: Text | str) -> int:
    return max((Text(word).cell_len for word in str(head).split()), default=0)
