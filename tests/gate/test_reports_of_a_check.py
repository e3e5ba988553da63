"""What a check leaves behind, however it ends: no report that looks like a success, and none of another day."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from stagesim.cli import invoke, main

BASE = "title: t\nduration: 5 min\nmodes: [invite_only]\naudience: {count: 4}\nmoderators: {count: 1}\n"
FORMATS = ("--format", "junit=o/j.xml", "--format", "json=o/j.json", "--format", "markdown=o/m.md")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with reports of another day, all of them green."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text(BASE + "expect: [people <= 4]\nproperties: [always present <= 5]\n")
    assert invoke(["check", "t.yaml", *FORMATS]) == 0
    assert (Path("o/j.xml").stat().st_size, json.loads(Path("o/j.json").read_text())["exit_code"]) > (0, -1)
    return tmp_path


def left_behind() -> tuple[str, int]:
    """What the reports say: whether the check came to its end, and its exit code."""
    root = Xml.parse("o/j.xml").getroot()
    errors = [case for case in root.iter("testcase") if case.find("error") is not None]
    assert len(errors) == 1
    assert sum(int(suite.get("errors", "0")) for suite in root) == 1
    data = json.loads(Path("o/j.json").read_text())
    assert data["error"]
    assert "passed (exit 0)" not in Path("o/m.md").read_text()
    assert not list(Path("o").glob("*.part"))
    return data["error"], data["exit_code"]


def test_bad_input_is_in_the_reports(here: Path) -> None:
    (here / "bad.yaml").write_text(BASE + "expect: [peeple <= 4]\n")
    assert invoke(["check", "t.yaml", "bad.yaml", *FORMATS]) == 2
    said, code = left_behind()
    assert code == 2
    assert "bad.yaml:6:" in said
    assert invoke(["check", "missing.yaml", *FORMATS]) == 2
    assert "no such file" in left_behind()[0]


def test_a_fault_of_ours_is_in_the_reports(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stagesim.testing.gate import pipeline

    def failing(*arguments: object) -> object:
        yield from (each for each in original(*arguments) if each.kind == "expectation")
        raise KeyError

    original = pipeline.judge
    monkeypatch.setattr(pipeline, "judge", failing)
    monkeypatch.setattr("sys.argv", ["stagesim", "check", "t.yaml", *FORMATS])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    assert left_behind() == ("internal error: KeyError", 70)
    assert len(json.loads(Path("o/j.json").read_text())["judgements"]) == 1, "what was judged before is kept"


def test_an_interruption_keeps_what_was_judged(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stagesim.testing.gate import pipeline

    def stopped(*arguments: object) -> object:
        yield from (each for each in original(*arguments) if each.kind == "expectation")
        raise KeyboardInterrupt

    original = pipeline.judge
    monkeypatch.setattr(pipeline, "judge", stopped)
    assert invoke(["check", "t.yaml", *FORMATS]) == 130
    assert left_behind() == ("stopped by the user after 1 passed", 130)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 130)])
def test_whoever_ends_it_leaves_no_success(here: Path, number: signal.Signals, code: int) -> None:
    (here / "long.yaml").write_text(
        "title: long\nduration: 5 h\naudience: {count: 300, wishes: {rate: 20 per hour}}\n"
        "moderators: {count: 3}\nexpect: [mean queue <= 1.5]\n"
    )
    command = [sys.executable, "-m", "stagesim", "check", "long.yaml", "--workers", "2", *FORMATS]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    end = time.monotonic() + 60
    while "passed (exit 0)" in Path("o/m.md").read_text():  # the last one that is written
        assert time.monotonic() < end
        time.sleep(0.02)
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == code
    assert left_behind()[1] == 130


def test_a_report_that_cannot_be_written_is_said_before_anything_is_simulated(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("stagesim.testing.gate.pipeline.replicate", {}.__getitem__)
    assert invoke(["check", "t.yaml", "--format", "junit=t.yaml/j.xml"]) == 2
    assert "cannot write `t.yaml/j.xml`" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["t.yaml", "baselines/t.json", "unread.yaml"])
def test_a_report_replaces_no_file_that_one_needs(file: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report of an earlier check is replaced, whatever came of it; a scenario and a baseline are not."""
    Path("unread.yaml").write_text("titel: t\n")
    Path("baselines").mkdir(exist_ok=True)
    Path("baselines/t.json").write_text('{"schema": "stagesim.baseline/4"}')
    before = Path(file).read_bytes()
    for command in (["check", "t.yaml"], ["check", "unread.yaml"], ["conform", "--", "python", "-m", "stageaccess"]):
        assert invoke([command[0], "--format", f"json={file}", *command[1:]]) == 2
        assert f"`{file}`: it is there already, and is no report of a check" in capsys.readouterr().err
    assert Path(file).read_bytes() == before
    assert invoke(["check", "t.yaml", "--format", "json=o.json", "--format", "junit=o.json"]) == 2
    assert "two formats for `o.json`" in capsys.readouterr().err


def test_github_is_told_of_bad_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.yaml").write_text(BASE + "expect: [peeple <= 4]\n")
    assert invoke(["check", "bad.yaml", "--format", "github"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("::error title=not finished (exit 2)::bad.yaml:6:10: expect.0: unknown metric `peeple`%0A")
    assert err.startswith("error: bad.yaml:6:10: ")


def test_a_file_whose_name_is_a_command_gives_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("::error::a.yaml", "##[error]b.yaml"):
        (here / name).write_text(BASE.replace("title", "titel") + "expect: [peeple <= 4]\n")
    for command in ("check", "validate", "list"):
        assert invoke([command, "."]) == 2
        out, err = capsys.readouterr()
        assert not [line for line in (out + err).splitlines() if line.lstrip().startswith("::")]
        assert "##[" not in out + err


def test_judgements_come_in_the_order_of_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second one is settled by the first session, the first one only at the last look."""
    (here / "order.yaml").write_text(
        BASE.replace("invite_only", "invite_only, join_by_request")
        + "expect:\n  - people <= 4\n  - people <= 5\n"
        + "properties:\n  - never session_started\n  - sometimes on_stage = 3\n"
    )
    assert invoke(["check", "order.yaml", "--budget", "40"]) == 1
    lines = [each for each in capsys.readouterr().out.splitlines() if each.startswith(("pass", "fail  "))]
    assert [(each.split()[1], each.split()[2]) for each in lines] == [
        (mode, f"order.yaml:{line}:") for line in (7, 8, 10, 11) for mode in ("invite_only", "join_by_request")
    ]


def test_what_is_stated_of_other_modes_is_not_called_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["check", "t.yaml", "--modes", "everyone_on_stage"]) == 5
    assert "t.yaml: is not for these modes; it is for invite_only" in capsys.readouterr().out
    (here / "t.yaml").write_text(
        BASE.replace("modes: [invite_only]\n", "") + "expect: [{that: people <= 4, mode: invite_only}]\n"
    )
    assert invoke(["check", "t.yaml", "--modes", "everyone_on_stage"]) == 5
    assert "t.yaml: states nothing in everyone_on_stage; it does in invite_only" in capsys.readouterr().out


def test_an_undecided_expectation_names_the_margin(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "near.yaml").write_text(
        "title: n\nduration: 5 min\nmodes: [join_by_request]\naudience: {count: 9, wishes: {rate: 20 per hour}}\n"
        "moderators: {count: 1}\n"
        "expect: [{that: wishes <= 15, samples: 2}, share of wishes on stage within 5 s <= 90 %]\n"
    )
    assert invoke(["check", "near.yaml", "--budget", "3"]) == 3
    said = capsys.readouterr().out
    assert said.count("hint: `margin` says how near to the limit is as good as at it") >= 1


def test_a_baseline_that_is_gone_is_exit_4(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was as if there had never been one."""
    assert invoke(["baseline", "save", "t.yaml", "--replications", "2"]) == 0
    assert invoke(["check", ".", "--baseline", "required"]) == 0
    Path("baselines/t.json").unlink()
    assert invoke(["check", "."]) == 0
    assert invoke(["check", ".", "--baseline", "required"]) == 4
    (here / "t.yaml").write_text((here / "t.yaml").read_text() + "baseline: required\n")
    capsys.readouterr()
    assert invoke(["check", "."]) == 4
    assert "there is no baseline `baselines/t.json`" in capsys.readouterr().out
    assert invoke(["check", ".", "--baseline", "none"]) == 0


def test_a_baseline_of_nobody_is_exit_4(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["baseline", "save", "t.yaml", "--replications", "2"]) == 0
    (here / "baselines/theirs.json").write_text('{"schema": "of another tool"}')
    assert invoke(["check", "."]) == 0
    (here / "t.yaml").rename("talk.yaml")
    for path in (".", "talk.yaml"):
        assert invoke(["check", path]) == (4 if path == "." else 0)
    assert "the baseline `baselines/t.json` belongs to no scenario and no case" in capsys.readouterr().out
    assert invoke(["check", ".", "--baseline", "none"]) == 0
    (here / "talk.yaml").rename("t.yaml")
    (here / "t.yaml").write_text((here / "t.yaml").read_text() + "cases: {few: {audience.count: 3}}\n")
    for path in (".", "t.yaml"):
        assert invoke(["check", path]) == 4
    Path("baselines/t.json").rename("baselines/t.many.json")
    assert invoke(["check", "t.yaml"]) == 4
    Path("baselines/t.many.json").unlink()
    assert invoke(["check", "t.yaml"]) == 0


def test_an_edited_baseline_is_exit_4(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["baseline", "save", "t.yaml", "--replications", "2"]) == 0
    file = Path("baselines/t.json")
    file.write_text(file.read_text().replace('"people": [4', '"people": [5'))
    assert invoke(["check", "t.yaml"]) == 4
    assert "the baseline `baselines/t.json` was edited, or merged" in capsys.readouterr().out
