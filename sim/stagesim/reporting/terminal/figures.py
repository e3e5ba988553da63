"""The figures of a study on the terminal: modes as columns; plain lines where there is no terminal."""

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.origin import Origin
from stagesim.experiments.results import Results
from stagesim.reporting.terminal.fitted_columns import Group, print_groups
from stagesim.reporting.words.failures import failures
from stagesim.reporting.words.figure_rows import Cell, Row, Section, reading, sections
from stagesim.reporting.words.headlines import headlines, headlines_of_variants
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.part_rows import part_sections
from stagesim.reporting.words.recommended import GOALS_TITLE, VARIANTS_TITLE, recommended, recommended_variants
from stagesim.reporting.words.telling import telling
from stagesim.reporting.words.unmodelled import not_modelled
from stagesim.scenario.scenario import Scenario

PLAIN_WIDTH: Final = 110
"""Columns where there is no terminal that says how many it has."""

MODE_STYLES: Final = {"everyone_on_stage": "bold blue", "join_by_request": "bold red", "invite_only": "bold green"}


def print_results(
    results: Results, contrasts: Sequence[Contrast] = (), file: TextIO | None = None, *, short: bool = True
) -> None:
    """Print the table, the expectations that did not hold, and what it says in words, if `short` is not for later."""

    def printer(console: Console) -> None:
        _print(results, contrasts, console)
        if short:
            _print_short(results, console, contrasts)

    print_with(printer, file)


def print_brief(
    results: Results, contrasts: Sequence[Contrast] = (), file: TextIO | None = None, *, short: bool = True
) -> None:
    """Print which mode to take for which goal, the few figures of which that speaks, and what it leaves out, if `short`
    is not for later.
    """

    def printer(console: Console) -> None:
        _print_brief(results, contrasts, console)
        if short:
            print_not_modelled(console, results.origin, results.scenario)

    print_with(printer, file)


def _print_brief(results: Results, contrasts: Sequence[Contrast], console: Console) -> None:
    console.print(_title(results), style="bold", markup=False)
    _print_lines(GOALS_TITLE, recommended(results, contrasts), console)
    shown = [telling(results, contrasts)]
    console.print()
    _print_table(results, shown, console)
    if results.replications > 1:
        console.print(reading(results, shown), style="dim", markup=False)
    _print_expectations(results, console)


def print_short(results: Results, contrasts: Sequence[Contrast] = (), file: TextIO | None = None) -> None:
    """Print what the tables say in words."""
    print_with(lambda console: _print_short(results, console, contrasts), file)


def print_short_of_variants(
    variants: Mapping[str, Results], contrasts: Sequence[Contrast], file: TextIO | None = None
) -> None:
    """Print what the tables say in words of several variants, mode by mode."""

    def printer(console: Console) -> None:
        found = headlines_of_variants(variants, contrasts)
        _print_lines(VARIANTS_TITLE, recommended_variants(variants, contrasts), console)
        for mode, lines in found.items():
            _print_lines(f"In short, {mode_name(mode).lower()}", lines, console)
        if any(found.values()):
            first = next(iter(variants.values()))
            print_not_modelled(console, first.origin, *(each.scenario for each in variants.values()))

    print_with(printer, file)


def _print_short(results: Results, console: Console, contrasts: Sequence[Contrast] = ()) -> None:
    lines = headlines(results, contrasts)
    _print_lines(GOALS_TITLE, recommended(results, contrasts), console)
    _print_lines("In short", lines, console)
    if lines:
        print_not_modelled(console, results.origin, results.scenario)


def print_not_modelled(console: Console, origin: Origin, *scenarios: Scenario) -> None:
    """Print what no figure takes into account, if that is known."""
    left_out = not_modelled(origin, *scenarios)
    if left_out:
        console.print(left_out, style="dim", markup=False, soft_wrap=not console.is_terminal)


def _print_lines(title: str, lines: Sequence[str], console: Console) -> None:
    if lines:
        console.print(f"\n{title}", style="bold", markup=False)
    for line in lines:
        console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)


def print_with(printer: Callable[[Console], None], file: TextIO | None = None) -> None:
    """Let the printer print to a terminal as it is, or as plain lines to anything else."""
    out = file or sys.stdout
    if out.isatty():
        printer(Console(file=out, highlight=False))
        out.flush()
        return
    text = io.StringIO()
    printer(Console(file=text, highlight=False, width=PLAIN_WIDTH, color_system=None))
    out.write("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()))
    out.flush()


def _print(results: Results, contrasts: Sequence[Contrast], console: Console) -> None:
    console.print(_title(results), style="bold", markup=False)
    shown = [*sections(results, contrasts, brief=True), *part_sections(results)]
    _print_table(results, shown, console)
    if results.replications > 1:
        console.print(reading(results, shown), style="dim", markup=False)
    _print_expectations(results, console)


def _print_expectations(results: Results, console: Console) -> None:
    for line in failures(results):
        console.print(line, style="red", markup=False, soft_wrap=True)
    if results.checks:
        untested = len(results.untested)
        held = len(results.checks) - len(results.failures) - untested
        more = f", {untested} not tested" if untested else ""
        console.print(f"expectations: {held} of {len(results.checks)} held{more}", markup=False)


def _title(results: Results) -> str:
    if results.replications == 1:
        return f"{results.scenario.title} – one session, seed {results.seed}"
    return f"{results.scenario.title} – {results.replications} sessions per mode, seed {results.seed}"


def _print_table(results: Results, shown: Sequence[Section], console: Console) -> None:
    """One row a metric, one column a mode; the margins go below the averages where the terminal is narrow."""
    narrow = console.width < 34 + 22 * len(results.modes)
    heads: list[Text | str] = ["", *(Text(mode_name(mode), style=MODE_STYLES[mode]) for mode in results.modes)]
    groups = [
        Group(section.title, [(_label(row), *(_cell(cell, narrow) for cell in row.cells)) for row in section.rows])
        for section in shown
    ]
    print_groups(console, heads, groups)


def _label(row: Row) -> Text:
    return Text.assemble(row.label, (f"  {row.unit}" if row.unit else "", "dim"))


def _cell(cell: Cell, narrow: bool) -> Text:
    mark = f"{cell.tick} " if cell.tick else ""
    gap = "\n" if narrow else " "
    parts = [(mark + cell.mean, "bold" if cell.best else "red" if cell.worst else "")]
    if cell.margin:
        parts.append((f"{gap}{cell.margin}", "dim"))
    if cell.range:
        parts.append((f"\n{cell.range}", "dim"))
    if cell.few:
        parts.append((f"\n{cell.few}", "dim"))
    return Text.assemble(*parts)
