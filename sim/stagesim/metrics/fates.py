"""What became of each participant who wished to speak: to see who wins and who loses where something is changed."""

import math
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import Session, Wish
from stagesim.metrics.scan import scan


class Fate(NamedTuple):
    """One participant with at least one wish.

    `arose_ms` are the moments of the wishes, in order. `wait_s` is the mean time without the stage over them: from a
    wish until its person is live, or until the end of the session if that never happens. Who gives up early has
    therefore not waited little.
    """

    person: str
    group: str
    client: str
    arose_ms: tuple[int, ...]
    served: int
    wait_s: float


def fates(log: EventLog) -> dict[str, Fate]:
    """The fate of every participant who wished to speak, by name, in order of their first entry."""
    session = scan(log)
    wishes: dict[str, list[Wish]] = {}
    for wish in session.wishes.values():
        wishes.setdefault(wish.person, []).append(wish)
    return {
        name: Fate(
            name,
            person.group,
            person.client,
            tuple(wish.at_ms for wish in wishes[name]),
            sum(wish.reached for wish in wishes[name]),
            math.fsum(_without_s(session, wish) for wish in wishes[name]) / len(wishes[name]),
        )
        for name, person in session.people.items()
        if person.participant and name in wishes
    }


def _without_s(session: Session, wish: Wish) -> float:
    until = wish.settled_ms if wish.reached and wish.settled_ms is not None else session.end_ms
    return max(0, until - wish.at_ms) / 1000
