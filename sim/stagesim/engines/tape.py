"""A tape: every command of one replication with the answer it got, so that another engine can be asked the same.

A recorder stands between the world and an engine and changes nothing. Moments at which time was advanced and nothing
was due are left out: what is due comes with the next command all the same.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from stageaccess import (
    Action,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    Mode,
    Offer,
    Reason,
    Role,
)
from stageaccess.messages import new_command
from stagesim.engines.contract import Engine


class Entry(NamedTuple):
    """One command and its answer; without a command, time was advanced to `at_ms` and the answer is what was due."""

    at_ms: int
    command: Command | None
    answer: Decision


@dataclass(frozen=True, slots=True)
class Tape:
    """Everything that an engine was asked in one replication, and everything that it answered."""

    entries: tuple[Entry, ...]

    def events(self) -> Iterator[Event]:
        """Every event that the engine made, in order; a command that came twice got the first answer again."""
        seq = 0
        for entry in self.entries:
            for event in (*entry.answer.due, *entry.answer.events):
                if event.seq > seq:
                    seq = event.seq
                    yield event

    def commands_digest(self) -> str:
        """SHA-256 of the commands: equal when the agents did the same, whatever their code looks like."""
        return _digest([_command_row(entry) for entry in self.entries])

    def answers_digest(self) -> str:
        """SHA-256 of the answers: equal when the engine decided the same, whatever its code looks like."""
        return _digest([_answer_row(entry.answer) for entry in self.entries])

    def packed(self) -> str:
        """The tape as text: JSON, compressed, in base64. `unpacked` reads it on every platform."""
        rows = [[_command_row(entry), _answer_row(entry.answer)] for entry in self.entries]
        text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
        return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")


class Recorder:
    """An engine that asks another one, and keeps what it was asked and what it answered.

    `tells` is whether its events say who was told.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.entries: list[Entry] = []
        self.tells = False

    def submit(self, command: Command) -> Decision:
        answer = self.engine.submit(command)
        self.entries.append(Entry(command.at_ms, command, answer))
        return answer

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        due = self.engine.advance(at_ms)
        if due:
            self.entries.append(Entry(at_ms, None, Decision(None, due=due)))
        return due

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        return self.engine.available_actions(person, client)

    def state(self) -> dict[str, Any]:
        return self.engine.state()

    def report_told(self) -> bool:
        self.tells = self.engine.report_told()
        return self.tells


def unpacked(text: str) -> Tape:
    """The tape that `packed` wrote. Raises ValueError for anything else."""
    try:
        rows = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
        return Tape(tuple(_entries(rows)))
    except (zlib.error, KeyError, TypeError, IndexError) as fault:
        raise ValueError(f"the tape of decisions is damaged: {fault}") from None


def _entries(rows: Iterable[Any]) -> Iterator[Entry]:
    for asked, (reason, outcome, resolved_by, wait_ms, due, events) in rows:
        made = (tuple(map(_event, events)), tuple(map(_event, due)))
        answer = Decision(None if reason is None else Reason(reason), *made, outcome, resolved_by, wait_ms)
        yield Entry(asked[0], None if len(asked) == 1 else _command(asked), answer)


def _command(row: list[Any]) -> Command:
    at_ms, do, by, to, client, mode, role, request, key, connection = row
    return new_command(
        at_ms,
        Action(do),
        by,
        to=to,
        client=Client(client),
        mode=None if mode is None else Mode(mode),
        role=None if role is None else Role(role),
        request=request,
        id=key,
        connection=connection,
    )


def _event(row: list[Any]) -> Event:
    seq, at_ms, kind, who, by, extra = row
    return Event(seq, at_ms, EventKind(kind), who, by, extra)


def _command_row(entry: Entry) -> list[Any]:
    return [entry.at_ms] if entry.command is None else list(entry.command)


def _answer_row(answer: Decision) -> list[Any]:
    rows = [[_event_row(event) for event in events] for events in (answer.due, answer.events)]
    return [answer.reason, answer.outcome, answer.resolved_by, answer.wait_ms, *rows]


def _event_row(event: Event) -> list[Any]:
    return [event.seq, event.at_ms, event.event, event.who, event.by, dict(event.extra)]


def _digest(rows: list[Any]) -> str:
    text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
