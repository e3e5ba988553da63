"""What a study changed of its scenario's file: read off the command that makes it again, and the file's own text."""

import ast
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from stagesim.experiments.results import Results
from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.scenario.scenario import Scenario


def changes(results: Results) -> list[str]:
    """The settings, as options of the command, and the modes where they are not the scenario's own."""
    said = [f"--set {each}" for each in _settings(results.command)]
    said += [f"--variant '{each}'" for each in _after(results.command, "--variant")]
    if results.replications == 1 and len(results.modes) == 1:
        other = results.modes[0] != results.scenario.room.mode
        return said + ([f"--mode {results.modes[0]}"] if other else [])
    if results.modes != results.scenario.modes:
        said.append(f"--modes {','.join(results.modes)}")
    return said


def source_text(path: str | None, scenario: Scenario) -> str:
    """The text of the scenario's file; nothing where it came from none, or another one stands there now."""
    if path is None:
        return ""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        return text if loads(text, path).title == scenario.title else ""
    except (OSError, UnicodeDecodeError, ScenarioError):
        return ""


def _settings(command: str) -> list[str]:
    """The settings in a command of the shell, or in a call in Python."""
    if not command.startswith("stagesim."):
        return _after(command, "--set")
    try:
        call = ast.parse(command, mode="eval")
    except SyntaxError:
        return []
    return [each for node in ast.walk(call) if isinstance(node, ast.keyword) for each in _listed(node)]


def _listed(keyword: ast.keyword) -> Iterator[str]:
    if keyword.arg == "sets" and isinstance(keyword.value, ast.List | ast.Tuple):
        yield from (str(each.value) for each in keyword.value.elts if isinstance(each, ast.Constant))


def _after(command: str, option: str) -> list[str]:
    """What follows every occurrence of an option."""
    if command.startswith("stagesim."):
        return []
    parts = shlex.split(command)
    return [value for name, value in pairwise(parts) if name == option]
