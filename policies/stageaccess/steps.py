"""What each step of a move does: the events that happen when it is carried out."""

from collections.abc import Callable
from typing import Any, Final

from stageaccess.cells import REMOVALS
from stageaccess.emitter import Emitter
from stageaccess.moves import Do, Move
from stageaccess.names import (
    INVITATION_CLOSED,
    INVITATION_CREATED,
    REQUEST_CLOSED,
    REQUEST_CREATED,
    SETUP_CANCELLED,
    SETUP_STARTED,
    SPOKE,
    STAGE_JOINED,
    STAGE_LEFT,
    STAGE_REMOVED,
)
from stageaccess.people import Person
from stageaccess.vocabulary import SYSTEM, Cause, Origin, Outcome, Via

BY_REQUEST: Final = Origin.REQUEST


def carry_out(emitter: Emitter, move: Move, person: Person, by: str) -> None:
    """Let happen what a move consists of, step by step."""
    for do, word in move.steps:
        STEPS[do](emitter, person, by, word)


def close_request(emitter: Emitter, person: Person, by: str, outcome: Outcome | None) -> None:
    """The person's request ends."""
    emitter.emit(REQUEST_CLOSED, person.name, by, {"request": person.request, "outcome": outcome})


def close_invitation(emitter: Emitter, person: Person, by: str, outcome: Outcome | None) -> None:
    """The person's invitation ends."""
    emitter.emit(INVITATION_CLOSED, person.name, by, {"invitation": person.invitation, "outcome": outcome})


def cancel_setup(emitter: Emitter, person: Person, by: str, cause: Cause | None) -> None:
    """The person's set-up ends off the stage."""
    emitter.emit(SETUP_CANCELLED, person.name, by, {"cause": cause})


def end_stay(emitter: Emitter, person: Person, by: str, cause: Cause | None) -> None:
    """The person leaves the stage, or is taken off it."""
    emitter.emit(STAGE_REMOVED if cause in REMOVALS else STAGE_LEFT, person.name, by, {"cause": cause})


def open_request(emitter: Emitter, person: Person, by: str, _: None) -> None:
    """The person asks."""
    emitter.emit(REQUEST_CREATED, person.name, by, {"request": f"r{len(emitter.room.requests) + 1}"})


def open_invitation(emitter: Emitter, person: Person, by: str, origin: Origin, request: str | None = None) -> None:
    """The person is invited."""
    key = f"i{len(emitter.room.invitations) + 1}"
    extra = {"invitation": key, "origin": origin, "request": request}
    emitter.emit(INVITATION_CREATED, person.name, by, extra)


def answer_request(emitter: Emitter, person: Person, by: str, outcome: Outcome | None) -> None:
    """The person's request ends, and an invitation comes of it."""
    request = person.request
    close_request(emitter, person, by, outcome)
    open_invitation(emitter, person, by, BY_REQUEST, request)


def expire_invitation(emitter: Emitter, person: Person, _: str, outcome: Outcome | None) -> None:
    """An invitation that waited for its person's set-up ends if its time is over by now (rule T2)."""
    deadline_ms = emitter.room.invitations[str(person.invitation)].deadline_ms
    if deadline_ms is not None and deadline_ms <= emitter.room.now_ms:
        close_invitation(emitter, person, SYSTEM, outcome)


def start_setup(emitter: Emitter, person: Person, by: str, via: Via) -> None:
    """The person begins to set up."""
    emitter.emit(SETUP_STARTED, person.name, by, {"via": via})


def go_live(emitter: Emitter, person: Person, by: str, via: Via) -> None:
    """The person goes live; on a full stage the quietest makes room (rule C2)."""
    room = emitter.room
    if room.stage_is_full() and (quietest := room.quietest()) is not None:
        end_stay(emitter, quietest, by, Cause.CAPACITY)
    emitter.emit(STAGE_JOINED, person.name, by, {"via": via})


def speak(emitter: Emitter, person: Person, by: str, _: None) -> None:
    """The person has just spoken."""
    emitter.emit(SPOKE, person.name, by)


STEPS: Final[dict[Do, Callable[[Emitter, Person, str, Any], None]]] = {
    Do.CLOSE_REQUEST: close_request,
    Do.CLOSE_INVITATION: close_invitation,
    Do.CANCEL_SETUP: cancel_setup,
    Do.END_STAY: end_stay,
    Do.OPEN_REQUEST: open_request,
    Do.OPEN_INVITATION: open_invitation,
    Do.ANSWER_REQUEST: answer_request,
    Do.EXPIRE_INVITATION: expire_invitation,
    Do.START_SETUP: start_setup,
    Do.GO_LIVE: go_live,
    Do.SPEAK: speak,
}
