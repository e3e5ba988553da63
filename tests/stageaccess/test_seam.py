"""What whoever drives the engine asks of it: who it is, when something is due, and who was told."""

from typing import Any

import pytest

import stageaccess
from stageaccess import (
    RULES,
    Action,
    Command,
    Decision,
    EngineIdentity,
    Event,
    Mode,
    Role,
    RoomConfig,
    StageAccess,
)
from stageaccess.messages import new_command

MIA, ZOE, PAT, BO = "mia", "zoe", "pat", "bo"


def opened(mode: Mode = Mode.JOIN_BY_REQUEST, **settings: Any) -> StageAccess:
    """A room with two moderators, `mia` and `zoe`, and two participants, `pat` and `bo`."""
    engine = StageAccess(RoomConfig(mode, **settings))
    for name, role in [(ZOE, Role.MODERATOR), (MIA, Role.MODERATOR), (PAT, Role.PARTICIPANT), (BO, Role.PARTICIPANT)]:
        do(engine, 0, Action.ENTER_ROOM, name, role=role)
    do(engine, 0, Action.START_SESSION)
    return engine


def do(engine: StageAccess, at_ms: int, action: Action, by: str | None = None, **fields: Any) -> Decision:
    decision = engine.submit(Command(at_ms, action, by, **fields))
    assert decision.accepted, decision
    return decision


def told(events: tuple[Event, ...]) -> list[tuple[str, tuple[str, ...] | None]]:
    return [(str(event.event), event.told) for event in events]


def test_a_command_by_names_is_the_same_command() -> None:
    fields: dict[str, Any] = {"to": PAT, "request": "r1", "id": "c1", "connection": None}
    made = new_command(5, Action.BRING_TO_STAGE, MIA, **fields)
    assert made == Command(5, Action.BRING_TO_STAGE, MIA, **fields)
    assert made._asdict().keys() == Command._field_defaults.keys() | {"at_ms", "do"}


def test_an_engine_says_who_it_is() -> None:
    assert opened().identity == EngineIdentity("stageaccess", stageaccess.__version__, "default")
    variant = RULES.variant("equal places", staff_stay_on_full_stage=False)
    assert StageAccess(RoomConfig(Mode.INVITE_ONLY), variant).identity.rules == "equal places"


# When something is due.


def test_nothing_is_due_where_nothing_ends_by_itself() -> None:
    engine = opened()
    do(engine, 1_000, Action.ASK_TO_JOIN, PAT)
    assert engine.next_due() is None


@pytest.mark.rule("T1", "T7")
def test_a_closed_request_is_due_no_more() -> None:
    engine = opened(request_ttl_ms=60_000)
    do(engine, 1_000, Action.ASK_TO_JOIN, PAT)
    do(engine, 3_000, Action.ASK_TO_JOIN, BO)
    assert engine.next_due() == 61_000
    do(engine, 4_000, Action.CANCEL_REQUEST, PAT)
    assert engine.next_due() == 63_000
    do(engine, 5_000, Action.ASK_TO_JOIN, PAT)
    assert engine.next_due() == 63_000
    assert [event.at_ms for event in engine.advance(63_000)] == [63_000]
    assert engine.next_due() == 65_000


@pytest.mark.rule("T2")
def test_an_invitation_is_not_due_while_its_person_prepares_and_is_again_when_they_back_out() -> None:
    engine = opened(invitation_ttl_ms=60_000)
    do(engine, 0, Action.INVITE, MIA, to=PAT)
    assert engine.next_due() == 60_000
    for at_ms in (1_000, 2_000, 3_000):
        do(engine, at_ms, Action.JOIN_STAGE, PAT)
        assert engine.next_due() is None
        do(engine, at_ms, Action.CANCEL_JOIN, PAT)
        assert engine.next_due() == 60_000
    assert [str(event.event) for event in engine.advance(60_000)] == ["invitation_closed"]
    assert engine.next_due() is None


@pytest.mark.rule("T2")
def test_an_invitation_that_waited_beyond_its_time_is_never_due_again() -> None:
    engine = opened(invitation_ttl_ms=60_000)
    do(engine, 0, Action.INVITE, MIA, to=PAT)
    do(engine, 1_000, Action.JOIN_STAGE, PAT)
    assert engine.advance(70_000) == ()
    backed_out = do(engine, 70_000, Action.CANCEL_JOIN, PAT)
    assert [str(event.event) for event in backed_out.events] == ["setup_cancelled", "invitation_closed"]
    assert [(event.at_ms, event.by) for event in backed_out.events] == [(70_000, PAT), (70_000, "system")]
    assert engine.next_due() is None


@pytest.mark.rule("T7")
@pytest.mark.parametrize("asks", [True, False], ids=["asked when next due", "never asked"])
def test_what_is_due_again_keeps_its_place_by_creation(asks: bool) -> None:
    engine = opened(invitation_ttl_ms=60_000)
    do(engine, 0, Action.INVITE, MIA, to=PAT)
    do(engine, 0, Action.INVITE, MIA, to=BO)
    do(engine, 1_000, Action.JOIN_STAGE, PAT)
    assert not asks or engine.next_due() == 60_000
    do(engine, 2_000, Action.CANCEL_JOIN, PAT)
    assert [event.who for event in engine.advance(60_000)] == [PAT, BO]


@pytest.mark.rule("T5")
def test_the_grace_of_somebody_who_came_back_is_over() -> None:
    engine = opened(reconnect_grace_ms=20_000)
    do(engine, 0, Action.DISCONNECT, PAT)
    assert engine.next_due() == 20_000
    do(engine, 5_000, Action.RECONNECT, PAT)
    assert engine.next_due() is None
    do(engine, 6_000, Action.DISCONNECT, PAT)
    assert engine.next_due() == 26_000


@pytest.mark.rule("T1")
def test_what_lives_for_no_time_is_due_at_once() -> None:
    engine = opened(request_ttl_ms=0)
    do(engine, 1_000, Action.ASK_TO_JOIN, PAT)
    assert engine.next_due() == 1_000
    assert [offer.do for offer in engine.available_actions(PAT)] == [Action.ASK_TO_JOIN]
    assert [event.at_ms for event in engine.advance(1_000)] == [1_000]


# Who was told.


def test_nobody_is_named_where_nobody_asked() -> None:
    assert told(do(opened(), 0, Action.ASK_TO_JOIN, PAT).events) == [("request_created", None)]


def test_events_say_who_got_a_notice_sorted_by_code_points() -> None:
    engine = opened()
    do(engine, 0, Action.ENTER_ROOM, "Ärla", role=Role.HOST)
    do(engine, 0, Action.ENTER_ROOM, "Max", role=Role.HOST)
    assert engine.report_told()
    assert told(do(engine, 0, Action.ASK_TO_JOIN, PAT).events) == [("request_created", ("Max", MIA, ZOE, "Ärla"))]
    assert told(do(engine, 0, Action.BRING_TO_STAGE, ZOE, to=PAT).events) == [
        ("request_closed", ("Max", MIA, PAT, ZOE, "Ärla")),
        ("invitation_created", (PAT, ZOE)),
    ]
    assert told(do(engine, 0, Action.JOIN_STAGE, PAT).events) == [("setup_started", (PAT,))]
    assert told(do(engine, 0, Action.GO_LIVE, PAT).events) == [("invitation_closed", (PAT, ZOE)), ("stage_joined", ())]


def test_staff_who_are_away_get_no_notice_but_who_is_named_does() -> None:
    engine = opened(reconnect_grace_ms=60_000, request_ttl_ms=30_000)
    engine.report_told()
    do(engine, 0, Action.ASK_TO_JOIN, PAT)
    do(engine, 1_000, Action.DISCONNECT, PAT)
    do(engine, 1_000, Action.DISCONNECT, ZOE)
    assert told(engine.advance(30_000)) == [("request_closed", (MIA, PAT))]


def test_the_maker_of_an_invitation_is_told_of_its_end_also_after_the_role_is_lost() -> None:
    engine = opened()
    engine.report_told()
    do(engine, 0, Action.INVITE, ZOE, to=PAT)
    do(engine, 0, Action.CHANGE_ROLE, MIA, to=ZOE, role=Role.PARTICIPANT)
    assert told(do(engine, 0, Action.DECLINE_INVITATION, PAT).events) == [("invitation_closed", (PAT, ZOE))]
