"""What became of each participant who wished to speak: to see who wins and who loses where something is changed."""

import math
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import Wish
from stagesim.metrics.measures import counted_seconds, wish_time
from stagesim.metrics.scan import scan


class Fate(NamedTuple):
    """One participant with at least one wish. `heard` is how many of them were.

    `arose_ms` are the moments of the wishes, in order. `wait_s` is the mean over them of the time from a wish until its
    person is live, each counted as the horizon at most, and as that if it never happens. Who gives up early has
    therefore not waited little.
    """

    person: str
    group: str
    client: str
    arose_ms: tuple[int, ...]
    heard: int
    wait_s: float


def fates(log: EventLog, horizon_ms: int) -> dict[str, Fate]:
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
            sum(wish.fate == "heard" for wish in wishes[name]),
            math.fsum(counted_seconds(*wish_time(session, wish), horizon_ms) for wish in wishes[name])
            / len(wishes[name]),
        )
        for name, person in session.people.items()
        if person.participant and name in wishes
    }
