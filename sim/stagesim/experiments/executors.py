"""Who carries out the replications of a study: this process, several of our own, or any executor of the caller's.

What comes out does not depend on it. The work is cut into chunks of a few replications; a worker simulates, measures,
and sends back the packed log with the figures. Whatever offers `concurrent.futures.Executor` is plugged in as
`Executors(executor=...)`; a cluster (`cluster.crew`) is an `Elsewhere`.
"""

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from abc import abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from queue import Empty, SimpleQueue
from typing import Final, Literal, Protocol, TypeVar

from stagesim.engines.process import leave
from stagesim.errors import StagesimError
from stagesim.experiments.interrupts import check, remembered
from stagesim.experiments.replications import Job, Outcome, Part, one

T = TypeVar("T")

CHUNKS_PER_WORKER = 8
"""Enough chunks that no worker ends long before the others."""

WATCH_S: Final = 0.5
"""How often it is looked after the workers while nothing comes from them."""

MISSED_S: Final = 1.0
"""How long the pool may take to notice that a worker was killed."""

ORPHANED_S: Final = 0.5
"""How often a worker looks whether its parent is there."""


NEVER_BEGAN: Final = (
    "the workers ended before they began: where processes are not forked, each of them begins with the whole script\n"
    '  hint: put what the script does under `if __name__ == "__main__":`, or give `workers=1`'
)


class WorkerLost(StagesimError):
    """A worker was ended by somebody else, and with it what it was simulating."""


class Kept(Protocol):
    """The finished sessions of one study that are kept."""

    def has(self, part: Part) -> bool:
        """Whether there is one."""

    def keep(self, outcome: Outcome) -> None:
        """Keep one more."""

    def outcome(self, part: Part) -> Outcome | None:
        """What is kept of a part; None for nothing."""


class Keeper(Protocol):
    """Keeps finished sessions of all studies of a command."""

    def of(self, job: Job) -> Kept | None:
        """Those of one study; None where they cannot be kept."""


Submit = Callable[[Sequence[Part]], "Future[list[Outcome]]"]
"""Has a chunk carried out by somebody."""


class Elsewhere(Executor):
    """An executor on machines that may not have what this one has."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many sessions it simulates at once."""

    @abstractmethod
    def taken_on(self, job: Job) -> Submit:
        """Who carries out the chunks of a job. A StagesimError where it cannot be carried out there."""

    @abstractmethod
    def look(self) -> None:
        """Raise WorkerLost where nothing can come any more; called now and then while nothing comes."""


Watch = Callable[[Iterator[Outcome], int, str], Iterator[Outcome]]
"""Gets the outcomes as they come, how many there will be, and what they are called; hands them on."""


@dataclass(frozen=True, slots=True)
class Executors:
    """Who carries out the replications, and who watches the outcomes come in.

    An `executor` of the caller's is used and left open. Without one, `workers` processes are started (`auto`: one for
    each processor); a single worker is this process itself. What `sessions` has is not simulated again.
    """

    workers: int | Literal["auto"] = 1
    executor: Executor | None = None
    watch: Watch | None = None
    sessions: Keeper | None = None


THIS_PROCESS: Final = Executors()


def replicate(
    job: Job, modes: Sequence[str], replications: Sequence[int], executors: Executors = THIS_PROCESS
) -> Iterator[Outcome]:
    """Carry out every replication in every mode; the outcomes come as they are ready, by replication, then by mode.

    Stopping early, also by Ctrl-C, stops the workers.
    """
    parts = [(mode, replication) for replication in replications for mode in modes]
    outcomes = _outcomes(job, parts, executors)
    return outcomes if executors.watch is None else executors.watch(outcomes, len(parts), "sessions")


def worker_count(workers: int | Literal["auto"]) -> int:
    """How many processes `workers` means on this machine."""
    if workers != "auto":
        return max(1, workers)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def pool_of(executors: Executors, most: int) -> Iterator[Executor | None]:
    """Who carries out up to `most` calls of functions at once: None where that is this process."""
    count = min(worker_count(executors.workers), most)
    if executors.executor is not None or count <= 1:
        yield executors.executor
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def ready(futures: Iterable["Future[T]"], executor: Executor) -> set["Future[T]"]:
    """Those that are ready, as soon as one is. WorkerLost where none ever will be."""
    waited = set(futures)
    while True:
        done, _ = wait(waited, WATCH_S, FIRST_COMPLETED)
        if done:
            return done
        if isinstance(executor, Elsewhere):
            executor.look()


def _outcomes(job: Job, parts: Sequence[Part], executors: Executors) -> Iterator[Outcome]:
    """Those that are kept, and the others as they are ready; a session is kept before anybody sees it."""
    kept = executors.sessions.of(job) if executors.sessions is not None else None
    if kept is None:
        yield from _simulated(job, parts, executors, _forget)
        return
    had = {part for part in parts if kept.has(part)}
    simulated = _simulated(job, [part for part in parts if part not in had], executors, kept.keep)
    try:
        for part in parts:
            if part in had:
                yield kept.outcome(part) or one(job, *part)  # where it is damaged
            else:
                yield next(simulated)
    finally:
        simulated.close()


def _forget(_: Outcome) -> None:
    """Keep nothing."""


def _simulated(
    job: Job, parts: Sequence[Part], executors: Executors, keep: Callable[[Outcome], None]
) -> Generator[Outcome, None, None]:
    executor = executors.executor
    if isinstance(executor, Elsewhere):
        if parts:
            submit, chunks = executor.taken_on(job), _chunks(parts, executor.size * CHUNKS_PER_WORKER)
            yield from _in_order(submit, chunks, keep, executor.look)
        return
    if executor is not None:
        yield from _in_order(_by(executor, job), _chunks(parts, CHUNKS_PER_WORKER * 4), keep)
        return
    count = min(worker_count(executors.workers), len(parts))
    if count > 1 and (why := _stays_at_home(job)):
        warnings.warn(f"one process does all of it: {why}", stacklevel=2)
        count = 1
    if count <= 1:
        yield from _in_this_process(job, parts, keep)
        return
    yield from _in_pool(job, _chunks(parts, count * CHUNKS_PER_WORKER), count, keep)


def _in_this_process(job: Job, parts: Sequence[Part], keep: Callable[[Outcome], None]) -> Iterator[Outcome]:
    """One part after the other; an interruption that gets lost in one of them ends the study right after it."""
    with remembered():
        for mode, replication in parts:
            try:
                outcome = one(job, mode, replication)
                keep(outcome)
            finally:
                check()
            yield outcome


def _chunks(parts: Sequence[Part], wanted: int) -> list[Sequence[Part]]:
    """About `wanted` chunks, in order, of at most 32 parts."""
    size = min(32, max(1, len(parts) // wanted))
    return [parts[start : start + size] for start in range(0, len(parts), size)]


def _work(job: Job, chunk: Sequence[Part]) -> list[Outcome]:
    """The outcomes of a chunk; what is left of it is not begun once nobody waits for it any more."""
    found = []
    for mode, replication in chunk:
        if _stop is not None and _stop.is_set():
            break
        found.append(one(job, mode, replication))
        if not gc.isenabled():  # in a worker of ours
            gc.collect(0)
    if not gc.isenabled():
        gc.collect()  # also what outlived the session that made it, such as a room of somebody's own engine
    return found


def _by(executor: Executor, job: Job) -> Submit:
    return lambda chunk: executor.submit(_work, job, chunk)


def _in_order(
    submit: Submit,
    chunks: Sequence[Sequence[Part]],
    keep: Callable[[Outcome], None],
    look: Callable[[], None] = lambda: None,
    *,
    spawned: bool = False,
    cancels: bool = True,
) -> Iterator[Outcome]:
    """The outcomes of all chunks in order; chunks that nobody waits for any more are cancelled.

    Each chunk is kept as soon as it is there, also one that comes before its turn. While nothing comes, `look` is
    called now and then. `spawned` workers begin with the script of their parent. Where the pool is shut down anyway, it
    is that which `cancels`: a pool that breaks stumbles over what was cancelled behind its back.
    """
    futures = [submit(chunk) for chunk in chunks]
    ready: SimpleQueue[Future[list[Outcome]]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(ready.put)
    unseen = set(futures)

    has_begun = False

    def take(come: Future[list[Outcome]]) -> None:
        nonlocal has_begun
        unseen.discard(come)
        if not come.cancelled() and come.exception() is None:
            has_begun = True
            for outcome in come.result():
                keep(outcome)

    try:
        futures.reverse()
        while futures:
            while futures[-1] in unseen:
                try:
                    take(ready.get(timeout=WATCH_S))
                except Empty:
                    look()
            yield from futures.pop().result()
    except BrokenProcessPool:
        if not has_begun and spawned and _is_script():
            raise WorkerLost(NEVER_BEGAN) from None
        raise WorkerLost("a worker process was ended from outside, perhaps for want of memory") from None
    finally:
        for future in futures if cancels else ():
            future.cancel()
        with suppress(OSError):  # of a full disk, which has been said
            while not ready.empty():
                take(ready.get())


def _in_pool(
    job: Job, chunks: Sequence[Sequence[Part]], count: int, keep: Callable[[Outcome], None]
) -> Iterator[Outcome]:
    """The same with processes of our own.

    Whoever stops early waits for the sessions that are running, and for no more. Ending the processes at once would be
    quicker, but one that is just sending its outcomes would take the channel with it, and others wait for it forever.
    """
    if getattr(multiprocessing.process.current_process(), "_inheriting", False):
        sys.exit(1)  # a worker that carries out the script of its parent, which says what is wrong
    context = _context()
    if context.get_start_method() == "fork":
        _load_what_workers_need()
    stop = context.Event()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin_work, initargs=(stop, os.getpid()))
    crew = _Crew(pool)
    try:
        spawned = context.get_start_method() == "spawn"
        yield from _in_order(_by(pool, job), chunks, keep, crew.look, spawned=spawned, cancels=False)
    finally:
        stop.set()
        end = threading.Thread(target=pool.shutdown, kwargs={"wait": True, "cancel_futures": True})
        end.start()
        while end.is_alive():
            end.join(WATCH_S)
            crew.look()


def _load_what_workers_need() -> None:
    """Import what every session and every interval needs: forked workers have it then, and do not load it each."""
    import scipy.special.cython_special  # noqa: F401


class _Crew:
    """The workers of a pool of ours.

    One that is killed while it hands over its outcomes leaves half a message and a lock in the channel, for which the
    pool and the other workers would wait for ever: then those are ended as well.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        # Names of its own, and the only way to ask; a test says so when a version of Python has others.
        self._processes = pool._processes
        self._channel = vars(pool._result_queue)["_writer"]
        self._missed_at: float | None = None

    def look(self) -> None:
        """End all workers, a while after one of them was killed: the pool may have noticed by itself."""
        workers = list(self._processes.values())
        if all(worker.exitcode in (None, 0) for worker in workers):
            return
        now = time.monotonic()
        if self._missed_at is None:
            self._missed_at = now
        late_s = now - self._missed_at
        for worker in workers:
            if late_s >= 2 * MISSED_S:
                worker.kill()
            elif late_s >= MISSED_S:
                worker.terminate()  # so that it ends its engines
        if late_s >= 2 * MISSED_S and not any(worker.is_alive() for worker in workers):
            self._let_go()

    def _let_go(self) -> None:
        """Let go of the last end that writes into the channel: now the pool sees that nothing more will come.

        It is put on nothing, not closed: the pool wakes up by it, and closes it itself before we would be done.
        """
        nothing = os.open(os.devnull, os.O_WRONLY)
        with suppress(OSError):  # it is closed already
            os.dup2(nothing, self._channel.fileno(), inheritable=False)
        os.close(nothing)


def _context() -> multiprocessing.context.BaseContext:
    """Forking is quick, and safe in a process with one thread, unless another way was chosen; everything else starts
    its workers anew.
    """
    chosen = multiprocessing.get_start_method(allow_none=True)
    if chosen in ("spawn", "forkserver"):
        return multiprocessing.get_context(chosen)
    quick = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return multiprocessing.get_context("fork" if quick else "spawn")


_stop: Event | None = None
"""In a worker of ours: set when nobody waits for outcomes any more."""


def _begin_work(stop: Event, parent: int) -> None:
    """Make this process a worker: interrupts are left to the parent, which says when to stop, or is gone."""
    global _stop  # noqa: PLW0603
    gc.freeze()  # what the parent has made is not looked through for garbage
    gc.disable()  # amid a session everything is needed: what it leaves is taken away after it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end_worker)  # what the parent makes of it is the parent's
    _stop = stop
    threading.Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()


def _outlive_nobody(parent: int) -> None:
    """End this process once its parent has been killed: nobody else would, and it would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(ORPHANED_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_worker(number: int, _: object) -> None:
    """End, and with this process the engines under test that it has started: they are no children of the terminal."""
    leave(number)


def _stays_at_home(job: Job) -> str:
    """Why the job cannot be sent to other processes; empty where it can."""
    try:
        pickle.dumps(job)
    except (pickle.PicklingError, AttributeError, TypeError):
        return "a function within a function cannot be sent to others; put it into a module"
    codes = [getattr(each, "key", each) for each in job.behaviours.values()]
    if _context().get_start_method() == "spawn" and not _is_script():
        if any(getattr(code, "__module__", "") == "__main__" for code in (*codes, job.engine)):
            return "a function of a notebook cannot be sent to others; put it into a module"
    return ""


def _is_script() -> bool:
    """Whether this process carries out a file, which workers that are started anew carry out, too."""
    return hasattr(sys.modules["__main__"], "__file__")
