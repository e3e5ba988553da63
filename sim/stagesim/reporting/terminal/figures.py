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
from stagesim.reporting.terminal.fitted_columns import Cells, Group, fits, print_groups
from stagesim.reporting.terminal.line import clear
from stagesim.reporting.words.failures import failures
from stagesim.reporting.words.figure_rows import Cell, Row, Section, brief_reading, reading, sections
from stagesim.reporting.words.headlines import headlines, headlines_of_variants, remarks, variants_as_columns
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.part_rows import part_sections
from stagesim.reporting.words.recommended import (
    COSTS_TITLE,
    GOALS_TITLE,
    VARIANTS_TITLE,
    recommended,
    recommended_variants,
)
from stagesim.reporting.words.telling import MOST, telling, telling_of_columns
from stagesim.reporting.words.turning import TURNING_TITLE
from stagesim.reporting.words.unmodelled import not_modelled
from stagesim.scenario.scenario import Scenario

PLAIN_WIDTH: Final = 110
"""Columns where there is no terminal that says how many it has."""

FEWEST: Final = 2
"""So many figures are printed, however little room there is."""

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
    results: Results, contrasts: Sequence[Contrast] = (), turns: Sequence[str] = (), file: TextIO | None = None
) -> None:
    """Print which mode to take for which goal, what `turns` that, the first of it, and the few figures of which that
    speaks: with what the command says afterwards at most 25 lines, on 80 columns or more.
    """
    print_with(lambda console: _print_brief(results, contrasts, turns[:1], console), file)


def _print_brief(results: Results, contrasts: Sequence[Contrast], turns: Sequence[str], console: Console) -> None:
    console.print(title_of(results), style="bold", markup=False)
    advised = recommended(results, contrasts)
    _print_lines(GOALS_TITLE, advised.in_short, console, gap=False)
    _print_lines(TURNING_TITLE, turns, console, gap=False)
    groups = {"": telling(results, contrasts, max(FEWEST, MOST - _height(turns, console))).rows}
    _print_few(groups, _heads(results), results.replications, console, compared=len(results.modes) > 1)
    print_expectations(results, console, brief=True)


def print_brief_of_variants(
    variants: Mapping[str, Results],
    contrasts: Sequence[Contrast],
    turns: Sequence[str] = (),
    file: TextIO | None = None,
) -> None:
    """Print which variant to take for which goal, and for each mode the most telling figures, no more than before."""

    def printer(console: Console) -> None:
        first = next(iter(variants.values()))
        console.print(f"{', '.join(variants)} – {_size(first)}", style="bold", markup=False)
        advised, columns = recommended_variants(variants, contrasts), variants_as_columns(variants)
        unclear = advised.unclear if len(columns) == 1 else ()
        _print_lines(VARIANTS_TITLE, [*advised.brief, *unclear], console, gap=False)
        _print_lines(TURNING_TITLE, turns[:1], console, gap=False)
        most = max(FEWEST, (MOST - _height(turns[:1], console)) // len(columns)) if columns else 0
        groups = {mode_name(mode): telling_of_columns(each, contrasts, most) for mode, each in columns.items()}
        _print_few(groups, ["", *variants], first.replications, console, compared=True)
        for name, each in variants.items():
            print_expectations(each, console, name, brief=True)

    print_with(printer, file)


def _height(lines: Sequence[str], console: Console) -> int:
    """How many lines of a terminal some lines and their title take: figures give way to them."""
    return len(lines) and 1 + sum(len(console.render_lines(f"• {line}")) for line in lines)


def _print_few(
    few: Mapping[str, Sequence[Row]], heads: Cells, replications: int, console: Console, *, compared: bool
) -> None:
    """Print the few telling figures in one line each, by group, with their margins if there is room for all of them."""
    every = [row for rows in few.values() for row in rows]
    has_room = fits(console, heads, [_brief_cells(row, margins=True) for row in every])
    console.print()
    groups = [Group(title, [_brief_cells(row, margins=has_room) for row in rows]) for title, rows in few.items()]
    print_groups(console, heads, groups)
    if replications > 1:
        said = brief_reading(replications, every, margins=has_room, compared=compared)
        console.print(said, style="dim", markup=False)


def print_turning(lines: Sequence[str], file: TextIO | None = None) -> None:
    """Print what would turn the answer."""
    print_with(lambda console: _print_lines(TURNING_TITLE, lines, console), file)


def print_figures(results: Results, file: TextIO | None = None) -> None:
    """Print the table alone, of a session that has been told already."""

    def printer(console: Console) -> None:
        console.print()
        _print_table(results, [*sections(results, brief=True), *part_sections(results)], console)

    print_with(printer, file)


def print_short(results: Results, contrasts: Sequence[Contrast] = (), file: TextIO | None = None) -> None:
    """Print what the tables say in words."""
    print_with(lambda console: _print_short(results, console, contrasts), file)


def print_short_of_variants(
    variants: Mapping[str, Results], contrasts: Sequence[Contrast], file: TextIO | None = None
) -> None:
    """Print what the tables say in words of several variants, mode by mode."""

    def printer(console: Console) -> None:
        found, advised = headlines_of_variants(variants, contrasts), recommended_variants(variants, contrasts)
        _print_lines(VARIANTS_TITLE, [*advised.goals, *advised.unclear], console)
        _print_lines(COSTS_TITLE, advised.costs, console)
        for mode, lines in found.items():
            _print_lines(f"In short, {mode_name(mode).lower()}", lines, console)
        if any(found.values()):
            first = next(iter(variants.values()))
            print_not_modelled(console, first.origin, *(each.scenario for each in variants.values()))

    print_with(printer, file)


def _print_short(results: Results, console: Console, contrasts: Sequence[Contrast] = ()) -> None:
    advised, lines = recommended(results, contrasts), headlines(results, contrasts)
    if advised.goals:
        _print_lines(GOALS_TITLE, [*advised.goals, *advised.unclear, *remarks(results)], console)
        _print_lines(COSTS_TITLE, advised.costs, console)
    else:
        _print_lines("In short", lines, console)
    if lines:
        print_not_modelled(console, results.origin, results.scenario)


def print_not_modelled(console: Console, origin: Origin, *scenarios: Scenario) -> None:
    """Print what no figure takes into account, if that is known."""
    left_out = not_modelled(origin, *scenarios)
    if left_out:
        console.print(left_out, style="dim", markup=False, soft_wrap=not console.is_terminal)


def _print_lines(title: str, lines: Sequence[str], console: Console, *, gap: bool = True) -> None:
    if lines and gap:
        console.print()
    if lines:
        console.print(title, style="bold", markup=False)
    for line in lines:
        console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)


def print_with(printer: Callable[[Console], None], file: TextIO | None = None) -> None:
    """Let the printer print to a terminal as it is, or as plain lines to anything else."""
    clear()
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
    console.print(title_of(results), style="bold", markup=False)
    shown = [*sections(results, contrasts, brief=True), *part_sections(results)]
    _print_table(results, shown, console)
    if results.replications > 1:
        console.print(reading(results, shown), style="dim", markup=False)
    print_expectations(results, console)


def print_expectations(results: Results, console: Console, name: str = "", *, brief: bool = False) -> None:
    """Say which did not hold, and how many did: in `brief` not if that is all of them. `name` is the variant's."""
    for line in failures(results):
        console.print(line, style="red", markup=False, soft_wrap=True)
    untested = len(results.untested)
    if results.checks and not (brief and not results.failures and not untested):
        held = len(results.checks) - len(results.failures) - untested
        more = f", {untested} not tested" if untested else ""
        of = f"{name}: " if name else ""
        console.print(f"{of}expectations: {held} of {len(results.checks)} held{more}", markup=False)


def title_of(results: Results) -> str:
    """What was simulated, and how much of it."""
    return f"{results.scenario.title} – {_size(results)}"


def _size(results: Results) -> str:
    many = results.replications != 1
    return f"{f'{results.replications} sessions per mode' if many else 'one session'}, seed {results.seed}"


def _print_table(results: Results, shown: Sequence[Section], console: Console) -> None:
    """One row a metric, one column a mode; the margins go below the averages where the terminal is narrow."""
    narrow = console.width < 34 + 22 * len(results.modes)
    groups = [
        Group(section.title, [(_label(row), *(_cell(cell, narrow) for cell in row.cells)) for row in section.rows])
        for section in shown
    ]
    print_groups(console, _heads(results), groups)


def _heads(results: Results) -> list[Text | str]:
    return ["", *(Text(mode_name(mode), style=MODE_STYLES[mode]) for mode in results.modes)]


def _label(row: Row, *, brief: bool = False) -> Text:
    """What is measured, and its unit; in `brief` without how much of a wait is counted."""
    label = row.label.partition(", at most")[0] if brief else row.label
    return Text.assemble(label, (f"  {row.unit}" if row.unit else "", "dim"))


def _cell(cell: Cell, narrow: bool) -> Text:
    gap = "\n" if narrow else " "
    parts = [_figure(cell)]
    if cell.margin:
        parts.append((f"{gap}{cell.margin}", "dim"))
    if cell.range:
        parts.append((f"\n{cell.range}", "dim"))
    if cell.few:
        parts.append((f"\n{cell.few}", "dim"))
    return Text.assemble(*parts)


def _brief_cells(row: Row, *, margins: bool) -> Cells:
    """One line: the figures, with their margins or without."""
    return (
        _label(row, brief=True),
        *(
            Text.assemble(_figure(cell), (f" {cell.margin}" if cell.margin and margins else "", "dim"))
            for cell in row.cells
        ),
    )


def _figure(cell: Cell) -> tuple[str, str]:
    """The figure with its mark, and its style."""
    return (f"{cell.tick} " if cell.tick else "") + cell.mean, "bold" if cell.best else "red" if cell.worst else ""
