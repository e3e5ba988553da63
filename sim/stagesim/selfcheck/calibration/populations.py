"""Where the replications of a calibrating study come from: populations whose mean and spread are known exactly."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from stagesim.metrics import measure
from stagesim.scenario.scenario import Scenario
from stagesim.selfcheck.queueing.cases import read_cases
from stagesim.selfcheck.queueing.families import set_up
from stagesim.simulate import simulate

SESSIONS: Final = 240
"""Simulated sessions from which studies are drawn, with replacement: a population whose mean is known."""
WISHES: Final = 100
"""About how many wishes such a session has."""
SIMULATED: Final = "A5"
"""The queueing case that is simulated: a moderator with too many requests, and people who give up."""


@dataclass(frozen=True, slots=True)
class Population:
    """Values of one metric; `draw` gets a generator of random numbers and a shape, and gives an array."""

    name: str
    metric: str
    mean: float
    sd: float
    draw: Callable[[Any, tuple[int, ...]], Any]
    things: int = WISHES
    """How many things a value is the share or the average of."""


def random(seed: int, purpose: str) -> Any:
    """A generator of random numbers for one purpose, that no other purpose shares."""
    import numpy as np

    return np.random.default_rng([seed, crc32(purpose.encode())])


def made() -> tuple[Population, ...]:
    """Normal, as means over many people are; a share of twenty; skewed, as waits are (gamma of shape 2)."""
    return (
        Population("normal", "queue_mean", 10.0, 2.0, lambda draw, shape: draw.normal(10, 2, shape)),
        Population(
            "share of 20",
            "wishes_heard_share",
            0.8,
            math.sqrt(0.8 * 0.2 / 20),
            lambda draw, shape: draw.binomial(20, 0.8, shape) / 20,
            things=20,
        ),
        Population("skewed (1.4)", "queue_mean", 6.0, 3 * math.sqrt(2), lambda draw, shape: draw.gamma(2, 3, shape)),
    )


def simulated(seed: int, metrics: Sequence[str]) -> list[Population]:
    """Metrics of simulated sessions, each named with its skewness."""
    import numpy as np

    found = _sessions(seed)
    populations = []
    for metric in metrics:
        values = np.array([figures[metric] for figures in found])
        mean, sd = math.fsum(values) / len(values), float(values.std())
        skewness = float((((values - mean) / sd) ** 3).mean())
        populations.append(Population(f"simulated {metric} ({skewness:.1f})", metric, mean, sd, _again(values)))
    return populations


def _again(values: Any) -> Callable[[Any, tuple[int, ...]], Any]:
    return lambda draw, shape: draw.choice(values, shape)


@lru_cache(maxsize=2)
def _sessions(seed: int) -> list[dict[str, float]]:
    scenario = busy_scenario()
    return [dict(measure(simulate(scenario, seed=seed, replication=number).log)) for number in range(SESSIONS)]


def busy_scenario() -> Scenario:
    """The scenario that is simulated."""
    case = next(case for case in read_cases() if case.name == SIMULATED)
    setup = set_up(case)
    return setup.scenario(case.model, WISHES / setup.rate)
