"""The line protocol (RULES §12): one JSON object a line in, one answer a line out.

A `Conversation` holds one room and answers line by line. Whatever the line, there is an answer: a fault of the line is
`{"error": "..."}`, names the field and changes nothing. Times are seconds with at most three decimals; they are read
as exact decimals, never as binary fractions.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from stageaccess.config import RequestLimit, RoomConfig
from stageaccess.engine import StageAccess
from stageaccess.messages import Command, CommandError, Decision, Event
from stageaccess.vocabulary import Action, Client, FullStage, Mode, Role

Line = Mapping[str, Any]
Answer = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)

LATEST_S: Final = 10**12
"""The greatest time and duration in seconds: up to here, seconds with three decimals survive any JSON reader."""

LINES: Final = ("`room`", "`at` and `do`", "`at`", '`ask`: "state"', '`ask`: "actions" and `of`')
COMMAND_FIELDS: Final = ("at", "do", "by", "to", "client", "mode", "role", "request", "id")
ROOM_FIELDS: Final = (
    "mode",
    "stage_capacity",
    "when_full",
    "request_ttl",
    "invitation_ttl",
    "request_cooldown",
    "request_limit",
    "reconnect_grace",
)
DURATIONS: Final = {
    "request_ttl": "request_ttl_ms",
    "invitation_ttl": "invitation_ttl_ms",
    "request_cooldown": "request_cooldown_ms",
    "reconnect_grace": "reconnect_grace_ms",
}


class LineError(ValueError):
    """A line that is at fault; the message names the field."""


class Conversation:
    """One peer's talk with the engine: the room that the last `room` line made, and an answer to every line."""

    def __init__(self) -> None:
        self.engine: StageAccess | None = None

    def answer_text(self, raw: bytes | str) -> str:
        """The answer to one line as it came, without a line end. Never raises because of what the line says."""
        try:
            answer = self.answer(parse(raw))
        except (LineError, CommandError) as fault:
            answer = {"error": str(fault)}
        return json.dumps(answer)

    def answer(self, line: Line) -> Answer:
        """The answer to one parsed line (numbers as `int` or `Decimal`). Raises LineError or CommandError."""
        if "room" in line:
            _only(line, ("room",), "in a line with `room`")
            self.engine = StageAccess(room_config(_object(line["room"], "room")))
            return {"ok": True}
        if self.engine is None:
            raise LineError('`room`: no room yet\nhint: begin with {"room": {"mode": "join_by_request"}}')
        if "ask" in line:
            return self._answer_question(self.engine, line)
        if "at" not in line and "do" not in line:
            _only(line, COMMAND_FIELDS, "in a command")
            raise LineError(f"`at`: missing; a line has {', or '.join(LINES)}")
        if line.keys() == {"at"}:
            due = self.engine.advance(milliseconds(line["at"], "at"))
            return decision_line(Decision(None, due=due))
        return decision_line(self.engine.submit(command_of(line)))

    @staticmethod
    def _answer_question(engine: StageAccess, line: Line) -> Answer:
        match line["ask"]:
            case "state":
                _only(line, ("ask",), 'in a line with `ask`: "state"')
                return engine.state()
            case "actions":
                _only(line, ("ask", "of", "client"), 'in a line with `ask`: "actions"')
                if "of" not in line:
                    raise LineError('`of`: missing; `ask`: "actions" needs the name of a person')
                client = _word(line["client"], Client, "client") if "client" in line else Client.DESKTOP
                offers = engine.available_actions(_text(line["of"], "of"), client)
                keys = ("do", "to", "mode", "role")
                return {"actions": [{k: getattr(o, k) for k in keys if getattr(o, k) is not None} for o in offers]}
            case other:
                raise LineError(f"`ask`: {_shown(other)} is no question; possible are `state` and `actions`")


def serve(lines: Iterable[bytes], write: Callable[[bytes], object]) -> None:
    """Answers each line, in order, with one call of `write`."""
    conversation = Conversation()
    for line in lines:
        write(conversation.answer_text(line).encode("ascii") + b"\n")


def parse(raw: bytes | str) -> Answer:
    """One line as a dict without its nulls, numbers exact. Raises LineError for anything but one JSON object."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(text, object_pairs_hook=_pairs, parse_float=_decimal, parse_constant=_decimal)
    except LineError:
        raise
    except UnicodeDecodeError as fault:
        raise LineError(f"the line is not UTF-8: {fault.reason} at byte {fault.start}") from None
    except RecursionError:
        raise LineError("the line is nested too deeply; a line is one flat JSON object") from None
    except json.JSONDecodeError as fault:
        if not text.strip():
            raise LineError("the line is blank; a line is one JSON object") from None
        raise LineError(f"the line is not JSON: {fault.msg} at column {fault.colno}") from None
    except ValueError:
        raise LineError("the line has a whole number of too many digits") from None
    return _object(value, "line")


def room_config(fields: Line) -> RoomConfig:
    """The room that the object of a `room` line describes; what is left out is off. Raises LineError."""
    _only(fields, ROOM_FIELDS, "in `room`")
    if "mode" not in fields:
        raise LineError(f"`mode`: missing; `room` needs one of {_listed(Mode)}")
    settings: dict[str, Any] = {"mode": _word(fields["mode"], Mode, "mode")}
    if "stage_capacity" in fields:
        settings["stage_capacity"] = _whole(fields["stage_capacity"], "stage_capacity")
    if "when_full" in fields:
        settings["when_full"] = _word(fields["when_full"], FullStage, "when_full")
    for name, in_engine in DURATIONS.items():
        if name in fields:
            settings[in_engine] = milliseconds(fields[name], name)
    if "request_limit" in fields:
        limit = _object(fields["request_limit"], "request_limit")
        _only(limit, ("count", "window"), "in `request_limit`")
        for name in ("count", "window"):
            if name not in limit:
                raise LineError(f"`{name}`: missing; `request_limit` needs `count` and `window`")
        settings["request_limit"] = RequestLimit(
            _whole(limit["count"], "count"), milliseconds(limit["window"], "window")
        )
    return RoomConfig(**settings)


def command_of(line: Line) -> Command:
    """The command that a parsed line describes. Raises LineError; what an action takes and needs, the engine checks."""
    _only(line, COMMAND_FIELDS, "in a command")
    for name in ("at", "do"):
        if name not in line:
            raise LineError(f"`{name}`: missing; a command has `at` and `do`")
    texts = {name: _text(line[name], name) for name in ("by", "to", "request", "id") if name in line}
    return Command(
        at_ms=milliseconds(line["at"], "at"),
        do=_word(line["do"], Action, "do"),
        client=_word(line["client"], Client, "client") if "client" in line else Client.DESKTOP,
        mode=_word(line["mode"], Mode, "mode") if "mode" in line else None,
        role=_word(line["role"], Role, "role") if "role" in line else None,
        **texts,
    )


def decision_line(decision: Decision) -> Answer:
    """The answer to a command, as its line has it."""
    answer: Answer = {"accepted": decision.accepted, "reason": decision.reason}
    if decision.outcome is not None:
        answer |= {"outcome": decision.outcome, "resolved_by": decision.resolved_by}
    if decision.wait_ms is not None:
        answer["seconds_left"] = seconds(decision.wait_ms)
    answer["due"] = [event_line(event) for event in decision.due]
    answer["events"] = [event_line(event) for event in decision.events]
    return answer


def event_line(event: Event) -> Answer:
    """One event as a line has it, with its further fields beside the five that every event has."""
    head = {"seq": event.seq, "at": seconds(event.at_ms), "event": event.event, "who": event.who, "by": event.by}
    return {**head, **event.extra}


def seconds(time_ms: int) -> int | float:
    """Whole milliseconds as seconds: a whole number where it is one, else the shortest decimal."""
    whole, rest_ms = divmod(time_ms, 1000)
    return time_ms / 1000 if rest_ms else whole


def milliseconds(value: object, field: str) -> int:
    """Seconds of a line, exact, as whole milliseconds. Raises LineError naming the field."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise LineError(f"`{field}`: {_shown(value)} is not a number of seconds")
    exact = Decimal(value)
    if not exact.is_finite():
        raise LineError(f"`{field}`: not a finite number of seconds")
    if exact < 0:
        raise LineError(f"`{field}`: {_shown(value)} is negative; possible are 0 and more seconds")
    if exact > LATEST_S:
        raise LineError(f"`{field}`: too great; possible are 0 to {LATEST_S} seconds")
    rounded = exact.quantize(Decimal("0.001"))
    if rounded != exact:
        raise LineError(f"`{field}`: {_shown(value)} has more than three decimals; times are whole milliseconds")
    return int(rounded * 1000)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object without its nulls; a key that comes twice is an error, for one of the two would be lost."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise LineError(f"`{_cut(key)}`: given twice")
        seen[key] = value
    return {key: value for key, value in seen.items() if value is not None}


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent beyond what a Decimal can hold
        return Decimal("Infinity")


def _only(line: Line, known: tuple[str, ...], where: str) -> None:
    for key in line:
        if key not in known:
            raise LineError(f"`{_cut(key)}`: no such field {where}; possible are {_ticked(known)}")


def _object(value: object, field: str) -> Answer:
    if not isinstance(value, dict):
        raise LineError(f"`{field}`: {_shown(value)} is not a JSON object")
    return value


def _whole(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise LineError(f"`{field}`: {_shown(value)} is not a whole number")
    if not 0 <= value <= LATEST_S:
        raise LineError(f"`{field}`: {_shown(value)} is out of range; possible are 0 to {LATEST_S}")
    return value


def _text(value: object, field: str) -> str:
    if not isinstance(value, str) or not value:
        raise LineError(f"`{field}`: {_shown(value)} is not a non-empty string")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise LineError(f"`{field}`: {_shown(value)} has half of a surrogate pair, which is no text") from None
    return value


def _word(value: object, words: type[Word], field: str) -> Word:
    try:
        return words(value)
    except ValueError:
        raise LineError(f"`{field}`: {_shown(value)} is not possible; possible are {_listed(words)}") from None


def _listed(words: Iterable[str]) -> str:
    return _ticked(tuple(words))


def _ticked(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _shown(value: object) -> str:
    """What the line has, briefly: the JSON text of plain values, the kind of the others."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case Decimal():
            return f"`{_cut(str(value))}`"
        case int() if abs(value) > LATEST_S:
            return "a very great whole number"
        case _:
            return f"`{_cut(json.dumps(value))}`"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
