"""What moderators attend to: watching the stage, noticing who should not be there, and taking them off."""

import pytest

from scenes import play, run
from stagesim.metrics import measure, relations
from stagesim.metrics.scan import scan

# One unsuitable person who would stay for five minutes, from 10 s on.
BAD = """
audience:
  groups:
    bad: {count: 1, wishes: {rounds: [{at: 10 s}], unsuitable: 1}, on_stage: {stay: 5 min}}
"""
OTHERS = "    good: {count: 2, wishes: {rounds: [{at: 12 s}]}, on_stage: {stay: 1 s}}\n"
OPEN = {"mode": "everyone_on_stage"}


def watched(removes: str, more: str = "") -> str:
    return f"moderators: {{removes: {{noticed_after: 20 s{removes}}}{more}}}\n"


def states(scene: str, **options: object) -> list[tuple[str, str, float, float]]:
    """What each moderator attends to: who, what, from when, until when (s of the session)."""
    session = scan(run(scene, **options))
    ends = [session.end_ms if each.to_ms is None else each.to_ms for each in session.attention]
    return [
        (each.moderator, each.state, each.from_ms / 1000 - 60, end / 1000 - 60)
        for each, end in zip(session.attention, ends, strict=True)
        if end > each.from_ms
    ]


def test_an_unsuitable_person_is_noticed_and_taken_off() -> None:
    assert play(BAD + watched(""), "stage_ removal_ watch_", **OPEN) == [
        "10 stage_joined bad-1 self",
        "10 watch_started moderators-1",
        "30 stage_removed bad-1 moderator",
        "30 watch_ended moderators-1",
    ]


def test_nobody_watches_unless_the_scenario_says_so() -> None:
    scene = BAD + "moderators: {removes: {allowance: 2 min}}"
    assert play(scene, "stage_ watch_", **OPEN) == ["10 stage_joined bad-1 self", "130 stage_removed bad-1 moderator"]


def test_a_removal_takes_its_time() -> None:
    assert play(BAD + watched(", removal_time: 15 s"), "stage_ removal_ watch_", **OPEN) == [
        "10 stage_joined bad-1 self",
        "10 watch_started moderators-1",
        "30 watch_ended moderators-1",
        "30 removal_started bad-1",
        "45 removal_ended bad-1",
        "45 stage_removed bad-1 moderator",
    ]


def test_who_leaves_first_need_not_be_removed() -> None:
    scene = BAD.replace("5 min", "30 s") + watched(", removal_time: 15 s")
    assert play(scene, "stage_ removal_", **OPEN)[1:] == [
        "30 removal_started bad-1",
        "40 stage_left bad-1 left",
        "40 removal_ended bad-1",
    ]


REVIEWS = ", review: {time: 30 s}, approve_up_to: unlimited"


def test_only_time_that_is_watched_counts() -> None:
    """The moderator reviews from 12 to 72 s; the stage is watched before and after that."""
    scene = BAD + OTHERS + watched("", REVIEWS) + "timetable: [{at: 11 s, mode: join_by_request}]"
    told = play(scene, "watch_ stage_removed", **OPEN)
    assert told == [
        "10 watch_started moderators-1",
        "12 watch_ended moderators-1",
        "72 watch_started moderators-1",
        "90 stage_removed bad-1 moderator",
        "90 watch_ended moderators-1",
    ]


def test_a_removal_waits_for_a_moderator_who_is_free_or_interrupts_a_review_that_then_goes_on() -> None:
    """The allowance of 20 s is over while the first of two reviews goes on, from 12 to 42 s."""
    scene = BAD + OTHERS + "timetable: [{at: 11 s, mode: join_by_request}]\n"
    staff = "moderators: {removes: {allowance: 20 s, removal_time: 10 sMORE}" + REVIEWS + "}"
    waits = play(scene + staff.replace("MORE", ""), "review_ removal_ stage_removed", **OPEN)
    assert waits == [
        "12 review_started good-1",
        "42 review_ended good-1",
        "42 removal_started bad-1",
        "52 removal_ended bad-1",
        "52 stage_removed bad-1 moderator",
        "52 review_started good-2",
        "82 review_ended good-2",
    ]
    interrupts = play(scene + staff.replace("MORE", ", interrupts: true"), "review_ removal_ stage_removed", **OPEN)
    assert interrupts == [
        "12 review_started good-1",
        "30 removal_started bad-1",
        "40 removal_ended bad-1",
        "40 stage_removed bad-1 moderator",
        "52 review_ended good-1",
        "52 review_started good-2",
        "82 review_ended good-2",
    ]


def test_a_moderator_who_goes_leaves_the_removal_to_the_next() -> None:
    scene = (
        BAD
        + """
moderators:
  removes: {noticed_after: 20 s, removal_time: 15 s}
  groups: {early: {leaves_after: 40 s}, late: {arrival: 60 s}}
"""
    )
    assert play(scene, "removal_ stage_removed by", **OPEN) == [
        "30 removal_started bad-1 by early-1",
        "40 removal_ended bad-1 by early-1",
        "60 removal_started bad-1 by late-1",
        "75 removal_ended bad-1 by late-1",
        "75 stage_removed bad-1 moderator by late-1",
    ]


def test_who_disturbs_is_noticed_in_the_same_way() -> None:
    scene = BAD.replace("unsuitable: 1}", "limit: 1}").replace("5 min", "5 min, disruptive: 1") + watched("")
    assert play(scene, "stage_removed", **OPEN) == ["30 stage_removed bad-1 moderator"]


def test_wishes_in_a_chat_are_noticed_when_somebody_has_read_it() -> None:
    scene = """
audience: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 5 s}}
moderators: {reads_chat: {every: 30 s, lasts: 15 s}, notices: 2 s, review: {time: 1 s}}
"""
    assert play(scene, "attention_ review_started", mode="invite_only")[:3] == [
        "30 attention_lost moderators-1 reading_chat",
        "45 attention_back moderators-1",
        "45 review_started audience-1",
    ]


def test_each_moderator_is_in_one_state_at_any_moment() -> None:
    scene = (
        BAD
        + OTHERS
        + """
timetable: [{at: 11 s, mode: join_by_request}]
moderators:
  removes: {noticed_after: 20 s, removal_time: 10 s}
  groups:
    first: {review: {time: 30 s}, approve_up_to: unlimited, reads_chat: {every: 200 s, lasts: 20 s}}
    second: {arrival: 100 s, presenting: {every: 100 s, lasts: 50 s}, leaves_after: 400 s}
"""
    )
    found = states(scene, **OPEN)
    first = [(state, since, until) for name, state, since, until in found if name == "first-1"]
    assert first == [
        ("idle", 0, 10),
        ("watching", 10, 12),
        ("reviewing", 12, 42),
        ("reviewing", 42, 72),
        ("watching", 72, 90),
        ("removing", 90, 100),
        ("idle", 100, 200),
        ("reading_chat", 200, 220),
        ("idle", 220, 420),
        ("reading_chat", 420, 440),
        ("idle", 440, 600),
    ]
    second = [(state, since, until) for name, state, since, until in found if name == "second-1"]
    assert second[:3] == [("idle", 100, 200), ("presenting", 200, 250), ("idle", 250, 350)]
    assert second[-1] == ("away", 500, 600)
    figures = measure(run(scene, **OPEN))
    assert figures["attention_removing_share"] == pytest.approx(10 / 1100)
    assert figures["attention_watching_share"] == pytest.approx(20 / 1100)
    assert sum(figures[name] for name in figures if name.startswith("attention_")) == pytest.approx(1)


def test_a_review_that_is_interrupted_is_no_time_of_reviewing() -> None:
    scene = BAD + OTHERS + "timetable: [{at: 11 s, mode: join_by_request}]\n"
    scene += "moderators: {removes: {allowance: 20 s, removal_time: 10 s, interrupts: true}" + REVIEWS + "}"
    assert measure(run(scene, **OPEN))["utilisation"] == pytest.approx(60 / 600)


def test_who_is_called_away_amid_a_review_sees_to_the_removal_when_back() -> None:
    scene = BAD + OTHERS + "timetable: [{at: 11 s, mode: join_by_request}]\n"
    staff = "removes: {allowance: 20 s, removal_time: 10 s, interrupts: true}" + REVIEWS
    scene += "moderators: {" + staff + ", called_away: {every: 85 s, lasts: 20 s}, arrival: -1 min}"
    assert play(scene, "attention_ removal_ review_", **OPEN)[:6] == [
        "12 review_started good-1",
        "25 attention_lost moderators-1 called_away",
        "45 attention_back moderators-1",
        "45 removal_started bad-1",
        "55 removal_ended bad-1",
        "72 review_ended good-1",
    ]


MESS = """
room: {stage_capacity: 3, reconnect_grace: 30 s}
audience:
  count: 12
  wishes: {rate: 30 per hour, unsuitable: 0.4, readiness: {everyone_on_stage: 0.8, join_by_request: 0.6}}
  patience: {exponential: {mean: 90 s}}
  connection: {lost_after: {exponential: {mean: 2 min}}, gap: {exponential: {mean: 20 s}}}
  on_stage: {stay: {exponential: {mean: 60 s}}, disruptive: 0.2}
  full_stage: {then: wait}
moderators:
  connection: {lost_after: {exponential: {mean: 3 min}}, gap: {exponential: {mean: 20 s}}}
  wishes: {rate: 6 per hour, unsuitable: 0.5}
  review: {time: {exponential: {mean: 15 s}}, recognise: 0.7}
  removes: {allowance: 80 s, noticed_after: 15 s, removal_time: {exponential: {mean: 10 s}}, interrupts: true}
  groups:
    one: {called_away: {every: 1 min, lasts: {exponential: {mean: 20 s}}}, reads_chat: {every: 40 s, lasts: 10 s}}
    two: {presenting: {every: 1 min, lasts: 20 s}, called_away: {every: 90 s, lasts: 30 s}, leaves_after: 8 min}
    three: {looks_every: 30 s, arrival: 2 min}
timetable: [{at: 4 min, mode: invite_only}, {at: 6 min, mode: everyone_on_stage}, {at: 8 min, mode: join_by_request}]
"""


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_everything_that_begins_ends_and_states_share_the_time(seed: int) -> None:
    log = run(MESS, seed=seed)
    under_way = set()
    for row in log.rows():
        doing, _, what = str(row["event"]).partition("_")
        if doing in ("removal", "watch"):
            assert ((row["by"], doing) in under_way) == (what == "ended")
            (under_way.add if what == "started" else under_way.discard)((row["by"], doing))
    figures = measure(log)
    assert sum(figures[name] for name in figures if name.startswith("attention_")) == pytest.approx(1)
    assert figures["removed_by_moderator"] > 0
    assert [each for each in relations(log) if not each.holds] == []
