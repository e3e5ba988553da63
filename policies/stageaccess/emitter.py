"""What lets events happen: each gets its number and its time, changes the room, and is kept until it is taken."""

from stageaccess.audience import notified
from stageaccess.messages import NOTHING, Event, Extra, new_tuple
from stageaccess.room import APPLY, Room
from stageaccess.vocabulary import EventKind


class Emitter:
    """A room, and the events that have happened in it since they were last taken."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._events: list[Event] = []
        self._tells = False

    def emit(self, kind: EventKind, who: str, by: str, extra: Extra = NOTHING) -> None:
        """Let an event happen, now."""
        room = self.room
        room.seq = seq = room.seq + 1
        event = new_tuple(Event, (seq, room.now_ms, kind, who, by, extra, None))
        APPLY[kind](room, event)
        if self._tells:
            event = event._replace(told=tuple(sorted(notified(event, room))))
        self._events.append(event)

    def report_told(self) -> bool:
        """From now on events say who got a notice of them (`Event.told`); True, because this engine can say it."""
        self._tells = True
        return True

    def take_events(self) -> tuple[Event, ...]:
        """What has happened since the last time."""
        events = tuple(self._events)
        self._events = []
        return events
