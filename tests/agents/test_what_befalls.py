"""Whatever befalls a person is heard: nobody acts while away, without the right, or after the end; and nothing that was
taken up is lost.
"""

import pytest

from scenes import play, run
from stagesim.metrics import measure, measure_by
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate

ASKS = "audience: {count: 3, arrival: 0 s, wishes: {on_arrival: 1, limit: 1}, on_stage: {stay: 30 s}}\n"
ONE = ASKS.replace("count: 3", "count: 1").replace("on_stage:", "answer: {time: 10 s}, on_stage:")
REVIEWS = "moderators: {count: 1, arrival: 0 s, review: {time: 60 s}}\n"
GRACE = "room: {reconnect_grace: 2 min}\n"


# Moderators.


def test_a_moderator_who_drops_reviews_nobody_and_begins_again_with_the_first() -> None:
    script = """script:
  - {at: 30 s, do: disconnect, by: moderators-1, expect: accepted}
  - {at: 2 min, do: reconnect, by: moderators-1, expect: accepted}
"""
    scene = GRACE + ASKS + REVIEWS + script
    assert play(scene, "review_ request_closed disconnected reconnected")[:6] == [
        "0 review_started audience-1",
        "30 disconnected moderators-1",
        "30 review_ended audience-1",
        "120 reconnected moderators-1",
        "120 review_started audience-1",
        "180 review_ended audience-1",
    ]
    assert measure(run(scene))["wishes_heard_share"] == 1
    assert play(scene, "rejected") == []


def test_what_a_moderator_had_begun_is_done_by_whoever_can() -> None:
    script = "script: [{at: 30 s, do: disconnect, by: moderators-1}]\n"
    staff = "moderators: {count: 2, arrival: 0 s, review: {time: 60 s}}\n"
    assert play(GRACE + ASKS + staff + script, "review_started by") == [
        "0 review_started audience-1 by moderators-1",
        "0 review_started audience-2 by moderators-2",
        "60 review_started audience-1 by moderators-2",
        "120 review_started audience-3 by moderators-2",
    ]


def test_a_moderator_without_the_right_reviews_nobody_until_it_is_given_back() -> None:
    staff = """
moderators:
  arrival: 0 s
  groups: {moderators: {count: 1, review: {time: 60 s}}, host: {count: 1, role: host, looks_every: 9 min}}
"""
    script = """script:
  - {at: 30 s, do: change_role, by: host-1, to: moderators-1, role: participant}
  - {at: 90 s, do: change_role, by: host-1, to: moderators-1, role: moderator}
"""
    told = play(ASKS + staff + script, "review_ role_changed rejected", who=["audience-1", "moderators-1"])
    assert told[:5] == [
        "0 review_started audience-1",
        "30 role_changed moderators-1 participant",
        "30 review_ended audience-1",
        "90 role_changed moderators-1 moderator",
        "90 review_started audience-1",
    ]


def test_moderators_lose_connections_too() -> None:
    scene = (
        GRACE
        + ASKS
        + """moderators:
  {count: 1, arrival: 0 s, review: {time: 60 s}, connection: {lost_after: 70 s, gap: 20 s}}
"""
    )
    assert play(scene, "disconnected reconnected review_started")[:5] == [
        "0 review_started audience-1",
        "60 review_started audience-2",
        "70 disconnected moderators-1",
        "90 reconnected moderators-1",
        "90 review_started audience-2",
    ]
    assert play(scene, "rejected") == []


def test_the_mode_is_changed_by_the_first_who_comes_when_nobody_was_there() -> None:
    scene = GRACE + "audience: {count: 1}\ntimetable: [{at: 1 min, mode: invite_only}]\n" + REVIEWS
    script = """script:
  - {at: 50 s, do: disconnect, by: moderators-1}
  - {at: 80 s, do: reconnect, by: moderators-1}
"""
    assert play(scene + script, "mode_changed rejected") == ["80 mode_changed moderators-1 invite_only"]


# Participants.


def test_an_invited_person_who_drops_answers_after_the_return() -> None:
    script = """script:
  - {at: 65 s, do: disconnect, by: audience-1, expect: accepted}
  - {at: 100 s, do: reconnect, by: audience-1, expect: accepted}
"""
    assert play(GRACE + ONE + REVIEWS + script, "invitation_ stage_joined wish_ rejected") == [
        "0 wish_arose audience-1",
        "60 invitation_created audience-1 request",
        "100 invitation_closed audience-1 accepted",
        "100 stage_joined audience-1 invitation",
        "100 wish_satisfied audience-1",
        "130 wish_ended audience-1 left",
    ]


def test_a_person_who_is_taken_out_wishes_no_more_and_goes_on_when_brought_back() -> None:
    audience = ONE.replace("limit: 1", "limit: 2, rounds: [{at: 4 min}]")
    script = """script:
  - {at: 30 s, do: leave_room, by: audience-1}
  - {at: 3 min, do: enter_room, by: audience-1, role: participant}
"""
    assert play(audience + REVIEWS + script, "wish_ left_room entered rejected", who=["audience-1"]) == [
        "0 entered audience-1 participant",
        "0 wish_arose audience-1",
        "30 left_room audience-1 explicit",
        "30 wish_given_up audience-1 left_room",
        "180 entered audience-1 participant",
        "240 wish_arose audience-1",
        "310 wish_satisfied audience-1",
        "340 wish_ended audience-1 left",
    ]


def test_a_person_who_was_away_for_too_long_asks_again_when_brought_back() -> None:
    script = """script:
  - {at: 10 s, do: disconnect, by: audience-1}
  - {at: 4 min, do: enter_room, by: audience-1, role: participant}
"""
    assert play(GRACE + ONE + REVIEWS + script, "request_ wish_ rejected") == [
        "0 wish_arose audience-1",
        "0 request_created audience-1",
        "60 request_closed audience-1 approved",
        "240 request_created audience-1",
        "300 request_closed audience-1 approved",
        "310 wish_satisfied audience-1",
        "340 wish_ended audience-1 left",
    ]


def test_a_person_who_leaves_gives_up_all_wishes() -> None:
    """One is on stage for the first wish, two more wait for their turn."""
    wishes = "wishes: {rounds: [{at: 0 s}, {at: 80 s}, {at: 90 s}]}"
    audience = f"audience: {{count: 1, arrival: 0 s, leaves_after: 2 min, {wishes}}}\n"
    assert play(audience + REVIEWS, "wish_")[-2:] == [
        "120 wish_given_up audience-1 left_room",
        "120 wish_given_up audience-1 left_room",
    ]


def test_a_second_device_keeps_everything_while_the_first_is_gone() -> None:
    """The request and its place are kept without any grace time, and the answer comes from the other device."""
    audience = ONE.replace("answer:", "connection: {lost_after: 30 s, gap: 1 min, second_device: 1}, answer:")
    kinds = "connected connection_closed left_room request_ stage_joined rejected"
    assert play(audience + REVIEWS, kinds, who=["audience-1"])[:6] == [
        "0 connected audience-1",
        "0 request_created audience-1",
        "30 connection_closed audience-1",
        "60 request_closed audience-1 approved",
        "70 stage_joined audience-1 invitation",
        "90 connected audience-1",
    ]


def test_a_device_that_a_script_cuts_off_or_brings_back_is_heard_of() -> None:
    """The person goes on with the other one, and brings nothing back that is there already."""
    two = "connection: {lost_after: 30 s, gap: 1 min, second_device: 1}, answer:"
    script = """script:
  - {at: 10 s, do: disconnect, by: audience-1, connection: main, expect: accepted}
  - {at: 40 s, do: enter_room, by: audience-1, role: participant, connection: main, expect: accepted}
  - {at: 80 s, do: enter_room, by: audience-1, role: participant, connection: main, expect: accepted}
"""
    kinds = "connected connection_closed left_room rejected"
    assert play(ONE.replace("answer:", two) + REVIEWS + script, kinds, who=["audience-1"])[:6] == [
        "0 connected audience-1",
        "10 connection_closed audience-1",
        "40 connected audience-1",
        "70 connection_closed audience-1",
        "80 connected audience-1",
        "110 connection_closed audience-1",
    ]


def test_what_needs_a_desktop_waits_for_the_one_that_is_lost() -> None:
    """A moderator goes on working by the phone, and changes the mode when the desktop is back."""
    staff = "moderators: {count: 1, connection: {lost_after: 30 s, gap: 1 min, second_device: 1}}\n"
    scene = ASKS + staff + "timetable: [{at: 60 s, mode: everyone_on_stage}]\n"
    assert play(scene, "mode_changed connected connection_closed rejected")[:4] == [
        "0 connected moderators-1",
        "30 connection_closed moderators-1",
        "90 connected moderators-1",
        "90 mode_changed moderators-1 everyone_on_stage",
    ]


# The session.


def test_a_session_that_the_script_ends_early_is_as_one_that_was_planned_so() -> None:
    people = """
audience: {count: 10, arrival: -30 s, wishes: {rate: 30 per hour}, on_stage: {stay: 10 s}}
moderators: {arrival: -30 s, review: {time: 10 s}}
"""
    script = "session: scripted\nscript: [{at: 0 s, do: start_session}, {at: 2 min, do: end_session}]\n"
    ended = run(people + script)
    planned = simulate(loads("title: A scene\nduration: 2 min\ndoors_open: 1 min\n" + people)).log
    assert ended.packed == planned.packed
    assert measure(ended)["wishes"] > 5


def test_nobody_acts_on_what_the_end_of_the_session_ends() -> None:
    """Requests and stays that the end closes are no reason to ask again, to lose a wish, or to leave."""
    impatient = "count: 3, leaves_when_settled: true, after_decline: {again: 1, asks: 9, pause: 0},"
    people = ASKS.replace("count: 3,", impatient)
    scene = "room: {mode: join_by_request}\n" + people + REVIEWS + "script: [{at: 80 s, do: end_session}]\n"
    assert play(scene, "session_ended wish_ rejected left_room") == [
        "0 wish_arose audience-1",
        "0 wish_arose audience-2",
        "0 wish_arose audience-3",
        "60 wish_satisfied audience-1",
        "80 session_ended system",
        "80 wish_ended audience-1 session_ended",
    ]


def test_the_script_goes_on_after_the_end() -> None:
    script = """script:
  - {at: 1 min, do: end_session, expect: accepted}
  - {at: 2 min, do: ask_to_join, by: audience-1, expect: session_not_live}
  - {at: 3 min, do: leave_room, by: audience-1, expect: accepted}
"""
    assert play(ASKS + REVIEWS + script, "session_ended rejected left_room") == [
        "60 session_ended system",
        "120 rejected audience-1 ask_to_join session_not_live",
        "180 left_room audience-1 explicit",
    ]


def test_nobody_wishes_before_a_session_that_starts_late() -> None:
    scene = "session: scripted\n" + ASKS + REVIEWS + "script: [{at: 1 min, do: start_session}]\n"
    assert play(scene, "wish_arose rejected") == [f"60 wish_arose audience-{number}" for number in (1, 2, 3)]


def test_what_is_due_before_a_session_that_starts_late_waits_for_it() -> None:
    """The change of the mode is made up for; there was no list to clear."""
    timetable = "timetable: [{at: 10 s, mode: invite_only}]\n"
    staff = "moderators: {count: 1, clears_at: [20 s]}\n"
    scene = "session: scripted\n" + ASKS + staff + timetable + "script: [{at: 1 min, do: start_session}]\n"
    assert play("room: {mode: join_by_request}\n" + scene, "session_started mode_changed rejected") == [
        "60 session_started system",
        "60 mode_changed moderators-1 invite_only",
    ]


def test_who_wishes_at_the_very_start_finds_the_buttons_that_come_with_it() -> None:
    """A script may start the session after people have come at the same moment, and looked for a button in vain."""
    scene = (
        "room: {mode: join_by_request}\nsession: scripted\n"
        + ONE
        + REVIEWS
        + "script: [{at: 0 s, do: start_session}]\n"
    )
    assert play(scene, "session_started request_ invitation_created") == [
        "0 session_started system",
        "0 request_created audience-1",
        "60 request_closed audience-1 approved",
        "60 invitation_created audience-1 request",
    ]


# Invitations that nobody answers.


@pytest.mark.parametrize(("revokes", "heard"), [("", 0), (", revokes_after: 30 s", 1)])
def test_one_who_never_answers_does_not_stop_the_list_where_moderators_revoke(revokes: str, heard: int) -> None:
    scene = f"""
audience:
  arrival: 0 s
  wishes: {{on_arrival: 1, limit: 1}}
  on_stage: {{stay: 30 s}}
  groups: {{silent: {{count: 1, answer: {{accept: 0, ignore: 1}}}}, others: {{count: 2}}}}
moderators: {{arrival: 0 s, review: {{time: 5 s}}, approve_up_to: 1{revokes}}}
"""
    figures = measure(run(scene))
    assert figures["invitations_revoked"] == bool(heard)
    assert figures["wishes_heard_share"] == pytest.approx(2 / 3 * heard)


def test_an_invitation_that_is_being_answered_is_not_taken_back() -> None:
    scene = ONE.replace("answer:", "setup: {time: 40 s}, answer:") + REVIEWS.replace(
        "60 s}", "60 s}, revokes_after: 20 s"
    )
    assert play(scene, "invitation_closed") == ["110 invitation_closed audience-1 accepted"]


# Staff with wishes.


EQUALS = """
room: {mode: join_by_request}
rules:
  name: staff take their turn
  cells:
    staff.ask_to_join.viewer: requested
    staff.join_stage.viewer: approval_needed
    ask_to_join.everyone_on_stage.requested: already_requested
    join_stage.everyone_on_stage.requested: approval_pending
    ask_to_join.invite_only.requested: already_requested
    join_stage.invite_only.requested: approval_pending
"""


def test_staff_who_take_their_turn_review_each_other_and_nobody_themselves() -> None:
    habits = "on_stage: {stay: 20 s}, wishes: {rounds: [{at: 10 s}]}"
    staff = f"moderators: {{count: 2, arrival: 0 s, review: {{time: 5 s}}, {habits}}}\n"
    assert play(EQUALS + staff, "review_started stage_ rejected by") == [
        "10 review_started moderators-1 by moderators-2",
        "10 review_started moderators-2 by moderators-1",
        "15 stage_joined moderators-1 invitation by moderators-1",
        "15 stage_joined moderators-2 invitation by moderators-2",
        "35 stage_left moderators-1 left by moderators-1",
        "35 stage_left moderators-2 left by moderators-2",
    ]


def test_staff_who_disturb_are_removed_by_others() -> None:
    """Nobody does to themselves what staff do to others."""
    habits = "on_stage: {stay: 2 min, disruptive: 1}, wishes: {rounds: [{at: 10 s}]}, removes: {disruptive_after: 5 s}"
    staff = "moderators: {count: COUNT, arrival: 0 s, HABITS}\n".replace("HABITS", habits)
    assert play(staff.replace("COUNT", "1"), "stage_removed rejected by") == []
    assert play(staff.replace("COUNT", "2"), "stage_removed rejected by") == [
        "15 stage_removed moderators-1 moderator by moderators-2",
        "15 stage_removed moderators-2 moderator by moderators-1",
    ]


def test_staff_with_a_wish_join_at_once_under_the_default_rules() -> None:
    habits = "on_stage: {stay: 20 s}, setup: {time: 3 s}, wishes: {rounds: [{at: 10 s}]}"
    staff = f"moderators: {{count: 1, arrival: 0 s, {habits}}}\n"
    assert play(staff, "stage_ wish_") == [
        "10 wish_arose moderators-1",
        "13 stage_joined moderators-1 self",
        "13 wish_satisfied moderators-1",
        "33 stage_left moderators-1 left",
        "33 wish_ended moderators-1 left",
    ]


def test_staff_with_a_wish_count_among_those_who_wish() -> None:
    staff = "moderators: {count: 2, arrival: 0 s, on_stage: {stay: 20 s}, wishes: {rounds: [{at: 10 s}]}}\n"
    log = run(staff)
    figures, of_group = measure(log), measure_by(log, "group")["moderators"]
    assert [figures[name] for name in ("wishes", "people", "speakers", "never_heard")] == [2, 2, 2, 0]
    assert of_group["wishes_heard_share"] == 1
    assert measure(run("moderators: {count: 2}\n"))["people"] == 0


# A wish that arises while another is followed.


@pytest.mark.parametrize(
    ("meanwhile", "ends"),
    [
        ("queued", ["60 wish_satisfied", "150 wish_satisfied"]),
        ("merged", ["60 wish_satisfied", "60 wish_satisfied"]),
        ("dropped", ["60 wish_satisfied"]),
    ],
)
def test_a_wish_that_arises_while_another_is_followed(meanwhile: str, ends: list[str]) -> None:
    wishes = f"wishes: {{rounds: [{{at: 0 s}}, {{at: 20 s}}], meanwhile: {meanwhile}}}"
    scene = f"audience: {{count: 1, arrival: 0 s, {wishes}, on_stage: {{stay: 30 s}}}}\n" + REVIEWS
    assert play(scene, "wish_satisfied") == [f"{end} audience-1" for end in ends]


def test_a_merged_wish_that_arises_on_stage_is_satisfied_at_once() -> None:
    wishes = "wishes: {rounds: [{at: 0 s}, {at: 80 s}], meanwhile: merged}"
    scene = f"audience: {{count: 1, arrival: 0 s, {wishes}, on_stage: {{stay: 30 s}}}}\n" + REVIEWS
    assert play(scene, "wish_") == [
        "0 wish_arose audience-1",
        "60 wish_satisfied audience-1",
        "80 wish_arose audience-1",
        "80 wish_satisfied audience-1",
        "90 wish_ended audience-1 left",
        "90 wish_ended audience-1 left",
    ]
