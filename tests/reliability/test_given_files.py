"""What is no file is refused before anything of it is in memory, and so is what is nested without end."""

import base64
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stagesim.cli import invoke
from stagesim.engines.reel import unwound
from stagesim.eventlog import EventLog, Header, LogError
from stagesim.eventlog.files import read_jsonl, write_jsonl
from stagesim.experiments.kept.manifests import StoreError, manifest_in
from stagesim.given_files import NotAFile, check_file, parsed_json
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import load
from stagesim.testing.baselines.baseline import BaselineError
from stagesim.testing.baselines.baseline_file import load_baseline

DEEP = "[" * 100_000


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    return path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_is_no_scenario_no_baseline_no_log_and_no_manifest(pipe: Path) -> None:
    """Each of these would wait for ever."""
    with pytest.raises(ScenarioError, match="expected a file, got a pipe"):
        load(pipe)
    with pytest.raises(BaselineError, match="expected a file, got a pipe"):
        load_baseline(pipe)
    with pytest.raises(NotAFile, match="expected a file, got a pipe"):
        read_jsonl(pipe)
    pipe.rename(pipe.with_name("manifest.json"))
    with pytest.raises(StoreError, match="no manifest of results"):
        manifest_in(pipe.parent)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
@pytest.mark.parametrize("command", ["shrink {}", "fuzz --seconds 0 --ledger {}", "conform --kept {} -- true"])
def test_a_pipe_is_no_ledger_and_nothing_that_is_kept(
    command: str, pipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = pipe.rename(pipe.with_name("pipe.ledger"))
    assert invoke(command.format(ledger).split()) == 2
    assert "hint: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [DEEP.encode(), bytes(range(256)), b'{"seed": "1.1", "fingerprint": "x", "people": "a"}']
)
@pytest.mark.parametrize(
    "command",
    [
        *("shrink {}", "fuzz --seconds 0 --ledger {}", "conform --kept {} -- true"),
        *("diff {} {}", "replay scenario.yaml --against {}", "shrink scenario.yaml --log {}"),
    ],
)
def test_what_is_no_text_or_has_no_end_is_no_file_of_any_kind(
    command: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scenario.yaml").write_text("title: t\nduration: 1 min\naudience: {count: 1}\n")
    Path("given.jsonl").write_bytes(content)
    assert invoke(command.format("given.jsonl", "given.jsonl").split()) == 2
    assert "given.jsonl" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_among_scenarios_holds_nobody_up(pipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["validate", str(pipe.parent)]) == 2
    assert "has no scenario files" in capsys.readouterr().err
    assert invoke(["validate", str(pipe)]) == 2
    assert "expected a file, got a pipe\n  hint: " in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without end")
@pytest.mark.parametrize("command", ["validate {}", "run {}", "diff {} {}", "baseline show --file {}"])
def test_a_device_is_refused_at_once(command: str, tmp_path: Path) -> None:
    given = command.format("/dev/zero", "/dev/zero").split()
    done = subprocess.run(
        [sys.executable, "-m", "stagesim", *given],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode in (2, 4), done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_many_megabytes_is_no_scenario(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as large:
        large.truncate(50_000_000)
    with pytest.raises(ScenarioError, match="the file is too large: 50 MB\n  hint: the largest"):
        load(file)


def test_a_small_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    check_file(tmp_path / "x")


def test_json_without_end_is_no_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parsed_json(DEEP)
    file = tmp_path / "b.json"
    file.write_text(DEEP)
    with pytest.raises(BaselineError, match="nested too deeply"):
        load_baseline(file)
    with pytest.raises(LogError, match="nested too deeply"):
        read_jsonl(file)
    file.rename(tmp_path / "manifest.json")
    with pytest.raises(StoreError, match="no manifest of results"):
        manifest_in(tmp_path)


def test_tapes_of_decisions_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(text: str) -> str:
        return base64.b64encode(lzma.compress(text.encode())).decode()

    with pytest.raises(ValueError, match="damaged: it is nested too deeply"):
        unwound(packed(DEEP))
    monkeypatch.setattr("stagesim.engines.reel.LARGEST", 1000)
    with pytest.raises(ValueError, match="damaged: they are cut short, or too large"):
        unwound(packed(" " * 10_000_000))
    assert unwound(packed("[]")) == ()


def test_a_log_with_a_name_that_cannot_be_shown_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = EventLog(Header("t", "d", "join_by_request", 1))
    log.register("x\n::warning::y", "audience")
    write_jsonl(tmp_path / "a.jsonl", log)
    assert json.loads((tmp_path / "a.jsonl").read_text())["names"][1] == "x\n::warning::y"
    assert invoke(["diff", str(tmp_path / "a.jsonl"), str(tmp_path / "a.jsonl")]) == 2
    assert "line break" in capsys.readouterr().err
