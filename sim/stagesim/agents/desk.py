"""What the staff share: the list of those who wait, who is idle, and how full the stage is.

All of it comes from events that staff are told (`stageaccess.audience`), and from people who make a wish noticed where
there is no button for it. The list belongs to the room: a moderator who comes late finds it as it is.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MethodType
from typing import Final, Protocol

from stageaccess import Event, EventKind
from stagesim.agents.clock import Clock
from stagesim.agents.names import PARTICIPANT
from stagesim.agents.news import Listener


class Staff(Protocol):
    """A moderator, as far as the desk knows of one."""

    name: str
    watches: bool
    """Whether the stage is watched in idle moments."""

    def called(self) -> None: ...
    def called_to_remove(self) -> None: ...
    def abandoned(self, item: "Item") -> None: ...
    def may_interrupt(self) -> bool: ...


class Item:
    """Somebody who waits for a moderator: with a request, or (`request` None) with a wish that was noticed."""

    __slots__ = ("group", "name", "number", "occasion", "request", "reviewer", "since_ms")

    def __init__(self, name: str, group: str, request: str | None, number: int, occasion: int, since_ms: int) -> None:
        self.name = name
        self.group = group
        self.request = request
        self.number = number
        """The place in the list."""
        self.occasion = occasion
        """How many times this person has been on the list."""
        self.since_ms = since_ms
        """Since when."""
        self.reviewer: Staff | None = None


class Removal:
    """Somebody who is to be taken off the stage, which takes a moderator's time.

    `interrupts` says whether a review is interrupted for it.
    """

    __slots__ = ("interrupts", "is_needed", "mover", "name", "time_ms")

    def __init__(self, name: str, time_ms: int, *, interrupts: bool) -> None:
        self.name = name
        self.time_ms = time_ms
        self.interrupts = interrupts
        self.mover: Staff | None = None
        """Who sees to it."""
        self.is_needed = True
        """Whether the person is still there."""


class Eyes(Protocol):
    """The watch over the stage, as far as the desk knows of it."""

    def look(self) -> None: ...
    def look_past(self, name: str) -> None: ...


class Desk:
    """The moderators' shared view of the room."""

    def __init__(self, group_of: Mapping[str, str], env: Clock) -> None:
        self._group_of = group_of
        self._env = env
        self.waiting: OrderedDict[str, Item] = OrderedDict()
        self.under_review: dict[str, Item] = {}
        self.idle: OrderedDict[str, Staff] = OrderedDict()
        self.staff: OrderedDict[str, Staff] = OrderedDict()
        self.people: list[str] = []
        self.on_stage: dict[str, int] = {}
        self.coming: dict[str, str] = {}
        self.stays: dict[str, int] = {}
        self.stage_ms: dict[str, int] = {}
        self.hoping: dict[str, Listener] = {}
        self.chat: list[str] | None = None
        """Whose wishes stand in a chat that somebody has to read; None where they are noticed without that."""
        self.removals: dict[str, Removal] = {}
        """Those who are to be taken off the stage, in the order in which that was found."""
        self.watch: Eyes | None = None
        self.open_requests = 0
        self._places: dict[str, int] = {}
        self._numbers = 0
        self._occasions: dict[str, int] = {}

    # What staff are told.

    def hears(self, kind: EventKind) -> Callable[[Event], None] | None:
        """What the desk does on hearing of an event of a kind; None for nothing."""
        hear = HEAR.get(kind)
        return None if hear is None else MethodType(hear, self)

    def _request_created(self, event: Event) -> None:
        self.open_requests += 1
        if self.hoping:
            self.overlook(event.who)
        self._add(event.who, event.extra["request"])

    def _request_closed(self, event: Event) -> None:
        self.open_requests -= 1
        self.drop(event.who)

    def _invitation_created(self, event: Event) -> None:
        self.coming[event.who] = event.by

    def _invitation_closed(self, event: Event) -> None:
        self.coming.pop(event.who, None)
        self.call()

    def _stage_joined(self, event: Event) -> None:
        self.on_stage[event.who] = event.at_ms
        self.stays[event.who] = self.stays.get(event.who, 0) + 1
        if self.watch is not None:
            self.watch.look()

    def _stage_left(self, event: Event) -> None:
        stayed_ms = event.at_ms - self.on_stage.pop(event.who, event.at_ms)
        self.stage_ms[event.who] = self.stage_ms.get(event.who, 0) + stayed_ms
        if self.removals:
            self._spare(event.who)
        if self.watch is not None:
            self.watch.look_past(event.who)
            self.watch.look()
        self.call()

    def _entered(self, event: Event) -> None:
        if event.extra["role"] == PARTICIPANT:
            self._places[event.who] = len(self.people)
            self.people.append(event.who)

    def _left_room(self, event: Event) -> None:
        self._gone(event.who)

    def is_participant(self, name: str) -> bool:
        """Whether somebody in the room came as a participant."""
        return name in self._places

    def _gone(self, name: str) -> None:
        """Take a person off every list; of the participants', the last one takes the place."""
        self.overlook(name)
        place = self._places.pop(name, None)
        if place is not None:
            last = self.people.pop()
            if last != name:
                self.people[place] = last
                self._places[last] = place

    # The list of those who wait.

    def _add(self, name: str, request: str | None) -> None:
        self._numbers += 1
        occasion = self._occasions[name] = self._occasions.get(name, 0) + 1
        self.waiting[name] = Item(name, self._group_of.get(name, ""), request, self._numbers, occasion, self._env.now)
        self.call()

    def take(self, item: Item) -> Item:
        """Take somebody from the list, for review."""
        del self.waiting[item.name]
        self.under_review[item.name] = item
        return item

    def put_back(self, item: Item) -> bool:
        """Put somebody whose review was not finished back to the head of the list; whether they still wait."""
        if self.under_review.pop(item.name, None) is None:
            return False
        item.reviewer = None
        self.waiting[item.name] = item
        self.waiting.move_to_end(item.name, last=False)
        self.call()
        return True

    def notice(self, name: str) -> bool:
        """Put somebody who hopes for the stage on the list; whether that was to be done."""
        is_new = name in self.hoping and name not in self.waiting and name not in self.under_review
        if is_new:
            self._add(name, None)
        return is_new

    def overlook(self, name: str) -> None:
        """Notice nobody any more who is there only by hoping."""
        if self.hoping.pop(name, None) is not None:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Take somebody off the list, and tell the moderator who has just turned to that person."""
        self.waiting.pop(name, None)
        item = self.under_review.pop(name, None)
        if item is not None and item.reviewer is not None:
            item.reviewer.abandoned(item)

    def call(self) -> None:
        """Call the moderator who has been idle longest, if anybody waits whom that one may review."""
        if self.waiting and self.idle:
            only = next(iter(self.waiting)) if len(self.waiting) == 1 else ""
            for name, moderator in self.idle.items():
                if name != only:
                    self.rouse(name)
                    moderator.called()
                    return

    # Moderators who have nothing to do.

    def rest(self, moderator: Staff) -> None:
        """A moderator has nothing to do from now on."""
        self.idle[moderator.name] = moderator
        if self.watch is not None:
            self.watch.look()

    def rouse(self, name: str) -> bool:
        """A moderator has something else to do; whether that was not so already."""
        was_idle = self.idle.pop(name, None) is not None
        if was_idle and self.watch is not None:
            self.watch.look()
        return was_idle

    # People who are to be taken off the stage, where that takes time.

    def remove(self, removal: Removal) -> None:
        """Let somebody be taken off the stage, as soon as there is somebody to do so."""
        if removal.name not in self.removals:
            self.removals[removal.name] = removal
            self.call_to_remove(removal)

    def call_to_remove(self, removal: Removal) -> None:
        """Call who has been idle longest; or else, if it is worth that, who is present longest of those in a review."""
        name = removal.name
        moderator = next((each for each in self.idle.values() if each.name != name), None)
        if moderator is not None:
            self.rouse(moderator.name)
        elif removal.interrupts:
            able = (each for each in self.staff.values() if each.name != name and each.may_interrupt())
            moderator = next(able, None)
        if moderator is not None:
            moderator.called_to_remove()

    def next_removal(self, moderator: Staff, *, in_review: bool = False) -> Removal | None:
        """Who is to be taken off the stage next by a moderator who is free, or, `in_review`, would interrupt that."""
        due = (each for each in self.removals.values() if each.mover is None and each.name != moderator.name)
        removal = next((each for each in due if each.interrupts or not in_review), None)
        if removal is not None:
            removal.mover = moderator
        return removal

    def _spare(self, name: str) -> None:
        """Take nobody off the stage who has left it."""
        removal = self.removals.pop(name, None)
        if removal is not None:
            removal.is_needed = False
            if removal.mover is not None:
                removal.mover.called_to_remove()

    @property
    def places_taken(self) -> int:
        """People on stage, on their way there by invitation, or under review."""
        return len(self.on_stage) + len(self.coming) + len(self.under_review)


# What staff do with each kind of event that they are told of.
HEAR: Final[Mapping[EventKind, Callable[[Desk, Event], None]]] = {
    EventKind.REQUEST_CREATED: Desk._request_created,
    EventKind.REQUEST_CLOSED: Desk._request_closed,
    EventKind.INVITATION_CREATED: Desk._invitation_created,
    EventKind.INVITATION_CLOSED: Desk._invitation_closed,
    EventKind.STAGE_JOINED: Desk._stage_joined,
    EventKind.STAGE_LEFT: Desk._stage_left,
    EventKind.STAGE_REMOVED: Desk._stage_left,
    EventKind.ENTERED: Desk._entered,
    EventKind.LEFT_ROOM: Desk._left_room,
}
