"""What is explored for somebody who asks: a small room with a scenario's settings, or with settings of its own."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import gcd
from typing import Any, Final

from stageaccess import Mode, RoomConfig, StageAccess
from stageaccess.vocabulary import Action
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.room import room_config
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.variant import DEFAULT, Variant, of_scenario
from stagesim.testing.laboratory.followed import following
from stagesim.testing.laboratory.properties import INVARIANTS, Property
from stagesim.testing.laboratory.small_room import (
    CONNECTIONS,
    DEVICES,
    Maker,
    Move,
    SmallRoom,
    commands,
    people,
    tick_of,
)
from stagesim.testing.laboratory.stated import stated

ALONE: Final = RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=1)
"""The room where no scenario is given."""

LIFETIMES: Final = {"request_ttl_ms": 2, "invitation_ttl_ms": 2, "reconnect_grace_ms": 1}
"""How many ticks things live where no scenario is given, and the clock runs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: how many people, `staff` of them moderators, the modes between which the mode is switched (the
    first is that of the start; None is all, from the room's own), and whether the clock runs and connections are lost.

    `timers` is how many times may run for one person, `devices` by how many connections somebody may be there.
    """

    people: int = 3
    staff: int = 1
    modes: tuple[str, ...] | None = None
    time: bool = False
    timers: int | None = None
    devices: int = 1

    def check(self) -> None:
        """Raise ValueError where there cannot be so many people."""
        people(self.people, self.staff)


def room_of(
    asked: Asked,
    scenario: Scenario | None = None,
    variant: Variant | None = None,
    engine: EngineMaker | None = None,
) -> SmallRoom:
    """The room to explore."""
    config = ALONE if scenario is None else room_config(scenario.room)
    own = DEFAULT if scenario is None else of_scenario(scenario)
    variant = own if variant is None else variant
    modes = [Mode(mode) for mode in asked.modes or dict.fromkeys([config.mode, *Mode])]
    config = replace(config, mode=modes[0])
    if asked.time and scenario is None:
        config = _with_lifetimes(config, tick_of(variant.config(config)))
    make: Maker = StageAccess if engine is None else following(engine)
    return SmallRoom(
        config,
        people(asked.people, asked.staff),
        _moves(asked, modes),
        variant,
        tick_ms=tick_of(variant.config(config)) if asked.time else None,
        timers=asked.timers,
        make=make,
    )


def rooms_of(asked: Asked, base: Variant, candidate: Variant, capacity: int | None) -> tuple[SmallRoom, SmallRoom]:
    """Two rooms that differ in nothing but their variant, with a common clock."""
    modes = [Mode(mode) for mode in asked.modes or dict.fromkeys([ALONE.mode, *Mode])]
    config = RoomConfig(modes[0], stage_capacity=capacity)
    roles, moves = people(asked.people, asked.staff), _moves(asked, modes)
    tick_ms = gcd(tick_of(base.config(config)), tick_of(candidate.config(config))) if asked.time else None
    if tick_ms is not None:
        config = _with_lifetimes(config, tick_ms)
    one = SmallRoom(config, roles, moves, base, tick_ms=tick_ms, timers=asked.timers)
    return one, replace(one, variant=candidate)


def _moves(asked: Asked, modes: Collection[Mode]) -> tuple[Move, ...]:
    """What is tried: with the clock go lost connections, and without it changes of role."""
    without = [Action.CHANGE_ROLE] if asked.time else CONNECTIONS
    devices = DEVICES[: asked.devices] if asked.devices > 1 else ()
    moves = commands(people(asked.people, asked.staff), modes, without=without, devices=devices)
    return (*moves, *([None] if asked.time else []))


def _with_lifetimes(config: RoomConfig, tick_ms: int) -> RoomConfig:
    lifetimes: dict[str, Any] = {name: ticks * tick_ms for name, ticks in LIFETIMES.items()}
    return replace(config, **lifetimes)


def properties_of(
    room: SmallRoom, scenario: Scenario | None = None, left_out: Collection[str] = ()
) -> tuple[list[Property], list[str]]:
    """The properties to explore, without invariants of some numbers; and the names of the statements that cannot be."""
    found = [each for each in INVARIANTS if each.name.split()[0] not in left_out]
    if scenario is None:
        return found, []
    own, others = stated(scenario.properties, room.variant.config(room.config))
    return found + own, others
