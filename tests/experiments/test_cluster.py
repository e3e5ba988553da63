"""A study on a cluster is the study of one machine, whatever happens to its workers; what cannot be is said before."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.tools.clusters import Cluster, free_port, soon

import stagesim
from stagesim.cli import invoke
from stagesim.experiments.cluster import crew as crew_module
from stagesim.experiments.cluster import opened as opened_module
from stagesim.experiments.cluster.opened import opened
from stagesim.experiments.cluster.software import ClusterError, compare_software, software
from stagesim.experiments.cluster.travel import carried_out, packed
from stagesim.experiments.executors import Executors, WorkerLost, replicate
from stagesim.experiments.kept.matter import Matter
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.replications import Job
from stagesim.scenario.reading.loader import loads

pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None, reason="needs the extra `cluster`: pip install 'stage-access-lab[cluster]'"
)

TEXT = """
title: A small room
duration: 4 min
room: {stage_capacity: 2}
audience: {count: 8, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}, on_stage: {stay: 20 s}}
moderators: {review: {time: 10 s}}
"""
MODES = ("invite_only", "join_by_request")
REPLICATIONS = 16
PARTS = {(mode, replication) for replication in range(REPLICATIONS) for mode in MODES}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    begun = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield begun
    finally:
        begun.end()


@pytest.fixture
def client(cluster: Cluster) -> Iterator[Any]:
    """A client with two workers, also after one was killed."""
    cluster.workers = [each for each in cluster.workers if each.poll() is None]
    cluster.workers += [cluster.begin_worker() for _ in range(2 - len(cluster.workers))]
    import distributed

    with distributed.Client(cluster.address, set_as_default=False, timeout=30) as connected:
        connected.wait_for_workers(2, timeout=60)
        cluster.forget()
        yield connected


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "room.yaml").write_text(TEXT)
    return "room.yaml"


def digests(outcomes: Any) -> list[tuple[str, int, str]]:
    return [(each.mode, each.replication, each.log.digest()) for each in outcomes]


def alone(job: Job, size: int = REPLICATIONS) -> list[tuple[str, int, str]]:
    return digests(replicate(job, MODES, range(size)))


def when(found: Callable[[], bool], then: Callable[[], object]) -> threading.Thread:
    """Do something in the middle of what this thread is doing."""

    def wait() -> None:
        soon(found)
        then()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


class Noted(Sessions):
    """Kept sessions, and which of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Matter("test", {}))
        self.kept: list[tuple[str, int]] = []

    def add(self, place: tuple[str, str, int], head: Mapping[str, Any], events: bytes) -> None:
        super().add(place, head, events)
        self.kept.append(place[1:])


def test_a_worker_that_is_killed_in_the_middle_changes_nothing_and_nothing_kept_is_simulated_twice(
    cluster: Cluster, client: Any, tmp_path: Path
) -> None:
    job, sessions = Job(loads(TEXT)), Noted(tmp_path)
    before: list[tuple[str, int]] = []

    def kill() -> None:
        before.extend(sessions.kept)
        cluster.workers[0].send_signal(signal.SIGKILL)

    killing = when(lambda: len(sessions.kept) >= 8, kill)
    crew = crew_module.Crew(client)
    found = digests(replicate(job, MODES, range(REPLICATIONS), Executors(executor=crew, sessions=sessions)))
    killing.join()
    sessions.close()
    assert found == alone(job)
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    times = cluster.simulated()
    assert set(times) == PARTS
    assert len(before) < len(PARTS), "it was killed in the middle"
    again = {part for part, number in times.items() if number > 1}
    assert not again & set(before)
    assert len(again) <= 4, "what the killed worker had in its hands, and was about to hand over"


def test_an_interrupted_command_goes_on_from_what_is_kept(
    cluster: Cluster, client: Any, file: str, blank_charts: None, capsys: pytest.CaptureFixture[str]
) -> None:
    size = ["--modes", "join_by_request", "--replications", str(REPLICATIONS)]
    command = ["compare", file, *size, "--out", "out", "--cluster", cluster.address]
    pressing = when(lambda: cluster.simulated().total() >= 6, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert invoke(command) == 130
    pressing.join()
    assert "the same command goes on from there" in capsys.readouterr().err
    kept = Sessions(Path("out"), AnyMatter("any", {}))
    kept.close()
    assert 0 < len(kept) < REPLICATIONS
    soon(lambda: not client.processing() or not any(client.processing().values()))
    cluster.forget()
    assert invoke(command) == 0
    assert cluster.simulated().total() == REPLICATIONS - len(kept)
    study, wanted = stagesim.open("out"), stagesim.compare(file, modes="join_by_request", replications=REPLICATIONS)
    assert digests(study.results.outcomes) == digests(wanted.results.outcomes)


class AnyMatter(Matter):
    """What goes on with anything."""

    def apart(self, _: object) -> list[str]:
        return []


def test_code_of_the_users_travels_or_is_refused_before_anything_is_simulated(
    cluster: Cluster, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = 3

    def shy(me: Any) -> Any:
        me.enter()
        yield from me.wait(waits)

    options: dict[str, Any] = {"modes": "join_by_request", "replications": 3}
    room = loads(TEXT)
    here = stagesim.compare(room, behaviours={"audience": shy}, **options)
    there = stagesim.compare(room, behaviours={"audience": shy}, executor=client, **options)
    assert cluster.simulated().total() == 3, "no other process had a part in it"
    assert digests(there.results.outcomes) == digests(here.results.outcomes)
    (tmp_path / "of_mine.py").write_text("import helper_of_mine\ndef shy(me):\n    yield from helper_of_mine.go(me)\n")
    (tmp_path / "helper_of_mine.py").write_text("def go(me):\n    me.enter()\n    yield from me.wait(3)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import of_mine  # type: ignore[import-not-found]

    with pytest.raises(
        ClusterError, match=r"cannot take the study: No module named 'helper_of_mine'\n  hint: put what"
    ):
        stagesim.compare(room, behaviours={"audience": of_mine.shy}, executor=client, **options)
    with pytest.raises(ClusterError, match="cannot be sent to the workers"):
        stagesim.compare(room, behaviours={"audience": With(threading.Lock())}, executor=client, **options)
    assert cluster.simulated().total() == 3


class With:
    """A behaviour that has something."""

    def __init__(self, what: object) -> None:
        self.what = what

    def __call__(self, _: Any) -> Any:
        yield from ()


def test_an_engine_is_started_on_every_worker_or_the_study_is_refused(cluster: Cluster, client: Any) -> None:
    room, options = loads(TEXT), {"modes": "join_by_request", "replications": 2}
    there = stagesim.compare(room, engine=f"{sys.executable} -m stageaccess", executor=client, **options)
    assert [each.replication for each in there.results.outcomes] == [0, 1]
    with pytest.raises(ClusterError, match="cannot take the study: the engine `no-such-engine`"):
        stagesim.compare(room, engine="no-such-engine", executor=client, **options)
    assert cluster.simulated().total() == 2


def test_other_versions_are_refused_and_both_sides_are_named(client: Any) -> None:
    with pytest.raises(
        ClusterError, match=r"127.0.0.1:\d+: simpy \d+\.\S+, here 1\.2\.3\n.*\n  hint: install the same"
    ):
        compare_software(client, elder())


def elder() -> dict[str, str]:
    return {**software(), "simpy": "1.2.3"}


def test_a_worker_that_comes_later_with_other_versions_is_refused_as_well() -> None:
    with pytest.raises(ClusterError, match=r"simpy \S+, here 1\.2\.3"):
        carried_out(packed(Job(loads(TEXT))), [("invite_only", 0)], elder())


class Told:
    """A client as far as it tells of its workers."""

    def __init__(self, **packages: str) -> None:
        self.packages, self.asked, self.workers = packages, False, 0
        self.scheduler, self.status = self, "running"
        self.address, self.ncores = "tcp://there:1", dict

    def get_versions(self, **_: object) -> dict[str, Any]:
        return {"workers": {"tcp://there:2": {"packages": self.packages}}}

    def run(self, *_: object, **__: object) -> dict[str, Any]:
        self.asked = True
        return {"tcp://there:2": ModuleNotFoundError("No module named 'stagesim'")}

    def nthreads(self) -> dict[str, int]:
        return {f"tcp://there:{number}": 1 for number in range(self.workers)}

    def sync(self, found: Callable[[], Any], **_: float) -> Any:
        return found()


def test_a_worker_without_stagesim_or_with_another_python_is_refused() -> None:
    here = software()
    told = Told(python="2.7.18", **{"stage-access-lab": here["stagesim"], "stageaccess": here["stageaccess"]})
    with pytest.raises(ClusterError, match=f"  tcp://there:2: python 2.7, here {here['python']}, "):
        compare_software(told, here)
    assert not told.asked, "another Python cannot read what this one sends"
    with pytest.raises(
        ClusterError, match=f"tcp://there:2: stagesim none, here {here['stagesim']}, .*code none, here "
    ):
        compare_software(Told(python=f"{here['python']}.1"), here)


def test_without_workers_nobody_is_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterError, match=r"the cluster `tcp://there:1` has no workers\n  hint: start some"):
        crew_module.Crew(Told())
    told = Told()
    told.workers = 1
    monkeypatch.setattr(crew_module, "compare_software", lambda *_: None)
    crew = crew_module.Crew(told)
    monkeypatch.setattr(crew_module, "LOOK_S", 0)
    crew.look()
    monkeypatch.setattr(crew_module, "ALONE_S", 0)
    with pytest.raises(WorkerLost, match="the cluster has had no worker for"):
        crew.look()
    told.status = "closed"
    with pytest.raises(WorkerLost, match="the connection to the scheduler of the cluster was lost"):
        crew.look()


def test_a_client_of_dask_carries_on_a_study_as_it_began_it(cluster: Cluster, client: Any) -> None:
    study = stagesim.compare(loads(TEXT), modes=MODES, replications=1, executor=client).extended(2, executor=client)
    assert digests(study.results.outcomes) == alone(Job(loads(TEXT)), 2)
    assert cluster.simulated() == {(mode, replication): 1 for replication in range(2) for mode in MODES}


class Came:
    """What has come of a call, as a future of Dask has it."""

    def __init__(self, status: str, result: object) -> None:
        self.status, self.result, self.released = status, result, False

    async def _result(self, raiseit: bool) -> object:
        assert not raiseit
        return self.result

    def release(self) -> None:
        self.released = True


@pytest.mark.parametrize(
    ("status", "said"), [("error", "several workers ended while they"), ("lost", "the connection to")]
)
def test_sessions_that_end_every_worker_and_those_that_are_lost_say_so(status: str, said: str) -> None:
    import distributed

    killed = distributed.scheduler.KilledWorker("sessions", distributed.scheduler.WorkerState, 3)
    came, waits = Came(status, (type(killed), killed, None)), Future[object]()
    asyncio.run(crew_module._handed_over(came, waits))
    with pytest.raises(WorkerLost, match=said):
        waits.result(0)
    assert came.released


@pytest.mark.parametrize("address", ["local:0", "local:-1", "local", "tcp://there", "there:8786", "http://there:8786"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(
        ClusterError, match=r"expected the address of a cluster, got `.*`\n  hint: `tcp://HOST:PORT` is"
    ):
        opened(address).__enter__()


def test_a_scheduler_that_does_not_answer_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_module, "PATIENCE_S", 0.3)
    began = time.monotonic()
    with pytest.raises(
        ClusterError, match=r"no scheduler answers at `tcp://127.0.0.1:\d+` within 0.3 s\n  hint: start one"
    ):
        opened(f"tcp://127.0.0.1:{free_port()}").__enter__()
    assert time.monotonic() - began < 5


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        ClusterError, match=r"needs the extra `cluster`.*\n  hint: `pip install 'stage-access-lab\[cluster\]'`"
    ):
        opened("local:2").__enter__()


def test_what_is_no_executor_is_refused() -> None:
    with pytest.raises(stagesim.StagesimError, match=r"`executor`: expected an executor, got `tcp://there:1`"):
        stagesim.compare(loads(TEXT), executor="tcp://there:1")  # type: ignore[arg-type]


def test_workers_and_a_cluster_are_not_both(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["compare", file, "--workers", "2", "--cluster", "local:2"]) == 2
    assert "a cluster has its own" in capsys.readouterr().err


def test_workers_of_this_machine_are_begun_and_ended(file: str, tmp_path: Path) -> None:
    with opened("local:1") as crew:
        found = digests(replicate(Job(loads(TEXT)), MODES, range(2), Executors(executor=crew)))
        (process,) = crew._client.run(os.getpid).values()
    assert found == alone(Job(loads(TEXT)), 2)
    assert process != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
