"""What an event says that cannot be so, given all events before it, under whatever rules."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from stageaccess import Event, EventKind, Room, Standing
from stageaccess.people import Person
from stageaccess.vocabulary import Phase, Presence
from stageaccess.wire import EXTRA

Holds = Callable[[Room, Person, Event], bool]


def contradiction(room: Room, event: Event) -> str | None:
    """Why the event cannot have happened in the room; None where it can. Nothing is changed."""
    fields = EXTRA[event.event]
    if not {each.name for each in fields if each.needed} <= event.extra.keys() <= {each.name for each in fields}:
        return f"it has the fields {', '.join(event.extra) or 'of no kind'}"
    match event.event:
        case EventKind.SESSION_STARTED:
            return None if room.phase is Phase.BEFORE else "the session has begun before"
        case EventKind.SESSION_ENDED:
            return None if room.phase is Phase.LIVE else "the session is not live"
    person = room.people.get(event.who)
    is_in = person is not None and person.presence is not Presence.GONE
    if event.event is EventKind.ENTERED:
        return f"`{event.who}` is in the room already" if is_in else None
    if person is None or not is_in:
        return f"`{event.who}` is not in the room"
    holds = HOLDS.get(event.event)
    return None if holds is None or holds(room, person, event) else f"`{person.name}` is {_in_words(room, person)}"


def _is_on_stage(room: Room, person: Person, _: Event) -> bool:
    return person.name in room.stage


HOLDS: Final[Mapping[EventKind, Holds]] = MappingProxyType(
    {
        EventKind.LEFT_ROOM: lambda _, person, __: person.standing is Standing.VIEWER,
        EventKind.DISCONNECTED: lambda _, person, __: person.presence is Presence.PRESENT,
        EventKind.RECONNECTED: lambda _, person, __: person.presence is Presence.AWAY,
        EventKind.ROLE_CHANGED: lambda _, person, event: person.role != event.extra["role"],
        EventKind.MODE_CHANGED: lambda room, _, event: event.extra["previous"] == room.mode != event.extra["mode"],
        EventKind.REQUEST_CREATED: lambda room, person, event: (
            person.standing is Standing.VIEWER and event.extra["request"] not in room.requests
        ),
        EventKind.REQUEST_CLOSED: lambda _, person, event: event.extra["request"] == person.request,
        EventKind.INVITATION_CREATED: lambda room, person, event: (
            person.standing is Standing.VIEWER and event.extra["invitation"] not in room.invitations
        ),
        EventKind.INVITATION_CLOSED: lambda _, person, event: event.extra["invitation"] == person.invitation,
        EventKind.SETUP_STARTED: lambda _, person, __: person.standing in (Standing.VIEWER, Standing.INVITED),
        EventKind.SETUP_CANCELLED: lambda room, person, _: person.name in room.setups,
        EventKind.STAGE_JOINED: lambda _, person, __: (
            person.standing is not Standing.ON_STAGE and not (person.request or person.invitation)
        ),
        EventKind.STAGE_LEFT: _is_on_stage,
        EventKind.STAGE_REMOVED: _is_on_stage,
        EventKind.SPOKE: _is_on_stage,
    }
)
"""What has to be so of somebody in the room for an event about them; for any other kind, no more than to be there."""


def _in_words(room: Room, person: Person) -> str:
    """What is so of a person, as far as an event may contradict it."""
    open_ones = [each for each in (person.request, person.invitation) if each]
    return ", ".join(map(str, (person.role, person.presence, person.standing, *open_ones, f"in {room.mode}")))
