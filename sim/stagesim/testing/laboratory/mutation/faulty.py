"""Engines that ask ours and change something: what is asked, what is answered, what is told, shown, offered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stageaccess import Action, Client, Command, Decision, Event, Offer, Reason, RoomConfig, RuleSet, StageAccess
from stageaccess.people import Person
from stageaccess.room import Room
from stageaccess.vocabulary import Presence
from stagesim.engines.asking import Asking
from stagesim.engines.contract import EngineMaker


def is_there(room: Room, name: str, presence: Presence) -> bool:
    """Whether somebody has this presence."""
    return name in room.people and room.people[name].presence is presence


def present(room: Room) -> list[str]:
    """Everybody who is present."""
    return [name for name in room.people if is_there(room, name, Presence.PRESENT)]


class Faulty(Asking):
    """Our engine, for those to inherit from that change something. `room` is its room, `config` the one asked for."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        own = StageAccess(config, rules)
        super().__init__(own)
        self.config, self.own = config, own

    @property
    def room(self) -> Room:
        """What is so."""
        return self.own.room


def with_config(change: Callable[[RoomConfig], Mapping[str, Any]]) -> EngineMaker:
    """The room has another parameter."""
    return lambda config, rules: StageAccess(replace(config, **change(config)), rules)


def asked(change: Callable[[Command, Room], Command]) -> EngineMaker:
    """A command is understood as another."""

    class Misunderstanding(Faulty):
        def submit(self, command: Command) -> Decision:
            return self.own.submit(change(command, self.room))

    return Misunderstanding


def answered(change: Callable[[Command, Decision], Decision]) -> EngineMaker:
    """The answer says something else."""

    class Misspeaking(Faulty):
        def submit(self, command: Command) -> Decision:
            return change(command, self.own.submit(command))

    return Misspeaking


def happening(change: Callable[[Event, Room], Event]) -> EngineMaker:
    """Events say something else; the room is as it is after all of them."""

    class Misreporting(Faulty):
        def _of(self, events: Iterable[Event]) -> tuple[Event, ...]:
            return tuple(change(event, self.room) for event in events)

        def submit(self, command: Command) -> Decision:
            found = self.own.submit(command)
            return found._replace(events=self._of(found.events), due=self._of(found.due))

        def advance(self, at_ms: int) -> tuple[Event, ...]:
            return self._of(self.own.advance(at_ms))

    return Misreporting


def in_order(order: Callable[[Sequence[Event]], Iterable[Event]]) -> EngineMaker:
    """Events of one moment come in another order, with the numbers of that."""

    def renumbered(events: tuple[Event, ...]) -> tuple[Event, ...]:
        numbered = zip(order(events), events, strict=True)
        return tuple(event._replace(seq=at.seq) for event, at in numbered)

    class Disorderly(Faulty):
        def submit(self, command: Command) -> Decision:
            found = self.own.submit(command)
            return found._replace(events=renumbered(found.events), due=renumbered(found.due))

        def advance(self, at_ms: int) -> tuple[Event, ...]:
            return renumbered(self.own.advance(at_ms))

    return Disorderly


def telling(change: Callable[[Event, Room], Iterable[str]]) -> EngineMaker:
    """Others are told of an event."""
    return happening(
        lambda event, room: (
            event if event.told is None else event._replace(told=tuple(sorted(set(change(event, room)))))
        )
    )


def showing(change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> EngineMaker:
    """The state is shown otherwise."""

    class Misshowing(Faulty):
        def state(self) -> dict[str, Any]:
            state = self.own.state()
            return {**state, **change(state)}

    return Misshowing


def offering(change: Callable[[list[Offer], Room, str, Client], list[Offer]]) -> EngineMaker:
    """Something else is offered."""

    class Misoffering(Faulty):
        def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
            return change(self.own.available_actions(person, client), self.room, person, client)

    return Misoffering


def due_at(change: Callable[[int], int]) -> EngineMaker:
    """Something else is said of when something is due next."""

    class Misjudging(Faulty):
        def next_due(self) -> int | None:
            due_ms = self.own.next_due()
            return None if due_ms is None else change(due_ms)

    return Misjudging


def refusing(reason: Reason, when: Callable[[Command, Room], bool]) -> EngineMaker:
    """A reason is found before whatever else is wrong."""

    class Hasty(Faulty):
        def submit(self, command: Command) -> Decision:
            if not when(command, self.room):
                return self.own.submit(command)
            return Decision(reason, due=self.own.advance(command.at_ms))

    return Hasty


def replacing(quietest: Callable[[list[Person]], Person]) -> EngineMaker:
    """On a full stage somebody else makes room, of all participants there."""

    class Unfair(Faulty):
        def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
            super().__init__(config, rules)
            self.later_ms = 2**40

        def submit(self, command: Command) -> Decision:
            if command.do is not Action.GO_LIVE:
                return self.own.submit(command)
            due = self.own.advance(command.at_ms)
            there = [person for person in self.room.stage.values() if person.name not in self.room.staff]
            others = [person for person in there if person is not quietest(there)]
            heard = [person.heard_ms for person in others]
            self.later_ms += 1
            for person in others:  # as if all of them spoke just now, so that the one who is left is the quietest
                person.heard_ms = self.later_ms
            found = self.own.submit(command)
            for person, heard_ms in zip(others, heard, strict=True):
                if person.heard_ms == self.later_ms:
                    person.heard_ms = heard_ms
            return found._replace(due=due + found.due)

    return Unfair


def remembering(keep: Callable[[Command, Decision, Room], bool], again: Callable[[Decision], Decision]) -> EngineMaker:
    """Which commands with an id are remembered, and what is answered to those that come again."""

    class Forgetful(Faulty):
        def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
            super().__init__(config, rules)
            self.answers: dict[str, Decision] = {}

        def submit(self, command: Command) -> Decision:
            if command.id in self.answers:
                due = self.own.advance(command.at_ms)
                return again(self.answers[str(command.id)]._replace(due=due))
            decision = self.own.submit(command._replace(id=None))
            if command.id is not None and keep(command, decision, self.room):
                self.answers[command.id] = decision
            return decision

    return Forgetful
