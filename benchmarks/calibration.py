"""How often the gate errs, and what it finds: `python benchmarks/calibration.py`, and `--keep` to write the table.

These are the sections of `stagesim selfcheck` that are figures; the table shows what is demanded beside what was found.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from rounds import Row
from table import as_markdown, as_text, describe, keep

from stagesim.selfcheck.calibration.sections import TITLES, calibrate

README: Final = Path(__file__).with_name("README.md")
PACKAGES: Final = ("stage-access-lab", "numpy", "scipy")
FIGURES: Final = ("coverage", "false-alarms", "power")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if something is not as demanded."""
    parser = argparse.ArgumentParser(description="measure the error rates, the coverage and the power")
    parser.add_argument("--only", choices=FIGURES, action="append", help="one section; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="the seed of all draws")
    parser.add_argument("--keep", action="store_true", help="write the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    rows = [
        Row(TITLES[name], check.name, check.found, check.demanded, check.holds)
        for name, checks in calibrate(options.only or FIGURES, seed=options.seed)
        for check in checks
    ]
    machine = f"seed {options.seed}; {describe(PACKAGES)}"
    print(f"{as_text(rows)}\n\n{machine}")
    if options.keep:
        keep(README, "calibration", f"{machine}\n\n{as_markdown(rows)}")
    return int(any(row.is_met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
