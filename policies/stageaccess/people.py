"""What a room is made of: its people, their requests and invitations."""

from collections import deque
from typing import Final, NamedTuple

from stageaccess.cells import STANDING_AT, Position
from stageaccess.names import GONE, PARTICIPANT, VIEWER
from stageaccess.vocabulary import Presence, Role, Standing, Via

REQUEST_FIELDS: Final = ("closed_by", "id", "outcome", "who")


class Request:
    """One ask of one participant. `outcome` and `closed_by` are None while it is open."""

    __slots__ = REQUEST_FIELDS

    def __init__(self, key: str, who: str) -> None:
        self.id = key
        self.who = who
        self.outcome: str | None = None
        self.closed_by: str | None = None

    def copy(self) -> "Request":
        twin = Request(self.id, self.who)
        twin.outcome, twin.closed_by = self.outcome, self.closed_by
        return twin


class Invitation(NamedTuple):
    """One offer to one person. `deadline_ms` is None where invitations do not expire; `seq` is its event's."""

    id: str
    who: str
    by: str
    deadline_ms: int | None
    seq: int


PERSON_FIELDS: Final = (
    "away_since",
    "connections",
    "declined_ms",
    "entered_seq",
    "heard_ms",
    "invitation",
    "live_ms",
    "name",
    "position",
    "presence",
    "recent_asks",
    "request",
    "role",
)


class Person:
    """One person, from the first entry to the end of the log.

    `connections` are those that are open, in order of opening; whoever is away or gone has none (rule T10).
    """

    __slots__ = PERSON_FIELDS

    def __init__(self, name: str) -> None:
        self.name = name
        self.role: Role = PARTICIPANT
        self.presence: Presence = GONE
        self.position: Position = VIEWER
        self.connections: tuple[str, ...] = ()
        self.request: str | None = None
        self.invitation: str | None = None
        self.entered_seq = 0
        self.away_since = 0
        self.live_ms = 0
        self.heard_ms = 0
        self.declined_ms: int | None = None
        self.recent_asks: deque[int] | None = None

    def copy(self) -> "Person":
        # Written out, it takes a third of the time: whoever explores rooms copies people by the hundred thousand.
        twin = Person(self.name)
        twin.role, twin.presence, twin.position = self.role, self.presence, self.position
        twin.connections, twin.request, twin.invitation = self.connections, self.request, self.invitation
        twin.entered_seq, twin.away_since = self.entered_seq, self.away_since
        twin.live_ms, twin.heard_ms, twin.declined_ms = self.live_ms, self.heard_ms, self.declined_ms
        if self.recent_asks is not None:
            twin.recent_asks = self.recent_asks.copy()
        return twin

    @property
    def standing(self) -> Standing:
        return STANDING_AT[self.position]

    @property
    def via(self) -> Via | None:
        """How a preparing person came to prepare; None for everybody else."""
        if self.position is Position.PREPARING_SELF:
            return Via.SELF
        return Via.INVITATION if self.position is Position.PREPARING_INVITATION else None
