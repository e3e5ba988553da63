"""Whether a command is accepted: the order of checks (RULES section 5), on one screen. Pure: nothing changes here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stageaccess.cells import OTHERS_ACTIONS
from stageaccess.messages import MAIN, Command
from stageaccess.moves import REFUSALS, Move, Refusal, Verdict
from stageaccess.names import (
    ASKING,
    AWAY,
    CHANGE_ROLE,
    ENTER_ROOM,
    GONE,
    LIVE,
    PLACES,
    PRESENT,
    RECONNECT,
    SET_MODE,
    START_SESSION,
)
from stageaccess.people import Person
from stageaccess.room import Room
from stageaccess.vocabulary import Action, Client, FullStage, Phase, Presence, Reason, Role

# What is taken while no session is live.
TAKEN: Final[Mapping[Phase, frozenset[Action]]] = MappingProxyType(
    {
        Phase.BEFORE: frozenset(
            {Action.ENTER_ROOM, Action.LEAVE_ROOM, Action.DISCONNECT, Action.RECONNECT, Action.START_SESSION}
        ),
        Phase.LIVE: frozenset(Action),
        Phase.ENDED: frozenset({Action.LEAVE_ROOM, Action.DISCONNECT}),
    }
)
# What somebody who is away, or gone, can still do.
WHILE_NOT_PRESENT: Final[Mapping[Presence, frozenset[Action]]] = MappingProxyType(
    {
        Presence.AWAY: frozenset({Action.RECONNECT, Action.LEAVE_ROOM, Action.ENTER_ROOM}),
        Presence.GONE: frozenset({Action.ENTER_ROOM}),
    }
)
SESSION: Final = frozenset({Action.START_SESSION, Action.END_SESSION})
STAFF_ONLY: Final = frozenset({*OTHERS_ACTIONS, Action.CLEAR_REQUESTS, Action.SET_MODE, Action.CHANGE_ROLE})
NAMES_REQUEST: Final = frozenset({Action.BRING_TO_STAGE, Action.DECLINE_REQUEST})
HOSTS_RIGHTS: Final = frozenset({Action.REMOVE_FROM_STAGE, Action.CHANGE_ROLE})


def judge(room: Room, command: Command) -> Verdict | None:
    """The first check that fails; or the move that the cell of table 3 or 4 leads to, None without a table."""
    do, by = command.do, command.by
    if room.phase is not LIVE and do not in TAKEN[room.phase]:
        return REFUSALS[Reason.SESSION_NOT_LIVE]
    actor = room.people.get(by)  # type: ignore[arg-type]
    if actor is None:
        return _judge_stranger(room, do)
    if actor.presence is not PRESENT and do not in WHILE_NOT_PRESENT[actor.presence]:
        return REFUSALS[Reason.ACTOR_NOT_PRESENT]

    cells = room.moves.own[room.mode][by in room.staff].get(do)
    if cells is not None:
        verdict = cells[actor.position]
        if type(verdict) is Refusal or verdict.limit is None:  # as most are
            return verdict
        return judge_limits(room, actor, verdict, command.at_ms)
    if do in STAFF_ONLY:
        return _judge_staff(room, actor, command)
    return _judge_coming_and_going(actor, do, command.connection)


def _judge_stranger(room: Room, do: Action) -> Refusal | None:
    """Check 1 for the system, which is no person, and for somebody who has never been here."""
    if do in SESSION:
        return REFUSALS[Reason.ALREADY_LIVE] if do == START_SESSION and room.phase is LIVE else None
    return None if do == ENTER_ROOM else REFUSALS[Reason.UNKNOWN_ACTOR]


def _judge_coming_and_going(actor: Person, do: Action, connection: str | None) -> Refusal | None:
    """The rest of check 2, for which the connection matters (rule T10)."""
    present = actor.presence is PRESENT
    if do == ENTER_ROOM:
        is_in = (connection or MAIN) in actor.connections if present else actor.presence is AWAY and connection is None
        return REFUSALS[Reason.ALREADY_IN_ROOM] if is_in else None
    if do == RECONNECT:
        return REFUSALS[Reason.NOT_AWAY] if present else None
    is_known = connection is None or connection in actor.connections
    return None if is_known else REFUSALS[Reason.UNKNOWN_CONNECTION]


def _judge_staff(room: Room, actor: Person, command: Command) -> Verdict | None:
    """Checks 3 to 6 of what staff do."""
    do = command.do
    if actor.name not in room.staff:
        return REFUSALS[Reason.NOT_STAFF]
    if do == SET_MODE and command.client == Client.MOBILE:
        return REFUSALS[Reason.NOT_ON_MOBILE]
    to = command.to
    if to is None:
        return None
    if to == actor.name:
        return REFUSALS[Reason.OWN_TARGET]
    target = room.people.get(to)
    if target is None or target.presence is GONE:
        return REFUSALS[Reason.UNKNOWN_TARGET]
    if do in HOSTS_RIGHTS and target.role is Role.HOST and actor.role is not Role.HOST:
        return REFUSALS[Reason.TARGET_IS_HOST]
    if do == CHANGE_ROLE:
        return REFUSALS[Reason.INVALID_ROLE] if command.role == Role.HOST else None
    if command.request is not None and do in NAMES_REQUEST:
        request = room.requests.get(command.request)
        if request is None or request.who != target.name:
            return REFUSALS[Reason.NO_OPEN_REQUEST]
        if request.outcome is not None:
            return Refusal(Reason.REQUEST_ALREADY_RESOLVED, request.outcome, request.closed_by)
    verdict = room.moves.others[do][target.position]
    if type(verdict) is Refusal or verdict.limit is None:
        return verdict
    return judge_limits(room, target, verdict, command.at_ms)


def judge_limits(room: Room, person: Person, move: Move, at_ms: int) -> Verdict:
    """Checks 7 and 8 of what leads to a request or on stage: the limits on asking, the stage's capacity."""
    if move.limit is ASKING:
        return _judge_ask(room, person, at_ms) or move
    if move.limit is PLACES and room.stage_is_full() and not may_replace(room):
        return REFUSALS[Reason.STAGE_FULL]
    return move


def _judge_ask(room: Room, person: Person, at_ms: int) -> Refusal | None:
    """Rules T3 and T4."""
    cooldown_ms, limit = room.config.request_cooldown_ms, room.config.request_limit
    if cooldown_ms is not None and person.declined_ms is not None and at_ms < person.declined_ms + cooldown_ms:
        return Refusal(Reason.COOLING_DOWN, wait_ms=person.declined_ms + cooldown_ms - at_ms)
    if limit is not None:
        asks = person.recent_asks
        full = limit.count == 0 or (asks is not None and len(asks) == limit.count and asks[0] > at_ms - limit.window_ms)
        if full:
            return REFUSALS[Reason.TOO_MANY_REQUESTS]
    return None


def may_replace(room: Room) -> bool:
    """Whether somebody on a full stage makes room for a newcomer (rules C1, C2)."""
    when_full = room.config.when_full or room.rules.when_full[room.mode]
    return when_full is FullStage.REPLACE_QUIETEST and room.quietest() is not None
