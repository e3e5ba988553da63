"""Simulation harness for stage access policies.

`stagesim.load`, `stagesim.run` and `stagesim.compare` are in `stagesim.api`; `sweep`, `size`, `rank` and `sensitivity`
are in `stagesim.questions`. Both are imported when first asked for.

Who may know whom: streams, eventlog, metric_table < scenario, engines < agents < hearing < world < simulate | metrics,
statistics < experiments < testing < selfcheck < reporting < api, questions < commands < cli.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stagesim.api import Comparison, Run, Until, Variants, compare, compare_variants, load, run
    from stagesim.questions import rank, sensitivity, size, sweep

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Run",
    "Until",
    "Variants",
    "compare",
    "compare_variants",
    "load",
    "rank",
    "run",
    "sensitivity",
    "size",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from stagesim import api, questions

        return getattr(questions if name in questions.__all__ else api, name)
    raise AttributeError(f"module `stagesim` has no `{name}`; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
