"""What a command costs does not grow with the number of people in the room."""

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from stageaccess import Action, Command, FullStage, Mode, RequestLimit, Role, RoomConfig, StageAccess
from stageaccess import engine as module_of_engine


def crowded(people: int) -> StageAccess:
    """A room with some staff, and crowds that wait, are invited, prepare, and fill the stage."""
    crowd = people // 5
    config = RoomConfig(
        Mode.JOIN_BY_REQUEST,
        stage_capacity=crowd,
        when_full=FullStage.REPLACE_QUIETEST,
        request_ttl_ms=10**9,
        invitation_ttl_ms=10**9,
        request_cooldown_ms=1,
        request_limit=RequestLimit(10**6, 1000),
        reconnect_grace_ms=1000,
    )
    engine = StageAccess(config)
    do(engine, Action.START_SESSION)
    for name in ["mia", "max"]:
        do(engine, Action.ENTER_ROOM, name, role=Role.HOST)
    for kind in ["live", "prep", "inv", "req", "view"]:
        for number in range(crowd):
            name = f"{kind}{number}"
            do(engine, Action.ENTER_ROOM, name, role=Role.PARTICIPANT)
            if kind in ["live", "prep", "inv"]:
                do(engine, Action.INVITE, "mia", to=name)
            if kind in ["live", "prep"]:
                do(engine, Action.JOIN_STAGE, name)
            if kind == "live":
                do(engine, Action.GO_LIVE, name)
            if kind == "req":
                do(engine, Action.ASK_TO_JOIN, name)
    engine.next_due()  # what is due no more leaves here, each only once
    assert len(engine.room.stage) == len(engine.room.queue) == len(engine.room.invited) // 2 == crowd
    engine.next_due()  # whoever prepares is put aside here, once
    return engine


def do(engine: StageAccess, action: Action, by: str | None = None, **fields: Any) -> None:
    decision = engine.submit(Command(engine.room.now_ms, action, by, **fields))
    assert decision.accepted, (action, by, decision)


def a_round(engine: StageAccess) -> None:
    """One of each command about one person; in the end the room is about as it was."""
    assert engine.next_due() is not None
    engine.advance(engine.room.now_ms + 5)
    do(engine, Action.SPEAK, "live1")
    do(engine, Action.ASK_TO_JOIN, "view0")
    do(engine, Action.CANCEL_REQUEST, "view0")
    do(engine, Action.ASK_TO_JOIN, "view0")
    do(engine, Action.DECLINE_REQUEST, "mia", to="view0")
    engine.advance(engine.room.now_ms + 5)
    do(engine, Action.ASK_TO_JOIN, "view0")
    do(engine, Action.BRING_TO_STAGE, "mia", to="view0")
    do(engine, Action.JOIN_STAGE, "view0")
    do(engine, Action.CANCEL_JOIN, "view0")
    do(engine, Action.JOIN_STAGE, "view0")
    do(engine, Action.GO_LIVE, "view0")  # on a full stage: the quietest makes room
    do(engine, Action.LEAVE_STAGE, "view0")
    do(engine, Action.INVITE, "max", to="view0")
    do(engine, Action.REVOKE_INVITATION, "mia", to="view0")
    do(engine, Action.INVITE, "max", to="view0")
    do(engine, Action.DECLINE_INVITATION, "view0")
    do(engine, Action.CHANGE_ROLE, "mia", to="view0", role=Role.MODERATOR)
    do(engine, Action.CHANGE_ROLE, "mia", to="view0", role=Role.PARTICIPANT)
    do(engine, Action.SET_MODE, "mia", mode=Mode.JOIN_BY_REQUEST)
    do(engine, Action.DISCONNECT, "view1")
    assert engine.next_due() == engine.room.now_ms + 1000
    do(engine, Action.RECONNECT, "view1")
    do(engine, Action.ENTER_ROOM, "view1", role=Role.PARTICIPANT, connection="phone")
    do(engine, Action.LEAVE_ROOM, "view1", connection="main")
    do(engine, Action.LEAVE_ROOM, "view1")
    do(engine, Action.ENTER_ROOM, "view1", role=Role.PARTICIPANT)
    assert [offer.do for offer in engine.available_actions("req0")] == [Action.CANCEL_REQUEST]


def lines_run(work: Callable[[], None]) -> int:
    """How many lines of Python run."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def best_seconds(work: Callable[[], None], tries: int = 15) -> float:
    best = float("inf")
    for _ in range(tries):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


has_lines = pytest.mark.skipif(
    not str(module_of_engine.__file__).endswith(".py"), reason="compiled code has no lines to count"
)


@pytest.fixture(scope="module")
def rooms() -> tuple[StageAccess, StageAccess]:
    return crowded(50), crowded(10_000)


@has_lines
def test_as_many_lines_of_code_run_in_a_crowd(rooms: tuple[StageAccess, StageAccess]) -> None:
    few, many = (lines_run(lambda engine=engine: a_round(engine)) for engine in rooms)  # type: ignore[misc]
    assert few > 500
    assert abs(many - few) <= 0.1 * few, (few, many)


def test_a_command_takes_about_as_long_in_a_crowd(rooms: tuple[StageAccess, StageAccess]) -> None:
    # 200 times the people; anything that walks through them would show as a factor of dozens.
    few, many = (best_seconds(lambda engine=engine: a_round(engine)) for engine in rooms)  # type: ignore[misc]
    assert many < 5 * few, (few, many)


@has_lines
def test_the_same_answer_again_costs_no_more_later() -> None:
    engine = crowded(50)
    first = engine.submit(Command(0, Action.ASK_TO_JOIN, "view0", id="c1"))
    for number in range(3000):
        engine.submit(Command(0, Action.SPEAK, "live0", id=f"s{number}"))
    again = lines_run(lambda: again_is(engine, first.events[0].seq))
    assert again < 40


def again_is(engine: StageAccess, seq: int) -> None:
    assert engine.submit(Command(0, Action.ASK_TO_JOIN, "view0", id="c1")).events[0].seq == seq
