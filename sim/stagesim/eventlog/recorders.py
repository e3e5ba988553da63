"""How events are packed: one recorder for each kind, made up once, since this is the hot path of a run."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stagesim.eventlog.header import LogError
from stagesim.eventlog.packing import ENTRY, LAYOUTS, is_number, number_of
from stagesim.eventlog.schema import KIND, NAMED, WORD_CODE

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


class Packer:
    """What packs the events of one kind and adds them to a log."""

    __slots__ = (
        *("code", "detail", "extra", "has_option", "item", "number_of_extra", "number_of_item"),
        *("packed", "places", "tail", "width"),
    )

    def __init__(self, kind: str, tail: Tail) -> None:
        layout = LAYOUTS.get(kind)
        if layout is None:
            raise not_in_schema(kind, {})
        self.tail = tail
        self.packed = tail.packed
        self.places = tail.places
        self.code, self.item, self.detail, self.extra = layout
        self.width = len(layout.places)
        self.number_of_item = tail.number_of_name if layout.item in NAMED else number_of
        self.number_of_extra = number_of if layout.extra and is_number(layout.extra) else WORD_CODE.__getitem__
        self.has_option = layout.item is not None and layout.item in KIND[kind].optional

    def record(self, event: EngineEvent) -> None:
        """Add an event. It raises LogError for fields that the kind does not have, and for a time before the last."""
        _, at_ms, kind, who, by, fields, _ = event
        item, detail, extra, width = self.item, self.detail, self.extra, self.width
        number = word = more = 0
        try:
            if item is not None:
                if item in fields or not self.has_option:
                    number = self.number_of_item(fields[item])
                else:
                    width -= 1
            if detail is not None:
                word = WORD_CODE[fields[detail]]
            if extra is not None:
                more = self.number_of_extra(fields[extra])
        except (KeyError, ValueError, TypeError):
            raise not_in_schema(kind, fields) from None
        if len(fields) != width:
            raise not_in_schema(kind, fields)
        tail, places, packed = self.tail, self.places, self.packed
        if at_ms < tail.last_ms:
            raise backwards(kind, who, at_ms, tail.last_ms)
        tail.last_ms = at_ms
        packed += _pack(at_ms, self.code, places[who], places[by], number, word, more)


def not_in_schema(kind: str, fields: Mapping[str, Any]) -> LogError:
    """Why an event is not one that a log can hold."""
    if kind not in LAYOUTS:
        return LogError(f"unknown event kind `{kind}`\nhint: the kinds are {', '.join(LAYOUTS)}")
    wanted, optional = KIND[kind].fields, KIND[kind].optional
    if set(fields) - set(optional) != set(wanted):
        have, need = ", ".join(map(str, fields)) or "none", ", ".join(wanted) or "none"
        return LogError(f"event `{kind}` has the fields `{have}`\nhint: it takes {need}")
    return LogError(f"event `{kind}` has a value that no log knows: `{dict(fields)}`\nhint: see `schema.WORDS`")


def backwards(kind: str, who: str, at_ms: int, last_ms: int) -> LogError:
    """Why an event cannot come after the last one."""
    return LogError(
        f"event `{kind}` of `{who}` at {at_ms / 1000:g} s comes after one at {last_ms / 1000:g} s\n"
        "hint: time never runs backwards in a log; whoever makes the events must give them in order"
    )
