"""Simulation harness for stage access policies: what a notebook or a script needs is here (docs/reference/python.md).

Each name is imported when it is first asked for.

Who may know whom: streams, eventlog, metric_table < scenario, engines < agents < hearing < world < simulate | metrics,
statistics < experiments < testing < selfcheck < reporting < api < commands < cli.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from stagesim.version import __version__ as __version__

if TYPE_CHECKING:
    from stagesim.api.calls import Until, compare, compare_variants, load, run
    from stagesim.api.exploring import Explorer, explore
    from stagesim.api.opening import open, paired  # noqa: A004
    from stagesim.api.playing import Replay, Story, replay, story
    from stagesim.api.questions import rank, sensitivity, size, sweep, tip, why
    from stagesim.api.studies import Comparison, Run, Variants
    from stagesim.errors import StagesimError
    from stagesim.experiments.kept.manifests import StoreError
    from stagesim.experiments.study import StudyError
    from stagesim.scenario.faults import ScenarioError
    from stagesim.scenario.scenario import Scenario

__all__ = [
    "Comparison",
    "Explorer",
    "Replay",
    "Run",
    "Scenario",
    "ScenarioError",
    "StagesimError",
    "StoreError",
    "Story",
    "StudyError",
    "Until",
    "Variants",
    "compare",
    "compare_variants",
    "explore",
    "load",
    "open",
    "paired",
    "rank",
    "replay",
    "run",
    "sensitivity",
    "size",
    "story",
    "sweep",
    "tip",
    "why",
]

PLACES: Final = {
    **dict.fromkeys(("Until", "compare", "compare_variants", "load", "run"), "stagesim.api.calls"),
    **dict.fromkeys(("Explorer", "explore"), "stagesim.api.exploring"),
    **dict.fromkeys(("open", "paired"), "stagesim.api.opening"),
    **dict.fromkeys(("Replay", "Story", "replay", "story"), "stagesim.api.playing"),
    **dict.fromkeys(("rank", "sensitivity", "size", "sweep", "tip", "why"), "stagesim.api.questions"),
    **dict.fromkeys(("Comparison", "Run", "Variants"), "stagesim.api.studies"),
    "Scenario": "stagesim.scenario.changing",
    "ScenarioError": "stagesim.scenario.faults",
    "StagesimError": "stagesim.errors",
    "StoreError": "stagesim.experiments.kept.manifests",
    "StudyError": "stagesim.experiments.study",
}
"""The module of every name."""


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return getattr(import_module(PLACES[name]), name)
    raise AttributeError(f"module `stagesim` has no `{name}`; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
