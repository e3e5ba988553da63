"""Who stood how from when to when: the way of each person through the room, for timelines."""

from collections.abc import Iterator
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KIND, KINDS


class Spell(NamedTuple):
    """One person in one standing, seconds of the room's clock."""

    person: str
    standing: str
    from_s: float
    to_s: float


class Standings:
    """How everybody stands, from one event to the next. `now` has those whom an event has named; empty is gone."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}
        self._invited: set[str] = set()

    def hear(self, kind: str, who: str) -> str | None:
        """How the person of an event stands after it; None where it says nothing of that."""
        standing = KIND[kind].standing_after
        if standing is None:
            return None
        if kind == "invitation_created":
            self._invited.add(who)
        elif kind == "invitation_closed":
            self._invited.discard(who)
            if self.now.get(who) != "invited":
                return None  # whoever sets up by it, or is on stage, stands as before
        elif kind == "setup_cancelled" and who in self._invited:
            standing = "invited"
        self.now[who] = standing
        return standing


def standings(log: EventLog) -> list[Spell]:
    """Every spell, in order of its end, then of the people's first entry; a spell of no length is left out."""
    return [Spell(who, standing, from_ms / 1000, to_ms / 1000) for who, standing, from_ms, to_ms in spans_ms(log)]


def spans_ms(log: EventLog) -> Iterator[tuple[str, str, int, int]]:
    """The same in whole milliseconds: person, standing, from when, until when."""
    names, everybody = log.names, Standings()
    now: dict[str, tuple[str, int]] = {}
    at_ms = log.header.start_ms
    for at_ms, code, place, *_ in log.entries():
        who = names[place]
        standing = everybody.hear(KINDS[code].name, who)
        before, since_ms = now.get(who, ("", at_ms))
        if standing is None or standing == before:
            continue
        if before and since_ms < at_ms:
            yield who, before, since_ms, at_ms
        now[who] = (standing, at_ms)
    for who, (standing, since_ms) in now.items():
        if standing and since_ms < at_ms:
            yield who, standing, since_ms, at_ms
