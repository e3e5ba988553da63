"""`stagesim baseline` and what `stagesim check` makes of it, by exit code and what is printed."""

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from foreign import answering
from stagesim.cli import cli
from stagesim.testing.baselines import made
from stagesim.testing.baselines.baseline_file import load_baseline
from stagesim.testing.baselines.made import make
from worsened import at_the_end_of_the_queue

WORSE = "rules: {name: lost, cells: {bring_to_stage.requested: viewer}}\n"


def stagesim(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments], standalone_mode=False)


@pytest.fixture
def here(seminar_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(seminar_file.parent)
    return Path("seminar.yaml")


def test_save_change_see_accept(here: Path) -> None:
    assert stagesim("check", "seminar.yaml", "--workers", "1").return_value == 5
    saved = stagesim("baseline", "save", "seminar.yaml", "--replications", "4", "--workers", "1")
    assert saved.return_value == 0, saved.output
    assert "hint: with `baseline: required` in the scenario" in saved.stderr
    assert stagesim("check", "seminar.yaml", "--workers", "1").return_value == 0
    here.write_text(here.read_text() + WORSE)
    red = stagesim("check", "seminar.yaml", "--workers", "1")
    assert red.return_value == 1
    assert "(cell `bring_to_stage.requested`)" in red.stdout
    accept = ("baseline", "accept", "seminar.yaml", "--workers", "1", "--reason", "on purpose", "--only")
    assert stagesim(*accept, "no_such_metric").return_value == 4
    assert load_baseline("baselines/seminar.json").accepted == ()
    accepted = stagesim(*accept, "*")
    assert accepted.return_value == 0, accepted.output
    assert "join_by_request wishes_heard_share" in accepted.stdout
    assert stagesim("check", "seminar.yaml", "--workers", "1").return_value == 0
    shown = stagesim("baseline", "show", "seminar.yaml", "--metric", "queue_mean")
    assert "accepted 1: *: on purpose" in shown.stdout


def test_what_is_there_is_kept(here: Path) -> None:
    save = ("baseline", "save", str(here), "--replications", "2", "--workers", "1")
    assert stagesim(*save).return_value == 0
    again = stagesim(*save)
    assert "is there already" in str(again.exception)
    assert stagesim(*save, "--replace", "--seed", "7").return_value == 0
    assert load_baseline("baselines/seminar.json").seed == 7
    before = here.read_text()
    other = stagesim(*save, "--replace", "--file", str(here))
    assert "it is there already, and is no baseline" in str(other.exception)
    assert here.read_text() == before


def test_a_baseline_that_another_run_kept_meanwhile_is_kept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*given: Any, **more: Any) -> Any:
        Path("baselines").mkdir()
        Path("baselines/seminar.json").write_text("theirs")
        return make(*given, **more)

    monkeypatch.setattr(made, "make", slowly)
    save = ("baseline", "save", str(here), "--replications", "2", "--workers", "1")
    assert "is there already" in str(stagesim(*save).exception)
    assert Path("baselines/seminar.json").read_text() == "theirs"


def test_another_scenario_and_another_seed_are_exit_4(here: Path) -> None:
    assert stagesim("baseline", "save", str(here), "--replications", "2", "--workers", "1").return_value == 0
    for arguments in (["--set", "audience.count=11"], ["--seed", "2"], ["--baseline", "none.json"]):
        answer = stagesim("check", str(here), "--workers", "1", *arguments)
        assert answer.return_value == 4, answer.output
    assert stagesim("baseline", "show", "none.json").return_value == 4
    assert stagesim("baseline", "accept", "other.yaml", "--only", "*", "--reason", "x").return_value == 4


def test_each_case_has_its_own(here: Path) -> None:
    here.write_text(here.read_text() + "cases: {few: {audience.count: 5}, many: {audience.count: 15}}\n")
    save = ("baseline", "save", str(here), "--replications", "2", "--workers", "1")
    assert "--case" in str(stagesim(*save).exception)
    assert stagesim(*save, "--case", "few").return_value == 0
    assert stagesim(*save, "--case", "many").return_value == 0
    assert sorted(path.name for path in Path("baselines").iterdir()) == ["seminar.few.json", "seminar.many.json"]
    good = stagesim("check", str(here), "--workers", "1")
    assert good.return_value == 0, good.output
    assert good.stdout.count("not worse than baselines/seminar.few.json") == 3


def test_an_engine_of_another_process_has_a_baseline_too(here: Path, tmp_path: Path) -> None:
    engine = f"env PYTHONPATH={at_the_end_of_the_queue(tmp_path / 'worse')} {sys.executable} -m stageaccess"
    save = ("baseline", "save", str(here), "--replications", "2", "--engine", engine)
    assert stagesim(*save, "--file", "theirs.json").return_value == 0
    assert stagesim("check", str(here), "--baseline", "theirs.json", "--workers", "1").return_value == 1
    assert stagesim("diff", "theirs.json", str(here), "--engine-b", engine).return_value == 0
    assert stagesim("diff", "theirs.json", str(here), "--engine", engine).return_value == 0


def test_a_baseline_of_another_engine_is_exit_4(here: Path, tmp_path: Path) -> None:
    """It names the engine that made it; another version of the same one is what a baseline is there for."""
    theirs = answering(tmp_path, "if asked.get('ask') == 'engine': answer['engine'] = 'theirs'")
    save = ("baseline", "save", str(here), "--replications", "2", "--engine", theirs)
    assert stagesim(*save).return_value == 0
    assert "made by theirs 0." in stagesim("baseline", "show", str(here)).stdout
    assert stagesim("check", str(here), "--engine", theirs).return_value == 0
    ours = stagesim("check", str(here), "--workers", "1")
    assert ours.return_value == 4, ours.output
    assert "was made by the engine `theirs`, and this is `stageaccess`" in ours.stdout
    accept = stagesim("baseline", "accept", str(here), "--only", "*", "--reason", "x", "--workers", "1")
    assert accept.return_value == 4, accept.output
    here.write_text(here.read_text() + "expect: ['mean queue <= baseline']\n")
    line = len(here.read_text().splitlines())
    stated = stagesim("check", f"{here}:{line}", "--budget", "20", "--workers", "1")
    assert stated.return_value == 4, stated.output
    assert "was made by the engine `theirs`" in stated.stdout
