"""What lets events happen: each gets its number and its time, changes the room, and is kept until it is taken."""

from stageaccess.messages import NOTHING, Event, new_tuple
from stageaccess.moves import Extra
from stageaccess.room import APPLY, Room
from stageaccess.vocabulary import EventKind


class Emitter:
    """A room, and the events that have happened in it since they were last taken."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._events: list[Event] = []

    def emit(self, kind: EventKind, who: str, by: str, extra: Extra = NOTHING) -> None:
        """Let an event happen, now."""
        room = self.room
        room.seq = seq = room.seq + 1
        event = new_tuple(Event, (seq, room.now_ms, kind, who, by, extra))
        APPLY[kind](room, event)
        self._events.append(event)

    def take_events(self) -> tuple[Event, ...]:
        """What has happened since the last time."""
        events, self._events = tuple(self._events), []
        return events
