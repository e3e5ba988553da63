"""Scenario files -> valid `Scenario` objects, or one error that names everything that is wrong.

scenario = load("scenarios/town_hall.yaml", sets=["audience.count=50"])
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from stagesim.given_files import NotAFile, file_bytes
from stagesim.plain_text import one_line
from stagesim.scenario.faults import KeyPath, Problem, ScenarioError, one_of, shown
from stagesim.scenario.reading.bundled import bundled
from stagesim.scenario.reading.explain import explain
from stagesim.scenario.reading.groups import expand, raw_path
from stagesim.scenario.reading.overrides import apply, plain, settings_of
from stagesim.scenario.reading.yaml_text import Document, read
from stagesim.scenario.scenario import Changes, Scenario, Source

__all__ = ["Problem", "ScenarioError", "cases_of", "from_data", "load", "loads"]

LARGEST: Final = 10_000_000
"""Bytes of a scenario at most: one with ten thousand steps has less than a tenth of it."""

SUFFIXES: Final = (".yaml", ".yml", ".json")

EXAMPLE: Final = "begin with `title: …` and `duration: 10 min`"


def load(path: str | PathLike[str], sets: Changes = ()) -> Scenario:
    """The scenario of a YAML file in UTF-8, after the settings, each `path=value`, have been put into it.

    Raises ScenarioError with all problems of the file and the settings.
    """
    return of_document(document_of(path), sets)


def document_of(path: str | PathLike[str]) -> Document:
    """The keys and values of a YAML file in UTF-8, or of a bundled scenario that is named where there is no such file,
    and none of one's own that may be meant.

    Raises ScenarioError where there are none.
    """
    name = fspath(path)
    if not name.strip():
        raise _unreadable("scenario", "the name of the file is empty", "give the path of a file, a mapping, or a text")
    try:
        raw = file_bytes(path, LARGEST)
    except FileNotFoundError:
        meant, near = bundled(name), _namesake(Path(path))
        if meant is not None and (near is None or near.read_bytes() == meant.read_bytes()):
            return document_of(meant)
        raise _unreadable(name, "no such file", _neighbours(Path(path))) from None
    except IsADirectoryError:
        raise _unreadable(name, "expected a file, got a folder", "name one file in it") from None
    except NotAFile as error:
        raise _unreadable(name, str(error.strerror), error.hint) from None
    except ValueError:
        raise _unreadable(one_line(name), "a path cannot have this character", "check the name of the file") from None
    except OSError as error:
        raise _unreadable(name, f"cannot be read: {error.strerror}".lower(), "check the file's permissions") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace").splitlines() or [""]
        hint = "save the file as UTF-8"
        problem = Problem(name, len(before), len(before[-1]) + 1, "", "a byte that is not UTF-8", hint)
        raise ScenarioError([problem]) from None
    try:
        return _document(text, name)
    except ScenarioError:
        if Path(name).suffix in SUFFIXES:
            raise
        hint = "scenarios are YAML files, `*.yaml`; `stagesim list` shows those that there are"
        raise _unreadable(name, "no scenario", hint) from None


def cases_of(scenario: Scenario, path: str | PathLike[str], sets: Iterable[str] = ()) -> Iterator[tuple[str, Scenario]]:
    """Each case of a scenario, by name, with its settings; ScenarioError for one whose settings are wrong."""
    for name, settings_of_case in scenario.cases.items():
        changes = [f"{key}={json.dumps(value)}" for key, value in settings_of_case.items()]
        try:
            changed = load(path, [*sets, *changes])
        except ScenarioError as error:
            place = f"{fspath(path)}: cases.{name}"
            problems = [each._replace(place=place) if each.line is None else each for each in error.problems]
            raise ScenarioError(problems) from None
        yield name, changed


def check_assumptions(scenario: Scenario, path: str | PathLike[str]) -> None:
    """Put both limits of each assumption into the file; ScenarioError for an unknown key, or a value out of place."""
    for number, assumed in enumerate(scenario.assumptions):
        found = assumed.range
        for limit in (found.low, found.high):
            try:
                load(path, [f"{found.path}={limit:.12g} {found.unit}".rstrip()])
            except ScenarioError as error:
                place = f"{fspath(path)}: assumptions.{number}"
                raise ScenarioError([each._replace(place=place) for each in error.problems]) from None


def loads(text: str, name: str = "scenario", sets: Changes = ()) -> Scenario:
    """The scenario of a text; `name` stands for the file in messages. Otherwise like `load`."""
    return of_document(_document(text, name), sets)


def from_data(data: Mapping[str, object], sets: Changes = (), name: str = "scenario") -> Scenario:
    """The scenario of a mapping that says what a file would say. Otherwise like `load`."""
    return of_document(Document(name, plain(data)), sets)


def _document(text: str, name: str) -> Document:
    """A text in which there are keys and values."""
    document = read(text, name)
    if not isinstance(document.data, dict):
        message = "the file is empty" if document.data is None else f"expected a mapping, got {shown(document.data)}"
        raise ScenarioError([Problem(name, None, None, "", message, EXAMPLE)])
    return document


def of_document(document: Document, changes: Changes = ()) -> Scenario:
    """The scenario that keys and values say, after the settings. Otherwise like `load`."""
    name, sets = document.name, settings_of(changes)
    for setting in sets:
        apply(document, setting)
    expanded = expand(document)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(expanded)
    except ValidationError as error:
        explain(error, document, expanded)
    if scenario is None or document.problems:
        raise ScenarioError(sorted(document.problems, key=_order))
    script, expect, properties = (_lines(document, key) for key in ("script", "expect", "properties"))
    places = dict(_places(document, expanded))
    return scenario.read_from(Source(name, script, expect, properties, sets, places, document.text))


def _order(problem: Problem) -> tuple[bool, int, int]:
    return problem.line is None, problem.line or 0, problem.column or 0


PLACED: Final = ("room", "audience", "moderators", "timetable")
"""The keys of which it is remembered where they stand, and everything in them."""


def _places(document: Document, expanded: dict[str, Any]) -> Iterator[tuple[KeyPath, tuple[str, int | None]]]:
    for key in PLACED:
        yield from _places_below(document, (key,), expanded[key]) if key in expanded else ()


def _places_below(document: Document, path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, tuple[str, int | None]]]:
    raw = raw_path(document.data, path)
    at = document.keys.get(raw) or document.at(raw)
    yield path, (at.place, at.line)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield from _places_below(document, (*path, key), below)


def _lines(document: Document, key: str) -> tuple[int, ...]:
    """The line of each item of a list; 0 for one that is not in the file."""
    items: Any = document.data.get(key) or ()
    return tuple(document.at((key, index)).line or 0 for index in range(len(items)))


def _unreadable(name: str, message: str, hint: str) -> ScenarioError:
    return ScenarioError([Problem(name, None, None, "", message, hint)])


def _namesake(path: Path) -> Path | None:
    """The scenario beside a file that is not there, or in `scenarios`, that has its name otherwise."""
    for place in (path.parent, path.parent / "scenarios"):
        found = place / f"{path.name.removesuffix('.yaml').removesuffix('.yml')}.yaml"
        if found != path and found.is_file():
            return found
    return None


def _neighbours(path: Path) -> str:
    """What is there instead of a file that is not."""
    folder = path.parent
    meant = _namesake(path)
    if meant is not None:
        return f"did you mean `{meant}`? `stagesim list` shows what there is"
    if not folder.is_dir():
        return f"there is no folder {shown(folder)} either"
    names = sorted(other.name for other in folder.iterdir() if other.suffix in {".yaml", ".yml"})
    if not names and (folder / "scenarios").is_dir():
        return f"`stagesim list {folder / 'scenarios'}` shows what there is"
    shows = f"`stagesim list {folder}`"
    return one_of(names, path.name, shows) if names else f"there are no scenario files in {shown(folder)}"
