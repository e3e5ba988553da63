"""Settings under which nobody can be served are valid, and are warned of; nothing is said that is not certain."""

import pytest

from stagesim.scenario.obstacles import obstacles
from stagesim.scenario.reading.loader import loads

HEAD = "title: t\nduration: 10 min\naudience: {count: 4, wishes: {on_arrival: 1}}\n"
CHAIR = """\
moderators: {approve_up_to: 1%s}
script:
  - {at: 0 s, do: join_stage, by: moderators-1}
  - {at: 0 s, do: go_live, by: moderators-1, expect: on_stage}
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there are no moderators"),
        ("moderators: {count: 0}", "there are no moderators"),
        ("moderators: {approve_up_to: 0}", "`approve_up_to` is 0"),
        (CHAIR % "", "`approve_up_to` is 1, and `moderators-1` stays on stage by the script"),
        ("room: {stage_capacity: 1}\n" + CHAIR.replace("approve_up_to: 1", "") % "", "`room.stage_capacity` is 1, and"),
    ],
)
def test_what_is_in_the_way_of_everybody_is_said(text: str, message: str) -> None:
    (obstacle,) = obstacles(loads(HEAD + text))
    assert obstacle.message.startswith(message)
    assert list(obstacle.modes) == ["join_by_request", "invite_only"]
    assert str(obstacle).startswith("nobody can be brought on stage in `join_by_request`, `invite_only`: ")


@pytest.mark.parametrize(
    "text",
    [
        "moderators: {}",
        "modes: [everyone_on_stage]",
        "moderators: {groups: {a: {approve_up_to: 0}, b: {}}}",
        CHAIR % ", leaves_after: 5 min",
        CHAIR % ", connection: {lost_after: 5 min, gap: 1 s}",
        CHAIR % ", wishes: {on_arrival: 1}",
        CHAIR % "" + "  - {at: 5 min, do: leave_stage, by: moderators-1}\n",
        CHAIR % "" + "  - {at: 5 min, do: set_mode, by: moderators-1, mode: everyone_on_stage}\n",
        CHAIR % "" + "rules: {name: x, cells: {ask_to_join.join_by_request.viewer: on_stage}}\n",
        "moderators: {approve_up_to: 0, invites: {every: 1 min}}",
        "script: [{at: 0, do: enter_room, by: mo, role: host}, {at: 9 s, do: invite, by: mo, to: audience-1}]",
    ],
)
def test_what_may_yet_go_well_is_not(text: str) -> None:
    assert obstacles(loads(HEAD + text)) == ()


SILENT = "title: t\nduration: 10 min\naudience: {count: 4, wishes: {on_arrival: 1}, answer: {accept: 0.5%s}}\n"


def test_people_who_never_answer_may_stop_a_list_that_is_kept_short() -> None:
    ignoring = SILENT % ", ignore: 0.5"
    (obstacle,) = obstacles(loads(ignoring + "moderators: {approve_up_to: 2}"))
    assert str(obstacle).startswith(
        "the list may stop for good in `join_by_request`, `invite_only`: some of `audience`"
    )
    assert obstacles(loads(ignoring + "moderators: {}")) == ()
    assert obstacles(loads(ignoring + "moderators: {groups: {a: {approve_up_to: 2}, b: {}}}")) == ()
    assert obstacles(loads(ignoring + "moderators: {approve_up_to: 2, revokes_after: 1 min}")) == ()
    assert obstacles(loads(ignoring + "room: {invitation_ttl: 1 min}\nmoderators: {approve_up_to: 2}")) == ()
    assert obstacles(loads(SILENT % "" + "moderators: {approve_up_to: 2}")) == ()


def test_where_nobody_wishes_nothing_is_in_the_way() -> None:
    assert obstacles(loads("title: t\nduration: 1 min\naudience: {count: 3}")) == ()
