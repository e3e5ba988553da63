"""When people come, lose connections and leave, and when the mode changes."""

from scenes import play

MOMENTS = "entered left_room disconnected reconnected"


def test_people_come_before_the_start_and_after_it() -> None:
    scene = """
audience:
  groups:
    early: {count: 1, arrival: -30 s}
    too_early: {count: 1, arrival: -10 min}
    late: {count: 1, arrival: 20 s}
"""
    assert play(scene, "entered session_started") == [
        "-60 entered too_early-1 participant",
        "-30 entered early-1 participant",
        "0 session_started system",
        "20 entered late-1 participant",
    ]


def test_people_come_one_after_another() -> None:
    scene = "audience: {count: 3, arrival_gap: 50 s}"
    assert play(scene, "entered") == [
        "50 entered audience-1 participant",
        "100 entered audience-2 participant",
        "150 entered audience-3 participant",
    ]


def test_people_without_end_come_until_the_end() -> None:
    told = play("audience: {arrival_gap: 50 s, leaves_after: 20 s}", "entered left_room")
    assert len(told) == 2 * 11
    assert told[-2:] == ["550 entered audience-11 participant", "570 left_room audience-11 explicit"]


def test_early_leaving_gives_the_wish_up() -> None:
    scene = "audience: {count: 1, leaves_after: 40 s, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "request_ wish_ left_room") == [
        "10 wish_arose audience-1",
        "10 request_created audience-1",
        "40 request_closed audience-1 left_room",
        "40 left_room audience-1 explicit",
        "40 wish_given_up audience-1 left_room",
    ]


def test_leaving_when_everything_is_settled() -> None:
    scene = """
moderators: {review: {time: 5 s}}
audience: {count: 1, leaves_when_settled: true, wishes: {rounds: [{at: 10 s}, {at: 60 s}]}, on_stage: {stay: 20 s}}
"""
    assert play(scene, "stage_left left_room", who=["audience-1"]) == [
        "35 stage_left audience-1 left",
        "85 stage_left audience-1 left",
        "85 left_room audience-1 explicit",
    ]


LOSS = """
room: {reconnect_grace: 30 s}
moderators: {arrival: 100 s, review: {time: 5 s}}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
  connection: {lost_after: 40 s, gap: GAP}
"""


def test_a_short_loss_keeps_the_request() -> None:
    told = play(LOSS.replace("GAP", "20 s"), f"{MOMENTS} request_", who=["audience-1"])
    assert told[:4] == [
        "0 entered audience-1 participant",
        "10 request_created audience-1",
        "40 disconnected audience-1",
        "60 reconnected audience-1",
    ]
    assert "105 request_closed audience-1 approved" in told


def test_a_long_loss_costs_the_request_and_the_wish_asks_again() -> None:
    told = play(LOSS.replace("GAP", "50 s"), f"{MOMENTS} request_", who=["audience-1"])
    assert told[2:7] == [
        "40 disconnected audience-1",
        "70 request_closed audience-1 left_room",
        "70 left_room audience-1 grace_over",
        "90 entered audience-1 participant",
        "90 request_created audience-1",
    ]


def test_a_loss_without_a_grace_time_is_leaving() -> None:
    scene = LOSS.replace("reconnect_grace: 30 s", "reconnect_grace: 0").replace("GAP", "10 s")
    assert play(scene, MOMENTS, who=["audience-1"])[1:3] == [
        "40 left_room audience-1 disconnect",
        "50 entered audience-1 participant",
    ]


def test_nobody_says_goodbye_without_a_connection() -> None:
    scene = LOSS.replace("GAP", "20 s") + "  leaves_after: 45 s\n"
    assert play(scene, MOMENTS, who=["audience-1"]) == [
        "0 entered audience-1 participant",
        "40 disconnected audience-1",
        "60 reconnected audience-1",
        "60 left_room audience-1 explicit",
    ]


def test_the_timetable_changes_the_mode() -> None:
    scene = """
timetable: [{at: 60 s, mode: invite_only}, {at: 120 s, mode: everyone_on_stage}]
audience: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 30 s}}
moderators: {review: {time: 300 s}}
"""
    assert play(scene, "mode_changed request_ stage_joined by") == [
        "10 request_created audience-1 by audience-1",
        "60 mode_changed moderators-1 invite_only by moderators-1",
        "60 request_closed audience-1 mode_changed by moderators-1",
        "120 mode_changed moderators-1 everyone_on_stage by moderators-1",
        "120 stage_joined audience-1 self by audience-1",
    ]


def test_the_timetable_waits_for_somebody_at_a_desk() -> None:
    scene = """
timetable: [{at: 60 s, mode: invite_only}]
moderators:
  groups:
    phone: {client: mobile}
    desk: {arrival: 90 s}
"""
    assert play(scene, "mode_changed rejected") == ["90 mode_changed desk-1 invite_only"]
