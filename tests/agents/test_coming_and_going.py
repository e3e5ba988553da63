"""When people come, wish, lose connections and leave, and when the mode changes."""

import statistics

from scenes import play, run, story
from stagesim.agents.agent import Steps

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
        "40 wish_given_up audience-1 left_room",
        "40 request_closed audience-1 left_room",
        "40 left_room audience-1 explicit",
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


# Wishes.


def test_question_rounds_bunch_wishes() -> None:
    scene = (
        "audience: {count: 200, wishes: {rounds: [{at: 60 s, share: 0.3, delay: {uniform: {low: 0 s, high: 30 s}}}]}}"
    )
    moments = [float(line.split()[0]) for line in play(scene, "wish_arose")]
    assert 40 < len(moments) < 80, "200 people, three in ten: four standard deviations are 26"
    assert 60 <= min(moments) < 65
    assert 85 < max(moments) <= 90


def test_the_next_wish_follows_the_end_of_the_last() -> None:
    scene = """
moderators: {review: {time: 10 s}}
audience: {count: 1, wishes: {after_settled: 30 s, limit: 3}, on_stage: {stay: 20 s}}
"""
    assert play(scene, "wish_arose stage_left") == [
        "30 wish_arose audience-1",
        "60 stage_left audience-1 left",
        "90 wish_arose audience-1",
        "120 stage_left audience-1 left",
        "150 wish_arose audience-1",
        "180 stage_left audience-1 left",
    ]


def test_a_wish_that_arises_during_another_waits_for_its_turn() -> None:
    scene = """
moderators: {review: {time: 10 s}}
audience: {count: 1, wishes: {rounds: [{at: 10 s}, {at: 15 s}]}, on_stage: {stay: 30 s}}
"""
    assert play(scene, "wish_arose request_created") == [
        "10 wish_arose audience-1",
        "10 request_created audience-1",
        "15 wish_arose audience-1",
        "50 request_created audience-1",
    ]


def wishes_by_person(scene: str, **options: int) -> list[int]:
    log = run(scene, **options)
    people = [name for name, group in zip(log.names, log.groups, strict=True) if group == "audience"]
    arose = [row["who"] for row in log.rows() if row["event"] == "wish_arose"]
    return [arose.count(person) for person in people]


def test_a_rate_gives_wishes_at_random() -> None:
    counts = wishes_by_person("audience: {count: 400, wishes: {rate: 12 per hour}}")
    assert abs(statistics.mean(counts) - 2) < 4 * (2 / 400) ** 0.5
    assert abs(statistics.variance(counts) / statistics.mean(counts) - 1) < 0.3, "like a Poisson number"


def test_unequal_people_and_days() -> None:
    unequal = wishes_by_person(
        "audience: {count: 400, wishes: {rate: 12 per hour, unequal: {gamma: {mean: 1, cv: 1}}}}"
    )
    assert statistics.variance(unequal) / statistics.mean(unequal) > 2, "the variance is 2 + 4"
    scene = "audience: {count: 100, wishes: {rate: 12 per hour, load: {gamma: {mean: 1, cv: 0.5}}}}"
    days = [sum(wishes_by_person(scene, replication=day)) for day in range(20)]
    assert statistics.variance(days) / statistics.mean(days) > 10, "the variance is 200 + 10,000"


# The mode.


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


# Behaviours in Python.


def test_a_behaviour_of_ones_own_replaces_the_built_in_one() -> None:
    """Kim takes a place in every open mode, says three words and goes home."""

    def kim(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        yield from me.sleep(90_000)
        while "join_stage" not in me.offers():
            yield from me.sleep(10_000)
        me.do("join_stage")
        me.do("go_live")
        for _ in range(3):
            yield from me.sleep(5_000)
            me.do("speak")
        me.leave()

    scene = """
room: {mode: join_by_request}
timetable: [{at: 95 s, mode: everyone_on_stage}]
moderators: {count: 1}
audience: {groups: {kim: {count: 1}, others: {count: 1, wishes: {rounds: [{at: 200 s}]}, on_stage: {stay: 9 s}}}}
"""
    log = run(scene, behaviours={"kim": kim})
    assert story(log, "entered stage_ spoke left_room", who=["kim-1"]) == [
        "-60 entered kim-1 participant",
        "100 stage_joined kim-1 self",
        "105 spoke kim-1",
        "110 spoke kim-1",
        "115 spoke kim-1",
        "115 stage_left kim-1 left_room",
        "115 left_room kim-1 explicit",
    ]
    assert story(log, "stage_", who=["others-1"]) == ["200 stage_joined others-1 self", "209 stage_left others-1 left"]


def test_a_moderator_of_ones_own() -> None:
    def strict(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        while True:
            news = yield from me.wait()
            if news is not None and news.event == "request_created":
                yield from me.sleep(2_000)
                me.do("decline_request", news.who)

    scene = "moderators: {count: 1}\naudience: {count: 1, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "request_", behaviours={"moderators": strict}) == [
        "10 request_created audience-1",
        "12 request_closed audience-1 declined",
    ]
