"""When a study is large enough: at a fixed size, or when its means are precise. `comparison.decision` has a third way.

A rule looks at what is there and says how many replications there should be, or that the study has ended and why. It
knows neither time nor workers, so that the same study always gets the same size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stagesim.experiments.ending import Ending
from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError, known_metric
from stagesim.metric_table import silence
from stagesim.statistics import LOOKS, Interval, Precision

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
    """Until every metric is as precise as asked for on every side, at a look that was declared."""

    targets: Mapping[str, Precision]
    at: tuple[int, ...] = LOOKS

    def judge(self, found: Variants) -> int | Ending:
        n, metrics = replications(found), tuple(self.targets)
        later = [look for look in self.at if look > n]
        if n not in self.at:
            return later[0]
        if all(target.reached(each) for name, target in self.targets.items() for each in _intervals(found, name)):
            return Ending("precision", metrics)
        return later[0] if later else Ending("limit", metrics)


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
        metric = known_metric(name.strip())
        if metric in found:
            raise StudyError(f"{what}: `{metric}` has two amounts\n  hint: give it one")
        found[metric] = Precision(size, relative)
    return found


def replications(found: Variants) -> int:
    """How many replications every variant has."""
    return min(results.replications for results in found.values())


def _intervals(found: Variants, metric: str) -> list[Interval]:
    """The interval of every side that has the metric at all."""
    sides = [
        results.interval(metric, mode)
        for results in found.values()
        for mode in results.modes
        if silence(metric, [outcome.metrics for outcome in results.of(mode)]) != "no requests"
    ]
    return [each for each in sides if each.n] or sides
