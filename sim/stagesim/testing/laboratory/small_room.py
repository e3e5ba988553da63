"""A small room that is explored: its people, its parameters, and everything that is tried in each of its states."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Any, Final, Protocol, Self

from stageaccess import Client, Command, Decision, Event, Mode, Offer, Role, Room, RoomConfig, RuleSet, StageAccess
from stageaccess.commands import FIELDS
from stageaccess.messages import MAIN, new_command, new_tuple
from stageaccess.vocabulary import Action
from stagesim.scenario.variant import DEFAULT, Variant

STAFF: Final = ("mo", "max", "mia")
PARTICIPANTS: Final = ("ana", "bob", "cem", "dot", "eva", "fay", "gus")

CONNECTIONS: Final = frozenset({Action.DISCONNECT, Action.RECONNECT})
DEVICES: Final = (MAIN, "phone", "tablet")
"""The connections that somebody may have; the first is the one of whoever names none."""

NOT_TRIED: Final = frozenset({Action.START_SESSION})
"""The session is live from the start on."""


class Shown(Protocol):
    """Something that shows a room, and says what is so in it."""

    room: Room

    def state(self) -> dict[str, Any]: ...


class Explorable(Shown, Protocol):
    """An engine that is explored: one that answers, shows its room, and can be copied with all that is so in it."""

    def submit(self, command: Command) -> Decision: ...
    def advance(self, at_ms: int) -> tuple[Event, ...]: ...
    def available_actions(self, person: str, client: Client = ...) -> list[Offer]: ...
    def report_told(self) -> bool: ...
    def copy(self) -> Self: ...


Maker = Callable[[RoomConfig, RuleSet], Explorable]

Move = Command | None
"""A command, at whatever moment it comes; None lets time go on by one tick."""


@dataclass(frozen=True, slots=True)
class SmallRoom:
    """What is explored. At the start the session is live, and everybody is in the room, as a viewer.

    `moves` are tried in every state. `tick_ms` is how far time goes on at once, None where it stands still; `timers`
    is how many times may run for one person at once (what would begin one more is not followed), None is any number.
    Where it `tells`, events say who got a notice of them, and who made an invitation is a part of the state.
    """

    config: RoomConfig
    people: Mapping[str, Role]
    moves: tuple[Move, ...] = field(repr=False)
    variant: Variant = DEFAULT
    tick_ms: int | None = None
    timers: int | None = None
    make: Maker = StageAccess
    tells: bool = False

    def start(self) -> Explorable:
        """The engine before the first move."""
        engine = self.make(self.variant.config(self.config), self.variant.rules)
        if self.tells:
            engine.report_told()
        for command in self.opening():
            engine.submit(command)
        return engine

    def opening(self) -> Iterator[Command]:
        """What comes before the first move, at the moment 0."""
        yield new_command(0, Action.START_SESSION)
        for name, role in self.people.items():
            yield new_command(0, Action.ENTER_ROOM, name, role=role)

    def carry_out(self, engine: Explorable, move: Move) -> Decision:
        """One move, now."""
        now_ms = engine.room.now_ms
        if move is None:
            assert self.tick_ms is not None
            return Decision(None, (), engine.advance(now_ms + self.tick_ms))
        return engine.submit(move if move.at_ms == now_ms else new_tuple(Command, (now_ms, *move[1:])))

    def after(self, moves: Iterable[Move]) -> Explorable:
        """The engine after some moves."""
        engine = self.start()
        for move in moves:
            self.carry_out(engine, move)
        return engine


def people(number: int, staff: int = 1) -> dict[str, Role]:
    """So many people, the first of them moderators. Raises ValueError where there are not enough names."""
    if not 1 <= staff <= min(number, len(STAFF)) or number - staff > len(PARTICIPANTS):
        possible = f"1 to {len(STAFF)} staff and up to {len(PARTICIPANTS)} participants"
        raise ValueError(f"expected {possible}, got `{number}` people with `{staff}` staff")
    moderators = dict.fromkeys(STAFF[:staff], Role.MODERATOR)
    return moderators | dict.fromkeys(PARTICIPANTS[: number - staff], Role.PARTICIPANT)


def commands(
    roles: Mapping[str, Role],
    modes: Collection[Mode] = tuple(Mode),
    *,
    without: Collection[Action] = (),
    devices: Sequence[str] = (),
) -> tuple[Command, ...]:
    """Every command that people can give, but for some actions: each action, by each person, with each of its fields.

    Whoever comes back has the role of the first time. The client makes a difference to `set_mode` alone. With `devices`
    people come and go by each of these connections, too, beside all that they have.
    """
    left_out = {*without, *NOT_TRIED, *([Action.SET_MODE] if len(modes) == 1 else [])}
    found = [each for do in Action if do not in left_out for each in _of_action(do, roles, modes)]
    by_device = [each._replace(connection=device) for each in found if FIELDS[each.do].connection for device in devices]
    return (*found, *by_device)


def _of_action(do: Action, roles: Mapping[str, Role], modes: Collection[Mode]) -> Iterator[Command]:
    takes = FIELDS[do]
    for by in roles if takes.by else [None]:
        if do is Action.SET_MODE:
            for client in Client:
                yield from (new_command(0, do, by, mode=mode, client=client) for mode in modes)
        elif do is Action.CHANGE_ROLE:
            yield from (new_command(0, do, by, to=to, role=role) for to in roles if to != by for role in Role)
        elif takes.to:
            yield from (new_command(0, do, by, to=to) for to in roles if to != by)
        else:
            yield new_command(0, do, by, role=roles[str(by)] if takes.role else None)


def tick_of(config: RoomConfig) -> int:
    """The longest tick that meets every moment at which something can come to an end."""
    limit = config.request_limit
    times = (config.request_ttl_ms, config.invitation_ttl_ms, config.request_cooldown_ms, config.reconnect_grace_ms)
    return gcd(*(each or 0 for each in times), limit.window_ms if limit else 0) or 1000
