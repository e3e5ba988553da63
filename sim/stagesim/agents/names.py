"""Names of their own for the words that nearly every step of an agent asks for.

Reading a member off its class (`Standing.ON_STAGE`) takes ten times as long as reading a name. The types are spelled
out, so that a type checker does not take a standing for what it was before a wait.
"""

from typing import Final

from stageaccess import Action, Client, EventKind, Reason, Role, Standing

PARTICIPANT: Final[Role] = Role.PARTICIPANT
DESKTOP: Final[Client] = Client.DESKTOP
MOBILE: Final[Client] = Client.MOBILE

ENTER_ROOM: Final[Action] = Action.ENTER_ROOM
LEAVE_ROOM: Final[Action] = Action.LEAVE_ROOM
DISCONNECT: Final[Action] = Action.DISCONNECT
RECONNECT: Final[Action] = Action.RECONNECT
ASK_TO_JOIN: Final[Action] = Action.ASK_TO_JOIN
JOIN_STAGE: Final[Action] = Action.JOIN_STAGE
GO_LIVE: Final[Action] = Action.GO_LIVE
LEAVE_STAGE: Final[Action] = Action.LEAVE_STAGE
SPEAK: Final[Action] = Action.SPEAK
BRING_TO_STAGE: Final[Action] = Action.BRING_TO_STAGE

VIEWER: Final[Standing] = Standing.VIEWER
REQUESTED: Final[Standing] = Standing.REQUESTED
INVITED: Final[Standing] = Standing.INVITED
PREPARING: Final[Standing] = Standing.PREPARING
ON_STAGE: Final[Standing] = Standing.ON_STAGE

ENTERED: Final[EventKind] = EventKind.ENTERED
LEFT_ROOM: Final[EventKind] = EventKind.LEFT_ROOM
REQUEST_CLOSED: Final[EventKind] = EventKind.REQUEST_CLOSED
INVITATION_CREATED: Final[EventKind] = EventKind.INVITATION_CREATED
INVITATION_CLOSED: Final[EventKind] = EventKind.INVITATION_CLOSED
SETUP_CANCELLED: Final[EventKind] = EventKind.SETUP_CANCELLED

NEVER: Final = 2**61
"""The moment, in milliseconds, of what does not happen."""

STAGE_FULL: Final[Reason] = Reason.STAGE_FULL
