"""What an event makes of the person whom it is about, as far as the event alone says it."""

from collections.abc import Callable, Mapping
from typing import Final

from stageaccess import Event, EventKind, Role, Standing
from stagesim.agents.attendee import MAIN, Attendee
from stagesim.agents.names import INVITED, ON_STAGE, REQUESTED, VIEWER
from stagesim.eventlog.schema import KINDS

Observer = Callable[[Attendee, Event], None]


def _stands(person: Attendee, standing: Standing, event: Event) -> None:
    person.standing = standing
    person.has_news = True
    person.is_steered = person.around.is_scripted and event.by == person.name


def _entered(person: Attendee, event: Event) -> None:
    _stands(person, VIEWER, event)
    person.in_room, person.is_away, person.is_lost = True, False, False
    if person.has_second:
        person.use_first_device()
    person.presence_changed(event)
    if person.is_listener:
        person.around.listeners[person.name] = person
    person.come_back()


def _left_room(person: Attendee, event: Event) -> None:
    _stands(person, VIEWER, event)
    _says_why_one_left(person, event)
    person.in_room = person.is_away = person.invited = person.turned_down = False
    person.is_lost = event.extra["cause"] != "explicit"
    person.presence_changed(event)
    if person.is_listener:
        person.around.listeners.pop(person.name, None)


def _says_why_one_left(person: Attendee, event: Event) -> None:
    """Whoever left the stage with the room did so by their own will, or lost the connection."""
    wish = person.following
    if wish is not None and wish.has_come_off and wish.ending == "left_room" and event.extra["cause"] != "explicit":
        wish.ending = "lost_connection"


def _disconnected(person: Attendee, event: Event) -> None:
    person.is_away = True
    if person.speaking is not None:
        person.speaking.count(event.at_ms, goes_on=False)
    person.presence_changed(event)


def _reconnected(person: Attendee, event: Event) -> None:
    person.is_away = False
    if person.speaking is not None:
        person.speaking.count(event.at_ms, goes_on=True)
    if _is_of_first_device(person, event):
        person.use_first_device()
    person.presence_changed(event)


def _connected(person: Attendee, event: Event) -> None:
    if _is_of_first_device(person, event):
        person.use_first_device()
        person.plan_loss()
        person.see_to(event)


def _connection_closed(person: Attendee, event: Event) -> None:
    if _is_of_first_device(person, event):
        person.use_second_device()
        person.see_to(event)


def _is_of_first_device(person: Attendee, event: Event) -> bool:
    """Whether it is about the first of two devices."""
    return person.has_second and event.extra.get("connection", MAIN) == MAIN


def _role_changed(person: Attendee, event: Event) -> None:
    person.role = Role(str(event.extra["role"]))
    person.check_work()


def _request_created(person: Attendee, event: Event) -> None:
    _stands(person, REQUESTED, event)
    person.turned_down = False


def _request_closed(person: Attendee, event: Event) -> None:
    _stands(person, VIEWER, event)
    person.turned_down = _is_turned_down(person, event)


def _is_turned_down(person: Attendee, event: Event) -> bool:
    """Whether what has ended did not end with the mode in which it was begun."""
    asked_in = person.following.asked_in if person.following is not None else None
    return event.at_ms != person.around.mode_ms or asked_in is person.around.mode


def _invitation_created(person: Attendee, event: Event) -> None:
    _stands(person, INVITED, event)
    person.invited = True
    person.turned_down = False


def _invitation_closed(person: Attendee, event: Event) -> None:
    person.invited = False
    person.turned_down = _is_turned_down(person, event)
    if person.standing is INVITED:
        _stands(person, VIEWER, event)


def _setup_cancelled(person: Attendee, event: Event) -> None:
    _stands(person, INVITED if person.invited else VIEWER, event)


def _stage_joined(person: Attendee, event: Event) -> None:
    _stands(person, ON_STAGE, event)
    person.take_stage()


def _off_stage(person: Attendee, event: Event) -> None:
    _stands(person, VIEWER, event)
    person.come_off(event.at_ms, _ending(person, event))


ENDINGS: Final[Mapping[str | None, str]] = {
    "session_ended": "session_ended",
    "left_room": "left_room",
    "mode_changed": "mode_changed",
    "capacity": "capacity",
    "grace_over": "lost_connection",
    "disconnect": "lost_connection",
}
"""What ended a stay where the cause of the event says it."""
OUTRIGHT: Final = ("session_ended", "left_room")
"""What ends everything of a person, also in the moment in which the mode changes."""


def _ending(person: Attendee, event: Event) -> str:
    """What ended a stay, in a word of the log, under any rules: what the event says, or else who did it."""
    around, by = person.around, event.by
    ending = ENDINGS.get(event.extra["cause"])
    if by == person.name:
        return ending or "left"
    if event.at_ms == around.mode_ms and by == around.mode_by and ending not in OUTRIGHT:
        return "mode_changed"
    return ending or "staff"


def _stands_as(standing: Standing) -> Observer:
    def observe(person: Attendee, event: Event) -> None:  # as `_stands`, without another call
        person.standing = standing
        person.has_news = True
        person.is_steered = person.around.is_scripted and event.by == person.name

    return observe


BEYOND: Final[Mapping[EventKind, Observer]] = {
    EventKind.ENTERED: _entered,
    EventKind.LEFT_ROOM: _left_room,
    EventKind.DISCONNECTED: _disconnected,
    EventKind.RECONNECTED: _reconnected,
    EventKind.CONNECTED: _connected,
    EventKind.CONNECTION_CLOSED: _connection_closed,
    EventKind.ROLE_CHANGED: _role_changed,
    EventKind.REQUEST_CREATED: _request_created,
    EventKind.REQUEST_CLOSED: _request_closed,
    EventKind.INVITATION_CREATED: _invitation_created,
    EventKind.INVITATION_CLOSED: _invitation_closed,
    EventKind.SETUP_CANCELLED: _setup_cancelled,
    EventKind.STAGE_JOINED: _stage_joined,
    EventKind.STAGE_LEFT: _off_stage,
    EventKind.STAGE_REMOVED: _off_stage,
}
"""What makes more of its person than the standing that the table of kinds says."""

OBSERVE: Final[Mapping[EventKind, Observer]] = {
    **{EventKind(kind.name): _stands_as(Standing(kind.standing_after)) for kind in KINDS if kind.standing_after},
    **BEYOND,
}
"""Kind of an event about a person -> what it makes of the person."""
OF_PRESENCE: Final = frozenset(
    {
        EventKind.ENTERED,
        EventKind.LEFT_ROOM,
        EventKind.DISCONNECTED,
        EventKind.RECONNECTED,
        EventKind.CONNECTED,
        EventKind.CONNECTION_CLOSED,
    }
)
"""What a person goes through rather than hears of."""
