"""What a project sets for all of its scenarios, and what of it is made once."""

from typing import TYPE_CHECKING, Final, Literal

import pytest

if TYPE_CHECKING:
    from stagesim.engines.subprocess import EngineCommand
    from stagesim.testing.gate.pipeline import Settings

ENGINE: Final = pytest.StashKey["EngineCommand | None"]()

COMPARED: Final[dict[str, Literal["auto", "required"] | None]] = {
    "auto": "auto",
    "required": "required",
    "none": None,
}
"""What scenarios are compared with, by the word in the settings of the project."""


def engine_of(config: pytest.Config) -> "EngineCommand | None":
    """The engine under test, the same for all files; None is our own."""
    from stagesim.engines.subprocess import EngineCommand

    if ENGINE not in config.stash:
        command: str = config.getoption("--stagesim-engine") or config.getini("stagesim_engine")
        config.stash[ENGINE] = EngineCommand(command) if command else None
    return config.stash[ENGINE]


def settings_of(config: pytest.Config) -> "Settings":
    """How the scenarios of this run are judged."""
    from stagesim.testing.gate.pipeline import Settings

    seed, budget = config.getoption("--stagesim-seed"), config.getoption("--stagesim-budget")
    baseline = COMPARED[config.getini("stagesim_baseline")]
    return Settings(seed=seed, budget=budget, baseline=baseline, engine=engine_of(config))
