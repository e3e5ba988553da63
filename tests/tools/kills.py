"""Kill a study at random moments, its parent or one of its workers, and let the same command end it.

    python -m tests.tools.kills 100

Whatever was killed, the results must be those of an undisturbed run, and nothing that was kept is simulated again.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

SCENARIO: Final = """\
title: A room that takes a while
duration: 30 min
room: {stage_capacity: 3}
audience: {count: 50, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}}
moderators: {count: 2, review: {time: 10 s}}
"""
REPLICATIONS: Final = 20
SESSIONS: Final = ".stagesim-sessions"


def command(out: str, workers: int = 2) -> list[str]:
    """The command that is killed."""
    size = ["--replications", str(REPLICATIONS), "--workers", str(workers), "--out", out]
    return [sys.executable, "-m", "stagesim", "compare", "room.yaml", *size]


def children(parent: int) -> list[int]:
    """The processes that a process has started and not ended."""
    found = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(each) for each in found.read_text().split()] if found.exists() else []


def kept(out: Path) -> int:
    """The bytes of finished sessions that are there."""
    file = out / SESSIONS
    return file.stat().st_size if file.exists() else 0


def begun(folder: Path, out: str, workers: int = 2, bytes_kept: int = 20_000) -> subprocess.Popen[str]:
    """The study, running, with some sessions finished."""
    pipe = subprocess.PIPE
    study = subprocess.Popen(
        command(out, workers), cwd=folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    until = time.monotonic() + 60
    while kept(folder / out) < bytes_kept and study.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return study


def digests(out: Path) -> list[list[object]]:
    """What the manifest says of every session."""
    return [list(run.values()) for run in json.loads((out / "manifest.json").read_text())["runs"]]


def killed(folder: Path, out: str, whom: str, after_s: float) -> int | None:
    """Kill the study, or one of its workers, after a time; how the study ended."""
    study = subprocess.Popen(command(out), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_s)
    workers = children(study.pid)
    victim = study.pid if whom == "parent" or not workers else random.choice(workers)
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    return study.wait(120)


def main(arguments: Sequence[str]) -> None:
    """Kill it as often as asked for, and say what came of it."""
    times = int(arguments[0]) if arguments else 100
    random.seed(int(arguments[1]) if len(arguments) > 1 else 1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "room.yaml").write_text(SCENARIO)
        began = time.monotonic()
        subprocess.run(command("alone"), cwd=folder, check=True, capture_output=True)
        length_s = time.monotonic() - began
        wanted = digests(folder / "alone")
        codes: dict[int | None, int] = {}
        for number in range(times):
            whom = random.choice(["parent", "worker"])
            code = killed(folder, "out", whom, random.uniform(0.2, 1) * length_s)
            codes[code] = codes.get(code, 0) + 1
            subprocess.run(command("out"), cwd=folder, check=True, capture_output=True, timeout=300)
            if digests(folder / "out") != wanted:
                raise SystemExit(f"kill {number}, of the {whom}: the results differ")
            subprocess.run(["rm", "-r", "out"], cwd=folder, check=True)
    print(f"{times} kills, all with the digests of an undisturbed run; exit codes of the killed: {codes}")


if __name__ == "__main__":
    main(sys.argv[1:])
