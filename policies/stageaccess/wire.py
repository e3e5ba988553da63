"""What goes over the line as objects, both ways: what a server writes its client reads, from the same tables.

`x_object` gives what `json.dumps` writes; `x_of` reads what `stageaccess.lines.parse` gives (numbers as `int` or
`Decimal`) and is strict: what is missing, unknown or of the wrong sort is a `WireError` that names the field and what
was found there. Every field stands in one of the tables here, and nowhere else.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from stageaccess.config import RequestLimit, RoomConfig
from stageaccess.lines import Answer, Line, WireError, as_object, as_word, shown
from stageaccess.messages import Command, Decision, EngineIdentity, Event
from stageaccess.offers import Offer
from stageaccess.records import (
    DEADLINE,
    PLACES,
    TEXT,
    TIME,
    TRUTH,
    WHOLE,
    Field,
    Record,
    Sort,
    by_name,
    inner,
    listed,
    needed,
    nullable,
    numbered,
    optional,
    word,
)
from stageaccess.vocabulary import (
    Action,
    Cause,
    Client,
    EventKind,
    FullStage,
    Mode,
    Origin,
    Outcome,
    Presence,
    Reason,
    Role,
    Standing,
    Via,
)

# What goes in.

LIMIT: Final = Record("`request_limit`", (needed("count", WHOLE), needed("window", TIME)))

ROOM: Final = Record(
    "`room`",
    (
        needed("mode", word(Mode)),
        optional("stage_capacity", PLACES),
        optional("when_full", word(FullStage)),
        optional("request_ttl", TIME),
        optional("invitation_ttl", TIME),
        optional("request_cooldown", TIME),
        optional("request_limit", inner(LIMIT, RequestLimit)),
        optional("reconnect_grace", TIME),
    ),
)

COMMAND: Final = Record(
    "a command",
    (
        needed("at", TIME),
        needed("do", word(Action)),
        optional("by", TEXT),
        optional("to", TEXT),
        optional("client", word(Client)),
        optional("mode", word(Mode)),
        optional("role", word(Role)),
        optional("request", TEXT),
        optional("id", TEXT),
        optional("connection", TEXT),
    ),
)


def room_object(config: RoomConfig) -> Answer:
    """The object of a `room` line."""
    return ROOM.write(partial(getattr, config))


def room_of(line: Line) -> RoomConfig:
    """The room that the object of a `room` line describes; what is left out is off. Raises WireError."""
    return RoomConfig(**ROOM.read(line))


def command_object(command: Command) -> Answer:
    """A command as a line."""
    return COMMAND.write(partial(getattr, command))


def command_of(line: Line) -> Command:
    """The command that a line describes. Raises WireError; what its action takes and needs, the engine checks."""
    return Command(**COMMAND.read(line))


# What happens.

HEAD: Final = (
    needed("seq", WHOLE),
    needed("at", TIME),
    needed("event", word(EventKind)),
    needed("who", TEXT),
    needed("by", TEXT),
)
TAIL: Final = (optional("told", listed(TEXT)),)

ROLE: Final = needed("role", word(Role))
CLIENT: Final = needed("client", word(Client))
CONNECTION: Final = needed("connection", TEXT)
CARRIED: Final = optional("connection", TEXT)
REQUEST: Final = needed("request", numbered("r"))
INVITATION: Final = needed("invitation", numbered("i"))
OUTCOME: Final = needed("outcome", word(Outcome))
CAUSE: Final = needed("cause", word(Cause))
VIA: Final = needed("via", word(Via))

EXTRA: Final[Mapping[EventKind, tuple[Field, ...]]] = MappingProxyType(
    {
        EventKind.SESSION_STARTED: (),
        EventKind.SESSION_ENDED: (),
        EventKind.ENTERED: (ROLE, CLIENT, CARRIED),
        EventKind.LEFT_ROOM: (CAUSE,),
        EventKind.DISCONNECTED: (),
        EventKind.RECONNECTED: (CARRIED,),
        EventKind.ROLE_CHANGED: (ROLE,),
        EventKind.MODE_CHANGED: (needed("mode", word(Mode)), needed("previous", word(Mode))),
        EventKind.REQUEST_CREATED: (REQUEST,),
        EventKind.REQUEST_CLOSED: (REQUEST, OUTCOME),
        EventKind.INVITATION_CREATED: (INVITATION, needed("origin", word(Origin)), nullable("request", numbered("r"))),
        EventKind.INVITATION_CLOSED: (INVITATION, OUTCOME),
        EventKind.SETUP_STARTED: (VIA,),
        EventKind.SETUP_CANCELLED: (CAUSE,),
        EventKind.STAGE_JOINED: (VIA,),
        EventKind.STAGE_LEFT: (CAUSE,),
        EventKind.STAGE_REMOVED: (CAUSE,),
        EventKind.SPOKE: (),
        EventKind.CONNECTED: (CONNECTION, CLIENT),
        EventKind.CONNECTION_CLOSED: (CONNECTION,),
    }
)
"""The fields that only this kind of event has."""

EVENT: Final = {kind: Record("an event", (*HEAD, *extra, *TAIL)) for kind, extra in EXTRA.items()}


def event_object(event: Event) -> Answer:
    """One event as a line has it, with the fields of its kind beside those that every event has."""
    return EVENT[event.event].write({**event._asdict(), **event.extra}.get)


def event_of(line: Line, path: str = "") -> Event:
    """The event that an object describes; `path` is where in the line it stands. Raises WireError."""
    kind = as_word(line.get("event"), EventKind, f"{path}.event" if path else "event")
    values = EVENT[kind].read(line, path)
    extra = {field.attribute: values.pop(field.attribute) for field in EXTRA[kind] if field.attribute in values}
    return Event(**values, extra=extra)


# What comes out.

EVENTS: Final = listed(Sort(lambda value, path: event_of(as_object(value, path), path), event_object, "events"))

DECISION: Final = Record(
    "a decision",
    (
        needed("accepted", TRUTH),
        nullable("reason", word(Reason)),
        optional("outcome", word(Outcome)),
        optional("resolved_by", TEXT),
        optional("seconds_left", TIME, "wait_ms"),
        needed("due", EVENTS),
        needed("events", EVENTS),
    ),
)

OFFER: Final = Record(
    "an action",
    (needed("do", word(Action)), optional("to", TEXT), optional("mode", word(Mode)), optional("role", word(Role))),
)
OFFERS: Final = Record("an answer to `actions`", (needed("actions", listed(inner(OFFER, Offer))),))

PERSON: Final = Record(
    "a person",
    (needed("role", word(Role)), needed("presence", word(Presence)), needed("standing", word(Standing))),
)
STATE: Final = Record(
    "an answer to `state`",
    (
        needed("mode", word(Mode)),
        needed("live", TRUTH),
        needed("people", by_name(inner(PERSON, dict))),
        needed("queue", listed(TEXT)),
        needed("on_stage", listed(TEXT)),
    ),
)

DUE: Final = Record("an answer to `due`", (nullable("due", DEADLINE),))

IDENTITY: Final = Record(
    "an answer to `engine`", (needed("engine", TEXT), needed("version", TEXT), needed("rules", TEXT))
)


def decision_object(decision: Decision) -> Answer:
    """The answer to a command."""
    return DECISION.write(partial(getattr, decision))


def decision_of(line: Line) -> Decision:
    """The decision that an answer describes. Raises WireError."""
    values = DECISION.read(line)
    accepted, reason = values.pop("accepted"), values["reason"]
    if accepted is not (reason is None):
        raise WireError(f"`accepted`: {shown(accepted)} does not go with the reason {shown(reason)}")
    return Decision(**values)


def offers_object(offers: Iterable[Offer]) -> Answer:
    """The answer to `{"ask": "actions"}`."""
    return OFFERS.write({"actions": offers}.get)


def offers_of(line: Line) -> list[Offer]:
    """The offers that an answer to `{"ask": "actions"}` lists. Raises WireError."""
    return list(OFFERS.read(line)["actions"])


def state_of(line: Line) -> dict[str, Any]:
    """The state that an answer to `{"ask": "state"}` describes, as it stands there. Raises WireError."""
    STATE.read(line)
    return dict(line)


def due_object(due_ms: int | None) -> Answer:
    """The answer to `{"ask": "due"}`."""
    return DUE.write({"due_ms": due_ms}.get)


def due_of(line: Line) -> int | None:
    """The next moment (ms) at which something is due, None where nothing is. Raises WireError."""
    due_ms: int | None = DUE.read(line)["due_ms"]
    return due_ms


def identity_object(identity: EngineIdentity) -> Answer:
    """The answer to `{"ask": "engine"}`."""
    return IDENTITY.write(partial(getattr, identity))


def identity_of(line: Line) -> EngineIdentity:
    """Who answers. Raises WireError."""
    return EngineIdentity(**IDENTITY.read(line))
