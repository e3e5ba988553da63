"""A scenario compared with its baseline, in three layers: the same log, the same decisions, the same figures.

The first replication of each mode decides most of the time: an equal log ends the comparison. Otherwise the decisions
on the baseline's tapes are asked again, and every metric is compared over the replications, in pairs.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.engines.contract import EngineMaker
from stagesim.experiments.executors import Executors, replicate
from stagesim.experiments.replications import Job, Outcome
from stagesim.metrics import METRICS, Metric
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Difference, differences, verdict
from stagesim.testing.baselines.baseline import (
    DECISIONS,
    Baseline,
    Values,
    check_engine,
    check_fits,
    content,
    first_replications,
    mean,
    same_value,
    same_values,
    tabulated,
)
from stagesim.testing.differences.changed import Changes, changed_decisions

Judged = Literal["pass", "fail", "undecided"]

MARGIN: Final = 0.05
"""The share of a baseline's mean up to which a difference does not matter."""


ORDER: Final = ("worse", "undecided", "better", "equivalent")
"""The verdicts on a metric, the gravest first."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One metric that is not what it was: the means, and the difference of now to before with its interval."""

    mode: str
    metric: str
    before: float
    now: float
    difference: Difference
    verdict: Literal["better", "worse", "equivalent", "undecided", "changed"]

    def __str__(self) -> str:
        interval = self.difference.interval
        known = not math.isnan(interval.low)
        by = f" ({interval.mean:+.4g}, {interval.low:+.4g} to {interval.high:+.4g})" if known else ""
        return f"{self.mode} {self.metric}: {_figure(self.before)} -> {_figure(self.now)}{by}: {self.verdict}"


@dataclass(frozen=True, slots=True)
class Regression:
    """What came of the comparison. `replications` is how many were simulated in each mode.

    `changes` lists the modes whose log differs, with their changed decisions; `effects` the metrics that differ, those
    without a direction as `changed`.
    """

    baseline: Baseline
    modes: tuple[str, ...]
    replications: int
    changes: tuple[Changes, ...]
    effects: tuple[Effect, ...]

    @property
    def identical(self) -> bool:
        """Whether nothing differs at all."""
        return not self.changes and not self.effects

    @property
    def changed_decisions(self) -> int:
        """How many decisions changed, over all modes."""
        return sum(len(each.changes) for each in self.changes)

    @property
    def verdict(self) -> Judged:
        """`fail` where a decision changed or a metric is worse; `undecided` where a metric may be."""
        verdicts = [effect.verdict for effect in self.effects]
        if self.changed_decisions or "worse" in verdicts:
            return "fail"
        return "undecided" if "undecided" in verdicts else "pass"

    def to_accept(self) -> list[str]:
        """What would have to be accepted for the comparison to pass, by the names that `accept` takes."""
        names = [DECISIONS] if self.changes else []
        blocking = [effect.metric for effect in self.effects if effect.verdict in ("worse", "undecided")]
        return [*names, *dict.fromkeys(blocking)]

    def lines(self, limit: int = 12) -> Iterator[str]:
        """The comparison as text, the most important first, with at most `limit` metrics."""
        many = "replication" if self.replications == 1 else "replications"
        after = f"after {self.replications} {many} in each of {len(self.modes)} modes"
        if self.identical:
            yield f"baseline {self.baseline.name}: identical {after}"
            return
        yield f"baseline {self.baseline.name}: {self.changed_decisions} changed decisions {after}"
        for changes in self.changes:
            yield from of_mode(changes)
        for effect in self.effects[:limit]:
            yield f"  {effect}"
        if len(self.effects) > limit:
            yield f"  and {len(self.effects) - limit} more metrics that are not what they were"


def compare_with_baseline(
    scenario: Scenario,
    baseline: Baseline,
    *,
    modes: Sequence[str] | None = None,
    workers: int | Literal["auto"] = 1,
    engine: EngineMaker | None = None,
    margin: float = MARGIN,
    thorough: bool = False,
) -> Regression:
    """Compare, with the baseline's seed and replications. Raises BaselineError where the baseline does not fit.

    `margin` is relative to the baseline's mean. `thorough` simulates all replications, also where the first of each
    mode is identical.
    """
    check_fits(baseline, scenario, modes)
    chosen = tuple(map(str, modes or scenario.modes))
    firsts = first_replications(scenario, chosen, baseline.seed, engine)
    check_engine(baseline, firsts[0][0].log)
    different = [outcome.mode for outcome, _ in firsts if content(outcome.log) != baseline.logs[outcome.mode]]
    outcomes = [outcome for outcome, _ in firsts]
    if not different and baseline.whole and not thorough and all(as_at_first(baseline, each) for each in outcomes):
        return Regression(baseline, chosen, 1, (), ())
    changes = tuple(changed_decisions(scenario, mode, baseline.tape(mode), engine) for mode in different)
    job = Job(scenario, baseline.seed, engine=engine)
    outcomes += replicate(job, chosen, range(1, baseline.replications), Executors(workers))
    found = [
        effect
        for mode in chosen
        for effect in effects(
            baseline, mode, [each for each in outcomes if each.mode == mode], margin=margin, alpha=0.05 / len(chosen)
        )
    ]
    found.sort(key=lambda effect: (*ORDER, "changed").index(effect.verdict))
    return Regression(baseline, chosen, baseline.replications, changes, tuple(found))


def as_at_first(baseline: Baseline, outcome: Outcome) -> bool:
    """Whether every metric of the first replication is what the baseline says."""
    values = baseline.values[outcome.mode]
    return all(same_value(values[metric.name][0], outcome.metrics[metric.name]) for metric in METRICS)


def effects(
    baseline: Baseline, mode: str, outcomes: Sequence[Outcome], *, margin: float = MARGIN, alpha: float = 0.05
) -> list[Effect]:
    """Every metric that differs in one mode, the gravest first.

    The outcomes are paired with the first replications of the baseline. The error of at most `alpha` is that of all
    metrics with a direction together.
    """
    now = tabulated(outcomes)
    judged: list[tuple[Metric, Values, Values]] = []
    others: list[tuple[Metric, Values, Values]] = []
    for metric in METRICS:
        before, after = baseline.values[mode][metric.name][: len(outcomes)], now[metric.name]
        if not same_values(before, after):
            (others if metric.better is None else judged).append((metric, before, after))
    found = differences([(after, before) for _, before, after in judged], alpha=alpha)
    ranked = []
    for (metric, before, after), difference in zip(judged, found, strict=True):
        known = 0.0 if math.isnan(mean(before)) else margin * abs(mean(before))
        said = verdict(difference, metric.better or "lower", known)
        ranked.append(Effect(mode, metric.name, mean(before), mean(after), difference, said))
    ranked.sort(key=lambda effect: ORDER.index(effect.verdict))
    for metric, before, after in others:
        difference = differences([(after, before)])[0]
        ranked.append(Effect(mode, metric.name, mean(before), mean(after), difference, "changed"))
    return ranked


def _figure(value: float) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}"


def of_mode(changes: Changes) -> Iterator[str]:
    """The changed decisions of one mode as text: counted by rule, then the first one in full."""
    if not changes.changes:
        yield f"  {changes.mode}: all {changes.compared} decisions as before; what people do has changed"
        return
    over = f"; {changes.passed_over} more came when the rooms had parted" if changes.passed_over else ""
    yield f"  {changes.mode}: {len(changes.changes)} of {changes.compared} decisions{over}"
    yield from (f"    {line}" for line in counted(changes))
    yield f"    first: {changes.changes[0]}"


def counted(changes: Changes) -> Iterator[str]:
    """How often which answer became which other one, by which rule."""
    for rule, before, now, count in changes.by_rule():
        yield f"{count} x {rule}: {before} -> {now}"
