"""Simulates all queueing cases, and writes how they came out into docs/explanation/validation.md with `--keep`.

It is the section `queueing` of `stagesim selfcheck`, with one row for each figure. Two or three minutes.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from table import describe, keep

from stagesim.experiments.executors import Executors
from stagesim.selfcheck.queueing.cases import read_cases
from stagesim.selfcheck.queueing.judge import Result, Row, Verdict, run

PAGE: Final = Path(__file__).parents[1] / "docs/explanation/validation.md"
PACKAGES: Final = ("stage-access-lab", "numpy", "scipy")
HEAD: Final = "| case | model | figure | theory | simulated | |\n| --- | --- | --- | ---: | ---: | --- |"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if a figure differs from theory, or is undecided."""
    parser = argparse.ArgumentParser(description="hold the harness against queueing theory")
    parser.add_argument("--case", action="append", help="only this case; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="the seed of all draws")
    parser.add_argument("--keep", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args(arguments)
    cases = [each for each in read_cases() if not options.case or each.name in options.case]
    found = list(run(cases, seed=options.seed, executors=Executors("auto")))
    text = f"seed {options.seed}; {describe(PACKAGES)}\n\n{as_markdown(found)}"
    print(text)
    if options.keep:
        keep(PAGE, "queueing", text)
    return int(any(each.verdict is not Verdict.AGREES for each in found))


def as_markdown(results: Iterable[Result]) -> str:
    """A row for each figure of each case, or for why there is none."""
    rows = [HEAD]
    for result in results:
        case = result.case
        if result.reason:
            rows.append(f"| {case.name} | {case.model} | {result.reason} | | | {result.verdict} |")
        rows += [f"| {case.name} | {case.model} | {_line(row)} |" for row in result.rows]
    return "\n".join(rows)


def _line(row: Row) -> str:
    return f"`{row.figure}` | {row.expected:.4g} | {row.simulated:.4g} ± {row.half_width:.2g} | {row.verdict}"


if __name__ == "__main__":
    sys.exit(main())
