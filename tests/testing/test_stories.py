"""The story of one person: everything in order, with buttons, notices and the rule of each refusal."""

from typing import Any

import pytest
from click.testing import CliRunner

from stageaccess import Reason, StageAccess
from stageaccess.vocabulary import MEANINGS
from stagesim.cli import cli, invoke
from stagesim.experiments.study import StudyError
from stagesim.reporting.words.story import moment, picks_said, told, why_this_one
from stagesim.scenario.reading.loader import load, loads
from stagesim.simulate import simulate
from stagesim.testing.stories.course import Asked, Happened, Note, course
from stagesim.testing.stories.explained import explained
from stagesim.testing.stories.modes import courses_of, stories
from stagesim.testing.stories.picks import PICKS

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
    told_of = stories(courses_of(loads(DECLINED)), "pat")
    found = [(moment(line.at_ms), line.sort, line.text) for line in told(told_of)["join_by_request"].lines]
    assert found == [
        ("-00:15", "room", "Comes into the room as a participant, on a computer."),
        ("00:00", "room", "The session begins."),
        ("00:00", "sees", "Buttons: [Ask to join]"),
        ("00:05", "press", "Presses [Ask to join]: is in the list of requests, 1 before them."),
        ("00:05", "sees", "Buttons: [Cancel request]"),
        ("00:10", "told", "Is told: mo declines the request."),
        ("00:10", "sees", "Buttons: none"),
        (
            "00:30",
            "press",
            f"Tries [Ask to join]: refused, since {MEANINGS[Reason.COOLING_DOWN]}, 40 s left (rule T3).",
        ),
        ("00:40", "told", "Is told: mo offers a place on stage."),
        ("00:40", "sees", "Buttons: [Join stage] · [Decline invitation]"),
        ("00:41", "press", "Presses [Join stage]: sets up camera and microphone."),
        ("00:41", "sees", "Buttons: [Go live] · [Cancel join] · [Decline invitation]"),
        ("00:42", "press", "Presses [Go live]: is on stage now."),
        ("00:42", "sees", "Buttons: [Leave stage]"),
        ("00:43", "room", "Is off the stage, since they are out of the room."),
        ("00:43", "room", "Is out of the room: the connection is lost."),
    ]


def test_an_engine_that_is_not_ours_is_asked_and_tells_the_same_story() -> None:
    scenario = loads(DECLINED)
    ours, theirs = (told(stories(courses_of(scenario, engine=engine), "pat")) for engine in (None, StageAccess))
    assert ours == theirs


def test_what_staff_do_is_told_from_their_side() -> None:
    found = told(stories(courses_of(loads(DECLINED)), "mo"))["join_by_request"]
    assert found.how == "turned to nobody"
    assert [line.text for line in found.lines if line.sort == "press"] == [
        "Declines the request of pat.",
        "Offers pat a place on stage.",
    ]


PICKED = """
title: Somebody for every pick
duration: 3 min
doors_open: 10 s
modes: [everyone_on_stage, join_by_request]
room: {stage_capacity: 1, request_ttl: 40 s, reconnect_grace: 5 s}
audience:
  groups:
    desk:
      count: 3
      arrival: 0 s
      patience: 30 s
      silent: 1
      wishes: {rounds: [{at: 20 s, share: 1, delay: {uniform: {low: 0 s, high: 9 s}}}]}
    phone:
      count: 1
      mobile: 1
      arrival: 1 s
      wishes: {rounds: [{at: 50 s, share: 1, delay: 0 s}]}
      setup: {failure: 1}
script:
  - {at: -5 s, do: enter_room, by: kim, role: participant}
  - {at: -5 s, do: enter_room, by: mo, role: moderator}
  - {at: 5 s, do: ask_to_join, by: kim}
  - {at: 9 s, do: decline_request, by: mo, to: kim}
  - {at: 10 s, do: leave_room, by: mo}
"""


def test_each_pick_means_somebody_and_says_why() -> None:
    courses = courses_of(loads(PICKED))
    found = {name: each.split(": ")[0] for name, each in picks_said(courses).items()}
    assert found == {
        "unluckiest": "phone-1",
        "typical": "desk-2",
        "typical-phone": "phone-1",
        "pushed-off": "desk-1",
        "declined": "kim",
        "unanswered": "desk-1",
        "gave-up": "desk-1",
        "camera-failed": "phone-1",
    }
    assert list(found) == [pick.name for pick in PICKS]
    assert why_this_one(stories(courses, "pushed-off")) == (
        "Pushed off the stage: the first who lost the place on a full stage to the next speaker; here in everyone on "
        "stage, at 00:25."
    )
    assert stories(courses, "typical", "phone").who == "phone-1"
    assert stories(courses, "pushed-off").by_mode == stories(courses, "desk-1").by_mode


def absent(me: Any) -> Any:
    """Somebody who never comes in."""
    yield from me.sleep(1_000)


def test_a_kept_session_is_explained_only_where_it_comes_out_the_same() -> None:
    scenario = loads(PICKED)
    kept = simulate(scenario, mode="everyone_on_stage").log
    again = explained(kept, scenario)
    assert again is not None
    assert len(again) > len(kept)
    assert explained(kept, loads(PICKED, sets=["audience.groups.desk.setup.time=9 s"])) is None
    silent = simulate(scenario, mode="everyone_on_stage", behaviours={"desk": absent}).log
    assert explained(silent, scenario) is None


def test_somebody_who_is_not_there_is_an_error_that_says_what_is_possible() -> None:
    courses = courses_of(loads(DECLINED))
    with pytest.raises(StudyError, match=r"nobody is called `pad` in this session\n  hint: did you mean `pat`\?"):
        stories(courses, "pad")
    with pytest.raises(StudyError) as found:
        stories(courses, "pushed-off")
    assert str(found.value).splitlines() == [
        "`pushed-off`: nobody was pushed off the stage in this session",
        "  hint: possible: `declined`, `unanswered`, or a name",
    ]
    with pytest.raises(StudyError, match="no group is called `phones`\n  hint: there is none to choose from"):
        stories(courses, "typical", group="phones")


def test_the_command_tells_a_story_and_without_a_name_says_of_whom() -> None:
    options = ["story", "scenarios/seminar.yaml", "--modes", "invite_only,join_by_request"]
    shown = CliRunner().invoke(cli, [*options, "--who", "typical"], standalone_mode=False).output
    heads = shown.splitlines()
    assert heads[0].endswith("(audience, a computer)")
    assert heads[1].startswith("A typical person: ")
    assert "Times are minutes and seconds from the session's start; before it with a minus sign." in heads
    assert [line.split(":")[0] for line in heads if line.startswith(("Invite only", "Join by"))] == [
        "Invite only",
        "Join by request",
    ]
    assert "turns to the wish" in shown
    picks = CliRunner().invoke(cli, options, standalone_mode=False).output
    assert picks.split()[0] == "unluckiest"


@pytest.mark.parametrize(
    ("group", "said"), [("phones", "no group is called `phones`"), ("tutor", "there is nobody to pick")]
)
def test_a_group_of_which_there_is_no_story_is_said(group: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was printed, and that was a success."""
    assert invoke(["story", "scenarios/seminar.yaml", "--modes", "invite_only", "--group", group]) == 2
    assert said in capsys.readouterr().err
