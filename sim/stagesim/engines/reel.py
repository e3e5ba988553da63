"""A reel: the tapes of several replications as one text, small enough for a file that is kept.

What an event or an answer has most of the time is left out: its number follows the one before, its time and its person
are those of the command. Times of commands stand apart, as steps in milliseconds. All of it is compressed together.
"""

import base64
import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from stageaccess.lines import Answer, as_object, seconds
from stageaccess.wire import command_object, command_of, decision_object, decision_of
from stagesim.engines.tape import Entry, Tape
from stagesim.given_files import LARGEST, parsed_json

USUAL: Final[Answer] = {"accepted": True, "reason": None, "due": [], "events": []}
"""What most answers say beside their events."""


def wound(tapes: Sequence[Tape]) -> str:
    """The reel of these tapes: JSON, compressed, in base64. `unwound` reads it on every platform."""
    data = [{"times": _times(tape), "rows": list(_rows(tape))} for tape in tapes]
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(lzma.compress(text.encode("ascii"), preset=6)).decode("ascii")


def unwound(text: str) -> tuple[Tape, ...]:
    """The tapes that `wound` wrote. Raises ValueError for anything else."""
    try:
        data = parsed_json(_expanded(base64.b64decode(text, validate=True)), parse_float=Decimal)
        return tuple(Tape(tuple(_entries(tape["times"], tape["rows"]))) for tape in data)
    except (lzma.LZMAError, EOFError, KeyError, TypeError, AttributeError, ValueError) as fault:
        raise ValueError(f"the tapes of decisions are damaged: {fault}") from None


def _expanded(packed: bytes) -> bytes:
    """The text; ValueError where it is cut short, or so long that it is there to fill the memory."""
    reader = lzma.LZMADecompressor()
    text = reader.decompress(packed, max_length=LARGEST)
    if not reader.eof:
        raise ValueError("they are cut short, or too large")
    return text


def _times(tape: Tape) -> list[int]:
    return [now - before for before, now in pairwise([0, *(entry.at_ms for entry in tape.entries)])]


def _rows(tape: Tape) -> Iterator[list[Any]]:
    seq = 0
    for at_ms, command, decision in tape.entries:
        line = None if command is None else command_object(command)
        answer = decision_object(decision)
        for part in ("due", "events"):
            events = []
            for event in answer[part]:
                events.append(_without(event, _of_event(seq, seconds(at_ms), line)))
                seq = event["seq"]
            answer[part] = events
        yield [_without(line, {"at": line["at"]}) if line is not None else None, _without(answer, USUAL)]


def _entries(steps: Sequence[int], rows: Sequence[Sequence[Any]]) -> Iterator[Entry]:
    seq = at_ms = 0
    for step, (line, rest) in zip(steps, rows, strict=True):
        at_ms += step
        at = Decimal(at_ms) / 1000  # as JSON is read
        answer = {**USUAL, **as_object(rest, "answer")}
        for part in ("due", "events"):
            events = []
            for event in answer[part]:
                events.append({**_of_event(seq, at, line), **event})
                seq = events[-1]["seq"]
            answer[part] = events
        command = None if line is None else command_of({**as_object(line, "asked"), "at": at})
        yield Entry(at_ms, command, decision_of(answer))


def _of_event(seq: int, at: float | Decimal, line: Mapping[str, Any] | None) -> dict[str, Any]:
    """What an event has most of the time."""
    by = None if line is None else line.get("by")
    return {"seq": seq + 1, "at": at, "who": by, "by": by}


def _without(said: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in usual or usual[key] != value}
