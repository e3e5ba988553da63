"""What nearly every command asks for, by a name of its own: reading a member off its class takes ten times as long."""

from typing import Final

from stageaccess.cells import Position
from stageaccess.moves import Limit
from stageaccess.vocabulary import Action, EventKind, Outcome, Phase, Presence

LIVE: Final = Phase.LIVE

PRESENT: Final = Presence.PRESENT
AWAY: Final = Presence.AWAY
GONE: Final = Presence.GONE

VIEWER: Final = Position.VIEWER
REQUESTED: Final = Position.REQUESTED
INVITED: Final = Position.INVITED
PREPARING_SELF: Final = Position.PREPARING_SELF
PREPARING_INVITATION: Final = Position.PREPARING_INVITATION
ON_STAGE: Final = Position.ON_STAGE

ASKING: Final = Limit.ASKING

SET_MODE: Final = Action.SET_MODE
CHANGE_ROLE: Final = Action.CHANGE_ROLE

DECLINED: Final = Outcome.DECLINED

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
