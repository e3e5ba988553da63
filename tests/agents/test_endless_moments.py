"""A moment that never ends is an error, within seconds, and says who does what, and when."""

import re

import pytest
import simpy

from scenes import run
from stagesim.agents.clock import Clock, EndlessMoment
from stagesim.agents.faults import BehaviourError
from stagesim.agents.surroundings import Steps
from stagesim.scenario.faults import ScenarioError

ONE = "audience: {count: 1, arrival: 0 s, wishes: {rounds: [{at: 10 s}]}"

SELDOM = "{mixture: [{weight: 0.9989, of: 0 s}, {weight: 0.0011, of: 1 h}]}"
"""No time but about once in a thousand: what is shorter is refused before it runs. With seed 1 it is never long."""


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (
            "room: {request_ttl: 0 s}\n" + ONE + ", after_decline: {again: 1, pause: " + SELDOM + "}}",
            "the moment 10 s never ends: `audience-1` does `ask_to_join` again and again",
        ),
        (
            "moderators: {arrival: 0 s, review: {time: 0 s, approve: 0}}\n"
            + ONE
            + ", after_decline: {again: 1, pause: "
            + SELDOM
            + "}}",
            "the moment 10 s never ends: `audience-1` does `ask_to_join` again and again",
        ),
        (
            "moderators: {arrival: 0 s, review: {time: 0 s}}\n"
            + ONE.replace("rounds: [{at: 10 s}]", "after_settled: " + SELDOM)
            + ", on_stage: {stay: 0 s}}",
            "again and again",
        ),
    ],
)
def test_people_who_try_again_without_a_pause(scene: str, said: str) -> None:
    with pytest.raises(EndlessMoment, match=re.escape(said)):
        run(scene)


def test_a_person_who_gives_one_command_after_the_other() -> None:
    def undecided(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        yield from me.sleep(70_000)
        while True:
            me.do("ask_to_join")
            me.do("cancel_request")

    with pytest.raises(EndlessMoment, match=r"the moment 10 s never ends: `kim-1` does `[a-z_]+` again and again"):
        run("audience: {groups: {kim: {count: 1}}}", behaviours={"kim": undecided})


@pytest.mark.parametrize(
    "scene",
    [
        "audience: {count: 1, wishes: {on_arrival: 1}, after_decline: {again: 1, pause: 0 s}}",
        "audience: {count: 1, wishes: {after_settled: 0 s}, on_stage: {stay: 0 s}}",
    ],
)
def test_what_a_file_shows_is_refused_before_anything_runs(scene: str) -> None:
    with pytest.raises(ScenarioError, match=r"of 0 needs a (`limit`|limit)"):
        run(scene)


def test_a_behaviour_of_ones_own_that_never_waits() -> None:
    def restless(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        while True:
            yield from me.sleep(0)

    with pytest.raises(EndlessMoment, match="the moment -60 s never ends: `kim-1` waits again and again"):
        run("audience: {groups: {kim: {count: 1}}}", behaviours={"kim": restless})


def test_simpy_events_without_end() -> None:
    """What no command and no wait shows is found by the clock that does not move."""

    def spinning(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        while True:
            yield me.env.timeout(0)

    with pytest.raises(EndlessMoment, match="never ends: its last event is `entered` of `kim-1`"):
        run("audience: {groups: {kim: {count: 1}}}", behaviours={"kim": spinning})


def test_a_crowd_in_one_moment_is_no_fault() -> None:
    audience = "audience: {count: 2000, arrival: 0 s, wishes: {on_arrival: 1}, on_stage: {stay: 0 s}}\n"
    log = run("room: {mode: join_by_request}\n" + audience + "moderators: {arrival: 0 s, review: {time: 0 s}}")
    assert sum(row["event"] == "stage_left" for row in log.rows()) == 2000


def test_the_private_names_of_simpy_are_there() -> None:
    """`stagesim.agents.clock` uses names of SimPy that are not public; a version without them is noticed here."""
    environment = simpy.Environment()
    event = simpy.Event(environment)
    assert {"_now", "_queue"} <= {*dir(environment), *vars(environment)}
    assert {"_ok", "_value"} <= {*dir(event), *vars(event)} | {"_ok"}
    clock, seen = Clock(), []
    clock.at(5, lambda: seen.append(clock.now))
    end = clock.at(7, None)
    clock.run_until(end, people=lambda: 0)
    assert (seen, clock.now) == ([5], 7)


def test_what_a_behaviour_raises_ends_the_run_and_is_its_cause() -> None:
    fault = KeyError("kim", "unheard of")

    def failing(me) -> Steps:  # type: ignore[no-untyped-def]
        me.enter()
        yield from me.sleep(1_000)
        raise fault

    with pytest.raises(BehaviourError, match="in the behaviour of `kim`, as `kim-1`, at -59 s") as caught:
        run("audience: {groups: {kim: {count: 1}}}", behaviours={"kim": failing})
    assert caught.value.__cause__ is fault


def test_a_failure_that_somebody_sees_to_does_not_end_the_run() -> None:
    clock, seen = Clock(), []

    def failing() -> Steps:
        yield clock.timeout(1)
        raise KeyError("kim")

    def seeing_to_it() -> Steps:
        try:
            yield clock.process(failing())
        except KeyError:
            seen.append(clock.now)

    clock.process(seeing_to_it())
    clock.run_until(clock.at(5, None), people=lambda: 0)
    assert (seen, clock.now) == ([1], 5)
