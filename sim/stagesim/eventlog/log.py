"""The log of one replication: every event in order, packed.

A study holds thousands of logs and sends them between processes, so an event is 26 bytes in one growing block. One
call packs an event; seven columns that grow one by one cost five times as much.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.recorders import ENTRY, EngineEvent, Recorder, recorder_of
from stagesim.eventlog.schema import KINDS, LAYOUTS, NUMBERED, SYSTEM, WORDS

if TYPE_CHECKING:
    import pandas as pd


class Entry(NamedTuple):
    """One event in codes. `who` and `by` are places in the log's names; `kind`, `detail` and (of words) `extra` are
    codes of the schema; `item` is the number of the request, invitation or wish, 0 for none.
    """

    at_ms: int
    kind: int
    who: int
    by: int
    item: int
    detail: int
    extra: int


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

    __slots__ = ("_packed", "_places", "_recorders", "groups", "header")

    header: Header
    groups: list[str]

    def __init__(self, header: Header) -> None:
        self._open(header, b"", (SYSTEM,), [""])

    def _open(self, header: Header, packed: bytes, names: Iterable[str], groups: list[str]) -> None:
        self.header = header
        self.groups = groups
        self._packed = bytearray(packed)
        self._places = _Places(names, groups)
        self._recorders: dict[str, Recorder] = {}

    @classmethod
    def restored(cls, header: Header, packed: bytes, names: Iterable[str], groups: Iterable[str]) -> "EventLog":
        """A log with the given content, as `header`, `packed`, `names` and `groups` of another log have it."""
        log = cls.__new__(cls)
        log._open(header, packed, names, list(groups))
        if len(log.groups) != len(log._places) or len(packed) % ENTRY.size:
            raise LogError("the log's content is incomplete\nhint: the file may be damaged; write it again")
        return log

    def __reduce__(self) -> tuple[Any, ...]:
        return EventLog.restored, (self.header, self.packed, self.names, tuple(self.groups))

    def __len__(self) -> int:
        return len(self._packed) // ENTRY.size

    @property
    def packed(self) -> bytes:
        """All events, each packed as `ENTRY` says."""
        return bytes(self._packed)

    def entries(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """The events in codes, each with the fields of an `Entry`, as plain tuples."""
        return ENTRY.iter_unpack(self.packed)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody whom the log names, `system` first, then by first mention."""
        return tuple(self._places)

    def register(self, person: str, group: str) -> None:
        """Say which group of the scenario a person belongs to."""
        self.groups[self._places[person]] = group

    def recorder(self, kind: str) -> Recorder:
        """What appends the events of one kind; a LogError for a kind that no log knows."""
        recorder = self._recorders.get(kind)
        if recorder is None:
            recorder = self._recorders[kind] = recorder_of(kind, self._places, self._packed)
        return recorder

    def record(self, event: EngineEvent) -> None:
        """Append one event, as the engine has it."""
        self.recorder(event[2])(event)

    def note(self, at_ms: int, kind: str, who: str, by: str | None = None, **fields: str | int | None) -> None:
        """Append one event of the agents, by the person themselves unless said otherwise. A wish is a plain number."""
        self.record((0, at_ms, kind, who, who if by is None else by, fields))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The events as flat dicts: `at` (s), `event`, `who`, `by`, and the fields of the kind, None for none."""
        names = self.names
        layouts = tuple(LAYOUTS.values())
        for at_ms, code, who, by, number, word, more in self.entries():
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
        hashed.update(b"\x01" + self.packed)
        return hashed.hexdigest()


def written(field: str, number: int) -> str | int | None:
    """The written form of a number: `r12` for request 12, a plain number for a wish, None for 0."""
    if not number:
        return None
    return f"{NUMBERED[field]}{number}" if NUMBERED[field] else number
