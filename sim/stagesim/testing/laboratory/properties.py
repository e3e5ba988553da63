"""What is demanded of a room in each of its states and at each step: the invariants of the rules, and any of one's own.

A property says what is wrong, and what a script would expect in its place, so that whatever violates it is a scenario
that fails.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from stageaccess import Decision, Event, Room
from stageaccess.cells import STANDING_AT, Position
from stageaccess.vocabulary import Action, Client, Phase
from stagesim.engines.contradictions import contradiction
from stagesim.testing.laboratory.invariants import ALL, Breach, Invariants
from stagesim.testing.laboratory.small_room import Explorable, Move, Shown


@dataclass(frozen=True)
class Step:
    """One move with an effect: the engine before it and after it, and the answer.

    `is_same` says that nothing that matters changed; what changes nothing and has no events is no step.
    """

    before: Shown
    after: Shown
    move: Move
    decision: Decision
    is_same: bool

    @property
    def events(self) -> tuple[Event, ...]:
        """All events of the step."""
        return self.decision.due + self.decision.events

    @cached_property
    def course(self) -> "Course":
        """What the events alone make of the room before them, and what they break."""
        room, against = self.before.room.copy(), list[str]()

        def consistent(events: Iterable[Event]) -> Iterator[Event]:
            """Those up to the first that contradicts what came before; each is heard before the next is asked for."""
            for event in events:
                why = contradiction(room, event)
                if why is not None:
                    against.append(f"`{event.event}` of {event.who}: {why}")
                if against:
                    return
                yield event

        invariants = Invariants(room, ALL)
        found = list(invariants.of_due(consistent(self.decision.due)))
        if self.move is not None:
            found += invariants.of_command(self.move, self.decision, consistent(self.decision.events))
        if not against:
            found += invariants.at_rest()
        return Course(room, {each.number: each for each in reversed(found)}, against[0] if against else None)


class Course(NamedTuple):
    """A room after the events of a step, the first breach of each invariant by number, and what contradicts them."""

    room: Room
    broken: Mapping[int, Breach]
    contradiction: str | None


class State(NamedTuple):
    """A state, and everything that was tried in it: each move, with the answer."""

    engine: Explorable
    people: tuple[str, ...]
    tried: list[tuple[Move, Decision]]


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `of_step` looks at every step and `of_state` at every state; each says what is wrong, if anything.

    `reached` instead is what must be so in some state.
    """

    name: str
    of_step: Callable[[Step], Breach | None] | None = None
    of_state: Callable[[State], Breach | None] | None = None
    reached: Callable[[State], bool] | None = None


def _one_standing(step: Step) -> Breach | None:
    if step.is_same:
        return None
    room = step.after.room
    for name, person in room.people.items():
        expected = _position(room, name)
        if person.position is not expected:
            said = f"{name} is {person.position}, and should be {expected}"
            return Breach(said, {"of": name, "standing": str(STANDING_AT[expected])})
        if (person.request is not None) + (person.invitation is not None) > 1:
            return Breach(f"{name} has a request and an invitation open")
    return None


def _position(room: Room, name: str) -> Position:
    """Where somebody is, by what is open."""
    if name in room.stage:
        return Position.ON_STAGE
    if name in room.setups:
        return Position.PREPARING_INVITATION if name in room.invited else Position.PREPARING_SELF
    if name in room.invited:
        return Position.INVITED
    return Position.REQUESTED if name in room.queue else Position.VIEWER


def _unbroken(number: int) -> Callable[[Step], Breach | None]:
    """Whether the events of a step break an invariant."""
    return lambda step: step.course.broken.get(number)


def _one_outcome(step: Step) -> Breach | None:
    against = step.course.contradiction
    if against is None:
        return None
    return Breach(f"what came before contradicts {against}", _instead(step.before.room.state(), step.after.state()))


def _rejected(step: Step) -> Breach | None:
    if step.decision.accepted:
        return None
    if step.decision.events:
        said = f"it was rejected with `{step.decision.reason}`, and `{step.decision.events[0].event}` happened"
        return Breach(said, _instead(step.before.room.state(), step.after.state()))
    if step.decision.due:
        return None
    said = f"it was rejected with `{step.decision.reason}`, and changed the room"
    return Breach(said, _instead(step.before.room.state(), step.after.state()))


def _instead(expected: Mapping[str, Any], got: Mapping[str, Any]) -> dict[str, Any]:
    """What a script can expect of a room that is not as it should be: what differs."""
    people: Mapping[str, Any] = expected["people"]
    unlike = [name for name in people if people[name] != got["people"].get(name)]
    words = {"in_mode": "mode", "live": "live", "queue": "queue", "on_stage": "on_stage"}
    wanted = {word: expected[part] for word, part in words.items() if expected[part] != got[part]}
    for name in unlike[:1]:
        person = people[name]
        wanted |= {"of": name, "standing": person["standing"], "has_role": person["role"]}
        wanted |= {"presence": person["presence"]}
    return {word: value if isinstance(value, list | bool) else str(value) for word, value in wanted.items()}


def _folds(step: Step) -> Breach | None:
    if step.course.contradiction is not None:
        return None  # that is a breach of its own
    folded, after = step.course.room, step.after
    said, holds = folded.state(), after.state()
    if folded == after.room and said == holds:
        return None
    parts = (part for part in said if said[part] != holds.get(part))
    differs = f"the events lead to another room: {next(parts, 'something that is not shown')} differs"
    return Breach(differs, _instead(said, holds))


NEVER_OFFERED: Final = frozenset(
    (
        *(Action.ENTER_ROOM, Action.LEAVE_ROOM, Action.DISCONNECT, Action.RECONNECT),
        *(Action.SPEAK, Action.START_SESSION, Action.END_SESSION),
    )
)


def _offers(state: State) -> Breach | None:
    """Offered is what is accepted and emits an event, of all that was tried."""
    offered: dict[tuple[str, Client], set[tuple[object, ...]]] = {}
    for move, decision in state.tried:
        if move is None or move.do in NEVER_OFFERED or decision.due:
            continue
        by, client = str(move.by), move.client
        if (by, client) not in offered:
            offered[by, client] = {tuple(each) for each in state.engine.available_actions(by, client)}
        is_offered = (move.do, move.to, move.mode, move.role) in offered[by, client]
        if is_offered is not bool(decision.accepted and decision.events):
            words = " ".join(str(word) for word in (move.do, move.to, move.mode, move.role) if word)
            what = "not_offered" if is_offered else "offered"
            why = decision.reason or ("it does something" if decision.events else "nothing happens")
            said = f"`{words}` is {'offered' if is_offered else 'not offered'} to {by}: {why}"
            return Breach(said, {"of": by, "client": str(client), what: [words]})
    return None


def _forwards(step: Step) -> Breach | None:
    at_ms = step.before.room.now_ms
    for event in step.events:
        if event.at_ms < at_ms:
            return Breach(f"`{event.event}` is of {event.at_ms} ms, after something of {at_ms} ms")
        at_ms = event.at_ms
    return None


def _nothing_outlives_the_session(step: Step) -> Breach | None:
    room = step.after.room
    if room.phase is not Phase.ENDED or not (room.queue or room.invited or room.setups or room.stage):
        return None
    return Breach("something is open after the end of the session", {"queue": [], "on_stage": []})


REPEATABLE: Final = Property("11.11 the same commands give the same events")
ANSWERS: Final = Property("it answers every command")

INVARIANTS: Final = (
    Property("11.1 a person is in one standing, which agrees with what is open", _one_standing),
    Property("11.2 no more are on stage than fit, after every event", _unbroken(2)),
    Property("11.3 no request is open in invite_only and everyone_on_stage", _unbroken(3)),
    Property("11.4 who goes live in join_by_request and invite_only accepted an invitation", _unbroken(4)),
    Property("11.5 what ends was open, and ends once", _one_outcome),
    Property("11.6 a rejected command changes nothing and emits no event", _rejected),
    Property("11.7 a change of mode moves nobody on or off stage", _unbroken(7)),
    Property("11.8 the events lead to the room that the engine holds", _folds),
    Property("11.9 no mode is set from a mobile client", _unbroken(9)),
    Property("11.10 replacement never removes staff", _unbroken(10)),
    REPEATABLE,
    Property("11.12 what is offered is what would be accepted and do something", of_state=_offers),
    Property("11.13 time never runs backwards", _forwards),
    Property("T9 nothing stays open after the end of the session", _nothing_outlives_the_session),
    ANSWERS,
)
"""Section 11 of the rules, and what goes without saying; `REPEATABLE` and `ANSWERS` are held by the exploration."""


def numbered(properties: tuple[Property, ...] = INVARIANTS) -> dict[str, Property]:
    """The properties by their numbers, such as `11.3`."""
    return {each.name.split()[0]: each for each in properties}
