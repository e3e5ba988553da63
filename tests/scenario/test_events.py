"""`stagesim new`: a scenario of one's own in one command, valid and without advice; and bundled ones by name."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from stagesim.cli import cli, invoke
from stagesim.scenario.advice.all_advice import advice_lines
from stagesim.scenario.forms.event import Event, event_text
from stagesim.scenario.reading.bundled import bundled_names
from stagesim.scenario.reading.loader import ScenarioError, load, loads

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize(
    "event",
    [
        Event(),
        Event('A "talk" \\\\ x: #1', people=12, minutes=30, phones=0, moderators=1, places=3, rounds=(10, 20)),
        Event(people=2000, minutes=300, rounds=(299,), places=1),
    ],
)
def test_a_new_event_is_valid_says_what_was_said_and_gets_no_advice(event: Event) -> None:
    scenario = loads(event_text(event))
    audience, moderators = scenario.audience["audience"], scenario.moderators["moderators"]
    assert scenario.title == event.title
    assert (audience.count, audience.mobile, scenario.duration) == (event.people, event.phones, event.minutes * 60_000)
    assert (moderators.count, scenario.room.stage_capacity) == (event.moderators, event.places)
    assert [each.at for each in audience.wishes.rounds] == [at * 60_000 for at in event.rounds]
    assert list(advice_lines(scenario, "event.yaml")) == []
    assert len(scenario.assumptions) == 4
    assert len(scenario.goals) == 3


def test_options_answer_and_a_file_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["new", "talk.yaml", "--people", "80", "--rounds", "20, 40"]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert done.return_value == 0
    usual = "title, minutes, phones, moderators, places"
    assert f"taken as usual, since no option says it: {usual}\n" in done.stderr
    written = Path("talk.yaml").read_text()
    assert [each.at for each in loads(written).audience["audience"].wishes.rounds] == [1_200_000, 2_400_000]
    assert invoke(["new", "talk.yaml"]) == 2
    assert Path("talk.yaml").read_text() == written
    assert invoke(["new", "other.yaml", "--rounds", "soon"]) == 2
    assert invoke(["new", "other.yaml", "--from", "townhall"]) == 2
    assert not Path("other.yaml").exists()
    assert invoke(["new", "other.yaml", "--from", "town_hall"]) == 0
    assert Path("other.yaml").read_text() == (SCENARIOS / "town_hall.yaml").read_text()


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
