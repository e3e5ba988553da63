"""Paired differences of a comparison: metric by metric, with intervals that hold together and a verdict each."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stagesim.experiments.comparison.pairs import Pair
from stagesim.experiments.ending import Looks
from stagesim.experiments.notes import note_of_pair
from stagesim.experiments.tables import Table
from stagesim.metric_table import Silence
from stagesim.scenario.demands.shares import metric_named, shown_shares
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.wishless import has_unsuitable
from stagesim.statistics import Difference, Precision, Verdict, differences, verdict

CHIEF: Final = (
    *("wishes_heard_share", "wishes_on_stage_share", "wishes_cut_short_share", "never_heard_share"),
    *("time_to_stage_mean", "time_to_decision_mean", "queue_mean", "queue_max"),
    *("stage_time_gini", "removed_by_capacity", "moderator_actions_per_wish_heard"),
    *("unattended_time", "disrupted_time"),
)
"""Of `METRICS` those that are compared unless others are named. The more there are, the wider is every interval."""

OF_SUITABILITY: Final = ("suitable_wishes_heard_share", "unsuitable_stage_time")
"""Those that are compared as well where a scenario has unsuitable wishes."""

MOST_MISSING: Final = 0.1
"""Neither limits nor a verdict where more than this part of the pairs has a value on one side only: what lacks one
mostly went badly.
"""


def chief(scenario: Scenario) -> tuple[str, ...]:
    """The metrics that are compared unless others are named: what tables show of shares within a time, then `CHIEF`,
    and those of suitability where that matters.
    """
    suitability = OF_SUITABILITY if has_unsuitable(scenario) else ()
    return (*(each.name for each in shown_shares(scenario.shares_within)), *CHIEF, *suitability)


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of one pair: side minus base. `margin` is the largest difference that does not matter, in its unit.

    `verdict` is None where the metric is neither better nor worse when it is higher, or where `silences` say why there
    is nothing to compare: those of the side and of the base. `one_sided` counts the pairs with one value only.
    """

    metric: str
    pair: Pair
    mean: float
    base_mean: float
    margin: float
    difference: Difference
    verdict: Verdict | None
    silences: tuple[Silence | None, Silence | None] = (None, None)
    one_sided: int = 0

    @property
    def silent(self) -> bool:
        """Whether there is nothing to compare."""
        return any(self.silences)


def contrasts(
    pairs: Sequence[Pair],
    metrics: Sequence[str] = CHIEF,
    *,
    margins: Mapping[str, Precision] | None = None,
    alpha: float = 0.05,
    looks: Looks | None = None,
) -> list[Contrast]:
    """All metrics of all pairs, by metric; a relative margin is a share of the base's mean.

    Those that chance has a part in are one family. Outside it are pairs with nothing to compare, and those with nothing
    but zeros, which are there only where another pair of that metric has more to say.
    """
    looks, margins = looks or Looks(), margins or {}
    cases = [(metric, pair, _is_open(metric, pair)) for metric in metrics for pair in pairs]
    values = [pair.values(metric) for metric, pair, is_open in cases if is_open]
    tested = iter(differences(values, alpha=alpha, looks=looks.at, look=looks.last))
    told = {metric for metric, _, is_open in cases if is_open}
    found = []
    for metric, pair, is_open in cases:
        each = next(tested) if is_open else _settled(metric, pair, spoken_of=metric in told)
        if each is not None:
            found.append(_contrast(metric, pair, each, margins.get(metric)))
    return found


def _settled(metric: str, pair: Pair, *, spoken_of: bool) -> Difference | None:
    """The difference of a pair that chance has no part in; None where nothing is worth saying."""
    mine, theirs = pair.values(metric)
    if any(_silences(metric, pair)):
        nothing = [math.nan] * len(mine)
        return differences([(nothing, nothing)])[0] if _some((*mine, *theirs)) else None
    return differences([(mine, theirs)])[0] if spoken_of and _both(mine, theirs) else None


def _contrast(metric: str, pair: Pair, found: Difference, margin: Precision | None) -> Contrast:
    values = pair.values(metric)
    mean, base_mean = map(_mean, values)
    width = 0.0 if margin is None else margin.half_width * (abs(base_mean) if margin.relative else 1)
    one_sided = sum(math.isnan(mine) != math.isnan(theirs) for mine, theirs in zip(*values, strict=True))
    silences = _silences(metric, pair)
    better = metric_named(metric).better
    said: Verdict | None = None
    if better is not None and not any(silences):
        said = verdict(found, better, width)
    if one_sided > MOST_MISSING * len(values[0]):
        found, said = replace(found, interval=found.interval.without_limits()), said and "undecided"
    return Contrast(metric, pair, mean, base_mean, width, found, said, silences, one_sided)


def _silences(metric: str, pair: Pair) -> tuple[Silence | None, Silence | None]:
    return pair.side.silence(metric), pair.base.silence(metric)


def _is_open(metric: str, pair: Pair) -> bool:
    """Whether both sides have figures to compare in some replication, and these are not zero throughout."""
    both = _both(*pair.values(metric))
    return not any(_silences(metric, pair)) and any(mine or theirs for mine, theirs in both)


def _both(first: Sequence[float], second: Sequence[float]) -> list[tuple[float, float]]:
    """The pairs of which both values are numbers."""
    return [each for each in zip(first, second, strict=True) if not any(map(math.isnan, each))]


def _some(values: Sequence[float]) -> bool:
    """Whether any value is a number other than zero."""
    return any(value and not math.isnan(value) for value in values)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


_COLUMNS: Final[dict[str, Callable[[Contrast], object]]] = {
    "metric": lambda each: each.metric,
    "variant": lambda each: each.pair.side.variant,
    "mode": lambda each: each.pair.side.mode,
    "base_variant": lambda each: each.pair.base.variant,
    "base_mode": lambda each: each.pair.base.mode,
    "mean": lambda each: each.mean,
    "base_mean": lambda each: each.base_mean,
    "difference": lambda each: each.difference.interval.mean,
    "low": lambda each: each.difference.interval.low,
    "high": lambda each: each.difference.interval.high,
    "n": lambda each: each.difference.interval.n,
    "rarer": lambda each: each.difference.interval.in_sessions,
    "p_value": lambda each: each.difference.p_value,
    "adjusted_p": lambda each: each.difference.adjusted_p,
    "margin": lambda each: each.margin,
    "verdict": lambda each: each.verdict,
    "variance_reduction": lambda each: each.difference.variance_reduction,
    "correlation": lambda each: each.difference.correlation,
    "note": lambda each: note_of_pair(each.difference.interval, each.silences, each.one_sided),
}


def contrasts_table(found: Sequence[Contrast]) -> Table:
    """One row a metric and pair: means, difference with simultaneous limits, p-values, verdict, what pairing gained,
    and a note on what is blank.
    """
    return Table(tuple(_COLUMNS), [tuple(value(each) for value in _COLUMNS.values()) for each in found])
