"""A comparison that is large enough when every pair is decided, and the rule that the options of a comparison mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stagesim.experiments.comparison.differences import contrasts
from stagesim.experiments.comparison.pairs import pairs_of
from stagesim.experiments.ending import Ending, Looks
from stagesim.experiments.size.rules import FixedSize, Rule, UntilPrecision, Variants, replications
from stagesim.experiments.study import StudyError
from stagesim.looks import FIRST_LOOK
from stagesim.metric_table import METRICS
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.faults import METRICS_LISTED, one_of
from stagesim.statistics import LOOKS, Precision, planned_looks

MOST_ASKED: Final = 100_000
"""Replications that can be asked for: a list of many more fills the memory before the first one begins."""

DECIDABLE: Final = [metric.name for metric in METRICS if metric.better is not None]
"""The metrics of which it is known which way is better."""


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
        told = [each.verdict for each in seen if not each.silent]
        if told and "undecided" not in told:
            return Ending("decision", self.metrics, looks)
        return later[0] if later else Ending("limit", self.metrics, looks)


def chosen_rule(
    size: int | None,
    precision: Mapping[str, Precision],
    decision: Sequence[str],
    margins: Mapping[str, Precision],
) -> Rule:
    """The rule that the options mean; with a rule, `size` is the most that there may be."""
    if precision and decision:
        raise StudyError(
            "a study ends with a precision or with a decision, not with either\n  hint: leave out one of the two"
        )
    if size is not None and size > MOST_ASKED:
        raise StudyError(
            f"`{size}` replications are more than {MOST_ASKED:,}\n  hint: give fewer; a folder can be added to later"
        )
    for name in decision:
        if metric_named(name).better is None:
            hint = one_of(DECIDABLE, name, METRICS_LISTED)
            raise StudyError(f"`{name}` is neither better nor worse when it is higher\n  hint: {hint}")
    if not precision and not decision:
        return FixedSize(FIRST_LOOK if size is None else size)
    at = LOOKS if size is None else planned_looks(size)
    return UntilPrecision(precision, at) if precision else UntilDecision(tuple(decision), margins, at)
