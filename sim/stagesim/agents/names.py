"""Names of their own for the words that nearly every step of an agent asks for.

Reading a member off its class (`Standing.ON_STAGE`) takes ten times as long as reading a name.
"""

from typing import Final

from stageaccess import Action, EventKind, Reason, Standing

ASK_TO_JOIN: Final = Action.ASK_TO_JOIN
JOIN_STAGE: Final = Action.JOIN_STAGE
GO_LIVE: Final = Action.GO_LIVE
LEAVE_STAGE: Final = Action.LEAVE_STAGE
SPEAK: Final = Action.SPEAK
BRING_TO_STAGE: Final = Action.BRING_TO_STAGE

VIEWER: Final = Standing.VIEWER
REQUESTED: Final = Standing.REQUESTED
INVITED: Final = Standing.INVITED
PREPARING: Final = Standing.PREPARING
ON_STAGE: Final = Standing.ON_STAGE

ENTERED: Final = EventKind.ENTERED
LEFT_ROOM: Final = EventKind.LEFT_ROOM
REQUEST_CLOSED: Final = EventKind.REQUEST_CLOSED
INVITATION_CREATED: Final = EventKind.INVITATION_CREATED
INVITATION_CLOSED: Final = EventKind.INVITATION_CLOSED
SETUP_CANCELLED: Final = EventKind.SETUP_CANCELLED

STAGE_FULL: Final = Reason.STAGE_FULL
