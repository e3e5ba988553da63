"""What a metric is over many sessions: the one place that says so, for tables, pairs, goals, charts and answers.

Figures of wishes, requests and people are those of all things of all sessions together, as ratios of sums, with the
sessions as what varies; all others are means over sessions.
"""

import math
from collections.abc import Callable, Sequence

from stagesim.experiments.quantiles import quantile_over
from stagesim.metric_table import Metric
from stagesim.metrics import By, Measured, tally
from stagesim.statistics import Decision, Interval, Look, decide, decide_share, per_session, share_interval, t_interval


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
        counts = [tally(metric, each, by, value) for each in sessions]
        return share_interval(counts, confidence, most=most(metric, sessions))
    return t_interval(values(metric, sessions, by, value), confidence)


def decided(metric: Metric, sessions: Sequence[Measured], looks: Sequence[Look], limit: float) -> Decision:
    """What the looks say of the metric, compared with a limit."""
    if metric.pooled:
        return decide_share([tally(metric, each) for each in sessions], looks, limit, most=most(metric, sessions))
    return decide(values(metric, sessions), looks, limit)


def most(metric: Metric, sessions: Sequence[Measured]) -> float:
    """The most that a metric can be."""
    if metric.limited:
        return max((each.horizon_ms for each in sessions), default=0) / 1000
    return 1.0 if metric.unit == "share" else math.inf


def of_series(metric: Metric, series: Callable[[str], Sequence[float]]) -> list[float]:
    """The same as `values` where of each metric there is a value for each session, such as in a baseline."""
    if not metric.per:
        return list(series(metric.name))
    things = [0 if math.isnan(number) else round(number) for number in series(metric.per)]
    if metric.of:
        return per_session(list(zip(series(metric.of), things, strict=True)))
    each = zip(series(metric.name), things, strict=True)
    return per_session([(figure * number if number else 0, number) for figure, number in each])
