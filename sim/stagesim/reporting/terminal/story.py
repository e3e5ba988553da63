"""One person's story on the terminal: a column a mode, a row a moment."""

from collections.abc import Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stagesim.reporting.terminal.figures import MODE_STYLES, print_with
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.story import Line, lines, moment, outcome
from stagesim.testing.stories.modes import Stories

STYLES = {"wish": "italic", "press": "bold", "sees": "dim", "room": "", "staff": "dim italic"}


def print_stories(told: Stories, file: TextIO | None = None) -> None:
    """Print what happened to the person in each mode; moments are minutes and seconds from the session's start."""
    print_with(lambda console: _print(told, console), file)


def _print(told: Stories, console: Console) -> None:
    found = {mode: list(lines(seen, told.start_ms, told.who)) for mode, seen in told.by_mode.items()}
    title = f"{told.who} ({told.group})" if told.group else told.who
    console.print(title, style="bold", markup=False)
    for mode, each in found.items():
        console.print(Text.assemble((mode_name(mode), MODE_STYLES[mode]), f": {outcome(each)}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", justify="right", no_wrap=True)
    for mode in found:
        table.add_column(Text(mode_name(mode), style=MODE_STYLES[mode]), ratio=1, overflow="fold")
    for when in sorted({line.at_ms // 1000 for each in found.values() for line in each}):
        cells = (_cell([line for line in each if line.at_ms // 1000 == when]) for each in found.values())
        table.add_row(moment(when * 1000), *cells)
    console.print(table)


def _cell(same: Sequence[Line]) -> Text:
    parts = [(line.text, STYLES[line.sort]) for line in same]
    return Text("\n").join(Text(text, style=style) for text, style in parts)
