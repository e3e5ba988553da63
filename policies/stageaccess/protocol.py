"""The line protocol (RULES §12): one JSON object a line in, one answer a line out.

A `Conversation` holds one room and answers line by line. Whatever the line, there is an answer: a fault of the line is
`{"error": "..."}`, names the field and changes nothing.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from stageaccess.config import RequestLimit, RoomConfig
from stageaccess.engine import StageAccess
from stageaccess.lines import (
    Answer,
    Line,
    LineError,
    as_object,
    as_text,
    as_whole,
    as_word,
    check_only,
    given,
    milliseconds,
    parse,
    seconds,
    shown,
    ticked,
)
from stageaccess.messages import Command, CommandError, Decision, Event
from stageaccess.vocabulary import Action, Client, FullStage, Mode, Role

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

LIMIT_FIELDS: Final = ("count", "window")
LINE_FIELDS: Final = (*COMMAND_FIELDS, "room", "ask", "of")


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
        line = given(line, LINE_FIELDS, "in a line")
        if "room" in line:
            check_only(line, ("room",), "in a line with `room`")
            self.engine = StageAccess(room_config(as_object(line["room"], "room")))
            return {"ok": True}
        if self.engine is None:
            raise LineError('`room`: no room yet\nhint: begin with {"room": {"mode": "join_by_request"}}')
        if "ask" in line:
            return self._answer_question(self.engine, line)
        if "at" not in line and "do" not in line:
            check_only(line, COMMAND_FIELDS, "in a command")
            raise LineError(f"`at`: missing; a line has {', or '.join(LINES)}")
        if line.keys() == {"at"}:
            due = self.engine.advance(milliseconds(line["at"], "at"))
            return decision_line(Decision(None, due=due))
        return decision_line(self.engine.submit(command_of(line)))

    @staticmethod
    def _answer_question(engine: StageAccess, line: Line) -> Answer:
        match line["ask"]:
            case "state":
                check_only(line, ("ask",), 'in a line with `ask`: "state"')
                return engine.state()
            case "actions":
                check_only(line, ("ask", "of", "client"), 'in a line with `ask`: "actions"')
                if "of" not in line:
                    raise LineError('`of`: missing; `ask`: "actions" needs the name of a person')
                client = as_word(line["client"], Client, "client") if "client" in line else Client.DESKTOP
                offers = engine.available_actions(as_text(line["of"], "of"), client)
                keys = ("do", "to", "mode", "role")
                return {"actions": [{k: getattr(o, k) for k in keys if getattr(o, k) is not None} for o in offers]}
            case other:
                raise LineError(f"`ask`: {shown(other)} is no question; possible are `state` and `actions`")


def serve(lines: Iterable[bytes], write: Callable[[bytes], object]) -> None:
    """Answers each line, in order, with one call of `write`."""
    conversation = Conversation()
    for line in lines:
        write(conversation.answer_text(line.rstrip(b"\r\n")).encode("ascii") + b"\n")


def room_config(fields: Line) -> RoomConfig:
    """The room that the object of a `room` line describes; what is left out is off. Raises LineError."""
    fields = given(fields, ROOM_FIELDS, "in `room`")
    check_only(fields, ROOM_FIELDS, "in `room`")
    if "mode" not in fields:
        raise LineError(f"`mode`: missing; `room` needs one of {ticked(tuple(Mode))}")
    settings: dict[str, Any] = {"mode": as_word(fields["mode"], Mode, "mode")}
    if "stage_capacity" in fields:
        settings["stage_capacity"] = as_whole(fields["stage_capacity"], "stage_capacity")
    if "when_full" in fields:
        settings["when_full"] = as_word(fields["when_full"], FullStage, "when_full")
    for name, in_engine in DURATIONS.items():
        if name in fields:
            settings[in_engine] = milliseconds(fields[name], name)
    if "request_limit" in fields:
        limit = given(as_object(fields["request_limit"], "request_limit"), LIMIT_FIELDS, "in `request_limit`")
        check_only(limit, LIMIT_FIELDS, "in `request_limit`")
        for name in LIMIT_FIELDS:
            if name not in limit:
                raise LineError(f"`{name}`: missing; `request_limit` needs `count` and `window`")
        settings["request_limit"] = RequestLimit(
            as_whole(limit["count"], "count"), milliseconds(limit["window"], "window")
        )
    return RoomConfig(**settings)


def command_of(line: Line) -> Command:
    """The command that a parsed line describes. Raises LineError; what an action takes and needs, the engine checks."""
    check_only(line, COMMAND_FIELDS, "in a command")
    for name in ("at", "do"):
        if name not in line:
            raise LineError(f"`{name}`: missing; a command has `at` and `do`")
    texts = {name: as_text(line[name], name) for name in ("by", "to", "request", "id") if name in line}
    return Command(
        at_ms=milliseconds(line["at"], "at"),
        do=as_word(line["do"], Action, "do"),
        client=as_word(line["client"], Client, "client") if "client" in line else Client.DESKTOP,
        mode=as_word(line["mode"], Mode, "mode") if "mode" in line else None,
        role=as_word(line["role"], Role, "role") if "role" in line else None,
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
