"""How events are packed: one recorder for each kind, made up once, since this is the hot path of a run."""

from collections.abc import Callable, Mapping
from operator import index
from typing import Any, Final, Protocol

from stagesim.eventlog.header import LogError
from stagesim.eventlog.packing import ENTRY, LAYOUTS, is_number, number_of
from stagesim.eventlog.schema import KIND, KIND_CODE, NAMED, NUMBERED, WORD_CODE

EngineEvent = tuple[int, int, str, str, str, Mapping[str, Any], tuple[str, ...] | None]
"""An event as the engine has it: `(seq, at_ms, event, who, by, extra, told)`.

The log's own order stands for `seq`, and no log keeps who was `told`.
"""
Record = Callable[[EngineEvent], None]

_pack: Final = ENTRY.pack


class Tail:
    """Where events are added to a log: its packed events, its names, and the time of the last event."""

    __slots__ = ("last_ms", "packed", "places")

    def __init__(self, packed: bytes, places: Mapping[str, int]) -> None:
        self.packed = bytearray(packed)
        self.places = places
        self.last_ms: int = ENTRY.unpack(packed[-ENTRY.size :])[0] if packed else -(2**63)

    def number_of_name(self, name: str | None) -> int:
        """The number that stands for a name, 0 for none."""
        return 0 if name is None else self.places[name] + 1


def recorder_of(kind: str, tail: Tail) -> Record:
    """What adds the events of one kind to a log; a LogError for a kind that no log knows.

    The shapes that most events have are packed the short way. Whatever is out of the ordinary goes the long way, which
    finds out whether it is possible.
    """
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise not_in_schema(kind, {})
    long_way = _packs_any(tail)
    code, item, detail, extra = layout
    if item in KIND[kind].optional:
        item = None
    if item is None:
        if detail is None:
            return _packs_nothing(code, tail, long_way)
        if extra is None:
            return _packs_word(code, detail, tail, long_way)
        return _packs_words(code, detail, extra, tail, long_way)
    if item in NAMED or (extra is not None and not is_number(extra)):
        return long_way
    if detail is None:
        if extra is None:
            return _packs_number(code, item, tail, long_way)
        return _packs_numbers(code, item, extra, tail, long_way)
    if extra is None:
        return _packs_number_and_word(code, item, detail, tail, long_way)
    return _packs_all(code, item, detail, extra, tail, long_way)


class Timed(Protocol):
    """A clock: `now` is its time in whole milliseconds."""

    now: int


class Note(Protocol):
    """Logs what an agent does or feels, and what is no event of the room, at the time that a clock shows.

    `item` is the number that the kind's fields have first, or the id of a request; `word` the first of their words;
    `more` what is left: a second number, or the code of a second word.
    """

    def __call__(
        self, kind: str, who: str, by: str, item: int | str | None = 0, word: str = "", more: int = 0
    ) -> None: ...


def notes_of(tail: Tail, clock: Timed) -> Note:
    """What adds the notes of agents to a log, where the layout of their kind keeps them; no dict of fields is made.

    Raises LogError for a time before the last.
    """
    places, packed = tail.places, tail.packed

    def note(kind: str, who: str, by: str, item: int | str | None = 0, word: str = "", more: int = 0) -> None:
        nonlocal packed
        at_ms = clock.now
        if at_ms < tail.last_ms:
            raise backwards(kind, who, at_ms, tail.last_ms)
        tail.last_ms = at_ms
        number = item if type(item) is int else number_of(item)
        packed += _pack(at_ms, KIND_CODE[kind], places[who], places[by], number, WORD_CODE[word], more)

    return note


def _numbered(field: str) -> Callable[[Any], int]:
    """What makes a number of what a field holds, where that is in order: a bare number is one."""
    return number_of if NUMBERED.get(field) else index


def _packs_nothing(code: int, tail: Tail, long_way: Record) -> Record:
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        if fields or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], 0, 0, 0)

    return record


def _packs_word(code: int, detail: str, tail: Tail, long_way: Record) -> Record:
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            word = WORD_CODE[fields[detail]]
        except (KeyError, TypeError):
            long_way(event)
            return
        if len(fields) != 1 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], 0, word, 0)

    return record


def _packs_words(code: int, detail: str, extra: str, tail: Tail, long_way: Record) -> Record:
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            word, more = WORD_CODE[fields[detail]], WORD_CODE[fields[extra]]
        except (KeyError, TypeError):
            long_way(event)
            return
        if len(fields) != 2 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], 0, word, more)

    return record


def _packs_number(code: int, item: str, tail: Tail, long_way: Record) -> Record:
    numbered = _numbered(item)
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            number = numbered(fields[item])
        except (KeyError, ValueError, TypeError):
            long_way(event)
            return
        if len(fields) != 1 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], number, 0, 0)

    return record


def _packs_numbers(code: int, item: str, extra: str, tail: Tail, long_way: Record) -> Record:
    numbered, numbered_too = _numbered(item), _numbered(extra)
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            number, more = numbered(fields[item]), numbered_too(fields[extra])
        except (KeyError, ValueError, TypeError):
            long_way(event)
            return
        if len(fields) != 2 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], number, 0, more)

    return record


def _packs_number_and_word(code: int, item: str, detail: str, tail: Tail, long_way: Record) -> Record:
    numbered = _numbered(item)
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            number, word = numbered(fields[item]), WORD_CODE[fields[detail]]
        except (KeyError, ValueError, TypeError):
            long_way(event)
            return
        if len(fields) != 2 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], number, word, 0)

    return record


def _packs_all(code: int, item: str, detail: str, extra: str, tail: Tail, long_way: Record) -> Record:
    numbered, numbered_too = _numbered(item), _numbered(extra)
    places, packed = tail.places, tail.packed

    def record(event: EngineEvent) -> None:
        nonlocal packed
        _, at_ms, _, who, by, fields, _ = event
        try:
            number, word, more = numbered(fields[item]), WORD_CODE[fields[detail]], numbered_too(fields[extra])
        except (KeyError, ValueError, TypeError):
            long_way(event)
            return
        if len(fields) != 3 or at_ms < tail.last_ms:
            long_way(event)
            return
        tail.last_ms = at_ms
        packed += _pack(at_ms, code, places[who], places[by], number, word, more)

    return record


def _packs_any(tail: Tail) -> Record:
    """For every kind. It raises LogError for fields that the kind does not have, and for a time before the last."""

    def record(event: EngineEvent) -> None:
        _, at_ms, kind, who, by, fields, _ = event
        code, item, detail, extra = LAYOUTS[kind]
        width = 3 - (item, detail, extra).count(None)
        number = word = more = 0
        try:
            if item is not None:
                if item in fields or item not in KIND[kind].optional:
                    number = tail.number_of_name(fields[item]) if item in NAMED else number_of(fields[item])
                else:
                    width -= 1
            if detail is not None:
                word = WORD_CODE[fields[detail]]
            if extra is not None:
                more = number_of(fields[extra]) if is_number(extra) else WORD_CODE[fields[extra]]
        except (KeyError, ValueError, TypeError):
            raise not_in_schema(kind, fields) from None
        if len(fields) != width:
            raise not_in_schema(kind, fields)
        if at_ms < tail.last_ms:
            raise backwards(kind, who, at_ms, tail.last_ms)
        tail.last_ms = at_ms
        tail.packed += _pack(at_ms, code, tail.places[who], tail.places[by], number, word, more)

    return record


def not_in_schema(kind: str, fields: Mapping[str, Any]) -> LogError:
    """Why an event is not one that a log can hold."""
    if kind not in LAYOUTS:
        return LogError(f"unknown event kind `{kind}`\n  hint: the kinds are {', '.join(LAYOUTS)}")
    wanted, optional = KIND[kind].fields, KIND[kind].optional
    if set(fields) - set(optional) != set(wanted):
        have, need = ", ".join(map(str, fields)) or "none", ", ".join(wanted) or "none"
        return LogError(f"event `{kind}` has the fields `{have}`\n  hint: it takes {need}")
    return LogError(f"event `{kind}` has a value that no log knows: `{dict(fields)}`\n  hint: see `schema.WORDS`")


def backwards(kind: str, who: str, at_ms: int, last_ms: int) -> LogError:
    """Why an event cannot come after the last one."""
    return LogError(
        f"event `{kind}` of `{who}` at {at_ms / 1000:g} s comes after one at {last_ms / 1000:g} s\n"
        "  hint: time never runs backwards in a log; whoever makes the events must give them in order"
    )
