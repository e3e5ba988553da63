"""Who waits for a moderator, as code of the user's sees them, and disciplines by a key of the user's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from stagesim.agents.desk import Desk, Item


class Waiting(NamedTuple):
    """Somebody who waits for a moderator, as staff see them.

    `request` is None for a wish that was noticed where there is no button. `place` counts who came first, over the
    whole session; `waits_s` is how long they wait, `asks` how often they have waited so far, this time included,
    `stays` how often they were on stage, `stage_s` how long.
    """

    name: str
    group: str
    request: str | None
    place: int
    waits_s: float
    asks: int
    stays: int
    stage_s: float


def waiting(desk: Desk, item: Item, now_ms: int) -> Waiting:
    """What staff know of somebody on their list."""
    name = item.name
    stays, stage_s = desk.stays.get(name, 0), desk.stage_ms.get(name, 0) / 1000
    waits_s = (now_ms - item.since_ms) / 1000
    return Waiting(name, item.group, item.request, item.number, waits_s, item.occasion, stays, stage_s)


@dataclass(frozen=True, slots=True)
class Discipline:
    """Whom the moderators of a group turn to next, by a key: the smallest first, then who came first.

    Among `behaviours` it leaves everything else of the group as it is.
    """

    key: Callable[[Waiting], Any]
