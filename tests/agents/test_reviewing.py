"""How moderators work through the list: whom first, how many, when, and with which answer."""

import pytest

from scenes import play, run

# Three requests wait when the moderator comes: of an old hand who spoke before, of a guest, of a speaker.
WAITING = """
audience:
  on_stage: {stay: 20 s}
  groups:
    guest: {count: 1, wishes: {rounds: [{at: 101 s}]}}
    speaker: {count: 1, wishes: {rounds: [{at: 103 s}]}}
    regular: {count: 1, wishes: {rounds: [{at: 1 s}, {at: 100 s}]}}
moderators:
  review: {time: 10 s}
  groups:
    early: {leaves_after: 50 s, review: {time: 1 s}}
    late: {arrival: 110 s, DISCIPLINE}
"""


@pytest.mark.parametrize(
    ("discipline", "order"),
    [
        ("discipline: first_come", ["regular", "guest", "speaker"]),
        ("discipline: last_come", ["speaker", "guest", "regular"]),
        ("discipline: priority, priority: [speaker, guest]", ["speaker", "guest", "regular"]),
        ("discipline: priority, priority: [guest]", ["guest", "regular", "speaker"]),
        ("discipline: least_heard", ["guest", "speaker", "regular"]),
        ("once_each: true", ["guest", "speaker", "regular"]),
        ("once_each: true, discipline: last_come", ["speaker", "guest", "regular"]),
    ],
)
def test_whom_a_moderator_turns_to_first(discipline: str, order: list[str]) -> None:
    told = play(WAITING.replace("DISCIPLINE", discipline), "review_started")
    assert told[0] == "1 review_started regular-1"
    assert told[1:] == [f"{110 + 10 * n} review_started {group}-1" for n, group in enumerate(order)]


def test_a_random_discipline_takes_everybody_once_in_some_order() -> None:
    scene = WAITING.replace("DISCIPLINE", "discipline: random")
    orders = set()
    for seed in range(20):
        order = tuple(line.split()[2] for line in play(scene, "review_started", seed=seed)[1:])
        assert sorted(order) == ["guest-1", "regular-1", "speaker-1"]
        orders.add(order)
    assert len(orders) > 2


TWO = "audience: {count: 2, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 60 s}}\n"


def test_nobody_is_taken_up_beyond_a_number_on_stage() -> None:
    scene = TWO + "moderators: {approve_up_to: 1, review: {time: 5 s}}"
    assert play(scene, "review_started stage_") == [
        "10 review_started audience-1",
        "15 stage_joined audience-1 invitation",
        "75 stage_left audience-1 left",
        "75 review_started audience-2",
        "80 stage_joined audience-2 invitation",
        "140 stage_left audience-2 left",
    ]


def test_a_busy_moderator_may_decline_at_once() -> None:
    scene = TWO + "moderators: {when_busy: decline, review: {time: 30 s}}"
    assert play(scene, "request_closed wish_refused") == [
        "10 request_closed audience-2 declined",
        "10 wish_refused audience-2 declined",
        "40 request_closed audience-1 approved",
    ]


MANY = "moderators: {approve_up_to: unlimited, review: {time: 5 s}, "


def test_a_full_stage_may_be_a_reason_to_decline() -> None:
    scene = "room: {stage_capacity: 1}\n" + TWO + MANY + "when_stage_full: decline}"
    assert play(scene, "request_closed") == [
        "15 request_closed audience-1 approved",
        "20 request_closed audience-2 declined",
    ]


def test_a_decline_may_take_another_time() -> None:
    scene = TWO + "moderators: {review: {approve: 0, time: 5 s, decline_time: 20 s}}"
    assert play(scene, "request_closed") == [
        "30 request_closed audience-1 declined",
        "50 request_closed audience-2 declined",
    ]


def test_looking_only_every_so_often() -> None:
    scene = TWO + "moderators: {looks_every: 60 s, review: {time: 5 s}}"
    assert play(scene, "review_started attention_")[:6] == [
        "0 attention_lost moderators-1 between_looks",
        "60 attention_back moderators-1",
        "60 review_started audience-1",
        "65 review_started audience-2",
        "70 attention_lost moderators-1 between_looks",
        "130 attention_back moderators-1",
    ]


def test_a_presenting_moderator_turns_away_between_reviews() -> None:
    scene = TWO + "moderators: {review: {time: 20 s}, presenting: {every: 25 s, lasts: 100 s}}"
    assert play(scene, "review_ attention_", who=["audience-1", "audience-2", "moderators-1"])[:7] == [
        "10 review_started audience-1",
        "30 review_ended audience-1",
        "30 attention_lost moderators-1 presenting",
        "130 attention_back moderators-1",
        "130 review_started audience-2",
        "150 review_ended audience-2",
        "155 attention_lost moderators-1 presenting",
    ]


def test_a_review_is_resumed_after_being_called_away() -> None:
    scene = TWO + "moderators: {review: {time: 20 s}, called_away: {every: 23 s, lasts: 100 s}}"
    assert play(scene, "review_ attention_")[:8] == [
        "10 review_started audience-1",
        "23 attention_lost moderators-1 called_away",
        "123 attention_back moderators-1",
        "130 review_ended audience-1",
        "130 review_started audience-2",
        "146 attention_lost moderators-1 called_away",
        "246 attention_back moderators-1",
        "250 review_ended audience-2",
    ]


def test_resting_whenever_nothing_waits() -> None:
    scene = TWO + "moderators: {review: {time: 5 s}, rests: 40 s}"
    assert play(scene, "review_started attention_")[:6] == [
        "0 attention_lost moderators-1 resting",
        "40 attention_back moderators-1",
        "40 review_started audience-1",
        "45 review_started audience-2",
        "50 attention_lost moderators-1 resting",
        "90 attention_back moderators-1",
    ]


def test_the_list_is_cleared_at_a_moment() -> None:
    scene = TWO + "moderators: {review: {time: 60 s}, clears_at: [30 s]}"
    assert play(scene, "request_closed review_ended wish_refused", who=["audience-1"]) == [
        "30 request_closed audience-1 cleared",
        "30 wish_refused audience-1 declined",
        "30 review_ended audience-1",
    ]
    assert play(scene, "request_closed review_", who=["audience-2"]) == ["30 request_closed audience-2 cleared"]


def test_a_moderator_who_leaves_puts_the_person_back_on_the_list() -> None:
    scene = (
        TWO
        + """
moderators:
  review: {time: 30 s}
  groups:
    first: {leaves_after: 20 s}
    second: {arrival: 50 s}
"""
    )
    assert play(scene, "review_ request_closed by") == [
        "10 review_started audience-1 by first-1",
        "20 review_ended audience-1 by first-1",
        "50 review_started audience-1 by second-1",
        "80 review_ended audience-1 by second-1",
        "80 request_closed audience-1 approved by second-1",
        "80 review_started audience-2 by second-1",
        "110 review_ended audience-2 by second-1",
        "110 request_closed audience-2 approved by second-1",
    ]


def test_an_early_bird_before_the_start_works_from_the_start_on() -> None:
    staff = "moderators: {arrival: -30 s, review: {time: 5 s}}\n"
    scene = staff + "audience: {count: 1, arrival: -20 s, wishes: {on_arrival: 1}}"
    assert play(scene, "wish_arose request_ rejected") == [
        "0 wish_arose audience-1",
        "0 request_created audience-1",
        "5 request_closed audience-1 approved",
    ]


@pytest.mark.parametrize("mode", ["join_by_request", "invite_only"])
def test_several_moderators_never_review_the_same_person_at_once(mode: str) -> None:
    scene = """
moderators: {count: 3, review: {approve: 0.5, time: {exponential: {mean: 20 s}}}}
audience:
  count: 30
  patience: {exponential: {mean: 60 s}}
  wishes: {rate: 30 per hour}
  after_decline: {again: 0.5, pause: 10 s}
"""
    under_review: dict[str, str] = {}
    reviews, most = 0, 0
    for row in run(scene, mode=mode).rows():
        who, by = str(row["who"]), str(row["by"])
        if row["event"] == "review_started":
            assert who not in under_review
            assert by not in under_review.values()
            under_review[who] = by
            reviews, most = reviews + 1, max(most, len(under_review))
        elif row["event"] == "review_ended":
            assert under_review.pop(who) == by
    assert reviews > 50
    assert most == 3
