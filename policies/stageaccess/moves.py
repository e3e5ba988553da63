"""The cells of the tables as moves: what happens, step by step, when a person goes from one standing to another.

A cell says where a command leads, and the closings with which words what was open ends. The steps follow from these
and from the person's position alone, so they are put together once for a rule set: what closes comes before what opens.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from stageaccess.rules import OTHERWISE, Cell, Closing, Position, RuleSet
from stageaccess.vocabulary import SYSTEM, Action, Cause, EventKind, Mode, Origin, Outcome, Reason, Standing, Via

if TYPE_CHECKING:
    from stageaccess.emitter import Emitter
    from stageaccess.people import Person

Extra = Mapping[str, str | None]


@final
class Refusal(NamedTuple):
    """Why not, and what helps to understand it (see `stageaccess.Decision`)."""

    reason: Reason
    outcome: str | None = None
    resolved_by: str | None = None
    wait_ms: int | None = None


REFUSALS: Final[Mapping[Reason, Refusal]] = MappingProxyType({reason: Refusal(reason) for reason in Reason})


Step = tuple[Callable[["Emitter", "Person", str, Any], None], Any]
"""What is done with the emitter, the person, who causes it, and the word that stands behind it here."""


@final
class Move(NamedTuple):
    """Where a cell leads, and the steps that lead there.

    `is_limited` says whether checks beyond the cell stand in the way of it: it leads to a request, or on stage.
    """

    to: Standing | None
    steps: tuple[Step, ...]
    is_limited: bool


Verdict = Refusal | Move
OfAction = dict[Action, dict[Position, Verdict]]

NOTHING_CLOSED: Final = Closing()
REMOVALS: Final = frozenset({Cause.MODERATOR, Cause.CAPACITY})
WITH_INVITATION: Final = frozenset({Position.INVITED, Position.PREPARING_INVITATION})
SETTING_UP: Final = frozenset({Position.PREPARING_SELF, Position.PREPARING_INVITATION})

# What nearly every command asks for, by a name of its own: reading a member off its class takes ten times as long.
BY_REQUEST: Final = Origin.REQUEST
REQUEST_CREATED: Final = EventKind.REQUEST_CREATED
REQUEST_CLOSED: Final = EventKind.REQUEST_CLOSED
INVITATION_CREATED: Final = EventKind.INVITATION_CREATED
INVITATION_CLOSED: Final = EventKind.INVITATION_CLOSED
SETUP_STARTED: Final = EventKind.SETUP_STARTED
SETUP_CANCELLED: Final = EventKind.SETUP_CANCELLED
STAGE_JOINED: Final = EventKind.STAGE_JOINED
STAGE_LEFT: Final = EventKind.STAGE_LEFT
STAGE_REMOVED: Final = EventKind.STAGE_REMOVED
SPOKE: Final = EventKind.SPOKE


# The steps.


def close_request(emitter: "Emitter", person: "Person", by: str, outcome: Outcome | None) -> None:
    """The person's request ends."""
    emitter.emit(REQUEST_CLOSED, person.name, by, {"request": person.request, "outcome": outcome})


def close_invitation(emitter: "Emitter", person: "Person", by: str, outcome: Outcome | None) -> None:
    """The person's invitation ends."""
    emitter.emit(INVITATION_CLOSED, person.name, by, {"invitation": person.invitation, "outcome": outcome})


def cancel_setup(emitter: "Emitter", person: "Person", by: str, cause: Cause | None) -> None:
    """The person's set-up ends off the stage."""
    emitter.emit(SETUP_CANCELLED, person.name, by, {"cause": cause})


def end_stay(emitter: "Emitter", person: "Person", by: str, cause: Cause | None) -> None:
    """The person leaves the stage, or is taken off it."""
    emitter.emit(STAGE_REMOVED if cause in REMOVALS else STAGE_LEFT, person.name, by, {"cause": cause})


def open_request(emitter: "Emitter", person: "Person", by: str, _: None) -> None:
    """The person asks."""
    emitter.emit(REQUEST_CREATED, person.name, by, {"request": f"r{len(emitter.room.requests) + 1}"})


def open_invitation(emitter: "Emitter", person: "Person", by: str, origin: Origin, request: str | None = None) -> None:
    """The person is invited."""
    key = f"i{len(emitter.room.invitations) + 1}"
    extra = {"invitation": key, "origin": origin, "request": request}
    emitter.emit(INVITATION_CREATED, person.name, by, extra)


def answer_request(emitter: "Emitter", person: "Person", by: str, outcome: Outcome | None) -> None:
    """The person's request ends, and an invitation comes of it."""
    request = person.request
    close_request(emitter, person, by, outcome)
    open_invitation(emitter, person, by, BY_REQUEST, request)


def expire_invitation(emitter: "Emitter", person: "Person", _: str, __: None) -> None:
    """An invitation that waited for its person's set-up ends if its time is over by now (rule T2)."""
    deadline_ms = emitter.room.invitations[str(person.invitation)].deadline_ms
    if deadline_ms is not None and deadline_ms <= emitter.room.now_ms:
        close_invitation(emitter, person, SYSTEM, Outcome.EXPIRED)


def start_setup(emitter: "Emitter", person: "Person", by: str, via: Via) -> None:
    """The person begins to set up."""
    emitter.emit(SETUP_STARTED, person.name, by, {"via": via})


def go_live(emitter: "Emitter", person: "Person", by: str, via: Via) -> None:
    """The person goes live; on a full stage the quietest makes room (rule C2)."""
    room = emitter.room
    if room.stage_is_full() and (quietest := room.quietest()) is not None:
        end_stay(emitter, quietest, by, Cause.CAPACITY)
    emitter.emit(STAGE_JOINED, person.name, by, {"via": via})


def speak(emitter: "Emitter", person: "Person", by: str, _: None) -> None:
    """The person has just spoken."""
    emitter.emit(SPOKE, person.name, by)


# Putting them together.


def move_of(position: Position, to: Standing | None, closing: Closing) -> Move:
    """The steps from a position to a standing; None is out of the room, where nothing stays open."""
    steps = _closing_steps(position, to, closing)
    via = Via.INVITATION if position in WITH_INVITATION else Via.SELF
    match to:
        case Standing.REQUESTED if position is not Position.REQUESTED:
            steps.append((open_request, None))
        case Standing.INVITED if position is Position.PREPARING_INVITATION:
            steps.append((expire_invitation, None))
        case Standing.INVITED if position is Position.REQUESTED:
            steps = [(answer_request, closing.request or OTHERWISE.request)]
        case Standing.INVITED if position is not Position.INVITED:
            steps.append((open_invitation, Origin.DIRECT))
        case Standing.PREPARING:
            steps.append((start_setup, via))
        case Standing.ON_STAGE:
            steps.append((go_live, via))
    return Move(to, tuple(steps), to in (Standing.REQUESTED, Standing.ON_STAGE))


def _closing_steps(position: Position, to: Standing | None, closing: Closing) -> list[Step]:
    """What the new standing leaves no room for: a request, an invitation, a stay, a set-up."""
    steps: list[Step] = []
    if position is Position.REQUESTED and to is not Standing.REQUESTED:
        steps.append((close_request, closing.request or OTHERWISE.request))
    if position in WITH_INVITATION and to not in (Standing.INVITED, Standing.PREPARING):
        steps.append((close_invitation, closing.invitation or OTHERWISE.invitation))
    if position is Position.ON_STAGE and to is not Standing.ON_STAGE:
        steps.append((end_stay, closing.stay or OTHERWISE.stay))
    if position in SETTING_UP and to not in (Standing.PREPARING, Standing.ON_STAGE):
        steps.append((cancel_setup, closing.setup or OTHERWISE.setup))
    return steps


SPEAKING: Final[Mapping[Position, Verdict]] = {
    **dict.fromkeys(Position, REFUSALS[Reason.NOT_ON_STAGE]),
    Position.ON_STAGE: Move(Standing.ON_STAGE, ((speak, None),), is_limited=False),
}
"""Speaking has no row in table 3, because it leads nowhere: it is for those on stage, in every mode."""


class Moves:
    """The tables of one rule set, ready for looking up.

    `own` is table 3, and speaking: mode, whether the person is staff, action, position. `possible` are the actions of
    table 3 that lead somewhere: mode, whether staff, position. `others` is table 4: action, position of the target.
    `out` is how everything of a person ends: action, position.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.own = {mode: {is_staff: _own(rules, mode, is_staff) for is_staff in (False, True)} for mode in Mode}
        self.possible = {mode: {who: _possible(moves) for who, moves in self.own[mode].items()} for mode in Mode}
        self.others: OfAction = {}
        for (action, position), cell in rules.others.items():
            self.others.setdefault(action, {})[position] = _verdict(rules, action, position, cell)
        self.out = {
            action: {position: move_of(position, None, _closing(rules, action)) for position in Position}
            for action in (Action.LEAVE_ROOM, Action.END_SESSION)
        }


def _own(rules: RuleSet, mode: Mode, is_staff: bool) -> OfAction:
    moves: OfAction = {Action.SPEAK: dict(SPEAKING)}
    for (action, of_mode, position), cell in rules.own.items():
        if of_mode is mode:
            own = rules.staff.get((action, position), cell) if is_staff else cell
            moves.setdefault(action, {})[position] = _verdict(rules, action, position, own)
    return moves


def _possible(moves: OfAction) -> dict[Position, list[Action]]:
    """By position, the actions of the table that lead somewhere, sorted."""
    actions = sorted(set(moves) - {Action.SPEAK})
    return {
        position: [action for action in actions if type(moves[action].get(position)) is Move] for position in Position
    }


@lru_cache(maxsize=16)
def moves_of(rules: RuleSet) -> Moves:
    """The moves of a rule set, put together once for all its rooms."""
    return Moves(rules)


def _verdict(rules: RuleSet, action: Action, position: Position, cell: Cell) -> Verdict:
    if isinstance(cell, Reason):
        return REFUSALS[cell]
    return move_of(position, cell, _closing(rules, action))


def _closing(rules: RuleSet, action: Action) -> Closing:
    return rules.closings.get(action, NOTHING_CLOSED)
