"""`stagesim coverage`: what scenarios come to, of all that can be come to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenario_files import read
from stagesim.cli import cli
from stagesim.exit_codes import ExitCode
from stagesim.reporting.answers.coverage import findings
from stagesim.reporting.answers.findings import html
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.variant import DEFAULT
from stagesim.testing.gate.pipeline import Target
from stagesim.testing.gate.targets import targets
from stagesim.testing.laboratory.coverage.cells import Cell, Notice
from stagesim.testing.laboratory.coverage.covered import coverage, story
from stagesim.testing.laboratory.coverage.heard import came_to
from stagesim.testing.laboratory.coverage.reachable import reachable

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "conformance"
VIEWER = Cell("ask_to_join", "accepted", "join_by_request", "participant", "viewer")


def test_the_conformance_files_come_to_everything_as_the_documentation_says() -> None:
    files = [(str(path), read(path)) for path in sorted(FOLDER.glob("*.yaml"))]
    asked = [Target(path, scenario, tuple(map(str, scenario.modes))) for path, scenario in files]
    found = coverage(asked, reachable(), DEFAULT)
    assert found.uncovered == []
    assert found.beyond == []
    cells, notices, rules = (found.of(kind)[1] for kind in (Cell, Notice, type(found.items[-1])))
    said = f"{cells} cells, {notices} notices and {rules} rules"
    assert said in " ".join((ROOT / "docs/howto/coverage.md").read_text(encoding="utf-8").split())


def test_what_nobody_can_come_to_is_proven_by_a_whole_exploration() -> None:
    found = coverage([], reachable(), DEFAULT)
    assert found.reach.stopped == ""
    assert ("everyone_on_stage", "participant", "requested") in list(found.unreachable())
    assert ("join_by_request", "participant", "requested") not in list(found.unreachable())
    assert found.percent == 0


def test_each_story_comes_to_what_it_is_told_for() -> None:
    ways = reachable().ways
    chosen = [*list(ways)[::40], *(item for item in list(ways)[::9] if isinstance(item, Notice))]
    for item in chosen:
        scenario = loads(story(item, ways[item]))
        assert item in came_to(scenario, scenario.modes), str(item)


def test_a_file_with_rules_of_its_own_is_left_out_by_name() -> None:
    found = coverage(targets([str(ROOT / "scenarios" / "variants")]), reachable(), DEFAULT)
    assert [Path(path).name for path in found.other_rules] == ["closing_empties_the_stage.yaml"]
    assert not found.heard.counts


def test_the_page_has_the_map_and_a_scenario_for_what_is_missing() -> None:
    found = findings(coverage(targets([str(FOLDER / "a07_asking_to_join.yaml")]), reachable(), DEFAULT), "default", "")
    page = html(found)
    assert "ask_to_join, join_by_request viewer: " in page
    assert "cover-001.yaml" in found.files
    [cell] = [each for each in found.data["cells"] if each.items() >= VIEWER._asdict().items()]
    assert cell["files"] == ["a07_asking_to_join.yaml"]
    assert "scenario" not in cell


@pytest.mark.parametrize(("least", "code"), [("1", ExitCode.UNDECIDED), ("99.5", ExitCode.VIOLATED)])
def test_the_command_ends_with_what_came_of_it(least: str, code: ExitCode) -> None:
    arguments = ["coverage", str(FOLDER / "a07_asking_to_join.yaml"), "--seconds", "0.01", "--format", "json"]
    done = CliRunner().invoke(cli, [*arguments, "--fail-under", least], standalone_mode=False)
    assert done.return_value == code
    assert json.loads(done.stdout)["complete"] is False
