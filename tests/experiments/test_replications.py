"""Replications come in one order with the same content, whoever carries them out."""

import pickle
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from stagesim.experiments import executors
from stagesim.experiments.executors import Executors, replicate, worker_count
from stagesim.experiments.replications import Job
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate

pytestmark = pytest.mark.usefixtures("blank_charts")

TEXT = """
title: A small seminar
duration: 10 min
doors_open: 1 min
room: {stage_capacity: 2}
audience:
  count: 12
  mobile: 0.25
  arrival: {exponential: {mean: 30 s}}
  wishes: {rate: 12 per hour}
  patience: {exponential: {mean: 2 min}}
  on_stage: {stay: {exponential: {mean: 40 s}}}
moderators: {review: {time: {exponential: {mean: 8 s}}}}
"""
MODES = ("everyone_on_stage", "join_by_request")


def job(seed: int = 1) -> Job:
    return Job(loads(TEXT), seed)


def digests(**options: object) -> list[tuple[str, int, str]]:
    found = replicate(job(), MODES, range(3), Executors(**options))
    return [(outcome.mode, outcome.replication, outcome.log.digest()) for outcome in found]


def test_outcomes_come_by_replication_then_by_mode() -> None:
    assert [(mode, number) for mode, number, _ in digests()] == [(mode, n) for n in range(3) for mode in MODES]


def test_the_number_of_workers_changes_nothing() -> None:
    assert digests(workers=1) == digests(workers=2)


def test_an_executor_of_the_callers_is_used_and_left_open() -> None:
    with ThreadPoolExecutor(2) as executor:
        assert digests(executor=executor) == digests()
        assert executor.submit(lambda: "still open").result() == "still open"


def test_replications_and_seeds_differ() -> None:
    found = {digest for _, _, digest in digests()}
    other = next(iter(replicate(job(seed=2), MODES[:1], [0])))
    assert len(found) == 6
    assert other.log.digest() not in found


def test_a_replication_is_measured_where_it_is_simulated() -> None:
    (outcome,) = replicate(job(), MODES[1:], [4])
    assert outcome.metrics["requests"] == sum(row["event"] == "request_created" for row in outcome.log.rows())
    assert outcome.by_group.keys() == {"audience"}
    clients = outcome.by_client
    assert sum(part["wishes"] for part in clients.values()) == outcome.metrics["wishes"] > 0


class Slow(Executor):
    """Carries out the first chunk only; the rest waits for ever."""

    def __init__(self) -> None:
        self.futures: list[Future[object]] = []

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if not self.futures:
            future.set_result(fn(*args, **kwargs))
        self.futures.append(future)
        return future


def test_stopping_early_cancels_what_nobody_waits_for() -> None:
    executor = Slow()
    outcomes = replicate(job(), MODES, range(20), Executors(executor=executor))
    next(outcomes)
    outcomes.close()
    assert len(executor.futures) > 1
    assert all(future.cancelled() for future in executor.futures[1:])


def test_stopping_early_leaves_no_process_behind() -> None:
    program = f"""
import multiprocessing
from stagesim.experiments.executors import Executors, replicate
from stagesim.experiments.replications import Job
from stagesim.scenario.reading.loader import loads
outcomes = replicate(Job(loads({TEXT!r})), {MODES!r}, range(200), Executors(2))
next(outcomes)
assert len(multiprocessing.active_children()) == 2
outcomes.close()
print(multiprocessing.active_children())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_a_behaviour_that_cannot_travel_is_played_in_this_process() -> None:
    played = []

    def silent(agent: object) -> object:
        played.append(agent)
        yield from ()

    local = Job(loads(TEXT), 1, {"audience": silent})
    with pytest.warns(UserWarning, match="one process does all of it"):
        found = list(replicate(local, MODES, [0], Executors(2)))
    assert len(played) == 24
    assert [outcome.metrics["wishes"] for outcome in found] == [0, 0]


@pytest.mark.parametrize(("amount", "chunks"), [(3, 3), (16, 16), (17, 17), (64, 16), (10_000, 313)])
def test_chunks_keep_order_and_are_neither_few_nor_huge(amount: int, chunks: int) -> None:
    parts = [("join_by_request", number) for number in range(amount)]
    found = executors._chunks(parts, 16)
    assert [part for chunk in found for part in chunk] == parts
    assert len(found) == chunks


def test_auto_is_every_processor_that_we_may_use() -> None:
    assert worker_count("auto") >= 1
    assert worker_count(3) == 3


def test_a_replication_survives_the_way_to_another_process() -> None:
    script = "script: [{at: 1 s, do: speak, by: pat, expect: unknown_actor}]"
    done = simulate(loads(f"title: Two\nduration: 1 min\naudience: {{count: 2}}\n{script}"))
    copy = pickle.loads(pickle.dumps(done))
    assert (copy.log.digest(), copy.checks) == (done.log.digest(), done.checks)
    assert len(done.checks) == 1
