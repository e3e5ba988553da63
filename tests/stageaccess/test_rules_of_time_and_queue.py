"""Rules T1 to T9 (time) and Q1 to Q4 (the queue)."""

import pytest

from agree import Pair, brief
from reference import MODES

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES


@pytest.mark.rule("T1")
def test_a_request_ends_at_exactly_its_time() -> None:
    pair = Pair(request_ttl=1.5).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat", at=1)
    assert pair.wait(2.499) == []
    due = pair.wait(9)
    assert brief(due) == ["request_closed pat by system r1 expired"]
    assert due[0]["at"] == 2.5
    pair.ok("ask_to_join", "pat")


@pytest.mark.rule("T2")
@pytest.mark.parametrize("origin", ["request", "direct"])
def test_an_invitation_ends_at_exactly_its_time(origin: str) -> None:
    pair = Pair(invitation_ttl=5).open(mia="moderator", pat="participant")
    if origin == "request":
        pair.ok("ask_to_join", "pat")
    pair.ok("invite", "mia", at=1, to="pat")
    assert pair.wait(5.999) == []
    answer = pair.do("join_stage", "pat", at=6)
    assert brief(answer["due"]) == ["invitation_closed pat by system i1 expired"]
    assert answer["reason"] == "approval_needed"


@pytest.mark.rule("T2")
def test_an_invitation_waits_for_who_prepares() -> None:
    pair = Pair(invitation_ttl=5).open(mia="moderator", pat="participant", bo="participant", cy="participant")
    for name in ["pat", "bo", "cy"]:
        pair.ok("invite", "mia", to=name)
    for name in ["pat", "bo", "cy"]:
        pair.ok("join_stage", name, at=1)
    pair.ok("cancel_join", "cy", at=2)
    assert brief(pair.wait(5)) == ["invitation_closed cy by system i3 expired"]
    assert brief(pair.ok("cancel_join", "pat", at=5)) == [
        "setup_cancelled pat by pat backed_out",
        "invitation_closed pat by system i1 expired",
    ]
    assert pair.standing("pat") == "viewer"
    assert pair.wait(99) == []
    pair.ok("go_live", "bo")


@pytest.mark.rule("T3")
def test_cooling_down_after_declined() -> None:
    pair = Pair(request_cooldown=10).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat", at=1)
    pair.ok("decline_request", "mia", at=2.25, to="pat")
    answer = pair.do("ask_to_join", "pat", at=3)
    assert (answer["reason"], answer["seconds_left"]) == ("cooling_down", 9.25)
    pair.ok("leave_room", "pat")
    pair.ok("enter_room", "pat", role="participant")
    answer = pair.do("ask_to_join", "pat", at=12.249)
    assert (answer["reason"], answer["seconds_left"]) == ("cooling_down", 0.001)
    pair.ok("ask_to_join", "pat", at=12.25)


@pytest.mark.rule("T3")
@pytest.mark.parametrize("ending", ["cancelled", "cleared", "expired", "revoked", "declined invitation"])
def test_nothing_but_declined_cools_down(ending: str) -> None:
    pair = Pair(request_cooldown=60, request_ttl=5).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    match ending:
        case "cancelled":
            pair.ok("cancel_request", "pat")
        case "cleared":
            pair.ok("clear_requests", "mia")
        case "expired":
            pair.wait(5)
        case "revoked":
            pair.ok("bring_to_stage", "mia", to="pat")
            pair.ok("revoke_invitation", "mia", to="pat")
        case "declined invitation":
            pair.ok("bring_to_stage", "mia", to="pat")
            pair.ok("decline_invitation", "pat")
    assert brief(pair.ok("ask_to_join", "pat")) == ["request_created pat by pat r2"]


@pytest.mark.rule("T4")
def test_so_many_asks_in_a_window() -> None:
    pair = Pair(request_limit={"count": 2, "window": 10}).open(mia="moderator", pat="participant", bo="participant")
    for at in [0, 4]:
        pair.ok("ask_to_join", "pat", at=at)
        assert pair.reason("ask_to_join", "pat") == "already_requested"
        pair.ok("cancel_request", "pat")
    pair.ok("ask_to_join", "bo", at=9)
    pair.ok("leave_room", "pat")
    pair.ok("enter_room", "pat", role="participant")
    assert pair.reason("ask_to_join", "pat", at=9.999) == "too_many_requests"
    pair.ok("ask_to_join", "pat", at=10)
    pair.ok("cancel_request", "pat")
    assert pair.reason("ask_to_join", "pat", at=13.999) == "too_many_requests"
    pair.ok("ask_to_join", "pat", at=14)


@pytest.mark.rule("T4")
def test_no_asks_at_all() -> None:
    pair = Pair(request_limit={"count": 0, "window": 10}).open(pat="participant")
    assert pair.reason("ask_to_join", "pat") == "too_many_requests"


@pytest.mark.rule("T5")
def test_who_is_away_keeps_everything() -> None:
    pair = Pair(reconnect_grace=10).open(mia="moderator", pat="participant", bo="participant", cy="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("ask_to_join", "bo")
    pair.ok("invite", "mia", to="cy")
    for name in ["pat", "cy"]:
        assert brief(pair.ok("disconnect", name, at=1)) == [f"disconnected {name} by {name}"]
    assert pair.state()["queue"] == ["pat", "bo"]
    pair.ok("bring_to_stage", "mia", to="pat")
    assert pair.wait(10.999) == []
    assert brief(pair.ok("reconnect", "pat")) == ["reconnected pat by pat"]
    assert brief(pair.wait(11)) == ["invitation_closed cy by system i1 left_room", "left_room cy by system grace_over"]
    pair.ok("join_stage", "pat")


@pytest.mark.rule("T5")
def test_a_second_absence_has_its_own_time() -> None:
    pair = Pair(reconnect_grace=10).open(pat="participant")
    pair.ok("disconnect", "pat", at=1)
    pair.ok("reconnect", "pat", at=5)
    pair.ok("disconnect", "pat", at=6)
    assert pair.wait(15.999) == []
    assert brief(pair.wait(16)) == ["left_room pat by system grace_over"]


@pytest.mark.rule("T5")
def test_without_grace_and_explicitly_it_is_at_once() -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    assert brief(pair.ok("disconnect", "pat")) == [
        "request_closed pat by pat r1 left_room",
        "left_room pat by pat disconnect",
    ]
    pair = Pair(reconnect_grace=10).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("disconnect", "pat")
    assert brief(pair.ok("leave_room", "pat")) == [
        "request_closed pat by pat r1 left_room",
        "left_room pat by pat explicit",
    ]
    pair.ok("enter_room", "pat", role="participant")
    assert pair.wait(99) == []


LEAVERS = {
    "requested": (["ask_to_join"], ["request_closed pat by {by} r1 left_room"]),
    "invited": (["invite"], ["invitation_closed pat by {by} i1 left_room"]),
    "preparing/invitation": (
        ["invite", "join_stage"],
        ["invitation_closed pat by {by} i1 left_room", "setup_cancelled pat by {by} left_room"],
    ),
    "preparing/self": (["everyone", "join_stage"], ["setup_cancelled pat by {by} left_room"]),
    "on_stage": (["invite", "join_stage", "go_live"], ["stage_left pat by {by} left_room"]),
}


def lead_to(pair: Pair, steps: list[str]) -> None:
    for step in steps:
        if step == "everyone":
            pair.ok("set_mode", "mia", mode=EVERYONE)
        elif step == "invite":
            pair.ok("invite", "mia", to="pat")
        else:
            pair.ok(step, "pat")


@pytest.mark.rule("T6")
@pytest.mark.parametrize("how", ["explicit", "grace_over", "disconnect"])
@pytest.mark.parametrize("position", LEAVERS)
def test_what_a_leaver_leaves_behind(position: str, how: str) -> None:
    steps, closings = LEAVERS[position]
    pair = Pair(reconnect_grace=10 if how == "grace_over" else 0).open(mia="moderator", pat="participant")
    lead_to(pair, steps)
    by = "system" if how == "grace_over" else "pat"
    if how == "grace_over":
        pair.ok("disconnect", "pat")
        events = pair.wait(10)
    else:
        events = pair.ok("leave_room" if how == "explicit" else "disconnect", "pat")
    assert brief(events) == [*(line.format(by=by) for line in closings), f"left_room pat by {by} {how}"]
    assert pair.state()["people"]["pat"] == {"role": "participant", "presence": "gone", "standing": "viewer"}
    pair.ok("enter_room", "pat", role="moderator", client="mobile")
    assert pair.state()["people"]["pat"] == {"role": "moderator", "presence": "present", "standing": "viewer"}


@pytest.mark.rule("T7")
def test_due_times_come_first_by_deadline_then_by_creation() -> None:
    pair = Pair(request_ttl=10, invitation_ttl=6, reconnect_grace=4)
    pair.open(mia="moderator", pat="participant", bo="participant", cy="participant", dee="participant")
    pair.ok("ask_to_join", "pat", at=0)
    pair.ok("invite", "mia", at=4, to="bo")
    pair.ok("disconnect", "cy", at=6)
    pair.ok("invite", "mia", at=6, to="dee")
    answer = pair.do("ask_to_join", "pat", at=12)
    assert brief(answer["due"]) == [
        "request_closed pat by system r1 expired",
        "invitation_closed bo by system i1 expired",
        "left_room cy by system grace_over",
        "invitation_closed dee by system i2 expired",
    ]
    assert [event["at"] for event in answer["due"]] == [10, 10, 10, 12]
    assert brief(answer["events"]) == ["request_created pat by pat r2"]


@pytest.mark.rule("T7")
def test_due_times_come_before_a_command_that_is_rejected() -> None:
    pair = Pair(request_ttl=10).open(pat="participant")
    pair.ok("ask_to_join", "pat")
    answer = pair.do("cancel_request", "pat", at=10)
    assert (answer["reason"], brief(answer["due"])) == ("no_open_request", ["request_closed pat by system r1 expired"])


@pytest.mark.rule("T7")
def test_what_lives_for_no_time_has_ended_before_the_next_command() -> None:
    pair = Pair(request_ttl=0, invitation_ttl=0).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat", at=5)
    assert pair.state()["queue"] == ["pat"]
    assert {"do": "ask_to_join"} in pair.actions("pat")
    assert {"do": "clear_requests"} not in pair.actions("mia")
    answer = pair.do("bring_to_stage", "mia", to="pat")
    assert brief(answer["due"]) == ["request_closed pat by system r1 expired"]
    assert answer["reason"] == "no_open_request"
    pair.ok("invite", "mia", to="pat")
    assert {"do": "invite", "to": "pat"} in pair.actions("mia")
    assert pair.reason("join_stage", "pat") == "approval_needed"


@pytest.mark.rule("T8")
def test_promotion() -> None:
    pair = Pair().open(mia="moderator", req="participant", inv="participant", prep="participant", live="participant")
    pair.ok("ask_to_join", "req")
    for name in ["inv", "prep", "live"]:
        pair.ok("invite", "mia", to=name)
    for name in ["prep", "live"]:
        pair.ok("join_stage", name)
    pair.ok("go_live", "live")
    assert brief(pair.ok("change_role", "mia", to="req", role="moderator")) == [
        "role_changed req by mia moderator",
        "request_closed req by mia r1 superseded",
    ]
    for name in ["inv", "prep", "live"]:
        assert brief(pair.ok("change_role", "mia", to=name, role="moderator")) == [
            f"role_changed {name} by mia moderator"
        ]
    standings = [pair.standing(name) for name in ["req", "inv", "prep", "live"]]
    assert standings == ["viewer", "invited", "preparing", "on_stage"]
    pair.ok("set_mode", "req", mode=INVITE_ONLY)


@pytest.mark.rule("T8")
@pytest.mark.parametrize("mode", MODES)
def test_demotion(mode: str) -> None:
    pair = Pair(mode).open(hal="host", own="moderator", inv="moderator", live="moderator")
    pair.ok("invite", "hal", to="inv")
    for name in ["own", "inv", "live"]:
        pair.ok("join_stage", name)
    pair.ok("go_live", "live")
    for name in ["inv", "live"]:
        assert brief(pair.ok("change_role", "hal", to=name, role="participant")) == [
            f"role_changed {name} by hal participant"
        ]
        assert pair.reason("clear_requests", name) == "not_staff"
    events = brief(pair.ok("change_role", "hal", to="own", role="participant"))
    ends = [] if mode == EVERYONE else ["setup_cancelled own by hal role_changed"]
    assert events == ["role_changed own by hal participant", *ends]
    assert [pair.standing(name) for name in ["inv", "live"]] == ["preparing", "on_stage"]


@pytest.mark.rule("T9")
def test_the_end_of_the_session() -> None:
    pair = Pair(reconnect_grace=10)
    pair.open(
        mia="moderator", live="participant", prep="participant", inv="participant", req="participant", v="participant"
    )
    for name in ["inv", "prep", "live"]:
        pair.ok("invite", "mia", to=name)
    for name in ["prep", "live", "mia"]:
        pair.ok("join_stage", name)
    pair.ok("go_live", "live")
    pair.ok("ask_to_join", "req")
    pair.ok("leave_room", "mia")
    pair.ok("enter_room", "mia", role="moderator")
    pair.ok("join_stage", "mia")
    pair.ok("disconnect", "prep")
    assert brief(pair.ok("end_session", at=3)) == [
        "stage_left live by system session_ended",
        "invitation_closed prep by system i2 session_ended",
        "setup_cancelled prep by system session_ended",
        "invitation_closed inv by system i1 session_ended",
        "request_closed req by system r1 session_ended",
        "setup_cancelled mia by system session_ended",
        "session_ended system by system",
    ]
    state = pair.state()
    assert (state["live"], state["queue"], state["on_stage"]) == (False, [], [])
    assert {person["standing"] for person in state["people"].values()} == {"viewer"}
    assert brief(pair.wait(10)) == ["left_room prep by system grace_over"]


@pytest.mark.rule("Q1")
def test_a_repeated_ask_keeps_its_place() -> None:
    pair = Pair().open(pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat", at=1)
    pair.ok("ask_to_join", "bo", at=1)
    assert pair.reason("ask_to_join", "pat", at=1) == "already_requested"
    assert pair.state()["queue"] == ["pat", "bo"]


@pytest.mark.rule("Q2")
@pytest.mark.parametrize("ending", ["declined", "cancelled", "expired", "cleared"])
def test_asking_again_goes_to_the_end(ending: str) -> None:
    pair = Pair(request_ttl=10 if ending == "expired" else None)
    pair.open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("ask_to_join", "bo", at=5)
    match ending:
        case "declined":
            pair.ok("decline_request", "mia", to="pat")
        case "cancelled":
            pair.ok("cancel_request", "pat")
        case "expired":
            pair.wait(10)
        case "cleared":
            pair.ok("clear_requests", "mia")
            pair.ok("ask_to_join", "bo")
    pair.ok("ask_to_join", "pat")
    assert pair.state()["queue"] == ["bo", "pat"]


@pytest.mark.rule("Q3")
def test_requests_and_invitations_belong_to_the_room() -> None:
    pair = Pair().open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("invite", "mia", to="bo")
    pair.ok("leave_room", "mia")
    pair.ok("enter_room", "max", role="moderator")
    assert pair.state()["queue"] == ["pat"]
    assert {"do": "bring_to_stage", "to": "pat"} in pair.actions("max")
    pair.ok("bring_to_stage", "max", to="pat")
    pair.ok("revoke_invitation", "max", to="bo")


@pytest.mark.rule("Q4")
def test_the_same_id_gets_the_first_answer_again() -> None:
    pair = Pair(request_ttl=10, request_cooldown=60).open(mia="moderator", pat="participant")
    first = pair.do("ask_to_join", "pat", at=1, id="c1")
    again = pair.do("ask_to_join", "pat", at=11, id="c1")
    assert again["events"] == first["events"]
    assert brief(again["due"]) == ["request_closed pat by system r1 expired"]
    assert pair.do("leave_room", "mia", at=11, id="c1") == {**first, "due": []}
    assert pair.state()["people"]["mia"]["presence"] == "present"
    assert pair.state()["queue"] == []


@pytest.mark.rule("Q4")
def test_a_rejection_is_remembered_with_its_details_and_an_error_is_not() -> None:
    pair = Pair(request_cooldown=60).open(mia="moderator", pat="participant")
    assert "error" in pair.do("ask_to_join", "pat", id="c1", to="mia")
    pair.ok("ask_to_join", "pat", id="c1")
    pair.ok("decline_request", "mia", to="pat", at=5)
    late = pair.do("ask_to_join", "pat", at=15, id="c2")
    assert (late["reason"], late["seconds_left"]) == ("cooling_down", 50)
    assert pair.do("ask_to_join", "pat", at=65, id="c2") == late
    resolved = pair.do("bring_to_stage", "mia", to="pat", request="r1", id="c3")
    assert pair.do("bring_to_stage", "mia", to="pat", request="r1", id="c3") == resolved
    assert "error" in pair.do("ask_to_join", "pat", at=1, id="c2")
