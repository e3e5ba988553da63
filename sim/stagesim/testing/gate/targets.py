"""From paths to targets: the files of folders, the cases of files, and what is picked of them."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.scenario.faults import Problem, one_of
from stagesim.scenario.reading.loader import ScenarioError, cases_of, load
from stagesim.scenario.reading.recognised import nothing_in, scenario_files
from stagesim.scenario.scenario import Scenario
from stagesim.testing.gate.pipeline import Target

_PLACE: Final = re.compile(r"(.+\.ya?ml):([1-9][0-9]*)")


class Places(NamedTuple):
    """The scenario files that paths mean, each with the line that is picked; how many other YAML files lie there."""

    files: tuple[tuple[str, int | None], ...]
    passed_over: int


def places(paths: Sequence[str]) -> Places:
    """The files that are named, and the scenarios in and below the folders. Raises StudyError where there is none."""
    files: list[tuple[str, int | None]] = []
    passed_over = 0
    for given in paths:
        path = Path(given)
        match = _PLACE.fullmatch(given)
        if match is not None and not path.exists():
            files.append((match.group(1), int(match.group(2))))
        elif path.is_dir():
            inside = scenario_files(path)
            if not inside.files:
                raise StudyError(nothing_in(path, inside.passed_over))
            passed_over += inside.passed_over
            files += [(str(each), None) for each in inside.files]
        else:
            files.append((given, None))
    return Places(tuple(dict.fromkeys(files)), passed_over)


def targets(
    paths: Sequence[str], *, modes: Sequence[str] | None = None, case: str | None = None, sets: Sequence[str] = ()
) -> list[Target]:
    """One target for each case of each file that `places` finds; `file.yaml:12` picks what is stated in line 12.

    Raises ScenarioError with the problems of all files at once, and StudyError for what is not there.
    """
    found: list[Target] = []
    problems: list[Problem] = []
    for path, line in places(paths).files:
        try:
            found += _cases(path, line, modes, case, sets)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    if case is not None and not found:
        raise StudyError(f"no scenario has a case `{case}`\n  hint: cases are named in the file, under `cases`")
    return found


def _cases(
    path: str, line: int | None, modes: Sequence[str] | None, case: str | None, sets: Sequence[str]
) -> Iterator[Target]:
    scenario = load(path, sets)
    _check_line(scenario, path, line)
    if not scenario.cases and case is None:
        yield Target(path, scenario, _modes(scenario, modes), "", line, tuple(sets))
    for name, changed in cases_of(scenario, path, sets):
        if case in (None, name):
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
