"""A scenario compared with its baseline, in three layers: the same log, the same decisions, the same figures.

Every replication that the baseline holds is compared: the decisions on its tapes are asked again, the digests of the
logs are compared, and every metric over the replications, in pairs. One sample never stands for all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.engines.contract import EngineMaker
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.pooling import pairs_of_series, values
from stagesim.experiments.replications import Job, Outcome
from stagesim.metrics import METRICS, Metric
from stagesim.scenario.demands.shares import shown_shares
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Difference, differences, verdict
from stagesim.testing.baselines.baseline import Baseline, Values, mean, same_values
from stagesim.testing.baselines.fit import check_engine, check_fits
from stagesim.testing.baselines.made import content, tabulated
from stagesim.testing.differences.change import Changes
from stagesim.testing.differences.changed import changed_decisions
from stagesim.testing.differences.rule_names import with_setting

Judged = Literal["pass", "fail", "undecided"]

MARGIN: Final = 0.05
"""The share of a baseline's mean up to which a difference does not matter."""


ORDER: Final = ("worse", "undecided", "better", "equivalent")
"""The verdicts on a metric, the gravest first."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One metric that is not what it was: the means, and the difference of now to before with its interval.

    `unit` is that of the metric: shares are said in per cent, and their differences in points.
    """

    mode: str
    metric: str
    unit: str
    before: float
    now: float
    difference: Difference
    verdict: Literal["better", "worse", "equivalent", "undecided", "changed"]

    def __str__(self) -> str:
        interval = self.difference.interval
        known = not math.isnan(interval.low)
        times, sign, points = (100, " %", " points") if self.unit == "share" else (1, " s" * (self.unit == "s"), "")
        low, middle, high = (f"{times * each:+.4g}" for each in (interval.low, interval.mean, interval.high))
        by = f" ({middle}{points or sign}, {low} to {high})" if known else ""
        before, now = (_figure(times * each, sign) for each in (self.before, self.now))
        return f"{self.mode} {self.metric}: {before} -> {now}{by}: {self.verdict}"


@dataclass(frozen=True, slots=True)
class Regression:
    """What came of the comparison. `replications` is how many were simulated in each mode.

    `changes` lists the modes in which a log or a decision differs, with the changed decisions of all replications;
    `effects` the metrics that differ, those without a direction as `changed`.
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
    executors: Executors = THIS_PROCESS,
    engine: EngineMaker | None = None,
    margin: float = MARGIN,
) -> Regression:
    """Compare, with the baseline's seed and replications. Raises BaselineError where the baseline does not fit.

    `margin` is relative to the baseline's mean.
    """
    check_fits(baseline, scenario, modes)
    chosen = tuple(map(str, modes or scenario.modes))
    job = Job(scenario, baseline.seed, engine=engine)
    outcomes = list(replicate(job, chosen, range(baseline.replications), executors))
    check_engine(baseline, outcomes[0].log)
    changes: list[Changes] = []
    found: list[Effect] = []
    for mode in chosen:
        mine = [each for each in outcomes if each.mode == mode]
        changed = changed_decisions(scenario, mode, baseline.tapes(mode), engine)
        if changed.changes or different_logs(baseline, mode, mine):
            changes.append(changed)
        found += effects(baseline, mode, mine, shares_of(scenario), margin=margin, alpha=0.05 / len(chosen))
    found.sort(key=lambda effect: (*ORDER, "changed").index(effect.verdict))
    return Regression(baseline, chosen, baseline.replications, tuple(changes), tuple(found))


def different_logs(baseline: Baseline, mode: str, outcomes: Sequence[Outcome]) -> list[int]:
    """The replications of a mode in which another log came than was kept."""
    kept = baseline.logs[mode]
    return [each.replication for each in outcomes if content(each.log) != kept[each.replication]]


def effects(
    baseline: Baseline,
    mode: str,
    outcomes: Sequence[Outcome],
    shares: Sequence[Metric] = (),
    *,
    margin: float = MARGIN,
    alpha: float = 0.05,
) -> list[Effect]:
    """Every metric that differs in one mode, and every one of the shares within a time, the gravest first.

    The outcomes are paired with the first replications of the baseline. The error of at most `alpha` is that of all
    metrics with a direction together.
    """
    now = tabulated(outcomes)
    old = {name: series[: len(outcomes)] for name, series in baseline.values[mode].items()}
    judged: list[tuple[Metric, Values, Values]] = []
    others: list[tuple[Metric, Values, Values]] = []
    for metric in METRICS:
        before, after = map(tuple, pairs_of_series(metric, old.__getitem__, now.__getitem__))
        if not same_values(old[metric.name], now[metric.name]):
            (others if metric.better is None else judged).append((metric, before, after))
    sessions, numbers = [each.measured for each in outcomes], range(len(outcomes))
    for share in shares:
        before, after = baseline.kept(share, mode, numbers), tuple(values(share, sessions))
        if not same_values(before, after):
            judged.append((share, before, after))
    found = differences([(after, before) for _, before, after in judged], alpha=alpha)
    ranked = []
    for (metric, before, after), difference in zip(judged, found, strict=True):
        known = 0.0 if math.isnan(mean(before)) else margin * abs(mean(before))
        said = verdict(difference, metric.better or "lower", known)
        ranked.append(Effect(mode, metric.name, metric.unit, mean(before), mean(after), difference, said))
    ranked.sort(key=lambda effect: ORDER.index(effect.verdict))
    for metric, before, after in others:
        difference = differences([(after, before)])[0]
        ranked.append(Effect(mode, metric.name, metric.unit, mean(before), mean(after), difference, "changed"))
    return ranked


def shares_of(scenario: Scenario) -> tuple[Metric, ...]:
    """The shares within a time that tables of the scenario show."""
    return shown_shares(scenario.shares_within)


def _figure(value: float, sign: str) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}{sign}"


def of_mode(changes: Changes) -> Iterator[str]:
    """The changed decisions of one mode as text: counted by rule, then the first one in full."""
    if not changes.changes:
        yield f"  {changes.mode}: all {changes.compared} decisions as before; what people do has changed"
        return
    over = f"; {changes.passed_over} more came when the rooms had parted" if changes.passed_over else ""
    yield f"  {changes.mode}: {how_many(changes)}{over}"
    yield from (f"    {line}" for line in counted(changes))
    yield f"    first: {changes.changes[0]}"


def how_many(changes: Changes) -> str:
    """How many decisions changed, of how many, and in how many replications."""
    where = f" in {changes.changed_replications} of {changes.replications} replications"
    return f"{len(changes.changes)} of {changes.compared} decisions changed{where * (changes.replications > 1)}"


def counted(changes: Changes) -> Iterator[str]:
    """How often which answer became which other one, by which rule."""
    for rule, before, now, count in changes.by_rule():
        yield f"{count} x {with_setting(rule)}: {before} -> {now}"
