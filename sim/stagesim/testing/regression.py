"""A scenario compared with its baseline, in three layers: the same log, the same decisions, the same figures.

The first replication of each mode decides most of the time: an equal log ends the comparison. Otherwise the decisions
on the baseline's tapes are asked again, and every metric is compared over the replications, in pairs.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.experiments.replications import Job, Outcome, replicate
from stagesim.metrics import METRICS
from stagesim.scenario.models import Scenario
from stagesim.statistics import Difference, differences, verdict
from stagesim.testing.baseline import (
    DECISIONS,
    Baseline,
    Values,
    check_fits,
    content,
    equal,
    first_replications,
    mean,
    same_value,
    same_values,
    tabulated,
)
from stagesim.testing.changed import Changes, changed_decisions
from stagesim.testing.tape import EngineMaker

Judged = Literal["pass", "fail", "undecided"]

MARGIN: Final = 0.05
"""The share of a baseline's mean up to which a difference does not matter."""


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
            yield from _of_mode(changes)
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
    different = [outcome.mode for outcome, _ in firsts if content(outcome.log) != baseline.logs[outcome.mode]]
    outcomes = [outcome for outcome, _ in firsts]
    if not different and baseline.whole and not thorough and all(_as_at_first(baseline, each) for each in outcomes):
        return Regression(baseline, chosen, 1, (), ())
    changes = tuple(changed_decisions(scenario, mode, baseline.tape(mode), engine) for mode in different)
    job = Job(scenario, baseline.seed, engine=engine)
    outcomes += replicate(job, chosen, range(1, baseline.replications), workers=workers)
    effects = tuple(_effects(baseline, chosen, outcomes, margin))
    return Regression(baseline, chosen, baseline.replications, changes, effects)


def _as_at_first(baseline: Baseline, outcome: Outcome) -> bool:
    """Whether every metric of the first replication is what the baseline says."""
    values = baseline.values[outcome.mode]
    return all(same_value(values[metric.name][0], outcome.metrics[metric.name]) for metric in METRICS)


def _effects(baseline: Baseline, modes: Sequence[str], outcomes: Sequence[Outcome], margin: float) -> Iterator[Effect]:
    """Every metric that differs; the errors hold over all of those that have a direction."""
    judged: list[tuple[str, str, Literal["lower", "higher"], Values, Values]] = []
    others: list[tuple[str, str, Values, Values]] = []
    for mode in modes:
        now = tabulated([outcome for outcome in outcomes if outcome.mode == mode])
        if equal({name: series for name, series in baseline.values[mode].items() if name in now}, now):
            continue
        for metric in METRICS:
            before, after = baseline.values[mode][metric.name], now[metric.name]
            if same_values(before, after):
                continue
            if metric.better is None:
                others.append((mode, metric.name, before, after))
            else:
                judged.append((mode, metric.name, metric.better, before, after))
    found = differences([(after, before) for *_, before, after in judged])
    ranked = []
    for (mode, name, better, before, after), difference in zip(judged, found, strict=True):
        said = verdict(difference, better, margin * abs(mean(before)) if not math.isnan(mean(before)) else 0.0)
        ranked.append(Effect(mode, name, mean(before), mean(after), difference, said))
    order = ("worse", "undecided", "better", "equivalent")
    yield from sorted(ranked, key=lambda effect: order.index(effect.verdict))
    for mode, name, before, after in others:
        yield Effect(mode, name, mean(before), mean(after), differences([(after, before)])[0], "changed")


def _figure(value: float) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}"


def _of_mode(changes: Changes) -> Iterator[str]:
    if not changes.changes:
        yield f"  {changes.mode}: all {changes.compared} decisions as before; what people do has changed"
        return
    over = f", {changes.passed_over} could not be judged" if changes.passed_over else ""
    yield f"  {changes.mode}: {len(changes.changes)} of {changes.compared} decisions{over}"
    for rule, before, now, count in changes.by_rule():
        yield f"    {count} x {rule}: {before} -> {now}"
    yield f"    first: {changes.changes[0]}"
