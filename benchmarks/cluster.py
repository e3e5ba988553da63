"""What two workers of a Dask cluster take for town halls, beside one process and two: by the clock, and of processors.

    python -m benchmarks.cluster 60

Each has a process of its own, so that nothing of one is left to the next. The figures stand in docs/howto/cluster.md.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from distributed import Client
from tests.tools.clusters import Cluster

from stagesim.experiments.cluster.crew import Crew
from stagesim.experiments.executors import Executors, replicate
from stagesim.experiments.kept.matter import Matter
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.replications import Job, one
from stagesim.scenario.reading.loader import load

SCENARIO = Path(__file__).parents[1] / "scenarios/town_hall.yaml"
KINDS = ("one process", "two processes", "two Dask workers")


def processor_s(process: int) -> float:
    """The processor time that a running process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(kind: str, size: int, executors: Executors, others: Sequence[int] = ()) -> None:
    """Simulate and keep as many sessions in each mode, and print what it took."""
    job = Job(load(SCENARIO))
    one(job, job.scenario.modes[0], 0)  # what is imported late, is imported now
    with tempfile.TemporaryDirectory() as folder:
        sessions = Sessions(Path(folder), Matter("benchmark", {}))
        before, began = [processor_s(each) for each in others], (time.perf_counter(), os.times())
        found = replicate(
            job, job.scenario.modes, range(size), Executors(executors.workers, executors.executor, sessions=sessions)
        )
        count = sum(1 for _ in found)
        wall_s, took = time.perf_counter() - began[0], os.times()
        sessions.close()
    own_s = took.user + took.system - began[1].user - began[1].system
    children_s = took.children_user + took.children_system - began[1].children_user - began[1].children_system
    apart = [processor_s(each) - then for each, then in zip(others, before, strict=True)] or [0, children_s]
    print(
        f"{kind}: {count} sessions in {wall_s:.1f} s; processor time: {own_s:.2f} s here, {apart[0]:.2f} s scheduler, "
        f"{sum(apart[1:]):.2f} s workers",
        flush=True,
    )


def main(arguments: Sequence[str]) -> None:
    size, kind = int(arguments[0]), arguments[1] if len(arguments) > 1 else ""
    if not kind:
        for each in KINDS:
            subprocess.run([sys.executable, "-m", "benchmarks.cluster", str(size), each], check=True)
    elif kind != KINDS[2]:
        measured(kind, size, Executors(1 + KINDS.index(kind)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            cluster = Cluster(Path(folder), slow_s=0)
            try:
                with Client(cluster.address, set_as_default=False) as client:
                    client.wait_for_workers(2)
                    crew = Executors(executor=Crew(client))
                    sum(1 for _ in replicate(Job(load(SCENARIO)), ["invite_only"], range(4), crew))
                    measured(kind, size, crew, [cluster.scheduler.pid, *(each.pid for each in cluster.workers)])
            finally:
                cluster.end()


if __name__ == "__main__":
    main(sys.argv[1:])
