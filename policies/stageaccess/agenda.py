"""What ends by itself in a room, and when: requests, invitations, and the grace of who lost the connection."""

import heapq
from typing import Final, NamedTuple

from stageaccess.messages import Event, new_tuple
from stageaccess.names import AWAY, INVITATION_CLOSED, INVITED, REQUEST_CLOSED
from stageaccess.people import Person
from stageaccess.vocabulary import EventKind

BRINGS_FORWARD: Final = frozenset(
    {
        EventKind.REQUEST_CREATED,
        EventKind.INVITATION_CREATED,
        EventKind.SETUP_CANCELLED,
        EventKind.DISCONNECTED,
    }
)
"""The events after which something may be due earlier than before; after any other it is later, if anything."""


class Due(NamedTuple):
    """Something that ends by itself. Sorted by deadline, then by creation (rule T7): `seq` is of what began it.

    `item` is the request or the invitation; nothing for a grace.
    """

    deadline_ms: int
    seq: int
    closes: EventKind
    who: str
    item: str


class Agenda:
    """What is due in a room. What has ended in another way stays in the heap until it comes up: ending costs nothing.

    An invitation does not end while its person prepares (rule T2): when it comes up then, it is put aside, and comes
    back to the place that it had when the set-up is cancelled.
    """

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.items: list[Due] = []
        self._aside: dict[str, Due] = {}

    def copy(self, people: dict[str, Person]) -> "Agenda":
        """The same for a copy of the room's people."""
        twin = Agenda(people)
        twin.items, twin._aside = self.items.copy(), self._aside.copy()
        return twin

    def expect(self, ttl_ms: int | None, event: Event, closes: EventKind, item: str = "") -> None:
        """What an event began ends after a time; None is never."""
        if ttl_ms is not None:
            due = (event.at_ms + ttl_ms, event.seq, closes, event.who, item)
            heapq.heappush(self.items, new_tuple(Due, due))

    def resume(self, person: Person) -> None:
        """The person prepares no longer: what was put aside for that is due again."""
        item = self._aside.pop(person.name, None)
        if item is not None and item.item == person.invitation:
            heapq.heappush(self.items, item)

    def next(self) -> Due | None:
        """What ends next by itself, never something that has ended."""
        items, people = self.items, self.people
        while items:
            item = items[0]
            _, seq, closes, who, key = item
            person = people[who]
            if closes is REQUEST_CLOSED:
                if person.request == key:
                    return item
            elif closes is INVITATION_CLOSED:
                if person.invitation == key:
                    if person.position is INVITED:
                        return item
                    self._aside[who] = item
            elif person.presence is AWAY and person.away_since == seq:
                return item
            heapq.heappop(items)
        return None

    def take(self, at_ms: int) -> Due | None:
        """What ends next by itself, if it is due by then; it is taken off the agenda."""
        if not self.items or self.items[0].deadline_ms > at_ms:
            return None
        item = self.next()
        return None if item is None or item.deadline_ms > at_ms else heapq.heappop(self.items)
