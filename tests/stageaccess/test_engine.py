"""The engine's own interface: well-formed commands, parameters of a room, and rooms that are compared."""

import pickle
from collections import deque
from typing import Any

import pytest

from stageaccess import (
    Action,
    Client,
    Command,
    CommandError,
    Decision,
    Event,
    FullStage,
    Mode,
    Offer,
    Reason,
    RequestLimit,
    Role,
    RoomConfig,
    StageAccess,
    Standing,
    fold,
)
from stageaccess.people import PERSON_FIELDS, Person


def opened(**settings: Any) -> StageAccess:
    engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST, **settings))
    engine.submit(Command(0, Action.ENTER_ROOM, "mia", role=Role.MODERATOR))
    engine.submit(Command(0, Action.ENTER_ROOM, "pat", role=Role.PARTICIPANT))
    engine.submit(Command(0, Action.START_SESSION))
    return engine


MALFORMED: list[tuple[str, Any]] = [
    ("at", Command(-1, Action.SPEAK, "pat")),
    ("at", Command(1.5, Action.SPEAK, "pat")),  # type: ignore[arg-type]
    ("at", Command(True, Action.SPEAK, "pat")),
    ("do", Command(0, "dance", "pat")),  # type: ignore[arg-type]
    ("by", Command(0, Action.SPEAK)),
    ("by", Command(0, Action.SPEAK, "")),
    ("by", Command(0, Action.SPEAK, "system")),
    ("by", Command(0, Action.SPEAK, 7)),  # type: ignore[arg-type]
    ("by", Command(0, Action.END_SESSION, "mia")),
    ("to", Command(0, Action.INVITE, "mia")),
    ("to", Command(0, Action.INVITE, "mia", "")),
    ("to", Command(0, Action.SPEAK, "pat", "mia")),
    ("mode", Command(0, Action.SET_MODE, "mia", mode="open")),  # type: ignore[arg-type]
    ("role", Command(0, Action.ENTER_ROOM, "new")),
    ("client", Command(0, Action.SPEAK, "pat", client=None)),  # type: ignore[arg-type]
    ("request", Command(0, Action.INVITE, "mia", "pat", request="r1")),
    ("request", Command(0, Action.BRING_TO_STAGE, "mia", "pat", request="")),
    ("request", Command(0, Action.BRING_TO_STAGE, "mia", "pat", request=1)),  # type: ignore[arg-type]
    ("id", Command(0, Action.SPEAK, "pat", id="")),
    ("id", Command(0, Action.SPEAK, "pat", id=1)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("field", "command"), MALFORMED)
def test_a_malformed_command_raises_and_changes_nothing(field: str, command: Command) -> None:
    engine, untouched = opened(request_ttl_ms=1), opened(request_ttl_ms=1)
    for each in (engine, untouched):
        each.submit(Command(0, Action.ASK_TO_JOIN, "pat"))
    with pytest.raises(CommandError, match=f"`{field}`") as caught:
        engine.submit(command)
    assert caught.value.field == field
    assert engine.room == untouched.room
    assert engine.state() == untouched.state()


def test_time_does_not_run_backwards() -> None:
    engine = opened()
    engine.advance(500)
    with pytest.raises(CommandError, match="`at`"):
        engine.advance(499)
    with pytest.raises(CommandError, match="`at`"):
        engine.submit(Command(499, Action.ASK_TO_JOIN, "pat"))
    assert engine.submit(Command(500, Action.ASK_TO_JOIN, "pat")).accepted


def test_a_rejected_command_moves_the_clock_all_the_same() -> None:
    engine = opened()
    assert engine.submit(Command(700, Action.GO_LIVE, "pat")).reason is Reason.NOT_PREPARING
    with pytest.raises(CommandError, match="`at`"):
        engine.advance(699)


IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("mode", {"mode": "open"}),
    ("when_full", {"when_full": "queue"}),
    ("stage_capacity", {"stage_capacity": -1}),
    ("stage_capacity", {"stage_capacity": 2.0}),
    ("stage_capacity", {"stage_capacity": True}),
    ("request_ttl_ms", {"request_ttl_ms": -5}),
    ("invitation_ttl_ms", {"invitation_ttl_ms": 0.5}),
    ("request_cooldown_ms", {"request_cooldown_ms": "30"}),
    ("reconnect_grace_ms", {"reconnect_grace_ms": -1}),
    ("request_limit.count", {"request_limit": RequestLimit(-1, 5)}),
    ("request_limit.window_ms", {"request_limit": RequestLimit(1, -5)}),
]


@pytest.mark.parametrize(("field", "settings"), IMPOSSIBLE)
def test_parameters_that_cannot_be(field: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"`{field}`"):
        RoomConfig(**{"mode": Mode.INVITE_ONLY, "when_full": FullStage.REJECT, **settings})


def test_a_decision_says_what_there_is_to_know() -> None:
    engine = opened(request_cooldown_ms=10_000)
    accepted = engine.submit(Command(0, Action.ASK_TO_JOIN, "pat", client=Client.MOBILE))
    assert accepted.accepted
    assert accepted == Decision(None, accepted.events)
    engine.submit(Command(1, Action.DECLINE_REQUEST, "mia", "pat"))
    assert engine.submit(Command(2, Action.ASK_TO_JOIN, "pat")) == Decision(Reason.COOLING_DOWN, wait_ms=9_999)
    again = engine.submit(Command(3, Action.DECLINE_REQUEST, "mia", "pat", request="r1"))
    assert again == Decision(Reason.REQUEST_ALREADY_RESOLVED, outcome="declined", resolved_by="mia")


def test_offers_are_ready_to_be_submitted() -> None:
    engine = opened()
    engine.submit(Command(0, Action.ASK_TO_JOIN, "pat"))
    offers = engine.available_actions("mia", Client.MOBILE)
    assert offers == [
        Offer(Action.BRING_TO_STAGE, "pat"),
        Offer(Action.CHANGE_ROLE, "pat", role=Role.MODERATOR),
        Offer(Action.CLEAR_REQUESTS),
        Offer(Action.DECLINE_REQUEST, "pat"),
        Offer(Action.INVITE, "pat"),
        Offer(Action.JOIN_STAGE),
    ]
    assert engine.available_actions("nobody") == []
    do, to, mode, role = offers[0]
    assert engine.submit(Command(0, do, "mia", to, mode=mode, role=role)).accepted
    assert engine.room.people["pat"].standing is Standing.INVITED


def test_rooms_are_equal_when_the_same_is_so() -> None:
    config = RoomConfig(Mode.JOIN_BY_REQUEST)
    engine = StageAccess(config)
    log: list[Event] = []
    for command in [
        Command(0, Action.ENTER_ROOM, "pat", role=Role.PARTICIPANT),
        Command(0, Action.START_SESSION),
        Command(3, Action.ASK_TO_JOIN, "pat"),
        Command(4, Action.CANCEL_REQUEST, "pat"),
    ]:
        before = fold(config, log)
        log += engine.submit(command).events
        assert fold(config, log) == engine.room != before
    engine.submit(Command(9, Action.GO_LIVE, "pat"))
    assert fold(config, log) == engine.room
    assert fold(RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=1), log) != engine.room


def test_an_error_is_the_same_after_a_journey_to_another_process() -> None:
    with pytest.raises(CommandError) as caught:
        StageAccess(RoomConfig(Mode.INVITE_ONLY)).submit(Command(0, Action.ENTER_ROOM))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.field) == (str(caught.value), "by")


def test_a_copy_of_a_room_goes_its_own_way() -> None:
    config = RoomConfig(Mode.JOIN_BY_REQUEST, request_ttl_ms=60_000, request_limit=RequestLimit(3, 60_000))
    engine = StageAccess(config)
    engine.submit(Command(0, Action.ENTER_ROOM, "mia", role=Role.MODERATOR))
    engine.submit(Command(0, Action.ENTER_ROOM, "pat", role=Role.PARTICIPANT))
    engine.submit(Command(0, Action.START_SESSION))
    engine.submit(Command(1, Action.ASK_TO_JOIN, "pat"))
    before = engine.room.copy()
    twin = StageAccess(config)
    twin.room = engine.room.copy()
    for command in [
        Command(2, Action.BRING_TO_STAGE, "mia", "pat"),
        Command(3, Action.JOIN_STAGE, "pat"),
        Command(4, Action.GO_LIVE, "pat"),
        Command(5, Action.LEAVE_STAGE, "pat"),
        Command(6, Action.ASK_TO_JOIN, "pat"),
        Command(7, Action.END_SESSION),
    ]:
        assert twin.submit(command).accepted
    assert engine.room == before != twin.room
    assert engine.advance(60_001)
    assert engine.room.people["pat"].standing is Standing.VIEWER
    assert before.people["pat"].standing is Standing.REQUESTED


def test_an_action_may_be_its_plain_word() -> None:
    engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST))
    for action, connection in [("enter_room", None), ("enter_room", "phone"), ("leave_room", "phone")]:
        role = Role.PARTICIPANT if action == "enter_room" else None
        command = Command(0, action, "pat", role=role, connection=connection)  # type: ignore[arg-type]
        assert engine.submit(command).accepted
    assert engine.room.people["pat"].connections == ("main",)


def test_a_copied_person_is_the_same_in_everything_and_shares_nothing_that_changes() -> None:
    person = Person("pat")
    for number, field in enumerate(PERSON_FIELDS):
        setattr(person, field, deque([number]) if field == "recent_asks" else ("name", number))
    twin = person.copy()
    assert all(getattr(twin, field) == getattr(person, field) for field in PERSON_FIELDS)
    assert twin.recent_asks is not person.recent_asks


def test_a_copied_engine_goes_on_alone() -> None:
    engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST))
    engine.report_told()
    engine.submit(Command(0, Action.START_SESSION))
    engine.submit(Command(0, Action.ENTER_ROOM, by="pat", role=Role.PARTICIPANT))
    asked = engine.submit(Command(1, Action.ASK_TO_JOIN, by="pat", id="x"))
    twin = engine.copy()
    assert twin.room == engine.room
    assert twin.submit(Command(2, Action.ASK_TO_JOIN, by="pat", id="x")) == asked
    assert twin.submit(Command(3, Action.CANCEL_REQUEST, by="pat")).events[0].told == ("pat",)
    assert list(engine.room.queue) == ["pat"]
