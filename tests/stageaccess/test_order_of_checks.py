"""The order of checks: where two checks fail, the earlier one gives the reason."""

import pytest

from agree import Pair
from reference import MODES

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES
OPENS = ["enter_room", "leave_room", "disconnect", "reconnect", "start_session"]
PLAIN = ["ask_to_join", "cancel_request", "join_stage", "go_live", "cancel_join", "decline_invitation", "leave_stage"]


@pytest.mark.parametrize("action", [*PLAIN, "speak", "clear_requests"])
def test_nothing_is_decided_before_the_session(action: str) -> None:
    pair = Pair()
    assert pair.reason(action, "nobody") == "session_not_live"
    pair.ok("enter_room", "pat", role="participant")
    assert pair.reason(action, "pat") == "session_not_live"


def test_before_the_session_people_come_and_go() -> None:
    pair = Pair(reconnect_grace=5)
    pair.ok("enter_room", "pat", role="participant")
    pair.ok("disconnect", "pat")
    pair.ok("reconnect", "pat")
    pair.ok("leave_room", "pat")
    assert pair.reason("end_session") == "session_not_live"
    pair.ok("start_session")
    assert pair.reason("start_session") == "already_live"


def test_after_the_session_people_only_go() -> None:
    pair = Pair(reconnect_grace=5).open(pat="participant", mia="host", bo="participant")
    pair.ok("disconnect", "bo")
    pair.ok("end_session")
    assert pair.reason("reconnect", "bo") == "session_not_live"
    assert pair.reason("enter_room", "new", role="host") == "session_not_live"
    assert pair.reason("start_session") == "session_not_live"
    assert pair.reason("end_session") == "session_not_live"
    assert pair.reason("set_mode", "mia", mode=INVITE_ONLY) == "session_not_live"
    pair.ok("disconnect", "pat")
    pair.ok("leave_room", "mia")
    assert [event["event"] for event in pair.wait(5)] == ["left_room", "left_room"]
    assert pair.reason("leave_room", "mia") == "actor_not_present"


def test_the_actor_comes_before_their_rights() -> None:
    pair = Pair(reconnect_grace=5).open(mia="moderator", pat="participant", bo="participant", cy="participant")
    pair.ok("disconnect", "pat")
    pair.ok("leave_room", "bo")
    assert pair.reason("set_mode", "nobody", mode=INVITE_ONLY) == "unknown_actor"
    assert pair.reason("set_mode", "pat", mode=INVITE_ONLY) == "actor_not_present"
    assert pair.reason("invite", "bo", to="bo") == "actor_not_present"
    assert pair.reason("reconnect", "nobody") == "unknown_actor"
    assert pair.reason("reconnect", "bo") == "actor_not_present"
    assert pair.reason("reconnect", "cy") == "not_away"
    assert pair.reason("disconnect", "pat") == "actor_not_present"
    assert pair.reason("leave_room", "bo") == "actor_not_present"
    assert pair.reason("enter_room", "pat", role="host") == "already_in_room"
    assert pair.reason("enter_room", "cy", role="host") == "already_in_room"
    pair.ok("enter_room", "bo", role="host")
    pair.ok("leave_room", "pat")


def test_staff_comes_before_the_device_and_the_target() -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    assert pair.reason("set_mode", "pat", mode=INVITE_ONLY, client="mobile") == "not_staff"
    assert pair.reason("set_mode", "mia", mode=BY_REQUEST, client="mobile") == "not_on_mobile"
    assert pair.reason("invite", "pat", to="pat") == "not_staff"
    assert pair.reason("invite", "pat", to="nobody") == "not_staff"


def test_the_order_of_the_checks_of_a_target() -> None:
    pair = Pair(reconnect_grace=5).open(mia="moderator", hal="host", gil="host", pat="participant")
    pair.ok("leave_room", "gil")
    pair.ok("disconnect", "pat")
    assert pair.reason("change_role", "mia", to="mia", role="host") == "own_target"
    assert pair.reason("change_role", "hal", to="hal", role="host") == "own_target"
    assert pair.reason("change_role", "mia", to="gil", role="host") == "unknown_target"
    assert pair.reason("remove_from_stage", "mia", to="system") == "unknown_target"
    assert pair.reason("change_role", "mia", to="hal", role="host") == "target_is_host"
    assert pair.reason("remove_from_stage", "mia", to="hal") == "target_is_host"
    assert pair.reason("change_role", "mia", to="pat", role="host") == "invalid_role"
    pair.ok("invite", "mia", to="hal")
    pair.ok("invite", "mia", to="pat")


def test_the_target_comes_before_the_request() -> None:
    pair = Pair().open(mia="moderator", max="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("ask_to_join", "bo")
    pair.ok("decline_request", "mia", to="pat")
    pair.ok("leave_room", "bo")
    pair.ok("change_role", "mia", to="pat", role="moderator")
    assert pair.reason("decline_request", "pat", to="pat", request="r1") == "own_target"
    assert pair.reason("decline_request", "mia", to="bo", request="r2") == "unknown_target"


def test_the_request_comes_before_the_cell() -> None:
    pair = Pair().open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("cancel_request", "pat")
    pair.ok("ask_to_join", "pat")
    answer = pair.do("bring_to_stage", "mia", to="pat", request="r1")
    assert (answer["reason"], answer["outcome"], answer["resolved_by"]) == (
        "request_already_resolved",
        "cancelled",
        "pat",
    )
    assert pair.reason("bring_to_stage", "mia", to="bo", request="r1") == "no_open_request"
    assert pair.reason("bring_to_stage", "mia", to="bo", request="r9") == "no_open_request"
    assert pair.reason("bring_to_stage", "mia", to="pat", request="r9") == "no_open_request"
    pair.ok("bring_to_stage", "mia", to="pat", request="r2")
    assert pair.reason("decline_request", "mia", to="pat", request="r2") == "request_already_resolved"
    assert pair.reason("decline_request", "mia", to="pat") == "no_open_request"


def test_the_cell_comes_before_cooling_down_and_that_before_the_limit() -> None:
    limit = {"count": 1, "window": 100}
    pair = Pair(request_cooldown=10, request_limit=limit).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    assert pair.reason("ask_to_join", "pat") == "already_requested"
    pair.ok("decline_request", "mia", to="pat")
    assert pair.reason("ask_to_join", "pat", at=9.999) == "cooling_down"
    pair.ok("set_mode", "mia", mode=INVITE_ONLY)
    assert pair.reason("ask_to_join", "pat") == "requests_closed"
    pair.ok("set_mode", "mia", mode=BY_REQUEST)
    assert pair.reason("ask_to_join", "pat", at=10) == "too_many_requests"
    pair.ok("invite", "mia", to="pat")
    assert pair.reason("ask_to_join", "pat") == "already_invited"


def test_the_full_stage_comes_last() -> None:
    pair = Pair(stage_capacity=1).open(mia="moderator", pat="participant")
    for action in ["join_stage", "go_live"]:
        pair.ok(action, "mia")
    assert pair.reason("go_live", "pat") == "not_preparing"
    assert pair.reason("go_live", "mia") == "already_on_stage"
    pair.ok("invite", "mia", to="pat")
    pair.ok("join_stage", "pat")
    assert pair.reason("go_live", "pat") == "stage_full"


MALFORMED = [
    ("do", {"do": "dance", "by": "pat"}),
    ("do", {"by": "pat"}),
    ("by", {"do": "ask_to_join"}),
    ("by", {"do": "ask_to_join", "by": "system"}),
    ("by", {"do": "ask_to_join", "by": ""}),
    ("by", {"do": "end_session", "by": "mia"}),
    ("to", {"do": "invite", "by": "mia"}),
    ("to", {"do": "ask_to_join", "by": "pat", "to": "mia"}),
    ("mode", {"do": "set_mode", "by": "mia"}),
    ("mode", {"do": "set_mode", "by": "mia", "mode": "open"}),
    ("mode", {"do": "go_live", "by": "pat", "mode": "invite_only"}),
    ("role", {"do": "enter_room", "by": "new"}),
    ("role", {"do": "change_role", "by": "mia", "to": "pat", "role": "king"}),
    ("role", {"do": "invite", "by": "mia", "to": "pat", "role": "host"}),
    ("request", {"do": "invite", "by": "mia", "to": "pat", "request": "r1"}),
    ("request", {"do": "bring_to_stage", "by": "mia", "to": "pat", "request": 1}),
    ("client", {"do": "ask_to_join", "by": "pat", "client": "watch"}),
    ("id", {"do": "ask_to_join", "by": "pat", "id": 7}),
    ("at", {"do": "ask_to_join", "by": "pat", "at": 6.9999}),
    ("at", {"do": "ask_to_join", "by": "pat", "at": 4.999}),
    ("at", {"do": "ask_to_join", "by": "pat", "at": -1}),
]


@pytest.mark.parametrize(("field", "fields"), MALFORMED)
def test_a_malformed_command_is_an_error_that_names_the_field(field: str, fields: dict[str, object]) -> None:
    pair = Pair(request_ttl=6).open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "bo", at=1)
    pair.wait(5)
    before = pair.state()
    answer = pair.send({"at": 8, **fields})
    assert f"`{field}`" in answer["error"]
    assert pair.state() == before
    assert [event["event"] for event in pair.wait(7)] == ["request_closed"]
