"""Any engine as one that can be explored: it is followed by its events, and what it was asked is asked again."""

from dataclasses import dataclass, field
from typing import Any, Self

from stageaccess import Client, Command, Decision, Event, Offer, Room, RoomConfig, RuleSet
from stagesim.engines.contract import Engine, EngineMaker


@dataclass(slots=True)
class Process:
    """What makes the rooms of an engine, and the one that it has now: a new room may end the one before."""

    make: EngineMaker
    current: object = None


class Followed:
    """A room of an engine that shows no more than its answers. `room` is what its events make of it.

    A copy is made by asking a fresh room the same; that is put off until the copy is asked something.
    """

    def __init__(self, process: Process, config: RoomConfig, rules: RuleSet) -> None:
        self.process, self.config, self.rules = process, config, rules
        self.room = Room(config, rules)
        self.asked: list[Command | int] = []
        self.tells = False
        self._engine: Engine | None = None

    def submit(self, command: Command) -> Decision:
        """Decide on a command."""
        decision = self._now().submit(command)
        self.asked.append(command)
        self._follow(command.at_ms, decision.due + decision.events)
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on."""
        events = self._now().advance(at_ms)
        self.asked.append(at_ms)
        self._follow(at_ms, events)
        return events

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What it offers."""
        return self._now().available_actions(person, client)

    def state(self) -> dict[str, Any]:
        """What it says is so."""
        return self._now().state()

    def report_told(self) -> bool:
        """Have it say with each event who was told of it."""
        self.tells = True
        return self._now().report_told()

    def copy(self) -> Self:
        """The same in a room of its own."""
        twin = type(self)(self.process, self.config, self.rules)
        twin.room, twin.asked, twin.tells = self.room.copy(), list(self.asked), self.tells
        return twin

    def _follow(self, at_ms: int, events: tuple[Event, ...]) -> None:
        for event in events:
            if event.seq > self.room.seq:  # a command that came twice got the first answer again
                self.room.apply(event)
        self.room.now_ms = at_ms

    def _now(self) -> Engine:
        """The engine, in the state in which this room is."""
        if self._engine is None or self.process.current is not self:
            self._engine = self.process.make(self.config, self.rules)
            self.process.current = self
            if self.tells:
                self._engine.report_told()
            for each in self.asked:
                if isinstance(each, int):
                    self._engine.advance(each)
                else:
                    self._engine.submit(each)
        return self._engine


@dataclass(frozen=True, slots=True)
class Following:
    """Makes rooms of an engine that is followed."""

    process: Process = field(repr=False)

    def __call__(self, config: RoomConfig, rules: RuleSet) -> Followed:
        """A fresh room."""
        return Followed(self.process, config, rules)


def following(make: EngineMaker) -> Following:
    """Rooms of any engine, ready to be explored."""
    return Following(Process(make))
