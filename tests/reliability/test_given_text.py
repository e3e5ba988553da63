"""Text that somebody gives is shown as it is, or refused: nothing in a name moves a cursor or begins a line."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stagesim.api.calls import compare_variants
from stagesim.cli import invoke
from stagesim.experiments.study import StudyError
from stagesim.plain_text import REPLACED, one_line, trouble
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import parse_duration
from stagesim.testing.baselines.baseline import BaselineError
from stagesim.testing.baselines.baseline_file import load_baseline

HEAD = "title: t\nduration: 10 min\n"
HARMFUL = {
    "escape": ("\\e[31mred", "control character (`\\x1b`)"),
    "backspace": ("a\\bb", "control character (`\\x08`)"),
    "line": ("x\\n::warning title=mine::hello", "line break"),
    "return": ("x\\ry", "line break"),
    "separator": ("x\\u2028y", "line break"),
    "half": ("\\ud800 x", "half a character (`\\ud800`)"),
    "direction": ("a\\u202eb", "writing direction (`\\u202e`)"),
    "command": ("::error::x", "command of a CI platform"),
    "command of another": ("a ##vso[x]", "command of a CI platform"),
}


@pytest.mark.parametrize("harm", HARMFUL)
@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("title", 'title: "%s"\nduration: 10 min\n'),
        ("script.0.by", HEAD + 'script: [{at: 1 s, do: enter_room, by: "%s", role: participant}]\n'),
        ("rules.name", HEAD + 'rules: {name: "%s"}\n'),
        ("marks.0", HEAD + 'marks: ["%s"]\n'),
        ("cases", HEAD + 'cases: {"%s": {duration: 5 min}}\n'),
        ("shows.0", HEAD + 'shows: ["%s"]\n'),
    ],
)
def test_no_name_and_no_title_has_a_character_that_does_harm(place: str, text: str, harm: str) -> None:
    written, said = HARMFUL[harm]
    with pytest.raises(ScenarioError) as refused:
        loads(text % written)
    messages = [f"{each.path}: {each.message}" for each in refused.value.problems]
    assert any(message.startswith(f"{place}: ") and said in message for message in messages), messages


@pytest.mark.parametrize("harm", HARMFUL)
@pytest.mark.parametrize("text", [HEAD + '"%s": 1\n', HEAD + 'modes: ["%s"]\n', HEAD + 'audience: {count: "%s"}\n'])
def test_a_message_about_harmful_text_has_none_of_it(text: str, harm: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        loads(text % HARMFUL[harm][0])
    lines = str(refused.value).split("\n")
    assert all(trouble(line) is None for line in lines)
    assert len(lines) == 2 * len(refused.value.problems)


def test_a_description_and_a_note_may_have_several_lines_and_any_alphabet_is_welcome() -> None:
    text = 'title: "Größe · 会議 · שלום · 👩‍💻"\nduration: 10 min\ndescription: |\n  one\n  two\n'
    step = 'script: [{at: 1 s, do: enter_room, by: x, role: participant, note: "a\\nb"}]\n'
    scenario = loads(text + step)
    assert scenario.script[0].note == "a\nb"
    assert scenario.description == "one\ntwo\n"
    assert scenario.title == "Größe · 会議 · שלום · 👩‍💻"


def test_two_halves_of_a_character_as_json_writes_them_are_one() -> None:
    assert loads(json.dumps({"title": "😀", "duration": "10 min"})).title == "😀"


def test_a_scenario_made_in_python_is_looked_at_as_well() -> None:
    with pytest.raises(ValueError, match="line break"):
        Scenario(title="a\nb", duration="10 min")


@pytest.mark.parametrize(("given", "said"), [("x\x1b[31m", "control character"), ("", "is empty"), ("a\udcff", "half")])
def test_an_argument_that_cannot_be_shown_is_exit_2(given: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["validate", given]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown == one_line(shown.replace("\n", "|")).replace("|", "\n")


def test_the_name_of_a_file_in_a_folder_begins_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x\n::warning::y.yaml").write_text(f"{HEAD}audience: {{count: 1}}\n")
    (tmp_path / "x\n::error::y.yaml").write_text("title: t\nduration: 1 min\naudience: {count: one}\n")
    for command in ("validate", "list"):
        assert invoke([command, str(tmp_path)]) == 2
        said = "".join(capsys.readouterr())
        assert "warning" in said
        assert "error" in said
        assert not any(line.startswith("::") for line in said.splitlines())


def test_the_name_of_a_variant_is_on_one_line() -> None:
    scenario = loads(HEAD)
    with pytest.raises(StudyError, match="line break"):
        compare_variants({"a\nb": scenario, "c": scenario})


def test_a_message_of_python_has_no_line_of_the_users() -> None:
    with pytest.raises(ValueError, match="a duration") as refused:
        parse_duration("x\n::warning::y")
    assert len(str(refused.value).splitlines()) == 2


def test_a_stream_that_cannot_show_a_character_gets_a_plain_one() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors=REPLACED)
    stream.write("a – b ✓ ± ü \ud800")
    stream.flush()
    assert stream.buffer.getvalue() == b"a - b + ? ? ?"  # type: ignore[attr-defined]


@pytest.mark.parametrize("output", ["ascii", "latin-1"])
def test_results_are_printed_on_a_terminal_that_is_not_utf_8(tmp_path: Path, output: str) -> None:
    file = tmp_path / "b.yaml"
    file.write_text("title: é – 会\nduration: 2 min\naudience: {count: 4, wishes: {rate: 60 per hour}}\n")
    command = [sys.executable, "-m", "stagesim", "run", str(file), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command, capture_output=True, env=_environment(PYTHONIOENCODING=output), timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "one session, seed 1" in done.stdout.decode(output)
    assert b"Traceback" not in done.stderr


def test_a_closed_output_is_no_fault_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "b.yaml"
    file.write_text(HEAD)
    closed = f"{sys.executable} -m stagesim validate {file} >&-; echo $? >&2"
    done = subprocess.run(["bash", "-c", closed], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.splitlines()[-1] == "0"
    assert "Traceback" not in done.stderr


def test_a_baseline_with_harmful_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps({"schema": "stagesim.baseline/2", "scenario": {"title": "\x1b[31m"}}))
    with pytest.raises(BaselineError, match="control character"):
        load_baseline(file)


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}
