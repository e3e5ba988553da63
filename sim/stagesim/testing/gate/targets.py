"""From paths to targets: the files of folders, the cases of files, and what is picked of them."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.scenario.faults import Problem, one_of
from stagesim.scenario.reading.loader import ScenarioError, load
from stagesim.scenario.scenario import Scenario
from stagesim.testing.gate.pipeline import Target

SUFFIXES: Final = (".yaml", ".yml")

_PLACE: Final = re.compile(r"(.+\.ya?ml):([1-9][0-9]*)")


def targets(
    paths: Sequence[str], *, modes: Sequence[str] | None = None, case: str | None = None, sets: Sequence[str] = ()
) -> list[Target]:
    """One target for each case of each file; `file.yaml:12` picks what is stated in line 12.

    Raises ScenarioError with the problems of all files at once, and StudyError for what is not there.
    """
    found: list[Target] = []
    problems: list[Problem] = []
    for path, line in (place for given in paths for place in _places(given)):
        try:
            found += _cases(path, line, modes, case, sets)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    if case is not None and not found:
        raise StudyError(f"no scenario has a case `{case}`\n  hint: cases are named in the file, under `cases`")
    return found


def _places(given: str) -> Iterator[tuple[str, int | None]]:
    """The files that a path means, each with the line that is picked."""
    path = Path(given)
    match = _PLACE.fullmatch(given)
    if match is not None and not path.exists():
        yield match.group(1), int(match.group(2))
    elif path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES)
        if not inside:
            raise StudyError(f"`{given}` has no scenario files (`*.yaml`)\n  hint: name a file or a folder of them")
        yield from ((str(each), None) for each in inside)
    else:
        yield given, None


def _cases(
    path: str, line: int | None, modes: Sequence[str] | None, case: str | None, sets: Sequence[str]
) -> Iterator[Target]:
    scenario = load(path, sets)
    _check_line(scenario, path, line)
    if not scenario.cases and case is None:
        yield Target(path, scenario, _modes(scenario, modes), "", line, tuple(sets))
    for name, settings in scenario.cases.items():
        if case in (None, name):
            changed = load(path, [*sets, *(f"{key}={json.dumps(value)}" for key, value in settings.items())])
            yield Target(path, changed, _modes(changed, modes), name, line, tuple(sets))


def _modes(scenario: Scenario, modes: Sequence[str] | None) -> tuple[str, ...]:
    """The modes asked for, as far as the scenario is for them; a name that no mode has is an error."""
    if modes is None:
        return chosen_modes(scenario, None)
    asked = chosen_modes(scenario, modes)
    return tuple(mode for mode in asked if mode in scenario.modes)


def _check_line(scenario: Scenario, path: str, line: int | None) -> None:
    source = scenario.source
    if line is None or source is None:
        return
    lines = [each for each in (*source.expect_lines, *source.property_lines, *source.step_lines) if each]
    if line not in lines:
        raise StudyError(f"nothing is stated in line {line} of `{path}`\n  hint: {one_of(map(str, lines), line)}")
