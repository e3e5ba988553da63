"""Settings beside the file, `audience.count=50`: put into the file's data before it is checked."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any, Final

from stagesim.scenario.faults import Problem, ScenarioError, shown
from stagesim.scenario.reading.yaml_text import Document, Path, Position, dotted, read
from stagesim.scenario.scenario import Changes
from stagesim.scenario.values.units import format_duration


def settings_of(changes: Changes) -> tuple[str, ...]:
    """Changes as texts, `path=value`, however they are given."""
    if isinstance(changes, str):
        return (changes,)
    given: object = changes
    if isinstance(changes, Mapping):
        return tuple(f"{path}={_written(plain(value))}" for path, value in changes.items())
    found: tuple[object, ...] = tuple(given) if isinstance(given, Iterable) else (given,)
    for wrong in (each for each in found if not isinstance(each, str)):
        hint = 'write `{"audience.count": 50}` or `["audience.count=50"]`'
        raise ScenarioError([Problem("setting", None, None, "", f"expected a change, got {shown(wrong)}", hint)])
    return tuple(map(str, found))


DEEPEST: Final = 50
"""Levels of mappings and lists in a value; the deepest scenario has less than ten."""


def plain(value: object, level: int = 0) -> Any:
    """A value of Python's as a file would say it: mappings and lists throughout, numbers of numpy as plain ones."""
    if level > DEEPEST:
        hint = "a scenario needs a few levels only"
        raise ScenarioError([Problem("scenario", None, None, "", "nested too deeply, or contains itself", hint)])
    match value:
        case Enum():
            return plain(value.value)
        case timedelta():
            return format_duration(value / timedelta(milliseconds=1))
        case Mapping():
            return {
                key if isinstance(key, int | float) else str(key): plain(each, level + 1) for key, each in value.items()
            }
        case list() | tuple():
            return [plain(each, level + 1) for each in value]
        case None | bool() | int() | float() | str():
            return value
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", 0) == 0:
        return plain(item())
    hint = "write texts, numbers, lists and mappings, such as `{'rules': {'name': 'at once', 'cells': {...}}}`"
    raise ScenarioError([Problem("scenario", None, None, "", f"no file can say {shown(value)}", hint)])


def _written(value: object) -> str:
    """A plain value as YAML on one line: a text without quotes, as far as it is read back as itself."""
    if isinstance(value, str):
        try:
            bare = read(value, "").data == value
        except ScenarioError:
            bare = False
        return value if bare and "\n" not in value else json.dumps(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{json.dumps(key)}: {_within(each)}' for key, each in value.items())}}}"
    return f"[{', '.join(map(_within, value))}]" if isinstance(value, list) else json.dumps(value)


def _within(value: object) -> str:
    """The same inside a mapping or list, where a text may contain what ends it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _written(value)


def apply(document: Document, setting: str) -> None:
    """Put one `path=value` into the data; the value is YAML. What is wrong with it becomes a problem.

    A name in the path that the file does not have is added, so that an unknown one is reported like any other unknown
    key, with the nearest known one.
    """
    origin = Position(f"setting {setting}")
    name, separator, text = setting.partition("=")
    parts = name.strip().split(".")
    if not separator or not all(parts):
        hint = "write the path of a key and its value, such as `audience.count=50`"
        document.problem(origin, (), f"expected `path=value`, got {shown(setting)}", hint)
        return
    try:
        value = read(text, origin.place)
    except ScenarioError as error:
        document.problems += [problem._replace(line=None, column=None) for problem in error.problems]
        return
    document.problems += [problem._replace(line=None, column=None) for problem in value.problems]
    if isinstance(document.data, dict):
        _put(document, parts, value.data, origin)


def _put(document: Document, parts: list[str], value: Any, origin: Position) -> None:
    """Walk to the place and put the value there; mappings that are missing on the way are made."""
    data: Any = document.data
    path: Path = ()
    for part in parts[:-1]:
        key = _key(document, data, part, path, origin)
        if key is None:
            return
        path = (*path, key)
        if isinstance(data, dict) and data.get(key) is None:
            data[key] = {}
            document.keys[path] = document.values[path] = origin
        data = data[key]
        if not isinstance(data, dict | list):
            hint = f"set it as a whole, such as `{dotted(path)}=…`"
            document.problem(origin, path, f"it is {shown(data)} and has no keys of its own", hint)
            return
    last = _key(document, data, parts[-1], path, origin)
    if last is not None:
        data[last] = value
        _forget(document, (*path, last))
        _place(document, (*path, last), value, origin)


def _key(document: Document, data: Any, part: str, path: Path, origin: Position) -> str | int | float | None:
    """The key or index that a part of the path means."""
    if isinstance(data, dict):
        same = (key for key in data if str(key) == part)
        return next(same, part)
    if part.isascii() and part.isdigit() and int(part) < len(data):
        return int(part)
    hint = f"the list has {len(data)} items, `0` is the first" if data else "the list is empty"
    document.problem(origin, path, f"expected the index of an item, got `{part}`", hint)
    return None


def _forget(document: Document, path: Path) -> None:
    """Forget where the values stood that the setting replaces."""
    for positions in (document.values, document.keys):
        for old in [key for key in positions if key[: len(path)] == path]:
            del positions[old]


def _place(document: Document, path: Path, value: Any, origin: Position) -> None:
    document.values[path] = document.keys[path] = origin
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        _place(document, (*path, key), item, origin)
