"""What became of each participant who wished to speak: to see who wins and who loses where something is changed."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import Wish
from stagesim.metrics.known_sessions import session_of
from stagesim.metrics.measures import counted_seconds, wish_time


class Fate(NamedTuple):
    """One participant with at least one wish. `arose_ms` are the moments of the wishes, in order, `were_heard` says
    which of them were.

    `waits_s` are the times from each until its person is live, each counted as the horizon at most, and as that if it
    never happens. Who gives up early has therefore not waited little.
    """

    person: str
    group: str
    client: str
    arose_ms: tuple[int, ...]
    were_heard: tuple[bool, ...]
    waits_s: tuple[float, ...]

    @property
    def heard(self) -> int:
        """How many of the wishes were heard."""
        return sum(self.were_heard)

    @property
    def wait_s(self) -> float:
        """The mean wait of the wishes."""
        return math.fsum(self.waits_s) / len(self.waits_s)

    def only(self, places: Sequence[int]) -> "Fate":
        """What became of some of the wishes alone, by their places."""
        picked = (tuple(each[at] for at in places) for each in (self.arose_ms, self.were_heard, self.waits_s))
        return Fate(self.person, self.group, self.client, *picked)  # type: ignore[arg-type]


def fates(log: EventLog, horizon_ms: int) -> dict[str, Fate]:
    """The fate of every participant who wished to speak, by name, in order of their first entry."""
    session = session_of(log)
    wishes: dict[str, list[Wish]] = {}
    for wish in session.wishes.values():
        wishes.setdefault(wish.person, []).append(wish)
    return {
        name: Fate(
            name,
            person.group,
            person.client,
            tuple(wish.at_ms for wish in wishes[name]),
            tuple(wish.fate == "heard" for wish in wishes[name]),
            tuple(counted_seconds(*wish_time(session, wish), horizon_ms) for wish in wishes[name]),
        )
        for name, person in session.people.items()
        if person.participant and name in wishes
    }
