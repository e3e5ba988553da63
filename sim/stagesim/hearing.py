"""Who hears of an event: one table of what is done at each kind of event, put together once for a room.

At every event, in this order: the log keeps it; its person sees what it makes of them, and is told of it unless it was
their own doing; staff hear of it at their desk and in their duties; everybody does, where it matters to all; and those
who have a behaviour of their own are told whatever they see of others.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import Final

from stageaccess import Event, EventKind, Mode
from stageaccess.agenda import BRINGS_FORWARD
from stageaccess.audience import NOTIFIED, SHOWN, Audience
from stagesim.agents.attendee import Attendee
from stagesim.agents.duties import Duties
from stagesim.agents.standing import BEYOND, OF_PRESENCE, STANDS
from stagesim.agents.surroundings import Surroundings

Hearer = Callable[[Event], None]
"""What is done at an event."""


def _recipients(audience: Audience) -> frozenset[EventKind]:
    """The kinds of events that an audience is told of, by notice or by seeing it."""
    return frozenset(kind for kind in EventKind if audience in NOTIFIED.get(kind, ()) or audience is SHOWN.get(kind))


TOLD_PERSON: Final = frozenset({*_recipients(Audience.PERSON), *STANDS, *BEYOND}) - OF_PRESENCE
TOLD_STAFF: Final = _recipients(Audience.STAFF) | _recipients(Audience.MAKER) | _recipients(Audience.EVERYONE)
TOLD_EVERYONE: Final = _recipients(Audience.EVERYONE)
UNEVENTFUL: Final = frozenset({EventKind.SPOKE})


def hearers(
    around: Surroundings, people: Mapping[str, Attendee], duties: Duties
) -> dict[EventKind, tuple[Hearer, ...]]:
    """What is done at each kind of event in one room, in order."""
    hearing = _Hearing(around, people, duties)
    return {kind: tuple(hearing.hearers_of(kind)) for kind in EventKind}


class _Hearing:
    """Brings the events of one room to those whom they concern; nobody is told of what they did themselves."""

    def __init__(self, around: Surroundings, people: Mapping[str, Attendee], duties: Duties) -> None:
        self.around = around
        self._people = people
        self._duties = duties

    def hearers_of(self, kind: EventKind) -> Iterator[Hearer]:
        yield self.around.log.recorder(kind)
        if kind in UNEVENTFUL:
            return
        if kind in STANDS or kind in BEYOND or kind in TOLD_PERSON:
            yield self._tells_person(kind)
        if kind in TOLD_STAFF:
            yield from filter(None, (self.around.desk.hears(kind), self._duties.hears(kind)))
        if kind in TOLD_EVERYONE and kind in HEARD_BY_ALL:
            yield MethodType(HEARD_BY_ALL[kind], self)
        if kind in BRINGS_FORWARD:
            yield self.around.expect_due
        if self.around.behaviours:
            yield self._tell_listeners

    def _tells_person(self, kind: EventKind) -> Hearer:
        """Its person sees what it makes of them, and is told of it, unless it was their own doing."""
        around, people, is_told = self.around, self._people, kind in TOLD_PERSON
        standing, observe = STANDS.get(kind), BEYOND.get(kind)

        def hear(event: Event) -> None:
            who = event.who
            person = people.get(who)
            if person is None:
                return
            is_own, is_scripted = event.by == who, around.is_scripted
            if standing is not None:  # as `stand`, without another call
                person.standing = standing
                person.has_news = True
                person.is_steered = is_scripted and is_own
            if observe is not None:
                observe(person, event)
            if is_told and (is_scripted or not is_own):
                person.told(event)

        return hear

    def _tell_listeners(self, event: Event) -> None:
        for listener in list(self.around.listeners.values()):
            if listener.name not in (event.who, event.by):
                sees = TOLD_STAFF if listener.role.is_staff else TOLD_EVERYONE
                if event.event in sees:
                    listener.told(event)

    # What all in the room make of what they see.

    def _mode_changed(self, event: Event) -> None:
        self.around.mode = Mode(str(event.extra["mode"]))
        self.around.mode_ms, self.around.mode_by = event.at_ms, event.by
        self._new_buttons(event)

    def _new_buttons(self, event: Event) -> None:
        """Tell those who have found none."""
        for agent in list(self.around.watching.values()):
            agent.told(event)

    def _place_freed(self, _: Event) -> None:
        """Tell who is next in line for a place on stage."""
        self.around.call_line()

    def _session_ended(self, _: Event) -> None:
        """Nobody acts any more."""
        self.around.env.stop()


HEARD_BY_ALL: Final[Mapping[EventKind, Callable[[_Hearing, Event], None]]] = {
    EventKind.SESSION_STARTED: _Hearing._new_buttons,
    EventKind.MODE_CHANGED: _Hearing._mode_changed,
    EventKind.STAGE_LEFT: _Hearing._place_freed,
    EventKind.STAGE_REMOVED: _Hearing._place_freed,
    EventKind.SESSION_ENDED: _Hearing._session_ended,
}
"""What the people in the room make of the events that all are told of."""
