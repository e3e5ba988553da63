"""When a study is large enough: at a fixed size, or when its means are precise. `comparison.decision` has a third way.

A rule looks at what is there and says how many replications there should be, or that the study has ended and why. It
knows neither time nor workers, so that the same study always gets the same size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from stagesim.experiments.ending import Ending
from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError, known_metric
from stagesim.statistics import LEAST_REPLICATIONS, Precision, look_ahead, precise_at

MOST: Final = 1000
"""Replications after which a study for a precision gives up, unless another limit is set."""

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


def replications(found: Variants) -> int:
    """How many replications every variant has."""
    return min(results.replications for results in found.values())


def _values(found: Variants, metric: str) -> list[list[float]]:
    """The values of every side that has the metric at all."""
    sides = [results.values(metric, mode) for results in found.values() for mode in results.modes]
    some = [values for values in sides if any(value == value for value in values)]  # noqa: PLR0124
    return some or sides
