"""Simulation harness for stage access policies.

`stagesim.load`, `stagesim.run` and `stagesim.compare` are in `stagesim.api`, which is imported when first asked for.

Who may know whom: scenario, streams, eventlog < world, agents | metrics, statistics < experiments < reporting, testing
< api < cli.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stagesim.api import Comparison, Run, compare, load, run

__version__ = "0.1.0"

__all__ = ["Comparison", "Run", "compare", "load", "run"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from stagesim import api

        return getattr(api, name)
    raise AttributeError(f"module `stagesim` has no `{name}`; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
