"""What holds people up: every millisecond of every wish has one cause, the first that holds."""

import pytest

from scenes import run
from stageaccess import Mode
from stagesim.eventlog import EventLog
from stagesim.eventlog.packing import ENTRY
from stagesim.eventlog.schema import KINDS
from stagesim.metrics.causes import CAUSES
from stagesim.metrics.hold_ups import held_ms, hold_ups
from stagesim.metrics.scan import scan

ALL_OF_IT = """\
room: {mode: join_by_request, stage_capacity: 2, reconnect_grace: 20 s, request_cooldown: 25 s}
audience:
  count: 12
  wishes: {rate: 20 per hour, unsuitable: 0.3, readiness: {join_by_request: 0.8, invite_only: 0.6}}
  patience: {exponential: {mean: 2 min}}
  connection: {share: 0.5, lost_after: {exponential: {mean: 2 min}}, gap: {exponential: {mean: 15 s}}}
  after_decline: {again: 0.8, pause: 10 s}
  setup: {time: 5 s, failure: 0.3}
  on_stage: {stay: {exponential: {mean: 1 min}}}
moderators:
  count: 2
  arrival: {uniform: {low: 0 s, high: 1 min}}
  connection: {share: 1, lost_after: {exponential: {mean: 2 min}}, gap: 20 s}
  reaction: 3 s
  review: {approve: 0.6, time: {exponential: {mean: 12 s}}}
  called_away: {every: {exponential: {mean: 2 min}}, lasts: 30 s}
  removes: {noticed_after: 10 s, removal_time: 15 s, interrupts: true}
  reads_chat: {every: 40 s, lasts: 5 s}
timetable: [{at: 4 min, mode: invite_only}, {at: 7 min, mode: join_by_request}]
"""


def of_each_wish(scene: str, **options: object) -> list[dict[str, float]]:
    """The seconds by cause of each wish of a scene, without what is nothing."""
    log = run(scene, explains=True, **options)
    return [
        {cause.name: ms / 1000 for cause, ms in zip(CAUSES, held, strict=True) if ms} for held in held_ms(log).values()
    ]


def adds_up(log: EventLog) -> bool:
    """Whether the causes have the time of every wish, and the minutes all of it."""
    session, found, each = scan(log), hold_ups(log), held_ms(log)
    for wish in session.wishes.values():
        until_ms = session.end_ms if wish.settled_ms is None else wish.settled_ms
        if sum(each[wish.number]) != until_ms - wish.at_ms or min(each[wish.number]) < 0:
            return False
    return [sum(minutes) for minutes in found.minutes] == list(found.of_all.ms)


@pytest.mark.parametrize("mode", Mode)
def test_the_causes_add_up_to_the_time_of_every_wish_whatever_happens(mode: Mode) -> None:
    for seed in (1, 2, 3):
        log = run(ALL_OF_IT, mode=mode, seed=seed, explains=True)
        assert adds_up(log), seed
    assert hold_ups(log).of_all.wishes > 20


def test_a_log_that_explains_is_the_same_log_with_more_in_it() -> None:
    for mode in Mode:
        plain, explained = (run(ALL_OF_IT, mode=mode, explains=each) for each in (False, True))
        kept = [each for each in explained.entries() if not KINDS[each[1]].explains]
        assert plain.packed == b"".join(ENTRY.pack(*each) for each in kept)
        assert plain.names == explained.names
        assert len(explained) > len(plain) or mode is Mode.EVERYONE_ON_STAGE


AT = "audience: {{count: {count}, arrival: 0 s, wishes: {{rounds: [{{at: 1 min, delay: {delay}}}]}}, patience: null, "
EACH = "answer: {time: 5 s}, setup: {time: 7 s}, on_stage: {stay: 100 s}}\n"


def test_an_answer_a_set_up_and_a_review_are_told_apart() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=1, delay="0 s") + EACH
    scene += "moderators: {reaction: 2 s, review: {time: 10 s}}\n"
    assert of_each_wish(scene) == [{"answer": 12, "review": 10, "reaction": 2}]
    assert of_each_wish(scene, mode="everyone_on_stage") == [{"answer": 7}]


def test_a_moderator_who_takes_somebody_off_the_stage_is_busy() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=2, delay="{uniform: {low: 0 s, high: 1 min}}") + EACH
    scene = scene.replace("wishes: {", "wishes: {unsuitable: 1, ")
    scene += "moderators: {reaction: 0 s, review: {time: 0 s}, removes: {noticed_after: 1 s, removal_time: 1 min}}\n"
    first, second = of_each_wish(scene)
    assert first == {"answer": 12}
    assert set(second) == {"answer", "busy"}


def test_whoever_waits_behind_others_waits_for_the_staff_who_are_busy() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=3, delay="0 s") + EACH
    scene += "moderators: {reaction: 0 s, review: {time: 10 s}}\n"
    assert of_each_wish(scene) == [
        {"answer": 12, "review": 10},
        {"answer": 12, "review": 10, "busy": 10},
        {"answer": 12, "review": 10, "busy": 20},
    ]


def test_a_full_stage_and_a_list_that_is_held_are_one_cause() -> None:
    scene = "room: {mode: join_by_request, stage_capacity: 1}\n" + AT.format(count=2, delay="0 s") + EACH
    scene += "moderators: {reaction: 0 s, review: {time: 10 s}}\n"
    # Held from the first look after the review of the first one on, while that one answers, sets up and speaks.
    assert of_each_wish(scene) == [
        {"answer": 12, "review": 10},
        {"answer": 12, "review": 10, "busy": 10, "places": 112},
    ]
    refused = scene.replace("reaction", "approve_up_to: unlimited, reaction")
    refused = refused.replace("setup:", "full_stage: {then: wait}, setup:")
    # The second one is refused when set up, and waits for the place.
    assert of_each_wish(refused)[1] == {"answer": 12, "review": 10, "busy": 10, "places": 90}


def test_staff_who_are_not_there_and_staff_who_look_elsewhere_are_told_apart() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=1, delay="0 s") + EACH
    late = scene + "moderators: {arrival: 2 min, reaction: 0 s, review: {time: 10 s}}\n"
    assert of_each_wish(late) == [{"answer": 12, "review": 10, "nobody": 60}]
    away = scene + "moderators: {reaction: 0 s, review: {time: 10 s}, looks_every: 90 s}\n"
    assert of_each_wish(away) == [{"answer": 12, "review": 10, "away": 30}]


def test_a_host_whom_a_script_plays_is_no_free_moderator() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=1, delay="0 s") + EACH
    scene += "moderators: {arrival: 2 min, reaction: 0 s, review: {time: 10 s}}\n"
    scene += "script: [{at: 1 s, do: enter_room, by: chief, role: host}]\n"
    assert of_each_wish(scene) == [{"answer": 12, "review": 10, "nobody": 60}]


def test_whoever_was_made_a_moderator_looks_after_nobody() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=1, delay="0 s") + EACH
    scene = scene.replace(
        "audience: {", "audience: {groups: {asks: {count: 1}, helps: {count: 1, wishes: {rounds: []}}}, "
    )
    scene = scene.replace("count: 1, arrival", "arrival", 1)
    scene += "moderators: {arrival: 2 min, reaction: 0 s, review: {time: 10 s}}\n"
    scene += """\
script:
  - {at: 1 s, do: enter_room, by: Hana, role: host}
  - {at: 2 s, do: change_role, by: Hana, to: helps-1, role: moderator}
"""
    assert of_each_wish(scene) == [{"answer": 12, "review": 10, "nobody": 60}]


def test_a_wish_that_is_not_strong_enough_for_the_mode_is_held_up_by_that() -> None:
    scene = "room: {mode: join_by_request}\n" + AT.format(count=1, delay="0 s") + EACH
    scene = scene.replace("wishes: {", "wishes: {readiness: {join_by_request: 0}, ")
    scene += "moderators: {reaction: 0 s, review: {time: 10 s}}\n"
    assert of_each_wish(scene) == [{"unready": 540}], "to the session's end"
    assert of_each_wish(scene + "timetable: [{at: 2 min, mode: everyone_on_stage}]\n") == [{"unready": 60, "answer": 7}]


def test_without_a_button_the_time_until_it_is_noticed_is_a_cause_of_its_own() -> None:
    scene = "room: {mode: invite_only}\n" + AT.format(count=1, delay="0 s") + EACH
    scene += "moderators: {reaction: 2 s, notices: 30 s, review: {time: 10 s}}\n"
    assert of_each_wish(scene) == [{"answer": 12, "unnoticed": 30, "review": 10, "reaction": 2}]
    never = scene.replace("notices: 30 s", "notices: null")
    assert of_each_wish(never) == [{"unnoticed": 540}], "to the session's end"
    declined = scene.replace("answer:", "after_decline: {again: 1, pause: 40 s, asks: 2}, answer:")
    declined = declined.replace("review: {", "review: {approve: 0, ")
    # Noticed, declined, a pause, and the same again; then it is refused.
    assert of_each_wish(declined) == [{"pause": 40, "unnoticed": 60, "review": 20, "reaction": 4}]


def test_a_pause_and_a_cool_down_are_ones_own() -> None:
    scene = "room: {mode: join_by_request, request_cooldown: 30 s}\n" + AT.format(count=1, delay="0 s") + EACH
    scene = scene.replace("answer:", "after_decline: {again: 1, pause: 10 s, asks: 2}, answer:")
    scene += "moderators: {reaction: 0 s, review: {approve: 0, time: 10 s}}\n"
    assert of_each_wish(scene) == [{"pause": 30, "review": 20}]


def test_a_second_wish_waits_for_the_first_one_of_its_person() -> None:
    scene = """\
room: {mode: join_by_request}
audience:
  count: 1
  arrival: 0 s
  wishes: {rounds: [{at: 1 min}, {at: 100 s}]}
  patience: null
  answer: {time: 5 s}
  setup: {time: 7 s}
  on_stage: {stay: 100 s}
moderators: {reaction: 0 s, review: {time: 10 s}}
"""
    first, second = of_each_wish(scene)
    assert first == {"answer": 12, "review": 10}
    assert second == {"own_wish": 82, "answer": 12, "review": 10}


def test_a_lost_connection_comes_before_everything_else() -> None:
    scene = "room: {mode: join_by_request, reconnect_grace: 1 min}\n" + AT.format(count=1, delay="0 s") + EACH
    scene = scene.replace("answer:", "connection: {share: 1, lost_after: 65 s, gap: 20 s}, answer:")
    scene += "moderators: {reaction: 0 s, review: {time: 10 s}}\n"
    # Invited while away: the answer takes its time after the return.
    (found,) = of_each_wish(scene)
    assert found["connection"] == 20
    assert found["review"] == 5


def test_a_lost_connection_comes_before_an_earlier_wish_also_for_the_wish_behind_it() -> None:
    scene = """\
room: {mode: join_by_request, reconnect_grace: 30 s}
audience: {count: 1, arrival: 0 s, wishes: {rounds: [{at: 1 min}, {at: 70 s}]}, patience: null, setup: {time: 7 s},
  answer: {time: 5 s}, on_stage: {stay: 100 s}, connection: {share: 1, lost_after: 80 s, gap: 20 s}}
moderators: {reaction: 0 s, review: {time: 10 s}}
"""
    whole = of_each_wish(scene, mode="everyone_on_stage")
    # It arises at 1:10 behind the one of 1:00, whose person is away from 1:20 to 1:40, and so on every 80 s.
    assert whole[0] == {"answer": 7}
    assert whole[1]["connection"] == 20
    assert whole[1]["answer"] == 7


def test_whoever_waits_for_a_cool_down_after_holding_back_holds_back_no_more() -> None:
    scene = """\
room: {mode: join_by_request, request_cooldown: 3 min}
audience: {count: 1, arrival: 0 s, wishes: {rounds: [{at: 1 min}], readiness: {invite_only: 0}}, patience: null,
  after_decline: {again: 1, pause: 20 s}}
moderators: {reaction: 0 s, review: {approve: 0, time: 5 s}}
timetable: [{at: 70 s, mode: invite_only}, {at: 100 s, mode: join_by_request}]
"""
    (held,) = of_each_wish(scene)
    # Declined at 1:05, it pauses for 20 s; it holds back from 1:25 to 1:40, and then waits for the cool-down of 3 min.
    assert held["unready"] == 15
