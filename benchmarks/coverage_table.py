"""Prints how often intervals of skewed sessions hold, as docs/explanation/statistics.md has it. Half a minute."""

from stagesim.looks import LOOKS
from stagesim.selfcheck.calibration.skewed import STUDIES, Found, cells, studied


def main() -> None:
    """Print a row for each measure of each mode of each scenario."""
    print(f"| what | {' | '.join(map(str, LOOKS))} | a bound, of {LOOKS[0]} | Student's, of {LOOKS[0]} |")
    print("| --- | " + " | ".join(["---:"] * (len(LOOKS) + 2)) + " |")
    for cell in cells():
        if cell.sums.any():
            found = [studied(cell, n, 1) for n in LOOKS]
            print(f"| {cell.name} | {' | '.join(map(_said, found))} | {_bounds(found[0])} | {_student(found[0])} |")


def _said(found: Found) -> str:
    return f"{found.covered * 100:.1f} %"


def _bounds(found: Found) -> str:
    return f"{found.bounds / STUDIES * 100:.0f} %"


def _student(found: Found) -> str:
    return f"{found.students / STUDIES * 100:.0f} %"


if __name__ == "__main__":
    main()
