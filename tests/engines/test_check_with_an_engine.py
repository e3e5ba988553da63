"""`stagesim check --engine`: the engine of somebody else is judged like ours; a broken one is red, never exit 70."""

from pathlib import Path

import pytest

from foreign import IGNORANT, answering, behind_a_shell, program
from stagesim.cli import invoke

SCRIPT = """\
title: A request
duration: 2 min
modes: [join_by_request]
room: {mode: join_by_request, request_ttl: 30 s}
script:
  - {at: 0 s, do: enter_room, by: mia, role: host}
  - {at: 1 s, do: enter_room, by: pat, role: participant}
  - {at: 2 s, do: ask_to_join, by: pat, expect: accepted, standing: requested}
  - {at: 40 s, of: pat, standing: viewer}
"""

BROKEN = {
    "hangs": ("if asked.get('do') == 'ask_to_join': import time; time.sleep(60)", "gave no answer within"),
    "dies": ("if asked.get('do') == 'ask_to_join': sys.exit(3)", "ended with exit status 3"),
    "time runs backwards": (
        "if 'at' in asked:\n    for each in answer['due']: each['at'] = 1.5",
        "lets time run backwards: `request_closed` at 1.5 s after",
    ),
    "unknown event": (
        "if asked.get('do') == 'ask_to_join': answer['events'][0]['event'] = 'hand_raised'",
        "hand_raised",
    ),
    "an error for every command": ("if 'do' in asked: answer = {'error': 'what?'}", "finds fault with a line"),
    "no UTF-8": (
        "if asked.get('do') == 'ask_to_join': import os; os.write(1, b'\\xff\\xfe\\n'); continue",
        "not UTF-8",
    ),
    "gives two answers": ("if asked.get('do') == 'ask_to_join': print(json.dumps(answer))", "asked: `{"),
}


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("stagesim.engines.subprocess.PATIENCE_S", 1.0)
    Path("request.yaml").write_text(SCRIPT)
    return "request.yaml"


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=BROKEN)
def test_an_engine_that_breaks_its_contract_is_red_and_named(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, said: str
) -> None:
    engine = answering(tmp_path, change)
    assert invoke(["check", scenario, "--engine", engine, "--workers", "1"]) == 1
    out = capsys.readouterr().out
    assert "failed (exit 1)" in out
    assert f"the engine `{engine}`" in out
    assert said in out
    assert "asked: `{" in out
    assert f"--engine '{engine}'" in out, "the command that shows it again"


def test_one_that_hangs_behind_a_shell_is_red_as_well(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = behind_a_shell(program(tmp_path, "import time; time.sleep(60)"))
    assert invoke(["check", scenario, "--engine", engine, "--workers", "1"]) == 1
    assert "gave no answer within" in capsys.readouterr().out


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("before", ["pass", IGNORANT], ids=["ours", "ours without questions"])
def test_a_good_engine_is_green(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], before: str, workers: str
) -> None:
    assert invoke(["check", scenario, "--engine", answering(tmp_path, before=before), "--workers", workers]) == 0
    assert "passed (exit 0): 2 passed" in capsys.readouterr().out


def test_what_cannot_be_started_is_bad_input(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["check", scenario, "--engine", "no-such-program", "--workers", "1"]) == 2
    assert "the engine `no-such-program` cannot be started" in capsys.readouterr().err


def test_an_engine_is_not_held_to_a_variant_of_our_rules(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(scenario).write_text(SCRIPT + "rules: {name: seated, cells: {bring_to_stage.requested: on_stage}}\n")
    assert invoke(["check", scenario, "--engine", answering(tmp_path)]) == 2
    assert "`request.yaml` has a variant of the rules, `seated`" in capsys.readouterr().err
