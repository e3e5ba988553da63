"""What an event makes of the person whom it is about, as far as the event alone says it.

Where a person stands after a kind of event the table of kinds says (`STANDS`), and `BEYOND` says what else it makes of
its person.
"""

from collections.abc import Callable, Mapping
from typing import Final

from stageaccess import Event, EventKind, Role, Standing
from stagesim.agents.attendee import MAIN, Attendee
from stagesim.agents.names import INVITED, VIEWER
from stagesim.eventlog.schema import KINDS

Observer = Callable[[Attendee, Event], None]


def stand(person: Attendee, standing: Standing, event: Event) -> None:
    """Somebody stands elsewhere now, and has not reacted to it yet."""
    person.standing = standing
    person.has_news = True
    person.is_steered = person.around.is_scripted and event.by == person.name


def _entered(person: Attendee, event: Event) -> None:
    person.in_room, person.is_away, person.is_lost = True, False, False
    if person.has_second:
        person.use_first_device()
    person.presence_changed(event)
    if person.is_listener:
        person.around.listeners[person.name] = person
    person.come_back()


def _left_room(person: Attendee, event: Event) -> None:
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


def _request_created(person: Attendee, _: Event) -> None:
    person.turned_down = False


def _comes_to_nothing(person: Attendee, event: Event) -> None:
    """A request or an invitation has come to nothing, unless it ended with the mode in which it was begun."""
    around, wish = person.around, person.following
    asked_in = None if wish is None else wish.asked_in
    person.turned_down = event.at_ms != around.mode_ms or asked_in is around.mode


def _invitation_created(person: Attendee, _: Event) -> None:
    person.invited = True
    person.turned_down = False


def _invitation_closed(person: Attendee, event: Event) -> None:
    person.invited = False
    _comes_to_nothing(person, event)
    if person.standing is INVITED:
        stand(person, VIEWER, event)


def _setup_cancelled(person: Attendee, _: Event) -> None:
    if person.invited:
        person.standing = INVITED


def _stage_joined(person: Attendee, _: Event) -> None:
    person.take_stage()


def _off_stage(person: Attendee, event: Event) -> None:
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


BEYOND: Final[Mapping[EventKind, Observer]] = {
    EventKind.ENTERED: _entered,
    EventKind.LEFT_ROOM: _left_room,
    EventKind.DISCONNECTED: _disconnected,
    EventKind.RECONNECTED: _reconnected,
    EventKind.CONNECTED: _connected,
    EventKind.CONNECTION_CLOSED: _connection_closed,
    EventKind.ROLE_CHANGED: _role_changed,
    EventKind.REQUEST_CREATED: _request_created,
    EventKind.REQUEST_CLOSED: _comes_to_nothing,
    EventKind.INVITATION_CREATED: _invitation_created,
    EventKind.INVITATION_CLOSED: _invitation_closed,
    EventKind.SETUP_CANCELLED: _setup_cancelled,
    EventKind.STAGE_JOINED: _stage_joined,
    EventKind.STAGE_LEFT: _off_stage,
    EventKind.STAGE_REMOVED: _off_stage,
}
"""What an event makes of its person beyond the standing."""

STANDS: Final[Mapping[EventKind, Standing]] = {
    EventKind(kind.name): Standing(kind.standing_after or VIEWER)
    for kind in KINDS
    if kind.standing_after is not None and kind.name != EventKind.INVITATION_CLOSED
}
"""Kind of an event -> where its person stands after it; somebody who has left the room will come back as a viewer.

An invitation that ends while its person sets up leaves them there, so it is not among these.
"""
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
