"""A comparison on the terminal: the differences, the receipt, who wins and who loses."""

from typing import Final, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from stagesim.experiments.analysis import Analysis
from stagesim.experiments.ending import Ending
from stagesim.reporting.comparison import ending_sentence
from stagesim.reporting.contrasts import READING, Block, blocks, effect_lines, receipt_lines, warnings
from stagesim.reporting.tables import print_with

VERDICT_STYLES: Final = {"better": "bold green", "worse": "bold red", "equivalent": "", "undecided": "dim"}


def print_comparison(analysis: Analysis, ending: Ending, file: TextIO | None = None) -> None:
    """Print what the pairs of a study show."""
    print_with(lambda console: _print(analysis, ending, console), file)


def _print(analysis: Analysis, ending: Ending, console: Console) -> None:
    console.print("\nDifferences in pairs", style="bold", markup=False)
    console.print(_differences(blocks(analysis)))
    console.print(READING, style="dim", markup=False)
    for line in receipt_lines(analysis):
        console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)
    if analysis.effects:
        console.print("\nWho wins, who loses (people with a wish, each compared with themselves)", style="bold")
        console.print(_effects(analysis))
    for line in warnings(analysis):
        console.print(f"careful: {line}", style="bold red", markup=False, soft_wrap=True)
    sentence = ending_sentence(analysis, ending)
    if sentence:
        console.print(sentence, markup=False, soft_wrap=True)


def _differences(found: list[Block]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("", overflow="fold", min_width=16)
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("95 %, all together", justify="right")
    table.add_column("verdict")
    table.add_column("variance ÷", justify="right")
    for place, block in enumerate(found):
        if place:
            table.add_row()
        table.add_row(Text(block.title, style="bold underline"))
        for line in block.lines:
            table.add_row(
                Text.assemble(line.label, (f"  {line.unit}" if line.unit else "", "dim")),
                line.difference,
                Text(line.limits, style="dim"),
                Text.assemble(
                    (line.verdict, VERDICT_STYLES.get(line.verdict, "")),
                    (f"\n{line.remark}" if line.remark else "", "dim"),
                ),
                line.reduction,
            )
    return table


def _effects(analysis: Analysis) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("", overflow="fold", min_width=20)
    for name in ("better off %", "worse off %", "wait, change s", "worst tenth s", "never served %", "lose it %"):
        table.add_column(name, justify="right")
    for line in effect_lines(analysis, brief=True):
        table.add_row(line.title, line.better, line.worse, line.change, line.worst, line.never, line.lost)
    return table
