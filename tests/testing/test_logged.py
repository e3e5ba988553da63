"""The course of a session, of its log alone: it is that of the engine that played it, buttons and notices included."""

from bisect import bisect_right
from dataclasses import replace

import pytest

from stagesim.eventlog import EventLog, LogError
from stagesim.scenario.reading.loader import loads
from stagesim.testing.stories.course import Asked, Course, Happened, Note, Offered, course
from stagesim.testing.stories.logged import course_of_log

LIVELY = """
title: Everything that changes buttons
duration: 8 min
doors_open: 1 min
timetable: [{at: 6 min, mode: everyone_on_stage}]
room: {stage_capacity: 2, request_cooldown: 25 s, request_limit: {count: 2, window: 90 s}, invitation_ttl: 20 s}
audience:
  count: 20
  mobile: 0.3
  arrival: {exponential: {mean: 1 min}}
  connection: {share: 0.5, lost_after: {exponential: {mean: 2 min}}, gap: {exponential: {mean: 10 s}}}
  wishes: {rate: 20 per hour}
  patience: {exponential: {mean: 3 min}}
  after_decline: {again: 0.9, pause: {exponential: {mean: 10 s}}, asks: 4}
  answer: {time: 5 s, accept: 0.8}
  on_stage: {stay: {exponential: {mean: 60 s}}}
moderators:
  groups: {host: {count: 2, review: {approve: 0.5, time: 8 s}, notices: 10 s}}
"""


@pytest.fixture(scope="module", params=["everyone_on_stage", "join_by_request", "invite_only"])
def both(request: pytest.FixtureRequest) -> tuple[Course, Course]:
    """One session as it was played, and as its log tells it."""
    scenario = loads(LIVELY)
    played = course(scenario, mode=request.param)
    return played, course_of_log(played.log, scenario, played.checks)


def test_a_log_tells_the_events_with_who_was_told_of_them(both: tuple[Course, Course]) -> None:
    played, told = ([each for each in found.moments if isinstance(each, Note | Happened)] for found in both)
    assert len(played) > 100
    for mine, yours in zip(played, told, strict=True):
        if isinstance(mine, Happened) and isinstance(yours, Happened):
            assert mine.event._replace(extra=dict(mine.event.extra)) == yours.event
        else:
            assert mine == yours


def test_a_log_tells_what_was_refused_and_for_how_long(both: tuple[Course, Course]) -> None:
    def refused(found: Course) -> list[tuple[object, ...]]:
        asked = (each for each in found.moments if isinstance(each, Asked) and not each.answer.accepted)
        return [
            (each.at_ms, each.command.do, each.command.by, each.answer.reason, each.answer.wait_ms) for each in asked
        ]

    assert refused(both[0]) == refused(both[1])


def offered(found: Course) -> list[tuple[int, dict[str, frozenset[str]]]]:
    """Everybody's buttons after each moment."""
    now: dict[str, frozenset[str]] = {}
    after: dict[int, dict[str, frozenset[str]]] = {}
    for each in found.moments:
        if isinstance(each, Offered):
            now[each.who] = frozenset(each.actions or ())
        after[each.at_ms] = dict(now)
    return sorted(after.items())


def test_a_log_tells_the_buttons_that_the_engine_offered_at_every_moment_at_which_it_was_asked(
    both: tuple[Course, Course],
) -> None:
    played, told = map(offered, both)
    asked = {each.at_ms for each in both[0].moments if isinstance(each, Asked | Happened)}
    times = [at_ms for at_ms, _ in told]
    for at_ms, buttons in played:
        if at_ms in asked:
            known = told[bisect_right(times, at_ms) - 1][1]
            assert {who: known.get(who, frozenset()) for who in buttons} == buttons


def test_a_log_without_its_scenario_or_of_another_engine_says_nothing_of_buttons(both: tuple[Course, Course]) -> None:
    log = both[0].log
    assert not [each for each in course_of_log(log).moments if isinstance(each, Offered)]
    foreign = EventLog.restored(replace(log.header, engine="other"), log.packed, log.names, log.groups)
    told = course_of_log(foreign, loads(LIVELY)).moments
    assert not [each for each in told if isinstance(each, Offered)]
    assert {each.event.told for each in told if isinstance(each, Happened)} == {None}


def test_a_log_of_what_cannot_have_been_is_refused(both: tuple[Course, Course]) -> None:
    log = both[0].log
    broken = EventLog(log.header)
    broken.note(0, "stage_left", "pat", cause="left")
    with pytest.raises(LogError, match="tells what cannot have been"):
        course_of_log(broken)


def test_a_refusal_names_its_target_also_where_that_is_oneself() -> None:
    scenario = loads("""
title: Somebody invites themselves
duration: 1 min
modes: [invite_only]
script:
  - {at: 1 s, do: enter_room, by: mo, role: moderator}
  - {at: 2 s, do: invite, by: mo, to: mo, expect: own_target}
  - {at: 3 s, do: leave_stage, by: mo, expect: not_on_stage}
""")
    told = course_of_log(course(scenario, mode="invite_only").log, scenario)
    refused = [each.command for each in told.moments if isinstance(each, Asked)]
    assert [(each.do, each.to) for each in refused] == [("invite", "mo"), ("leave_stage", None)]
