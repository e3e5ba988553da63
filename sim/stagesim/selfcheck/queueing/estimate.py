"""How long to watch a queueing case, how often, and what its figures then are.

The unit is the replication: a session of its own. A case that is watched in the long run is watched for `length` units
of time, of which the first fifth is left out as warm-up. The length follows from the simulation alone: it is doubled
until successive tenths of a session have little to do with each other, so that the fifth that is left out is several
times as long as the room remembers. How many there are is decided by those first sessions, too, which are not judged;
then replications are added until every figure is as precise as wanted.
"""

import math
from collections.abc import Generator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple
from zlib import crc32

from stagesim.eventlog import EventLog
from stagesim.scenario.values.units import LONGEST_MS
from stagesim.selfcheck.queueing.cases import Case
from stagesim.selfcheck.queueing.families import set_up
from stagesim.selfcheck.queueing.figures import MOMENTARY, Figure, figures_of
from stagesim.selfcheck.queueing.interval import MANY, Estimate, estimated
from stagesim.selfcheck.queueing.observation import Observation, Ratio
from stagesim.selfcheck.queueing.setup import Setup
from stagesim.simulate import simulate

WARM_UP: Final = 0.2
"""The share of a session that is left out."""
TENTHS: Final = 8
"""Parts of what is left, each a tenth of the session."""
REMEMBERED: Final = 0.35
"""The correlation of successive tenths above which a session is too short."""
PILOTS: Final = 10
"""Replications by which one decides how long and how many."""
LEAST: Final = 20
"""Replications at first, and at least; a short session with an end of its own takes more."""
LEAST_SESSIONS: Final = 40
FIRST_WISHES: Final = 400
"""About how many wishes the first sessions see in the long run."""
TASKS: Final = 16
"""A round is cut into about so many tasks, for the workers to share."""
BUDGET: Final = 12_000
"""How many wishes a case may see in all, at a precision of 1; finer precision may see more, by its square."""

SESSION: Final = 50
"""A session counts for so many wishes at least."""


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
    """Ask for replications, round by round, until every figure of the case is precise or the budget is spent.

    How many there are is decided by other sessions than those that are judged: a sample that may choose its own end
    chooses one at which rare, long waits have not come yet.
    """
    figures = figures_of(case, setup, precision)
    budget = BUDGET / precision**2
    size = yield from _size(case, setup, figures, budget, seed)
    samples: list[Sample] = []
    wanted = size.sessions
    while True:
        samples += yield _tasks(case, size.length, range(size.first + len(samples), size.first + wanted), seed)
        estimates = _estimates(figures, samples, setup, size.settled)
        spent = _spent(samples)
        if spent >= budget or all(estimate.is_precise for estimate in estimates):
            return estimates
        most = min(4 * len(samples), math.ceil(len(samples) * budget / spent))
        wanted = max(min(_needed(estimates, len(samples)), most), len(samples) + 1)


class Size(NamedTuple):
    """How long a session is (units), the first replication that is judged, and how many there are at first.

    `settled` is whether sessions are long enough to forget the empty room in which they began.
    """

    length: float
    first: int
    sessions: int
    settled: bool


def _size(
    case: Case, setup: Setup, figures: Sequence[Figure], budget: float, seed: int
) -> Generator[list[Task], list[Sample], Size]:
    """Find out by sessions that are not judged how long a session must be, and how many are needed."""
    length = setup.ends if setup.ends is not None else FIRST_WISHES / setup.rate
    first, settled = 0, True
    samples: list[Sample] = []
    # Few sessions may seem to forget by chance: it takes twice as many to say that they do as to say that they do not.
    while len(samples) < 2 * PILOTS:
        samples += yield _tasks(case, length, range(first, first + PILOTS), seed)
        first += PILOTS
        if setup.ends is None:
            settled = remembers([sample.course for sample in samples]) <= REMEMBERED
            if not settled and 4 * _spent(samples) <= budget and 2 * length * setup.unit_ms <= LONGEST_MS:
                length, samples = 2 * length, []
    wanted = _needed(_estimates(figures, samples, setup, settled), len(samples))
    least = LEAST_SESSIONS if setup.ends is not None else LEAST
    affordable = math.ceil(len(samples) * budget / 2 / _spent(samples))
    return Size(length, first, max(least, min(wanted, affordable)), settled)


def _spent(samples: Sequence[Sample]) -> int:
    """What the samples have cost, in wishes; a session without any has its price, too."""
    return sum(max(SESSION, sample.wishes) for sample in samples)


def _needed(estimates: Sequence[Estimate], n: int) -> int:
    """How many replications are probably needed: for the least precise figure, and for the most skewed."""
    ratios = [each.half_width(0.95) / each.figure.tolerance for each in estimates if each.figure.tolerance > 0]
    worst = max((ratio for ratio in ratios if math.isfinite(ratio)), default=0.0)
    many = max((MANY * each.skewness**2 for each in estimates if not each.is_many), default=0.0)
    return math.ceil(max(n * worst**2 * 1.1, many)) + 1


def _tasks(case: Case, length: float, replications: range, seed: int) -> list[Task]:
    size = max(1, len(replications) // TASKS)
    return [Task(case, length, replications[start : start + size], seed) for start in range(0, len(replications), size)]


def _estimates(figures: Sequence[Figure], samples: Sequence[Sample], setup: Setup, settled: bool) -> list[Estimate]:
    wishes = sum(sample.wishes for sample in samples)
    estimates = []
    for figure in figures:
        # What is looked at in one moment is seen once in a session, whatever the number of wishes.
        trials = len(samples) if setup.at is not None and figure.name in MOMENTARY else wishes
        found = [sample.figures[figure.name] for sample in samples]
        estimates.append(estimated(figure, found, trials, settled))
    return estimates


def remembers(courses: Sequence[Sequence[float]]) -> float:
    """The correlation of successive parts of a session, over several sessions; 0 where nothing varies."""
    everything = [value for course in courses for value in course]
    centre = math.fsum(everything) / len(everything)
    spread = math.fsum((value - centre) ** 2 for value in everything) / len(everything)
    products = [(one - centre) * (next_ - centre) for course in courses for one, next_ in pairwise(course)]
    return math.fsum(products) / len(products) / spread if spread else 0.0
