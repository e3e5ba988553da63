"""The log of one replication: every event in order, kept in columns.

Columns, because a study holds thousands of logs: an event takes 26 bytes, and a log goes to another process as a few
blocks of bytes. Recording is the hot path of a run; everything that depends on the kind alone is in `schema.LAYOUTS`.
"""

import hashlib
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.schema import KINDS, LAYOUTS, NUMBERED, SYSTEM, WORD_CODE, WORDS

if TYPE_CHECKING:
    import pandas as pd


class Columns(NamedTuple):
    """The content of a log, one entry an event. `who` and `by` are places in the log's names; `kind`, `detail` and (of
    words) `extra` are codes of the schema; `item` is the number of the request, invitation or wish, 0 for none."""

    at_ms: "array[int]"
    kind: "array[int]"
    who: "array[int]"
    by: "array[int]"
    item: "array[int]"
    detail: "array[int]"
    extra: "array[int]"

    @classmethod
    def empty(cls) -> "Columns":
        return cls(*(array(code) for code in TYPE_CODES))


TYPE_CODES = ("q", "B", "i", "i", "i", "B", "i")
"""The `array` type of each column: milliseconds take eight bytes, places and numbers four, codes one."""


class _Places(dict[str, int]):
    """Name -> place; a new name gets the next place, and an empty group until somebody tells it."""

    def __init__(self, names: Iterable[str], groups: list[str]) -> None:
        super().__init__((name, place) for place, name in enumerate(names))
        self.groups = groups

    def __missing__(self, name: str) -> int:
        place = self[name] = len(self)
        self.groups.append("")
        return place


class EventLog:
    """One replication's events, in the order in which they happened."""

    __slots__ = ("_appends", "_places", "columns", "groups", "header")

    header: Header
    columns: Columns
    groups: list[str]

    def __init__(self, header: Header) -> None:
        self._open(header, Columns.empty(), (SYSTEM,), [""])

    def _open(self, header: Header, columns: Columns, names: Iterable[str], groups: list[str]) -> None:
        self.header = header
        self.columns = columns
        self.groups = groups
        self._places = _Places(names, groups)
        self._appends = tuple(column.append for column in columns)

    @classmethod
    def restored(cls, header: Header, columns: Columns, names: Iterable[str], groups: Iterable[str]) -> "EventLog":
        """A log with the given content, as `header`, `columns`, `names` and `groups` of another log have it."""
        log = cls.__new__(cls)
        log._open(header, columns, names, list(groups))
        if len(log.groups) != len(log._places) or len({len(column) for column in columns}) != 1:
            raise LogError("the log's columns differ in length\nhint: the file may be damaged; write it again")
        return log

    def __reduce__(self) -> tuple[Any, ...]:
        return EventLog.restored, (self.header, self.columns, self.names, tuple(self.groups))

    def __len__(self) -> int:
        return len(self.columns.kind)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody whom the log names, `system` first, then by first mention."""
        return tuple(self._places)

    def register(self, person: str, group: str) -> None:
        """Say which group of the scenario a person belongs to."""
        self.groups[self._places[person]] = group

    def record(self, event: tuple[int, int, str, str, str, Mapping[str, Any]]) -> None:
        """Append one event of the engine: `(seq, at_ms, event, who, by, extra)`."""
        _, at_ms, kind, who, by, fields = event
        try:
            code, width, item, detail, extra, extra_is_number = LAYOUTS[kind]
            number = word = more = 0
            if item is not None:
                number = _number(fields[item])
            if detail is not None:
                word = WORD_CODE[fields[detail]]
            if extra is not None:
                more = _number(fields[extra]) if extra_is_number else WORD_CODE[fields[extra]]
            if len(fields) != width:
                raise KeyError(kind)
        except (KeyError, ValueError, TypeError):
            raise _not_in_schema(kind, fields) from None
        places = self._places
        add_at, add_kind, add_who, add_by, add_item, add_detail, add_extra = self._appends
        add_at(at_ms)
        add_kind(code)
        add_who(places[who])
        add_by(places[by])
        add_item(number)
        add_detail(word)
        add_extra(more)

    def note(self, at_ms: int, kind: str, who: str, by: str | None = None, **fields: str | int | None) -> None:
        """Append one event of the agents, by the person themselves unless said otherwise. A wish is a plain number."""
        self.record((0, at_ms, kind, who, who if by is None else by, fields))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The events as flat dicts: `at` (s), `event`, `who`, `by`, and the fields of the kind, None for none."""
        names = self.names
        layouts = tuple(LAYOUTS.values())
        for at_ms, code, who, by, number, word, more in zip(*self.columns, strict=True):
            kind, layout = KINDS[code], layouts[code]
            row: dict[str, Any] = {"at": at_ms / 1000, "event": kind.name, "who": names[who], "by": names[by]}
            for field in kind.fields:
                if field == layout.item:
                    row[field] = written(field, number)
                elif field == layout.detail:
                    row[field] = WORDS[word]
                else:
                    row[field] = written(field, more) if layout.extra_is_number else WORDS[more]
            yield row

    def frame(self) -> "pd.DataFrame":
        """The events as a table, one row an event: `at` (s), `event`, `who`, `by`, `group`, and a column a field."""
        from stagesim.eventlog.frames import frame

        return frame(self)

    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal: equal for equal content, on every machine and every version."""
        hashed = hashlib.sha256(self.header.decisive())
        for text in (*self.names, *self.groups):
            hashed.update(b"\x00" + text.encode())
        for column in self.columns:
            hashed.update(b"\x01" + little_endian(column))
        return hashed.hexdigest()


def written(field: str, number: int) -> str | int | None:
    """The written form of a number: `r12` for request 12, a plain number for a wish, None for 0."""
    if not number:
        return None
    return f"{NUMBERED[field]}{number}" if NUMBERED[field] else number


def little_endian(column: "array[int]") -> bytes:
    """The column's bytes, the lowest byte of each number first, whatever the machine does."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()


def _number(value: str | int | None) -> int:
    """The number in `r12`, in a plain 12, or in nothing."""
    if value.__class__ is str:
        return int(value[1:])  # type: ignore[index]
    return value or 0  # type: ignore[return-value]


def _not_in_schema(kind: str, fields: Mapping[str, Any]) -> LogError:
    """Why an event is not one that a log can hold."""
    if kind not in LAYOUTS:
        return LogError(f"unknown event kind `{kind}`\nhint: the kinds are {', '.join(LAYOUTS)}")
    wanted = KINDS[LAYOUTS[kind].code].fields
    if set(fields) != set(wanted):
        have, need = ", ".join(map(str, fields)) or "none", ", ".join(wanted) or "none"
        return LogError(f"event `{kind}` has the fields `{have}`\nhint: it takes {need}")
    return LogError(f"event `{kind}` has a value that no log knows: `{dict(fields)}`\nhint: see `schema.WORDS`")
