"""What became of each participant who wished to speak: to see who wins and who loses where something is changed."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metrics.known_sessions import session_of
from stagesim.metrics.measures import counted_seconds, wish_time


class Fate(NamedTuple):
    """One participant with at least one wish. `arose_ms` are the moments of the wishes, in order, `were_heard` says
    which of them were, and `heard` how many.

    `waits_s` are the times from each until its person is live, each counted as the horizon at most, and as that if it
    never happens; `wait_s` is their mean. Who gives up early has therefore not waited little.
    """

    person: str
    group: str
    client: str
    arose_ms: tuple[int, ...]
    were_heard: tuple[bool, ...]
    waits_s: tuple[float, ...]
    heard: int
    wait_s: float

    def only(self, places: Sequence[int]) -> "Fate":
        """What became of some of the wishes alone, by their places."""
        wishes = [(self.arose_ms[at], self.were_heard[at], self.waits_s[at]) for at in places]
        return _fate((self.person, self.group, self.client), wishes)


def _fate(who: tuple[str, str, str], wishes: Sequence[tuple[int, bool, float]]) -> Fate:
    """What became of somebody, by when each wish arose, whether it was heard, and its wait."""
    arose_ms, were_heard, waits_s = zip(*wishes, strict=True)
    return Fate(*who, arose_ms, were_heard, waits_s, sum(were_heard), math.fsum(waits_s) / len(waits_s))


def fates(log: EventLog, horizon_ms: int) -> dict[str, Fate]:
    """The fate of every participant who wished to speak, by name, in order of their first entry."""
    session = session_of(log)
    wishes: dict[str, list[tuple[int, bool, float]]] = {}
    for wish in session.wishes.values():
        wait_s = counted_seconds(*wish_time(session, wish), horizon_ms)
        wishes.setdefault(wish.person, []).append((wish.at_ms, wish.fate == "heard", wait_s))
    return {
        name: _fate((name, person.group, person.client), wishes[name])
        for name, person in session.people.items()
        if person.participant and name in wishes
    }
