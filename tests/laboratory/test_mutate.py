"""`stagesim mutate`: what the scenarios notice. What is recorded in `mutants.json`, `make mutants` writes anew."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from stagesim.cli import cli
from stagesim.errors import StagesimError
from stagesim.exit_codes import ExitCode
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.variant import DEFAULT, variant
from stagesim.testing.gate.pipeline import Target
from stagesim.testing.gate.targets import targets
from stagesim.testing.laboratory.coverage.cells import Cell
from stagesim.testing.laboratory.coverage.reachable import Reach, Way, rooms
from stagesim.testing.laboratory.mutation.equal import fate
from stagesim.testing.laboratory.mutation.killing import Plan, fails, files_of, killed, mutants, run
from stagesim.testing.laboratory.mutation.of_rules import mutants_of
from stagesim.testing.laboratory.states import Limits

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "conformance"
RECORDED = json.loads((Path(__file__).parent / "mutants.json").read_text(encoding="utf-8"))
EVERY = 12
"""So manyth mutant is tried here, against the file that is recorded to kill it."""

FIRST = next(rooms(DEFAULT))
SEEN = Cell("ask_to_join", "accepted", "join_by_request", "participant", "viewer")
NOWHERE = Reach({SEEN: Way(FIRST, ())}, 1)
"""As if nobody came further than to ask."""


def test_the_record_has_every_mutant_and_none_survives() -> None:
    assert list(RECORDED["mutants"]) == list(mutants()), "`make mutants` writes the record anew"
    assert RECORDED["all"]["mutants"] == len(mutants()) >= 150
    assert RECORDED["all"]["surviving"] == RECORDED["untried"] == 0
    fates = [each["fate"] for each in RECORDED["mutants"].values()]
    assert (fates.count("killed"), fates.count("equivalent")) == (
        RECORDED["all"]["killed"],
        RECORDED["all"]["equivalent"],
    )


def test_the_documentation_has_the_table_of_the_record() -> None:
    text = (ROOT / "docs/howto/mutate.md").read_text(encoding="utf-8")
    rows = {
        kind: tuple(map(int, numbers))
        for kind, *numbers in re.findall(r"\| ([\w ]+) \| (\d+) \| (\d+) \| (\d+) \|", text)
    }
    kinds = {**RECORDED["kinds"], "all": RECORDED["all"]}
    assert rows == {kind: (each["mutants"], each["killed"], each["equivalent"]) for kind, each in kinds.items()}


def test_mutants_are_killed_by_the_files_of_the_record() -> None:
    dead = [name for name, each in RECORDED["mutants"].items() if each["fate"] == "killed"]
    for name in dead[::EVERY]:
        [target] = targets([str(FOLDER / RECORDED["mutants"][name]["by"])])
        assert killed(mutants()[name], [target]).said, f"{name} is not noticed: `make mutants` finds what has changed"


@pytest.mark.parametrize(
    "name",
    [
        "own.join_stage.join_by_request.viewer: approval_needed -> preparing",
        "stage_removed is not told to person",
        "the last offer is missing",
        "closings.cancel_join.setup: backed_out -> declined",
    ],
)
def test_a_survivor_is_told_with_a_scenario_that_kills_it(name: str) -> None:
    mutant = mutants()[name]
    reach = Reach({Cell("", "", position="viewer", mode="join_by_request"): Way(FIRST, ())}, 1, "not complete")
    found = fate(mutant, DEFAULT, reach, Limits(seconds=3))
    assert not found.is_proven
    scenario = loads(found.scenario)
    target = Target("survivor", scenario, tuple(map(str, scenario.modes)))
    assert fails(target, None) == ""
    assert fails(target, mutant.make)


def test_a_cell_that_nobody_comes_to_may_say_anything() -> None:
    changed = next(name for name in mutants() if name.startswith("own.leave_stage.invite_only.requested"))
    assert fate(mutants()[changed], DEFAULT, NOWHERE, Limits()).is_proven


def test_a_variant_has_mutants_of_its_own() -> None:
    assert set(mutants()) - {each.name for each in mutants_of(variant("requests_survive").rules)}


def test_files_that_fail_without_a_mutant_are_refused(tmp_path: Path) -> None:
    text = (FOLDER / "a15_nobody_can_ask.yaml").read_text(encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(text.replace("expect: requests_closed", "expect: requested"), encoding="utf-8")
    with pytest.raises(StagesimError, match="fails already, without a mutant"):
        files_of(Plan((str(tmp_path),)))


def test_files_that_come_to_the_changed_cell_are_tried_first() -> None:
    files = files_of(
        Plan(tuple(str(FOLDER / name) for name in ("a15_nobody_can_ask.yaml", "b02_clearing_raised_hands.yaml")))
    )
    clearing = mutants()["closings.clear_requests.request: cleared -> expired"]
    assert [Path(each.path).name[:3] for each in files.for_(clearing)] == ["b02", "a15"]
    [found] = run(Plan((str(FOLDER / "b02_clearing_raised_hands.yaml"),)), [clearing.name])
    assert found.file == "b02_clearing_raised_hands.yaml"


@pytest.mark.parametrize(
    ("file", "only", "code"),
    [
        ("b02_clearing_raised_hands", "closings.clear", ExitCode.DONE),
        ("a15_nobody_can_ask", "last offer", ExitCode.VIOLATED),
    ],
)
def test_the_command_ends_with_what_came_of_it(file: str, only: str, code: ExitCode, tmp_path: Path) -> None:
    arguments = ["mutate", str(FOLDER / f"{file}.yaml"), "--only", only, "--workers", "1", "--seconds", "0.2"]
    done = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "out")], standalone_mode=False)
    assert done.return_value == code, done.output
    assert (tmp_path / "out" / "kill-001.yaml").exists() is (code is ExitCode.VIOLATED)
