"""`stagesim shrink`: the smallest story that fails in the same way, and never one that fails in another."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from stageaccess import Action, Command, Decision, Event, EventKind, Mode, Role, RoomConfig
from stagesim.cli import invoke
from stagesim.engines.contract import EngineMaker
from stagesim.eventlog import write_jsonl
from stagesim.scenario.reading.loader import load, loads
from stagesim.simulate import simulate
from stagesim.testing.laboratory.failing import Failing, NotShown, of_log, of_scenario, of_story
from stagesim.testing.laboratory.fuzz import Fuzzing, Run
from stagesim.testing.laboratory.runner import failures, shown
from stagesim.testing.laboratory.settings import base_of
from stagesim.testing.laboratory.shrink import Shrinking, Shrunk
from stagesim.testing.laboratory.stories import Line, Story
from stagesim.testing.laboratory.trial import tried
from stagesim.testing.laboratory.written import pytest_text
from wrapping import Wrapping

SCENARIOS = Path(__file__).parents[2] / "scenarios"


class TellsNobody(Wrapping):
    """Nobody is told when somebody asks again who was declined: it takes two people, and three actions."""

    declined: tuple[str, ...] = ()

    def submit(self, command: Command) -> Decision:
        answer = self.engine.submit(command)
        for event in answer.events:
            if event.extra.get("outcome") == "declined":
                self.declined += (event.who,)
        return answer._replace(events=tuple(map(self._changed, answer.events)))

    def _changed(self, event: Event) -> Event:
        forgotten = event.event is EventKind.REQUEST_CREATED and event.who in self.declined
        return event._replace(told=()) if forgotten else event


class TwoDefects(TellsNobody):
    """The same, and a moderator who leaves the stage is told of as if somebody else had."""

    def submit(self, command: Command) -> Decision:
        answer = super().submit(command)
        if command.do is not Action.CANCEL_REQUEST:
            return answer
        return answer._replace(events=tuple(event._replace(told=()) for event in answer.events))


def small(failing: Failing, maker: EngineMaker | None = None, seconds: float = 30) -> Shrunk:
    story, failure, demands, judges = failing
    return Shrinking(story, failure, maker, demands, time.monotonic() + seconds, judges).shrunk()


def asked(by: str, do: Action, at_s: float, to: str | None = None, **fields: object) -> Line:
    at_ms = round(at_s * 1000)
    return Line(at_ms, Command(at_ms, do, by, to, **fields))  # type: ignore[arg-type]


def test_of_an_hour_with_two_hundred_people_two_and_three_actions_are_left_twice_the_same() -> None:
    hour = Fuzzing(base_of(None, None, 200), TellsNobody, commands=3000)
    story, failure = hour.tried(Run(6, 1))
    assert failure is not None
    assert len(story.people) > 150
    began = time.monotonic()
    found = [small(Failing(story, failure, hour.demands), TellsNobody) for _ in range(2)]
    assert time.monotonic() - began < 30
    for each in found:
        assert each.is_done
        assert len(each.story.people) <= 3
        assert each.story.actions <= 5
        assert each.failure.fingerprint == failure.fingerprint
    written = [shown(each.story, each.failure, TellsNobody) for each in found]
    assert written[0] == written[1]
    (text, _), is_shown = written[0]
    assert is_shown
    assert "ask_to_join, by: ana, told: [mia]" in text.splitlines()[-1]
    assert len(failures(text, TellsNobody)) == 1  # in the ordinary runner
    assert failures(text) == []  # ours is right


def test_a_different_failure_is_never_taken_for_the_same() -> None:
    lines = [
        asked("mo", Action.ENTER_ROOM, 0, role=Role.MODERATOR),
        asked("pat", Action.ENTER_ROOM, 0, role=Role.PARTICIPANT),
        Line(0, Command(0, Action.START_SESSION)),
        asked("pat", Action.ASK_TO_JOIN, 1),
        asked("mo", Action.DECLINE_REQUEST, 2, "pat"),
        asked("pat", Action.ASK_TO_JOIN, 3),
        asked("pat", Action.CANCEL_REQUEST, 4),
    ]
    story = Story(RoomConfig(Mode.JOIN_BY_REQUEST), None, tuple(lines))
    first = tried(story, TwoDefects)
    without = story.with_lines([*lines[:4], lines[6]])
    other = tried(without, TwoDefects)
    assert first is not None
    assert other is not None
    assert first.fingerprint != other.fingerprint
    assert small(Failing(story, first), TwoDefects).failure.fingerprint == first.fingerprint
    shrunk = small(Failing(without, other), TwoDefects)
    assert shrunk.failure.fingerprint == other.fingerprint
    assert shrunk.story.lines[-1].command is not None
    assert shrunk.story.lines[-1].command.do is Action.CANCEL_REQUEST


def test_it_says_when_the_time_was_over() -> None:
    failing = of_scenario(loads(STEPS))
    shrunk = small(failing, seconds=0)
    assert not shrunk.is_done
    assert shrunk.failure == failing.failure


STEPS = """
title: A step that is not as expected
duration: 5 min
modes: [join_by_request]
room: {request_ttl: 1 min, stage_capacity: 3, reconnect_grace: 30 s}
script:
  - {at: 0 s, do: enter_room, by: mo, role: moderator}
  - {at: 0 s, do: enter_room, by: pat, role: participant}
  - {at: 0 s, do: enter_room, by: kim, role: participant}
  - {at: 10 s, do: ask_to_join, by: kim}
  - {at: 20 s, do: ask_to_join, by: pat, expect: requested}
  - {at: 30 s, do: bring_to_stage, by: mo, to: pat}
  - {at: 40 s, do: join_stage, by: pat, expect: viewer}
"""


def test_a_step_of_a_script_that_fails_keeps_what_leads_to_it() -> None:
    shrunk = small(of_scenario(loads(STEPS)))
    (text, step), is_shown = shown(shrunk.story, shrunk.failure)
    assert is_shown
    steps = [line.split("do: ")[1].split(",")[0].rstrip("}") for line in text.splitlines() if "do: " in line]
    assert steps == ["start_session", "enter_room", "enter_room", "ask_to_join", "bring_to_stage", "join_stage"]
    assert "room: {mode: join_by_request}" in text
    assert text.splitlines()[-1].endswith("do: join_stage, by: pat, expect: viewer}")
    assert step == 5


def test_a_story_is_told_by_the_clock_of_its_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(
        "title: t\nduration: 2 min\ndoors_open: 1 min\nmodes: [join_by_request]\nscript:\n"
        "  - {at: -20 s, do: enter_room, by: pat, role: participant}\n"
        "  - {at: 5 s, do: ask_to_join, by: pat}\n"
        "  - {at: 10 s, do: ask_to_join, by: pat, expect: requested}\n"
    )
    assert invoke(["shrink", str(path), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "ana -> -01:00.000 enter_room" in said
    assert "{at: -1 min, do: enter_room, by: ana" in said


def test_a_story_of_another_command_is_not_replaced_unless_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("script.yaml").write_text(
        "title: t\nduration: 2 min\nmodes: [join_by_request]\nscript:\n"
        "  - {at: 0 s, do: enter_room, by: pat, role: participant}\n"
        "  - {at: 10 s, do: ask_to_join, by: pat, expect: viewer}\n"
    )

    def asked(*more: str) -> int:
        arguments = ["shrink", "script.yaml", *more]
        monkeypatch.setattr("sys.argv", ["stagesim", *arguments])
        return invoke(arguments)

    assert asked() == asked() == 0, "the same story again"
    [folder] = Path("reports").iterdir()
    (folder / "shrink.json").write_text("mine")
    assert asked("--seconds", "5") == 2
    assert "has a study of another `command`" in capsys.readouterr().err
    assert (folder / "shrink.json").read_text() == "mine"
    assert asked("--seconds", "5", "--fresh") == 0


def test_a_property_that_an_hour_violates_becomes_a_script() -> None:
    hour = load(SCENARIOS / "seminar.yaml", ["duration=20 min"])
    hour = hour.changed({"properties": ["never stage_joined"], "expect": []})
    failing = of_scenario(hour, modes=["everyone_on_stage"])
    shrunk = small(failing)
    assert len(failing.story.lines) > 50
    assert (len(shrunk.story.people), shrunk.story.actions) == (1, 2)
    (text, _), is_shown = shown(shrunk.story, shrunk.failure)
    assert is_shown
    assert text.splitlines()[0] == 'title: "`never stage_joined`: ana stage_joined self"'
    assert text.splitlines()[-1] == "  - never stage_joined"
    assert "  - {at: 0 s, do: enter_room, by: ana, role: participant}" in text


def test_what_only_agents_feel_is_no_script() -> None:
    hour = load(SCENARIOS / "seminar.yaml", ["duration=20 min"]).changed({"properties": ["never wish_arose"]})
    with pytest.raises(NotShown, match="never wish_arose"):
        of_scenario(hour, modes=["invite_only"], replications=range(1))


def test_a_log_is_told_again_by_its_commands(tmp_path: Path) -> None:
    scenario = load(SCENARIOS / "seminar.yaml", ["duration=10 min"])
    log = simulate(scenario, mode="join_by_request").log
    with pytest.raises(NotShown):
        of_log(scenario, log)
    stated = scenario.changed({"properties": ["never invitation_closed accepted"]})
    shrunk = small(of_log(stated, log))
    assert (len(shrunk.story.people), shrunk.story.actions) == (2, 4)
    write_jsonl(tmp_path / "log.jsonl", log)
    file = tmp_path / "stated.yaml"
    file.write_text(
        (SCENARIOS / "seminar.yaml").read_text().replace("always on_stage <= capacity", "never setup_started")
    )
    out = ["--out", str(tmp_path / "out")]
    code = invoke(["shrink", str(file), "--log", str(tmp_path / "log.jsonl"), "--set", "duration=10 min", *out])
    assert code == 0
    assert len(list((tmp_path / "out").glob("*.yaml"))) == 1


def test_lines_of_the_protocol_are_a_story_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(
        '{"room": {"mode": "join_by_request"}}\n{"at": 0, "do": "enter_room", "by": "mo", "role": "moderator"}\n'
        '{"ask": "state"}\n{"at": 2}\n'
    )
    assert invoke(["shrink", str(file), "--out", str(tmp_path)]) == 5
    assert "nothing fails" in capsys.readouterr().err
    file.write_text('{"at": 0, "do": "enter_room"}\n')
    assert invoke(["shrink", str(file)]) == 2
    assert "has no room" in capsys.readouterr().err


def test_the_file_for_pytest_fails_as_long_as_the_story_does() -> None:
    shrunk = small(of_scenario(loads(STEPS)))
    written, _ = shown(shrunk.story, shrunk.failure)
    space: dict[str, object] = {}
    exec(pytest_text(written, shrunk.failure), space)
    [test] = [each for name, each in space.items() if name.startswith("test_")]
    assert callable(test)
    with pytest.raises(AssertionError):
        test()


def test_a_story_in_which_nothing_fails_is_none() -> None:
    story = Story(RoomConfig(Mode.INVITE_ONLY), None, (Line(0, Command(0, Action.START_SESSION)),))
    assert of_story(replace(story), None) is None


class ForgetsWhichRequest(Wrapping):
    """Who decides on an older request of somebody decides on the present one."""

    def submit(self, command: Command) -> Decision:
        return self.engine.submit(command._replace(request=None))


def test_a_command_goes_on_to_mean_the_same_request_though_others_are_left_out() -> None:
    lines = [
        asked("mo", Action.ENTER_ROOM, 0, role=Role.MODERATOR),
        *(asked(name, Action.ENTER_ROOM, 0, role=Role.PARTICIPANT) for name in ("pat", "kim", "lee")),
        Line(0, Command(0, Action.START_SESSION)),
        *(asked(name, Action.ASK_TO_JOIN, 1) for name in ("kim", "lee", "pat")),  # r1, r2 and r3
        asked("mo", Action.DECLINE_REQUEST, 2, "pat", request="r3"),
        asked("pat", Action.ASK_TO_JOIN, 3),
        asked("mo", Action.BRING_TO_STAGE, 4, "pat", request="r3"),
    ]
    story = Story(RoomConfig(Mode.JOIN_BY_REQUEST), None, tuple(lines))
    failure = tried(story, ForgetsWhichRequest)
    assert failure is not None
    assert "request_already_resolved" in failure.fingerprint
    shrunk = small(Failing(story, failure), ForgetsWhichRequest)
    assert (len(shrunk.story.people), shrunk.story.actions) == (2, 4)
    *_, last = shrunk.story.lines
    assert last.command is not None
    assert last.command.request == "r1"
