"""Parts (a) and (b) once more, on the compiled packages: in another process, as one cannot hold the packages twice.

`PYTHONPATH=build/compiled python benchmarks/compiled.py PART COMMANDS ROUNDS` prints the rows of one part.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from costs import cost_rows
from cycle import cycle_of, run_harness, scenario_of
from rounds import Row
from submits import submit_rows

from stageaccess import engine

FOLDER: Final = Path(__file__).parents[1] / "build" / "compiled"
"""Where `make compiled` puts them."""
ROWS_OF: Final[Mapping[str, Callable[[int, int], list[Row]]]] = {"a": cost_rows, "b": submit_rows}
"""By part, its rows on the packages of this process, from how many commands and rounds."""


def identity() -> dict[str, str]:
    """Whether the packages of this process are compiled, and the digest of a log."""
    packages = "pure" if str(engine.__file__).endswith(".py") else "compiled"
    return {"packages": packages, "log": run_harness(scenario_of(cycle_of(50, 1_400)), 1).digest()}


def compiled_rows(part: str, commands: int, rounds: int) -> list[Row]:
    """The rows of the compiled packages. RuntimeError if they are not, or do other than those of this process."""
    command = [sys.executable, __file__, part, str(commands), str(rounds)]
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    said = json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    wanted = {"packages": "compiled", "log": identity()["log"]}
    if said["identity"] != wanted:
        raise RuntimeError(f"`build/compiled` has {said['identity']}, wanted: {wanted}\nhint: `make compiled`")
    return [Row(part, f"compiled: {what}", *rest) for part, what, *rest in said["rows"]]


if __name__ == "__main__":
    rows = ROWS_OF[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"identity": identity(), "rows": rows}))
