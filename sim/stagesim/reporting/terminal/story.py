"""One person's story on the terminal: a column a mode, a row a moment."""

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stagesim.reporting.terminal.figures import MODE_STYLES, print_with
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.story import TIMES, Line, introduced, rows, told, why_this_one
from stagesim.testing.stories.modes import Stories

STYLES = {
    "wish": "italic",
    "press": "bold",
    "sees": "dim",
    "told": "",
    "room": "",
    "staff": "dim italic",
    "waited": "italic",
}


def print_stories(stories: Stories, file: TextIO | None = None) -> None:
    """Print what happened to the person in each mode, with how it went and how the moments are counted."""
    print_with(lambda console: _print(stories, console), file)


def print_picks(picks: Mapping[str, str], file: TextIO | None = None) -> None:
    """Print of whom a story can be told, by the name of the pick."""
    print_with(lambda console: _print_picks(picks, console), file)


def _print(stories: Stories, console: Console) -> None:
    found = told(stories)
    console.print(introduced(stories), style="bold", markup=False)
    for said in filter(None, (why_this_one(stories), TIMES)):
        console.print(said, markup=False)
    for mode, each in found.items():
        console.print(Text.assemble((mode_name(mode), MODE_STYLES[mode]), f": {each.how}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", justify="right", no_wrap=True)
    for mode in found:
        table.add_column(Text(mode_name(mode), style=MODE_STYLES[mode]), ratio=1, overflow="fold")
    for row in rows(tuple(found.values())):
        table.add_row(row.when, *map(_cell, row.cells))
    console.print(table)


def _print_picks(picks: Mapping[str, str], console: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for name, said in picks.items():
        table.add_row(Text(name, style="bold"), Text(said))
    console.print(table)


def _cell(same: Sequence[Line]) -> Text:
    parts = [(line.text, STYLES[line.sort]) for line in same]
    return Text("\n").join(Text(text, style=style) for text, style in parts)
