"""Rule T10: a person may be in the room by several connections."""

from typing import Any

import pytest

from stageaccess import (
    Action,
    Client,
    Command,
    CommandError,
    Decision,
    Mode,
    Reason,
    Role,
    RoomConfig,
    StageAccess,
    fold,
)
from stageaccess.audience import NOTIFIED, SHOWN, Audience
from stageaccess.vocabulary import EventKind

ENTER, LEAVE = Action.ENTER_ROOM, Action.LEAVE_ROOM
DISCONNECT, RECONNECT = Action.DISCONNECT, Action.RECONNECT


class Hall:
    """A live room with a moderator `mia`; everybody waits 20 s for lost connections unless said otherwise."""

    def __init__(self, grace_ms: int = 20_000, **settings: Any) -> None:
        self.config = RoomConfig(Mode.JOIN_BY_REQUEST, reconnect_grace_ms=grace_ms, **settings)
        self.engine = StageAccess(self.config)
        self.log: list[Any] = []
        self.do(ENTER, "mia", role=Role.MODERATOR)
        self.do(Action.START_SESSION)

    def do(self, action: Action, by: str | None = None, at: int | None = None, **fields: Any) -> Decision:
        """Submit a command; entering as a participant where nothing else is said."""
        if action is ENTER:
            fields.setdefault("role", Role.PARTICIPANT)
        now_ms = self.engine.room.now_ms if at is None else at
        decision = self.engine.submit(Command(now_ms, action, by, **fields))
        self.log += [*decision.due, *decision.events]
        assert fold(self.config, self.log) == self.engine.room
        return decision

    def ok(self, action: Action, by: str, connection: str | None = None, **fields: Any) -> list[str]:
        """The events of an accepted command, each with its person and connection."""
        decision = self.do(action, by, connection=connection, **fields)
        assert decision.accepted, decision
        return [" ".join([e.event, e.who, e.extra.get("connection") or ""]).strip() for e in decision.events]

    def no(self, action: Action, by: str, connection: str | None = None) -> Reason | None:
        """The reason of a rejected command, which changes nothing."""
        before = self.engine.room.copy()
        decision = self.do(action, by, connection=connection)
        assert decision.events == ()
        assert self.engine.room == before
        return decision.reason


@pytest.mark.rule("T10")
def test_who_enters_is_there_by_the_connection_they_name_or_by_the_main_one() -> None:
    hall = Hall()
    assert hall.ok(ENTER, "pat") == ["entered pat"]
    assert "connection" not in hall.log[-1].extra
    assert hall.ok(ENTER, "bo", "tablet") == ["entered bo tablet"]
    assert hall.no(ENTER, "pat") is Reason.ALREADY_IN_ROOM
    assert hall.no(ENTER, "pat", "main") is Reason.ALREADY_IN_ROOM
    assert hall.no(ENTER, "bo", "tablet") is Reason.ALREADY_IN_ROOM


@pytest.mark.rule("T10")
def test_a_second_connection_is_connected_and_nothing_else() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(Action.ASK_TO_JOIN, "pat")
    decision = hall.do(ENTER, "pat", connection="phone", role=Role.HOST, client=Client.MOBILE)
    (event,) = decision.events
    assert (event.event, event.who, event.by) == ("connected", "pat", "pat")
    assert event.extra == {"connection": "phone", "client": "mobile"}
    person = hall.engine.room.people["pat"]
    assert (person.role, person.standing) == (Role.PARTICIPANT, "requested")


@pytest.mark.rule("T10")
def test_the_main_connection_may_be_the_second_one() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat", "phone")
    assert hall.ok(ENTER, "pat") == ["connected pat main"]
    assert hall.no(ENTER, "pat") is Reason.ALREADY_IN_ROOM


@pytest.mark.rule("T10")
@pytest.mark.parametrize("action", [LEAVE, DISCONNECT])
def test_while_others_remain_open_a_connection_closes_and_nothing_else(action: Action) -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(Action.ASK_TO_JOIN, "pat")
    hall.ok(ENTER, "pat", "phone")
    assert hall.ok(action, "pat", "main") == ["connection_closed pat main"]
    assert hall.log[-1].extra == {"connection": "main"}
    assert hall.log[-1].by == "pat"
    assert hall.engine.room.people["pat"].standing == "requested"
    assert hall.no(action, "pat", "main") is Reason.UNKNOWN_CONNECTION
    assert hall.ok(ENTER, "pat") == ["connected pat main"]


@pytest.mark.rule("T10", "T5")
def test_with_the_last_lost_connection_a_person_is_away() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(ENTER, "pat", "phone")
    hall.ok(DISCONNECT, "pat", "main")
    assert hall.engine.next_due() is None
    assert hall.ok(DISCONNECT, "pat", "phone", at=1_000) == ["disconnected pat"]
    assert hall.engine.next_due() == 21_000
    assert [event.event for event in hall.engine.advance(21_000)] == ["left_room"]


@pytest.mark.rule("T10", "T5")
@pytest.mark.parametrize("action", [LEAVE, DISCONNECT])
def test_without_grace_the_last_connection_is_the_end(action: Action) -> None:
    hall = Hall(grace_ms=0)
    hall.ok(ENTER, "pat")
    hall.ok(ENTER, "pat", "phone")
    assert hall.ok(action, "pat", "phone") == ["connection_closed pat phone"]
    assert hall.ok(action, "pat", "main") == ["left_room pat"]
    assert hall.log[-1].extra == {"cause": "explicit" if action is LEAVE else "disconnect"}


@pytest.mark.rule("T10", "T6")
def test_leaving_by_the_last_connection_ends_everything() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat", "phone")
    hall.ok(Action.ASK_TO_JOIN, "pat")
    assert hall.ok(LEAVE, "pat", "phone") == ["request_closed pat", "left_room pat"]


@pytest.mark.rule("T10")
def test_without_a_connection_leaving_and_losing_mean_all_of_them() -> None:
    hall = Hall()
    for connection in ["main", "phone", "tablet"]:
        hall.ok(ENTER, "pat", connection)
        hall.ok(ENTER, "bo", connection)
    assert hall.ok(DISCONNECT, "pat") == ["disconnected pat"]
    assert hall.ok(LEAVE, "bo") == ["left_room bo"]
    assert hall.ok(RECONNECT, "pat") == ["reconnected pat"]
    assert hall.no(DISCONNECT, "pat", "phone") is Reason.UNKNOWN_CONNECTION
    assert hall.ok(ENTER, "pat", "phone") == ["connected pat phone"]
    assert hall.ok(ENTER, "bo", "phone") == ["entered bo phone"]
    assert hall.no(LEAVE, "bo", "main") is Reason.UNKNOWN_CONNECTION


@pytest.mark.rule("T10")
def test_who_is_away_comes_back_by_reconnecting_or_by_entering_with_a_connection_of_their_choice() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    for action, connection, said in [
        (RECONNECT, None, "reconnected pat"),
        (RECONNECT, "phone", "reconnected pat phone"),
        (ENTER, "phone", "reconnected pat phone"),
        (ENTER, "main", "reconnected pat main"),
    ]:
        hall.ok(DISCONNECT, "pat")
        assert hall.no(ENTER, "pat") is Reason.ALREADY_IN_ROOM
        assert hall.ok(action, "pat", connection) == [said]
        assert hall.log[-1].extra == ({} if connection is None else {"connection": connection})
        assert hall.no(RECONNECT, "pat", "tablet") is Reason.NOT_AWAY
        other = "main" if connection == "phone" else "phone"
        assert hall.no(LEAVE, "pat", other) is Reason.UNKNOWN_CONNECTION


@pytest.mark.rule("T10")
def test_who_comes_back_keeps_the_role_whatever_is_carried() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(DISCONNECT, "pat")
    hall.ok(ENTER, "pat", "phone", role=Role.HOST)
    assert hall.engine.room.people["pat"].role is Role.PARTICIPANT
    assert "pat" not in hall.engine.room.staff


@pytest.mark.rule("T10")
def test_a_late_message_of_an_older_connection_changes_nothing() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(DISCONNECT, "pat")
    hall.ok(RECONNECT, "pat", "second")
    assert hall.no(DISCONNECT, "pat", "main") is Reason.UNKNOWN_CONNECTION
    assert hall.engine.room.people["pat"].presence == "present"


@pytest.mark.rule("T10")
def test_presence_is_checked_before_the_connection() -> None:
    hall = Hall()
    assert hall.no(LEAVE, "nobody", "x") is Reason.UNKNOWN_ACTOR
    hall.ok(ENTER, "pat")
    hall.ok(DISCONNECT, "pat")
    assert hall.no(DISCONNECT, "pat", "main") is Reason.ACTOR_NOT_PRESENT
    assert hall.no(LEAVE, "pat", "main") is Reason.UNKNOWN_CONNECTION
    assert hall.ok(LEAVE, "pat") == ["left_room pat"]
    assert hall.no(LEAVE, "pat", "main") is Reason.ACTOR_NOT_PRESENT
    hall.do(Action.END_SESSION)
    assert hall.no(ENTER, "mia", "phone") is Reason.SESSION_NOT_LIVE
    assert hall.no(LEAVE, "mia", "phone") is Reason.UNKNOWN_CONNECTION


@pytest.mark.rule("T10")
def test_connections_come_and_go_before_the_session_and_close_after_it() -> None:
    engine = StageAccess(RoomConfig(Mode.INVITE_ONLY))
    for action, connection in [(ENTER, "a"), (ENTER, "b"), (LEAVE, "a"), (ENTER, "c")]:
        role = Role.HOST if action is ENTER else None
        assert engine.submit(Command(0, action, "pat", role=role, connection=connection)).accepted
    engine.submit(Command(0, Action.START_SESSION))
    engine.submit(Command(0, Action.END_SESSION))
    closed = engine.submit(Command(0, DISCONNECT, "pat", connection="b"))
    assert [event.event for event in closed.events] == ["connection_closed"]


@pytest.mark.rule("T10", "T9")
def test_a_further_connection_is_no_entry() -> None:
    hall = Hall()
    hall.ok(ENTER, "pat")
    hall.ok(ENTER, "bo")
    hall.ok(Action.ASK_TO_JOIN, "pat")
    hall.ok(Action.ASK_TO_JOIN, "bo")
    hall.ok(ENTER, "pat", "phone")
    closed = hall.do(Action.END_SESSION).events
    assert [event.who for event in closed] == ["pat", "bo", "system"]


@pytest.mark.rule("T10")
@pytest.mark.parametrize("kind", [EventKind.CONNECTED, EventKind.CONNECTION_CLOSED])
def test_staff_see_connections_and_nobody_is_notified(kind: EventKind) -> None:
    assert kind not in NOTIFIED
    assert SHOWN[kind] is Audience.STAFF


@pytest.mark.rule("T10")
@pytest.mark.parametrize("connection", ["", 5, True])
def test_a_connection_is_a_string_that_is_not_empty(connection: Any) -> None:
    with pytest.raises(CommandError, match="`connection`"):
        Hall().do(LEAVE, "mia", connection=connection)


@pytest.mark.rule("T10")
@pytest.mark.parametrize("action", [Action.ASK_TO_JOIN, Action.START_SESSION, Action.SPEAK])
def test_only_coming_and_going_carry_a_connection(action: Action) -> None:
    by = None if action is Action.START_SESSION else "mia"
    with pytest.raises(CommandError, match="`connection`"):
        Hall().do(action, by, connection="main")


@pytest.mark.rule("T10")
def test_two_connections_lost_in_the_same_moment_in_either_order() -> None:
    for first, second in [("main", "phone"), ("phone", "main")]:
        hall = Hall()
        hall.ok(ENTER, "pat")
        hall.ok(ENTER, "pat", "phone")
        assert hall.ok(DISCONNECT, "pat", first) == [f"connection_closed pat {first}"]
        assert hall.ok(DISCONNECT, "pat", second) == ["disconnected pat"]
        assert hall.engine.room.people["pat"].presence == "away"
