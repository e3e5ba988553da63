"""The tutorials on the command line, command by command, with what they say is printed."""

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from stagesim.cli import invoke

ROOT = Path(__file__).parents[2]
MANY = ("compare", "why", "tip")
"""Commands that simulate forty sessions each; here it is two."""

FEWER = {"40 replications": "12 replications", "$ stagesim baseline save": "$ stagesim baseline save --replications 12"}
"""What the tutorial of the gate keeps forty of; `check` takes as many as were kept."""


def page(name: str) -> str:
    return (ROOT / "docs/tutorials" / name).read_text(encoding="utf-8")


def commands_with_output(text: str) -> list[tuple[str, list[str]]]:
    """Every command of a page, with the lines that the page shows below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def printed(command: str, folder: Path) -> tuple[str, str]:
    """What a command writes to standard output and to standard error; those of ours are called in this process, unless
    they are to run with other code.
    """
    if command.startswith("stagesim "):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            invoke(shlex.split(command)[1:])
        return out.getvalue(), err.getvalue()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout, done.stderr


def check_what_is_printed(steps: list[tuple[str, list[str]]], folder: Path) -> None:
    for command, shown in steps:
        output, errors = printed(command, folder)
        lines = iter(output.splitlines())
        for line in shown:
            pattern = ".*".join(map(re.escape, line.split("...")))
            message = f"{command}\n{line}\n---\n{output}\n{errors}"
            assert any(re.fullmatch(pattern, each) for each in lines), message


def test_a_changed_rule_goes_from_red_to_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").symlink_to(ROOT / "policies")
    (tmp_path / "trial").mkdir()
    (scenario,) = re.findall(r"^```yaml\n(.*?)^```", page("ci.md"), re.MULTILINE | re.DOTALL)
    (tmp_path / "trial/talk.yaml").write_text(scenario, encoding="utf-8")
    text = page("ci.md")
    for long, short in FEWER.items():
        assert long in text
        text = text.replace(long, short)
    steps = commands_with_output(text)
    assert sum("stagesim" in command for command, _ in steps) >= 10
    check_what_is_printed(steps, tmp_path)
    assert "<figure>" in (tmp_path / "trial/diff/diff.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("blank_charts")
def test_the_modes_are_compared_for_an_event_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    steps = [
        (f"{command} --replications 2" if command.split()[1] in MANY else command, shown)
        for command, shown in commands_with_output(page("compare.md"))
    ]
    assert {command.split()[1] for command, _ in steps} == {"new", "validate", "story", "replay", *MANY}
    check_what_is_printed(steps, tmp_path)
    for path in re.findall(r"Open `(reports/.+?)`", page("compare.md")):
        assert (tmp_path / path).is_file(), path
