"""Ease changes demand: a wish is acted on where it is strong enough for the mode."""

from scenes import play, run
from stagesim.metrics import measure

SCENE = """
audience:
  count: 60
  wishes: {rounds: [{at: 10 s}], readiness: {everyone_on_stage: 0.8, join_by_request: 0.4, invite_only: 0.2}}
  patience: 30 s
  silent: 1
  on_stage: {stay: 5 s}
moderators: {approve_up_to: unlimited, review: {time: 0 s}}
"""


def on_stage(scene: str, mode: str) -> set[str]:
    return {line.split()[2] for line in play(scene, "stage_joined", mode=mode)}


def test_whoever_acts_where_it_is_hard_acts_where_it_is_easy() -> None:
    easy, middle, hard = (on_stage(SCENE, mode) for mode in ("everyone_on_stage", "join_by_request", "invite_only"))
    assert hard < middle < easy
    assert len(easy) < 60


def test_a_wish_that_is_never_acted_on_counts_all_the_same() -> None:
    log = run(SCENE, mode="join_by_request")
    figures, acted = measure(log), len(on_stage(SCENE, "join_by_request"))
    assert figures["wishes"] == 60
    assert figures["wishes_heard_share"] == acted / 60
    assert figures["wishes_not_tried_share"] == 1 - acted / 60
    assert figures["wishes_given_up_share"] == figures["wishes_open_share"] == 0
    assert {(row["at"] - 60, row["cause"]) for row in log.rows() if row["event"] == "wish_not_tried"} == {
        (40, "patience")
    }


def test_a_change_of_mode_is_another_chance_while_patience_lasts() -> None:
    asked = on_stage(SCENE, "join_by_request")
    switched = SCENE + "timetable: [{at: 20 s, mode: everyone_on_stage}]"
    found = on_stage(switched, "join_by_request")
    assert asked < found == on_stage(SCENE, "everyone_on_stage")
    assert on_stage(switched.replace("20 s, mode", "50 s, mode"), "join_by_request") == asked


def test_where_nobody_is_ready_wishes_are_over_with_the_session() -> None:
    scene = SCENE.replace("patience: 30 s", "").replace("join_by_request: 0.4", "join_by_request: 0")
    told = play(scene, "wish_not_tried request_", mode="join_by_request")
    assert told == [f"600 wish_not_tried audience-{number} session_ended" for number in range(1, 61)]


def test_an_invitation_is_answered_by_whoever_holds_back() -> None:
    scene = """
audience: {count: 1, wishes: {rounds: [{at: 10 s}], readiness: {join_by_request: 0}}, on_stage: {stay: 5 s}}
moderators: {invites: {every: 20 s, limit: 1}}
"""
    assert play(scene, "wish_satisfied stage_joined wish_not_tried") == [
        "20 stage_joined audience-1 invitation",
        "20 wish_satisfied audience-1",
    ]


def test_who_asked_before_the_mode_changed_has_tried() -> None:
    scene = """
audience: {count: 1, patience: 60 s, wishes: {rounds: [{at: 10 s}], readiness: {everyone_on_stage: 0}}}
moderators: {arrival: 1 s, reaction: 5 min}
timetable: [{at: 20 s, mode: everyone_on_stage}]
"""
    assert play(scene, "wish_given_up wish_not_tried") == ["70 wish_given_up audience-1 patience"]


def test_whoever_gives_up_without_a_word_costs_staff_a_look_with_a_button_as_without_one() -> None:
    scene = """
audience: {count: 1, patience: 5 s, silent: 1, wishes: {rounds: [{at: 10 s}]}}
moderators: {reaction: 20 s, review: {time: 10 s}}
"""
    for mode in ("join_by_request", "invite_only"):
        assert play(scene, "wish_given_up review_ invitation_created", mode=mode) == [
            "15 wish_given_up audience-1 patience",
            "30 review_started audience-1",
            "40 review_ended audience-1",
        ]
