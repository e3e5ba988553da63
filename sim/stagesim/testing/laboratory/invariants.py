"""The invariants of the rules (RULES section 11), held against every answer of an engine, under any set of rules.

What a variant says otherwise is no breach: where its cells or closings let a request stay open (3), let somebody go
live without an invitation (4), or end stays at a change of mode (7), that invariant is not asked of it there. Of the
others, 1, 5, 6, 8 and 13 are the contract, which `engines.checked` holds; 11 and 12 are asked in a `Trial`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

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
    """An invariant that does not hold: its number, in words, and the words of a step that show it, or a property."""

    number: int
    said: str
    shows: Mapping[str, object]
    statement: str | None = None


class Promised(NamedTuple):
    """The modes in which a set of rules leaves no request open (3), and lets plain participants go live by an accepted
    invitation only (4).
    """

    no_request: frozenset[Mode]
    invitation: frozenset[Mode]


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
    closed = frozenset(Mode) - {Mode.JOIN_BY_REQUEST}
    return Promised(frozenset(closed - asked), frozenset(Mode) - {Mode.EVERYONE_ON_STAGE} - uninvited)


INVITED: Final = (Position.INVITED, Position.PREPARING_INVITATION)


def _leads_to_the_stage(rules: RuleSet, mode: Mode, position: Position) -> bool:
    own = (rules.own_cell(action, mode, position, is_staff=False) for action in OWN_ACTIONS)
    others = (rules.others.get((action, position)) for action in OTHERS_ACTIONS)
    return position is not Position.ON_STAGE and Standing.ON_STAGE in (*own, *others)


class Invariants:
    """Follows a room by its events, and finds the first invariant that an answer breaks."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.promised = promised(room.rules)

    def breach_of_due(self, events: Sequence[Event]) -> Breach | None:
        """What events of due times break, after which the room is as they say."""
        return next(filter(None, (self._of_event(event, ()) for event in events)), None)

    def breach(self, command: Command, decision: Decision) -> Breach | None:
        """What the events of a command break, after which the room is as they say; those of due times come before."""
        events = [event for event in decision.events if event.seq > self.room.seq]  # a repeated answer has happened
        return next(self._breaches(command, decision, events), None)

    def _breaches(self, command: Command, decision: Decision, events: Sequence[Event]) -> Iterator[Breach]:
        room = self.room
        if command.do is Action.SET_MODE and command.mode is not None:
            if command.client is Client.MOBILE and decision.accepted:
                yield Breach(9, "a mobile client has changed the mode", {"expect": "not_on_mobile"})
            closing = room.rules.stays_at_mode_change.get((room.mode, command.mode))
            for event in events:
                is_closing = closing is not None and event.extra.get("cause") == closing and event.who not in room.staff
                if event.event in ON_AND_OFF and not is_closing:
                    said = f"a change of mode has moved `{event.who}`: `{event.event}`"
                    yield Breach(7, said, {"on_stage": list(room.stage)})
        for index, event in enumerate(events):
            found = self._of_event(event, events[:index])
            if found is not None:
                yield found
        if room.queue and room.mode in self.promised.no_request:
            yield Breach(3, f"a request is open in `{room.mode}`: of `{next(iter(room.queue))}`", {"queue": []})

    def _of_event(self, event: Event, before: Sequence[Event]) -> Breach | None:
        """What an event breaks, after which the room is as it says. `before` are those of the same command."""
        room, who, found = self.room, event.who, None
        if event.event is EventKind.STAGE_REMOVED and event.extra.get("cause") == Cause.CAPACITY:
            if who in room.staff and room.rules.staff_stay_on_full_stage:
                found = Breach(10, f"`{who}`, who is staff, had to make room", {"on_stage": list(room.stage)})
        if event.event is EventKind.STAGE_JOINED and who not in room.staff and room.mode in self.promised.invitation:
            if not any(_accepts(each, who) for each in before):
                said = f"`{who}` went live in `{room.mode}` without having accepted an invitation"
                found = Breach(4, said, {"on_stage": list(room.stage)})
        room.apply(event)
        capacity = room.config.stage_capacity
        if found is None and capacity is not None and len(room.stage) > capacity:
            said = f"{len(room.stage)} are on stage, which has {capacity} places"
            found = Breach(2, said, {}, "always on_stage <= capacity")
        return found


ON_AND_OFF: Final = frozenset({EventKind.STAGE_JOINED, EventKind.STAGE_LEFT, EventKind.STAGE_REMOVED})


def _accepts(event: Event, who: str) -> bool:
    is_end = event.event is EventKind.INVITATION_CLOSED and event.who == who
    return is_end and event.extra.get("outcome") == Outcome.ACCEPTED
