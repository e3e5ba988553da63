"""When wishes arise: in rounds, at random, after each other; unequal between people and days."""

import statistics

from scenes import play, run


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
