"""What every simulation behind one answer has in common: the scenario's file, the modes, the seed, the workers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from stagesim.agents.agent import Behaviour
from stagesim.experiments.replications import Figures, Job, replicate
from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.metrics import METRICS
from stagesim.scenario.faults import METRICS_LISTED, one_of
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario

Watch = Callable[[Iterable[Any], int, str], Iterator[Any]]
"""Gets things as they come, how many there will be, and what they are called; hands them on."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A scenario's file with settings that hold throughout, and how it is simulated.

    `modes` None are the scenario's own. `command` says how to get the same answer again; it only informs.
    """

    path: str
    sets: tuple[str, ...] = ()
    modes: tuple[str, ...] | None = None
    seed: int = 1
    workers: int | Literal["auto"] = 1
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    command: str = ""

    def scenario(self, settings: Iterable[str] = ()) -> Scenario:
        """The scenario with these settings on top."""
        return load(self.path, (*self.sets, *settings))

    def chosen(self, scenario: Scenario) -> tuple[str, ...]:
        """The modes that are to be simulated."""
        return chosen_modes(scenario, self.modes)

    def figures(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Figures]]:
        """The mode and the metrics of every replication, by replication, then by mode; logs are dropped at once."""
        job = Job(scenario, self.seed, self.behaviours)
        for outcome in replicate(job, modes, replications, workers=self.workers):
            yield outcome.mode, outcome.metrics


def known_metric(name: str) -> str:
    """The name, if there is a metric with it; StudyError if not."""
    names = [metric.name for metric in METRICS]
    if name not in names:
        raise StudyError(f"unknown metric `{name}`\n  hint: {one_of(names, name, METRICS_LISTED)}")
    return name
