"""What an event says that cannot be so, given all events before it, under whatever rules."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from stageaccess import Event, EventKind, Room, Standing
from stageaccess.people import Person
from stageaccess.vocabulary import Phase, Presence
from stageaccess.wire import EXTRA

Against = Callable[[Room, Person, Event], str | None]


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
    against = AGAINST.get(event.event)
    why = None if against is None else against(room, person, event)
    return None if why is None else f"{why}: `{person.name}` is {_in_words(room, person)}"


def _left(_: Room, person: Person, __: Event) -> str | None:
    return None if person.standing is Standing.VIEWER else "something of theirs is still open"


def _lost(_: Room, person: Person, __: Event) -> str | None:
    return None if person.presence is Presence.PRESENT else "they are away already"


def _came_back(_: Room, person: Person, __: Event) -> str | None:
    return None if person.presence is Presence.AWAY else "they are not away"


def _new_role(_: Room, person: Person, event: Event) -> str | None:
    return "the role was that already" if person.role == event.extra["role"] else None


def _new_mode(room: Room, _: Person, event: Event) -> str | None:
    if event.extra["mode"] == room.mode:
        return "the mode was that already"
    previous = event.extra["previous"]
    return None if previous == room.mode else f"the mode before was not `{previous}`"


def _asked(room: Room, person: Person, event: Event) -> str | None:
    if event.extra["request"] in room.requests:
        return f"there was a request `{event.extra['request']}` before"
    return None if person.standing is Standing.VIEWER else "only a viewer can have asked"


def _request_ended(_: Room, person: Person, event: Event) -> str | None:
    return _ended("request", person.request, event)


def _invited(room: Room, person: Person, event: Event) -> str | None:
    if event.extra["invitation"] in room.invitations:
        return f"there was an invitation `{event.extra['invitation']}` before"
    return None if person.standing is Standing.VIEWER else "only a viewer can have been invited"


def _invitation_ended(_: Room, person: Person, event: Event) -> str | None:
    return _ended("invitation", person.invitation, event)


def _ended(kind: str, open_one: str | None, event: Event) -> str | None:
    if event.extra[kind] == open_one:
        return None
    return f"their open {kind} is {f'`{open_one}`' if open_one else 'none'}, and not `{event.extra[kind]}`"


def _began_to_prepare(_: Room, person: Person, __: Event) -> str | None:
    return None if person.standing in (Standing.VIEWER, Standing.INVITED) else "they cannot begin to prepare"


def _stopped_preparing(room: Room, person: Person, _: Event) -> str | None:
    return None if person.name in room.setups else "they do not prepare"


def _went_live(_: Room, person: Person, __: Event) -> str | None:
    if person.standing is Standing.ON_STAGE:
        return "they are on stage already"
    return "something of theirs is still open" if person.request or person.invitation else None


def _is_off_stage(room: Room, person: Person, _: Event) -> str | None:
    return None if person.name in room.stage else "they are not on stage"


AGAINST: Final[Mapping[EventKind, Against]] = MappingProxyType(
    {
        EventKind.LEFT_ROOM: _left,
        EventKind.DISCONNECTED: _lost,
        EventKind.RECONNECTED: _came_back,
        EventKind.ROLE_CHANGED: _new_role,
        EventKind.MODE_CHANGED: _new_mode,
        EventKind.REQUEST_CREATED: _asked,
        EventKind.REQUEST_CLOSED: _request_ended,
        EventKind.INVITATION_CREATED: _invited,
        EventKind.INVITATION_CLOSED: _invitation_ended,
        EventKind.SETUP_STARTED: _began_to_prepare,
        EventKind.SETUP_CANCELLED: _stopped_preparing,
        EventKind.STAGE_JOINED: _went_live,
        EventKind.STAGE_LEFT: _is_off_stage,
        EventKind.STAGE_REMOVED: _is_off_stage,
        EventKind.SPOKE: _is_off_stage,
    }
)
"""What is against an event about somebody in the room, None where nothing is; any other kind needs only them."""


def _in_words(room: Room, person: Person) -> str:
    """What is so of a person, as far as an event may contradict it."""
    open_ones = [each for each in (person.request, person.invitation) if each]
    return ", ".join(map(str, (person.role, person.presence, person.standing, *open_ones, f"in {room.mode}")))
