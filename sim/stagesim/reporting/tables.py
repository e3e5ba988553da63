"""The figures of a study on the terminal: modes as columns; plain lines where there is no terminal."""

import io
import sys
from collections.abc import Callable
from typing import Final, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stagesim.agents.script import Check
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.reporting.sheet import Cell, Row, headlines, sections
from stagesim.reporting.style import mode_name

PLAIN_WIDTH: Final = 110
"""Columns where there is no terminal that says how many it has."""

MODE_STYLES: Final = {"everyone_on_stage": "bold blue", "join_by_request": "bold red", "invite_only": "bold green"}


def print_results(results: Results, file: TextIO | None = None) -> None:
    """Print the table, what it says in words, and the expectations that did not hold."""
    print_with(lambda console: _print(results, console), file)


def print_with(printer: Callable[[Console], None], file: TextIO | None = None) -> None:
    """Let the printer print to a terminal as it is, or as plain lines to anything else."""
    out = file or sys.stdout
    if out.isatty():
        printer(Console(file=out, highlight=False))
        return
    text = io.StringIO()
    printer(Console(file=text, highlight=False, width=PLAIN_WIDTH, color_system=None))
    out.write("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()))


def _print(results: Results, console: Console) -> None:
    console.print(_title(results), style="bold", markup=False)
    console.print(_table(results, console))
    for line in headlines(results):
        console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)
    if results.replications > 1:
        console.print(READING, style="dim", markup=False)
    for outcome, check in results.failures:
        console.print(failure(results, outcome, check), style="red", markup=False, soft_wrap=True)
    if results.checks:
        held = len(results.checks) - len(results.failures)
        console.print(f"expectations: {held} of {len(results.checks)} held", markup=False)


READING: Final = (
    "Means over the sessions, ± half of the 95 % t-interval; ✓ marks a best mean whose interval overlaps no other. "
    "Intervals are per metric; with many metrics some will stand apart by chance."
)


def failure(results: Results, outcome: Outcome, check: Check) -> str:
    """Where an expectation stands, what was expected, and what was found."""
    name = results.path or "scenario"
    where = f"{name}:{check.line}" if check.line is not None else f"{name}, step {check.step + 1}"
    return (
        f"{where}: expected `{check.expected}`, got `{check.got}`: {check.what}, "
        f"at {check.at_s:g} s in {outcome.mode}, replication {outcome.replication}"
    )


def _title(results: Results) -> str:
    if results.replications == 1:
        return f"{results.scenario.title} – one session, seed {results.seed}"
    return f"{results.scenario.title} – {results.replications} sessions per mode, seed {results.seed}"


def _table(results: Results, console: Console) -> Table:
    """One row a metric, one column a mode; the half-widths go below the means where the terminal is narrow."""
    narrow = console.width < 34 + 20 * len(results.modes)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("", ratio=None, overflow="fold", min_width=16)
    for mode in results.modes:
        table.add_column(Text(mode_name(mode), style=MODE_STYLES[mode]), justify="right", overflow="fold")
    for place, section in enumerate(sections(results, brief=True)):
        if place:
            table.add_row()
        table.add_row(Text(section.title, style="bold underline"))
        for row in section.rows:
            table.add_row(_label(row), *(_cell(cell, narrow) for cell in row.cells))
    return table


def _label(row: Row) -> Text:
    return Text.assemble(row.label, (f"  {row.unit}" if row.unit else "", "dim"))


def _cell(cell: Cell, narrow: bool) -> Text:
    mark = "✓ " if cell.best else ""
    gap = "\n" if narrow else " "
    parts = [(mark + cell.mean, "bold" if cell.best else "")]
    if cell.half_width:
        parts.append((f"{gap}± {cell.half_width}", "dim"))
    if cell.few:
        parts.append((f"\n{cell.few}", "dim"))
    return Text.assemble(*parts)
