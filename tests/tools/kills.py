"""Kill a study at random moments, its parent or one of its workers, and let the same command end it.

    python -m tests.tools.kills 100

Whatever was killed, the results must be those of an undisturbed run, and nothing that was kept is simulated again.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, suppress
from pathlib import Path
from typing import Final, NamedTuple
from unittest import mock

from matplotlib.figure import Figure

from stagesim.cli import invoke
from stagesim.experiments import executors
from stagesim.experiments.kept.manifests import SESSIONS
from stagesim.experiments.kept.matter import Matter
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.replications import Job, Outcome

SCENARIO: Final = """\
title: A room that takes a while
duration: 15 min
room: {stage_capacity: 3}
audience: {count: 50, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}}
moderators: {count: 2, review: {time: 10 s}}
"""
SMALL: Final = SCENARIO.replace("15 min", "10 min").replace("count: 50", "count: 15")
"""What is killed a hundred times."""

REPLICATIONS: Final = 20
MODES: Final = 3


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


def begun(folder: Path, out: str, workers: int = 2, bytes_kept: int = 10_000) -> subprocess.Popen[str]:
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


class Ended(NamedTuple):
    """What came of one kill: what was killed, how the study ended, what was kept then and what was simulated after."""

    whom: str
    code: int
    kept: int
    again: int


class AnyMatter(Matter):
    """What goes on with anything."""

    def __init__(self) -> None:
        super().__init__("any", {})

    def apart(self, found: object) -> list[str]:  # noqa: ARG002
        return []


def sessions_in(folder: Path) -> int:
    """How many whole sessions a killed study has left, looked at in a copy."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    kept = Sessions(copy, AnyMatter())
    kept.close()
    shutil.rmtree(copy)
    return len(kept)


def forked(out: str, workers: int, count: Path | None = None) -> int:
    """The study in a process of its own, with all imports, drawing nothing; each session leaves a byte in `count`."""
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        for drawing in ("charts.Chart.draw", "answers.answer.Drawing.draw", "page.comparison.draw"):
            mock.patch(f"stagesim.reporting.{drawing}", return_value=Figure()).start()
        if count:
            _count_into(count)
        code = invoke(command(out, workers)[3:])
    finally:
        os._exit(code)


def _count_into(count: Path) -> None:
    def counted(job: Job, mode: str, replication: int) -> Outcome:
        with count.open("a", encoding="utf-8") as file:
            file.write(".")
        return real(job, mode, replication)

    real = executors.one
    executors.one = counted  # type: ignore[attr-defined]


def ended(process: int, within_s: float = 120, watch: Callable[[], None] = lambda: None) -> int:
    """The exit code of a process; what takes longer is an error. A signal is a negative code, as elsewhere."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        watch()
        time.sleep(0.005)
    raise SystemExit(f"the study has not ended in {within_s:g} s")


class Course(NamedTuple):
    """How an undisturbed run went: its length, how long its workers lived, how many bytes were kept in the end."""

    length_s: float
    workers_s: float
    kept: int


def undisturbed(folder: Path) -> Course:
    """Run the study alone, and watch it."""
    began = time.monotonic()
    study = forked("alone", 2)
    alive: list[float] = []
    sizes = [0]

    def watch() -> None:
        if children(study):
            alive.append(time.monotonic())
        sizes.append(kept(folder / "alone"))

    if ended(study, watch=watch):
        raise SystemExit("the study fails undisturbed")
    return Course(time.monotonic() - began, alive[-1] - alive[0], max(sizes))


def _until(study: int, there: Callable[[], object]) -> None:
    """Wait for something; a study that is over, or as good as over, is not waited for."""
    until = time.monotonic() + 60
    while not there() and time.monotonic() < until and _lives(study):
        time.sleep(0.002)


def _lives(study: int) -> bool:
    """Whether a child of ours has not ended. It stays to be asked for its exit code."""
    return os.waitid(os.P_PID, study, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _moment(folder: Path, study: int, chance: random.Random, whom: str, usual: Course) -> None:
    """Wait for the moment of a kill. Half of them fall by time, half by what is kept; a worker must live first."""
    share = chance.random()
    by_time = chance.random() < 0.5
    if whom == "worker":
        _until(study, lambda: children(study))
    if by_time:
        time.sleep(share * (usual.workers_s if whom == "worker" else usual.length_s))
    else:
        done = folder / "out" / "manifest.json"
        _until(study, lambda: kept(folder / "out") >= share * usual.kept or done.exists())


def killed(folder: Path, chance: random.Random, usual: Course) -> Ended:
    """Kill the study or one of its workers at some moment; then the same command."""
    whom = chance.choice(["parent", "worker"])
    study = forked("out", 2)
    _moment(folder, study, chance, whom, usual)
    workers = children(study)
    victim = chance.choice(workers) if whom == "worker" and workers else study
    with suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    code = ended(study)
    out, count = folder / "out", folder / "count"
    whole = (out / "manifest.json").exists()
    kept = MODES * REPLICATIONS if whole else sessions_in(out) if out.exists() else 0
    count.write_text("")
    if ended(forked("out", 1, count)):
        raise SystemExit(f"after a kill of the {whom}: the same command fails")
    return Ended("worker" if victim in workers else "parent", code, kept, len(count.read_text()))


def campaign(folder: Path, times: int, seed: int = 1) -> Iterator[Ended]:
    """Kill it so many times; what differs from an undisturbed run, or was simulated twice, is an error."""
    chance = random.Random(seed)
    (folder / "room.yaml").write_text(SMALL)
    usual = undisturbed(folder)
    wanted = digests(folder / "alone")
    for number in range(times):
        found = killed(folder, chance, usual)
        if digests(folder / "out") != wanted:
            raise SystemExit(f"kill {number}: the results differ; {found}")
        if found.kept + found.again != MODES * REPLICATIONS:
            raise SystemExit(f"kill {number}: simulated what was kept, or not all of the rest; {found}")
        shutil.rmtree(folder / "out")
        yield found


def main(arguments: Sequence[str]) -> None:
    """Kill it as often as asked for, and say what came of it."""
    times = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as place, chdir(place):
        found = []
        for each in campaign(Path(place), times, seed):
            found.append(each)
            print(f"{len(found)} of {times}: {each}", file=sys.stderr, flush=True)
    sessions = MODES * REPLICATIONS
    middle = sum(0 < each.kept < sessions for each in found)
    print(f"{len(found)} kills, all with the digests of an undisturbed run, and nothing that was kept simulated again")
    print(f"killed: {dict(Counter(each.whom for each in found))}; ended: {dict(Counter(each.code for each in found))}")
    print(
        f"with some of the {sessions} sessions kept: {middle}; with all: {sum(each.kept == sessions for each in found)}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
