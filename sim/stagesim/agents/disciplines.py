"""Whom a moderator turns to next: the disciplines of the queue."""

from collections.abc import Callable, Mapping
from math import isnan
from numbers import Real
from typing import Any, Final

from stagesim.agents.desk import Desk, Item
from stagesim.agents.faults import BehaviourError, located
from stagesim.agents.moderator import Moderator
from stagesim.agents.waiting import Waiting, waiting
from stagesim.scenario.faults import shown

Key = Callable[[Desk, Moderator, Item], tuple[int, ...]]


def _priority(_: Desk, moderator: Moderator, item: Item) -> tuple[int, ...]:
    order = moderator.habits.priority
    return (order.index(item.group) if item.group in order else len(order),)


def _least_heard(desk: Desk, _: Moderator, item: Item) -> tuple[int, ...]:
    return (desk.stage_ms.get(item.name, 0),)


# Disciplines that compare people: the smallest key first, then who came first.
KEYS: Final[Mapping[str, Key]] = {"priority": _priority, "least_heard": _least_heard}


def next_item(desk: Desk, moderator: Moderator) -> Item | None:
    """Take from the list whom the moderator turns to next; None when nobody waits, or nobody may be taken up now.

    Nobody reviews a request of their own (rule S6).
    """
    waiting, habits = desk.waiting, moderator.habits
    own = moderator.name in waiting
    if len(waiting) == own:
        return None
    if moderator.places is not None and desk.places_taken >= moderator.places:
        moderator.around.explain("list_held", moderator.name, moderator.places)
        return None
    candidates = [item for name, item in waiting.items() if name != moderator.name] if own else waiting.values()
    discipline, own_key = habits.discipline, moderator.around.disciplines.get(moderator.group)
    if discipline == "first_come" and own_key is None and not habits.once_each:
        return desk.take(next(iter(candidates)))
    key = KEYS.get(discipline)
    if own_key is not None:
        return desk.take(min(candidates, key=lambda item: _own_rank(desk, moderator, item, own_key)))
    if habits.once_each or key is not None:
        return desk.take(min(candidates, key=lambda item: _rank(desk, moderator, item, key)))
    if discipline == "random":
        moderator.picks += 1
        index = moderator.stream("pick", moderator.picks).below(len(candidates))
        return desk.take(list(candidates)[index])
    return desk.take(next(reversed(candidates) if discipline == "last_come" else iter(candidates)))


def _own_rank(desk: Desk, moderator: Moderator, item: Item, key: Callable[[Waiting], Any]) -> tuple[Any, ...]:
    spoken = desk.stays.get(item.name, 0) if moderator.habits.once_each else 0
    try:
        return (spoken, _comparable(key(waiting(desk, item, moderator.now_ms))), item.number)
    except BehaviourError as error:
        raise located(error, "discipline", moderator) from None
    except Exception as error:
        raise located(error, "discipline", moderator) from error


def _comparable(found: object) -> tuple[Real, ...]:
    """The key of a person, as one that every other can be compared with."""
    parts = found if isinstance(found, tuple) else (found,)
    if not parts or not all(isinstance(each, Real) and not isnan(each) for each in parts):
        hint = "return what can be compared with everybody else's, such as `(who.stays, who.place)`"
        raise BehaviourError(f"expected a number or a tuple of numbers, got {shown(found)}\n  hint: {hint}")
    return parts


def _rank(desk: Desk, moderator: Moderator, item: Item, key: Key | None) -> tuple[int, ...]:
    spoken = (desk.stays.get(item.name, 0),) if moderator.habits.once_each else ()
    order = -item.number if moderator.habits.discipline == "last_come" else item.number
    return (*spoken, *(key(desk, moderator, item) if key is not None else ()), order)
