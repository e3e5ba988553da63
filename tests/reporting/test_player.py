"""The replay player: what it shows at any moment is what the engine's own fold says of that moment."""

import json
import random
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from stagesim.cli import cli
from stagesim.eventlog.files import write_jsonl
from stagesim.experiments.results import Results
from stagesim.experiments.study import Plan, StudyError, study
from stagesim.reporting.page.played import AWAY, STANDINGS, Run, run_data
from stagesim.reporting.page.player import player, player_page
from stagesim.reporting.page.session import session_shown, usual_session
from stagesim.reporting.words.parting import behind
from stagesim.scenario.reading.loader import load, loads
from stagesim.simulate import simulate
from stagesim.testing.stories.course import Course, Happened, course
from stagesim.testing.stories.logged import course_of_log

STATE = files("stagesim.reporting.page") / "templates" / "player_state.js"
ASK = """
const player = require(process.argv[2]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = player.prepared(asked.run);
const shown = asked.times.map((time) => {
  const state = player.stateAfter(run, player.stepsBy(run, time));
  return [Array.from(state.codes), state.queue, state.stage];
});
process.stdout.write(JSON.stringify([shown, player.firstDifference(run, player.prepared(asked.other))]));
"""


TALK = """
title: A talk
duration: 5 min
modes: [join_by_request]
room: {mode: join_by_request, stage_capacity: 2}
audience: {count: 8, wishes: {rate: 60 per hour}, on_stage: {stay: 20 s}}
moderators: {groups: {tutor: {review: {approve: 1, time: 2 s}, notices: 5 s}}}
"""

LATER = "rules: {name: invite later, cells: {bring_to_stage.requested: viewer}}\n"


@pytest.fixture(scope="module")
def seminar() -> Course:
    return course(load("scenarios/seminar.yaml"), mode="join_by_request", buttons=False)


def folded(found: Course, moments_ms: Sequence[int]) -> Iterator[tuple[int, list[object]]]:
    """How everybody stands, the list and the stage at each moment, by the engine's own fold; the moments in order."""
    room, place = found.room.copy(), {name: number for number, name in enumerate(found.log.names)}
    events = deque(moment.event for moment in found.moments if isinstance(moment, Happened))
    for at_ms in sorted(moments_ms):
        while events and events[0].at_ms <= at_ms:
            room.apply(events.popleft())
        codes = [0] * len(place)
        for name, person in room.people.items():
            away = AWAY if person.presence == "away" else 0
            codes[place[name]] = 0 if person.presence == "gone" else STANDINGS.index(person.standing) + away
        yield at_ms, [codes, [place[name] for name in room.queue], [place[name] for name in room.stage]]


@pytest.mark.skipif(shutil.which("node") is None, reason="the player's own code needs node to run outside a browser")
def test_a_thousand_random_moments_are_those_of_the_engines_fold(seminar: Course, tmp_path: Path) -> None:
    scenario = load("scenarios/seminar.yaml", ["room.stage_capacity=1"])
    other = course(scenario, mode="join_by_request", buttons=False)
    start_ms, end_ms = seminar.log.header.start_ms, seminar.moments[-1].at_ms
    draw = random.Random(5)
    moments = [draw.randint(0, end_ms) for _ in range(997)] + [seminar.moments[place].at_ms for place in (0, 400, -1)]
    told = [Run(name, course_of_log(found.log, scenario)) for name, found in (("one", seminar), ("other", other))]
    embedded = re.findall(r'class="run">(.*?)</script>', str(player("Seminar", told)), re.DOTALL)
    asked = {
        "run": json.loads(embedded[0]),
        "other": json.loads(embedded[1]),
        "times": [moment - start_ms for moment in moments],
    }
    (tmp_path / "ask.js").write_text(ASK)
    (tmp_path / "state.js").write_text(STATE.read_text())
    command = ["node", str(tmp_path / "ask.js"), str(tmp_path / "state.js")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    shown, parted_ms = json.loads(done.stdout)
    assert dict(zip(moments, shown, strict=True)) == dict(folded(seminar, moments))
    assert parted_ms == first_difference(seminar, other)


def first_difference(one: Course, other: Course) -> int:
    """When two logs part, from the session's start."""
    pairs = zip(one.log.rows(), other.log.rows(), strict=False)
    at_s = next(min(mine["at"], yours["at"]) for mine, yours in pairs if mine != yours)
    return round(at_s * 1000) - one.log.header.start_ms


def test_the_page_needs_nothing_else_and_shows_no_name_as_markup() -> None:
    named = """
title: "</script><b>"
duration: 1 min
modes: [join_by_request]
script:
  - {at: 1 s, do: enter_room, by: "<em>pat", role: participant}
  - {at: 2 s, do: ask_to_join, by: "<em>pat", expect: accepted, standing: invited}
  - {at: 3 s, do: ask_to_join, by: "<em>pat"}
"""
    found = course(loads(named), mode="join_by_request")
    page = player_page("</script><b>", [Run("<u>", found)])
    assert "http" not in page
    assert "<em>" not in page
    assert "<u>" not in page
    assert page.count("</script>") == 3
    data = json.loads(re.search(r'class="run">(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]
    steps, texts = data["steps"], data["texts"]
    refused = [step for step in steps if step.get("k") == "refused"]
    (said,) = [texts[step["x"]] for step in refused]
    assert said.startswith("Tries [Ask to join]: refused, since the person has asked, and waits for an answer (cell ")
    assert [step["t"] for step in steps if step.get("k") == "failed"] == [2000]


def test_the_command_takes_one_session_or_two(tmp_path: Path) -> None:
    out = tmp_path / "replay"
    asked = ["replay", "scenarios/seminar.yaml", "--variant", "narrow: room.stage_capacity=2", "--out", str(out)]
    assert CliRunner().invoke(cli, asked, standalone_mode=False).return_value == 0
    page = (out / "replay.html").read_text()
    assert "Join by request, narrow" in page
    modes = ["--modes", "everyone_on_stage,join_by_request,invite_only"]
    beside = ["--variant", "a: room.stage_capacity=2", "--rules", "seats_at_once"]
    with pytest.raises(StudyError, match="expected at most 6 sessions, got 3 modes, each 3 times"):
        CliRunner().invoke(
            cli, ["replay", "scenarios/seminar.yaml", *modes, *beside], standalone_mode=False, catch_exceptions=False
        )


def test_staff_attend_to_the_latest_and_go_on_with_what_it_has_interrupted() -> None:
    scenario = load("scenarios/town_hall.yaml", ["audience.count=60", "audience.wishes.unsuitable=0.4"])
    data = run_data(Run("one", course(scenario, mode="everyone_on_stage")))
    said = {data["texts"][step["a"][1]].split(" ")[0] for step in data["steps"] if "a" in step}
    assert {"", "watches", "takes", "presents", "reads"} <= said
    assert "away:" not in said  # nobody is called away there


@pytest.fixture(scope="module")
def seminars() -> Results:
    """Four sessions a mode, with their logs."""
    scenario = load("scenarios/seminar.yaml", ["audience.count=15"])
    return study(Plan(scenario, ("everyone_on_stage", "join_by_request"), range(4)))


def test_a_page_plays_the_most_usual_session_of_its_logs(seminars: Results) -> None:
    shown = session_shown({"": seminars})
    far = {
        number: sum(
            abs(seminars.values("wishes_heard_share", mode)[number] - mean(seminars, mode)) for mode in seminars.modes
        )
        for number in range(4)
    }
    number = usual_session(seminars)
    assert far[number] == min(far.values())
    assert f"This is session {number}, counted from 0: of all 4" in shown.said
    played = course(seminars.scenario, mode="join_by_request", replication=number)
    steps = json.loads(re.findall(r'class="run">(.*?)</script>', str(shown.player), re.DOTALL)[1])["steps"]
    wanted = run_data(Run("as played", played))["steps"]
    assert [(each["t"], each["p"]) for each in steps if "p" in each] == [
        (each["t"], each["p"]) for each in wanted if "p" in each
    ]


def mean(results: Results, mode: str) -> float:
    return results.interval("wishes_heard_share", mode).mean


def test_a_page_plays_the_session_in_which_an_expectation_does_not_hold_and_opens_there() -> None:
    wrong = "script: [{at: 90 s, do: ask_to_join, by: audience-1, expect: accepted, standing: invited}]"
    found = study(Plan(loads(TALK + wrong), ("join_by_request",), range(2)))
    shown = session_shown({"": found})
    assert shown.failed_at == "01:30"
    assert "It opens at 01:30, where an expectation does not hold." in shown.said
    assert 'data-at="90000"' in str(shown.player)


def test_a_page_says_so_where_nothing_can_be_played(seminars: Results) -> None:
    bare = study(replace(Plan(seminars.scenario, ("join_by_request",)), keeps_logs=False))
    shown = session_shown({"": bare})
    assert shown.player is None
    assert "were kept, and not what happened in them" in shown.said


def test_variants_are_played_beside_each_other_in_each_mode(seminars: Results) -> None:
    narrow = replace(seminars, variant="narrow")
    page = str(session_shown({"as it is": seminars, "narrow": narrow}).player)
    names = [json.loads(each)["name"] for each in re.findall(r'class="run">(.*?)</script>', page, re.DOTALL)]
    assert names[:2] == ["Everyone on stage, as it is", "Everyone on stage, narrow"]
    assert names[2:] == ["Join by request, as it is", "Join by request, narrow"]


def played(path: Path, *asked: str) -> list[dict[str, Any]]:
    """The data of the page that a command writes."""
    command = ["replay", *asked, "--out", str(path)]
    result = CliRunner().invoke(cli, command, standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0, result.output
    return [json.loads(each) for each in re.findall(r'class="run">(.*?)</script>', (path / "replay.html").read_text())]


def differences(runs: Sequence[dict[str, Any]], *, notes: bool = True) -> list[int]:
    """The times of what one of two runs tells and the other does not, notes of the agents apart if asked to."""
    left_out = {"sees", "explains"} if notes else {"sees", "explains", "note", "gave_up"}
    told = [
        {
            (step["t"], run["people"][step["w"]], run["texts"][step["x"]])
            for step in run["steps"]
            if "x" in step and step["k"] not in left_out
        }
        for run in runs
    ]
    return sorted(time for time, *_ in told[0] ^ told[1])


def test_a_changed_rule_is_played_beside_the_rules_before_it(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(TALK + LATER)
    runs = played(tmp_path / "replay", str(tmp_path / "talk.yaml"), "--rules", "default")
    assert [run["name"] for run in runs] == ["Join by request, as it is", "Join by request, rules default"]
    offers = [sum("offers a place" in run["texts"][step["x"]] for step in run["steps"] if "x" in step) for run in runs]
    assert offers[0] == 0
    assert offers[1] > 0


def test_a_change_is_played_in_the_first_session_in_which_it_matters(tmp_path: Path) -> None:
    """The command says what is changed, and when it first matters, for whom and by which rule."""
    file = tmp_path / "talk.yaml"
    file.write_text(
        TALK.replace("approve: 1,", "approve: 0.99,").replace("on_stage:", "after_decline: {again: 1}, on_stage:")
    )
    asked = ["replay", str(file), "--seed", "3", "--variant", "room.request_cooldown=2 min"]
    asked += ["--out", str(tmp_path / "replay")]
    done = CliRunner().invoke(cli, asked, standalone_mode=False, catch_exceptions=False)
    changed, found, *sides = done.stdout.splitlines()
    assert changed == "`room.request_cooldown` was the default, is 2 min"
    said = re.fullmatch(
        r"first difference: session (\d+), (\d\d:\d\d), (.+), by the rule T3, `room.request_cooldown`", found
    )
    assert said is not None, found
    assert sides[1].startswith("  Join by request, room.request_cooldown=2 min: Tries [Ask to join]: refused")
    page = (tmp_path / "replay/replay.html").read_text()
    assert f"session {said[1]}, {said[2]}, {said[3]}" in page
    session = int(said[1])
    assert session > 0
    parts = [
        differences(played(tmp_path / str(each), *asked[1:6], "--replication", str(each))) for each in range(session)
    ]
    assert parts == [[]] * session


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("T2", "by the rule T2, `room.invitation_ttl`"),
        ("cell `bring_to_stage.requested`", "by cell `bring_to_stage.requested`"),
        ("check 4", "by check 4"),
        ("the closings of a variant", "by the closings of a variant"),
        (None, "who does otherwise"),
    ],
)
def test_what_is_behind_a_difference_ends_a_sentence(rule: str | None, said: str) -> None:
    assert behind(rule) == said


def test_a_change_that_changes_nothing_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(TALK)
    asked = ["replay", str(tmp_path / "talk.yaml"), "--rules", "requests_survive", "--out", str(tmp_path / "replay")]
    done = CliRunner().invoke(cli, asked, standalone_mode=False, catch_exceptions=False)
    assert done.stdout.splitlines()[-1] == "no difference in the first 20 sessions"


def test_a_changed_rule_is_played_beside_its_baseline(tmp_path: Path) -> None:
    file = tmp_path / "talk.yaml"
    file.write_text(TALK)
    save = ["baseline", "save", str(file), "--replications", "2"]
    assert CliRunner().invoke(cli, save, standalone_mode=False).return_value == 0
    baseline = str(tmp_path / "baselines" / "talk.json")
    same = played(tmp_path / "same", str(file), "--against", baseline)
    assert [run["notes"] for run in same] == [True, False]
    assert differences(same, notes=False) == []
    file.write_text(TALK + LATER)
    runs = played(tmp_path / "other", str(file), "--against", baseline, "--replication", "1")
    first = differences(runs, notes=False)[0]
    approved = [step["t"] for step in runs[1]["steps"] if "x" in step and "says yes" in runs[1]["texts"][step["x"]]]
    assert first == min(approved)
    assert any("b" in step for step in runs[1]["steps"]), "the room is the scenario's, the rules the baseline's"


def test_what_is_stored_is_played_as_it_was_simulated(tmp_path: Path) -> None:
    file = tmp_path / "talk.yaml"
    file.write_text(TALK)
    log = tmp_path / "real.jsonl"
    write_jsonl(log, simulate(load(file), mode="join_by_request", explains=True).log)
    beside = played(tmp_path / "beside", str(file), "--against", str(log))
    assert beside[0]["steps"] == beside[1]["steps"]
    alone = played(tmp_path / "alone", str(log))[0]
    assert [step for step in alone["steps"] if "b" in step] == [], "nothing says which room it was"
    (tmp_path / "scenario.yaml").write_text(TALK)
    assert played(tmp_path / "with_its_scenario", str(log))[0]["steps"] == beside[0]["steps"]
    with pytest.raises(click.UsageError, match="is stored, and cannot be changed"):
        played(tmp_path / "changed", str(log), "--rules", "default")


def test_what_staff_do_to_a_person_is_found_by_the_names_of_both() -> None:
    scenario = loads(TALK)
    data = run_data(Run("one", course_of_log(simulate(scenario, mode="join_by_request").log, scenario)))
    said = {
        (data["people"][step["y"]], data["texts"][step["x"]].partition(":")[0])
        for step in data["steps"]
        if "y" in step and "x" in step
    }
    assert ("tutor-1", "tutor-1 offers a place on stage.") in said
    assert {who for who, _ in said} == {"tutor-1"}


def test_a_large_stage_takes_no_more_room_for_each_of_its_people() -> None:
    def size(people: int) -> int:
        scenario = loads(
            "title: All on stage\nduration: 2 min\nroom: {stage_capacity: null}\n"
            f"audience: {{count: {people}, wishes: {{rate: 60 per hour}}, on_stage: {{stay: 10 min}}}}\n"
        )
        log = simulate(scenario, mode="everyone_on_stage").log
        assert sum(row["event"] == "stage_joined" for row in log.rows()) > people / 2
        return len(json.dumps(run_data(Run("one", course_of_log(log, scenario)))))

    assert size(120) < 2.2 * size(60)


@pytest.mark.skipif(shutil.which("node") is None, reason="the player's own code needs node to run outside a browser")
def test_notices_are_those_that_a_person_got_also_with_everybody(tmp_path: Path) -> None:
    scenario = loads(TALK + "timetable: [{at: 4 min, mode: invite_only}]\n", sets=["audience.count=14"])
    found = course(scenario, mode="join_by_request", buttons=False)
    data = run_data(Run("one", course_of_log(found.log, scenario)))
    assert "all" in [step.get("n") for step in data["steps"]]
    ask = (
        "const player = require(process.argv[2]), run = player.prepared(JSON.parse(require('fs').readFileSync(0)));"
        "console.log(JSON.stringify(run.people.map((_, who) =>"
        " player.noticesOf(run, run.steps.length, who, 999).map((step) => step.t))));"
    )
    (tmp_path / "state.js").write_text(STATE.read_text())
    (tmp_path / "ask.js").write_text(ask)
    command = ["node", str(tmp_path / "ask.js"), str(tmp_path / "state.js")]
    done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, check=True)
    for who, times in zip(data["people"], json.loads(done.stdout), strict=True):
        events = [each.event for each in found.moments if isinstance(each, Happened)]
        start_ms = found.log.header.start_ms
        assert times == [each.at_ms - start_ms for each in events if each.told and who in each.told][::-1], who
