"""What there is to cover: cells of the matrix, notices, and rules.

An answer counts by what it looks at (RULES section 5): one of checks 1 and 2 by its action alone, one of checks 3 to 5
and a request that has been resolved by the actor's role as well, and the rest by the mode and by the position of whom
it is about, too: the target of what staff do to others, and otherwise the actor.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from stageaccess import Action, Command, Decision, Event, EventKind, Mode, Position, Reason, Room
from stageaccess.audience import NOTIFIED, members
from stageaccess.vocabulary import Presence

ACTIONS: Final = tuple(map(str, Action))
MODES: Final = tuple(map(str, Mode))
POSITIONS: Final = tuple(map(str, Position))
"""The words of a cell, in the order of the rules."""

ACCEPTED: Final = "accepted"
NOBODY: Final = "nobody"
"""The audience of an event of which nobody gets a notice."""

BY_ACTION: Final = frozenset(
    {
        Reason.SESSION_NOT_LIVE,
        Reason.ALREADY_LIVE,
        Reason.UNKNOWN_ACTOR,
        Reason.ACTOR_NOT_PRESENT,
        Reason.ALREADY_IN_ROOM,
        Reason.NOT_AWAY,
        Reason.UNKNOWN_CONNECTION,
    }
)
"""Checks 1 and 2."""
BY_ROLE: Final = frozenset(
    {
        Reason.NOT_STAFF,
        Reason.NOT_ON_MOBILE,
        Reason.OWN_TARGET,
        Reason.UNKNOWN_TARGET,
        Reason.TARGET_IS_HOST,
        Reason.INVALID_ROLE,
        Reason.REQUEST_ALREADY_RESOLVED,
    }
)
"""Checks 3 to 5, and rule S2."""

RULE_IDS: Final = tuple(
    f"{letter}{number}"
    for letter, most in {"S": 8, "M": 5, "C": 3, "T": 10, "Q": 4}.items()
    for number in range(1, most + 1)
)
"""The rules that have a number, in the order of RULES."""


class Cell(NamedTuple):
    """One cell of the matrix; what the answer does not look at is empty. `answer` is `accepted` or a reason."""

    action: str
    answer: str
    mode: str = ""
    role: str = ""
    position: str = ""

    def __str__(self) -> str:
        where = " ".join(each for each in (self.role, self.position) if each)
        return f"{self.action}{f' by {where}' if where else ''}{f' in {self.mode}' if self.mode else ''}: {self.answer}"


class Notice(NamedTuple):
    """An event, by its outcome, cause or origin where it has one, told to an audience."""

    event: str
    word: str
    audience: str

    def __str__(self) -> str:
        return f"{self.event}{f' ({self.word})' if self.word else ''} told to {self.audience}"


class Rule(NamedTuple):
    """A rule, by its id; it is exercised by a scenario that says so (`shows`)."""

    id: str

    def __str__(self) -> str:
        return f"rule {self.id}"


Item = Cell | Notice | Rule


def cell_of(room: Room, command: Command, decision: Decision) -> Cell:
    """The cell that a command came to; `room` as it was just before the command, what was due having happened."""
    reason = decision.reason
    if reason in BY_ACTION:
        return Cell(str(command.do), str(reason))
    actor = room.people.get(command.by or "")
    is_fresh = actor is None or actor.presence is Presence.GONE
    role = command.role or "" if actor is None or is_fresh else actor.role
    if reason in BY_ROLE:
        return Cell(str(command.do), str(reason), role=str(role))
    concerned = room.people.get(command.to) if command.to is not None else actor
    position = "" if command.by is None else "viewer" if concerned is None else concerned.position
    return Cell(str(command.do), str(reason or ACCEPTED), str(room.mode), str(role), str(position))


def notices_of(event: Event, room: Room) -> Iterator[Notice]:
    """To which audiences an event was told; `room` as it is after it."""
    said = event.extra
    word = said.get("outcome") or said.get("cause") or said.get("origin") or said.get("via") or ""
    audiences = NOTIFIED.get(EventKind(event.event), ())
    if not audiences:
        yield Notice(str(event.event), str(word), NOBODY)
    for audience in audiences:
        if any(True for _ in members(audience, event, room)):
            yield Notice(str(event.event), str(word), str(audience))
