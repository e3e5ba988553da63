"""`stagesim check` from the command line: exit codes, files of the formats, and commands that can be given again."""

import json
import shlex
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from stagesim.cli import invoke, main

BASE = "title: t\nduration: 5 min\nmodes: [invite_only]\naudience: {count: 4}\nmoderators: {count: 1}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "t.yaml"
    path.write_text(BASE + "expect: [people <= 4, people <= 3]\nproperties: [always present <= 5]\n")
    return path


def test_formats_go_to_their_files_and_the_verdict_comes_last(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["check", "t.yaml", "--budget", "20", "--format", "junit=o/j.xml", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 1
    assert err.splitlines()[-1].startswith("failed (exit 1): t.yaml:")
    assert Xml.parse("o/j.xml").getroot()[0].get("failures") == "1"


def test_a_failure_is_shown_again_by_the_command_that_it_prints(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(BASE + "properties: [always present <= 4]\nexpect: [people <= 4, people >= 5]\n")
    assert invoke(["check", "t.yaml", "--set", "audience.count=5", "--workers", "1"]) == 1
    said = [each.strip() for each in capsys.readouterr().out.splitlines()]
    for command in [each.removeprefix("again: ") for each in said if each.startswith("again: ")]:
        assert invoke(shlex.split(command)[1:]) == 1
        assert capsys.readouterr().out.splitlines()[-1].startswith("failed (exit 1): t.yaml:")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["t.yaml:6", "--budget", "2", "--format", "yaml"], 2, "unknown format `yaml`"),
        (["missing.yaml"], 2, "no such file"),
        (["t.yaml:99"], 2, "nothing is stated in line 99"),
        (["t.yaml", "--case", "x"], 2, "no scenario has a case `x`"),
        (["t.yaml", "--modes", "everyone_on_stage"], 5, "nothing"),
        (["empty.yaml"], 5, "states no expectations"),
        (["empty.yaml", "--allow-empty"], 0, "1 without expectations"),
        (["t.yaml:7", "--modes", "invite_only", "--replication", "3"], 0, "1 passed"),
    ],
)
def test_each_way_to_end_has_its_code(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    (file.parent / "empty.yaml").write_text("title: e\nduration: 1 min\n")
    assert invoke(["check", *arguments]) == code
    out, err = capsys.readouterr()
    assert said in out + err


def test_a_fault_of_ours_is_exit_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("stagesim.cli.invoke", {}.__getitem__)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    assert "internal error (exit 70)" in capsys.readouterr().err
