"""Paired differences of a comparison: metric by metric, with intervals that hold together and a verdict each."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stagesim.experiments.comparison.pairs import Pair
from stagesim.experiments.ending import Looks
from stagesim.metrics import METRICS
from stagesim.statistics import Difference, Precision, Verdict, differences, verdict

if TYPE_CHECKING:
    import pandas as pd

CHIEF: Final = (
    *("time_to_stage_mean", "time_to_stage_median", "time_to_stage_p95", "wishes_served_share"),
    *("wishes_given_up_share", "never_served_share", "time_to_decision_p95", "queue_mean", "queue_max"),
    *("stage_time_gini", "removed_by_capacity", "moderator_actions_per_hour", "unattended_time", "disrupted_time"),
)
"""The metrics that are compared unless others are named. The more there are, the wider is every interval."""

MOST_MISSING: Final = 0.1
"""No verdict where more than this part of the pairs has a value on one side only: what lacks one mostly went badly."""

BETTER: Final = {metric.name: metric.better for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of one pair: side minus base. `margin` is the largest difference that does not matter, in its unit.

    `one_sided` counts the pairs with a value on one side only.
    """

    metric: str
    pair: Pair
    mean: float
    base_mean: float
    margin: float
    difference: Difference
    verdict: Verdict
    one_sided: int = 0


def contrasts(
    pairs: Sequence[Pair],
    metrics: Sequence[str] = CHIEF,
    *,
    margins: Mapping[str, Precision] | None = None,
    alpha: float = 0.05,
    looks: Looks | None = None,
) -> list[Contrast]:
    """All metrics of all pairs as one family, by metric; a pair that has nothing but zeros there is left out.

    A relative margin is a share of the base's mean.
    """
    looks, margins = looks or Looks(), margins or {}
    cases = [(metric, pair) for metric in metrics for pair in pairs if _says_something(metric, pair)]
    values = [(pair.side.values(metric), pair.base.values(metric)) for metric, pair in cases]
    found = differences(values, alpha=alpha, looks=looks.at, look=looks.last)
    return [
        _contrast(metric, pair, each, found_values, margins.get(metric))
        for (metric, pair), found_values, each in zip(cases, values, found, strict=True)
    ]


def _contrast(
    metric: str, pair: Pair, found: Difference, values: tuple[list[float], list[float]], margin: Precision | None
) -> Contrast:
    mean, base_mean = map(_mean, values)
    width = 0.0 if margin is None else margin.half_width * (abs(base_mean) if margin.relative else 1)
    one_sided = sum(math.isnan(mine) != math.isnan(theirs) for mine, theirs in zip(*values, strict=True))
    better = BETTER[metric]
    said: Verdict = "undecided"
    if better is not None and one_sided <= MOST_MISSING * len(values[0]):
        said = verdict(found, better, width)
    return Contrast(metric, pair, mean, base_mean, width, found, said, one_sided)


def _says_something(metric: str, pair: Pair) -> bool:
    """Whether any replication has the metric on both sides, and it is not zero throughout."""
    both = [
        (mine, theirs)
        for mine, theirs in zip(pair.side.values(metric), pair.base.values(metric), strict=True)
        if not (math.isnan(mine) or math.isnan(theirs))
    ]
    return any(mine or theirs for mine, theirs in both)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def contrasts_frame(found: Sequence[Contrast]) -> "pd.DataFrame":
    """One row a metric and pair: means, difference with simultaneous limits, p-values, verdict, what pairing gained."""
    import pandas as pd

    rows = [
        {
            "metric": each.metric,
            "variant": each.pair.side.variant,
            "mode": each.pair.side.mode,
            "base_variant": each.pair.base.variant,
            "base_mode": each.pair.base.mode,
            "mean": each.mean,
            "base_mean": each.base_mean,
            "difference": each.difference.interval.mean,
            "low": each.difference.interval.low,
            "high": each.difference.interval.high,
            "n": each.difference.interval.n,
            "p_value": each.difference.p_value,
            "adjusted_p": each.difference.adjusted_p,
            "margin": each.margin,
            "verdict": each.verdict,
            "variance_reduction": each.difference.variance_reduction,
            "correlation": each.difference.correlation,
        }
        for each in found
    ]
    return pd.DataFrame(rows)
