"""What a comparison says beyond the figures of each side: differences, whether people were the same, who wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stagesim.experiments.comparison.differences import CHIEF, Contrast, contrasts
from stagesim.experiments.comparison.pairs import Pair
from stagesim.experiments.comparison.same_people import Fates, SamePeople, same_people
from stagesim.experiments.comparison.winners import Effect, effects
from stagesim.experiments.ending import Looks
from stagesim.metric_table import HORIZON_MS
from stagesim.metrics.fates import fates
from stagesim.statistics import Precision


@dataclass(frozen=True, slots=True)
class Analysis:
    """The pairs of a study, and what came of comparing them. `looks` are empty for a study of a fixed size."""

    pairs: tuple[Pair, ...] = field(repr=False)
    contrasts: tuple[Contrast, ...] = field(repr=False)
    same_people: SamePeople
    effects: tuple[Effect, ...] = field(repr=False)
    looks: Looks

    @property
    def horizon_ms(self) -> int:
        """How much of a wait is counted at most in averages, on all sides."""
        return max((outcome.horizon_ms for pair in self.pairs for outcome in pair.side.outcomes), default=HORIZON_MS)


def analyse(
    pairs: Sequence[Pair],
    metrics: Sequence[str] = CHIEF,
    *,
    decisive: Sequence[str] = (),
    margins: Mapping[str, Precision] | None = None,
    looks: Looks | None = None,
) -> Analysis:
    """Compare the sides of all pairs. `decisive` metrics, by which a study was ended, are a family of their own."""
    looks = looks or Looks()
    others = [metric for metric in metrics if metric not in decisive]
    found = [each for family in (decisive, others) for each in contrasts(pairs, family, margins=margins, looks=looks)]
    known = _fates(pairs)
    return Analysis(tuple(pairs), tuple(found), same_people(pairs, known), tuple(effects(pairs, known)), looks)


def _fates(pairs: Sequence[Pair]) -> Fates:
    """The fates of every log, each read once."""
    sides = {(side.variant, side.mode): side for pair in pairs for side in (pair.side, pair.base)}
    return {
        (*name, outcome.replication): fates(outcome.log, outcome.horizon_ms) if outcome.fates is None else outcome.fates
        for name, side in sides.items()
        for outcome in side.outcomes
    }
