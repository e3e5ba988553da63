"""What a self-check found, on the terminal: case by case as they come, then what did not agree, then the counts."""

import io
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TextIO

from rich.console import Console
from rich.text import Text

from stagesim.selfcheck.queueing.judge import Result, Row, Verdict

STYLES: Final = {
    Verdict.AGREES: "green",
    Verdict.DIFFERS: "bold red",
    Verdict.UNDECIDED: "yellow",
    Verdict.NOT_EXPRESSIBLE: "magenta",
}

READING: Final = (
    "± is half of an interval; with a correct harness, all intervals of this table together contain the expected "
    "figures with a probability of {together:.0%}. A figure agrees when it lies in its interval, and the interval of "
    "its own is narrow enough."
)


class Printer:
    """Prints results as they come, and keeps what the end of the table needs."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._out = file or sys.stdout
        self._plain = None if self._out.isatty() else io.StringIO()
        colors: Literal["auto"] | None = "auto" if self._plain is None else None
        self._console = Console(
            file=self._plain or self._out, highlight=False, soft_wrap=True, color_system=colors, markup=False
        )
        self._results: list[Result] = []

    def _write(self) -> None:
        """Hand over what was printed: rich itself ends the program when nobody reads its output any more."""
        if self._plain is not None:
            self._out.write(self._plain.getvalue())
            self._out.flush()
            self._plain.seek(0)
            self._plain.truncate()

    def show(self, result: Result) -> None:
        """Print one case."""
        self._results.append(result)
        case, verdict = result.case, result.verdict
        self._console.print(Text(f"{case.name:6} {case.model}  "), Text(verdict, STYLES[verdict]), sep="")
        if result.reason:
            self._console.print(f"         {result.reason}")
        for row in result.rows:
            self._console.print(_line(row))
        if result.left_out:
            self._console.print(f"         not compared, nothing measures it: {', '.join(result.left_out)}")
        self._write()

    def end(self, together: float) -> None:
        """Print what did not agree, the counts, and how to read the table."""
        bad = [result for result in self._results if result.verdict is not Verdict.AGREES]
        if bad:
            self._console.print("\nnot agreed:")
        for result in bad:
            rows = [row for row in result.rows if row.verdict is not Verdict.AGREES]
            for row in rows:
                self._console.print(Text(f"{row.case:6}"), _line(row), sep="")
            if not rows:
                self._console.print(f"{result.case.name:6}   {result.reason or 'no figure to compare'}")
        figures = Counter(row.verdict for result in self._results for row in result.rows)
        self._console.print(f"\n{_counts('cases', (result.verdict for result in self._results))}")
        self._console.print(_counts("figures", figures.elements()))
        self._console.print(READING.format(together=together), style="dim")
        self._write()


def _line(row: Row) -> Text:
    simulated = f"{row.simulated:.4g} ± {row.half_width:.2g}"
    left = f"         {row.figure:24} expected {row.expected:<12.6g} simulated {simulated:24} "
    return Text.assemble(left, (row.verdict, STYLES[row.verdict]))


def _counts(what: str, verdicts: Iterable[Verdict]) -> str:
    found = Counter(verdicts)
    parts = [f"{found[verdict]} {verdict}" for verdict in Verdict if found[verdict]]
    return f"{what}: {', '.join(parts) or 'none'}"
