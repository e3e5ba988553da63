"""Sweeps: a scenario under every combination of a few values, in several modes, on the same random numbers throughout.

Only the figures are kept. Replication 3 is the same people and the same draws at every point and in every mode, as far
as the point leaves them alone; whatever is computed between points or modes therefore takes replications together.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stagesim.experiments import pooling
from stagesim.experiments.questions.factors import Factor, design, is_count
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.questions.why import METRICS as BY_WHICH
from stagesim.experiments.questions.why import Reason, explain
from stagesim.experiments.replications import Figures
from stagesim.experiments.study import StudyError, one_horizon
from stagesim.looks import FIRST_LOOK
from stagesim.metric_table import Metric, Silence, silence
from stagesim.metrics import METRICS, Measured
from stagesim.scenario.demands.shares import metric_named, shown_shares
from stagesim.scenario.reading.overrides import settings_of
from stagesim.statistics import Interval, differences, verdict

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS: Final = 10_000

HELPERS: Final = ("moderators.", "room.")
"""How the keys begin of which a larger number might help."""


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of values, one for each factor, with what was measured: mode -> by replication."""

    values: tuple[str, ...]
    sessions: Mapping[str, tuple[Measured, ...]]

    def figures(self, mode: str) -> list[Figures]:
        """The figures of every replication of one mode."""
        return [each.figures for each in self.sessions[mode]]

    def of(self, metric: str, mode: str) -> list[float]:
        """One metric in one mode, a value for each replication, whose mean is the metric over all of them."""
        return pooling.values(metric_named(metric), self.sessions[mode])

    def interval(self, metric: str, mode: str, confidence: float = 0.95) -> Interval:
        """The metric over the replications, with its interval."""
        return pooling.interval(metric_named(metric), self.sessions[mode], confidence)


class Stall(NamedTuple):
    """A mode in which the last step of a number that might help is not shown to, and what holds people up there."""

    mode: str
    before: str
    after: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SweepResults:
    """What a sweep found, point by point; the last factor changes fastest.

    `stalls` are those of a single factor that counts places or moderators.
    """

    question: Question
    title: str
    factors: tuple[Factor, ...]
    modes: tuple[str, ...]
    replications: int
    points: tuple[Point, ...] = field(repr=False)
    horizon_ms: int
    stalls: tuple[Stall, ...] = ()

    @property
    def shares(self) -> tuple[Metric, ...]:
        """The shares within a time that tables show."""
        return shown_shares(self.question.scenario().shares_within)

    def modes_with(self, metric: str) -> tuple[str, ...]:
        """The modes of which the metric says something: no figures of the queue where nobody ever asks, none of the
        time to the stage where nobody gets there at some point.
        """
        return tuple(mode for mode in self.modes if self.silence(metric, mode) is None)

    def silence(self, metric: str, mode: str) -> Silence | None:
        """Why the metric says nothing of a mode; None where it says something."""
        found = [silence(metric, point.figures(mode)) for point in self.points]
        if "nobody on stage" in found:
            return "nobody on stage"
        return None if None in found else "no requests"

    def alike(self, factor: int, mode: str) -> Iterator[tuple[str, ...]]:
        """Neighbouring values of a factor, two or more, that gave the same figures in every session of a mode.

        How often the stage is full is left out, since a figure of it changes with the places alone.
        """
        lines = [[_fingerprint(point.figures(mode)) for point in line] for _, line in self.along(factor)]
        run: list[str] = []
        for place, value in enumerate(self.factors[factor].values):
            if run and any(line[place] != line[place - 1] for line in lines):
                if len(run) > 1:
                    yield tuple(run)
                run = []
            run.append(value)
        if len(run) > 1:
            yield tuple(run)

    def along(self, factor: int) -> Iterator[tuple[tuple[str, ...], list[Point]]]:
        """The points in which only this factor changes, with the values of the other factors."""
        lines: dict[tuple[str, ...], list[Point]] = {}
        for point in self.points:
            others = tuple(value for place, value in enumerate(point.values) if place != factor)
            lines.setdefault(others, []).append(point)
        yield from lines.items()


def _fingerprint(sessions: Sequence[Figures]) -> list[dict[str, str]]:
    """The figures of sessions so that they can be compared, those that are not a number as well."""
    return [{name: repr(value) for name, value in each.items() if name != "stage_full_share"} for each in sessions]


def sweep_points(
    question: Question, factors: Sequence[Factor], *, replications: int = FIRST_LOOK, watch: Watch | None = None
) -> SweepResults:
    """Simulate every combination of the factors' values. Every scenario is checked before anything is simulated."""
    factors = [replace(factor, path=question.meant(factor.path)) for factor in factors]
    paths = [factor.path for factor in factors]
    if not paths or len(set(paths)) < len(paths):
        raise StudyError("expected one or more factors, each once\n  hint: such as `audience.count=50:2000:log8`")
    question.check_varied(paths, settings_of(question.sets), "another setting")
    combinations = list(design(factors))
    if len(combinations) > MOST_POINTS:
        raise StudyError(f"`{len(combinations)}` points are more than {MOST_POINTS}\n  hint: give fewer values")
    scenarios = [question.scenario(_settings(paths, values)) for values in combinations]
    modes, horizon_ms = question.chosen(scenarios[0]), one_horizon(scenarios)
    each = (
        Point(values, _by_mode(question.measured(scenario, modes, range(replications))))
        for values, scenario in zip(combinations, scenarios, strict=True)
    )
    points = tuple(watched(watch, each, len(combinations), "points"))
    results = SweepResults(question, scenarios[0].title, tuple(factors), modes, replications, points, horizon_ms)
    return replace(results, stalls=tuple(_stalls(results)))


def _stalls(results: SweepResults) -> Iterator[Stall]:
    (factor, *others) = results.factors
    if others or results.replications < 2 or not factor.path.startswith(HELPERS) or not is_count(factor.path):
        return
    order = sorted(range(len(results.points)), key=factor.numbers.__getitem__)
    before, after = (results.points[place] for place in order[-2:])
    for mode in results.modes:
        if not _is_shown_to_help(before, after, mode):
            scenario = results.question.scenario(_settings([factor.path], after.values))
            reason = explain(results.question, scenario, mode, results.replications)
            yield Stall(mode, before.values[0], after.values[0], reason)


def _is_shown_to_help(before: Point, after: Point, mode: str) -> bool:
    """Whether the step is shown to be better for how many are heard, or how long they wait."""
    metrics = [metric_named(name) for name in BY_WHICH]
    found = differences([pooling.pairs(each, after.sessions[mode], before.sessions[mode]) for each in metrics])
    return any(
        verdict(each, metric.better or "higher") == "better" for each, metric in zip(found, metrics, strict=True)
    )


def sweep_frame(
    results: SweepResults, confidence: float = 0.95, metrics: Sequence[str] | None = None
) -> "pd.DataFrame":
    """The tidy table: one row a point, mode and metric, with what it is over all replications, its interval, and how
    many had a value. `metrics` None are all of `METRICS`, and the shares within the times that the scenario names.
    """
    import pandas as pd

    names = [metric.name for metric in (*results.shares, *METRICS)] if metrics is None else metrics
    rows = []
    for point, mode, name in itertools.product(results.points, results.modes, names):
        found = point.interval(name, mode, confidence)
        rows.append((*point.values, mode, name, found.mean, found.low, found.high, found.n))
    paths = [factor.path for factor in results.factors]
    frame = pd.DataFrame(rows, columns=[*paths, "mode", "metric", "mean", "low", "high", "n"])
    return _with_numbers(frame, results.factors)


def replications_frame(results: SweepResults) -> "pd.DataFrame":
    """One row a point, mode and replication, the metrics as columns."""
    import pandas as pd

    paths = [factor.path for factor in results.factors]
    rows = [
        {**dict(zip(paths, point.values, strict=True)), "mode": mode, "replication": number, **figures}
        for point in results.points
        for mode in results.modes
        for number, figures in enumerate(point.figures(mode))
    ]
    return _with_numbers(pd.DataFrame(rows), results.factors)


def _with_numbers(frame: "pd.DataFrame", factors: Sequence[Factor]) -> "pd.DataFrame":
    """The values as numbers where they are plain ones; with units they stay as they were written."""
    for factor in factors:
        if factor.scale != "words" and not factor.unit:
            numbers = dict(zip(factor.values, factor.numbers, strict=True))
            column = frame[factor.path].map(numbers)
            whole = all(number.is_integer() for number in factor.numbers)
            frame[factor.path] = column.astype("int64") if whole else column
    return frame


def _settings(paths: Sequence[str], values: Sequence[str]) -> list[str]:
    return [f"{path}={value}" for path, value in zip(paths, values, strict=True)]


def _by_mode(measured: Iterable[tuple[str, Measured]]) -> dict[str, tuple[Measured, ...]]:
    found: dict[str, list[Measured]] = {}
    for mode, each in measured:
        found.setdefault(mode, []).append(each)
    return {mode: tuple(each) for mode, each in found.items()}
