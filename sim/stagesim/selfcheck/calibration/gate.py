"""How often the gate and the comparison err where nothing is to be found, and how soon they find what there is.

The studies are asked in the way the pipeline asks: the same questions, at the same looks, and the first answer stands.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from stagesim.eventlog import EventLog, Header
from stagesim.experiments.replications import Outcome
from stagesim.metric_table import METRIC
from stagesim.scenario.demands.statements import Expectation
from stagesim.selfcheck.calibration.checks import Check, at_most
from stagesim.selfcheck.calibration.populations import Population, busy_scenario, made, random, simulated
from stagesim.statistics import LOOKS, differences, verdict
from stagesim.testing.baselines.made import make
from stagesim.testing.baselines.regression import compare_with_baseline
from stagesim.testing.gate.expected import expected
from stagesim.testing.gate.verdicts import Question, Verdict

STUDIES: Final = 1000
EFFECT: Final = 0.5
"""The planted effect, in standard deviations."""
FOUND: Final = 0.95
SOON: Final = 140
"""A planted effect is to be found in this share of the studies, with fewer replications than that on average."""
SELF: Final = 20
"""Replications in which a scenario is compared with itself."""
MODE: Final = "join_by_request"
METRICS: Final = ("queue_mean", "wishes_given_up_share", "time_to_stage_mean")


@dataclass(frozen=True, slots=True)
class Answer:
    """How one study ended: the verdict, and after how many replications."""

    verdict: str
    n: int


def false_alarms(seed: int) -> list[Check]:
    """Expectations whose metric is exactly at the limit: any verdict but undecided is an error."""
    checks = []
    for population in (*made(), *simulated(seed, METRICS)):
        answers = list(expectations(population, population.mean, seed))
        failed = sum(answer.verdict == Verdict.FAIL for answer in answers)
        passed = sum(answer.verdict == Verdict.PASS for answer in answers)
        said = f"of {len(answers)} studies decided ({failed} fail, {passed} pass)"
        checks.append(at_most(f"gate at the limit, {population.name}", failed + passed, len(answers), said))
    return checks


def false_differences(seed: int) -> list[Check]:
    """A condition compared with itself on other draws, by several metrics at once: any difference is an error."""
    checks: list[Check] = []
    for population, family in ((made()[0], 1), (made()[0], 4), (made()[2], 1)):
        found = list(comparisons(population, 0.0, family, seed))
        wrong = sum(answer.verdict in ("better", "worse") for answer in found)
        name = f"A/A comparison by {family} metric{'s' if family > 1 else ''}, {population.name}"
        checks.append(at_most(name, wrong, len(found), f"of {len(found)} studies find a difference"))
    return [*checks, _itself(seed)]


def _itself(seed: int) -> Check:
    """A scenario compared with its own baseline, all replications and all metrics."""
    baseline = make(busy_scenario(), modes=[MODE], replications=SELF, seed=seed)
    found = compare_with_baseline(busy_scenario(), baseline, modes=[MODE])
    said = f"{found.changed_decisions} decisions and {len(found.effects)} metrics, in {found.replications} replications"
    return Check("a scenario and its own baseline", "nothing differs at all", said, found.identical)


def power(seed: int) -> list[Check]:
    """A limit that is missed by half a standard deviation, and a difference of that size: both are to be found."""
    checks = []
    for population in (made()[0], made()[2]):
        answers = list(expectations(population, population.mean - EFFECT * population.sd, seed))
        checks.append(_found(f"gate, limit missed by 0.5 sd, {population.name}", answers, Verdict.FAIL))
    compared = list(comparisons(made()[0], EFFECT, 1, seed))
    checks.append(_found("comparison, difference of 0.5 sd, normal", compared, "worse"))
    return checks


def _found(name: str, answers: Sequence[Answer], right: str) -> Check:
    share = sum(answer.verdict == right for answer in answers) / len(answers)
    mean = math.fsum(answer.n for answer in answers) / len(answers)
    said = f"{share:.2%} of {len(answers)} studies, after {mean:.1f} on average"
    demanded = f"at least {FOUND:.0%} in fewer than {SOON} replications"
    return Check(name, demanded, said, share >= FOUND and mean < SOON)


def expectations(population: Population, limit: float, seed: int) -> Iterator[Answer]:
    """Studies of the expectation that the metric is at most `limit`, asked at every look until there is a verdict."""
    unit = " s" if population.metric.startswith("time") else ""
    stated = Expectation(that=f"{population.metric} <= {limit:.12f}{unit}")
    values = population.draw(random(seed, f"gate {population.name} {limit}"), (STUDIES, LOOKS[-1])).tolist()
    log = EventLog(Header("calibration", "", MODE, seed))
    for study in values:
        outcomes = (
            Outcome(
                MODE,
                number,
                log,
                {population.metric: value, METRIC[population.metric].per: population.things},
                {},
                {},
                (),
            )
            for number, value in enumerate(study)
        )
        yield _asked(expected(stated, MODE, None, LOOKS), outcomes)


def _asked(question: Question, outcomes: Iterator[Outcome]) -> Answer:
    seen = 0
    for n in LOOKS:
        for outcome in islice(outcomes, n - seen):
            question.see(outcome)
        seen = n
        finding = question.judge(n, n == LOOKS[-1])
        if finding.verdict is not Verdict.UNDECIDED:
            return Answer(finding.verdict, n)
    return Answer(Verdict.UNDECIDED, seen)


def comparisons(population: Population, effect: float, family: int, seed: int) -> Iterator[Answer]:
    """Studies that compare two conditions by a family of metrics until all are decided, as `--until-decision` does.

    `effect` is the difference of the conditions, in standard deviations of the difference. The worst verdict of the
    family is the study's.
    """
    draw = random(seed, f"comparison {population.name} {effect} {family}")
    for _ in range(STUDIES):
        first, second = (population.draw(draw, (family, LOOKS[-1])) for _ in range(2))
        yield _compared(first + effect * math.sqrt(2) * population.sd, second)


def _compared(first: Any, second: Any) -> Answer:
    said: list[str] = []
    for at, n in enumerate(LOOKS):
        pairs = [(one[:n].tolist(), other[:n].tolist()) for one, other in zip(first, second, strict=True)]
        said = [verdict(each, "lower") for each in differences(pairs, looks=LOOKS, look=at)]
        if "undecided" not in said:
            return Answer(next((each for each in ("worse", "better") if each in said), said[0]), n)
    return Answer(next((each for each in ("worse", "better") if each in said), "undecided"), LOOKS[-1])
