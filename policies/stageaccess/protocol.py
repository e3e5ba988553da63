"""The line protocol (RULES §12, docs/reference/protocol.md): one JSON object a line in, one answer a line out.

A `Conversation` holds one room and answers line by line. Whatever the line, there is an answer: a fault of the line is
`{"error": "..."}`, names the field and changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from stageaccess.config import RoomConfig
from stageaccess.engine import StageAccess
from stageaccess.lines import Answer, Line, WireError, as_object, check_only, given, milliseconds, parse, shown, ticked
from stageaccess.messages import CommandError, Decision
from stageaccess.records import TEXT, TRUTH, Field, Record, Sort, needed, optional, word
from stageaccess.rules import RULES
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import Client, Mode
from stageaccess.wire import (
    COMMAND,
    command_of,
    decision_object,
    due_object,
    identity_object,
    offers_object,
    room_object,
    room_of,
)


class Question(NamedTuple):
    """What can be asked of a room: the fields beside `ask`, and what gives the answer from their values."""

    fields: tuple[Field, ...]
    answer: Callable[..., Answer]


def _actions(engine: StageAccess, of: str, client: Client = Client.DESKTOP) -> Answer:
    return offers_object(engine.available_actions(of, client))


ASK: Final = needed("ask", TEXT)
OF: Final = needed("of", TEXT)
QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        "state": Question((), lambda engine: engine.state()),
        "actions": Question((OF, optional("client", word(Client))), _actions),
        "due": Question((), lambda engine: due_object(engine.next_due())),
        "engine": Question((), lambda engine: identity_object(engine.identity)),
    }
)

ROOM: Final = Sort(lambda value, field: room_of(as_object(value, field)), room_object, "an object")
ROOM_LINE: Final = Record("a line with `room`", (needed("room", ROOM), optional("told", TRUTH)))
LINES: Final = ("`room`", "`at` and `do`", "`at`", *(f'`ask`: "{question}"' for question in QUESTIONS))
LINE_FIELDS: Final = (*COMMAND.names, *ROOM_LINE.names, ASK.name, OF.name)


class Conversation:
    """One peer's talk with the engine: the room that the last `room` line made, and an answer to every line."""

    def __init__(self, rules: RuleSet = RULES) -> None:
        self.rules = rules
        self.engine: StageAccess | None = None

    def answer_text(self, raw: bytes | str) -> str:
        """The answer to one line as it came, without a line end. Never raises because of what the line says."""
        try:
            answer = self.answer(parse(raw))
        except (WireError, CommandError) as fault:
            answer = {"error": str(fault)}
        return json.dumps(answer)

    def answer(self, line: Line) -> Answer:
        """The answer to one parsed line (numbers as `int` or `Decimal`). Raises WireError or CommandError."""
        line = given(line, LINE_FIELDS, "in a line")
        if "room" in line:
            self.engine = _room(line, self.rules)
            return {"ok": True}
        if self.engine is None and line.get("ask") == "engine":
            # Who answers depends on no room, so that whoever drives an engine may ask it first.
            return _answer_question(StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST), self.rules), line)
        if self.engine is None:
            raise WireError('`room`: no room yet\nhint: begin with {"room": {"mode": "join_by_request"}}')
        if "ask" in line:
            return _answer_question(self.engine, line)
        if "at" not in line and "do" not in line:
            check_only(line, COMMAND.names, "in a command")
            raise WireError(f"`at`: missing; a line has {', or '.join(LINES)}")
        if line.keys() == {"at"}:
            due = self.engine.advance(milliseconds(line["at"], "at"))
            return decision_object(Decision(None, due=due))
        return decision_object(self.engine.submit(command_of(line)))


def serve(lines: Iterable[bytes], write: Callable[[bytes], object]) -> None:
    """Answers each line, in order, with one call of `write`."""
    conversation = Conversation()
    for line in lines:
        write(conversation.answer_text(line.rstrip(b"\r\n")).encode("ascii") + b"\n")


def _room(line: Line, rules: RuleSet) -> StageAccess:
    """The fresh room of a `room` line."""
    said = ROOM_LINE.read(line)
    engine = StageAccess(said["room"], rules)
    if said.get("told"):
        engine.report_told()
    return engine


def _answer_question(engine: StageAccess, line: Line) -> Answer:
    asked = line["ask"]
    if asked not in list(QUESTIONS):  # a list, because what is asked may be anything
        raise WireError(f"`ask`: {shown(asked)} is no question; possible are {ticked(tuple(QUESTIONS))}")
    fields, answer = QUESTIONS[asked]
    said = Record(f'a line with `ask`: "{asked}"', (ASK, *fields)).read(line)
    return answer(engine, **{name: value for name, value in said.items() if name != ASK.name})
