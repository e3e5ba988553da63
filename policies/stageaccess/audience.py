"""Who learns of which event: one table.

`NOTIFIED` is who gets a notice. `SHOWN` is who sees it without one: the stage is in everybody's view, and staff have
the list of participants before them. Both follow from the event alone.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from stageaccess.messages import Event
from stageaccess.room import Room
from stageaccess.vocabulary import EventKind, Presence


class Audience(StrEnum):
    """Whom an event concerns: its person, the staff present, who made the invitation, everybody present."""

    PERSON = "person"
    STAFF = "staff"
    MAKER = "maker"
    EVERYONE = "everyone"


NOTIFIED: Final[Mapping[EventKind, tuple[Audience, ...]]] = MappingProxyType(
    {
        EventKind.REQUEST_CREATED: (Audience.STAFF,),
        EventKind.REQUEST_CLOSED: (Audience.PERSON, Audience.STAFF),
        EventKind.INVITATION_CREATED: (Audience.PERSON, Audience.MAKER),
        EventKind.INVITATION_CLOSED: (Audience.PERSON, Audience.MAKER),
        EventKind.SETUP_STARTED: (Audience.PERSON,),
        EventKind.STAGE_REMOVED: (Audience.PERSON,),
        EventKind.MODE_CHANGED: (Audience.EVERYONE,),
    }
)

SHOWN: Final[Mapping[EventKind, Audience]] = MappingProxyType(
    {
        EventKind.SESSION_STARTED: Audience.EVERYONE,
        EventKind.SESSION_ENDED: Audience.EVERYONE,
        EventKind.ENTERED: Audience.STAFF,
        EventKind.LEFT_ROOM: Audience.STAFF,
        EventKind.DISCONNECTED: Audience.STAFF,
        EventKind.RECONNECTED: Audience.STAFF,
        EventKind.CONNECTED: Audience.STAFF,
        EventKind.CONNECTION_CLOSED: Audience.STAFF,
        EventKind.ROLE_CHANGED: Audience.PERSON,
        EventKind.SETUP_CANCELLED: Audience.PERSON,
        EventKind.STAGE_JOINED: Audience.EVERYONE,
        EventKind.STAGE_LEFT: Audience.EVERYONE,
        EventKind.STAGE_REMOVED: Audience.EVERYONE,
        EventKind.SPOKE: Audience.EVERYONE,
    }
)


def notified(event: Event, room: Room) -> list[str]:
    """The names of those who get a notice of the event, each once, in a fixed order; `room` as it is after it."""
    names: dict[str, None] = {}
    for audience in NOTIFIED.get(event.event, ()):
        names.update(dict.fromkeys(members(audience, event, room)))
    return list(names)


def members(audience: Audience, event: Event, room: Room) -> Iterator[str]:
    """The names of those whom an audience of the event means; `room` as it is after it."""
    match audience:
        case Audience.PERSON:
            yield event.who
        case Audience.MAKER:
            yield room.invitations[str(event.extra["invitation"])].by
        case Audience.STAFF:
            yield from (name for name, person in room.staff.items() if person.presence is Presence.PRESENT)
        case Audience.EVERYONE:
            yield from (name for name, person in room.people.items() if person.presence is Presence.PRESENT)
