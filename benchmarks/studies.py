"""How long a study takes, and what a second worker brings: `python benchmarks/studies.py`.

The speed-up of two workers is compared with what a plain `multiprocessing.Pool` reaches on equal tasks that only
compute, in the same run: what the machine does not give, nobody can use. The three programs of a round (one worker, two
workers, the pool with one and two) alternate, and the ratio is taken within the round.
"""

import argparse
import math
import multiprocessing
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from stagesim.experiments.executors import Executors, replicate
from stagesim.experiments.replications import Job
from stagesim.scenario.reading.loader import load

TOWN_HALL: Final = Path(__file__).parents[1] / "scenarios/town_hall.yaml"
MODES: Final = ("everyone_on_stage", "join_by_request", "invite_only")
TASKS: Final = 64


def burn(steps: int) -> float:
    """Compute, and nothing else."""
    return math.fsum(math.sin(step) for step in range(steps))


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes by the clock on the wall."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def study(replications: int, workers: int) -> None:
    """Simulate and measure the town hall in all modes."""
    job = Job(load(TOWN_HALL))
    found = sum(1 for _ in replicate(job, MODES, range(replications), Executors(workers)))
    assert found == replications * len(MODES)


def pool(steps: int, workers: int) -> None:
    """Equal tasks in a plain pool."""
    with multiprocessing.get_context("fork").Pool(workers) as processes:
        processes.map(burn, [steps] * TASKS, chunksize=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    ratios, ours, plain, alone = [], [], [], []
    for _ in range(asked.rounds):
        one, two = seconds(lambda: study(asked.replications, 1)), seconds(lambda: study(asked.replications, 2))
        steps = max(1000, int(one / TASKS / seconds(lambda: burn(10**6)) * 10**6))
        pool_one, pool_two = (seconds(partial(pool, steps, workers)) for workers in (1, 2))
        ours.append(one / two)
        plain.append(pool_one / pool_two)
        ratios.append(ours[-1] / plain[-1])
        alone.append(two)
    sessions = asked.replications * len(MODES)
    ratio, wall = median(ratios), median(alone)
    print(f"town hall, {sessions} sessions on two workers: {wall:.1f} s (target for 200 replications: under 60 s)")
    print(f"speed-up of two workers: {median(ours):.2f}; of a plain pool: {median(plain):.2f}")
    print(f"ratio, median of {asked.rounds} rounds: {ratio:.2f} (target at least 0.9)")
    return 0 if ratio >= 0.9 and wall < 60 else 1


if __name__ == "__main__":
    sys.exit(main())
