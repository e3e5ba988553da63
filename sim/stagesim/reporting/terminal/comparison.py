"""A comparison on the terminal: the differences, whether the people were the same, who wins and who loses."""

from collections.abc import Sequence
from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.ending import Ending
from stagesim.reporting.terminal.figures import print_with
from stagesim.reporting.terminal.fitted_columns import Cells, Group, print_groups
from stagesim.reporting.words.comparison import (
    READING,
    WAIT_CHANGE,
    Block,
    Line,
    blocks,
    effect_lines,
    ending_sentence,
    never_there,
    same_people_lines,
    warnings,
)

VERDICT_STYLES: Final = {"better": "bold green", "worse": "bold red", "equivalent": "", "undecided": "dim"}


def print_comparison(analysis: Analysis, ending: Ending, file: TextIO | None = None) -> None:
    """Print what the pairs of a study show."""
    print_with(lambda console: _print(analysis, ending, console), file)


def _print(analysis: Analysis, ending: Ending, console: Console) -> None:
    console.print("\nDifferences in pairs", style="bold", markup=False)
    _print_differences(console, blocks(analysis))
    console.print(READING, style="dim", markup=False)
    for line in same_people_lines(analysis):
        console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)
    if analysis.effects:
        console.print("\nWho wins, who loses (people with a wish, each compared with themselves)", style="bold")
        _print_effects(console, analysis)
    for line in warnings(analysis):
        console.print(f"careful: {line}", style="bold red", markup=False, soft_wrap=True)
    sentence = ending_sentence(analysis, ending)
    if sentence:
        console.print(sentence, markup=False, soft_wrap=True)


def _print_differences(console: Console, found: Sequence[Block]) -> None:
    heads = ("", "difference", "range (95 % sure)", "verdict")
    groups = [Group(block.title, [_cells(line) for line in block.lines]) for block in found]
    print_groups(console, heads, groups, left=frozenset({3}))


def _cells(line: Line) -> Cells:
    label = Text.assemble(line.label, (f"  {line.unit}" if line.unit else "", "dim"))
    if line.remark:
        label.append(f"\n  {line.remark}", "dim")
    verdict = Text(line.verdict, VERDICT_STYLES.get(line.verdict, ""))
    return label, line.difference, Text(line.limits, style="dim"), verdict


def _print_effects(console: Console, analysis: Analysis) -> None:
    heads = (
        "",
        "better off %",
        "worse off %",
        WAIT_CHANGE,
        "the same of the worst-hit tenth",
        "never heard %",
        "no longer heard %",
    )
    rows = [
        (line.title, line.better, line.worse, line.change, line.worst, line.never, line.lost)
        for line in effect_lines(analysis, brief=True)
    ]
    print_groups(console, heads, [Group("", rows)])
    console.print(f"In waiting times: {never_there(analysis)}.", style="dim", markup=False)
