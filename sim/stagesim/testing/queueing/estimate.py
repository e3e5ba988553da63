"""How long to watch a queueing case, how often, and what its figures then are.

The unit is the replication: a session of its own. A case that is watched in the long run is watched for `length` units
of time, of which the first fifth is left out as warm-up. The length follows from the simulation alone: it is doubled
until successive tenths of a session have little to do with each other, so that the fifth that is left out is several
times as long as the room remembers. Then replications are added until every figure is as precise as wanted.
"""

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

from stagesim.eventlog import EventLog
from stagesim.statistics import t_quantile
from stagesim.testing.queueing.cases import Case
from stagesim.testing.queueing.families import set_up
from stagesim.testing.queueing.figures import Figure, figures_of
from stagesim.testing.queueing.observation import Observation, Ratio
from stagesim.testing.queueing.setup import Setup
from stagesim.world import simulate

WARM_UP: Final = 0.2
"""The share of a session that is left out."""
TENTHS: Final = 8
"""Parts of what is left, each a tenth of the session."""
REMEMBERED: Final = 0.35
"""The correlation of successive tenths above which a session is too short."""
PILOTS: Final = 10
LEAST: Final = 20
"""Replications at first, and at least; a short session with an end of its own takes more."""
LEAST_SESSIONS: Final = 40
FIRST_WISHES: Final = 400
"""About how many wishes the first sessions see in the long run."""
TASKS: Final = 16
"""A round is cut into about so many tasks, for the workers to share."""
BUDGET: Final = 6_000
"""How many wishes a case may see in all, at a precision of 1; finer precision may see more, by its square."""


class Task(NamedTuple):
    """Some replications of one case, for one worker."""

    case: Case
    length: float
    replications: range
    seed: int


class Sample(NamedTuple):
    """One replication: its figures, the course of the number in the system, and how many wishes were settled."""

    figures: Mapping[str, Ratio]
    course: tuple[float, ...]
    wishes: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over all replications. `error` is the standard error of the mean, `least` what it cannot be below."""

    figure: Figure
    mean: float
    error: float
    n: int
    least: float = 0.0

    def half_width(self, confidence: float) -> float:
        """Half the width of Student's interval; of a share, never less than what its number of wishes can tell."""
        if self.n < 2:
            return math.nan
        return max(t_quantile(self.n - 1, confidence) * self.error, -math.log(1 - confidence) * self.least)

    @property
    def is_precise(self) -> bool:
        """Whether the 95 % interval is narrow enough."""
        return self.half_width(0.95) <= self.figure.tolerance


Plan = Generator[list[Task], list[Sample], list[Estimate]]


def watch(task: Task) -> list[Sample]:
    """Simulate the replications of a task, and see what they show."""
    setup = set_up(task.case)
    scenario = setup.scenario(task.case.model, task.length)
    seed = crc32(f"{task.seed}:{task.case.name}".encode())
    figures = figures_of(task.case, setup, 1.0)
    return [
        _seen(simulate(scenario, seed=seed, replication=number).log, setup, figures, task.length)
        for number in task.replications
    ]


def _seen(log: EventLog, setup: Setup, figures: Sequence[Figure], length: float) -> Sample:
    from_ms = round((0.0 if setup.ends is not None else WARM_UP * length) * setup.unit_ms)
    to_ms = round((length if setup.at is None else setup.at) * setup.unit_ms)
    seen = Observation(log, setup.unit_ms, from_ms, to_ms)
    values = {figure.name: figure.measure(seen) for figure in figures}
    course = () if setup.ends is not None else tuple(seen.slices(setup.system, TENTHS))
    return Sample(values, course, max(len(seen.settled), len(seen.answers)))


def plan(case: Case, setup: Setup, precision: float, seed: int) -> Plan:
    """Ask for replications, round by round, until every figure of the case is precise or the budget is spent."""
    figures = figures_of(case, setup, precision)
    budget = BUDGET / precision**2
    samples: list[Sample] = []
    first = 0
    length = setup.ends if setup.ends is not None else FIRST_WISHES / setup.rate
    wanted = LEAST_SESSIONS if setup.ends is not None else PILOTS
    while True:
        samples += yield _tasks(case, length, range(first + len(samples), first + wanted), seed)
        spent = sum(sample.wishes for sample in samples)
        estimates = [_estimate(figure, samples) for figure in figures]
        if setup.ends is None and remembers([sample.course for sample in samples]) > REMEMBERED and spent < budget / 4:
            first, samples, wanted, length = first + len(samples), [], PILOTS, 2 * length
            continue
        if len(samples) >= LEAST and (spent >= budget or all(estimate.is_precise for estimate in estimates)):
            return estimates
        most = min(4 * len(samples), math.ceil(len(samples) * budget / max(1, spent)))
        wanted = max(LEAST, min(_needed(estimates, len(samples)), most), len(samples) + 1)


def _needed(estimates: Sequence[Estimate], n: int) -> int:
    """How many replications the least precise figure will probably need."""
    ratios = [each.half_width(0.95) / each.figure.tolerance for each in estimates if each.figure.tolerance > 0]
    worst = max((ratio for ratio in ratios if math.isfinite(ratio)), default=0.0)
    return math.ceil(n * worst**2 * 1.05) + 1


def _tasks(case: Case, length: float, replications: range, seed: int) -> list[Task]:
    size = max(1, len(replications) // TASKS)
    return [Task(case, length, replications[start : start + size], seed) for start in range(0, len(replications), size)]


def _estimate(figure: Figure, samples: Sequence[Sample]) -> Estimate:
    """The ratio of the sums over all sessions, with the standard error of a ratio.

    Cochran (1977), "Sampling Techniques", 3rd ed., section 6.3. Where every count is 1 it is the mean, as always.
    """
    n = len(samples)
    totals, counts = zip(*(sample.figures[figure.name] for sample in samples), strict=True)
    count = math.fsum(counts)
    if n < 2 or not count:
        return Estimate(figure, math.nan, math.nan, n)
    if figure.is_variance:
        centre = math.fsum(totals) / n
        totals = tuple((total - centre) ** 2 * n / (n - 1) for total in totals)
    ratio = math.fsum(totals) / count
    residuals = [total - ratio * each for total, each in zip(totals, counts, strict=True)]
    error = math.sqrt(n * math.fsum(residual * residual for residual in residuals) / (n - 1)) / count
    wishes = sum(sample.wishes for sample in samples)
    return Estimate(figure, ratio, error, n, 1 / max(1, wishes) if figure.is_share else 0.0)


def remembers(courses: Sequence[Sequence[float]]) -> float:
    """The correlation of successive parts of a session, over several sessions; 0 where nothing varies."""
    everything = [value for course in courses for value in course]
    centre = math.fsum(everything) / len(everything)
    spread = math.fsum((value - centre) ** 2 for value in everything) / len(everything)
    products = [(one - centre) * (next_ - centre) for course in courses for one, next_ in pairwise(course)]
    return math.fsum(products) / len(products) / spread if spread else 0.0
