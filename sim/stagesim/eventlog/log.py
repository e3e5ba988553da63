"""The log of one replication: every event in order, packed.

A study holds thousands of logs and sends them between processes, so an event is 26 bytes in one growing block. One
call packs an event; seven columns that grow one by one cost five times as much.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.packing import ENTRY, LAYOUTS, Entry, written
from stagesim.eventlog.recorders import EngineEvent, Note, Record, Tail, Timed, notes_of, recorder_of
from stagesim.eventlog.schema import KINDS, SYSTEM, Kind
from stagesim.plain_text import one_line, trouble

if TYPE_CHECKING:
    import pandas as pd


INCOMPLETE: Final = "the log's content is incomplete\n  hint: the file may be damaged; write it again"


class Places(dict[str, int]):
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

    __slots__ = ("__weakref__", "_recorders", "_tail", "groups", "header")

    header: Header
    groups: list[str]

    def __init__(self, header: Header) -> None:
        self._open(header, b"", (SYSTEM,), [""])

    def _open(self, header: Header, packed: bytes, names: Iterable[str], groups: list[str]) -> None:
        self.header = header
        self.groups = groups
        self._tail = Tail(packed, Places(names, groups))
        self._recorders: dict[str, Record] = {}

    @classmethod
    def restored(cls, header: Header, packed: bytes, names: Iterable[str], groups: Iterable[str]) -> "EventLog":
        """A log with the given content, as `header`, `packed`, `names` and `groups` of another log have it."""
        if len(packed) % ENTRY.size:
            raise LogError(INCOMPLETE)
        log = cls.__new__(cls)
        log._open(header, packed, names, list(groups))
        if len(log.groups) != len(log._tail.places):
            raise LogError(INCOMPLETE)
        return log

    def __reduce__(self) -> tuple[Any, ...]:
        return EventLog.restored, (self.header, self.packed, self.names, tuple(self.groups))

    def __repr__(self) -> str:
        said = self.header
        return f"<EventLog {said.scenario!r}, {said.mode}, {said.seed}/{said.replication}, {len(self)} events>"

    def __len__(self) -> int:
        return len(self._tail.packed) // ENTRY.size

    @property
    def packed(self) -> bytes:
        """All events, each packed as `ENTRY` says."""
        return bytes(self._tail.packed)

    def entries(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """The events in codes, each with the fields of an `Entry`, as plain tuples."""
        return ENTRY.iter_unpack(self.packed)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody whom the log names, `system` first, then by first mention."""
        return tuple(self._tail.places)

    def check_names(self) -> None:
        """Raise LogError for a name that nobody can show: of a log that somebody else may have written."""
        for name in (*self.names, *self.groups):
            found = trouble(name)
            if found is not None:
                raise LogError(f"the log has the name `{one_line(name)}`: {found[0]}\nhint: {found[1]}")

    def register(self, person: str, group: str) -> None:
        """Say which group of the scenario a person belongs to."""
        self.groups[self._tail.places[person]] = group

    def recorder(self, kind: str) -> Record:
        """What appends the events of one kind; a LogError for a kind that no log knows."""
        record = self._recorders.get(kind)
        if record is None:
            record = self._recorders[kind] = recorder_of(kind, self._tail)
        return record

    def notes(self, clock: Timed) -> Note:
        """What appends the notes of agents, at the time that a clock shows."""
        return notes_of(self._tail, clock)

    def record(self, event: EngineEvent) -> None:
        """Append one event, as the engine has it."""
        self.recorder(event[2])(event)

    def note(self, at_ms: int, kind: str, who: str, by: str | None = None, **fields: str | int | None) -> None:
        """Append one event of the agents, by the person themselves unless said otherwise. A wish is a plain number."""
        self.record((0, at_ms, kind, who, who if by is None else by, fields, None))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The events as flat dicts: `at` (s), `event`, `who`, `by`, and the fields of the kind, None for none. A field
        that an event need not carry is there only if it does.
        """
        names = self.names
        shapes = [(kind.name, kind.optional, _places_of(kind)) for kind in KINDS]
        for entry in self.entries():
            at_ms, code, who, by, *_ = entry
            kind, optional, fields = shapes[code]
            row: dict[str, Any] = {"at": at_ms / 1000, "event": kind, "who": names[who], "by": names[by]}
            for field, place in fields:
                value = written(field, entry[place], names)
                if value is not None or field not in optional:
                    row[field] = value
            yield row

    def frame(self) -> "pd.DataFrame":
        """The events as a table, one row an event, and a column a field (`new_mode` for the mode of a change).

        `t_s` are seconds from the session's start, `at` those from the making of the room, as the log has them; then
        come `event`, `who`, `by` and `group`.
        """
        from stagesim.eventlog.frames import frame

        return frame(self.packed, self.names, self.groups, self.header.start_ms)

    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal: equal for equal content, on every machine and every version."""
        hashed = hashlib.sha256(self.header.decisive())
        hashed.update("\x00".join(("", *self.names, *self.groups)).encode())
        hashed.update(b"\x01" + self.packed)
        return hashed.hexdigest()


def _places_of(kind: Kind) -> list[tuple[str, int]]:
    """The fields of a kind in the order of the schema, each with its place in an `Entry`."""
    places = LAYOUTS[kind.name].places
    return [(field, Entry._fields.index(places[field])) for field in (*kind.fields, *kind.optional)]
