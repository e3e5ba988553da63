"""The statements of a scenario as properties of a small room: what always is, never comes, and sometimes comes."""

from collections.abc import Callable, Iterable
from typing import Final

from stageaccess import Event, EventKind, Presence, Room, RoomConfig
from stagesim.scenario.demands.conditions import Condition, Happening
from stagesim.scenario.demands.statements import Property as Statement
from stagesim.testing.gate.properties import SIGNS, Demanded
from stagesim.testing.laboratory.invariants import Breach
from stagesim.testing.laboratory.properties import Property, State

COUNTED: Final[dict[str, Callable[[Room], int]]] = {
    "queue": lambda room: len(room.queue),
    "on_stage": lambda room: len(room.stage),
    "present": lambda room: sum(each.presence is Presence.PRESENT for each in room.people.values()),
    "staff": lambda room: sum(each.presence is Presence.PRESENT for each in room.staff.values()),
}
"""What can be counted in a room without people who live in it."""


def stated(statements: Iterable[Statement], config: RoomConfig) -> tuple[list[Property], list[str]]:
    """The statements that can be explored in a room, as properties; and the names of the others."""
    found, others = [], []
    for each in statements:
        if each.mode not in (None, config.mode):
            continue
        name = Demanded(each, config.mode, None, config.stage_capacity).name
        made = _property(each, name, config.stage_capacity)
        others += [name] if made is None else []
        found += [] if made is None else [made]
    return found, others


def _property(each: Statement, name: str, capacity: int | None) -> Property | None:
    condition = each.condition
    if isinstance(condition, Happening):
        if condition.kind not in set(EventKind) or each.kind == "eventually":
            return None
        if each.kind == "sometimes":
            return Property(name, reached=lambda state: any(_happens(condition, e) for e in _events(state)))
        return Property(name, of_step=lambda step: _breach(name, any(_happens(condition, e) for e in step.events)))
    if each.kind == "eventually" or not all(part.counted in COUNTED for part in condition):
        return None
    if each.kind == "sometimes":
        return Property(name, reached=lambda state: _is_so(condition, state.engine.room, capacity))
    wrong = each.kind == "never"
    return Property(name, of_state=lambda state: _breach(name, _is_so(condition, state.engine.room, capacity) is wrong))


def _breach(name: str, fails: bool) -> Breach | None:
    return Breach(f"`{name}` does not hold", statement=name) if fails else None


def _events(state: State) -> Iterable[Event]:
    return (event for _, decision in state.tried for event in (*decision.due, *decision.events))


def _happens(wanted: Happening, event: Event) -> bool:
    return event.event == wanted.kind and all(word in event.extra.values() for word in wanted.words)


def _is_so(condition: Condition, room: Room, capacity: int | None) -> bool:
    assert not isinstance(condition, Happening)
    numbers = ((part, capacity if part.number is None else part.number) for part in condition)
    return all(number is not None and SIGNS[part.sign](COUNTED[part.counted](room), number) for part, number in numbers)
