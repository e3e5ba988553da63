"""Which YAML files are scenarios, among all that a project may have: one answer for every command and for pytest.

A file that is named is always read. In a folder it is one if two of its keys hold what they hold in a scenario,
whatever else may be wrong with it: `audience: developers` in the head of an article is not an audience of ours.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

SUFFIXES: Final = (".yaml", ".yml")

READ: Final = 1_000_000
"""Bytes of a file at most by which it is recognised."""

NOT_ENTERED: Final = ("node_modules", "__pycache__")
"""Folders that are not looked into, beside those whose name begins with a dot."""

_KEY: Final = re.compile(r"^[\"']?([a-z_]+)[\"']?[ \t]*:(.*(?:\n(?:[ \t#-].*)?)*)", re.MULTILINE | re.IGNORECASE)
"""A key of the whole file, and all that stands below it."""

_INSIDE: Final = {
    key: re.compile(pattern, re.IGNORECASE)
    for key, pattern in {
        "duration": r"^\s*[\"']?\d+(\.\d+)? *(ms|s|min|h)\b",
        "room": r"\b(mode|stage_capacity|when_full|request_\w+|invitation_ttl|reconnect_grace)[\"']? *:",
        "audience": r"\b(count|groups|wishes|arrival\w*)[\"']? *:",
        "moderators": r"\b(count|groups|review|invites)[\"']? *:",
        "timetable": r"\bat[\"']? *:",
        "script": r"\bat[\"']? *:",
        "expect": r"[\w)] *[<>]=? *[\w.]",
        "properties": r"\b(always|never|eventually|sometimes)\b",
    }.items()
}
"""What stands in a scenario's key, and hardly ever in another file's key of that name."""


class Found(NamedTuple):
    """The scenario files of a folder, and how many other YAML files were passed over."""

    files: tuple[Path, ...]
    passed_over: int


def is_scenario(text: str) -> bool:
    """Whether a text is meant to be a scenario."""
    keys = {match[1].lower() for match in _KEY.finditer(text) if _holds(match[1].lower(), match[2])}
    return len(keys) >= 2


def _holds(key: str, value: str) -> bool:
    pattern = _INSIDE.get(key)
    return pattern is not None and pattern.search(value) is not None


def is_scenario_file(path: Path) -> bool:
    """The same of a file; what cannot be read is none."""
    try:
        if not path.is_file():
            return False  # a pipe would never answer
        with path.open("rb") as file:
            raw = file.read(READ)
    except OSError:
        return False
    return is_scenario(raw.decode("utf-8-sig", "replace").replace("\r\n", "\n"))


def scenario_files(folder: Path) -> Found:
    """The scenario files in and below a folder, those in a folder itself first."""
    there = sorted(_yaml_files(folder), key=lambda file: (len(file.parts), file))
    files = tuple(file for file in there if is_scenario_file(file))
    return Found(files, len(there) - len(files))


def passed_over(count: int) -> str:
    """How many other YAML files there are, in words."""
    return f"{count} other YAML file{'s' * (count > 1)} passed over"


def nothing_in(folder: Path, others: int) -> str:
    """What to say of a folder without scenarios."""
    more = f"; {passed_over(others)}, in which nothing is said as in a scenario" if others else ""
    return f"`{folder}` has no scenario files (`*.yaml`){more}\n  hint: name a file or a folder of them"


def _yaml_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in SUFFIXES and path.is_file() and not any(map(_is_left_out, path.relative_to(folder).parts)):
            yield path


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name in NOT_ENTERED
