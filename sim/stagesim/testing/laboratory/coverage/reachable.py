"""What can be come to at all: small rooms are explored until there are no new states.

Two people are enough: an answer looks at the one who acts and at the one it is about. What no history of any of these
rooms comes to is proven unreachable, in rooms of two.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from stageaccess import Action, Command, Decision, EventKind, Mode, RequestLimit, Role, Room, RoomConfig
from stageaccess.commands import FIELDS
from stageaccess.messages import new_command
from stagesim.scenario.variant import DEFAULT, Variant
from stagesim.testing.laboratory.canonical import Canonical
from stagesim.testing.laboratory.coverage.cells import Item, cell_of, notices_of
from stagesim.testing.laboratory.properties import State, Step
from stagesim.testing.laboratory.small_room import CONNECTIONS, Move, SmallRoom, commands
from stagesim.testing.laboratory.states import Exploration, Limits, Watch

PAIRS: Final = (
    {"mo": Role.MODERATOR, "ana": Role.PARTICIPANT},
    {"hal": Role.HOST, "ana": Role.PARTICIPANT},
    {"hal": Role.HOST, "mo": Role.MODERATOR},
)
STRANGER: Final = "zoe"
NO_REQUEST: Final = "r99"
TICK_MS: Final = 1000
WHO_IS_LATE: Final = RoomConfig(
    Mode.JOIN_BY_REQUEST,
    request_ttl_ms=2 * TICK_MS,
    invitation_ttl_ms=2 * TICK_MS,
    reconnect_grace_ms=TICK_MS,
)
WHO_ASKS_OFTEN: Final = RoomConfig(
    Mode.JOIN_BY_REQUEST, request_cooldown_ms=TICK_MS, request_limit=RequestLimit(1, 2 * TICK_MS)
)


class Way(NamedTuple):
    """The shortest way to something: a room, and the moves in it; the last one comes to it."""

    room: SmallRoom
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be come to, each with its way. `states` is how many there are in all rooms, `stopped` says why it is
    not complete, nothing where it is.
    """

    ways: dict[Item, Way]
    states: int
    stopped: str = ""


@dataclass(slots=True)
class _Noting(Exploration):
    """An exploration that notes what is come to for the first time."""

    ways: dict[Item, Way] = field(default_factory=dict)

    def check(self, history: tuple[Move, ...], step: Step) -> None:
        """Note the notices of a step, and what becomes of a request that it closed if it is named afterwards."""
        room, way = step.before.room.copy(), Way(self.room, (*history, step.move))
        for event in step.events:
            room.apply(event)
            for notice in notices_of(event, room):
                self.ways.setdefault(notice, way)
        for event in step.decision.events:
            if event.event is EventKind.REQUEST_CLOSED:
                self._too_late(way, str(event.extra["request"]), event.who)

    def _too_late(self, way: Way, request: str, who: str) -> None:
        for do, takes in FIELDS.items():
            for by in self.room.people if takes.request else ():
                if by != who:
                    command = new_command(0, do, by, to=who, request=request)
                    engine = self.room.after(way.moves)
                    before = engine.room.copy()
                    decision = self.room.carry_out(engine, command)
                    self.ways.setdefault(cell_of(before, command, decision), Way(self.room, (*way.moves, command)))

    def check_state(self, history: tuple[Move, ...], state: State) -> None:
        """Note the cells of everything that is tried in a state."""
        room = state.engine.room
        for move, decision in state.tried:
            if move is not None:
                cell = cell_of(_after_due(room, decision), move, decision)
                if cell not in self.ways:
                    self.ways[cell] = Way(self.room, (*history, move))


def _after_due(room: Room, decision: Decision) -> Room:
    """The room just before the command itself."""
    if not decision.due:
        return room
    room = room.copy()
    for event in decision.due:
        room.apply(event)
    return room


@cache
def reachable(variant: Variant = DEFAULT, limits: Limits = Limits()) -> Reach:  # noqa: B008 it is frozen
    """What can be come to under a variant of the rules."""
    return explored(variant, limits)


def explored(variant: Variant, limits: Limits, watch: Watch = lambda _: None) -> Reach:
    """The same, with somebody who watches how far it is."""
    ways: dict[Item, Way] = {}
    states, stopped = 0, ""
    for room in rooms(variant):
        noting = _Noting(room, (), Canonical(room, exchanging=False), ways=ways)
        _opening(room, ways)
        noting.begin()
        stopped = noting.go_on(limits, watch) or stopped
        states += len(noting.digests)
    return Reach(ways, states, stopped)


def rooms(variant: Variant) -> Iterator[SmallRoom]:
    """The rooms: with changes of role and a full stage, with lost connections, of each mode, and with a clock."""
    for people in PAIRS:
        moves = commands(people, without=CONNECTIONS)
        yield SmallRoom(RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=1), people, (*moves, *_odd(people)), variant)
    grace = RoomConfig(Mode.JOIN_BY_REQUEST, reconnect_grace_ms=TICK_MS)
    for people in PAIRS:
        moves = commands(people, without=[Action.CHANGE_ROLE], devices=("phone",))
        yield SmallRoom(grace, people, moves, variant)
    for mode in Mode:
        yield SmallRoom(RoomConfig(mode), PAIRS[0], (), variant)
    for config in (WHO_IS_LATE, WHO_ASKS_OFTEN):
        moves = commands(PAIRS[0], without=[Action.CHANGE_ROLE], modes=[Mode.JOIN_BY_REQUEST])
        yield SmallRoom(config, PAIRS[0], (*moves, None), variant, tick_ms=TICK_MS)


def _odd(people: dict[str, Role]) -> Iterator[Command]:
    """What nobody does on purpose: by a stranger, on a stranger or oneself, and to start what has started."""
    for do, takes in FIELDS.items():
        role, mode = Role.PARTICIPANT if takes.role else None, Mode.INVITE_ONLY if takes.mode else None
        if not takes.by and do is Action.START_SESSION:
            yield new_command(0, do)
        elif takes.by and do is not Action.ENTER_ROOM:
            to = next(iter(people)) if takes.to else None
            yield new_command(0, do, STRANGER, to=to, role=role, mode=mode)
        for by in people if takes.to else ():
            yield from (new_command(0, do, by, to=to, role=role) for to in (by, STRANGER))
            if takes.request:
                yield from (new_command(0, do, by, to=to, request=NO_REQUEST) for to in people if to != by)


def _opening(room: SmallRoom, ways: dict[Item, Way]) -> None:
    """What the opening comes to."""
    opening = list(room.opening())
    engine = room.make(room.variant.config(room.config), room.variant.rules)
    for command in opening:
        before = engine.room.copy()
        decision = engine.submit(command)
        notices = chain.from_iterable(notices_of(event, engine.room) for event in decision.events)
        items: list[Item] = [cell_of(before, command, decision), *notices]
        for item in items:
            ways.setdefault(item, Way(room, ()))
