"""The invariants of the rules (RULES section 11) that the events of one answer show: 2, 3, 4, 7, 9 and 10.

Whoever explores holds every variant to 3 and 4, to see what it breaks (`ALL`); whoever fuzzes holds it to what it
promises itself (`promised`). Stays that its closings end at a change of mode break 7 for neither. Of the others, 1, 5,
6, 8 and 13 are the contract, which `engines.checked` holds, and `properties` where states are explored; 11 and 12 are
asked by both in ways of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

from stageaccess import (
    Action,
    Cause,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    Mode,
    Outcome,
    Position,
    Room,
    RuleSet,
    Standing,
)
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.ruleset import places


class Breach(NamedTuple):
    """What is wrong, in words; and what a step of a script expects that shows it, or a statement that fails.

    `number` is that of the invariant, 0 for a property of somebody's own.
    """

    said: str
    shows: Mapping[str, Any] = {}
    statement: str | None = None
    number: int = 0


class Promised(NamedTuple):
    """The modes in which a set of rules leaves no request open (3), and lets plain participants go live by an accepted
    invitation only (4).
    """

    no_request: frozenset[Mode]
    invitation: frozenset[Mode]


ALL: Final = Promised(frozenset(Mode) - {Mode.JOIN_BY_REQUEST}, frozenset(Mode) - {Mode.EVERYONE_ON_STAGE})
"""What the rules promise."""


@lru_cache(maxsize=64)
def promised(rules: RuleSet) -> Promised:
    """What a set of rules promises of invariants 3 and 4."""
    reached = places(rules)
    asked = {mode for mode, _, position in reached if position is Position.REQUESTED}
    uninvited = {
        mode
        for mode, is_staff, position in reached
        if not is_staff and position not in INVITED and _leads_to_the_stage(rules, mode, position)
    }
    return Promised(ALL.no_request - asked, ALL.invitation - uninvited)


INVITED: Final = (Position.INVITED, Position.PREPARING_INVITATION)


def _leads_to_the_stage(rules: RuleSet, mode: Mode, position: Position) -> bool:
    own = (rules.own_cell(action, mode, position, is_staff=False) for action in OWN_ACTIONS)
    others = (rules.others.get((action, position)) for action in OTHERS_ACTIONS)
    return position is not Position.ON_STAGE and Standing.ON_STAGE in (*own, *others)


class Invariants:
    """Follows a room by its events, and finds the invariants that an answer breaks."""

    def __init__(self, room: Room, promise: Promised | None = None) -> None:
        """`promise` is what is asked of 3 and 4; None is what the rules of the room promise."""
        self.room = room
        self.promised = promised(room.rules) if promise is None else promise

    def breach_of_due(self, events: Sequence[Event]) -> Breach | None:
        """The first that events of due times break, after which the room is as they say."""
        return next(self.of_due(events), None)

    def breach(self, command: Command, decision: Decision) -> Breach | None:
        """The first that the events of a command break, after which the room is as they say; those of due times come
        before.
        """
        events = [event for event in decision.events if event.seq > self.room.seq]  # a repeated answer has happened
        return next(chain(self.of_command(command, decision, events), self.at_rest()), None)

    def of_due(self, events: Iterable[Event]) -> Iterator[Breach]:
        """All that events of due times break."""
        for event in events:
            yield from self._of_event(event, ())

    def of_command(self, command: Command, decision: Decision, events: Iterable[Event]) -> Iterator[Breach]:
        """All that a command and these events of it break."""
        room, is_change, closing = self.room, command.do is Action.SET_MODE and command.mode is not None, None
        if is_change and command.mode is not None:
            closing = room.rules.stays_at_mode_change.get((room.mode, command.mode))
            if command.client is Client.MOBILE and decision.accepted:
                yield Breach("a mobile client has changed the mode", {"expect": "not_on_mobile"}, number=9)
        before: list[Event] = []
        for event in events:
            is_closing = closing is not None and event.extra.get("cause") == closing and event.who not in room.staff
            if is_change and event.event in ON_AND_OFF and not is_closing:
                said = f"a change of mode has moved `{event.who}`: `{event.event}`"
                yield Breach(said, {"on_stage": list(room.stage)}, number=7)
            yield from self._of_event(event, before)
            before.append(event)

    def at_rest(self) -> Iterator[Breach]:
        """What must not be so once an answer is complete."""
        room = self.room
        if room.queue and room.mode in self.promised.no_request:
            said = f"a request is open in `{room.mode}`: of `{next(iter(room.queue))}`"
            yield Breach(said, {"queue": []}, number=3)

    def _of_event(self, event: Event, before: Sequence[Event]) -> Iterator[Breach]:
        """What an event breaks, after which the room is as it says. `before` are those of the same command."""
        room, who = self.room, event.who
        on_stage = {"on_stage": list(room.stage)} if event.event in ON_AND_OFF else {}
        if event.event is EventKind.STAGE_REMOVED and event.extra.get("cause") == Cause.CAPACITY:
            if who in room.staff and room.rules.staff_stay_on_full_stage:
                yield Breach(f"`{who}`, who is staff, had to make room", on_stage, number=10)
        if event.event is EventKind.STAGE_JOINED and who not in room.staff and room.mode in self.promised.invitation:
            if not any(_accepts(each, who) for each in before):
                said = f"`{who}` went live in `{room.mode}` without having accepted an invitation"
                yield Breach(said, on_stage, number=4)
        room.apply(event)
        capacity = room.config.stage_capacity
        if capacity is not None and len(room.stage) > capacity:
            said = f"{len(room.stage)} are on stage, which has {capacity} places"
            yield Breach(said, on_stage, "always on_stage <= capacity", number=2)


ON_AND_OFF: Final = frozenset({EventKind.STAGE_JOINED, EventKind.STAGE_LEFT, EventKind.STAGE_REMOVED})


def _accepts(event: Event, who: str) -> bool:
    is_end = event.event is EventKind.INVITATION_CLOSED and event.who == who
    return is_end and event.extra.get("outcome") == Outcome.ACCEPTED
