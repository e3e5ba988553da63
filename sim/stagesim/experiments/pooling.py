"""What a metric is over many sessions: the one place that says so, for tables, pairs, goals, charts and answers.

Figures of wishes, requests and people are those of all things of all sessions together, as ratios of sums, with the
sessions as what varies; all others are means over sessions.
"""

import math
from collections.abc import Callable, Sequence

from stagesim.experiments.quantiles import quantile_over
from stagesim.metric_table import Metric
from stagesim.metrics import By, Measured, Tally, at_horizon, tally
from stagesim.statistics import (
    Decision,
    Interval,
    Look,
    decide,
    decide_share,
    mean_interval,
    paired_per_session,
    per_session,
    share_interval,
)


def values(metric: Metric, sessions: Sequence[Measured], by: By = "all", value: str = "") -> list[float]:
    """A value for each session, whose mean is the metric over all of them; not a number where there is nothing to
    measure.
    """
    if metric.pooled:
        return per_session([tally(metric, each, by, value) for each in sessions])
    return [each.part(by, value).get(metric.name, math.nan) for each in sessions]


def interval(
    metric: Metric, sessions: Sequence[Measured], confidence: float = 0.95, by: By = "all", value: str = ""
) -> Interval:
    """The metric over all sessions, with its interval; infinite for a quantile of waits that so few reach."""
    if metric.quantile is not None:
        found = quantile_over(sessions, metric.quantile, confidence, by, value)
        n = len(sessions) if found.number else 0
        return Interval(found.seconds, found.low, found.high, (found.high - found.low) / 2, n, len(sessions) - n)
    if metric.pooled:
        counts, at_most, hits = _counted(metric, sessions, by, value)
        return share_interval(counts, 1 - confidence, most=at_most, full=hits)
    return mean_interval(values(metric, sessions, by, value), 1 - confidence)


def decided(
    metric: Metric,
    sessions: Sequence[Measured],
    looks: Sequence[Look],
    limit: float,
    margin: float = 0.0,
    by: By = "all",
    value: str = "",
) -> Decision:
    """What the looks say of the metric, compared with a limit."""
    if metric.pooled:
        counts, at_most, hits = _counted(metric, sessions, by, value)
        return decide_share(counts, looks, limit, margin, most=at_most, full=hits)
    return decide(values(metric, sessions, by, value), looks, limit, margin)


def _counted(
    metric: Metric, sessions: Sequence[Measured], by: By, value: str
) -> tuple[list[Tally], float, list[int] | None]:
    """What each session adds to a metric of things, the most that each of these can have, and of an average of waits
    how many of each session have it: they count as the horizon.
    """
    counts = [tally(metric, each, by, value) for each in sessions]
    if metric.limited:
        horizon_s = max((each.horizon_ms for each in sessions), default=0) / 1000
        return counts, horizon_s, [at_horizon(metric, each, by, value) for each in sessions]
    return counts, 1.0 if metric.unit == "share" else math.inf, None


def pairs(metric: Metric, first: Sequence[Measured], second: Sequence[Measured]) -> tuple[list[float], list[float]]:
    """The values of two sides that are compared session by session."""
    if metric.pooled:
        return paired_per_session([tally(metric, each) for each in first], [tally(metric, each) for each in second])
    return values(metric, first), values(metric, second)


Series = Callable[[str], Sequence[float]]
"""Of each metric a value for each session, such as in a baseline."""


def of_series(metric: Metric, series: Series) -> list[float]:
    """The same as `values` where that is all that is known."""
    return per_session(_tallied(metric, series)) if metric.per else list(series(metric.name))


def pairs_of_series(metric: Metric, first: Series, second: Series) -> tuple[list[float], list[float]]:
    """The same as `pairs` where that is all that is known."""
    if not metric.per:
        return list(first(metric.name)), list(second(metric.name))
    return paired_per_session(_tallied(metric, first), _tallied(metric, second))


def _tallied(metric: Metric, series: Series) -> list[tuple[float, int]]:
    things = [0 if math.isnan(number) else round(number) for number in series(metric.per)]
    if metric.of:
        return list(zip(series(metric.of), things, strict=True))
    each = zip(series(metric.name), things, strict=True)
    return [(figure * number if number else 0, number) for figure, number in each]
