"""Invitations that would be made for ever at one moment are refused, and those that end are not."""

import pytest

from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.simulate import simulate

ROOM = """\
title: t
duration: 10 min
room: {%s}
audience: {count: 3%s}
moderators: {invites: {keep_on_stage: 2%s}}
"""


@pytest.mark.parametrize(
    ("room", "habits", "invites", "said"),
    [
        ("stage_capacity: 1", "", "", "`room.stage_capacity` is 1"),
        ("invitation_ttl: 0", ", answer: {time: 1 s}", "", "`room.invitation_ttl` is 0"),
        ("", ", answer: {accept: 0}", "", "`audience` decline at once"),
        ("", ", setup: {failure: 1}", "", "fail to set up at once"),
        ("", ", on_stage: {stay: 0}", "", "leave the stage at once"),
        ("", ", on_stage: {stay: 0, overstay: 1, overstay_by: 0}", "", "leave the stage at once"),
    ],
)
def test_a_moment_that_would_never_end_is_refused(room: str, habits: str, invites: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(ROOM % (room, habits, invites), "x.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (5, "moderators.invites.keep_on_stage")
    assert said in problem.hint


@pytest.mark.parametrize(
    ("room", "habits", "invites"),
    [
        ("", "", ""),
        ("stage_capacity: 2", "", ""),
        ("invitation_ttl: 0", "", ", limit: 5"),
        ("", ", answer: {accept: 0}", ", limit: 5"),
        ("", ", answer: {accept: 0, ignore: 1}", ""),
        ("", ", answer: {accept: 0.5}", ""),
        ("", ", answer: {accept: 0, time: 1 s}", ""),
        ("", ", setup: {failure: 1, time: 1 s}", ""),
        ("", ", on_stage: {stay: 0, overstay: 0.1}", ""),
        ("", ", on_stage: {stay: 0}", ", whom: wishes"),
    ],
)
def test_what_takes_time_or_has_a_limit_runs_to_its_end(room: str, habits: str, invites: str) -> None:
    log = simulate(loads(ROOM % (room, habits, invites))).log
    last = list(log.rows())[-1]
    assert (last["event"], last["at"]) == ("session_ended", 600.0)


def test_whoever_is_not_there_invites_nobody_and_is_not_invited() -> None:
    text = ROOM % ("", ", answer: {accept: 0}", "")
    assert loads(text.replace("moderators: {", "moderators: {count: 0, "))
    assert loads(text.replace("count: 3", "count: 0"))
