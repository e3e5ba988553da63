"""What is compared with what: the sides of a comparison, and which two of them make a pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from stagesim.experiments import pooling
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metric_table import Silence, silence
from stagesim.scenario.demands.shares import metric_named


@dataclass(frozen=True, slots=True)
class Side:
    """One condition: a scenario, by the name of its variant (empty if there is but one), in one mode."""

    variant: str
    mode: str
    outcomes: tuple[Outcome, ...] = field(repr=False)

    def silence(self, metric: str) -> Silence | None:
        """Why nothing can be said of this side by a metric; None where something can."""
        return silence(metric, [outcome.metrics for outcome in self.outcomes])


@dataclass(frozen=True, slots=True)
class Pair:
    """A side and the base that it is compared with, on the same replications."""

    side: Side
    base: Side

    def values(self, metric: str) -> tuple[list[float], list[float]]:
        """One metric of both, a value for each replication, to be compared one by one."""
        measured = ([outcome.measured for outcome in each.outcomes] for each in (self.side, self.base))
        return pooling.pairs(metric_named(metric), *measured)


def mode_pairs(results: Results) -> list[Pair]:
    """Every mode with every mode before it."""
    sides = [Side("", mode, tuple(results.of(mode))) for mode in results.modes]
    return [Pair(side, base) for base, side in combinations(sides, 2)]


def variant_pairs(variants: Mapping[str, Results]) -> list[Pair]:
    """Every variant with every variant before it, mode by mode, as far as both have the mode."""
    return [
        Pair(Side(name, mode, tuple(results.of(mode))), Side(base_name, mode, tuple(base.of(mode))))
        for (base_name, base), (name, results) in combinations(variants.items(), 2)
        for mode in base.modes
        if mode in results.modes
    ]


def pairs_of(variants: Mapping[str, Results]) -> list[Pair]:
    """The pairs of a study: of modes where there is one variant, or else of variants."""
    return mode_pairs(next(iter(variants.values()))) if len(variants) == 1 else variant_pairs(variants)


def replications_of(pairs: Sequence[Pair]) -> int:
    """How many replications every side has."""
    return min((len(side.outcomes) for pair in pairs for side in (pair.side, pair.base)), default=0)
