"""How an event is packed: one `Entry` of numbers, whose three free places hold what the `Layout` of its kind says."""

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple

from stagesim.eventlog.schema import KINDS, NAMED, NUMBERED, TIMED, WORDS, Kind


class Entry(NamedTuple):
    """One event in codes. `who` and `by` are places in the log's names; `kind`, `detail` and (of words) `extra` are
    codes of the schema; `item` is the number of the request, invitation, wish or name, 0 for none.
    """

    at_ms: int
    kind: int
    who: int
    by: int
    item: int
    detail: int
    extra: int


REMEMBERED: Final = 2**14
"""So many numbers of ids are remembered: more than are open at once in any room."""
ENTRY: Final = Struct("<qBiiiBi")
"""How an `Entry` is packed, the lowest byte first on every machine."""


class Layout(NamedTuple):
    """Where the fields of one kind are kept: each of the three places holds the field named here, or nothing.

    `item` is the first field that holds a number, `detail` the first that holds a word, `extra` what is left (a word,
    or a second number).
    """

    code: int
    item: str | None
    detail: str | None
    extra: str | None

    @property
    def places(self) -> dict[str, str]:
        """The fields that there are, each with the name of its place in an `Entry`."""
        kept = (("item", self.item), ("detail", self.detail), ("extra", self.extra))
        return {field: place for place, field in kept if field is not None}


def layout_of(code: int, kind: Kind) -> Layout:
    """Where a kind's fields are kept; a ValueError where there are more than places."""
    fields = (*kind.fields, *kind.optional)
    numbers = [field for field in fields if is_number(field)]
    words = [field for field in fields if not is_number(field)]
    item = numbers.pop(0) if numbers else None
    detail = words.pop(0) if words else None
    rest = numbers + words
    if len(rest) > 1:
        raise ValueError(f"event kind `{kind.name}` has more fields than a log has places")
    return Layout(code, item, detail, rest[0] if rest else None)


def is_number(field: str) -> bool:
    """Whether a field is kept as a number, and not as the code of a word."""
    return field in NUMBERED or field in TIMED or field in NAMED


LAYOUTS: Final = {kind.name: layout_of(code, kind) for code, kind in enumerate(KINDS)}
"""Kind -> where its fields are kept."""


@lru_cache(REMEMBERED)
def number_of(value: str | int | None) -> int:
    """The number in `r12`, in a plain 12, or in nothing (0). It is remembered: an id stands in several events."""
    if type(value) is str:
        return int(value[1:])
    return value or 0  # type: ignore[return-value]


def written(field: str, number: int, names: Sequence[str]) -> str | int | None:
    """What a number in a field stands for: `r12` for request 12, a plain number for a wish, a time, a name of the log,
    a word; None for 0 where neither a time nor a word is meant.
    """
    if field in NAMED:
        return names[number - 1] if number else None
    if field in TIMED:
        return number
    if field not in NUMBERED:
        return WORDS[number]
    if not number:
        return None
    return f"{NUMBERED[field]}{number}" if NUMBERED[field] else number
