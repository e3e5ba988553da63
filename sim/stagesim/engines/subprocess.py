"""An engine under test in a process of its own, in any language: it speaks the line protocol.

    engine = EngineCommand("python -m stageaccess")
    simulate(scenario, engine=engine)

One process serves room after room; a new room ends the one before it. Each worker of a study has a process of its own.
"""

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from stageaccess import RULES, Client, Command, Decision, EngineIdentity, Event, Mode, Offer, RoomConfig, RuleSet
from stageaccess.lines import Answer, Line, WireError, parse, seconds
from stageaccess.wire import (
    command_object,
    decision_of,
    due_of,
    identity_of,
    offers_of,
    room_object,
    state_of,
)
from stagesim.engines.checked import Checked
from stagesim.engines.contract import Engine, EngineError, EngineMaker
from stagesim.engines.polled import Polled
from stagesim.engines.process import Process
from stagesim.errors import StagesimError

PATIENCE_S: Final = 10.0
"""How long an answer may take before the engine counts as stuck."""

OWN_RULES: Final = "its own"
"""The rules of an engine that does not say which it has."""

DUE: Final[Answer] = {"ask": "due"}

UNANSWERED: Final = {
    "due": "it is not asked when something is due, but driven by whole seconds",
    "engine": "it is called by its command",
}
"""The questions that an engine need not know, and what follows where it does not."""

T = TypeVar("T")

_running: dict[tuple[str, int], Process] = {}
"""The processes of this one, by the key of their command and the thread that asks: who asks needs the answer."""

_numbers = itertools.count()


class EngineCommand:
    """Makes rooms in an engine that is started with a command line. It can be sent to other processes.

    An answer may take `patience_s` seconds.
    """

    def __init__(self, command: str, patience_s: float | None = None, key: str | None = None) -> None:
        self.command = command
        self.patience_s = PATIENCE_S if patience_s is None else patience_s
        self._key = key or f"{os.getpid()}.{next(_numbers)}"
        self._mute: EngineError | None = None

    def __call__(self, config: RoomConfig, rules: RuleSet = RULES) -> Engine:
        """A fresh room. The rules are the engine's own, so that a variant of the rules is refused."""
        if rules != RULES:
            hint = "  hint: leave out `rules` in the scenario, or the engine"
            raise EngineError(self.command, f"has rules of its own, and cannot be given `{rules.name}`\n{hint}")
        if self._mute is not None:
            again = EngineError(*self._mute.args)
            again.is_old = True
            raise again
        try:
            room = SubprocessEngine(self._process(), config)
        except EngineError as error:
            self._mute = error if error.is_mute else None  # then it is no use to wait for it again
            raise
        engine = Checked(room, self.command, config)
        return engine if room.says_what_is_due() else Polled(engine)

    def absence(self) -> str | None:
        """Why it is no engine: it cannot be started, or ends before its first answer. None for one that answers,
        whatever it does.
        """
        try:
            SubprocessEngine(self._process(), RoomConfig(Mode.JOIN_BY_REQUEST))
        except EngineError as error:
            return str(error) if error.line is None else None
        return None

    def silences(self) -> list[str]:
        """What it does not answer of the questions that an engine need not know, and what follows; it is asked now."""
        if self._mute is not None:
            return []
        try:
            room = SubprocessEngine(self._process(), RoomConfig(Mode.JOIN_BY_REQUEST))
            said = {word: room.knows({"ask": word}) for word in UNANSWERED}
        except EngineError:
            return []  # it has been said what is wrong with it
        return [f"the engine does not answer `{word}`: {UNANSWERED[word]}" for word in said if not said[word]]

    def _process(self) -> Process:
        place = self._key, threading.get_ident()
        process = _running.get(place)
        if process is None or process.ended:
            process = _running[place] = Process(self.command, self.patience_s)
        return process

    def close(self) -> None:
        """End what runs in this process; the next room starts it again."""
        for place in [each for each in _running if each[0] == self._key]:
            _running.pop(place).close()

    def close_here(self) -> None:
        """The same for this thread alone: others of this process may be asking it."""
        process = _running.pop((self._key, threading.get_ident()), None)
        if process is not None:
            process.close()

    def __enter__(self) -> "EngineCommand":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return EngineCommand, (self.command, self.patience_s, self._key)


@contextmanager
def in_use(engine: EngineMaker | str | None) -> Iterator[EngineMaker | None]:
    """The engine that was asked for, by a command line or as what makes it; a process of its own ends afterwards."""
    given: object = engine
    if given is not None and not callable(given) and not isinstance(given, str):
        hint = "give the command line of a program, or what makes an engine of a `RoomConfig` and a `RuleSet`"
        raise StagesimError(f"`engine`: expected an engine, got `{given!r}`\n  hint: {hint}")
    maker = EngineCommand(engine) if isinstance(engine, str) else engine
    try:
        yield maker
    finally:
        if isinstance(maker, EngineCommand):
            maker.close()


def identity_of_engine(maker: EngineMaker) -> EngineIdentity:
    """Who an engine says it is, asked in a room of its own. EngineError where it is none."""
    return maker(RoomConfig(Mode.JOIN_BY_REQUEST), RULES).identity


class SubprocessEngine:
    """One room in such an engine."""

    def __init__(self, process: Process, config: RoomConfig) -> None:
        self._process = process
        self._room: Answer = {"room": room_object(config)}
        self._identity: EngineIdentity | None = None
        process.rooms += 1
        self._number = process.rooms
        self._needed(self._room, _taken)

    @property
    def identity(self) -> EngineIdentity:
        """Who it says it is; an engine that does not say is called by its command."""
        if self._identity is None:
            said = self._if_known({"ask": "engine"}, identity_of)
            self._identity = said or EngineIdentity(self._process.command, "", OWN_RULES)
        return self._identity

    def submit(self, command: Command) -> Decision:
        """Ask it about a command."""
        return self._needed(command_object(command), decision_of)

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let it carry out what is due."""
        return self._needed({"at": seconds(at_ms)}, decision_of).due

    def next_due(self) -> int | None:
        """When something is due, as it says."""
        return self._needed(DUE, due_of)

    def says_what_is_due(self) -> bool:
        """Whether it knows this question."""
        return self._if_known(DUE, lambda answer: (due_of(answer),)) is not None

    def knows(self, line: Answer) -> bool:
        """Whether a line is none at fault to it."""
        return "error" not in self._ask(line)[2]

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What it offers to a person."""
        return self._needed({"ask": "actions", "of": person, "client": client}, offers_of)

    def state(self) -> dict[str, Any]:
        """What it says is so."""
        return self._needed({"ask": "state"}, state_of)

    def report_told(self) -> bool:
        """Begin the room again, with notices; False where it does not know this."""
        return self._if_known({**self._room, "told": True}, _taken) is not None

    def _needed(self, line: Answer, read: Callable[[Line], T]) -> T:
        """What it answers to a line that every engine knows."""
        asked, said, answer = self._ask(line)
        if "error" in answer:
            raise EngineError(self._process.command, "finds fault with a line that has none", asked, said)
        return self._read(read, answer, asked, said)

    def _if_known(self, line: Answer, read: Callable[[Line], T]) -> T | None:
        """What it answers to a line that an engine need not know; None where it does not."""
        asked, said, answer = self._ask(line)
        return None if "error" in answer else self._read(read, answer, asked, said)

    def _ask(self, line: Answer) -> tuple[str, str, Line]:
        asked = json.dumps(line, ensure_ascii=False)
        if self._number != self._process.rooms:
            raise EngineError(self._process.command, "has another room since, and this one is gone", asked)
        said = self._process.ask(asked)
        return asked, said, self._read(lambda answer: answer, said, asked, said)

    def _read(self, read: Callable[[Line], T], answer: Line | str, asked: str, said: str) -> T:
        try:
            return read(parse(answer) if isinstance(answer, str) else answer)
        except WireError as fault:
            what = str(fault).partition("\n")[0]
            raise EngineError(self._process.command, f"breaks the line protocol: {what}", asked, said) from None


def _taken(answer: Line) -> Line:
    """Raise WireError unless a room line was taken."""
    if answer.get("ok") is not True:
        raise WireError('`ok`: missing; the answer to a room is {"ok": true}')
    return answer
