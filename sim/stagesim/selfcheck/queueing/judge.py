"""The harness against queueing theory: scenarios whose true figures are known are simulated and compared.

Nothing here knows a formula of any model. All figures of all cases are judged together: with a correct harness, the
intervals contain all the true values with a probability of 99 % (Bonferroni). A figure agrees only when it is also
precise enough to mean something.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from stagesim.experiments.executors import THIS_PROCESS, Executors, pool_of, ready
from stagesim.selfcheck.queueing.cases import Case, NotExpressible
from stagesim.selfcheck.queueing.estimate import TASKS, Plan, Sample, Task, plan, watch
from stagesim.selfcheck.queueing.families import set_up
from stagesim.selfcheck.queueing.figures import figures_of, without_meaning
from stagesim.selfcheck.queueing.interval import Estimate
from stagesim.selfcheck.queueing.setup import Setup
from stagesim.statistics import bonferroni_confidence

TOGETHER: Final = 0.99
"""The probability with which all intervals together contain the true values."""
PRECISION: Final = 0.15
"""How precise a figure must be: the half-width of its own 95 % interval, as a share of the expected figure."""
DOUBT: Final = 2
"""How many times as far the interval is taken to reach where a figure is too skewed for its number of sessions."""
ROUNDING: Final = 1e-6
"""Expected figures are written with so many digits."""


class Verdict(StrEnum):
    """What comes of comparing a figure."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNDECIDED = "undecided"
    NOT_EXPRESSIBLE = "not expressible"


class Row(NamedTuple):
    """One figure of one case. `half_width` is that of the interval that holds together with all the others."""

    case: str
    model: str
    figure: str
    expected: float
    simulated: float
    half_width: float
    sessions: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """One case: its rows, why it could not be expressed, and which expected figures have no meaning here."""

    case: Case
    rows: tuple[Row, ...]
    reason: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the rows; a case without any figure has shown nothing."""
        if self.reason:
            return Verdict.NOT_EXPRESSIBLE
        found = {row.verdict for row in self.rows}
        for verdict in (Verdict.DIFFERS, Verdict.UNDECIDED, Verdict.AGREES):
            if verdict in found:
                return verdict
        return Verdict.UNDECIDED


def run(
    cases: Sequence[Case], *, seed: int = 1, executors: Executors = THIS_PROCESS, precision: float = PRECISION
) -> Iterator[Result]:
    """Simulate and judge the cases; the results come in their order, and do not depend on who carries them out.

    Raises `CaseError` before anything is simulated when a parameter is missing or wrong.
    """
    setups: dict[str, Setup] = {}
    reasons: dict[str, str] = {}
    for case in cases:
        try:
            setups[case.name] = set_up(case)
        except NotExpressible as error:
            reasons[case.name] = str(error)
    expressed = [case for case in cases if case.name in setups]
    count = sum(len(figures_of(case, setups[case.name], precision)) for case in expressed)
    confidence = bonferroni_confidence(TOGETHER, max(1, count))
    plans = {case.name: plan(case, setups[case.name], precision, seed) for case in expressed}
    found = _carry_out(plans, executors)
    judgeable: dict[str, list[Estimate]] = {}
    for case in cases:
        if case.name in reasons:
            yield Result(case, (), reasons[case.name])
            continue
        while case.name not in judgeable:
            name, estimates = next(found)
            judgeable[name] = estimates
        rows = tuple(judged(case, estimate, confidence) for estimate in judgeable.pop(case.name))
        yield Result(case, rows, left_out=tuple(without_meaning(case, setups[case.name])))


def judged(case: Case, estimate: Estimate, confidence: float) -> Row:
    """The verdict on one figure, by an interval of this confidence."""
    figure = estimate.figure
    half_width = estimate.reach(confidence)
    slack = ROUNDING * max(abs(figure.expected), abs(estimate.mean))
    distance = abs(estimate.mean - figure.expected) - slack
    # Too few sessions of a skewed figure may have missed what is rare and long: only what is far away differs then.
    is_doubtful = estimate.is_towards_tail and not estimate.is_many and distance <= DOUBT * half_width
    if distance > half_width and estimate.settled and not is_doubtful:
        verdict = Verdict.DIFFERS
    elif distance <= half_width and estimate.settled and estimate.is_precise:
        verdict = Verdict.AGREES
    else:
        verdict = Verdict.UNDECIDED
    return Row(case.name, case.model, figure.name, figure.expected, estimate.mean, half_width, estimate.n, verdict)


def _carry_out(plans: dict[str, Plan], executors: Executors) -> Iterator[tuple[str, list[Estimate]]]:
    """The estimates of every plan, as each is ready."""
    with pool_of(executors, TASKS * len(plans)) as pool:
        if pool is not None:
            yield from _shared(plans, pool)
            return
        for name, steps in plans.items():
            yield name, _alone(steps)


def _alone(steps: Plan) -> list[Estimate]:
    try:
        tasks = next(steps)
        while True:
            tasks = steps.send([sample for task in tasks for sample in watch(task)])
    except StopIteration as done:
        estimates: list[Estimate] = done.value
        return estimates


def _shared(plans: dict[str, Plan], pool: Executor) -> Iterator[tuple[str, list[Estimate]]]:
    """Every plan goes on as soon as the whole of its round is there, so that what it does depends on nothing else."""
    rounds: dict[str, list[Future[list[Sample]]]] = {}
    owner: dict[Future[list[Sample]], str] = {}

    def submit(name: str, tasks: Sequence[Task]) -> None:
        rounds[name] = [pool.submit(watch, task) for task in tasks]
        owner.update(dict.fromkeys(rounds[name], name))

    for name, steps in plans.items():
        submit(name, next(steps))
    while owner:
        names = dict.fromkeys(owner.pop(future) for future in ready(owner, pool))
        for name in names:
            if all(future.done() for future in rounds[name]):
                samples = [sample for future in rounds[name] for sample in future.result()]
                try:
                    submit(name, plans[name].send(samples))
                except StopIteration as finished:
                    yield name, finished.value
