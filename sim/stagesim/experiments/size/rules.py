"""When a study is large enough: a fixed size, a precision that was reached, or a decision.

A rule looks at what is there and says how many replications there should be, or that the study has ended and why. It
knows neither time nor workers, so that the same study always gets the same size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from stagesim.experiments.comparison.differences import BETTER, DEFINED, contrasts
from stagesim.experiments.comparison.pairs import pairs_of
from stagesim.experiments.results import Results
from stagesim.experiments.size.ending import Ending, Looks
from stagesim.experiments.study import StudyError
from stagesim.scenario.faults import METRICS_LISTED, one_of
from stagesim.statistics import LEAST_REPLICATIONS, LOOKS, Precision, look_ahead, planned_looks, precise_at

MOST: Final = 1000
"""Replications after which a study for a precision gives up, unless another limit is set."""

MOST_ASKED: Final = 100_000
"""Replications that can be asked for: a list of many more fills the memory before the first one begins."""

DECIDABLE: Final = [name for name in DEFINED if BETTER[name] is not None]
"""The metrics of which it is known which way is better."""

Variants = Mapping[str, Results]
"""What is there so far, by the name of the variant; all have the same number of replications."""


class Rule(Protocol):
    """Says how many replications there should be in all, or why that is enough."""

    def judge(self, found: Variants) -> int | Ending: ...


@dataclass(frozen=True, slots=True)
class FixedSize:
    """So many replications, whatever they show."""

    replications: int

    def judge(self, found: Variants) -> int | Ending:
        return self.replications if replications(found) < self.replications else Ending()


@dataclass(frozen=True, slots=True)
class UntilPrecision:
    """Until every metric is as precise as asked for on every side, and stays so for the look-ahead."""

    targets: Mapping[str, Precision]
    most: int = MOST

    def judge(self, found: Variants) -> int | Ending:
        n, metrics = replications(found), tuple(self.targets)
        start = min(self.most, LEAST_REPLICATIONS + look_ahead(LEAST_REPLICATIONS))
        if n < start:
            return start
        if all(self._precise(values, self.targets[name]) for name in metrics for values in _values(found, name)):
            return Ending("precision", metrics)
        return Ending("limit", metrics) if n >= self.most else min(self.most, n + max(5, n // 10))

    def _precise(self, values: Sequence[float], target: Precision) -> bool:
        return precise_at(values, target) is not None


@dataclass(frozen=True, slots=True)
class UntilDecision:
    """Until every pair is decided by every named metric: better, worse or equivalent within the margin.

    One looks after the declared numbers of replications only, and each look spends a part of the error.
    """

    metrics: tuple[str, ...]
    margins: Mapping[str, Precision] = field(default_factory=dict)
    at: tuple[int, ...] = LOOKS

    def judge(self, found: Variants) -> int | Ending:
        n = replications(found)
        later = [look for look in self.at if look > n]
        if n not in self.at:
            return later[0]
        looks = Looks(self.at, self.at.index(n))
        seen = contrasts(pairs_of(found), self.metrics, margins=self.margins, looks=looks)
        if seen and all(each.verdict != "undecided" for each in seen):
            return Ending("decision", self.metrics, looks)
        return later[0] if later else Ending("limit", self.metrics, looks)


def chosen_rule(
    replications: int | None,
    precision: Mapping[str, Precision],
    decision: Sequence[str],
    margins: Mapping[str, Precision],
) -> Rule:
    """The rule that the options mean; with a rule, `replications` is the most that there may be."""
    if precision and decision:
        raise StudyError(
            "a study ends with a precision or with a decision, not with either\n  hint: leave out one of the two"
        )
    if replications is not None and replications > MOST_ASKED:
        raise StudyError(
            f"`{replications}` replications are more than {MOST_ASKED:,}\n"
            "  hint: give fewer; a time budget ends a study sooner"
        )
    for name in decision:
        if BETTER[name] is None:
            hint = one_of(DECIDABLE, name, METRICS_LISTED)
            raise StudyError(f"`{name}` is neither better nor worse when it is higher\n  hint: {hint}")
    if precision:
        return UntilPrecision(precision, MOST if replications is None else replications)
    if decision:
        at = LOOKS if replications is None else planned_looks(replications)
        return UntilDecision(tuple(decision), margins, at)
    return FixedSize(20 if replications is None else replications)


def amounts(texts: Sequence[str], what: str) -> dict[str, Precision]:
    """`time_to_stage_mean=5%` as a share of the mean, `queue_max=1` in the metric's unit; by metric."""
    found: dict[str, Precision] = {}
    for text in texts:
        name, _, value = text.partition("=")
        relative = value.strip().endswith("%")
        try:
            size = float(value.strip().removesuffix("%")) / (100 if relative else 1)
        except ValueError:
            size = -1.0
        if not 0 < size < float("inf"):
            raise StudyError(
                f"{what}: expected METRIC=NUMBER or METRIC=NUMBER%, got `{text}`\n"
                "  hint: such as `time_to_stage_mean=5%` or `queue_max=1`"
            )
        found[known_metric(name.strip())] = Precision(size, relative)
    return found


def known_metric(name: str) -> str:
    """The name, if a metric has it."""
    if name not in DEFINED:
        raise StudyError(f"unknown metric `{name}`\n  hint: {one_of(DEFINED, name, METRICS_LISTED)}")
    return name


def replications(found: Variants) -> int:
    """How many replications every variant has."""
    return min(results.replications for results in found.values())


def _values(found: Variants, metric: str) -> list[list[float]]:
    """The values of every side that has the metric at all."""
    sides = [results.values(metric, mode) for results in found.values() for mode in results.modes]
    some = [values for values in sides if any(value == value for value in values)]  # noqa: PLR0124
    return some or sides
