"""A folder of results belongs to one run at a time, and no finished study is replaced without a word."""

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stagesim.cli import invoke
from stagesim.experiments import executors
from stagesim.experiments.kept.claim import LOCK, claimed
from stagesim.experiments.kept.manifests import StoreError
from stagesim.experiments.replications import Job, Outcome
from stagesim.given_files import write_whole

pytestmark = pytest.mark.usefixtures("blank_charts")

SCENARIO = "title: t\nduration: 2 min\naudience: {count: 4, wishes: {rate: 60 per hour}}\nmoderators: {count: 1}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("b.yaml").write_text(SCENARIO)
    return tmp_path


def files_in(path: Path) -> dict[str, bytes]:
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()}


def _hold(path: Path, held: "multiprocessing.synchronize.Event") -> None:
    with claimed(path):
        held.set()
        time.sleep(60)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[multiprocessing.Process]:
    """Another process that has the folder `r`."""
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "r", held))
    process.start()
    assert held.wait(60)
    yield process  # type: ignore[misc]
    process.kill()
    process.join()


def test_two_runs_never_write_to_one_folder(
    folder: Path, holder: multiprocessing.Process, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_in(folder)
    for command in ("compare b.yaml --replications 2", "run b.yaml", "sweep b.yaml --set audience.count=2,3"):
        assert invoke([*command.split(), "--out", "r"]) == 2
        assert "another run writes to `r` at this moment\n  hint: wait" in capsys.readouterr().err
    assert files_in(folder) == before, "the loser touches nothing"


def test_the_lock_of_a_killed_run_is_nobodys(folder: Path, holder: multiprocessing.Process) -> None:
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    assert (folder / "r" / LOCK).is_file()
    with claimed(folder / "r"):
        pass
    assert not (folder / "r" / LOCK).exists()


def test_threads_of_one_process_are_two_runs_and_one_run_may_claim_again(tmp_path: Path) -> None:
    refused: list[StoreError] = []

    def other() -> None:
        try:
            with claimed(tmp_path):
                pass
        except StoreError as error:
            refused.append(error)

    with claimed(tmp_path), claimed(tmp_path):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    with claimed(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_to_and_a_file_system_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(number: int) -> Callable[..., int]:
        def raises(*_: object) -> int:
            raise OSError(number, os.strerror(number))

        return raises

    monkeypatch.setattr(os, "open", fails(errno.EROFS))
    with pytest.raises(StoreError, match=r"cannot write to the folder .*: read-only file system\n  hint: "):
        claimed(tmp_path).__enter__()
    monkeypatch.undo()
    monkeypatch.setattr("fcntl.lockf", fails(errno.ENOLCK))
    with claimed(tmp_path / "made"):
        assert (tmp_path / "made").is_dir()


def test_a_folder_that_stays_empty_is_taken_away_again(tmp_path: Path) -> None:
    with claimed(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()
    assert not (tmp_path / "a").exists()


def test_two_comparisons_at_once_leave_one_whole_study(folder: Path) -> None:
    base = [sys.executable, "-m", "stagesim", "compare", "b.yaml", "--replications", "12", "--workers", "1"]
    both = [
        subprocess.Popen([*base, "--seed", seed, "--out", "r"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for seed in ("1", "2")
    ]
    said = [process.communicate(timeout=120)[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [0, 2], said
    winner = 1 + [process.returncode for process in both].index(0)
    assert json.loads((folder / "r/manifest.json").read_text())["seed"] == winner
    subprocess.run([*base, "--seed", str(winner), "--out", "alone"], check=True, capture_output=True, timeout=120)
    assert files_in(folder / "r") == files_in(folder / "alone")


@pytest.mark.parametrize("command", ["compare b.yaml --replications 2 --workers 1", "run b.yaml"])
@pytest.mark.parametrize("name", ["manifest.json", "report.html", "metrics.csv", "scenario.yaml"])
def test_no_foreign_file_is_touched_and_nothing_is_written_beside_it(folder: Path, command: str, name: str) -> None:
    (folder / "d").mkdir()
    (folder / "d" / name).write_text('{"mine": 1}')
    (folder / "d" / "notes.txt").write_text("mine")
    before = files_in(folder)
    assert invoke([*command.split(), "--out", "d"]) == 2
    assert files_in(folder) == before


def test_run_and_compare_share_no_folder(folder: Path) -> None:
    assert invoke(["compare", "b.yaml", "--replications", "2", "--workers", "1"]) == 0
    compared = files_in(folder / "reports/b")
    assert invoke(["run", "b.yaml"]) == 0
    assert files_in(folder / "reports/b") == compared
    assert (folder / "reports/b-run/report.html").is_file()
    assert "differences.csv" in compared


def test_a_finished_study_is_never_replaced_without_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["compare", "b.yaml", "--replications", "2", "--workers", "1"]
    assert invoke(base) == 0
    first = files_in(folder / "reports/b")
    assert invoke([*base, "--set", "audience.count=3"]) == 0
    said = capsys.readouterr().err
    assert "`reports/b` has a study of another scenario; this one goes to `reports/b-2`" in said
    assert files_in(folder / "reports/b") == first
    second = files_in(folder / "reports/b-2")
    assert invoke([*base, "--seed", "2", "--out", "reports/b-2"]) == 2
    assert "has a study of another scenario and another seed\n  hint: " in capsys.readouterr().err
    assert files_in(folder / "reports/b-2") == second
    assert invoke([*base, "--seed", "2", "--fresh"]) == 0
    assert json.loads((folder / "reports/b/manifest.json").read_text())["seed"] == 2
    assert not (folder / "reports/b-3").exists()


def test_fewer_sessions_or_modes_replace_no_more_and_more_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["compare", "b.yaml", "--workers", "1", "--replications"]
    assert invoke([*base, "3"]) == 0
    assert invoke([*base, "2"]) == 0
    assert "3 sessions in each mode, more than the 2 that are asked for" in capsys.readouterr().err
    assert invoke([*base, "3", "--modes", "invite_only"]) == 0
    assert "more modes" in capsys.readouterr().err
    assert invoke([*base, "4"]) == 0
    sizes = [json.loads((folder / f"reports/b{n}/manifest.json").read_text())["replications"] for n in ("", "-2", "-3")]
    assert sizes == [4, 2, 3]


def test_a_question_with_another_goal_has_another_folder(folder: Path) -> None:
    base = ["sweep", "b.yaml", "--replications", "2", "--workers", "1", "--modes", "invite_only"]
    assert invoke([*base, "--set", "audience.count=2,3"]) == 0
    first = files_in(folder / "reports/b-sweep")
    assert invoke([*base, "--set", "audience.count=2,3"]) == 0
    assert files_in(folder / "reports/b-sweep") == first
    assert invoke([*base, "--set", "audience.count=2,4"]) == 0
    assert files_in(folder / "reports/b-sweep") == first
    assert (folder / "reports/b-sweep-2/report.html").is_file()


def test_what_replaces_variants_leaves_no_folder_of_theirs(folder: Path) -> None:
    base = ["compare", "b.yaml", "--replications", "2", "--workers", "1", "--modes", "invite_only", "--out", "r"]
    assert invoke([*base, "--variant", "few: audience.count=2"]) == 0
    assert (folder / "r/few/metrics.csv").is_file()
    (folder / "r/few/notes.txt").write_text("mine")
    assert invoke([*base, "--fresh"]) == 0
    assert not (folder / "r/as_it_is").exists()
    assert [each.name for each in (folder / "r/few").iterdir()] == ["notes.txt"]
    assert (folder / "r/metrics.csv").is_file()


def test_a_page_of_a_difference_replaces_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["diff", "b.yaml", "--mode", "invite_only", "--out", "d"]
    (folder / "d").mkdir()
    (folder / "d/diff.md").write_text("mine")
    assert invoke([*asked, "--set", "audience.count=3"]) == 2
    assert (folder / "d/diff.md").read_text() == "mine"
    (folder / "d/diff.md").unlink()
    assert invoke([*asked, "--set", "audience.count=3"]) == 1
    first = files_in(folder / "d")
    assert invoke([*asked, "--set", "audience.count=3"]) == 1
    assert files_in(folder / "d") == first
    capsys.readouterr()
    assert invoke([*asked, "--set", "audience.count=2"]) == 2
    assert "hint: choose another folder (`out`)" in capsys.readouterr().err
    assert files_in(folder / "d") == first
    assert invoke([*asked, "--set", "audience.count=2", "--fresh"]) == 1


def test_what_replaces_another_study_resumes_without_being_told_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = ["compare", "b.yaml", "--replications", "3", "--workers", "1", "--out", "r"]
    other = [*base, "--seed", "2"]
    assert invoke(base) == 0
    real, done = executors.one, []

    def stops(job: Job, mode: str, replication: int) -> Outcome:
        if len(done) == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        done.append(mode)
        return real(job, mode, replication)

    monkeypatch.setattr(executors, "one", stops)
    monkeypatch.setattr("stagesim.reporting.publish.keep", lambda *_, **__: None)  # as if it had been killed
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    assert invoke([*other, "--fresh"]) == 130
    signal.signal(signal.SIGTERM, before)
    assert json.loads((folder / "r/manifest.json").read_text())["seed"] == 1
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert invoke(other) == 0
    assert json.loads((folder / "r/manifest.json").read_text())["seed"] == 2


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "a/b.txt", "one")

    def full(self: Path, text: str, encoding: str) -> int:
        with self.open("w", encoding=encoding) as file:
            file.write(text[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a/b.txt", "two")
    assert files_in(tmp_path) == {"a/b.txt": b"one"}
