"""What went wrong in a story: which promise was broken, where, and how a step of a script would show it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

SEVERAL: Final = re.compile(r"…(?:, …)+")
"""Names one after another: how many they are is no part of what went wrong."""
NUMBER: Final = re.compile(r"\b(?:[ri])?[0-9]+(?:\.[0-9]+)?\b")


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure. `fingerprint` is what it has in common with all that are the same: it names the promise that was
    broken, the cell of the command, and how, but no person, no number and no time.

    `line` is the place of the line in its story at which it shows, `said` is it in words. `shows` are the words of a
    step of a script that fails there: a look, where `is_look` says so, else with the command. `statement` is a property
    of a scenario that fails instead.
    """

    fingerprint: str
    said: str
    line: int
    shows: Mapping[str, object] = field(default_factory=dict)
    is_look: bool = False
    statement: str | None = None


def anonymous(text: str, names: Iterable[str]) -> str:
    """A text without the names in it, and without numbers."""
    known = sorted(names, key=len, reverse=True)
    if known:
        text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", "…", text)
    return NUMBER.sub("#", SEVERAL.sub("…", text))
