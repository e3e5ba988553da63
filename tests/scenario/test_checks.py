"""What must hold between the fields of a scenario."""

import pytest

from stageaccess.vocabulary import Action
from stagesim.scenario.reading.loader import Problem, ScenarioError, loads

HEAD = "title: t\nduration: 10 min\n"


def problems(text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text, "x.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("audience: {}", "audience", "missing `count`"),
        ("audience: {count: 1, arrival: 1 s, arrival_gap: 1 s}", "audience.arrival_gap", "exclude each other"),
        ("audience: {arrival_gap: 1 s}", "audience.arrival_gap", "nobody leaves"),
        ("audience: {count: 1, arrival_fades: 1 s}", "audience.arrival_fades", "needs an `arrival_gap`"),
        ("audience: {count: 1, arrival_gap: 0 s}", "audience.arrival_gap", "above 0"),
        ("audience: {count: 1, on_stage: {pulse: 0}}", "audience.on_stage.pulse", "above 0"),
        (
            "audience: {count: 1, leaves_when_settled: true, wishes: {rate: 1 per hour}}",
            "audience.leaves_when_settled",
            "an end of the wishes",
        ),
        ("audience: {count: 1, wishes: {unequal: 2}}", "audience.wishes.unequal", "is a factor on `rate`"),
        ("audience: {count: 1, wishes: {load: 2}}", "audience.wishes.load", "is a factor on `rate`"),
        ("audience: {count: 1, wishes: {after_settled: 0}}", "audience.wishes.after_settled", "needs a `limit`"),
        ("audience: {count: 1, wishes: {rounds: [{at: 10 min}]}}", "audience.wishes.rounds.0.at", "not within"),
        ("audience: {count: 1, patience: {minus: 1 s}}", "audience.patience", "0 or more"),
        ("audience: {count: 1, connection: {lost_after: 0, gap: 1 s}}", "audience.connection.lost_after", "above 0"),
        ("audience: {count: 1, connection: {lost_after: 0.4 ms, gap: 0}}", "audience.connection.lost_after", "1 ms"),
        ("audience: {count: 1, full_stage: {then: retry, retry_after: 0}}", "audience.full_stage.retry_after", "1 ms"),
        ("audience: {count: 1, wishes: {after_settled: 0.9 ms}}", "audience.wishes.after_settled", "needs a `limit`"),
        ("audience: {count: 1, after_decline: {again: 1, pause: 0}}", "audience.after_decline.pause", "needs a limit"),
        ("audience: {count: 1, wishes: {rate: 900 per s, unequal: 2}}", "audience.wishes.rate", "per millisecond"),
        ("moderators: {rests: 0}", "moderators.rests", "1 ms or more"),
        ("moderators: {invites: {every: {uniform: {low: 0, high: 1 ms}}}}", "moderators.invites.every", "1 ms or more"),
        ("moderators: {presenting: {every: 0, lasts: 1 s}}", "moderators.presenting.every", "1 ms or more"),
        ("moderators: {called_away: {every: 0, lasts: 1 s}}", "moderators.called_away.every", "1 ms or more"),
        ("moderators: {revokes_after: 0}", "moderators.revokes_after", "1 ms or more"),
        ("moderators: {discipline: priority}", "moderators.discipline", "needs a `priority`"),
        ("moderators: {priority: [a]}", "moderators.priority", "not followed"),
        ("moderators: {discipline: priority, priority: [a]}", "moderators.priority.0", "unknown group `a`"),
        (
            "audience: {count: 1}\nmoderators: {discipline: priority, priority: [audience, audience]}",
            "moderators.priority.1",
            "twice",
        ),
        ("moderators: {clears_at: [1 s, 10 min]}", "moderators.clears_at.1", "not within the session"),
        ("moderators: {invites: {}}", "moderators.invites", "when to invite"),
        ("moderators: {invites: {every: 1 s, whom: agenda}}", "moderators.invites.whom", "needs an `agenda`"),
        ("moderators: {invites: {every: 1 s, agenda: [a]}}", "moderators.invites.agenda", "not followed"),
        ("moderators: {removes: {}}", "moderators.removes", "whom to remove"),
        ("moderators: {looks_every: 0 s}", "moderators.looks_every", "above 0"),
        ("modes: []", "modes", "at least one mode"),
        ("modes: [invite_only, invite_only]", "modes.1", "twice"),
        ("timetable: [{at: 1 s, mode: invite_only}]", "timetable", "nobody can carry out"),
        (
            "moderators: {client: mobile}\ntimetable: [{at: 1 s, mode: invite_only}]",
            "timetable",
            "nobody can carry out",
        ),
        ("moderators: {}\ntimetable: [{at: 10 min, mode: invite_only}]", "timetable.0.at", "not within the session"),
        (
            "moderators: {}\ntimetable: [{at: 2 s, mode: invite_only}, {at: 1 s, mode: invite_only}]",
            "timetable.1.at",
            "`1 s` comes after `2 s`",
        ),
    ],
)
def test_what_cannot_be(text: str, path: str, message: str) -> None:
    (problem,) = problems(text)
    assert problem.path == path
    assert message in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "audience: {arrival_gap: 1 s, leaves_after: 1 min}",
        "audience: {arrival_gap: 1 s, leaves_when_settled: true, wishes: {on_arrival: 1}}",
        "audience: {count: 5, arrival_gap: 1 s}",
        "audience: {count: 5, after_decline: {again: 1, pause: 0, asks: 3}}",
        "audience: {count: 5, after_decline: {again: 0.9, pause: 0}}",
        "audience: {count: 1, leaves_when_settled: true, wishes: {rate: 1 per hour, limit: 1}}",
        "moderators: {}\ntimetable: [{at: 0, mode: invite_only}, {at: 9 min, mode: everyone_on_stage}]",
        "doors_open: 1 min\nscript: [{at: -1 min, do: start_session}, {at: 10 min, do: end_session}]",
    ],
)
def test_what_can_be(text: str) -> None:
    assert loads(HEAD + text).title == "t"


def test_an_agenda_names_people_of_groups_or_of_the_script() -> None:
    text = """\
doors_open: 1 min
audience: {groups: {a: {count: 2}, b: {arrival_gap: 1 s, leaves_after: 1 s}}}
moderators: {invites: {every: 1 min, whom: agenda, agenda: [a-1, a-2, b-77, pat, %s]}}
script: [{at: -1 s, do: enter_room, by: pat, role: participant}]
"""
    assert loads(HEAD + text % "a-1").moderators["moderators"].invites
    for name in ("a-3", "a-0", "a-01", "a", "c-1", "mo"):
        (problem,) = problems(text % name)
        assert problem.path == "moderators.invites.agenda.4"
        assert problem.message == f"nobody is called `{name}`"


@pytest.mark.parametrize(
    ("step", "path", "message"),
    [
        ("{at: 0, do: ask_to_join}", "", "`ask_to_join` needs `by`"),
        ("{at: 0, do: invite, by: mo}", "", "`invite` needs `to`"),
        ("{at: 0, do: set_mode, by: mo}", "", "`set_mode` needs `mode`"),
        ("{at: 0, do: enter_room, by: mo}", "", "`enter_room` needs `role`"),
        ("{at: 0, do: ask_to_join, by: pat, to: mo}", ".to", "`ask_to_join` does not take `to`"),
        ("{at: 0, do: ask_to_join, by: pat, request: r1}", ".request", "does not take `request`"),
        ("{at: 0, do: start_session, by: mo}", ".by", "does not take `by`"),
        ("{at: 0, do: speak, by: system}", ".by", "nobody is called `system`"),
        ("{at: 0, do: speak, by: ''}", ".by", "`by` is empty"),
        ("{at: 0, do: start_session, expect: viewer}", "", "but of nobody"),
        ("{at: 0, of: pat}", "", "expects a standing"),
        ("{at: 0, of: pat, expect: accepted}", ".expect", "expects a standing"),
        ("{at: 0, of: pat, expect: stage_full}", ".expect", "expects a standing"),
        ("{at: 0, expect: viewer}", "", "needs `of`"),
        ("{at: 0, of: pat, by: mo, expect: viewer}", ".by", "`by` needs an action"),
        ("{at: -1 s, of: p-1, expect: viewer}", ".at", "outside of the scenario"),
        ("{at: 11 min, of: p-1, expect: viewer}", ".at", "outside of the scenario"),
    ],
)
def test_steps_that_cannot_be(step: str, path: str, message: str) -> None:
    (problem,) = problems(f"audience: {{groups: {{p: {{count: 1}}}}}}\nscript: [{step}]")
    assert problem.path == f"script.0{path}"
    assert message in problem.message


def test_steps_stand_in_the_order_of_time() -> None:
    looks = ", ".join(f"{{at: {at} s, of: moderators-1, expect: viewer}}" for at in (2, 2, 1))
    (problem,) = problems(f"moderators: {{}}\nscript: [{looks}]")
    assert (problem.path, problem.message) == ("script.2.at", "`1 s` comes after `2 s`")


def test_every_action_can_stand_in_a_script() -> None:
    fields = {
        Action.ENTER_ROOM: "by: a, role: host",
        Action.SET_MODE: "by: a, mode: invite_only, client: desktop",
        Action.CHANGE_ROLE: "by: a, to: b, role: moderator",
        Action.START_SESSION: "id: x",
        Action.END_SESSION: "",
        Action.BRING_TO_STAGE: "by: a, to: b, request: r1",
        Action.DECLINE_REQUEST: "by: a, to: b",
        Action.INVITE: "by: a, to: b",
        Action.REVOKE_INVITATION: "by: a, to: b",
        Action.REMOVE_FROM_STAGE: "by: a, to: b",
    }
    steps = ", ".join(f"{{at: 0, do: {action}, {fields.get(action, 'by: a')}}}" for action in Action)
    script = f"script: [{{at: 0, do: enter_room, by: b, role: participant}}, {steps}]"
    assert [step.do for step in loads(f"{HEAD}{script}").script] == [Action.ENTER_ROOM, *Action]
