"""An engine that contradicts itself is told so at once, with the event, and not by a log that nobody can read."""

import json
import re
from typing import Any

import pytest

from stageaccess import (
    RULES,
    Action,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    Mode,
    Offer,
    Role,
    RoomConfig,
    StageAccess,
)
from stagesim.engines.checked import Checked
from stagesim.engines.contract import EngineError
from wrapping import Wrapping

ROOM = RoomConfig(Mode.JOIN_BY_REQUEST, reconnect_grace_ms=20_000)

ROLES = {"mo": Role.HOST, "pat": Role.PARTICIPANT, "kim": Role.PARTICIPANT, "lee": Role.PARTICIPANT}
BEFORE = (
    Command(0, Action.START_SESSION),
    *(Command(0, Action.ENTER_ROOM, by=name, role=role) for name, role in ROLES.items()),
    Command(0, Action.ASK_TO_JOIN, by="pat"),
    Command(0, Action.INVITE, by="mo", to="kim"),
    Command(0, Action.JOIN_STAGE, by="mo"),
    Command(0, Action.GO_LIVE, by="mo"),
    Command(0, Action.DISCONNECT, by="lee"),
)
"""Then mo is on stage, pat has asked (r1), kim is invited (i1), and lee is away."""


class Liar(Wrapping):
    """An engine that answers like ours, until it is to say an event of one's own, and what is so."""

    event: Event | None = None
    so: dict[str, object] | None = None

    def submit(self, command: Command) -> Decision:
        decision = super().submit(command)
        return decision if self.event is None else Decision(None, (self.event,))

    def state(self) -> dict[str, object]:
        return super().state() | (self.so or {})


def fault_of(kind: EventKind, who: str, **extra: str | None) -> str:
    """What is wrong with such an event now."""
    engine = Liar(ROOM, RULES)
    room = Checked(engine, "liar", ROOM)
    for command in BEFORE:
        assert room.submit(command).accepted
    engine.event = Event(engine.engine.room.seq + 1, 1000, kind, who, "mo", extra)
    with pytest.raises(EngineError) as raised:
        room.submit(Command(1000, Action.CLEAR_REQUESTS, by="mo"))
    assert raised.value.line == '{"at": 1, "do": "clear_requests", "by": "mo", "client": "desktop"}'
    assert str(kind) in str(raised.value.answer)
    return raised.value.fault


@pytest.mark.parametrize(
    ("kind", "who", "extra", "said"),
    [
        ("session_started", "system", {}, "the session has begun before"),
        ("entered", "pat", {"role": "participant", "client": "desktop"}, "`pat` is in the room already"),
        ("spoke", "ghost", {}, "`ghost` is not in the room"),
        ("left_room", "pat", {"cause": "explicit"}, "`pat` is participant, present, requested, r1"),
        ("disconnected", "lee", {}, "`lee` is participant, away, viewer"),
        ("reconnected", "pat", {}, "`pat` is participant, present"),
        ("connected", "ghost", {"connection": "main", "client": "mobile"}, "`ghost` is not in the room"),
        ("role_changed", "pat", {"role": "participant"}, "`pat` is participant"),
        ("mode_changed", "mo", {"mode": "invite_only", "previous": "invite_only"}, "in join_by_request"),
        ("request_created", "pat", {"request": "r2"}, "`pat` is participant, present, requested, r1"),
        ("request_created", "mo", {"request": "r2"}, "`mo` is host, present, on_stage"),
        ("request_closed", "pat", {"request": "r2", "outcome": "cleared"}, "requested, r1"),
        ("invitation_created", "kim", {"invitation": "i2", "origin": "direct", "request": None}, "invited, i1"),
        ("invitation_closed", "pat", {"invitation": "i1", "outcome": "revoked"}, "requested, r1"),
        ("setup_started", "pat", {"via": "self"}, "requested, r1"),
        ("setup_cancelled", "kim", {"cause": "backed_out"}, "invited, i1"),
        ("stage_joined", "kim", {"via": "invitation"}, "invited, i1"),
        ("stage_joined", "mo", {"via": "self"}, "`mo` is host, present, on_stage"),
        ("stage_left", "pat", {"cause": "left"}, "requested, r1"),
        ("stage_removed", "kim", {"cause": "moderator"}, "invited, i1"),
        ("spoke", "pat", {}, "requested, r1"),
        ("spoke", "mo", {"via": "self"}, "it has the fields via"),
        ("request_closed", "pat", {"request": "r1"}, "it has the fields request"),
    ],
)
def test_an_event_that_cannot_be_is_named(kind: str, who: str, extra: dict[str, Any], said: str) -> None:
    fault = fault_of(EventKind(kind), who, **extra)
    assert fault.startswith(f"contradicts itself: `{kind}` at 1 s, and ")
    assert said in fault


@pytest.mark.parametrize(("field", "value"), [("queue", []), ("on_stage", ["pat"]), ("live", False)])
def test_what_is_so_has_to_follow_from_the_events(field: str, value: object) -> None:
    engine = Liar(ROOM, RULES)
    room = Checked(engine, "liar", ROOM)
    for command in BEFORE:
        room.submit(command)
    assert room.state()["queue"] == ["pat"]
    engine.so = {field: value}
    with pytest.raises(
        EngineError, match=f"contradicts its own events: `{field}`: expected `.*`, got `{re.escape(json.dumps(value))}`"
    ):
        room.state()


def test_whatever_is_not_checked_is_handed_on() -> None:
    room = Checked(StageAccess(ROOM), "ours", ROOM)
    for command in BEFORE:
        room.submit(command)
    offers = room.available_actions("pat", Client.DESKTOP)
    assert offers == [Offer(Action.CANCEL_REQUEST)]
    assert room.identity.engine == "stageaccess"


def test_a_rejection_has_one_of_the_reasons_of_the_rules() -> None:
    class Refusing(Wrapping):
        def submit(self, _: Command) -> Decision:
            return Decision("not_today")  # type: ignore[arg-type]

    room = Checked(Refusing(ROOM, RULES), "theirs", ROOM)
    with pytest.raises(EngineError, match="rejects a command for `not_today`, which is none of the reasons"):
        room.submit(BEFORE[0])
