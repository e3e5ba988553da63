"""A full stage, and what happens on it: giving up, trying again, the line, making room, removals."""

import pytest

from scenes import play, run
from stagesim.metrics import measure

FULL = """
room: {mode: everyone_on_stage, stage_capacity: 1, when_full: reject}
audience:
  wishes: {rounds: [{at: 10 s}]}
  on_stage: {stay: 100 s}
  groups:
    one: {count: 1}
    two: {count: 1, setup: {time: 5 s}}
    three: {count: 1, setup: {time: 7 s}}
"""


def full(habit: str) -> str:
    return FULL.replace("  groups:", f"  full_stage: {habit}\n  groups:")


def test_giving_up_on_a_full_stage() -> None:
    assert play(full("{then: give_up}"), "rejected setup_cancelled wish_refused") == [
        "15 rejected two-1 go_live stage_full",
        "15 setup_cancelled two-1 backed_out",
        "15 wish_refused two-1 full_stage",
        "17 rejected three-1 go_live stage_full",
        "17 setup_cancelled three-1 backed_out",
        "17 wish_refused three-1 full_stage",
    ]


def test_trying_again_every_now_and_then() -> None:
    assert play(full("{then: retry, retry_after: 40 s}"), "rejected stage_joined") == [
        "10 stage_joined one-1 self",
        "15 rejected two-1 go_live stage_full",
        "17 rejected three-1 go_live stage_full",
        "55 rejected two-1 go_live stage_full",
        "57 rejected three-1 go_live stage_full",
        "95 rejected two-1 go_live stage_full",
        "97 rejected three-1 go_live stage_full",
        "135 stage_joined two-1 self",
        "137 rejected three-1 go_live stage_full",
        "177 rejected three-1 go_live stage_full",
        "217 rejected three-1 go_live stage_full",
        "257 stage_joined three-1 self",
    ]


def test_the_line_for_a_place_is_first_come_first_served() -> None:
    assert play(full("{then: wait}"), "stage_") == [
        "10 stage_joined one-1 self",
        "110 stage_left one-1 left",
        "110 stage_joined two-1 self",
        "210 stage_left two-1 left",
        "210 stage_joined three-1 self",
        "310 stage_left three-1 left",
    ]


@pytest.mark.parametrize("habit", ["{then: wait}", "{then: retry, retry_after: 15 s}"])
def test_patience_ends_before_the_place_is_free(habit: str) -> None:
    scene = full(habit).replace("    two: {count: 1,", "    two: {count: 1, patience: 30 s,")
    assert play(scene, "wish_given_up setup_cancelled", who=["two-1"]) == [
        "40 setup_cancelled two-1 backed_out",
        "40 wish_given_up two-1 full_stage",
    ]


@pytest.mark.parametrize("habit", ["{then: wait}", "{then: retry, retry_after: 15 s}"])
def test_whoever_comes_to_a_full_stage_too_late_gives_up_at_once(habit: str) -> None:
    """Patience ended during the set-up."""
    scene = full(habit).replace("    two: {count: 1,", "    two: {count: 1, patience: 2 s,")
    assert play(scene, "wish_given_up", who=["two-1"]) == ["15 wish_given_up two-1 full_stage"]


EVICTION = """
room: {mode: everyone_on_stage, stage_capacity: 2}
audience:
  on_stage: {stay: 5 min}
  groups:
    talker: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {pulse: 30 s}}
    listener: {count: 1, wishes: {rounds: [{at: 20 s}]}}
    newcomer: {count: 1, wishes: {rounds: [{at: 100 s}]}}
"""


def test_the_quietest_makes_room_for_a_newcomer() -> None:
    assert play(EVICTION, "stage_removed stage_joined") == [
        "10 stage_joined talker-1 self",
        "20 stage_joined listener-1 self",
        "100 stage_removed listener-1 capacity",
        "100 stage_joined newcomer-1 self",
    ]


def test_people_on_stage_speak_in_their_own_rhythm() -> None:
    assert play(EVICTION, "spoke", who=["talker-1"])[:3] == [
        "40 spoke talker-1",
        "70 spoke talker-1",
        "100 spoke talker-1",
    ]


OVERSTAY = """
room: {mode: everyone_on_stage}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
  on_stage: {stay: 60 s, overstay: 1, overstay_by: 2 min}
"""


def test_an_overstay_lasts_as_long_as_nobody_minds() -> None:
    assert play(OVERSTAY, "stage_left stage_removed") == ["190 stage_left audience-1 left"]


def test_a_moderator_ends_a_stay_beyond_the_allowance() -> None:
    scene = OVERSTAY + "moderators: {removes: {allowance: 90 s, reaction: 5 s}}"
    assert play(scene, "stage_left stage_removed by") == ["105 stage_removed audience-1 moderator by moderators-1"]


def test_staff_on_stage_have_no_allowance() -> None:
    scene = """
moderators: {removes: {allowance: 30 s}}
script:
  - {at: -10 s, do: enter_room, by: hana, role: host}
  - {at: 1 s, do: join_stage, by: hana}
  - {at: 2 s, do: go_live, by: hana}
"""
    assert play(scene, "stage_left stage_removed rejected") == ["600 stage_left hana session_ended"]


def test_whoever_disturbs_is_removed() -> None:
    scene = """
room: {mode: everyone_on_stage}
moderators: {removes: {disruptive_after: 15 s}}
audience: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 2 min, disruptive: 1}}
"""
    log = run(scene)
    assert measure(log)["disrupted_time"] == 15
    assert play(scene, "disruption_started stage_removed") == [
        "10 disruption_started audience-1",
        "25 stage_removed audience-1 moderator",
    ]
