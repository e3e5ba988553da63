"""Whether a wish is heard: what it wanted, what it had on stage, what ended it, and who tries again."""

import pytest
from pydantic import ValidationError

from scenes import play, run
from stagesim.eventlog import EventLog
from stagesim.metrics import wishes_frame
from stagesim.scenario.habits import Habits

OPEN = "room: {mode: everyone_on_stage, reconnect_grace: 1 min}\n"
ONE = "audience: {count: 1, arrival: 0 s, wishes: {rounds: [{at: 0 s}]}, on_stage: {stay: 100 s}}\n"


def told(scene: str) -> list[str]:
    """What became of each wish: when it was over, why, and how long it had of what it wanted, in seconds."""
    return of_log(run(scene))


def of_log(log: EventLog) -> list[str]:
    wanted = {row["wish"]: row["wanted_ms"] for row in log.rows() if row["event"] == "wish_arose"}
    return [
        f"{row['at'] - 60:g} {row['cause']} {row['had_ms'] / 1000:g} of {wanted[row['wish']] / 1000:g}"
        for row in log.rows()
        if row["event"] == "wish_ended"
    ]


def fates(scene: str) -> list[str]:
    return wishes_frame(run(scene)).outcome.tolist()


def test_a_wish_that_had_its_stay_is_over_by_its_persons_own_leaving() -> None:
    assert told(OPEN + ONE) == ["100 left 100 of 100"]
    assert fates(OPEN + ONE) == ["heard"]


def test_staying_on_for_longer_is_no_part_of_what_was_wanted() -> None:
    scene = OPEN + ONE.replace("stay: 100 s", "stay: 100 s, overstay: 1, overstay_by: 50 s")
    assert told(scene) == ["150 left 150 of 100"]


# Every cause.

STEP = "script: [{{at: 30 s, {}}}]\n"


@pytest.mark.parametrize(
    ("room", "end", "over", "fate"),
    [
        ("", "do: remove_from_stage, by: mo, to: audience-1", "30 staff 30 of 100", "cut_short"),
        ("", "do: end_session", "30 session_ended 30 of 100", "cut_short"),
        ("", "do: leave_stage, by: audience-1", "30 left 30 of 100", "left_early"),
        ("", "do: leave_room, by: audience-1", "30 left_room 30 of 100", "left_early"),
        ("", "do: disconnect, by: audience-1", "600 lost_connection 30 of 100", "cut_short"),
    ],
)
def test_the_cause_is_what_ended_the_stay(room: str, end: str, over: str, fate: str) -> None:
    script = (
        "script:\n  - {at: 0 s, do: enter_room, by: mo, role: moderator}\n"
        f"  - {{at: 30 s, {end}, expect: accepted}}\n"
    )
    log = run(OPEN + ONE + script)
    assert of_log(log) == [over]
    assert wishes_frame(log).outcome.tolist() == [fate]


def test_whoever_makes_room_for_the_next_is_cut_short_by_capacity() -> None:
    scene = """
room: {mode: everyone_on_stage, stage_capacity: 1}
audience:
  arrival: 0 s
  on_stage: {stay: 100 s}
  groups:
    first: {count: 1, wishes: {rounds: [{at: 0 s}]}}
    second: {count: 1, wishes: {rounds: [{at: 40 s}]}}
"""
    assert told(scene) == ["40 capacity 40 of 100", "140 left 100 of 100"]
    assert fates(scene) == ["cut_short", "heard"]


CLOSES = """
rules: {name: closing empties the stage, closings: {stays.everyone_on_stage.invite_only: WORD}}
moderators: {count: 1, arrival: 0 s}
timetable: [{at: 30 s, mode: invite_only}]
"""


@pytest.mark.parametrize("word", ["mode_changed", "capacity", "moderator", "left"])
def test_a_change_of_mode_that_empties_the_stage_is_the_cause_whatever_a_variant_calls_it(word: str) -> None:
    assert told(OPEN + ONE + CLOSES.replace("WORD", word)) == ["30 mode_changed 30 of 100"]


def test_a_lost_place_without_any_grace_is_a_lost_connection() -> None:
    scene = OPEN.replace("1 min", "0 s") + ONE + STEP.format("do: disconnect, by: audience-1")
    assert told(scene) == ["600 lost_connection 30 of 100"]


def test_leaving_by_plan_before_having_enough_is_no_cut() -> None:
    scene = OPEN + ONE.replace("arrival: 0 s", "arrival: 0 s, leaves_after: 20 s")
    assert told(scene) == ["20 left_room 20 of 100"]
    assert fates(scene) == ["left_early"]


@pytest.mark.parametrize("word", ["moderator", "left", "revoked", "role_changed"])
def test_what_staff_end_is_cut_short_by_staff_whatever_a_variant_calls_it(word: str) -> None:
    rules = f"rules: {{name: another word, closings: {{remove_from_stage.stay: {word}}}}}\n"
    assert told(rules + OPEN + ONE + CUT) == ["30 staff 30 of 100"]


# What counts.


def test_only_time_with_a_connection_counts() -> None:
    """Away from 20 s to 60 s: of the 100 s on stage 60 count, and that is enough."""
    script = """script:
  - {at: 20 s, do: disconnect, by: audience-1}
  - {at: 1 min, do: reconnect, by: audience-1}
"""
    assert told(OPEN + ONE + script) == ["100 left 60 of 100"]


def test_a_second_device_keeps_the_time_going() -> None:
    connection = "connection: {lost_after: 20 s, gap: 40 s, second_device: 1}, "
    assert told(OPEN + ONE.replace("count: 1, ", "count: 1, " + connection)) == ["100 left 100 of 100"]


def test_somebody_seated_at_once_is_on_stage_for_the_wish_from_then_on() -> None:
    scene = """
room: {mode: join_by_request}
rules: {name: seated at once, cells: {bring_to_stage.requested: on_stage}}
moderators: {count: 1, review: {time: 10 s}}
"""
    assert told(scene + ONE) == ["110 left 100 of 100"]


def test_whoever_is_on_stage_already_has_the_time_from_the_wish_on() -> None:
    """Brought there unasked, with a wish that arises later: that begins when the unasked stay is over."""
    scene = """
room: {mode: join_by_request}
moderators: {count: 1, invites: {every: 1 min, limit: 1}, review: {time: 10 s}}
audience: {count: 1, arrival: 0 s, wishes: {rounds: [{at: 80 s}]}, on_stage: {stay: 40 s}}
"""
    assert play(scene, "stage_ wish_") == [
        "60 stage_joined audience-1 invitation",
        "80 wish_arose audience-1",
        "100 stage_left audience-1 left",
        "110 stage_joined audience-1 invitation",
        "110 wish_satisfied audience-1",
        "150 stage_left audience-1 left",
        "150 wish_ended audience-1 left",
    ]


@pytest.mark.parametrize(
    ("enough", "fate"),
    [
        ("0.3", "heard"),
        ("0.31", "cut_short"),
        ("30 s", "heard"),
        ("31 s", "cut_short"),
        ("0", "heard"),
        ("1", "cut_short"),
    ],
)
def test_enough_is_a_share_of_what_was_wanted_or_a_time(enough: str, fate: str) -> None:
    scene = OPEN + ONE.replace("stay: 100 s", f"stay: 100 s, enough: {enough}") + STEP.format("do: end_session")
    assert fates(scene) == [fate]


def test_a_time_is_enough_only_where_so_much_was_wanted() -> None:
    assert fates(OPEN + ONE.replace("stay: 100 s", "stay: 10 s, enough: 1 min")) == ["heard"]


def test_people_with_different_habits_have_enough_at_different_times() -> None:
    scene = """
room: {mode: everyone_on_stage}
audience:
  arrival: 0 s
  wishes: {rounds: [{at: 0 s}]}
  on_stage: {stay: 100 s}
  groups: {patient: {count: 1, on_stage: {enough: 0.2}}, eager: {count: 1, on_stage: {enough: 40 s}}}
"""
    found = wishes_frame(run(scene + STEP.format("do: end_session")))
    assert dict(zip(found.group, found.outcome, strict=True)) == {"patient": "heard", "eager": "cut_short"}


def test_a_merged_wish_shares_what_the_other_one_wants_and_has() -> None:
    """The first is cut short while a third arises; that one goes to the stage with the others, or is lost with them."""
    wishes = "wishes: {rounds: [{at: 0 s}, {at: 10 s}, {at: 40 s}], meanwhile: merged}, patience: 50 s, "
    scene = OPEN + ONE.replace("wishes: {rounds: [{at: 0 s}]}", wishes + "after_cut: {again: 1, pause: 20 s}")
    script = """script:
  - {at: 0 s, do: enter_room, by: mo, role: moderator}
  - {at: 30 s, do: remove_from_stage, by: mo, to: audience-1}
"""
    assert play(scene + script, "wish_satisfied") == [f"{at} wish_satisfied audience-1" for at in (0, 10, 50)]
    assert told(scene + script) == ["120 left 100 of 100"] * 3


# Trying again.

CUT = """script:
  - {at: 0 s, do: enter_room, by: mo, role: moderator}
  - {at: 30 s, do: remove_from_stage, by: mo, to: audience-1}
"""


def again(habits: str, mode: str = "everyone_on_stage") -> str:
    people = ONE.replace("rounds: [{at: 0 s}]}", f"rounds: [{{at: 0 s}}]}}, after_cut: {{{habits}}}")
    return OPEN.replace("everyone_on_stage", mode) + people + CUT


def test_nobody_tries_again_unless_the_scenario_says_so() -> None:
    assert told(OPEN + ONE + CUT) == ["30 staff 30 of 100"]


def test_whoever_is_cut_short_comes_back_after_a_pause_for_what_is_left() -> None:
    scene = again("again: 1, pause: 20 s")
    assert play(scene, "stage_ wish_") == [
        "0 wish_arose audience-1",
        "0 stage_joined audience-1 self",
        "0 wish_satisfied audience-1",
        "30 stage_removed audience-1 moderator",
        "50 stage_joined audience-1 self",
        "120 stage_left audience-1 left",
        "120 wish_ended audience-1 left",
    ]
    assert told(scene) == ["120 left 100 of 100"]


def test_who_asked_before_asks_again() -> None:
    scene = (
        again("again: 1, pause: 20 s", "join_by_request")
        + "moderators: {count: 1, arrival: 0 s, review: {time: 5 s}}\n"
    )
    assert play(scene, "request_ stage_", who=["audience-1"]) == [
        "0 request_created audience-1",
        "5 request_closed audience-1 approved",
        "5 stage_joined audience-1 invitation",
        "30 stage_removed audience-1 moderator",
        "50 request_created audience-1",
        "55 request_closed audience-1 approved",
        "55 stage_joined audience-1 invitation",
        "130 stage_left audience-1 left",
    ]


def test_whoever_had_enough_does_not_come_back() -> None:
    assert told(again("again: 1").replace("stay: 100 s", "stay: 60 s")) == ["30 staff 30 of 60"]


def test_a_person_sets_out_only_so_often_for_one_wish() -> None:
    assert told(again("again: 1, pause: 20 s, asks: 1")) == ["30 staff 30 of 100"]
    more = again("again: 1, pause: 5 s, asks: 2") + "  - {at: 45 s, do: remove_from_stage, by: mo, to: audience-1}\n"
    assert told(more) == ["45 staff 40 of 100"]


def test_a_wish_that_is_lost_on_its_second_way_ends_by_what_cut_it_short() -> None:
    """Patience begins anew: 1 min after the cut the wish is over, and was cut short by staff."""
    people = ONE.replace("count: 1,", "count: 1, patience: 1 min, after_cut: {again: 1, pause: 10 s},")
    script = """script:
  - {at: 0 s, do: enter_room, by: mo, role: moderator}
  - {at: 10 s, do: bring_to_stage, by: mo, to: audience-1}
  - {at: 40 s, do: remove_from_stage, by: mo, to: audience-1}
"""
    assert play("room: {mode: join_by_request}\n" + people + script, "wish_ request_ stage_") == [
        "0 wish_arose audience-1",
        "0 request_created audience-1",
        "10 request_closed audience-1 approved",
        "10 stage_joined audience-1 invitation",
        "10 wish_satisfied audience-1",
        "40 stage_removed audience-1 moderator",
        "50 request_created audience-1",
        "100 request_closed audience-1 cancelled",
        "100 wish_ended audience-1 staff",
    ]


def test_a_lost_place_is_tried_for_again_after_the_return() -> None:
    scene = (
        again("again: 1, pause: 10 s").replace(CUT, "")
        + """script:
  - {at: 30 s, do: disconnect, by: audience-1}
  - {at: 2 min, do: enter_room, by: audience-1, role: participant}
"""
    )
    assert play(scene, "stage_ wish_ended") == [
        "0 stage_joined audience-1 self",
        "90 stage_left audience-1 left_room",
        "130 stage_joined audience-1 self",
        "200 stage_left audience-1 left",
        "200 wish_ended audience-1 left",
    ]


def test_trying_again_at_once_and_for_ever_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs a limit: `asks`"):
        Habits.model_validate({"after_cut": {"again": 1, "pause": "0 s"}})


@pytest.mark.parametrize("enough", [1.5, -0.1, True, "half"])
def test_what_cannot_be_enough_is_refused(enough: object) -> None:
    with pytest.raises(ValidationError, match=r"enough|duration"):
        Habits.model_validate({"on_stage": {"enough": enough}})
