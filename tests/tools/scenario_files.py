"""The scenarios of the repository, each read once for all tests: nobody can change one that was read."""

from functools import cache
from pathlib import Path

from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
EVERY = sorted(SCENARIOS.rglob("*.yaml"))


@cache
def read(path: Path) -> Scenario:
    """The scenario of a file of the repository."""
    return load(path)
