"""What the calibration found, on the terminal: section by section, and one table of verdicts in the end."""

from collections.abc import Iterator, Sequence
from typing import Final

from stagesim.selfcheck.calibration.checks import Check
from stagesim.selfcheck.calibration.tally import Tally
from stagesim.selfcheck.queueing.judge import Verdict

LEFT_OUT: Final = "left out"


def section(title: str, checks: Sequence[Check]) -> str:
    """One section: a line for each check, with what was found and what was demanded."""
    return "\n".join([title, *(line for check in checks for line in _lines(check))])


def _lines(check: Check) -> Iterator[str]:
    if check.left_out:
        yield f"  {LEFT_OUT:9}{check.name}: {check.left_out}"
        return
    yield f"  {check.verdict:9}{check.name}: {check.found}"
    yield f"           demanded: {check.demanded}"


def verdict_table(tally: Tally) -> str:
    """How many of each verdict, section by section, and the last line that says what that means."""
    heads = ["", *Verdict, LEFT_OUT]
    rows = [
        [title, *(str(counts[verdict]) for verdict in Verdict), str(tally.left_out[title])]
        for title, counts in tally.sections.items()
    ]
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    lines = [_row(row, widths) for row in (heads, *rows)]
    return "\n".join([*lines, "", tally.last_line])


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
