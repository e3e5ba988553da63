"""Files of an earlier version are refused, and the message names both versions: what they say is not what we would.

`old/` has a log in both forms, a baseline and the manifest of a folder of results as an earlier version wrote them.
"""

import shutil
from pathlib import Path

import pytest

from stagesim.cli import invoke
from stagesim.eventlog import SCHEMA_VERSION
from stagesim.exit_codes import ExitCode
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.testing.baselines.baseline_file import SCHEMA

OLD = Path(__file__).with_name("old")
SCENARIO = """\
title: Three who wish to speak
duration: 2 min
modes: [join_by_request]
audience: {count: 3, wishes: {on_arrival: 1}, on_stage: {stay: 10 s}}
moderators: {review: {time: 5 s}}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("three.yaml").write_text(SCENARIO, encoding="utf-8")
    return Path("three.yaml")


def test_an_old_baseline(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(OLD / "baseline.json", "three.json")
    for asked in (["baseline", "show", "three.json"], ["check", str(file), "--baseline", "three.json"]):
        assert invoke(asked) == ExitCode.BASELINE
        said = "".join(capsys.readouterr())
        assert "`three.json` has the schema `stagesim.baseline/2`" in said
        assert f"this version reads `{SCHEMA}`" in said
        assert "hint: " in said


@pytest.mark.parametrize(
    "asked", [["compare"], ["run", "--mode", "join_by_request"], ["sweep", "--set", "audience.count=2,3"]]
)
def test_an_old_folder_of_results_is_left_as_it_is(
    file: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path("results")
    folder.mkdir()
    shutil.copy(OLD / "manifest.json", folder)
    command, *more = asked
    assert invoke([command, str(file), *more, "--out", "results"]) == ExitCode.BAD_INPUT
    said = capsys.readouterr().err
    assert f"of the schema `stagesim.manifest/2`, and this version writes `{MANIFEST_SCHEMA}`" in said
    assert "hint: choose another folder (`out`)" in said
    assert [each.name for each in folder.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_an_old_log(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    shutil.copy(OLD / name, path)
    assert invoke(["diff", str(path), str(path)]) == ExitCode.BAD_INPUT
    said = capsys.readouterr().err
    assert f"the log `{path}` has the schema `stagesim.events/1`, and this version reads `{SCHEMA_VERSION}`" in said
    assert "hint: read it with the version that wrote it" in said


def test_an_old_folder_of_results_in_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events").mkdir()
    shutil.copy(OLD / "log.parquet", tmp_path / "events/join_by_request.parquet")
    assert invoke(["diff", str(tmp_path), str(tmp_path)]) == ExitCode.BAD_INPUT
    assert "has the schema `stagesim.events/1`" in capsys.readouterr().err


def test_the_schemas_are_others_by_now() -> None:
    assert {SCHEMA_VERSION, SCHEMA, MANIFEST_SCHEMA}.isdisjoint(
        {"stagesim.events/1", "stagesim.baseline/2", "stagesim.manifest/2"}
    )
