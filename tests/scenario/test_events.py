"""`stagesim new`: a scenario of one's own in one command, valid and without advice; and bundled ones by name."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from click import BadParameter
from click.testing import CliRunner

from stagesim.cli import cli, invoke
from stagesim.commands.event_answers import Share, minutes_of
from stagesim.scenario.advice.all_advice import advice_lines
from stagesim.scenario.forms.event import Event, event_text
from stagesim.scenario.reading.bundled import bundled_names
from stagesim.scenario.reading.loader import ScenarioError, load, loads

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize(
    "event",
    [
        Event(),
        Event(
            'A "talk" \\\\ x: #1', people=12, minutes=30, phones=0, moderators=1, places=3, speakers=2, rounds=(10, 20)
        ),
        Event(people=2000, minutes=300, rounds=(299,), places=1, speakers=0),
    ],
)
def test_a_new_event_is_valid_says_what_was_said_and_gets_no_advice(event: Event) -> None:
    scenario = loads(event_text(event))
    audience, moderators = scenario.audience["audience"], scenario.moderators["moderators"]
    assert scenario.title == event.title
    assert (audience.count, audience.mobile, scenario.duration) == (event.people, event.phones, event.minutes * 60_000)
    assert (moderators.count, scenario.room.stage_capacity) == (event.moderators, event.places)
    assert [each.at for each in audience.wishes.rounds] == [at * 60_000 for at in event.rounds]
    assert [step.by for step in scenario.script if step.do == "go_live"] == [
        *(f"speaker-{number}" for number in range(1, event.speakers + 1) if event.speakers > 1),
        *["speaker"] * (event.speakers == 1),
    ]
    assert list(advice_lines(scenario, "event.yaml")) == []
    assert len(scenario.assumptions) == 4
    assert len(scenario.goals) == 3


def test_options_answer_and_a_file_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["new", "talk.yaml", "--people", "80", "--rounds", "20, 40"]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert done.return_value == 0
    usual = "title, minutes, phones, moderators, places, speakers"
    assert f"taken as usual, since no option says it: {usual}\n" in done.stderr
    written = Path("talk.yaml").read_text()
    assert [each.at for each in loads(written).audience["audience"].wishes.rounds] == [1_200_000, 2_400_000]
    assert invoke(["new", "talk.yaml"]) == 2
    assert Path("talk.yaml").read_text() == written
    assert invoke(["new", "other.yaml", "--rounds", "soon"]) == 2
    assert invoke(["new", "other.yaml", "--minutes", "45", "--rounds", "45"]) == 2
    assert invoke(["new", "other.yaml", "--places", "2", "--speakers", "2"]) == 2
    assert invoke(["new", "nowhere/other.yaml"]) == 2
    assert invoke(["new", "other.yaml", "--from", "townhall"]) == 2
    assert not Path("other.yaml").exists()
    assert invoke(["new", "other.yaml", "--from", "town_hall"]) == 0
    assert Path("other.yaml").read_text() == (SCENARIOS / "town_hall.yaml").read_text()


def asked_on_a_terminal(file: str, *answers: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What somebody reads who answers like this, one line after the other."""

    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    typed = Terminal("".join(f"{answer}\n" for answer in answers).encode())
    monkeypatch.setattr("stagesim.commands.new.sys", SimpleNamespace(stdin=typed))
    return CliRunner().invoke(cli, ["new", file], input=typed, standalone_mode=False).output


def test_answers_are_taken_as_people_give_them_and_asked_again_where_they_contradict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ["Book club", "40", "1 hour", "mostly", "80 %", "1", "4", "4", "2", "70", "20 min, 45", "never reached"]
    said = asked_on_a_terminal("club", *lines, monkeypatch=monkeypatch)
    assert [line for line in said.splitlines() if line.startswith("Error: ")] == [
        "Error: expected a share, such as `80 %` or `0.8`, got `mostly`",
        "Error: expected fewer speakers than the 4 places, got `4`",
        "Error: expected minutes before the end, which is in minute 60, got `70`",
    ]
    expected = Event("Book club", 40, 60, 0.8, 1, 4, 2, (20, 45))
    assert Path("club.yaml").read_text() == event_text(expected)
    assert "What is the event?" not in asked_on_a_terminal("club", *lines, monkeypatch=monkeypatch)
    said = asked_on_a_terminal("plain.yaml", *[""] * 8, monkeypatch=monkeypatch)
    assert "phone? [20%]" in said
    assert Path("plain.yaml").read_text() == event_text(Event())


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("90 min", 90),
        ("1.5 h", 90),
        ("1h 30", 90),
        ("2 hours", 120),
        ("0", 0),
        ("20 40", None),
        ("-5", None),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(("text", "share"), [("80 %", 0.8), ("0.8", 0.8), ("80", 0.8), ("1", 1), ("1.5 %", 0.015)])
def test_a_share_is_read_as_people_write_it(text: str, share: float) -> None:
    assert Share().convert(text, None, None) == share


@pytest.mark.parametrize("text", ["1.5", "101", "most", "-1"])
def test_what_may_mean_another_share_or_none_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="expected a share"):
        Share().convert(text, None, None)


def test_a_bundled_scenario_is_called_by_name_where_no_file_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bundled_names() == sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    assert load("seminar").title == load(SCENARIOS / "seminar.yaml").title
    assert invoke(["validate", "seminar"]) == 0
    Path("seminar").write_text("title: Mine\nduration: 1 min\n")
    assert load("seminar").title == "Mine"
    with pytest.raises(ScenarioError, match="no such file"):
        load("semina")
