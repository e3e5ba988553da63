"""The workers of a Dask cluster as an executor: what they send back is there at once, and forgotten there."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from typing_extensions import override

from stagesim.experiments.cluster.software import ClusterError, compare_software, software
from stagesim.experiments.cluster.travel import carried_out, packed, tried
from stagesim.experiments.executors import Elsewhere, Submit, WorkerLost
from stagesim.experiments.replications import Job, Outcome, Part

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

T = TypeVar("T")

LOOK_S: Final = 2.0
"""How often it is looked after the cluster while nothing comes from it."""

ALONE_S: Final = 30.0
"""How long a cluster may be without any worker, and a scheduler without an answer: others may be on their way."""

UNREACHED: Final = "the connection to the scheduler of the cluster was lost"
NOBODY: Final = f"the cluster has had no worker for {ALONE_S:g} s"
DEADLY: Final = "several workers ended while they simulated the same sessions, perhaps for want of memory"


class Crew(Elsewhere):
    """The workers of the cluster that a client is connected to; the client stays open.

    ClusterError where there are none, or where they have other versions.
    """

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._looked_at = self._seen_at = time.monotonic()
        if not (threads := client.nthreads()):
            hint = "start some: `dask worker` with the address of the scheduler"
            raise ClusterError(f"the cluster `{client.scheduler.address}` has no workers\n  hint: {hint}")
        self._size: int = sum(threads.values())
        compare_software(client, software())

    @property
    @override
    def size(self) -> int:
        return self._size

    @override
    def submit(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Have a worker call something. A worker that ends costs nothing but time: another one does the same."""
        there = self._client.submit(work, *args, **kwargs, pure=False)
        here: Future[T] = Future()
        here.add_done_callback(lambda _: there.release())
        self._client.loop.add_callback(_handed_over, there, here)
        return here

    @override
    def taken_on(self, job: Job) -> Submit:
        parcel = packed(job)
        if job.behaviours or job.engine is not None:
            self._try(parcel)
        return partial(self._carried_out, parcel)

    def _carried_out(self, parcel: bytes, chunk: Sequence[Part]) -> "Future[list[Outcome]]":
        return self.submit(carried_out, parcel, chunk, software())

    def _try(self, parcel: bytes) -> None:
        """Raise ClusterError unless every worker has what code of the user's needs, and the same engine."""
        found = self._client.run(tried, parcel)
        for worker, said in found.items():
            if said.trouble:
                hint = "put what is missing on every worker: code of a module does not travel by itself"
                raise ClusterError(f"the worker `{worker}` cannot take the study: {said.trouble}\n  hint: {hint}")
        first, *others = found
        for worker in others:
            if found[worker].engine != found[first].engine:
                both = f"`{found[first].engine}` on `{first}`, `{found[worker].engine}` on `{worker}`"
                raise ClusterError(f"the engine is not the same everywhere: {both}\n  hint: install the same one")

    @override
    def look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        if self._client.status not in ("running", "connecting"):
            raise WorkerLost(UNREACHED)
        try:
            has_workers = bool(self._client.sync(self._client.scheduler.ncores, callback_timeout=LOOK_S))
        except OSError:
            has_workers, why = False, UNREACHED
        else:
            why = NOBODY
        if has_workers:
            self._seen_at = time.monotonic()
        elif time.monotonic() - self._seen_at > ALONE_S:
            raise WorkerLost(why)


async def _handed_over(there: "DaskFuture", here: "Future[Any]") -> None:
    """Hand over what comes of a call on the cluster, to whoever waits for it.

    It is forgotten there at once: what is known here is not to be done again when that worker ends.
    """
    from distributed.scheduler import KilledWorker

    try:
        result = await there._result(raiseit=False)  # as Dask's own executor has it: nothing else waits in its loop
        status = there.status
    except Exception:
        result, status = None, "cancelled"
    there.release()
    with suppress(InvalidStateError):  # nobody waits for it any more
        match status:
            case "finished":
                here.set_result(result)
            case "error":
                _, error, trace = result
                lost = isinstance(error, KilledWorker)
                here.set_exception(WorkerLost(DEADLY) if lost else error.with_traceback(trace))
            case _:
                here.set_exception(WorkerLost(UNREACHED))
