"""The cells of the tables as moves: what happens, in words, when a person goes from one standing to another.

A cell says where a command leads, and the closings with which words what was open ends. The steps follow from these
and from the person's position alone, so they are put together once for a rule set: what closes comes before what opens.
They are data; `stageaccess.steps` carries them out.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeGuard, final

from stageaccess.cells import (
    OTHERS_ACTIONS,
    OWN_ACTIONS,
    SETTING_UP,
    STANDING_AT,
    WITH_INVITATION,
    Cell,
    Closing,
    Position,
)
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import Action, Cause, Mode, Origin, Outcome, Reason, Standing, Via


@final
class Refusal(NamedTuple):
    """Why not, and what helps to understand it (see `stageaccess.Decision`)."""

    reason: Reason
    outcome: str | None = None
    resolved_by: str | None = None
    wait_ms: int | None = None


REFUSALS: Final[Mapping[Reason, Refusal]] = MappingProxyType({reason: Refusal(reason) for reason in Reason})


class Do(StrEnum):
    """What a step does; each goes with a word: how something ends, or how something begins."""

    CLOSE_REQUEST = "close_request"
    CLOSE_INVITATION = "close_invitation"
    CANCEL_SETUP = "cancel_setup"
    END_STAY = "end_stay"
    OPEN_REQUEST = "open_request"
    OPEN_INVITATION = "open_invitation"
    ANSWER_REQUEST = "answer_request"
    EXPIRE_INVITATION = "expire_invitation"
    START_SETUP = "start_setup"
    GO_LIVE = "go_live"
    SPEAK = "speak"


Step = tuple[Do, Outcome | Cause | Origin | Via | None]


class Limit(StrEnum):
    """What stands in the way of a move beyond its cell: the limits on asking (T3, T4), the places on stage (C1)."""

    ASKING = "asking"
    PLACES = "places"


@final
class Move(NamedTuple):
    """Where a cell leads, and the steps that lead there; none where somebody stays what they are."""

    to: Standing | None
    steps: tuple[Step, ...]
    limit: Limit | None


Verdict = Refusal | Move
OfAction = dict[Action, dict[Position, Verdict]]


def move_of(position: Position, to: Standing | None, closing: Closing) -> Move:
    """The steps from a position to a standing; None is out of the room, where nothing stays open."""
    if to is STANDING_AT[position]:
        return Move(to, (), None)
    steps = _closing_steps(position, to, closing)
    via = Via.INVITATION if position in WITH_INVITATION else Via.SELF
    limit: Limit | None = None
    match to:
        case Standing.REQUESTED:
            steps.append((Do.OPEN_REQUEST, None))
            limit = Limit.ASKING
        case Standing.INVITED if position is Position.PREPARING_INVITATION:
            steps.append((Do.EXPIRE_INVITATION, Outcome.EXPIRED))
        case Standing.INVITED if position is Position.REQUESTED:
            steps = [(Do.ANSWER_REQUEST, closing.request)]
        case Standing.INVITED:
            steps.append((Do.OPEN_INVITATION, Origin.DIRECT))
        case Standing.PREPARING:
            steps.append((Do.START_SETUP, via))
        case Standing.ON_STAGE:
            steps.append((Do.GO_LIVE, via))
            limit = Limit.PLACES
    return Move(to, tuple(steps), limit)


def _closing_steps(position: Position, to: Standing | None, closing: Closing) -> list[Step]:
    """What the new standing leaves no room for: a request, an invitation, a stay, a set-up."""
    steps: list[Step] = []
    if position is Position.REQUESTED:
        steps.append((Do.CLOSE_REQUEST, closing.request))
    if position in WITH_INVITATION and to not in (Standing.INVITED, Standing.PREPARING):
        steps.append((Do.CLOSE_INVITATION, closing.invitation))
    if position is Position.ON_STAGE:
        steps.append((Do.END_STAY, closing.stay))
    if position in SETTING_UP and to is not Standing.ON_STAGE:
        steps.append((Do.CANCEL_SETUP, closing.setup))
    return steps


SPEAKING: Final[Mapping[Position, Verdict]] = {
    **dict.fromkeys(Position, REFUSALS[Reason.NOT_ON_STAGE]),
    Position.ON_STAGE: Move(Standing.ON_STAGE, ((Do.SPEAK, None),), None),
}
"""Speaking has no row in table 3, because it leads nowhere: it is for those on stage, in every mode."""


class Moves:
    """The tables of one rule set, ready for looking up.

    `own` is table 3, and speaking: mode, whether the person is staff, action, position. `possible` are the moves of
    table 3 that have an effect, with their actions: mode, whether staff, position. `others` is table 4: action,
    position of the target. `out` is how everything of a person ends: action, position.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.own = {mode: {is_staff: _own(rules, mode, is_staff) for is_staff in (False, True)} for mode in Mode}
        self.possible = {mode: {who: _possible(moves) for who, moves in self.own[mode].items()} for mode in Mode}
        self.others = {
            action: dict(_row(rules, action, {at: rules.others.get((action, at)) for at in Position}))
            for action in OTHERS_ACTIONS
        }
        self.out = {
            action: {position: move_of(position, None, rules.closing(action)) for position in Position}
            for action in (Action.LEAVE_ROOM, Action.END_SESSION)
        }


def _own(rules: RuleSet, mode: Mode, is_staff: bool) -> OfAction:
    moves: OfAction = {Action.SPEAK: dict(SPEAKING)}
    for action in OWN_ACTIONS:
        cells = {at: rules.own_cell(action, mode, at, is_staff=is_staff) for at in Position}
        moves[action] = dict(_row(rules, action, cells))
    return moves


def _row(rules: RuleSet, action: Action, cells: Mapping[Position, Cell | None]) -> Iterator[tuple[Position, Verdict]]:
    """The cells of an action that say something, as moves and refusals."""
    for position, cell in cells.items():
        if cell is not None:
            move = REFUSALS[cell] if isinstance(cell, Reason) else move_of(position, cell, rules.closing(action))
            yield position, move


def _possible(moves: OfAction) -> dict[Position, list[tuple[Action, Move]]]:
    """By position, the actions of the table that have an effect, sorted, with their moves."""
    possible: dict[Position, list[tuple[Action, Move]]] = {position: [] for position in Position}
    for do in sorted(OWN_ACTIONS):
        for position, verdict in moves[do].items():
            if has_effect(verdict):
                possible[position].append((do, verdict))
    return possible


def has_effect(verdict: Verdict | None) -> TypeGuard[Move]:
    """Whether an answer of the tables is a move with a step."""
    return type(verdict) is Move and bool(verdict.steps)


@lru_cache(maxsize=16)
def moves_of(rules: RuleSet) -> Moves:
    """The moves of a rule set, put together once for all its rooms."""
    return Moves(rules)
