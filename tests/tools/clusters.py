"""A real cluster on loopback: a scheduler and workers as processes of their own, which note what they simulate."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

NOTED = """
import os, time
from stagesim.experiments.cluster import travel

def dask_setup(worker):
    real = travel.one
    def noted(job, mode, replication):
        with open({notes!r}, "a") as file:
            file.write(f"{{mode}} {{replication}} {{os.getpid()}}\\n")
        time.sleep(float({slow_s!r}))
        return real(job, mode, replication)
    travel.one = noted
"""
QUIET = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def soon(found: Callable[[], Any], within_s: float = 60) -> Any:
    """What is found, as soon as it is."""
    until = time.monotonic() + within_s
    while not (what := found()):
        assert time.monotonic() < until, "it does not come"
        time.sleep(0.02)
    return what


class Cluster:
    """A scheduler and its workers; `end` ends what is left of them."""

    def __init__(self, folder: Path, *, workers: int = 2, slow_s: float = 0.03) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.notes, self._folder = folder / "notes", folder
        self.notes.touch()
        (folder / "noted.py").write_text(NOTED.format(notes=str(self.notes), slow_s=slow_s))
        self.scheduler = self._begun("scheduler", "--port", self.address.rpartition(":")[2])
        self.workers = [self.begin_worker() for _ in range(workers)]

    def begin_worker(self) -> "subprocess.Popen[bytes]":
        """One more worker, without anybody who would start it again."""
        threads = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0")
        own = ("--local-directory", str(self._folder), "--preload", str(self._folder / "noted.py"))
        return self._begun("worker", self.address, *threads, *own)

    def _begun(self, what: str, *options: str) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", what, *QUIET, *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={**os.environ, "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s"},
            )

    def simulated(self) -> Counter[tuple[str, int]]:
        """How often each session was begun."""
        rows = (line.split() for line in self.notes.read_text().splitlines())
        return Counter((mode, int(number)) for mode, number, _ in rows)

    def forget(self) -> None:
        """Begin to count anew."""
        self.notes.write_text("")

    def end(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait()
