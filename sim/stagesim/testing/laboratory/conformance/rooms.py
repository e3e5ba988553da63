"""Small rooms, completely: every command in every state that can be reached, by the shortest way to it.

The states are those of the reference. What is asked is worked out once, whatever the engine under test answers.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from stageaccess import Action, Client, Mode, Presence, Role, Room, RuleSet, StageAccess
from stageaccess.agenda import Due
from stageaccess.commands import FIELDS
from stageaccess.vocabulary import EventKind
from stageaccess.wire import command_object, command_of, room_of
from stagesim.testing.laboratory.conformance.talk import Lazily, Talk, talk, text_of
from stagesim.testing.laboratory.properties import NEVER_OFFERED

SECOND_MS: Final = 1000
Step = Mapping[str, Any] | None
"""A command without its time; None lets a second go by."""


class SmallRoom(NamedTuple):
    """People, parameters, and what is tried in every state beside what people do in the room."""

    name: str
    settings: Mapping[str, Any]
    people: Mapping[str, Role]
    without: frozenset[Action] = frozenset()
    more: tuple[Step, ...] = ()


def small_room(
    name: str, settings: Mapping[str, Any], people: str, without: str = "", more: Sequence[Step] = ()
) -> SmallRoom:
    """A small room from a few words."""
    roles = dict(each.split(":") for each in people.split())
    actions = frozenset(map(Action, without.split()))
    return SmallRoom(name, settings, {who: Role(role) for who, role in roles.items()}, actions, tuple(more))


def _by_pat(*actions: str, **fields: str) -> list[Step]:
    return [{"do": do, "by": "pat", **fields} for do in actions]


DEVICES: Final = [
    step
    for connection in ({}, {"connection": "main"}, {"connection": "phone"})
    for step in (
        *_by_pat("leave_room", "disconnect", "reconnect", **connection),
        *_by_pat("enter_room", role="participant", **connection),
    )
]
BY_REQUEST: Final = "join_by_request"
TIMES: Final = {"request_ttl": 2, "invitation_ttl": 2, "request_cooldown": 1}
ROOMS: Final = (
    small_room(
        "two people, one place",
        {"mode": BY_REQUEST, "stage_capacity": 1},
        "mia:host pat:participant",
        "change_role revoke_invitation",
        [
            *_by_pat("leave_room"),
            *_by_pat("enter_room", role="participant"),
            {"do": "end_session"},
            *({"do": do, "by": "mia", "to": "pat", "request": "r1"} for do in ("bring_to_stage", "decline_request")),
        ],
    ),
    small_room(
        "two people and the clock",
        {"mode": BY_REQUEST, **TIMES},
        "mia:moderator pat:participant",
        "change_role set_mode",
        [None],
    ),
    small_room(
        "two people who change roles",
        {"mode": BY_REQUEST},
        "mia:moderator pat:participant",
        "set_mode revoke_invitation clear_requests leave_stage cancel_request cancel_join decline_invitation "
        "remove_from_stage",
    ),
    small_room(
        "two people, one with two devices",
        {"mode": BY_REQUEST, "reconnect_grace": 2},
        "mia:host pat:participant",
        "change_role set_mode invite revoke_invitation remove_from_stage clear_requests go_live leave_stage",
        [*DEVICES, None],
    ),
    small_room(
        "three people, one place",
        {"mode": BY_REQUEST, "stage_capacity": 1},
        "mia:moderator bo:participant pat:participant",
        "change_role set_mode revoke_invitation decline_invitation decline_request",
    ),
    small_room(
        "three people, the quietest makes room",
        {"mode": "everyone_on_stage", "stage_capacity": 1},
        "mia:moderator bo:participant pat:participant",
        "change_role set_mode invite bring_to_stage decline_request",
    ),
    small_room(
        "a lost connection and the clock",
        {"mode": BY_REQUEST, "stage_capacity": 1, "invitation_ttl": 1, "reconnect_grace": 2},
        "mia:host pat:participant",
        "change_role set_mode cancel_request clear_requests revoke_invitation decline_request leave_stage",
        [*_by_pat("disconnect", "reconnect"), *_by_pat("enter_room", role="participant"), None],
    ),
)


class State(NamedTuple):
    """A state, with the lines that lead to it."""

    engine: StageAccess
    lines: tuple[str, ...]


@cache
def talks_of(name: str, rules: RuleSet) -> Iterable[Talk]:
    """What is said to an engine to try everything in the small room of this name; the shortest ways come first."""
    [room] = (each for each in ROOMS if each.name == name)
    return Lazily(_talks(room, rules))


def _talks(room: SmallRoom, rules: RuleSet) -> Iterator[Talk]:
    start = _start(room, rules)
    steps = _steps(room)
    known = {_key(start.engine.room)}
    todo = deque([start])
    while todo:
        state = todo.popleft()
        idle: list[str] = []
        for step in steps:
            engine = _twin(state.engine)
            line = _carry_out(engine, step)
            lines, key = (*state.lines, line.text), _key(engine.room)
            if key not in known:
                known.add(key)
                todo.append(State(engine, lines))
            elif line.happened:
                yield talk(room.name, f"state {len(known)}", (*lines, *_questions(room, full=False)), rules)
            else:
                idle += [line.text] if step is not None else []
        yield talk(room.name, f"state {len(known)}", (*state.lines, *_questions(room, full=True), *idle, _STATE), rules)


_STATE: Final = '{"ask": "state"}'


def _questions(room: SmallRoom, *, full: bool) -> Iterator[str]:
    yield _STATE
    yield '{"ask": "due"}'
    if full:
        for name in room.people:
            yield text_of({"ask": "actions", "of": name})
        yield text_of({"ask": "actions", "of": next(iter(room.people)), "client": "mobile"})


class Carried(NamedTuple):
    """A step as a line, and whether anything came of it."""

    text: str
    happened: bool


def _carry_out(engine: StageAccess, step: Step) -> Carried:
    """One step at the present moment, or after a second."""
    now_ms = engine.room.now_ms
    if step is None:
        at_ms = now_ms + SECOND_MS
        return Carried(text_of({"at": at_ms // SECOND_MS}), bool(engine.advance(at_ms)))
    command = command_of({"at": now_ms // SECOND_MS, **step})
    decision = engine.submit(command)
    return Carried(text_of(command_object(command)), bool(decision.events or decision.due))


def _start(room: SmallRoom, rules: RuleSet) -> State:
    """Everybody is in, and the session has begun."""
    engine = StageAccess(room_of(dict(room.settings)), rules)
    entries: list[Step] = [{"do": Action.ENTER_ROOM, "by": name, "role": role} for name, role in room.people.items()]
    steps = [_carry_out(engine, step).text for step in [*entries, {"do": Action.START_SESSION}]]
    return State(engine, (text_of({"room": dict(room.settings), "told": True}), *steps))


def _steps(room: SmallRoom) -> list[Step]:
    """Everything that is tried in every state."""
    steps: list[Step] = []
    for do, fields in FIELDS.items():
        if do in NEVER_OFFERED or do in room.without:
            continue
        for by in room.people:
            for to in room.people if fields.to else (None,):
                for mode in Mode if fields.mode else (None,):
                    for role in Role if fields.role else (None,):
                        step = {"do": do, "by": by, "to": to, "mode": mode, "role": role}
                        steps.append({key: value for key, value in step.items() if value is not None})
    first = next(iter(room.people))
    if Action.SET_MODE not in room.without:
        steps.append({"do": Action.SET_MODE, "by": first, "mode": Mode.INVITE_ONLY, "client": Client.MOBILE})
    return [*steps, *room.more]


def _twin(engine: StageAccess) -> StageAccess:
    room = engine.room.copy()
    twin = StageAccess(room.config, room.rules)
    twin.room = room
    return twin


def _key(room: Room) -> object:
    """All of a room that can make a difference later, with times as what is left of them."""
    now_ms, config = room.now_ms, room.config
    people = []
    for name, person in sorted(room.people.items()):
        declined_ms, cooldown_ms = person.declined_ms, config.request_cooldown_ms
        cooling_ms = 0 if declined_ms is None or cooldown_ms is None else max(0, declined_ms + cooldown_ms - now_ms)
        deadline_ms = room.invitations[person.invitation].deadline_ms if person.invitation else None
        left_ms = None if deadline_ms is None else max(0, deadline_ms - now_ms)
        here = (person.role, person.presence, person.position, frozenset(person.connections))
        people.append((name, *here, cooling_ms, left_ms))
    due = sorted((item.deadline_ms - now_ms, item.who) for item in room.agenda.items if _is_live(room, item))
    orders = (tuple(room.queue), tuple(room.stage), tuple(room.setups))
    return room.mode, room.phase, tuple(people), tuple(due), orders, "r1" in room.requests


def _is_live(room: Room, item: Due) -> bool:
    person = room.people[item.who]
    if item.closes is EventKind.REQUEST_CLOSED:
        return person.request == item.item
    return item.closes is EventKind.LEFT_ROOM and person.presence is Presence.AWAY and person.away_since == item.seq
