"""The parts of the tables: their columns, what stands in a cell, and how what was open ends."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from stageaccess.vocabulary import Action, Cause, Mode, Outcome, Reason, Standing

OWN_ACTIONS: Final = (
    Action.ASK_TO_JOIN,
    Action.JOIN_STAGE,
    Action.CANCEL_REQUEST,
    Action.GO_LIVE,
    Action.CANCEL_JOIN,
    Action.DECLINE_INVITATION,
    Action.LEAVE_STAGE,
)
"""The rows of table 3."""
OTHERS_ACTIONS: Final = (
    Action.BRING_TO_STAGE,
    Action.DECLINE_REQUEST,
    Action.INVITE,
    Action.REVOKE_INVITATION,
    Action.REMOVE_FROM_STAGE,
)
"""The rows of table 4."""


class Position(StrEnum):
    """A column of the tables: a standing, with `preparing` split by how the person came to prepare."""

    VIEWER = "viewer"
    REQUESTED = "requested"
    INVITED = "invited"
    PREPARING_SELF = "preparing/self"
    PREPARING_INVITATION = "preparing/invitation"
    ON_STAGE = "on_stage"


STANDING_AT: Final[Mapping[Position, Standing]] = MappingProxyType(
    {position: Standing(position.split("/")[0]) for position in Position}
)
WITH_INVITATION: Final = frozenset({Position.INVITED, Position.PREPARING_INVITATION})
"""Where an invitation is open."""
SETTING_UP: Final = frozenset({Position.PREPARING_SELF, Position.PREPARING_INVITATION})

Cell = Standing | Reason
"""The standing that a command leads to, or the reason why it is rejected."""
OwnKey = tuple[Action, Mode, Position]
OthersKey = tuple[Action, Position]
ModeChange = tuple[Mode, Mode]
"""From, to."""


def position_after(position: Position, to: Standing) -> Position:
    """Where somebody is who goes from a position to a standing; an open invitation is answered by preparing."""
    if to is not Standing.PREPARING:
        return Position(to)
    if position in SETTING_UP:
        return position
    return Position.PREPARING_INVITATION if position in WITH_INVITATION else Position.PREPARING_SELF


REMOVALS: Final = frozenset({Cause.MODERATOR, Cause.CAPACITY})
"""The causes with which somebody is taken off the stage, and is notified of it."""


class Closing(NamedTuple):
    """How an action ends what was open: a request, an invitation, a set-up, a stay on stage; None closes none."""

    request: Outcome | None = None
    invitation: Outcome | None = None
    setup: Cause | None = None
    stay: Cause | None = None


OTHERWISE: Final = Closing(Outcome.SUPERSEDED, Outcome.ACCEPTED, Cause.BACKED_OUT, Cause.LEFT)
"""The words where an action has none of its own: the default cells do not let it close that, a variant's may."""
