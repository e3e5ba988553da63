"""The policy engine: a command goes in, a decision with its events comes out.

`StageAccess` interprets a `RuleSet` over a `Room`. It has no clock and no randomness: time comes with the commands.
"""

import heapq
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from stageaccess.checks import judge
from stageaccess.commands import check_time, check_well_formed
from stageaccess.config import RoomConfig
from stageaccess.emitter import Emitter
from stageaccess.messages import Command, Decision, EngineIdentity, Event, new_tuple
from stageaccess.moves import Move, Refusal, close_invitation, close_request
from stageaccess.offers import Offer, offers
from stageaccess.people import Due, Person
from stageaccess.room import Room
from stageaccess.rules import RULES, Position, RuleSet
from stageaccess.version import __version__
from stageaccess.vocabulary import SYSTEM, Action, Cause, Client, EventKind, Outcome, Standing


class StageAccess(Emitter):
    """One room under one set of rules."""

    def __init__(self, config: RoomConfig, rules: RuleSet = RULES) -> None:
        super().__init__(Room(config, rules))
        self._answers: dict[str, Decision] = {}

    @property
    def identity(self) -> EngineIdentity:
        """Who answers."""
        return EngineIdentity("stageaccess", __version__, self.room.rules.name)

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
        if type(verdict) is Refusal:
            decision = Decision(verdict.reason, (), due, verdict.outcome, verdict.resolved_by, verdict.wait_ms)
        else:
            if verdict is None:
                ACT[command.do](self, command)
            else:
                self._make(verdict, room.people[command.to or command.by], command.by)  # type: ignore[index, arg-type]
            decision = new_tuple(Decision, (None, self.take_events(), due, None, None, None))
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

    def next_due(self) -> int | None:
        """The next moment (ms) at which something is due by itself, never something stale; None when nothing is."""
        item = self.room.next_due()
        return None if item is None else item.deadline_ms

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What the person could do now, with an effect: sorted, without coming, going and speaking."""
        room = self.room
        due_ms = self.next_due()
        if due_ms is not None and due_ms <= room.now_ms:
            # Something lives for 0 ms: the next command finds it ended, so the offers must as well.
            ahead = StageAccess(room.config, room.rules)
            ahead.room = room.copy()
            ahead.advance(room.now_ms)
            room = ahead.room
        return offers(room, person, client)

    def state(self) -> dict[str, object]:
        """What is so, in the words of the line protocol."""
        return self.room.state()

    def _make(self, move: Move, person: Person, by: str) -> None:
        for step, word in move.steps:
            step(self, person, by, word)

    # Due times.

    def _carry_out_due(self, at_ms: int) -> tuple[Event, ...]:
        room, due = self.room, self.room.due
        while due and due[0].deadline_ms <= at_ms:
            item = heapq.heappop(due)
            if room.awaits(item):
                room.now_ms = item.deadline_ms
                self._carry_out(item)
        return self.take_events()

    def _carry_out(self, item: Due) -> None:
        person = self.room.people[item.who]
        if item.closes is EventKind.REQUEST_CLOSED:
            close_request(self, person, SYSTEM, Outcome.EXPIRED)
        elif item.closes is EventKind.INVITATION_CLOSED:
            close_invitation(self, person, SYSTEM, Outcome.EXPIRED)
        else:
            self._go(person, Cause.GRACE_OVER, SYSTEM)

    def _go(self, person: Person, cause: Cause, by: str) -> None:
        """Everything of a leaver ends, then the person is gone (rule T6)."""
        self._make(self.room.moves.out[Action.LEAVE_ROOM][person.position], person, by)
        self.emit(EventKind.LEFT_ROOM, person.name, by, {"cause": cause})

    # One method an action that is in neither table.

    def _enter_room(self, command: Command) -> None:
        name = str(command.by)
        self.emit(EventKind.ENTERED, name, name, {"role": command.role, "client": command.client})

    def _leave_room(self, command: Command) -> None:
        person = self.room.people[str(command.by)]
        self._go(person, Cause.EXPLICIT, person.name)

    def _disconnect(self, command: Command) -> None:
        person = self.room.people[str(command.by)]
        if self.room.config.reconnect_grace_ms == 0:
            self._go(person, Cause.DISCONNECT, person.name)
        else:
            self.emit(EventKind.DISCONNECTED, person.name, person.name)

    def _reconnect(self, command: Command) -> None:
        self.emit(EventKind.RECONNECTED, str(command.by), str(command.by))

    def _clear_requests(self, command: Command) -> None:
        self._close_queue(self.room.rules.closings[Action.CLEAR_REQUESTS].request, str(command.by))

    def _close_queue(self, outcome: Outcome | None, by: str) -> None:
        for name in list(self.room.queue):
            close_request(self, self.room.people[name], by, outcome)

    def _set_mode(self, command: Command) -> None:
        """Rules M1 to M4: closes requests and set-ups, and moves nobody on or off the stage."""
        room, by, mode = self.room, str(command.by), command.mode
        previous = room.mode
        if mode is None or mode == previous:
            return
        self.emit(EventKind.MODE_CHANGED, by, by, {"mode": mode, "previous": previous})
        outcome = room.rules.requests_at_mode_change.get((previous, mode))
        if outcome is not None:
            self._close_queue(outcome, by)
        cause = room.rules.setups_at_mode_change.get((previous, mode))
        if cause is not None:
            for person in list(room.setups.values()):
                if person.position is Position.PREPARING_SELF and person.name not in room.staff:
                    self.emit(EventKind.SETUP_CANCELLED, person.name, by, {"cause": cause})

    def _change_role(self, command: Command) -> None:
        """Rule T8."""
        room, by, role = self.room, str(command.by), command.role
        person = room.people[str(command.to)]
        if role is None or role == person.role:
            return
        self.emit(EventKind.ROLE_CHANGED, person.name, by, {"role": role})
        if person.name in room.staff:
            if person.request is not None and room.rules.promotion is not None:
                close_request(self, person, by, room.rules.promotion)
        elif person.position is Position.PREPARING_SELF and room.rules.demotion is not None:
            allowed = room.rules.own.get((Action.JOIN_STAGE, room.mode, Position.VIEWER)) is Standing.PREPARING
            if not allowed:
                self.emit(EventKind.SETUP_CANCELLED, person.name, by, {"cause": room.rules.demotion})

    def _start_session(self, _: Command) -> None:
        self.emit(EventKind.SESSION_STARTED, SYSTEM, SYSTEM)

    def _end_session(self, _: Command) -> None:
        """Rule T9: everything ends, by person in order of their latest entry."""
        room = self.room
        busy = {
            name: room.people[name] for order in (room.queue, room.invited, room.setups, room.stage) for name in order
        }
        for person in sorted(busy.values(), key=lambda person: person.entered_seq):
            self._make(room.moves.out[Action.END_SESSION][person.position], person, SYSTEM)
        self.emit(EventKind.SESSION_ENDED, SYSTEM, SYSTEM)


# What is done without a cell of the tables.
ACT: Final[Mapping[Action, Callable[[StageAccess, Command], None]]] = MappingProxyType(
    {
        Action.ENTER_ROOM: StageAccess._enter_room,
        Action.LEAVE_ROOM: StageAccess._leave_room,
        Action.DISCONNECT: StageAccess._disconnect,
        Action.RECONNECT: StageAccess._reconnect,
        Action.CLEAR_REQUESTS: StageAccess._clear_requests,
        Action.SET_MODE: StageAccess._set_mode,
        Action.CHANGE_ROLE: StageAccess._change_role,
        Action.START_SESSION: StageAccess._start_session,
        Action.END_SESSION: StageAccess._end_session,
    }
)
