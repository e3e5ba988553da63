"""A name in a script that nobody has is a slip, and is refused with the names that there are."""

import pytest

from stagesim.scenario.reading.loader import Problem, ScenarioError, loads

PEOPLE = """\
title: t
duration: 5 min
audience: {groups: {audience: {count: 2}, guests: {arrival_gap: 1 s, leaves_after: 1 min}, nobody: {count: 0}}}
moderators: {count: 1}
script:
  - {at: 0 s, do: enter_room, by: pat, role: participant}
"""


def problems(step: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        loads(f"{PEOPLE}  - {step}\n", "x.yaml")
    return caught.value.problems


@pytest.mark.parametrize("name", ["pat", "audience-1", "audience-2", "guests-1", "guests-4711", "moderators-1"])
def test_names_that_somebody_has(name: str) -> None:
    assert len(loads(f"{PEOPLE}  - {{at: 1 s, of: {name}, expect: viewer}}\n").script) == 2


@pytest.mark.parametrize(
    "name", ["audience-3", "audience-0", "audience-01", "audience", "guests-0", "nobody-1", "moderators-2", "mo", "Pat"]
)
def test_names_that_nobody_has(name: str) -> None:
    (problem,) = problems(f"{{at: 1 s, of: {name}, expect: viewer}}")
    assert (problem.line, problem.path) == (7, "script.1.of")
    assert problem.message == f"nobody is called `{name}`"
    there = "`audience-1` to `audience-2`, `guests-1`, `guests-2` and so on, `moderators-1`, `pat`"
    assert problem.hint.endswith(f"there are {there}")


def test_each_name_of_a_step_is_looked_at_and_the_nearest_is_offered() -> None:
    by, to = problems("{at: 1 s, do: invite, by: moderator-1, to: audience-9}")
    assert (by.path, to.path) == ("script.1.by", "script.1.to")
    assert by.hint.startswith("did you mean `moderators-1`?")
    assert to.hint.startswith("did you mean `audience-1`?")


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("told: [pat, kim]", "told.1"),
        ("not_told: [kim]", "not_told.0"),
        ("queue: [kim]", "queue.0"),
        ("on_stage: [kim]", "on_stage.0"),
        ("of: pat, offered: [invite kim]", "offered.0"),
        ("of: pat, not_offered: [go_live, invite kim]", "not_offered.1"),
        ("events: [spoke pat, spoke kim]", "events.1"),
        ("events: [stage_removed pat moderator by kim]", "events.0"),
    ],
)
def test_what_is_expected_of_people_is_of_people_there_are(words: str, path: str) -> None:
    (problem,) = problems(f"{{at: 1 s, {words}}}")
    assert (problem.path, problem.message) == (f"script.1.{path}", "nobody is called `kim`")
    assert len(loads(f"{PEOPLE}  - {{at: 1 s, {words.replace('kim', 'moderators-1')}}}").script) == 2


def test_the_system_may_stand_where_it_acts() -> None:
    step = "{at: 1 s, events: [session_ended system by system, request_closed pat expired by system]}"
    assert len(loads(f"{PEOPLE}  - {step}").script) == 2


def test_a_step_may_try_a_name_where_it_expects_to_be_told_that_nobody_has_it() -> None:
    steps = """\
  - {at: 1 s, do: invite, by: moderators-1, to: nobody, expect: unknown_target}
  - {at: 1 s, do: ask_to_join, by: nobody, expect: unknown_actor}
"""
    assert len(loads(PEOPLE + steps).script) == 3
    (problem,) = problems("{at: 1 s, do: invite, by: nobody, to: pat, expect: unknown_target}")
    assert problem.path == "script.1.by"


def test_where_there_are_no_people_the_hint_says_so() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("title: t\nduration: 5 min\nscript: [{at: 0, do: ask_to_join, by: pat}]\n")
    (problem,) = caught.value.problems
    assert problem.hint == "there are no people"
