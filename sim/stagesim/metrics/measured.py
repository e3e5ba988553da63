"""What was measured in one session, and how much of what it adds to figures over all sessions together."""

from collections.abc import Mapping
from typing import NamedTuple

from stagesim.metric_table import HORIZON_MS, Metric
from stagesim.metrics.times import NO_TIMES, By, TimesOf


class Measured(NamedTuple):
    """All figures of one log: of everybody, of each group of participants, and of each client they came with; and the
    times behind them, from which any share within a time can be told. In averages, `horizon_ms` is the most that counts
    of a wait.
    """

    figures: Mapping[str, float]
    by_group: Mapping[str, Mapping[str, float]]
    by_client: Mapping[str, Mapping[str, float]]
    times: TimesOf
    horizon_ms: int = HORIZON_MS

    def part(self, by: By = "all", value: str = "") -> Mapping[str, float]:
        """The figures of everybody, or of a part of the people; none where nobody of it was there."""
        match by:
            case "all":
                return self.figures
            case "group":
                return self.by_group.get(value, {})
            case "client":
                return self.by_client.get(value, {})


class Tally(NamedTuple):
    """What the things of one session have together: seconds, or how many got there. And how many things there are."""

    got: float
    number: int


def tally(metric: Metric, session: Measured, by: By = "all", value: str = "") -> Tally:
    """What a session adds to a metric that is taken over all things of all sessions."""
    if metric.within is not None:
        times = session.times.get((metric.within.wait.name, by, value), NO_TIMES)
        return Tally(times.within(metric.within.limit_ms), times.number)
    figures = session.part(by, value)
    number = round(figures.get(metric.per, 0))
    if metric.of:
        return Tally(figures.get(metric.of, 0), number)
    return Tally(figures[metric.name] * number if number else 0, number)


def at_horizon(metric: Metric, session: Measured, by: By = "all", value: str = "") -> int:
    """How many waits of a session count as the horizon in an average of them, whether they ended later or never."""
    times = session.times.get((metric.name.removesuffix("_mean"), by, value), NO_TIMES)
    return times.number - times.within(session.horizon_ms - 1)
