"""Rules S1 to S8 (staff), M1 to M4 (mode changes) and C1 to C3 (capacity)."""

from typing import Any

import pytest

from agree import Pair, brief
from reference import MODES
from stageaccess import Mode, RoomConfig

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES


def on_stage(pair: Pair, *names: str, at: float | None = None) -> None:
    for name in names:
        pair.ok("join_stage", name, at=at)
        pair.ok("go_live", name)


@pytest.mark.rule("S1")
@pytest.mark.parametrize("mode", MODES)
def test_staff_invite_in_every_mode(mode: str) -> None:
    pair = Pair(mode).open(mia="moderator", pat="participant")
    assert brief(pair.ok("invite", "mia", to="pat")) == ["invitation_created pat by mia i1 direct"]


@pytest.mark.rule("S1")
def test_inviting_a_requester_approves_the_request() -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    events = pair.ok("invite", "mia", to="pat")
    assert brief(events) == ["request_closed pat by mia r1 approved", "invitation_created pat by mia i1 request r1"]
    assert pair.reason("bring_to_stage", "mia", to="pat") == "no_open_request"
    assert pair.reason("invite", "mia", to="pat") == "already_invited"
    assert pair.state()["queue"] == []


@pytest.mark.rule("S2")
@pytest.mark.parametrize("late", ["bring_to_stage", "decline_request"])
@pytest.mark.parametrize(("first", "outcome"), [("bring_to_stage", "approved"), ("decline_request", "declined")])
def test_the_first_decision_wins(first: str, outcome: str, late: str) -> None:
    pair = Pair().open(mia="moderator", max="host", pat="participant")
    pair.ok("ask_to_join", "pat", at=1)
    pair.ok(first, "mia", at=2, to="pat", request="r1")
    answer = pair.do(late, "max", at=2, to="pat", request="r1")
    assert answer["reason"] == "request_already_resolved"
    assert (answer["outcome"], answer["resolved_by"]) == (outcome, "mia")


@pytest.mark.rule("S2")
def test_who_resolved_a_request_that_expired() -> None:
    pair = Pair(request_ttl=5).open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat", at=1)
    answer = pair.do("bring_to_stage", "mia", at=6, to="pat", request="r1")
    assert brief(answer["due"]) == ["request_closed pat by system r1 expired"]
    assert (answer["reason"], answer["outcome"], answer["resolved_by"]) == (
        "request_already_resolved",
        "expired",
        "system",
    )


@pytest.mark.rule("S2")
def test_a_request_of_another_or_of_nobody() -> None:
    pair = Pair().open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("ask_to_join", "bo")
    for wrong in ["r2", "r3", "R1", "i1", "1"]:
        assert pair.reason("bring_to_stage", "mia", to="pat", request=wrong) == "no_open_request"
    pair.ok("decline_request", "mia", to="bo", request="r2")
    assert pair.reason("bring_to_stage", "mia", to="pat", request="r2") == "no_open_request"
    pair.ok("bring_to_stage", "mia", to="pat", request="r1")


@pytest.mark.rule("S3")
def test_clearing_is_not_declining() -> None:
    pair = Pair(request_cooldown=60).open(mia="moderator", pat="participant", bo="participant")
    assert pair.ok("clear_requests", "mia") == []
    pair.ok("ask_to_join", "pat")
    pair.ok("ask_to_join", "bo")
    pair.ok("cancel_request", "pat")
    pair.ok("ask_to_join", "pat")
    events = pair.ok("clear_requests", "mia")
    assert brief(events) == ["request_closed bo by mia r2 cleared", "request_closed pat by mia r3 cleared"]
    pair.ok("ask_to_join", "pat")


@pytest.mark.rule("S4")
@pytest.mark.parametrize("mode", MODES)
def test_setting_the_present_mode_does_nothing(mode: str) -> None:
    pair = Pair(mode).open(mia="moderator", pat="participant")
    if mode == BY_REQUEST:
        pair.ok("ask_to_join", "pat")
    before = pair.state()
    assert pair.ok("set_mode", "mia", mode=mode) == []
    assert pair.state() == before


@pytest.mark.rule("S5")
def test_a_moderator_has_no_power_over_a_host() -> None:
    pair = Pair(EVERYONE).open(mia="moderator", hal="host", gil="host")
    on_stage(pair, "hal")
    assert pair.reason("remove_from_stage", "mia", to="hal") == "target_is_host"
    assert pair.reason("change_role", "mia", to="hal", role="participant") == "target_is_host"
    assert pair.reason("change_role", "mia", to="hal", role="moderator") == "target_is_host"
    assert pair.reason("change_role", "gil", to="mia", role="host") == "invalid_role"
    pair.ok("remove_from_stage", "gil", to="hal")
    pair.ok("invite", "mia", to="hal")
    pair.ok("revoke_invitation", "mia", to="hal")
    assert brief(pair.ok("change_role", "gil", to="hal", role="moderator")) == ["role_changed hal by gil moderator"]
    pair.ok("change_role", "mia", to="hal", role="participant")


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    "action",
    ["bring_to_stage", "decline_request", "invite", "revoke_invitation", "remove_from_stage", "change_role"],
)
def test_nobody_is_their_own_target(action: str) -> None:
    pair = Pair(EVERYONE).open(hal="host")
    on_stage(pair, "hal")
    more: dict[str, Any] = {"role": "participant"} if action == "change_role" else {}
    assert pair.reason(action, "hal", to="hal", **more) == "own_target"


@pytest.mark.rule("S7")
def test_an_invitation_reserves_no_place() -> None:
    pair = Pair(stage_capacity=1).open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "pat")
    pair.ok("bring_to_stage", "mia", to="pat")
    pair.ok("invite", "mia", to="bo")
    pair.ok("join_stage", "pat")
    on_stage(pair, "bo")
    assert pair.reason("go_live", "pat") == "stage_full"
    assert pair.standing("pat") == "preparing"
    pair.ok("leave_stage", "bo")
    pair.ok("go_live", "pat")


@pytest.mark.rule("S8")
@pytest.mark.parametrize(("name", "role"), [("pat", "participant"), ("max", "moderator")])
def test_the_present_role_changes_nothing(name: str, role: str) -> None:
    pair = Pair().open(mia="moderator", max="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    assert pair.ok("change_role", "mia", to=name, role=role) == []
    assert pair.state()["queue"] == ["pat"]


@pytest.mark.rule("S8")
def test_who_is_not_on_stage_does_not_speak() -> None:
    pair = Pair(EVERYONE).open(pat="participant")
    assert pair.reason("speak", "pat") == "not_on_stage"
    pair.ok("join_stage", "pat")
    assert pair.reason("speak", "pat") == "not_on_stage"
    pair.ok("go_live", "pat")
    assert brief(pair.ok("speak", "pat")) == ["spoke pat by pat"]


@pytest.mark.rule("M1", "M3", "M4")
@pytest.mark.parametrize("after", MODES)
@pytest.mark.parametrize("before", MODES)
def test_a_mode_change_moves_nobody_on_or_off_stage(before: str, after: str) -> None:
    pair = Pair(EVERYONE).open(
        mia="moderator", live="participant", inv="participant", prep="participant", own="participant", max="host"
    )
    on_stage(pair, "live", "max")
    pair.ok("invite", "mia", to="inv")
    pair.ok("invite", "mia", to="prep")
    pair.ok("join_stage", "prep")
    pair.ok("join_stage", "mia")
    if before != EVERYONE:
        pair.ok("set_mode", "mia", mode=before)
    else:
        pair.ok("join_stage", "own")
    events = pair.ok("set_mode", "max", mode=after)
    people = pair.state()["people"]
    standings = [people[name]["standing"] for name in ["live", "max", "inv", "prep", "mia"]]
    assert standings == ["on_stage", "on_stage", "invited", "preparing", "preparing"]
    if before == after:
        assert events == []
    elif before == EVERYONE:
        assert brief(events[1:]) == ["setup_cancelled own by max mode_changed"]
    else:
        assert brief(events) == [f"mode_changed max by max {after} {before}"]


@pytest.mark.rule("M2")
@pytest.mark.parametrize(("mode", "outcome"), [(EVERYONE, "superseded"), (INVITE_ONLY, "mode_changed")])
def test_leaving_join_by_request_closes_the_queue_in_order(mode: str, outcome: str) -> None:
    pair = Pair(request_cooldown=60).open(mia="moderator", pat="participant", bo="participant")
    pair.ok("ask_to_join", "bo")
    pair.ok("ask_to_join", "pat")
    assert brief(pair.ok("set_mode", "mia", mode=mode)) == [
        f"mode_changed mia by mia {mode} join_by_request",
        f"request_closed bo by mia r1 {outcome}",
        f"request_closed pat by mia r2 {outcome}",
    ]
    pair.ok("set_mode", "mia", mode=BY_REQUEST)
    assert pair.state()["queue"] == []
    pair.ok("ask_to_join", "pat")


@pytest.mark.rule("M3")
@pytest.mark.parametrize("mode", MODES)
def test_an_invitation_is_good_in_every_mode(mode: str) -> None:
    pair = Pair(EVERYONE).open(mia="moderator", pat="participant")
    pair.ok("invite", "mia", to="pat")
    pair.ok("set_mode", "mia", mode=mode)
    pair.ok("join_stage", "pat")
    assert brief(pair.ok("go_live", "pat")) == [
        "invitation_closed pat by pat i1 accepted",
        "stage_joined pat by pat invitation",
    ]


@pytest.mark.rule("M4")
@pytest.mark.parametrize("mode", [BY_REQUEST, INVITE_ONLY])
def test_own_setups_of_participants_end_in_order_of_their_start(mode: str) -> None:
    pair = Pair(EVERYONE, reconnect_grace=9).open(
        mia="moderator", pat="participant", bo="participant", cy="participant"
    )
    for name in ["cy", "mia", "pat", "bo"]:
        pair.ok("join_stage", name)
    pair.ok("cancel_join", "cy")
    pair.ok("join_stage", "cy")
    pair.ok("disconnect", "pat")
    assert brief(pair.ok("set_mode", "mia", mode=mode)[1:]) == [
        "setup_cancelled pat by mia mode_changed",
        "setup_cancelled bo by mia mode_changed",
        "setup_cancelled cy by mia mode_changed",
    ]
    pair.ok("go_live", "mia")


@pytest.mark.rule("C1")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("when_full", [None, "reject", "replace_quietest"])
def test_what_a_full_stage_does(mode: str, when_full: str | None) -> None:
    pair = Pair(mode, stage_capacity=1, when_full=when_full).open(mia="moderator", pat="participant", bo="participant")
    for name in ["pat", "bo"]:
        pair.ok("invite", "mia", to=name)
        pair.ok("join_stage", name)
    pair.ok("go_live", "pat")
    replaces = when_full == "replace_quietest" or (when_full is None and mode == EVERYONE)
    if replaces:
        assert brief(pair.ok("go_live", "bo")) == [
            "invitation_closed bo by bo i2 accepted",
            "stage_removed pat by bo capacity",
            "stage_joined bo by bo invitation",
        ]
    else:
        assert pair.reason("go_live", "bo") == "stage_full"
        assert pair.standing("bo") == "preparing"


@pytest.mark.rule("C1")
def test_the_default_follows_the_present_mode() -> None:
    pair = Pair(INVITE_ONLY, stage_capacity=1).open(mia="moderator", max="moderator", pat="participant")
    pair.ok("invite", "mia", to="pat")
    on_stage(pair, "pat")
    pair.ok("join_stage", "mia")
    assert pair.reason("go_live", "mia") == "stage_full"
    pair.ok("set_mode", "mia", mode=EVERYONE)
    pair.ok("go_live", "mia")
    assert pair.state()["on_stage"] == ["mia"]


@pytest.mark.rule("C1")
def test_a_stage_has_places() -> None:
    pair = Pair(EVERYONE)
    assert "`stage_capacity`" in pair.send({"room": {"mode": EVERYONE, "stage_capacity": 0}})["error"]
    with pytest.raises(ValueError, match="`stage_capacity`: expected a whole number, 1 or more, got `0`"):
        RoomConfig(Mode.EVERYONE_ON_STAGE, stage_capacity=0)


@pytest.mark.rule("C2")
def test_the_quietest_makes_room() -> None:
    pair = Pair(EVERYONE, stage_capacity=3).open(
        ana="participant", bo="participant", cy="participant", dee="participant"
    )
    on_stage(pair, "ana", at=1)
    on_stage(pair, "bo", at=2)
    on_stage(pair, "cy", at=3)
    pair.ok("speak", "ana", at=4)
    pair.ok("join_stage", "dee")
    assert brief(pair.ok("go_live", "dee"))[0] == "stage_removed bo by dee capacity"
    on_stage_now = pair.state()["on_stage"]
    assert on_stage_now == ["ana", "cy", "dee"]


@pytest.mark.rule("C2")
def test_a_stay_on_stage_begins_a_new_silence() -> None:
    pair = Pair(EVERYONE, stage_capacity=2).open(ana="participant", bo="participant", cy="participant")
    on_stage(pair, "ana", at=1)
    on_stage(pair, "bo", at=2)
    pair.ok("leave_stage", "ana", at=3)
    on_stage(pair, "ana", at=3)
    pair.ok("join_stage", "cy")
    assert brief(pair.ok("go_live", "cy"))[0] == "stage_removed bo by cy capacity"


@pytest.mark.rule("C2")
def test_equally_silent_the_one_who_came_earlier_goes_then_the_smaller_name() -> None:
    pair = Pair(EVERYONE, stage_capacity=3).open(
        ana="participant", bo="participant", cy="participant", dee="participant"
    )
    on_stage(pair, "cy", at=1)
    on_stage(pair, "bo", "ana", at=2)
    for name in ["ana", "cy", "bo"]:
        pair.ok("speak", name, at=5)
    pair.ok("join_stage", "dee")
    assert brief(pair.ok("go_live", "dee"))[0] == "stage_removed cy by dee capacity"
    pair.ok("join_stage", "cy")
    assert brief(pair.ok("go_live", "cy"))[0] == "stage_removed ana by cy capacity"


@pytest.mark.rule("C2")
def test_staff_do_not_make_room_until_they_are_staff_no_longer() -> None:
    pair = Pair(EVERYONE, stage_capacity=2).open(mia="moderator", max="host", pat="participant", bo="participant")
    on_stage(pair, "mia", at=1)
    on_stage(pair, "pat", at=2)
    pair.ok("join_stage", "bo", at=3)
    pair.ok("change_role", "max", to="pat", role="moderator")
    assert pair.reason("go_live", "bo") == "stage_full"
    pair.ok("change_role", "max", to="mia", role="participant")
    assert brief(pair.ok("go_live", "bo"))[0] == "stage_removed mia by bo capacity"


@pytest.mark.rule("C3")
def test_who_is_away_still_fills_a_place() -> None:
    pair = Pair(INVITE_ONLY, stage_capacity=1, reconnect_grace=10).open(mia="moderator", pat="participant")
    pair.ok("invite", "mia", to="pat")
    on_stage(pair, "pat")
    pair.ok("disconnect", "pat", at=1)
    pair.ok("join_stage", "mia")
    assert pair.reason("go_live", "mia", at=10.999) == "stage_full"
    answer = pair.do("go_live", "mia", at=11)
    assert brief(answer["due"]) == ["stage_left pat by system left_room", "left_room pat by system grace_over"]
    assert answer["accepted"]


@pytest.mark.rule("C2", "C3")
def test_who_is_away_can_be_replaced() -> None:
    pair = Pair(EVERYONE, stage_capacity=1, reconnect_grace=10).open(pat="participant", bo="participant")
    on_stage(pair, "pat")
    pair.ok("disconnect", "pat")
    pair.ok("join_stage", "bo")
    assert brief(pair.ok("go_live", "bo"))[0] == "stage_removed pat by bo capacity"
    pair.ok("reconnect", "pat")
    assert pair.standing("pat") == "viewer"
