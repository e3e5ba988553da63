"""`make bench`: all parts, one table, and exit code 1 if a first target is missed.

    python benchmarks/run.py [--parts abcd] [--quick] [--keep]

Ratios are taken within a round, programs alternate, and medians go over the rounds; time is the processor's.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from compiled import FOLDER, ROWS_OF, compiled_rows
from costs import growth_rows
from memory import memory_rows
from rounds import Row
from table import as_markdown, as_text, describe, keep

README: Final = Path(__file__).with_name("README.md")
PACKAGES: Final = ("stage-access-lab", "simpy", "numpy", "pyarrow")
COMMANDS: Final = 40_000
ROUNDS: Final = 5
ROUNDS_OF_SHORT: Final = 31
"""For the parts whose rounds take about a second."""


def rows_of(part: str, is_quick: bool) -> list[Row]:
    """The rows of one part; `is_quick` only shows that it works, and its figures say little.

    Where there are compiled packages, they are measured as well, and the target of part (a) is theirs.
    """
    commands, rounds, short = (1_400, 1, 1) if is_quick else (COMMANDS, ROUNDS, ROUNDS_OF_SHORT)
    match part:
        case "a" | "b":
            own = ROWS_OF[part](commands, short)
            if not FOLDER.is_dir():
                return own
            return [row.without_target() if part == "a" else row for row in own] + compiled_rows(part, commands, short)
        case "c":
            return growth_rows(commands, rounds, (50, 500)) if is_quick else growth_rows(commands, rounds)
        case _:
            return memory_rows(commands)


def main(arguments: list[str] | None = None) -> int:
    """Run the parts and print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="measure the cost of the engine, the harness and the log")
    parser.add_argument("--parts", default="abcd", help="which parts, such as `ab`")
    parser.add_argument("--quick", action="store_true", help="one small round: shows that it works, measures nothing")
    parser.add_argument("--keep", action="store_true", help="write the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    if not options.parts or set(options.parts) - set("abcd"):
        parser.error(f"`--parts {options.parts}`: the parts are a, b, c and d")
    rows: list[Row] = []
    for part in sorted(set(options.parts)):
        print(f"part {part} …", file=sys.stderr, flush=True)
        rows += rows_of(part, options.quick)
    machine = describe(PACKAGES)
    print(f"{as_text(rows)}\n\n{machine}")
    if options.keep:
        keep(README, "bench", f"{machine}\n\n{as_markdown(rows)}")
    return int(any(row.is_met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
