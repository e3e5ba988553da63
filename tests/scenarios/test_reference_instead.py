"""The second implementation of the rules, over the line protocol, in the engine's place: every session is the same."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenario_files import read
from stagesim.engines.subprocess import EngineCommand
from stagesim.simulate import simulate

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "scenarios/conformance").glob("*.yaml")), ROOT / "scenarios/support_clinic.yaml"]


@pytest.fixture(scope="module")
def reference() -> Iterator[EngineCommand]:
    with EngineCommand(shlex.join([sys.executable, str(ROOT / "tests/tools/reference.py")])) as maker:
        yield maker


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_same_session_comes_of_it(file: Path, reference: EngineCommand) -> None:
    scenario = read(file)
    for mode in scenario.modes:
        own, other = simulate(scenario, mode=mode).log, simulate(scenario, mode=mode, engine=reference).log
        assert (other.names, other.packed) == (own.names, own.packed)
        assert other.header.engine == "reference"
