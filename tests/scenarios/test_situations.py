"""The situations: what each says must come of it does, at the first look of a check."""

from pathlib import Path

import pytest

from scenario_files import read
from stagesim.metrics import relations
from stagesim.scenario.reading.loader import load
from stagesim.simulate import simulate
from stagesim.testing.gate.pipeline import Settings, judge
from stagesim.testing.gate.questions import questions
from stagesim.testing.gate.targets import targets
from stagesim.testing.gate.verdicts import Verdict

FOLDER = Path(__file__).parents[2] / "scenarios" / "situations"
FILES = sorted(FOLDER.glob("*.yaml"))
SETTINGS = Settings(budget=40)

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@each_file
def test_everything_that_is_stated_holds(path: Path) -> None:
    for target in targets([str(path)]):
        found = list(judge(target, SETTINGS, questions(target, SETTINGS)))
        assert found, "and something is stated"
        assert [each for each in found if each.finding.verdict is not Verdict.PASS] == []


@each_file
def test_the_exact_relations_hold(path: Path) -> None:
    assert [each for each in relations(simulate(read(path)).log) if not each.holds] == []


def test_the_guide_lists_them_all() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in FILES] == [
        line.split("[")[1].split("]")[0] for line in text.splitlines() if "](" in line
    ]


def test_without_taking_back_one_who_never_answers_stops_the_list() -> None:
    path = FOLDER / "one_who_never_answers.yaml"
    log = simulate(load(path, ["moderators.revokes_after=null"])).log
    assert [row for row in log.rows() if row["event"] == "invitation_closed" and row["outcome"] == "revoked"] == []
    assert max(row["at"] for row in log.rows() if row["event"] == "invitation_created") < 600


def test_without_a_second_device_people_are_gone() -> None:
    log = simulate(load(FOLDER / "a_second_device.yaml", ["audience.connection.second_device=0"])).log
    assert any(row["event"] == "left_room" for row in log.rows())


def test_nobody_reviews_their_own_request() -> None:
    log = simulate(read(FOLDER / "a_meeting_of_equals.yaml")).log
    reviews = [(row["who"], row["by"]) for row in log.rows() if row["event"] == "review_started"]
    assert reviews
    assert all(who != by for who, by in reviews)
