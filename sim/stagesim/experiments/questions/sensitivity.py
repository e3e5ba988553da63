"""Which assumption matters: first Morris's screening of all of them, then Sobol's indices of the few that do.

Every point of a design is the mean of the same few replications on the same random numbers, so that what differs
between two points is the assumption and not the luck of the draw. The designs and the indices are SALib's.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from stagesim.experiments import pooling
from stagesim.experiments.questions.factors import Bounds
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.study import StudyError, known_figure, one_horizon
from stagesim.metrics import Measured
from stagesim.scenario.demands.shares import metric_named

if TYPE_CHECKING:
    import pandas as pd

TRAJECTORIES: Final = 8
LEVELS: Final = 4
SAMPLES: Final = 32
Method = Literal["morris", "sobol"]


@dataclass(frozen=True, slots=True)
class Influence:
    """What one assumption does to one metric in one mode, in the metric's unit for Morris, as shares for Sobol.

    Morris: `total` is mu*, the mean size of the effect of crossing the whole range; `other` is sigma, which is large
    where the effect depends on the other assumptions or is no straight line. Sobol: `total` is the total index, the
    share of the variance in which the assumption has a part; `other` is the first-order index, its share alone.
    `half_width` is that of the 95 % interval of `total`.
    """

    method: Method
    mode: str
    metric: str
    path: str
    total: float
    half_width: float
    other: float


@dataclass(frozen=True, slots=True)
class SensitivityResults:
    """The influence of all assumptions, method by method; within a metric and mode the greatest first."""

    question: Question
    title: str
    bounds: tuple[Bounds, ...]
    metrics: tuple[str, ...]
    modes: tuple[str, ...]
    replications: int
    points: int
    influences: tuple[Influence, ...] = field(repr=False)
    horizon_ms: int

    def of(self, method: Method, metric: str, mode: str) -> list[Influence]:
        """The influences on one metric in one mode."""
        return [each for each in self.influences if (each.method, each.metric, each.mode) == (method, metric, mode)]


def find_influences(
    question: Question,
    bounds: Sequence[Bounds],
    metrics: Sequence[str],
    *,
    trajectories: int = TRAJECTORIES,
    sobol: int = 0,
    samples: int = SAMPLES,
    replications: int = 5,
    watch: Watch | None = None,
) -> SensitivityResults:
    """Screen all assumptions, then take the `sobol` most influential ones (0: none) apart.

    Morris needs `trajectories` * (assumptions + 1) points, Sobol `samples` * (2 + chosen); each point is as many
    sessions as there are modes and replications.
    """
    _check(bounds, metrics, trajectories, samples)
    metrics = tuple(map(known_figure, metrics))
    bounds = [replace(each, path=question.meant(each.path)) for each in bounds]
    # Both ends of every range must be possible before anything is simulated.
    scenarios = [question.scenario([each.setting(end)]) for each in bounds for end in (each.low, each.high)]
    title, modes, horizon_ms = scenarios[0].title, question.chosen(scenarios[0]), one_horizon(scenarios)
    bed = _Bed(question, modes, replications, watch)
    found = _morris(bed, bounds, metrics, trajectories)
    if sobol:
        found += _sobol(bed, _chief(found, bounds, sobol), metrics, samples)
    return SensitivityResults(
        question, title, tuple(bounds), tuple(metrics), modes, replications, len(bed.known), tuple(found), horizon_ms
    )


def _check(bounds: Sequence[Bounds], metrics: Sequence[str], trajectories: int, samples: int) -> None:
    if len({each.path for each in bounds}) < max(2, len(bounds)):
        hint = "give `audience.answer.accept=0.5:1` and another one, or state `assumptions:` in the scenario"
        raise StudyError(f"expected two assumptions or more, each once\n  hint: {hint}")
    if not metrics:
        raise StudyError("expected one metric or more\n  hint: such as `wishes_heard_share`")
    if trajectories < 2:
        raise StudyError(f"expected 2 trajectories or more, got `{trajectories}`\n  hint: {TRAJECTORIES} is usual")
    if samples < 2 or samples & (samples - 1):
        raise StudyError(f"expected a power of two of samples, got `{samples}`\n  hint: {SAMPLES} is a start")
    try:
        import SALib  # noqa: F401
    except ImportError:
        hint = "`pip install 'stage-access-lab[sensitivity]'`"
        raise StudyError(f"sensitivity needs the package SALib, which is not installed\n  hint: {hint}") from None


class _Bed:
    """Where points are simulated: one that comes again is not simulated again."""

    def __init__(self, question: Question, modes: Sequence[str], replications: int, watch: Watch | None) -> None:
        self.question, self.modes, self.replications, self.watch = question, modes, replications, watch
        self.known: dict[tuple[str, ...], dict[str, list[Measured]]] = {}

    def simulate(self, design: Sequence[tuple[str, ...]]) -> None:
        """Simulate every point of a design, each given by its settings."""
        new = [settings for settings in dict.fromkeys(design) if settings not in self.known]
        each = ((settings, self._measured(settings)) for settings in new)
        self.known |= dict(watched(self.watch, each, len(new), "points"))

    def _measured(self, settings: tuple[str, ...]) -> dict[str, list[Measured]]:
        found: dict[str, list[Measured]] = {mode: [] for mode in self.modes}
        scenario = self.question.scenario(settings)
        for mode, measured in self.question.measured(scenario, self.modes, range(self.replications)):
            found[mode].append(measured)
        return found

    def value(self, settings: tuple[str, ...], metric: str, mode: str) -> float:
        """A metric at a point, over its replications. They are the same everywhere, so that none may be missing."""
        found = pooling.interval(metric_named(metric), self.known[settings][mode])
        if found.left_out or not math.isfinite(found.mean):
            at = ", ".join(settings)
            hint = "take a metric that always has a value, such as `wishes_heard_share`"
            raise StudyError(f"`{metric}` has no value in some sessions of {mode} at {at}\n  hint: {hint}")
        return found.mean


def _problem(bounds: Sequence[Bounds]) -> dict[str, Any]:
    return {
        "num_vars": len(bounds),
        "names": [each.path for each in bounds],
        "bounds": [[each.low, each.high] for each in bounds],
    }


def _settings(bounds: Sequence[Bounds], design: Any) -> list[tuple[str, ...]]:
    return [tuple(each.setting(float(number)) for each, number in zip(bounds, row, strict=True)) for row in design]


def _morris(bed: _Bed, bounds: Sequence[Bounds], metrics: Sequence[str], trajectories: int) -> list[Influence]:
    import numpy as np
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    problem, seed = _problem(bounds), bed.question.seed
    design = sampling.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    points = _settings(bounds, design)
    bed.simulate(points)
    found = []
    for metric, mode in itertools.product(metrics, bed.modes):
        values = np.array([bed.value(point, metric, mode) for point in points])
        got = analysis.analyze(problem, design, values, num_levels=LEVELS, seed=seed)
        rows = zip(bounds, got["mu_star"], got["mu_star_conf"], got["sigma"], strict=True)
        found += _sorted(Influence("morris", mode, metric, each.path, *map(float, row)) for each, *row in rows)
    return found


def _sobol(bed: _Bed, bounds: Sequence[Bounds], metrics: Sequence[str], samples: int) -> list[Influence]:
    import numpy as np
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem, seed = _problem(bounds), bed.question.seed
    points = _settings(bounds, sampling.sample(problem, samples, calc_second_order=False, seed=seed))
    bed.simulate(points)
    found = []
    for metric, mode in itertools.product(metrics, bed.modes):
        values = np.array([bed.value(point, metric, mode) for point in points])
        if np.ptp(values) == 0:
            # Nothing varies, so that there is no variance to have a share in.
            found += [Influence("sobol", mode, metric, each.path, 0.0, 0.0, 0.0) for each in bounds]
            continue
        got = analysis.analyze(problem, values, calc_second_order=False, seed=seed)
        rows = zip(bounds, got["ST"], got["ST_conf"], got["S1"], strict=True)
        found += _sorted(Influence("sobol", mode, metric, each.path, *map(float, row)) for each, *row in rows)
    return found


def _sorted(influences: Iterable[Influence]) -> list[Influence]:
    return sorted(influences, key=lambda each: -each.total)


def _chief(found: Sequence[Influence], bounds: Sequence[Bounds], count: int) -> list[Bounds]:
    """The assumptions with the greatest part in any metric and mode, as a share of the greatest there."""
    greatest: dict[tuple[str, str], float] = {}
    for each in found:
        greatest[each.metric, each.mode] = max(greatest.get((each.metric, each.mode), 0.0), each.total)
    parts: dict[str, float] = {}
    for each in found:
        top = greatest[each.metric, each.mode]
        parts[each.path] = max(parts.get(each.path, 0.0), each.total / top if top else 0.0)
    kept = sorted(bounds, key=lambda each: -parts[each.path])[: max(2, count)]
    return [each for each in bounds if each in kept]


def sensitivity_frame(results: SensitivityResults) -> "pd.DataFrame":
    """One row a method, metric, mode and assumption."""
    import pandas as pd

    return pd.DataFrame(
        [
            (each.method, each.metric, each.mode, each.path, each.total, each.half_width, each.other)
            for each in results.influences
        ],
        columns=["method", "metric", "mode", "assumption", "total", "half_width", "other"],
    )
