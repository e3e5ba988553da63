"""What is finished survives whatever ends a study: a kill of parent or worker, SIGTERM, a full disk, a cut file."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from tests.tools.kills import MODES, REPLICATIONS, SCENARIO, begun, campaign, children, command, digests, sessions_in

from stagesim.cli import invoke
from stagesim.experiments import executors
from stagesim.experiments.executors import Executors, WorkerLost, replicate
from stagesim.experiments.kept import sessions as module
from stagesim.experiments.kept.manifests import SESSIONS
from stagesim.experiments.kept.matter import Matter
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.replications import Job, Outcome
from stagesim.scenario.reading.loader import loads

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs the list of a process's children"),
    pytest.mark.usefixtures("blank_charts"),
]

SMALL = "title: t\nduration: 2 min\naudience: {count: 4, wishes: {rate: 60 per hour}}\nmoderators: {count: 1}\n"
SCRIPTED = SMALL + "script: [{at: 1 s, do: enter_room, by: pat, role: participant, expect: accepted}]\n"
MATTER = Matter("test", {})
PARTS = [(mode, replication) for replication in range(4) for mode in ("invite_only", "join_by_request")]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, blank_charts: None) -> list[list[object]]:
    """The digests of a run that nobody disturbs."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "room.yaml").write_text(SCENARIO)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert invoke(command("alone", workers=1)[3:]) == 0
    return digests(folder / "alone")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "room.yaml").write_text(SCENARIO)
    return tmp_path


def gone(process: int) -> bool:
    """Whether a process has ended, in a few seconds' time."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def ends_as_alone(folder: Path, kept: int, alone: list[list[object]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same command, in this process, simulates exactly what was not kept, and ends as if nothing had been."""
    simulated = []

    def counted(job: Job, mode: str, replication: int) -> Outcome:
        simulated.append((mode, replication))
        return real(job, mode, replication)

    real = executors.one
    monkeypatch.setattr(executors, "one", counted)
    assert invoke(command("out", workers=1)[3:]) == 0
    assert digests(folder / "out") == alone
    assert len(simulated) == len(set(simulated)) == MODES * REPLICATIONS - kept
    assert not (folder / "out" / SESSIONS).exists()


def test_a_killed_study_leaves_its_sessions_and_no_worker(
    folder: Path, alone: list[list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = begun(folder, "out")
    workers = children(study.pid)
    study.kill()
    study.communicate()
    assert len(workers) == 2
    assert all(map(gone, workers)), "nobody would end them any more"
    kept = sessions_in(folder / "out")
    assert 0 < kept < MODES * REPLICATIONS
    assert not (folder / "out/manifest.json").exists()
    ends_as_alone(folder, kept, alone, monkeypatch)


def test_a_killed_worker_is_said_and_costs_what_it_was_doing(
    folder: Path, alone: list[list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = begun(folder, "out")
    os.kill(children(study.pid)[0], signal.SIGKILL)
    _, said = study.communicate(timeout=60)
    assert study.returncode == 130, said
    kept = sessions_in(folder / "out")
    assert said.splitlines()[-1] == (
        "a worker process was ended from outside, perhaps for want of memory; "
        f"kept {kept} sessions, the same command goes on from there"
    )
    assert "Traceback" not in said
    ends_as_alone(folder, kept, alone, monkeypatch)


def test_kills_at_any_moment_change_no_result_and_cost_no_kept_session(folder: Path) -> None:
    """Three of the hundred that `make kills` does."""
    found = list(campaign(folder, 3, seed=2))
    assert len(found) == 3
    assert all(each.kept + each.again == MODES * REPLICATIONS for each in found)


@pytest.mark.parametrize("whom", ["the parent", "all of them"])
def test_sigterm_ends_the_workers_and_keeps_what_is_done(folder: Path, alone: list[list[object]], whom: str) -> None:
    """Whoever stops a service or a container asks all of its processes at once."""
    study = begun(folder, "out")
    workers = children(study.pid)
    os.kill(study.pid, signal.SIGTERM) if whom == "the parent" else os.killpg(study.pid, signal.SIGTERM)
    _, said = study.communicate(timeout=60)
    assert study.returncode == 130, said
    assert "interrupted; kept" in said
    assert "Traceback" not in said
    assert all(map(gone, workers))
    assert invoke(command("out", workers=1)[3:]) == 0
    assert digests(folder / "out") == alone


@pytest.mark.parametrize(
    "question",
    [
        ["sweep", "--set", "audience.count=50,60", "--replications", "4"],
        ["size", "--vary", "moderators.count", "--to", "2", "--goal", "mean queue < 1", "--budget", "20"],
    ],
)
def test_an_interrupted_question_goes_on_from_its_sessions(
    folder: Path, question: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [question[0], "room.yaml", *question[1:], "--modes", "invite_only", "--workers", "1", "--out", "out"]
    simulated = []

    def stops(job: Job, mode: str, replication: int) -> Outcome:
        if len(simulated) == 7:
            raise KeyboardInterrupt
        simulated.append(replication)
        return real(job, mode, replication)

    def counts(job: Job, mode: str, replication: int) -> Outcome:
        simulated.append(replication)
        return real(job, mode, replication)

    real = executors.one
    monkeypatch.setattr(executors, "one", stops)
    assert invoke(asked) == 130
    assert "interrupted; kept 7 sessions, the same command goes on from there" in capsys.readouterr().err
    monkeypatch.setattr(executors, "one", counts)
    done = invoke(asked)
    broken = len(simulated)
    simulated.clear()
    assert invoke([*asked[:-1], "other"]) == done
    assert broken == len(simulated)
    page = (folder / "out/report.html").read_text()
    assert page == (folder / "other/report.html").read_text()


def _kept(folder: Path, text: str = SCRIPTED) -> tuple[Job, Sessions]:
    return Job(loads(text)), Sessions(folder, MATTER)


def _replicated(job: Job, sessions: Sessions, workers: int = 1) -> list[Outcome]:
    return list(replicate(job, ["invite_only", "join_by_request"], range(4), Executors(workers, sessions=sessions)))


def test_what_is_kept_is_what_was_simulated(tmp_path: Path) -> None:
    job, sessions = _kept(tmp_path)
    first = _replicated(job, sessions)
    sessions.close()
    _, again = _kept(tmp_path)
    assert len(again) == 8
    found = [again.of(job).outcome(part) for part in PARTS]  # type: ignore[union-attr]
    assert [each.log.digest() for each in found if each] == [each.log.digest() for each in first]
    assert str([each.metrics for each in found if each]) == str([each.metrics for each in first])
    assert [each.checks for each in found if each] == [each.checks for each in first]
    assert len(found[0].checks) == 1  # type: ignore[union-attr]
    other = Job(loads(SMALL))
    assert not again.of(other).has(PARTS[0])  # type: ignore[union-attr]
    assert again.of(Job(job.scenario, 2)).outcome(PARTS[0]) is None  # type: ignore[union-attr]
    again.close()


def test_a_file_that_was_cut_or_damaged_anywhere_costs_no_more_than_what_follows(tmp_path: Path) -> None:
    job, sessions = _kept(tmp_path)
    wanted = [each.log.digest() for each in _replicated(job, sessions)]
    sessions.close()
    whole = (tmp_path / SESSIONS).read_bytes()
    chance = random.Random(7)
    for number in range(40):
        at = chance.randrange(len(whole))
        damaged = whole[:at] if number % 2 else whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        (tmp_path / SESSIONS).write_bytes(damaged)
        _, again = _kept(tmp_path)
        assert len(again) <= 8
        assert [each.log.digest() for each in _replicated(job, again)] == wanted
        again.close()


def test_a_full_disk_leaves_the_sessions_before_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: object, content: bytes) -> None:
        if len(written) == 3:
            real(file, content[: len(content) // 2])  # type: ignore[arg-type]
            raise OSError(28, "No space left on device")
        written.append(content)
        real(file, content)  # type: ignore[arg-type]

    written: list[bytes] = []
    real: Callable[[object, bytes], None] = module._write  # type: ignore[assignment]
    job, sessions = _kept(tmp_path)
    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(OSError, match="No space"):
        _replicated(job, sessions)
    sessions.close()
    monkeypatch.undo()
    _, again = _kept(tmp_path)
    assert len(again) == 2
    assert len(_replicated(job, again)) == 8
    again.close()


def test_a_chunk_is_kept_when_it_is_ready_and_not_when_it_is_its_turn(tmp_path: Path) -> None:
    """A study that is killed while its first chunk takes long has what the other workers did."""

    class Second:
        """Carries out the second chunk only; the process of the first is killed."""

        def __init__(self) -> None:
            self.futures: list[Future[object]] = []

        def submit(self, work: Callable[..., object], *given: object) -> "Future[object]":
            future: Future[object] = Future()
            self.futures.append(future)
            if len(self.futures) == 2:
                future.set_result(work(*given))
                self.futures[0].set_exception(BrokenProcessPool())
            return future

    job, sessions = _kept(tmp_path)
    with pytest.raises(WorkerLost):
        list(replicate(job, ["invite_only"], range(2), Executors(executor=Second(), sessions=sessions)))  # type: ignore[arg-type]
    assert len(sessions) == 1
    sessions.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_worker_that_is_killed_in_the_middle_of_a_message_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a message and a lock that nobody gives back: the pool alone would wait for ever.

    Its channels are closed by its own threads alone: two that close one at the same moment stumble over each other.
    """
    ours, real = os.getpid(), Connection._send  # type: ignore[attr-defined]
    closing, close = [], Connection.close

    def closes(self: Connection) -> None:
        closing.append(threading.current_thread())
        close(self)

    def half(self: Connection, buffer: bytes, *given: object) -> None:
        if os.getpid() != ours and len(buffer) > 2000:
            os.write(self.fileno(), buffer[: len(buffer) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        real(self, buffer, *given)

    monkeypatch.setattr(Connection, "_send", half)
    monkeypatch.setattr(Connection, "close", closes)
    monkeypatch.setattr(executors, "_context", lambda: multiprocessing.get_context("fork"))
    began = time.monotonic()
    with pytest.raises(WorkerLost, match="a worker process was ended from outside"):
        list(replicate(Job(loads(SCENARIO)), ["invite_only"], range(6), Executors(2)))
    assert time.monotonic() - began < 60
    assert not multiprocessing.active_children()
    assert closing
    assert threading.main_thread() not in closing


def test_the_private_names_of_a_pool_are_there() -> None:
    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(os.getpid).result() in pool._processes
        assert vars(pool._result_queue)["_writer"].writable


def test_a_reader_of_the_help_needs_none_of_this() -> None:
    program = "import sys; import stagesim.cli; print('multiprocessing' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "False"]
