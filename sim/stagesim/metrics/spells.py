"""Who stood how from when to when: the way of each person through the room, for timelines."""

from typing import Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KIND_CODE
from stagesim.eventlog.words import WORD_CODE


class Spell(NamedTuple):
    """One person in one standing, seconds of the room's clock."""

    person: str
    standing: str
    from_s: float
    to_s: float


STANDING_AFTER: Final = {
    "entered": "viewer",
    "request_created": "requested",
    "request_closed": "viewer",
    "invitation_created": "invited",
    "invitation_closed": "viewer",
    "setup_started": "preparing",
    "setup_cancelled": "viewer",
    "stage_joined": "on_stage",
    "stage_left": "viewer",
    "stage_removed": "viewer",
    "left_room": "",
}
"""How the person of an event stands after it; nothing after having left. Backing out of a set-up is no end of an
open invitation."""


def standings(log: EventLog) -> list[Spell]:
    """Every spell, in order of its end, then of the people's first entry; a spell of no length is left out."""
    after = {KIND_CODE[kind]: standing for kind, standing in STANDING_AFTER.items()}
    created, closed = KIND_CODE["invitation_created"], KIND_CODE["invitation_closed"]
    cancelled, backed_out = KIND_CODE["setup_cancelled"], WORD_CODE["backed_out"]
    names, spells, invited = log.names, [], set()
    now: dict[int, tuple[str, int]] = {}
    at_ms = log.header.start_ms
    for at_ms, kind, who, _, _, detail, _ in log.entries():
        standing = after.get(kind)
        if standing is None:
            continue
        if kind == created:
            invited.add(who)
        elif kind == closed:
            invited.discard(who)
        elif kind == cancelled and detail == backed_out and who in invited:
            standing = "invited"
        before, since_ms = now.get(who, ("", at_ms))
        if standing == before:
            continue
        if before and since_ms < at_ms:
            spells.append(Spell(names[who], before, since_ms / 1000, at_ms / 1000))
        now[who] = (standing, at_ms)
    for who, (standing, since_ms) in now.items():
        if standing and since_ms < at_ms:
            spells.append(Spell(names[who], standing, since_ms / 1000, at_ms / 1000))
    return spells
