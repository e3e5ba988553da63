"""The words of stage access: one word, one meaning.

Every value is a plain string (`StrEnum`), so that it can be written to a log, compared with a string and used as a
dictionary key without conversion.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

SYSTEM: Final = "system"
"""Who causes what nobody does: due times, and the session's start and end. No person may have this name."""


class Mode(StrEnum):
    """Who may come on the virtual stage."""

    EVERYONE_ON_STAGE = "everyone_on_stage"
    JOIN_BY_REQUEST = "join_by_request"
    INVITE_ONLY = "invite_only"


class Role(StrEnum):
    """What a person is in the room; moderators and hosts together are the staff."""

    PARTICIPANT = "participant"
    MODERATOR = "moderator"
    HOST = "host"

    @property
    def is_staff(self) -> bool:
        return self is not Role.PARTICIPANT


class Client(StrEnum):
    """The device that a command came from, not a property of the person."""

    DESKTOP = "desktop"
    MOBILE = "mobile"


class Phase(StrEnum):
    """Where the session is."""

    BEFORE = "before"
    LIVE = "live"
    ENDED = "ended"


class Presence(StrEnum):
    """Whether a person is there; `away` is a lost connection inside the grace time."""

    PRESENT = "present"
    AWAY = "away"
    GONE = "gone"


class Standing(StrEnum):
    """How far a person is on the way to the stage."""

    VIEWER = "viewer"
    REQUESTED = "requested"
    INVITED = "invited"
    PREPARING = "preparing"
    ON_STAGE = "on_stage"


class Via(StrEnum):
    """How a person came to prepare: by their own click, or by answering an invitation."""

    SELF = "self"
    INVITATION = "invitation"


class Origin(StrEnum):
    """What an invitation answers: the person's request, or nothing (staff asked first)."""

    REQUEST = "request"
    DIRECT = "direct"


class FullStage(StrEnum):
    """What happens to somebody who goes live on a full stage."""

    REJECT = "reject"
    REPLACE_QUIETEST = "replace_quietest"


class Action(StrEnum):
    """What somebody tries to do."""

    ENTER_ROOM = "enter_room"
    LEAVE_ROOM = "leave_room"
    DISCONNECT = "disconnect"
    RECONNECT = "reconnect"
    ASK_TO_JOIN = "ask_to_join"
    CANCEL_REQUEST = "cancel_request"
    JOIN_STAGE = "join_stage"
    GO_LIVE = "go_live"
    CANCEL_JOIN = "cancel_join"
    DECLINE_INVITATION = "decline_invitation"
    LEAVE_STAGE = "leave_stage"
    BRING_TO_STAGE = "bring_to_stage"
    DECLINE_REQUEST = "decline_request"
    INVITE = "invite"
    REVOKE_INVITATION = "revoke_invitation"
    REMOVE_FROM_STAGE = "remove_from_stage"
    CLEAR_REQUESTS = "clear_requests"
    SET_MODE = "set_mode"
    CHANGE_ROLE = "change_role"
    SPEAK = "speak"
    START_SESSION = "start_session"
    END_SESSION = "end_session"


class Reason(StrEnum):
    """Why a command was rejected."""

    SESSION_NOT_LIVE = "session_not_live"
    ALREADY_LIVE = "already_live"
    UNKNOWN_ACTOR = "unknown_actor"
    ACTOR_NOT_PRESENT = "actor_not_present"
    ALREADY_IN_ROOM = "already_in_room"
    NOT_AWAY = "not_away"
    UNKNOWN_CONNECTION = "unknown_connection"
    NOT_STAFF = "not_staff"
    NOT_ON_MOBILE = "not_on_mobile"
    OWN_TARGET = "own_target"
    UNKNOWN_TARGET = "unknown_target"
    TARGET_IS_HOST = "target_is_host"
    INVALID_ROLE = "invalid_role"
    REQUEST_ALREADY_RESOLVED = "request_already_resolved"
    REQUEST_NOT_NEEDED = "request_not_needed"
    REQUESTS_CLOSED = "requests_closed"
    ALREADY_REQUESTED = "already_requested"
    ALREADY_INVITED = "already_invited"
    ALREADY_PREPARING = "already_preparing"
    ALREADY_ON_STAGE = "already_on_stage"
    APPROVAL_NEEDED = "approval_needed"
    APPROVAL_PENDING = "approval_pending"
    INVITATION_NEEDED = "invitation_needed"
    NO_OPEN_REQUEST = "no_open_request"
    NO_OPEN_INVITATION = "no_open_invitation"
    NOT_PREPARING = "not_preparing"
    NOT_ON_STAGE = "not_on_stage"
    COOLING_DOWN = "cooling_down"
    TOO_MANY_REQUESTS = "too_many_requests"
    STAGE_FULL = "stage_full"


MEANINGS: Final[Mapping[Reason, str]] = {
    Reason.SESSION_NOT_LIVE: "the session has not started, or is over",
    Reason.ALREADY_LIVE: "the session has started already",
    Reason.UNKNOWN_ACTOR: "who acts never entered the room",
    Reason.ACTOR_NOT_PRESENT: "who acts has left the room, or lost the connection",
    Reason.ALREADY_IN_ROOM: "who enters is in the room",
    Reason.NOT_AWAY: "who comes back was not away",
    Reason.UNKNOWN_CONNECTION: "the connection that is meant is not open",
    Reason.NOT_STAFF: "this is for moderators and hosts",
    Reason.NOT_ON_MOBILE: "this cannot be done from a phone",
    Reason.OWN_TARGET: "this cannot be done to oneself",
    Reason.UNKNOWN_TARGET: "the other person never entered the room, or has left it",
    Reason.TARGET_IS_HOST: "a moderator cannot do this to a host",
    Reason.INVALID_ROLE: "nobody becomes host during a session",
    Reason.REQUEST_ALREADY_RESOLVED: "somebody decided on this request before",
    Reason.REQUEST_NOT_NEEDED: "no request is needed: the stage can be joined at once",
    Reason.REQUESTS_CLOSED: "nobody can ask in this mode",
    Reason.ALREADY_REQUESTED: "the person has asked, and waits for an answer",
    Reason.ALREADY_INVITED: "the person is invited already",
    Reason.ALREADY_PREPARING: "the person is setting up devices",
    Reason.ALREADY_ON_STAGE: "the person is on stage",
    Reason.APPROVAL_NEEDED: "the person has to ask first",
    Reason.APPROVAL_PENDING: "nobody has decided on the request yet",
    Reason.INVITATION_NEEDED: "only an invitation leads to the stage in this mode",
    Reason.NO_OPEN_REQUEST: "there is no open request",
    Reason.NO_OPEN_INVITATION: "there is no open invitation",
    Reason.NOT_PREPARING: "the person is not setting up devices",
    Reason.NOT_ON_STAGE: "the person is not on stage",
    Reason.COOLING_DOWN: "the person was declined, and has to wait before asking again",
    Reason.TOO_MANY_REQUESTS: "the person has asked as often as the room allows",
    Reason.STAGE_FULL: "every place on stage is taken, and nobody makes room",
}
"""What each reason says to somebody who does not know the rules."""


class Outcome(StrEnum):
    """How a request or an invitation ended."""

    APPROVED = "approved"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    CLEARED = "cleared"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    MODE_CHANGED = "mode_changed"
    LEFT_ROOM = "left_room"
    SESSION_ENDED = "session_ended"


class Cause(StrEnum):
    """Why a set-up, a stay on stage or a stay in the room ended."""

    BACKED_OUT = "backed_out"
    DECLINED = "declined"
    REVOKED = "revoked"
    MODE_CHANGED = "mode_changed"
    ROLE_CHANGED = "role_changed"
    LEFT = "left"
    LEFT_ROOM = "left_room"
    SESSION_ENDED = "session_ended"
    MODERATOR = "moderator"
    CAPACITY = "capacity"
    EXPLICIT = "explicit"
    GRACE_OVER = "grace_over"
    DISCONNECT = "disconnect"


class EventKind(StrEnum):
    """What did happen."""

    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    ENTERED = "entered"
    LEFT_ROOM = "left_room"
    DISCONNECTED = "disconnected"
    RECONNECTED = "reconnected"
    ROLE_CHANGED = "role_changed"
    MODE_CHANGED = "mode_changed"
    REQUEST_CREATED = "request_created"
    REQUEST_CLOSED = "request_closed"
    INVITATION_CREATED = "invitation_created"
    INVITATION_CLOSED = "invitation_closed"
    SETUP_STARTED = "setup_started"
    SETUP_CANCELLED = "setup_cancelled"
    STAGE_JOINED = "stage_joined"
    STAGE_LEFT = "stage_left"
    STAGE_REMOVED = "stage_removed"
    SPOKE = "spoke"
    CONNECTED = "connected"
    CONNECTION_CLOSED = "connection_closed"
