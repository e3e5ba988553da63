"""Behaviours written in Python take the place of the built-in ones."""

import math

import pytest
import simpy

from scenes import play, run, story
from stagesim.agents.faults import BehaviourError
from stagesim.agents.surroundings import Steps


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


def test_times_of_ones_own_are_rounded_up_to_whole_milliseconds() -> None:
    """Durations that somebody draws are no whole numbers; the room's time is, and never before what was asked for."""

    def kim(me) -> Steps:  # type: ignore[no-untyped-def]
        yield me.env.timeout(59_999.4)
        me.enter()
        yield from me.sleep(999.6)
        until_ms = me.now_ms + 899.5
        while me.env.now < until_ms:
            yield from me.wait(until_ms)
        assert type(me.now_ms) is int
        me.do("join_stage")
        me.leave()

    scene = "room: {mode: everyone_on_stage}\naudience: {groups: {kim: {count: 1}}}"
    assert play(scene, "entered setup_started", behaviours={"kim": kim}) == [
        "0 entered kim-1 participant",
        "1.9 setup_started kim-1 self",
    ]


def test_what_is_waited_for_without_end_does_not_come() -> None:
    def waiting(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        if me.name == "kim-1":
            while (yield from me.wait(math.inf)) is not None:
                pass
        elif me.name == "kim-2":
            yield from me.sleep(math.inf)
        else:
            yield me.env.timeout(math.inf)
        me.do("join_stage")

    scene = "room: {mode: everyone_on_stage}\naudience: {groups: {kim: {count: 3}}}"
    assert play(scene, "entered setup_started", behaviours={"kim": waiting}) == [
        f"-60 entered kim-{number} participant" for number in (1, 2, 3)
    ]


def test_a_time_that_is_not_whole_is_named() -> None:
    def kim(me) -> Steps:  # type: ignore[no-untyped-def]
        yield simpy.Timeout(me.env, 0.5)
        me.enter()

    with pytest.raises(BehaviourError, match=r"expected whole milliseconds, got `0.5`|int object expected"):
        play("audience: {groups: {kim: {count: 1}}}", "entered", behaviours={"kim": kim})


def test_a_behaviour_of_a_group_that_there_is_not_is_an_error() -> None:
    def idle(me) -> Steps:  # type: ignore[no-untyped-def]
        yield from me.wait()

    scene = "audience: {groups: {kim: {count: 1}, others: {count: 1}}}\nmoderators: {count: 1}\n"
    said = r"no group is called `kin`.*\n  hint: did you mean `kim`. possible: `kim`, `others`, `moderators`"
    with pytest.raises(ValueError, match=said):
        run(scene, behaviours={"kin": idle})
