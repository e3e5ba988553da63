"""`stagesim check --engine`: the engine of somebody else is judged like ours; a broken one is red, never exit 70."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from foreign import IGNORANT, answering, behind_a_shell, program
from stageaccess import Command, Decision
from stagesim.cli import invoke
from wrapping import Wrapping

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


class CarriesOutTwice(Wrapping):
    """Our own engine, changed: a command that comes again is carried out again."""

    def submit(self, command: Command) -> Decision:
        return self.engine.submit(command._replace(id=None))


def test_our_own_engine_is_red_at_its_step_when_somebody_has_broken_it(
    scenario: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its answers are not looked at one by one, and the log that comes of them can be read by nobody."""
    asks = "do: ask_to_join, by: pat, id: p1"
    twice = f"  - {{at: 50 s, {asks}}}\n  - {{at: 51 s, {asks}, standing: viewer}}\n"
    Path(scenario).write_text(SCRIPT.replace("request_ttl: 30 s", "request_ttl: 500 ms") + twice)
    for place in ("simulate", "engines.checked"):
        monkeypatch.setattr(f"stagesim.{place}.StageAccess", CarriesOutTwice)
    assert invoke(["check", scenario, "--workers", "1"]) == 1
    out = capsys.readouterr().out
    assert "the engine `stageaccess` " in out
    assert "step: 51 s: pat ask_to_join" in out


LONGER = """\
title: A request, and what comes of it
duration: 2 min
doors_open: 1 min
modes: [join_by_request, invite_only]
room: {mode: join_by_request}
script:
  - {at: -10 s, do: enter_room, by: mia, role: host, presence: present}
  - {at: -5 s, do: enter_room, by: pat, role: participant, presence: present}
  - {at: 2 s, do: invite, by: mia, to: pat, expect: invited}
  - {at: 4.5 s, do: join_stage, by: pat}
  - {at: 5 s, do: go_live, by: pat, expect: on_stage}
  - {at: 40 s, of: pat, standing: on_stage}
properties:
  - sometimes on_stage = 1
"""

DIES_AT_THE_SET_UP = "if asked.get('do') == 'join_stage': sys.exit(3)"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_comes_before_a_breach_stands_and_what_comes_after_is_counted(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: str
) -> None:
    Path(scenario).write_text(LONGER)
    engine = answering(tmp_path, DIES_AT_THE_SET_UP)
    assert invoke(["check", scenario, "--engine", engine, "--workers", workers]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(("pass ", "fail ", "not reached "))] == [
        *("pass", "pass", "pass"),  # each line in both modes
        *("pass", "pass", "pass"),
        *("fail", "fail"),
    ], "in each mode three steps were met, and one thing is wrong"
    assert lines[-1].endswith("; 6 passed, 2 failed, 4 not reached")
    said = f"  in join_by_request, invite_only: the engine `{engine}` ended with exit status 3 instead of answering"
    assert lines.count(said) == 1, "what is said of both modes is said once"
    assert lines.count("  step: 4.5 s: pat join_stage; the room's time is then 64.5 s") == 1
    assert lines.count("  not reached after this: 2 more of this scenario in this mode") == 1


def test_an_engine_that_breaks_its_contract_is_red_also_where_one_line_was_met_before(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(scenario).write_text(LONGER)
    engine = answering(tmp_path, DIES_AT_THE_SET_UP)
    assert invoke(["check", f"{scenario}:9", "--engine", engine, "--workers", "1"]) == 1
    assert "2 failed" in capsys.readouterr().out.splitlines()[-1]


def test_what_was_not_reached_is_no_success_in_any_report(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(scenario).write_text(LONGER)
    engine = answering(tmp_path, DIES_AT_THE_SET_UP)
    formats = ["--format", "json=out.json", "--format", "junit=out.xml", "--format", "markdown=out.md"]
    assert invoke(["check", scenario, "--engine", engine, "--modes", "invite_only", *formats]) == 1
    found = [each["verdict"] for each in json.loads(Path("out.json").read_text())["judgements"]]
    assert sorted(found) == ["fail", *["not reached"] * 2, *["pass"] * 3]
    suite = Xml.parse("out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("6", "3")
    assert Path("out.md").read_text().count("- **") == 1


def test_a_program_that_ends_before_its_first_answer_is_bad_input(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("another.yaml").write_text(SCRIPT)
    starts = tmp_path / "starts"
    engine = program(tmp_path, f"open({str(starts)!r}, 'a').write('x'); raise SystemExit('no database')")
    assert invoke(["check", scenario, "another.yaml", "--engine", engine, "--workers", "1"]) == 2
    said = capsys.readouterr().err
    assert said.count(f"error: the engine `{engine}` ended with exit status 1 before its first answer") == 1
    assert said.count("standard error: no database") == 1
    assert "hint: name a program that speaks the line protocol" in said
    assert starts.read_text() == "x"


def test_an_engine_that_never_answers_is_said_once(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever it is asked afterwards: nobody waits for it in a hundred scenarios."""
    Path(scenario).write_text(LONGER)
    Path("another.yaml").write_text(SCRIPT)
    starts = tmp_path / "starts"
    floods = r"import os; input(); os.write(1, b'so\nmuch\n'); input()"  # both lines at once
    engine = program(tmp_path, f"open({str(starts)!r}, 'a').write('x'); {floods}")
    assert invoke(["check", scenario, "another.yaml", "--engine", engine, "--workers", "1"]) == 1
    out = capsys.readouterr().out
    assert out.count("answered one line with more than one") == 1
    assert out.splitlines()[-1].endswith("; 1 failed, 13 not reached")
    assert starts.read_text() == "x"


def test_what_an_engine_does_not_answer_is_said_at_the_end(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = [
        "the engine does not answer `due`: it is not asked when something is due, but driven by whole seconds",
        "the engine does not answer `engine`: it is called by its command",
    ]
    formats = ["--format", "text", "--format", "json=out.json", "--format", "markdown=out.md"]
    asked = ["check", scenario, "--workers", "1", *formats, "--engine"]
    assert invoke([*asked, answering(tmp_path, before=IGNORANT)]) == 0
    assert capsys.readouterr().out.splitlines()[-3:-1] == notes
    assert json.loads(Path("out.json").read_text())["notes"] == notes
    assert all(f"- {note}" in Path("out.md").read_text() for note in notes)
    assert invoke([*asked, answering(tmp_path)]) == 0
    assert "does not answer" not in capsys.readouterr().out


def test_after_an_interruption_an_engine_is_asked_nothing_more(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be what hangs, and whoever stops the check does not wait for it."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stagesim.testing.gate.pipeline.judge", stopped)
    starts = tmp_path / "starts"
    engine = program(tmp_path, f"open({str(starts)!r}, 'a').write('x')")
    assert invoke(["check", scenario, "--engine", engine, "--workers", "1"]) == 130
    assert not starts.exists()


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
