"""A defect in somebody's engine turns a conformance file red: the one that shows the rule."""

from pathlib import Path

import pytest

from defects import DEFECTS, Defect, Wrapping
from foreign import IGNORANT, answering
from scenario_files import read
from stagesim.agents.script_checks import Check
from stagesim.cli import invoke
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.simulate import simulate

FOLDER = Path(__file__).parents[2] / "scenarios" / "conformance"


def failures(prefix: str, engine: EngineMaker) -> list[Check]:
    """What fails in the one file that begins so, in all of its modes."""
    [path] = FOLDER.glob(f"{prefix}_*.yaml")
    scenario = read(path)
    done = [simulate(scenario, mode=mode, engine=engine) for mode in scenario.modes]
    return [check for each in done for check in each.checks if not check.ok]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.wrong.replace(" ", "-"))
def test_a_defect_turns_its_file_red(defect: Defect) -> None:
    try:
        found = failures(defect.file, defect.engine)
    except EngineError:
        return  # a red result as well: the engine contradicts itself
    assert found, f"`{defect.wrong}` was not noticed"
    assert all(check.tested for check in found)


@pytest.mark.parametrize("file", sorted({defect.file for defect in DEFECTS}))
def test_an_engine_that_only_passes_on_turns_none_of_them_red(file: str) -> None:
    assert failures(file, Wrapping) == []


def test_an_engine_that_cannot_say_who_is_told_is_green_but_for_the_notices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(path) for prefix in ("a08", "n01", "t10") for path in FOLDER.glob(f"{prefix}_*")]
    code = invoke(["check", *files, "--engine", answering(tmp_path, before=IGNORANT), "--workers", "1"])
    lines = capsys.readouterr().out.splitlines()
    judged = [line for line in lines if line.startswith(("pass ", "fail ", "undecided ", "not tested "))]
    assert code == 3
    assert lines[-1].startswith("not tested (exit 3): ")
    assert all(("told [" in line) == line.startswith("not tested") for line in judged)
    assert sum(line.startswith("pass") for line in judged) > 50
    assert sum(line.startswith("not tested") for line in judged) > 40
