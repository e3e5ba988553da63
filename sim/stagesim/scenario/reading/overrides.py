"""Settings beside the file, `audience.count=50`: put into the file's data before it is checked."""

from typing import Any

from stagesim.scenario.faults import ScenarioError, shown
from stagesim.scenario.reading.yaml_text import Document, Path, Position, dotted, read


def apply(document: Document, setting: str) -> None:
    """Put one `path=value` into the data; the value is YAML. What is wrong with it becomes a problem.

    A name in the path that the file does not have is added, so that an unknown one is reported like any other unknown
    key, with the nearest known one.
    """
    origin = Position(f"--set {setting}")
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
