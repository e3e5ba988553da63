"""How events are packed: one recorder for each kind, made up once, since this is the hot path of a run."""

from collections.abc import Callable, Mapping
from struct import Struct
from typing import Any, Final

from stagesim.eventlog.header import LogError
from stagesim.eventlog.schema import KINDS, LAYOUTS, WORD_CODE, Layout

ENTRY: Final = Struct("<qBiiiBi")
"""How an event is packed, the lowest byte first on every machine: an `Entry` of the log."""

_Fields = Mapping[str, Any]
EngineEvent = tuple[int, int, str, str, str, _Fields] | tuple[int, int, str, str, str, _Fields, tuple[str, ...] | None]
"""An event as the engine has it: `(seq, at_ms, event, who, by, extra)`, perhaps with who was told, which no log keeps.

The log's own order stands for `seq`.
"""
Recorder = Callable[[EngineEvent], None]

_pack: Final = ENTRY.pack


def recorder_of(kind: str, places: Mapping[str, int], packed: bytearray) -> Recorder:
    """What packs the events of one kind. It raises LogError for fields that the kind does not have.

    `places` maps a name to its place in the log; `packed` is what the packed events are added to.
    """
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise not_in_schema(kind, {})
    if layout.width > 1:
        return _records_more(layout, places, packed)
    if layout.item is not None:
        return _records_number(layout.code, layout.item, places, packed)
    if layout.detail is not None:
        return _records_word(layout.code, layout.detail, places, packed)
    return _records_nothing(layout.code, places, packed)


def _records_nothing(code: int, places: Mapping[str, int], packed: bytearray) -> Recorder:
    """For the kinds without a field."""

    def record(event: EngineEvent) -> None:
        nonlocal packed
        at_ms, kind, who, by, fields = event[1:6]
        if fields:
            raise not_in_schema(kind, fields)
        packed += _pack(at_ms, code, places[who], places[by], 0, 0, 0)

    return record


def _records_number(code: int, item: str, places: Mapping[str, int], packed: bytearray) -> Recorder:
    """For the kinds with one number."""

    def record(event: EngineEvent) -> None:
        nonlocal packed
        at_ms, kind, who, by, fields = event[1:6]
        try:
            number = number_of(fields[item])
        except (KeyError, ValueError, TypeError):
            raise not_in_schema(kind, fields) from None
        if len(fields) != 1:
            raise not_in_schema(kind, fields)
        packed += _pack(at_ms, code, places[who], places[by], number, 0, 0)

    return record


def _records_word(code: int, detail: str, places: Mapping[str, int], packed: bytearray) -> Recorder:
    """For the kinds with one word."""

    def record(event: EngineEvent) -> None:
        nonlocal packed
        at_ms, kind, who, by, fields = event[1:6]
        try:
            word = WORD_CODE[fields[detail]]
        except (KeyError, TypeError):
            raise not_in_schema(kind, fields) from None
        if len(fields) != 1:
            raise not_in_schema(kind, fields)
        packed += _pack(at_ms, code, places[who], places[by], 0, word, 0)

    return record


def _records_more(layout: Layout, places: Mapping[str, int], packed: bytearray) -> Recorder:
    """For the kinds with two fields or three."""
    code, width, item, detail, extra, extra_is_number = layout
    assert detail is not None

    def record(event: EngineEvent) -> None:
        nonlocal packed
        at_ms, kind, who, by, fields = event[1:6]
        number = more = 0
        try:
            if item is not None:
                number = number_of(fields[item])
            word = WORD_CODE[fields[detail]]
            if extra is not None:
                more = number_of(fields[extra]) if extra_is_number else WORD_CODE[fields[extra]]
        except (KeyError, ValueError, TypeError):
            raise not_in_schema(kind, fields) from None
        if len(fields) != width:
            raise not_in_schema(kind, fields)
        packed += _pack(at_ms, code, places[who], places[by], number, word, more)

    return record


def number_of(value: str | int | None) -> int:
    """The number in `r12`, in a plain 12, or in nothing (0)."""
    if type(value) is str:
        return int(value[1:])
    return value or 0  # type: ignore[return-value]


def not_in_schema(kind: str, fields: Mapping[str, Any]) -> LogError:
    """Why an event is not one that a log can hold."""
    if kind not in LAYOUTS:
        return LogError(f"unknown event kind `{kind}`\nhint: the kinds are {', '.join(LAYOUTS)}")
    wanted = KINDS[LAYOUTS[kind].code].fields
    if set(fields) != set(wanted):
        have, need = ", ".join(map(str, fields)) or "none", ", ".join(wanted) or "none"
        return LogError(f"event `{kind}` has the fields `{have}`\nhint: it takes {need}")
    return LogError(f"event `{kind}` has a value that no log knows: `{dict(fields)}`\nhint: see `schema.WORDS`")
