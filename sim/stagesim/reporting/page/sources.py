"""Where the values of a scenario come from, as the comments of its file say beside them or above them."""

import re
from collections.abc import Mapping
from typing import Final

from stagesim.scenario.reading.yaml_text import dotted, read

BESIDE: Final = re.compile(r"(?:^|\s)#\s?(.*)$")
GROUP: Final = re.compile(r"^(audience|moderators)\.groups\.[^.]+\.")
NAMED: Final = re.compile(r"\[(?!assumption)[^\]]+\]")
"""How a file names who measured a value; `[assumption]` says that nobody did."""


def remarks(text: str) -> dict[str, str]:
    """The comment on each key of a scenario's file, by its path: at the end of its line, or the lines above it."""
    lines = text.splitlines()
    found: dict[str, str] = {}
    for path, position in read(text, "").keys.items():
        place = (position.line or 1) - 1
        said = _comment(lines[place]) or _above(lines, place)
        if said:
            found.setdefault(dotted(path), said)
    return found


def _comment(line: str) -> str:
    """What stands behind the sign of a comment, which is in no quotes."""
    match = BESIDE.search(re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: "x" * len(quoted[0]), line))
    return line[match.start(1) :].strip() if match else ""


def _above(lines: list[str], place: int) -> str:
    """The comment that ends on the line above, of the same depth."""
    depth = len(lines[place]) - len(lines[place].lstrip())
    said: list[str] = []
    for line in reversed(lines[:place]):
        if not line.strip().startswith("#") or len(line) - len(line.lstrip()) != depth:
            break
        said.insert(0, line.strip().lstrip("# "))
    return " ".join(said)


def source_of(path: str, found: Mapping[str, str]) -> str:
    """What a file says of a value: of its own key, of one around it, or of one within; empty where it says nothing.

    What all groups have in common may stand before them.
    """
    for name in (path, GROUP.sub(r"\1.", path)):
        parts = name.split(".")
        for length in range(len(parts), 1, -1):
            said = found.get(".".join(parts[:length]))
            if said:
                return said
        within = next((said for key, said in found.items() if key.startswith(f"{name}.")), "")
        if within:
            return within
    return ""


def is_measured(source: str) -> bool:
    """Whether what the file says of a value names who measured it."""
    return NAMED.search(source) is not None
