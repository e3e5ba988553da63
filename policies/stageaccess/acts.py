"""What is done without a cell of the tables: coming and going, modes and roles, the session, and what is due."""

from collections.abc import Callable
from typing import Final

from stageaccess.agenda import Due
from stageaccess.emitter import Emitter
from stageaccess.messages import MAIN, NOTHING, Command
from stageaccess.names import (
    AWAY,
    DISCONNECTED,
    ENTERED,
    EXPIRED,
    EXPLICIT,
    GONE,
    GRACE_OVER,
    INVITATION_CLOSED,
    LEAVE_ROOM,
    LEFT_ROOM,
    PREPARING_SELF,
    RECONNECTED,
    REQUEST_CLOSED,
)
from stageaccess.people import Person
from stageaccess.steps import cancel_setup, carry_out, close_invitation, close_request, end_stay
from stageaccess.vocabulary import SYSTEM, Action, Cause, EventKind, Outcome


def end_due(emitter: Emitter, item: Due) -> None:
    """End what is due, by itself (rules T1, T2, T5)."""
    person = emitter.room.people[item.who]
    if item.closes is REQUEST_CLOSED:
        close_request(emitter, person, SYSTEM, EXPIRED)
    elif item.closes is INVITATION_CLOSED:
        close_invitation(emitter, person, SYSTEM, EXPIRED)
    else:
        _go(emitter, person, GRACE_OVER, SYSTEM)


def _go(emitter: Emitter, person: Person, cause: Cause, by: str) -> None:
    """Everything of a leaver ends, then the person is gone (rule T6)."""
    carry_out(emitter, emitter.room.moves.out[LEAVE_ROOM][person.position], person, by)
    emitter.emit(LEFT_ROOM, person.name, by, {"cause": cause})


def _enter_room(emitter: Emitter, command: Command) -> None:
    """A fresh entry; of somebody away a return, of somebody present one connection more (rule T10)."""
    name, connection, client = str(command.by), command.connection, command.client
    person = emitter.room.people.get(name)
    if person is None or person.presence is GONE:
        extra: dict[str, str | None] = {"role": command.role, "client": client}
        if connection is not None:
            extra["connection"] = connection
        emitter.emit(ENTERED, name, name, extra)
    elif person.presence is AWAY:
        _reconnect(emitter, command)
    else:
        emitter.emit(EventKind.CONNECTED, name, name, {"connection": connection or MAIN, "client": client})


def _leave_room(emitter: Emitter, command: Command) -> None:
    person = emitter.room.people[str(command.by)]
    if not _closes_one_of_many(emitter, person, command.connection):
        _go(emitter, person, EXPLICIT, person.name)


def _closes_one_of_many(emitter: Emitter, person: Person, connection: str | None) -> bool:
    """Close a connection if others remain open, and nothing else (rule T10); whether it was so."""
    if connection is None or len(person.connections) == 1:
        return False
    emitter.emit(EventKind.CONNECTION_CLOSED, person.name, person.name, {"connection": connection})
    return True


def _disconnect(emitter: Emitter, command: Command) -> None:
    person = emitter.room.people[str(command.by)]
    if _closes_one_of_many(emitter, person, command.connection):
        return
    if emitter.room.config.reconnect_grace_ms == 0:
        _go(emitter, person, Cause.DISCONNECT, person.name)
    else:
        emitter.emit(DISCONNECTED, person.name, person.name)


def _reconnect(emitter: Emitter, command: Command) -> None:
    name = str(command.by)
    connection = command.connection
    emitter.emit(RECONNECTED, name, name, NOTHING if connection is None else {"connection": connection})


def _clear_requests(emitter: Emitter, command: Command) -> None:
    _close_queue(emitter, emitter.room.rules.closing(Action.CLEAR_REQUESTS).request, str(command.by))


def _close_queue(emitter: Emitter, outcome: Outcome | None, by: str) -> None:
    for name in list(emitter.room.queue):
        close_request(emitter, emitter.room.people[name], by, outcome)


def _set_mode(emitter: Emitter, command: Command) -> None:
    """Rules M1 to M5: requests end in queue order, set-ups in order of their start, stays in order of going live."""
    room, rules, by, mode = emitter.room, emitter.room.rules, str(command.by), command.mode
    if mode is None or mode == room.mode:
        return
    change = room.mode, mode
    emitter.emit(EventKind.MODE_CHANGED, by, by, {"mode": mode, "previous": room.mode})
    if (outcome := rules.requests_at_mode_change.get(change)) is not None:
        _close_queue(emitter, outcome, by)
    if (cause := rules.setups_at_mode_change.get(change)) is not None:
        for person in list(room.setups.values()):
            if person.position is PREPARING_SELF and person.name not in room.staff:
                cancel_setup(emitter, person, by, cause)
    if (cause := rules.stays_at_mode_change.get(change)) is not None:
        for person in list(room.stage.values()):
            if person.name not in room.staff:
                end_stay(emitter, person, by, cause)


def _change_role(emitter: Emitter, command: Command) -> None:
    """Rule T8."""
    room, rules, by, role = emitter.room, emitter.room.rules, str(command.by), command.role
    person = room.people[str(command.to)]
    if role is None or role == person.role:
        return
    emitter.emit(EventKind.ROLE_CHANGED, person.name, by, {"role": role})
    if person.name in room.staff:
        if person.request is not None and rules.promotion is not None:
            close_request(emitter, person, by, rules.promotion)
    elif person.position is PREPARING_SELF and rules.demotion is not None and not rules.allows_setup(room.mode):
        cancel_setup(emitter, person, by, rules.demotion)


def _start_session(emitter: Emitter, _: Command) -> None:
    emitter.emit(EventKind.SESSION_STARTED, SYSTEM, SYSTEM)


def _end_session(emitter: Emitter, _: Command) -> None:
    """Rule T9: everything ends, by person in order of their latest entry."""
    room = emitter.room
    busy = {name: room.people[name] for order in (room.queue, room.invited, room.setups, room.stage) for name in order}
    for person in sorted(busy.values(), key=lambda person: person.entered_seq):
        carry_out(emitter, room.moves.out[Action.END_SESSION][person.position], person, SYSTEM)
    emitter.emit(EventKind.SESSION_ENDED, SYSTEM, SYSTEM)


ACT: Final[dict[Action, Callable[[Emitter, Command], None]]] = {
    Action.ENTER_ROOM: _enter_room,
    Action.LEAVE_ROOM: _leave_room,
    Action.DISCONNECT: _disconnect,
    Action.RECONNECT: _reconnect,
    Action.CLEAR_REQUESTS: _clear_requests,
    Action.SET_MODE: _set_mode,
    Action.CHANGE_ROLE: _change_role,
    Action.START_SESSION: _start_session,
    Action.END_SESSION: _end_session,
}
"""By action, what happens when it is accepted."""
