"""What is kept of one call for the next: the defects that were found, the next seed, and how far it got."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from stagesim.given_files import file_text, parsed_json, write_whole
from stagesim.testing.laboratory.conformance import chance
from stagesim.testing.laboratory.conformance.conform import Books
from stagesim.testing.laboratory.conformance.difference import Part
from stagesim.testing.laboratory.conformance.shorten import Lines
from stagesim.testing.laboratory.errors import LaboratoryError

SCHEMA: Final = "stagesim.conform/1"


class KeptError(LaboratoryError):
    """A file that was not written by `stagesim conform`."""


class Kept(NamedTuple):
    """`done` is how many talks of each source were played by calls that did not come to their end, `asked` how often
    these asked about each part.
    """

    command: str = ""
    seed: int | None = None
    done: Mapping[str, int] = MappingProxyType({})
    defects: tuple[Lines, ...] = ()
    asked: Mapping[Part, int] = MappingProxyType({})


def read_kept(file: Path, command: str) -> Kept:
    """What the file keeps for this engine; nothing where it is not there. Raises KeptError, OSError."""
    if not file.exists():
        return Kept(command)
    try:
        kept = _kept(parsed_json(file_text(file)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeptError(f"`{file}`: not what `stagesim conform` keeps\n  hint: name a new file") from None
    return kept if kept.command == command else Kept(command, kept.seed, defects=kept.defects)


def _kept(data: Any) -> Kept:
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    asked = {Part(part): number for part, number in _counts(data["asked"]).items()}
    return Kept(data["engine"], int(data["seed"]), _counts(data["done"]), tuple(map(_lines, data["defects"])), asked)


def write_kept(file: Path, before: Kept, books: Books, seed: int) -> None:
    """Keep what came of a call that drew its random talks from `seed` on. Raises OSError."""
    played = {tried.name: max(tried.played, tried.before) for tried in books.tried if tried.name != chance.SOURCE}
    drawn = sum(tried.played for tried in books.tried if tried.name == chance.SOURCE)
    is_over = bool(books.defects) or all(tried.is_whole for tried in books.tried)
    found = [defect.lines for defect in books.defects]
    data = {
        "schema": SCHEMA,
        "engine": before.command,
        "seed": seed + drawn,
        "done": {} if is_over else played,
        "asked": {} if is_over else dict(books.asked),
        "defects": list(dict.fromkeys([*found, *before.defects])),
    }
    write_whole(file, json.dumps(data, indent=1) + "\n")


def _counts(said: dict[str, Any]) -> dict[str, int]:
    return {name: int(number) for name, number in said.items()}


def _lines(said: list[Any]) -> Lines:
    return tuple(map(str, said))
