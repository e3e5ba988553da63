"""The story of one person: everything in order, with buttons, notices and the rule of each refusal."""

import io

import pytest
from click.testing import CliRunner

from stagesim.cli import cli
from stagesim.experiments.study import StudyError
from stagesim.reporting.terminal.story import print_stories
from stagesim.reporting.words.story import lines, moment
from stagesim.scenario.reading.loader import load, loads
from stagesim.testing.stories.course import Asked, Happened, Note, course
from stagesim.testing.stories.modes import stories

DECLINED = """
title: Declined, and asking again too soon
duration: 2 min
doors_open: 1 min
modes: [join_by_request]
room: {mode: join_by_request, request_cooldown: 1 min, stage_capacity: 1}
script:
  - {at: -20 s, do: enter_room, by: mo, role: moderator}
  - {at: -15 s, do: enter_room, by: pat, role: participant}
  - {at: -15 s, do: enter_room, by: kim, role: participant}
  - {at: 4 s, do: ask_to_join, by: kim}
  - {at: 5 s, do: ask_to_join, by: pat}
  - {at: 10 s, do: decline_request, by: mo, to: pat}
  - {at: 30 s, do: ask_to_join, by: pat}
  - {at: 40 s, do: invite, by: mo, to: pat}
  - {at: 41 s, do: join_stage, by: pat}
  - {at: 42 s, do: go_live, by: pat}
  - {at: 43 s, do: disconnect, by: pat}
"""


@pytest.mark.parametrize("mode", ["everyone_on_stage", "join_by_request", "invite_only"])
def test_a_course_has_every_event_of_the_log_in_its_order_with_the_commands_between(mode: str) -> None:
    found = course(load("scenarios/seminar.yaml"), mode=mode)
    kinds = [
        each.row["event"] if isinstance(each, Note) else each.event.event if isinstance(each, Happened) else "rejected"
        for each in found.moments
        if isinstance(each, Note | Happened) or (isinstance(each, Asked) and not each.answer.accepted)
    ]
    assert kinds == [row["event"] for row in found.log.rows()]
    times = [each.at_ms for each in found.moments]
    assert times == sorted(times)


def test_a_story_says_what_was_pressed_answered_told_and_offered() -> None:
    told = stories(loads(DECLINED), "pat")
    found = [(moment(line.at_ms), line.text) for line in lines(told.by_mode["join_by_request"], told.start_ms, "pat")]
    assert found == [
        ("-00:15", "Comes into the room as participant."),
        ("00:00", "Buttons: [Ask to join]"),
        ("00:05", "Presses [Ask to join]: is in the list of requests, 1 before them."),
        ("00:05", "Buttons: [Cancel request]"),
        ("00:10", "mo declines the request."),
        ("00:10", "Buttons: none"),
        ("00:30", "Presses [Ask to join]: refused, cooling down, 40 s left (T3)."),
        ("00:40", "mo offers a place on stage."),
        ("00:40", "Buttons: [Decline invitation] · [Join stage]"),
        ("00:41", "Presses [Join stage]: sets up camera and microphone."),
        ("00:41", "Buttons: [Cancel join] · [Decline invitation] · [Go live]"),
        ("00:42", "Presses [Go live]: takes the place."),
        ("00:42", "Is on stage now."),
        ("00:42", "Buttons: [Leave stage]"),
        ("00:43", "Is off the stage: left room."),
        ("00:43", "Is out of the room with the connection."),
        ("00:43", "Buttons: none"),
    ]


def test_picks_are_made_by_the_log_and_told_in_all_modes() -> None:
    scenario = load("scenarios/seminar.yaml")
    told = stories(scenario, "unluckiest")
    text = io.StringIO()
    print_stories(told, text)
    heads = text.getvalue().splitlines()
    assert heads[0] == f"{told.who} ({told.group})"
    assert [line.split(":")[0] for line in heads[1:4]] == ["Everyone on stage", "Join by request", "Invite only"]
    assert stories(scenario, told.who).by_mode == told.by_mode


def test_somebody_who_is_not_there_is_an_error_with_the_names() -> None:
    scenario = loads(DECLINED)
    with pytest.raises(StudyError, match=r"nobody is called `pad` in this session\n  hint: did you mean `pat`\?"):
        stories(scenario, "pad")
    with pytest.raises(StudyError, match="in this session nobody is `pushed_off`"):
        stories(scenario, "pushed_off")
    with pytest.raises(StudyError, match="no group is called `phones`"):
        stories(load("scenarios/seminar.yaml"), "typical", group="phones")


def test_the_command_prints_it_and_ends_with_2_for_nobody() -> None:
    options = ["story", "scenarios/seminar.yaml", "--modes", "invite_only", "--who"]
    shown = CliRunner().invoke(cli, [*options, "typical"], standalone_mode=False)
    assert "Invite only" in shown.output
    assert "turns to them" in shown.output
