"""A tape: every command of one replication with the answer it got, so that another engine can be asked the same.

A recorder stands between the world and an engine and changes nothing. Moments at which time was advanced and nothing
was due are left out: what is due comes with the next command all the same.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from stageaccess import Command, Decision, Event
from stageaccess.lines import Answer, seconds
from stageaccess.wire import command_object, decision_object
from stagesim.engines.asking import Asking
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

    def __reduce__(self) -> tuple[type["Tape"], tuple[tuple[Entry, ...]]]:
        """Let a tape travel between processes: what events say beside their head is a view, which cannot."""
        return Tape, (tuple(entry._replace(answer=_plain(entry.answer)) for entry in self.entries),)

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
        return _digest([_line(entry) for entry in self.entries])

    def answers_digest(self) -> str:
        """SHA-256 of the answers: equal when the engine decided the same, whatever its code looks like."""
        return _digest([decision_object(entry.answer) for entry in self.entries])


class Recorder(Asking):
    """An engine that asks another one, and keeps what it was asked and what it answered. When something is due, what is
    offered and what is so are no part of the tape.

    `tells` is whether its events say who was told.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.entries: list[Entry] = []
        self.tells = False

    def submit(self, command: Command) -> Decision:
        """Ask, and keep it."""
        answer = self.engine.submit(command)
        self.entries.append(Entry(command.at_ms, command, answer))
        return answer

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        due = self.engine.advance(at_ms)
        if due:
            self.entries.append(Entry(at_ms, None, Decision(None, due=due)))
        return due

    def report_told(self) -> bool:
        """Whether events say from now on who was told; the tape has it then."""
        self.tells = self.engine.report_told()
        return self.tells


def _line(entry: Entry) -> Answer:
    """What was asked, as a line has it."""
    return {"at": seconds(entry.at_ms)} if entry.command is None else command_object(entry.command)


def _plain(answer: Decision) -> Decision:
    due, events = ([event._replace(extra=dict(event.extra)) for event in part] for part in (answer.due, answer.events))
    return answer._replace(due=tuple(due), events=tuple(events))


def _digest(rows: list[Any]) -> str:
    text = json.dumps(rows, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
