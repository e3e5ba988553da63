"""What is so in a room: people, open requests and invitations, the stage. It changes only by events.

`Room.apply` is the one place where anything changes; the engine decides which events happen, and folding the same
events from an empty room gives the same room.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from stageaccess.agenda import Agenda
from stageaccess.config import RoomConfig
from stageaccess.messages import MAIN, Event, new_tuple
from stageaccess.moves import moves_of
from stageaccess.names import (
    AWAY,
    DECLINED,
    GONE,
    INVITATION_CLOSED,
    INVITED,
    LEFT_ROOM,
    LIVE,
    ON_STAGE,
    PARTICIPANT,
    PREPARING_INVITATION,
    PREPARING_SELF,
    PRESENT,
    REQUEST_CLOSED,
    REQUESTED,
    ROLE_OF,
    VIEWER,
)
from stageaccess.people import PERSON_FIELDS, REQUEST_FIELDS, Invitation, Person, Request
from stageaccess.rules import RULES
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import EventKind, Mode, Phase


class Room:
    """What is so. `queue`, `setups` and `stage` hold names in the order in which their people came to be there.

    `people` keeps those who are gone, and is in the order of latest entry. `requests` and `invitations` keep what has
    been closed, because a later command may name it.
    """

    def __init__(self, config: RoomConfig, rules: RuleSet = RULES) -> None:
        self.config = config
        self.rules = rules
        self.now_ms = 0
        self.seq = 0
        self.phase = Phase.BEFORE
        self.mode: Mode = config.mode
        self.people: dict[str, Person] = {}
        self.staff: dict[str, Person] = {}
        self.requests: dict[str, Request] = {}
        self.invitations: dict[str, Invitation] = {}
        self.queue: dict[str, str] = {}
        self.invited: dict[str, str] = {}
        self.setups: dict[str, Person] = {}
        self.stage: dict[str, Person] = {}
        self.agenda = Agenda(self.people)
        self.moves = moves_of(rules)
        self._silences: list[tuple[int, int, str]] = []

    def __eq__(self, other: object) -> bool:
        """Whether the same is so in both rooms."""
        return isinstance(other, Room) and self._facts() == other._facts()

    __hash__ = None  # type: ignore[assignment]

    def _facts(self) -> tuple[object, ...]:
        people = [[getattr(person, field) for field in PERSON_FIELDS] for person in self.people.values()]
        requests = [[getattr(request, field) for field in REQUEST_FIELDS] for request in self.requests.values()]
        orders = [list(order) for order in (self.people, self.staff, self.queue, self.invited, self.setups, self.stage)]
        return (self.config, self.mode, self.phase, self.seq, people, requests, self.invitations, orders)

    def copy(self) -> "Room":
        """A room of its own in which the same is so; it takes time proportional to all that is and was here."""
        twin = Room(self.config, self.rules)
        twin.now_ms, twin.seq, twin.phase, twin.mode = self.now_ms, self.seq, self.phase, self.mode
        twin.people = {name: person.copy() for name, person in self.people.items()}
        for order, own in ((self.staff, twin.staff), (self.setups, twin.setups), (self.stage, twin.stage)):
            own.update((name, twin.people[name]) for name in order)
        twin.requests = {key: request.copy() for key, request in self.requests.items()}
        twin.invitations, twin.queue, twin.invited = dict(self.invitations), dict(self.queue), dict(self.invited)
        twin.agenda, twin._silences = self.agenda.copy(twin.people), list(self._silences)
        return twin

    def apply(self, event: Event) -> None:
        """Change what is so, in the way the event says."""
        self.now_ms = event.at_ms
        self.seq = event.seq
        APPLY[event.event](self, event)

    def state(self) -> dict[str, object]:
        """What is so, in the words of the line protocol; the people who are gone stay listed."""
        people = {
            name: {"role": person.role, "presence": person.presence, "standing": person.standing}
            for name, person in self.people.items()
        }
        return {
            "mode": self.mode,
            "live": self.phase is LIVE,
            "people": people,
            "queue": list(self.queue),
            "on_stage": list(self.stage),
        }

    def stage_is_full(self) -> bool:
        """Whether everybody on stage, people who are away included, fills every place (rules C1, C3)."""
        capacity = self.config.stage_capacity
        return capacity is not None and len(self.stage) >= capacity

    def quietest(self) -> Person | None:
        """Who makes room on a full stage (rule C2): silent longest, then earlier on stage, then the smaller name.

        Each stay has one entry in a heap, with the moment the person was last heard as known at the time; an entry
        that is out of date is put right when it comes up, so that speaking itself costs nothing.
        """
        heap = self._silences
        while heap:
            heard_ms, live_ms, name = heap[0]
            person = self.stage.get(name)
            if person is None or person.live_ms != live_ms or self._is_exempt(person):
                heapq.heappop(heap)
            elif person.heard_ms != heard_ms:
                heapq.heapreplace(heap, (person.heard_ms, live_ms, name))
            else:
                return person
        return None

    def _is_exempt(self, person: Person) -> bool:
        return person.name in self.staff and self.rules.staff_stay_on_full_stage

    def _watch_silence(self, person: Person) -> None:
        if self.config.stage_capacity is not None:
            heapq.heappush(self._silences, (person.heard_ms, person.live_ms, person.name))

    # One method an event kind; each is all that the event means.

    def _session_started(self, _: Event) -> None:
        self.phase = LIVE

    def _session_ended(self, _: Event) -> None:
        self.phase = Phase.ENDED

    def _entered(self, event: Event) -> None:
        person = self.people.pop(event.who, None) or Person(event.who)
        self.people[event.who] = person
        person.role = ROLE_OF[event.extra["role"]]
        person.presence = PRESENT
        person.connections = (event.extra.get("connection") or MAIN,)
        person.entered_seq = event.seq
        if person.role is not PARTICIPANT:
            self.staff[event.who] = person

    def _left_room(self, event: Event) -> None:
        person = self.people[event.who]
        person.presence = GONE
        person.connections = ()
        self.staff.pop(event.who, None)

    def _disconnected(self, event: Event) -> None:
        person = self.people[event.who]
        person.presence = AWAY
        person.connections = ()
        person.away_since = event.seq
        self.agenda.expect(self.config.reconnect_grace_ms, event, LEFT_ROOM)

    def _reconnected(self, event: Event) -> None:
        person = self.people[event.who]
        person.presence = PRESENT
        person.connections = (event.extra.get("connection") or MAIN,)

    def _connected(self, event: Event) -> None:
        self.people[event.who].connections += (str(event.extra["connection"]),)

    def _connection_closed(self, event: Event) -> None:
        person = self.people[event.who]
        person.connections = tuple(each for each in person.connections if each != event.extra["connection"])

    def _role_changed(self, event: Event) -> None:
        person = self.people[event.who]
        person.role = ROLE_OF[event.extra["role"]]
        if person.role.is_staff:
            self.staff.setdefault(event.who, person)
            return
        self.staff.pop(event.who, None)
        if person.position is ON_STAGE:
            self._watch_silence(person)

    def _mode_changed(self, event: Event) -> None:
        self.mode = Mode(str(event.extra["mode"]))

    def _request_created(self, event: Event) -> None:
        who = event.who
        key: str = event.extra["request"]  # type: ignore[assignment]
        person = self.people[who]
        self.requests[key] = Request(key, who)
        self.queue[who] = person.request = key
        person.position = REQUESTED
        self.agenda.expect(self.config.request_ttl_ms, event, REQUEST_CLOSED, key)
        limit = self.config.request_limit
        if limit is not None:
            if person.recent_asks is None:
                person.recent_asks = deque(maxlen=limit.count)
            person.recent_asks.append(event.at_ms)

    def _request_closed(self, event: Event) -> None:
        who = event.who
        person = self.people[who]
        request = self.requests[self.queue.pop(who)]
        request.outcome, request.closed_by = event.extra["outcome"], event.by
        person.request = None
        person.position = VIEWER
        if request.outcome == DECLINED:
            person.declined_ms = event.at_ms

    def _invitation_created(self, event: Event) -> None:
        seq, at_ms, _, who, by, extra, _ = event
        key: str = extra["invitation"]  # type: ignore[assignment]
        person = self.people[who]
        ttl_ms = self.config.invitation_ttl_ms
        deadline_ms = None if ttl_ms is None else at_ms + ttl_ms
        self.invitations[key] = new_tuple(Invitation, (key, who, by, deadline_ms, seq))
        self.invited[who] = person.invitation = key
        person.position = INVITED
        self.agenda.expect(ttl_ms, event, INVITATION_CLOSED, key)

    def _invitation_closed(self, event: Event) -> None:
        person = self.people[event.who]
        del self.invited[event.who]
        person.invitation = None
        person.position = PREPARING_SELF if person.position is PREPARING_INVITATION else VIEWER

    def _setup_started(self, event: Event) -> None:
        who = event.who
        self.setups[who] = person = self.people[who]
        person.position = PREPARING_INVITATION if person.invitation else PREPARING_SELF

    def _setup_cancelled(self, event: Event) -> None:
        person = self.people[event.who]
        del self.setups[event.who]
        person.position = INVITED if person.invitation else VIEWER
        self.agenda.resume(person)

    def _stage_joined(self, event: Event) -> None:
        who = event.who
        self.setups.pop(who, None)
        self.stage[who] = person = self.people[who]
        person.position = ON_STAGE
        person.live_ms = person.heard_ms = event.at_ms
        self._watch_silence(person)

    def _stage_left(self, event: Event) -> None:
        self.stage.pop(event.who).position = VIEWER

    def _spoke(self, event: Event) -> None:
        self.people[event.who].heard_ms = event.at_ms


APPLY: Final[dict[EventKind, Callable[[Room, Event], None]]] = {
    kind: getattr(Room, "_stage_left" if kind is EventKind.STAGE_REMOVED else f"_{kind}") for kind in EventKind
}


def fold(config: RoomConfig, events: Iterable[Event], rules: RuleSet = RULES) -> Room:
    """The room that the events lead to, from an empty one."""
    room = Room(config, rules)
    for event in events:
        room.apply(event)
    return room
