"""An engine whose answers are held against the contract, so that a wrong one is found where it is given.

Otherwise it would come up later, as a log that no engine can have made, and look like a fault of the harness.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from stageaccess import (
    Client,
    Command,
    CommandError,
    Decision,
    Event,
    EventKind,
    Offer,
    Reason,
    Room,
    RoomConfig,
    RuleSet,
    StageAccess,
)
from stageaccess.commands import check_time, check_well_formed
from stageaccess.lines import seconds
from stageaccess.offers import OFFERED
from stageaccess.wire import command_object, decision_object, event_object, offers_object
from stagesim.engines.asking import Asking
from stagesim.engines.contract import Engine, EngineError, shortened
from stagesim.engines.contradictions import contradiction
from stagesim.engines.polled import Polled
from stagesim.engines.tape import Recorder

CARRYING: Final = (EventKind.ENTERED, EventKind.RECONNECTED)
"""The events that name a connection exactly when the command carried it."""

T = TypeVar("T")


class Checked(Asking):
    """An engine that asks another one, and raises EngineError where an answer breaks the contract.

    Time never runs backwards and is never ahead of what was asked. By itself nothing happens but what was said to be
    due. Events are numbered 1, 2, 3 …, none contradicts those before it, and what is so follows from them. A rejected
    command has none; a well-formed command gets a decision. `name` is what the engine is called in errors.
    """

    def __init__(self, engine: Engine, name: str, config: RoomConfig) -> None:
        super().__init__(engine)
        self._name = name
        self._now_ms = 0
        self._done_ms = -1
        """Up to here nothing can be due any more."""
        self._next: tuple[int | None] | None = None
        """When the engine said that something is due next, as long as that holds."""
        self._room = Room(config)
        """What is so, by the events alone."""
        self._answered: set[str] = set()
        self._tells = False
        self._before = ""
        """The line before a question."""

    def submit(self, command: Command) -> Decision:
        """Ask; CommandError for a command that is not well formed, of which the engine hears nothing."""
        check_well_formed(command, self._now_ms)
        decision = self._asked(command, lambda: self.engine.submit(command))
        if not isinstance(decision, Decision):
            raise self._breach(f"answers `{decision!r}`, which is no decision", command)
        again = command.id is not None and command.id in self._answered
        fault = self._fault_of_due(decision.due, command.at_ms)
        if fault is None and not again:  # a command that came before gets its first answer
            fault = self._fault_of_events(decision, command)
        if fault is not None:
            raise self._breach(fault, command, json.dumps(decision_object(decision)))
        if command.id is not None:
            self._answered.add(command.id)
        if decision.due or (decision.reason is None and not again):
            self._next = None
        self._now_ms, self._done_ms = command.at_ms, command.at_ms - 1
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on."""
        check_time(at_ms, self._now_ms)
        due = self._asked(at_ms, lambda: self.engine.advance(at_ms))
        fault = self._fault_of_due(due, at_ms)
        if fault is not None:
            raise self._breach(fault, at_ms, json.dumps([event_object(event) for event in due]))
        self._now_ms = self._done_ms = at_ms
        self._next = None
        return due

    def next_due(self) -> int | None:
        """When something is due: never what the engine was to carry out before."""
        due_ms = self.engine.next_due()
        if due_ms is not None and due_ms <= self._done_ms:
            fault = f"says that something is due at {seconds(due_ms)} s, when it is {seconds(self._now_ms)} s"
            raise EngineError(self._name, fault, '{"ask": "due"}', str(seconds(due_ms)))
        self._next = (due_ms,)
        return due_ms

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What a person could do now, in order."""
        offers = self.engine.available_actions(person, client)
        if offers != sorted(offers, key=lambda offer: tuple(field or "" for field in offer)):
            asked = {"ask": "actions", "of": person, "client": client}
            fault = "lists actions out of order: by `do`, then `to`, `mode`, `role`"
            raise EngineError(self._name, fault, json.dumps(asked), json.dumps(offers_object(offers)))
        strange = next((offer.do for offer in offers if offer.do not in OFFERED), None)
        if strange is not None:
            asked = {"ask": "actions", "of": person, "client": client}
            fault = f"offers `{strange}`, which has no button"
            raise EngineError(self._name, fault, json.dumps(asked), json.dumps(offers_object(offers)))
        return offers

    def state(self) -> dict[str, Any]:
        """What is so: what follows from the events."""
        said, follows = self.engine.state(), self._room.state()
        differs = next(_differences(said, follows), None)
        if differs is not None:
            before = f"\n  before: `{shortened(self._before)}`" if self._before else ""
            fault = f"contradicts its own events: {differs}{before}"
            raise EngineError(self._name, fault, '{"ask": "state"}', json.dumps(said, ensure_ascii=False))
        return said

    def report_told(self) -> bool:
        """Whether events say from now on who was told."""
        self._tells = self.engine.report_told()
        return self._tells

    def _asked(self, asked: Command | int, ask: Callable[[], T]) -> T:
        self._before = _line_of(asked)
        try:
            return ask()
        except CommandError as error:
            raise self._breach(f"finds fault with a line that has none: {error}", asked) from None

    def _fault_of_events(self, decision: Decision, command: Command) -> str | None:
        """What is wrong with the answer to a command."""
        reason: object = decision.reason  # an engine in Python may give anything
        if reason is not None and not isinstance(reason, Reason):
            return f"rejects a command for `{reason}`, which is none of the reasons"
        if decision.reason is not None and decision.events:
            return f"rejects a command, {decision.reason}, and has events of it"
        for event in decision.events:
            if event.at_ms != command.at_ms:
                came = f"it came at {seconds(command.at_ms)} s"
                return f"has an event of the command at {seconds(event.at_ms)} s; {came}"
            named = event.extra.get("connection")
            if event.event in CARRYING and named != command.connection:
                carried = f"`{command.connection}`" if command.connection else "none"
                return f"names the connection `{named}` in `{event.event}`, and the command carried {carried}"
        return self._fault_of_any(decision.events)

    def _fault_of_due(self, due: tuple[Event, ...], at_ms: int) -> str | None:
        """What is wrong with events of due times."""
        last_ms = self._now_ms
        for event in due:
            when = f"`{event.event}` at {seconds(event.at_ms)} s"
            if event.at_ms < last_ms:
                return f"lets time run backwards: {when} after {seconds(last_ms)} s"
            if event.at_ms > at_ms:
                return f"is ahead of its time: {when}, when it is {seconds(at_ms)} s"
            last_ms = event.at_ms
        return self._fault_of_promise(due, at_ms) or self._fault_of_any(due)

    def _fault_of_promise(self, due: tuple[Event, ...], at_ms: int) -> str | None:
        """Where it did not do what it had said, or did what it had not said."""
        if self._next is None:
            return None
        (next_ms,) = self._next
        said = "nothing was due" if next_ms is None else f"something was due at {seconds(next_ms)} s"
        if due and due[0].at_ms != next_ms:
            return f"has `{due[0].event}` at {seconds(due[0].at_ms)} s, and had said that {said}"
        if not due and next_ms is not None and next_ms <= at_ms:
            return f"does nothing by {seconds(at_ms)} s, and had said that {said}"
        return None

    def _fault_of_any(self, events: Iterable[Event]) -> str | None:
        """What is wrong with the number or the notices of events."""
        for event in events:
            room = self._room
            if event.seq != room.seq + 1:
                return f"numbers an event {event.seq} that is number {room.seq + 1}"
            wrong = contradiction(room, event)
            if wrong is not None:
                return f"contradicts itself: `{event.event}` at {seconds(event.at_ms)} s, and {wrong}"
            room.apply(event)
            if self._tells and event.told is None:
                return f"does not say who was told of `{event.event}`, though it said that it would"
            if event.told is not None and list(event.told) != sorted(set(event.told)):
                told = ", ".join(event.told)
                return f"lists who was told of `{event.event}` out of order, or twice: {told}; sorted by code points"
        return None

    def _breach(self, fault: str, asked: Command | int, answer: str | None = None) -> EngineError:
        return EngineError(self._name, fault, _line_of(asked), answer)


def _line_of(asked: Command | int) -> str:
    """A command, or a time, as it goes over the line."""
    line = command_object(asked) if isinstance(asked, Command) else {"at": seconds(asked)}
    return json.dumps(line, ensure_ascii=False)


def _differences(said: Mapping[str, Any], follows: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where a state is not what follows from the events: the field, what was expected, and what came."""
    more = [field for field in said if path and field not in follows]  # the state itself may say more
    for field in [*follows, *more]:
        mine, theirs = follows.get(field), said.get(field)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            yield from _differences(theirs, mine, f"{path}{field}.")
        elif mine != theirs:
            expected, got = (json.dumps(each, ensure_ascii=False) for each in (mine, theirs))
            yield f"`{path}{field}`: expected `{expected}`, got `{got}`"


def checked(engine: Engine, config: RoomConfig) -> Engine:
    """An engine whose answers are checked: our own needs none, and what one of these hands on has been checked."""
    if type(engine) is StageAccess or isinstance(engine, Checked | Polled | Recorder):
        return engine
    return Checked(engine, engine.identity.engine, config)


def own_checked(config: RoomConfig, rules: RuleSet) -> Engine:
    """Our own engine, with its answers checked: for whoever changes it."""
    return Checked(StageAccess(config, rules), "stageaccess", config)
