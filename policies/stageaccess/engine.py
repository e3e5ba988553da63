"""The policy engine: a command goes in, a decision with its events comes out.

`StageAccess` interprets a `RuleSet` over a `Room`. It has no clock and no randomness: time comes with the commands.
"""

import copy
import heapq
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from stageaccess.checks import Refusal, judge, stage_is_full
from stageaccess.commands import check_time, check_well_formed
from stageaccess.config import RoomConfig
from stageaccess.messages import NOTHING, Command, Decision, Event
from stageaccess.offers import Offer, offers
from stageaccess.room import APPLY, Due, Person, Room
from stageaccess.rules import OTHERWISE, RULES, Closing, Position, RuleSet
from stageaccess.vocabulary import (
    SYSTEM,
    Action,
    Cause,
    Client,
    EventKind,
    Origin,
    Outcome,
    Presence,
    Standing,
    Via,
)

Extra = Mapping[str, str | None]

new_tuple = tuple.__new__
"""Builds a named tuple from all its fields, in a third of the time that its own constructor takes."""

# What nearly every command asks for, by a name of its own: reading a member off its class takes ten times as long.
VIEWER: Final = Standing.VIEWER
REQUESTED: Final = Standing.REQUESTED
INVITED: Final = Standing.INVITED
PREPARING: Final = Standing.PREPARING
ON_STAGE: Final = Standing.ON_STAGE
VIA_SELF: Final = Via.SELF
VIA_INVITATION: Final = Via.INVITATION
LIVE: Final = Position.ON_STAGE
SETTING_UP: Final = frozenset({Position.PREPARING_SELF, Position.PREPARING_INVITATION})
REQUEST_CREATED: Final = EventKind.REQUEST_CREATED
REQUEST_CLOSED: Final = EventKind.REQUEST_CLOSED
INVITATION_CREATED: Final = EventKind.INVITATION_CREATED
INVITATION_CLOSED: Final = EventKind.INVITATION_CLOSED
SETUP_STARTED: Final = EventKind.SETUP_STARTED
SETUP_CANCELLED: Final = EventKind.SETUP_CANCELLED
STAGE_JOINED: Final = EventKind.STAGE_JOINED
STAGE_LEFT: Final = EventKind.STAGE_LEFT
STAGE_REMOVED: Final = EventKind.STAGE_REMOVED
SPOKE: Final = EventKind.SPOKE


class StageAccess:
    """One room under one set of rules."""

    def __init__(self, config: RoomConfig, rules: RuleSet = RULES) -> None:
        self.room = Room(config, rules)
        self._events: list[Event] = []
        self._answers: dict[str, Decision] = {}

    def submit(self, command: Command) -> Decision:
        """Decide on a command, and carry it out if it is accepted.

        Due times up to and including the command's own are carried out first (rule T7). Raises CommandError, and
        changes nothing, for a command that is not well formed.
        """
        room = self.room
        check_well_formed(command, room.now_ms)
        due = self._carry_out_due(command.at_ms) if room.due else ()
        room.now_ms = command.at_ms
        key = command.id
        if key is not None and key in self._answers:
            return self._answers[key]._replace(due=due)
        verdict = judge(room, command)
        if isinstance(verdict, Refusal):
            decision = Decision(verdict.reason, (), due, verdict.outcome, verdict.resolved_by, verdict.wait_ms)
        else:
            ACT[command.do](self, command, verdict)
            events = self._events
            decision = new_tuple(Decision, (None, tuple(events), due, None, None, None))
            events.clear()
        if key is not None:
            self._answers[key] = decision
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Carry out what is due up to and including `at_ms`; its events, each at its own deadline.

        Raises CommandError where time would run backwards.
        """
        check_time(at_ms, self.room.now_ms)
        due = self._carry_out_due(at_ms)
        self.room.now_ms = at_ms
        return due

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What the person could do now, with an effect: sorted, without coming, going and speaking."""
        room = self.room
        if room.due and room.due[0].deadline_ms <= room.now_ms:
            # Something lives for 0 ms: the next command finds it ended, so the offers must as well.
            shared = (room.config, room.rules, room.own_cells, room.others_cells)
            ahead = StageAccess(room.config, room.rules)
            ahead.room = copy.deepcopy(room, {id(part): part for part in shared})
            ahead.advance(room.now_ms)
            room = ahead.room
        return offers(room, person, client)

    def state(self) -> dict[str, object]:
        """What is so, in the words of the line protocol."""
        return self.room.state()

    def _take_events(self) -> tuple[Event, ...]:
        events = tuple(self._events)
        self._events.clear()
        return events

    def _emit(self, kind: EventKind, who: str, by: str, extra: Extra = NOTHING) -> None:
        room = self.room
        room.seq = seq = room.seq + 1
        event = new_tuple(Event, (seq, room.now_ms, kind, who, by, extra))
        APPLY[kind](room, event)
        self._events.append(event)

    # Due times.

    def _carry_out_due(self, at_ms: int) -> tuple[Event, ...]:
        room, due = self.room, self.room.due
        while due and due[0].deadline_ms <= at_ms:
            item = heapq.heappop(due)
            room.now_ms = item.deadline_ms
            self._carry_out(item)
        return self._take_events()

    def _carry_out(self, item: Due) -> None:
        """End what is due, unless it has ended already; an invitation waits while its person prepares (rule T2)."""
        person = self.room.people[item.who]
        if item.closes is EventKind.REQUEST_CLOSED:
            if person.request == item.item:
                self._close_request(person, Outcome.EXPIRED, SYSTEM)
        elif item.closes is EventKind.INVITATION_CLOSED:
            if person.invitation == item.item and person.position is Position.INVITED:
                self._close_invitation(person, Outcome.EXPIRED, SYSTEM)
        elif person.presence is Presence.AWAY and person.away_since == item.seq:
            self._go(person, Cause.GRACE_OVER, SYSTEM)

    # Moving a person from one standing to another: what closes comes before what opens.

    def _move(self, person: Person, to: Standing | None, by: str, closing: Closing) -> None:
        """Close what the new standing leaves no room for, and open what it needs."""
        request, invitation, position = person.request, person.invitation, person.position
        if request is not None and to is not REQUESTED:
            self._close_request(person, closing.request or OTHERWISE.request, by)
        if invitation is not None and to is not INVITED and to is not PREPARING:
            self._close_invitation(person, closing.invitation or OTHERWISE.invitation, by)
        if position is LIVE:
            if to is not ON_STAGE:
                self._end_stay(person, closing.stay or OTHERWISE.stay, by)
        elif position in SETTING_UP and to is not PREPARING and to is not ON_STAGE:
            self._emit(SETUP_CANCELLED, person.name, by, {"cause": closing.setup or OTHERWISE.setup})
        if to is not None and to is not VIEWER:
            self._open(person, to, by, VIA_SELF if invitation is None else VIA_INVITATION, request)

    def _open(self, person: Person, to: Standing, by: str, via: Via, request: str | None) -> None:
        room, name = self.room, person.name
        if to is REQUESTED:
            if person.request is None:
                self._emit(REQUEST_CREATED, name, by, {"request": f"r{len(room.requests) + 1}"})
        elif to is INVITED:
            if person.invitation is None:
                origin = Origin.DIRECT if request is None else Origin.REQUEST
                extra = {"invitation": f"i{len(room.invitations) + 1}", "origin": origin, "request": request}
                self._emit(INVITATION_CREATED, name, by, extra)
        elif to is PREPARING:
            self._emit(SETUP_STARTED, name, by, {"via": via})
        else:
            if stage_is_full(room) and (quietest := room.quietest()) is not None:
                self._end_stay(quietest, Cause.CAPACITY, by)
            self._emit(STAGE_JOINED, name, by, {"via": via})

    def _close_request(self, person: Person, outcome: Outcome | None, by: str) -> None:
        self._emit(REQUEST_CLOSED, person.name, by, {"request": person.request, "outcome": outcome})

    def _close_invitation(self, person: Person, outcome: Outcome | None, by: str) -> None:
        extra = {"invitation": person.invitation, "outcome": outcome}
        self._emit(INVITATION_CLOSED, person.name, by, extra)

    def _end_stay(self, person: Person, cause: Cause | None, by: str) -> None:
        self._emit(STAGE_REMOVED if cause in REMOVALS else STAGE_LEFT, person.name, by, {"cause": cause})

    def _go(self, person: Person, cause: Cause, by: str) -> None:
        """Everything of a leaver ends, then the person is gone (rule T6)."""
        self._move(person, None, by, self.room.rules.closings[Action.LEAVE_ROOM])
        self._emit(EventKind.LEFT_ROOM, person.name, by, {"cause": cause})

    # One method an action, or a group of actions.

    def _act_on_self(self, command: Command, to: Standing | None) -> None:
        room, name = self.room, command.by
        person = room.people[name]  # type: ignore[index]
        self._move(person, to, person.name, room.rules.closings.get(command.do, NOTHING_CLOSED))

    def _act_on_target(self, command: Command, to: Standing | None) -> None:
        room, person = self.room, self.room.people[str(command.to)]
        self._move(person, to, str(command.by), room.rules.closings.get(command.do, NOTHING_CLOSED))

    def _cancel_join(self, command: Command, to: Standing | None) -> None:
        self._act_on_self(command, to)
        person = self.room.people[str(command.by)]
        if person.invitation is not None:
            deadline_ms = self.room.invitations[person.invitation].deadline_ms
            if deadline_ms is not None and deadline_ms <= command.at_ms:
                self._close_invitation(person, Outcome.EXPIRED, SYSTEM)

    def _enter_room(self, command: Command, _: Standing | None) -> None:
        name = str(command.by)
        self._emit(EventKind.ENTERED, name, name, {"role": command.role, "client": command.client})

    def _leave_room(self, command: Command, _: Standing | None) -> None:
        person = self.room.people[str(command.by)]
        self._go(person, Cause.EXPLICIT, person.name)

    def _disconnect(self, command: Command, _: Standing | None) -> None:
        person = self.room.people[str(command.by)]
        if self.room.config.reconnect_grace_ms == 0:
            self._go(person, Cause.DISCONNECT, person.name)
        else:
            self._emit(EventKind.DISCONNECTED, person.name, person.name)

    def _reconnect(self, command: Command, _: Standing | None) -> None:
        self._emit(EventKind.RECONNECTED, str(command.by), str(command.by))

    def _clear_requests(self, command: Command, _: Standing | None) -> None:
        self._close_queue(self.room.rules.closings[Action.CLEAR_REQUESTS].request, str(command.by))

    def _close_queue(self, outcome: Outcome | None, by: str) -> None:
        for name in list(self.room.queue):
            self._close_request(self.room.people[name], outcome, by)

    def _set_mode(self, command: Command, _: Standing | None) -> None:
        """Rules M1 to M4: closes requests and set-ups, and moves nobody on or off the stage."""
        room, by, mode = self.room, str(command.by), command.mode
        previous = room.mode
        if mode is None or mode == previous:
            return
        self._emit(EventKind.MODE_CHANGED, by, by, {"mode": mode, "previous": previous})
        outcome = room.rules.requests_at_mode_change.get((previous, mode))
        if outcome is not None:
            self._close_queue(outcome, by)
        cause = room.rules.setups_at_mode_change.get((previous, mode))
        if cause is not None:
            for person in list(room.setups.values()):
                if person.position is Position.PREPARING_SELF and person.name not in room.staff:
                    self._emit(EventKind.SETUP_CANCELLED, person.name, by, {"cause": cause})

    def _change_role(self, command: Command, _: Standing | None) -> None:
        """Rule T8."""
        room, by, role = self.room, str(command.by), command.role
        person = room.people[str(command.to)]
        if role is None or role == person.role:
            return
        self._emit(EventKind.ROLE_CHANGED, person.name, by, {"role": role})
        if person.name in room.staff:
            if person.request is not None and room.rules.promotion is not None:
                self._close_request(person, room.rules.promotion, by)
        elif person.position is Position.PREPARING_SELF and room.rules.demotion is not None:
            allowed = room.rules.own.get((Action.JOIN_STAGE, room.mode, Position.VIEWER)) is Standing.PREPARING
            if not allowed:
                self._emit(EventKind.SETUP_CANCELLED, person.name, by, {"cause": room.rules.demotion})

    def _speak(self, command: Command, _: Standing | None) -> None:
        name = str(command.by)
        self._emit(SPOKE, name, name)

    def _start_session(self, _: Command, __: Standing | None) -> None:
        self._emit(EventKind.SESSION_STARTED, SYSTEM, SYSTEM)

    def _end_session(self, _: Command, __: Standing | None) -> None:
        """Rule T9: everything ends, by person in order of their latest entry."""
        room = self.room
        busy = {
            name: room.people[name] for order in (room.queue, room.invited, room.setups, room.stage) for name in order
        }
        for person in sorted(busy.values(), key=lambda person: person.entered_seq):
            self._move(person, None, SYSTEM, room.rules.closings[Action.END_SESSION])
        self._emit(EventKind.SESSION_ENDED, SYSTEM, SYSTEM)


NOTHING_CLOSED: Final = Closing()
REMOVALS: Final = frozenset({Cause.MODERATOR, Cause.CAPACITY})

ACT: Final[Mapping[Action, Callable[[StageAccess, Command, Standing | None], None]]] = MappingProxyType(
    {
        Action.ENTER_ROOM: StageAccess._enter_room,
        Action.LEAVE_ROOM: StageAccess._leave_room,
        Action.DISCONNECT: StageAccess._disconnect,
        Action.RECONNECT: StageAccess._reconnect,
        Action.ASK_TO_JOIN: StageAccess._act_on_self,
        Action.CANCEL_REQUEST: StageAccess._act_on_self,
        Action.JOIN_STAGE: StageAccess._act_on_self,
        Action.GO_LIVE: StageAccess._act_on_self,
        Action.CANCEL_JOIN: StageAccess._cancel_join,
        Action.DECLINE_INVITATION: StageAccess._act_on_self,
        Action.LEAVE_STAGE: StageAccess._act_on_self,
        Action.BRING_TO_STAGE: StageAccess._act_on_target,
        Action.DECLINE_REQUEST: StageAccess._act_on_target,
        Action.INVITE: StageAccess._act_on_target,
        Action.REVOKE_INVITATION: StageAccess._act_on_target,
        Action.REMOVE_FROM_STAGE: StageAccess._act_on_target,
        Action.CLEAR_REQUESTS: StageAccess._clear_requests,
        Action.SET_MODE: StageAccess._set_mode,
        Action.CHANGE_ROLE: StageAccess._change_role,
        Action.SPEAK: StageAccess._speak,
        Action.START_SESSION: StageAccess._start_session,
        Action.END_SESSION: StageAccess._end_session,
    }
)
