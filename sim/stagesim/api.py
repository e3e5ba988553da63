"""The harness in Python: load a scenario, run it once or compare the modes, look at the results.

import stagesim

study = stagesim.compare("scenarios/seminar.yaml", replications=10)
study.summary()
study.plot.time_to_stage()
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import cached_property
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stagesim.experiments.replications import Behaviour, Outcome
from stagesim.experiments.results import (
    Results,
    checks_frame,
    events_frame,
    metrics_frame,
    split_frame,
    summary_frame,
)
from stagesim.experiments.study import Plan, StudyError, chosen_modes, study
from stagesim.scenario.loader import load
from stagesim.scenario.models import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from stagesim.eventlog import EventLog

__all__ = ["Comparison", "Plots", "Run", "compare", "load", "run"]

Source = Scenario | str | PathLike[str]
"""A scenario, or the path of its file."""


class Plots:
    """The charts of a study, each a matplotlib figure. `names` lists them."""

    def __init__(self, results: Results) -> None:
        self._results = results

    @property
    def names(self) -> list[str]:
        """The names of all charts that there are for this study."""
        from stagesim.reporting.charts import drawable

        return [chart.name for chart in drawable(self._results)]

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.names]

    def __getattr__(self, name: str) -> "Chart":
        if name.startswith("_") or name not in self.names:
            raise AttributeError(f"unknown chart `{name}`; there are {', '.join(self.names)}")
        return Chart(self._results, name)


class Chart:
    """One chart, drawn when called."""

    def __init__(self, results: Results, name: str) -> None:
        self._results = results
        self._name = name

    def __call__(self) -> "Figure":
        from stagesim.reporting.charts import draw

        return draw(self._results, self._name)


class Study:
    """What a simulation found, as tables and charts."""

    def __init__(self, results: Results) -> None:
        self.results = results

    @cached_property
    def events(self) -> "pd.DataFrame":
        """Every event, one row each; `run_mode` and `replication` say of which run."""
        return events_frame(self.results)

    @cached_property
    def metrics(self) -> "pd.DataFrame":
        """Every metric, one row a mode and replication."""
        return metrics_frame(self.results)

    @cached_property
    def by_group(self) -> "pd.DataFrame":
        """The metrics that can be split, one row a mode, replication and group of the scenario."""
        return split_frame(self.results, "group")

    @cached_property
    def by_client(self) -> "pd.DataFrame":
        """The same, one row a mode, replication and kind of device."""
        return split_frame(self.results, "client")

    @cached_property
    def checks(self) -> "pd.DataFrame":
        """The expectations of the scenario's script, one row each, with what came of them."""
        return checks_frame(self.results)

    @property
    def plot(self) -> Plots:
        """The charts: `study.plot.stage_and_queue()`."""
        return Plots(self.results)

    def summary(self, confidence: float = 0.95) -> "pd.DataFrame":
        """One row a metric and mode: mean over the replications, its t-interval, and how many had a value."""
        return summary_frame(self.results, confidence)

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write tables, logs, charts and the report into a folder; the path of the report."""
        from stagesim.reporting.publish import publish

        return publish(self.results, Path(folder))

    def _repr_html_(self) -> str:
        from stagesim.reporting.html import fragment

        return fragment(self.results)


class Run(Study):
    """One replication in one mode."""

    @property
    def outcome(self) -> Outcome:
        """The replication itself."""
        return self.results.outcomes[0]

    @property
    def log(self) -> "EventLog":
        """The log of the replication, from which everything else was made."""
        return self.outcome.log

    def __repr__(self) -> str:
        log = self.log
        return (
            f"<Run {self.results.scenario.title!r}, {self.outcome.mode}, seed {self.results.seed}, {len(log)} events>"
        )


class Comparison(Study):
    """Several modes, a number of replications each."""

    def __repr__(self) -> str:
        found = self.results
        return (
            f"<Comparison {found.scenario.title!r}, {', '.join(found.modes)}, {found.replications} replications each>"
        )


def run(
    scenario: Source,
    *,
    mode: str | None = None,
    seed: int = 1,
    replication: int = 0,
    sets: Sequence[str] = (),
    behaviours: Mapping[str, Behaviour] | None = None,
) -> Run:
    """Simulate one session. `mode` None is the mode of the scenario's room.

    `sets` are changes such as `"audience.count=50"`, for a scenario given as a path. `behaviours` puts a generator
    function of your own in the place of a group's behaviour.
    """
    loaded, path = _loaded(scenario, sets)
    modes = chosen_modes(loaded, (loaded.room.mode if mode is None else mode,))
    again = f"stagesim.run({_shown(path, sets)}, mode={modes[0]!r}, seed={seed}, replication={replication})"
    plan = Plan(loaded, modes, (replication,), seed, behaviours or {}, again, path)
    return Run(study(plan))


def compare(
    scenario: Source,
    *,
    modes: Sequence[str] | None = None,
    replications: int = 20,
    seed: int = 1,
    workers: int | Literal["auto"] = 1,
    sets: Sequence[str] = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    executor: Executor | None = None,
) -> Comparison:
    """Simulate the scenario in several modes, with the same people and the same draws in each.

    `modes` None is the scenario's own list. `workers` are processes; an `executor` of your own is used instead.
    """
    if replications < 1:
        raise StudyError(f"`replications`: expected 1 or more, got `{replications}`\n  hint: 20 is a good start")
    loaded, path = _loaded(scenario, sets)
    chosen = chosen_modes(loaded, modes)
    again = f"stagesim.compare({_shown(path, sets)}, modes={list(chosen)}, replications={replications}, seed={seed})"
    plan = Plan(loaded, chosen, range(replications), seed, behaviours or {}, again, path)
    return Comparison(study(plan, workers=workers, executor=executor))


def _loaded(scenario: Source, sets: Sequence[str]) -> tuple[Scenario, str | None]:
    if not isinstance(scenario, Scenario):
        return load(scenario, sets), fspath(scenario)
    if sets:
        raise StudyError(
            "`sets` changes a file as it is read; this scenario has been read already\n"
            "  hint: give the path of its file, or use `scenario.model_copy`"
        )
    return scenario, scenario.source.name if scenario.source else None


def _shown(path: str | None, sets: Sequence[str]) -> str:
    changes = f", sets={list(sets)}" if sets else ""
    return f"{path!r}{changes}" if path else "scenario"
