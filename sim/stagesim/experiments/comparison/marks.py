"""The marks of a comparison: which side is best and which is worst by each metric, as its pairs have it."""

from collections.abc import Sequence

from stagesim.experiments.comparison.differences import Contrast, chief, contrasts
from stagesim.experiments.comparison.pairs import Side, mode_pairs, replications_of
from stagesim.experiments.results import Results
from stagesim.statistics import TURNED, Mark, Verdict, among

Marks = dict[tuple[str, str, str], Mark]
"""(metric, variant, mode) -> the mark of that side. Sides that have nothing to be compared with are not in it."""


def marks(found: Sequence[Contrast]) -> Marks:
    """The marks of all sides by all metrics: of modes among each other, and of variants within each mode."""
    families: dict[tuple[str, str], list[Contrast]] = {}
    for each in found:
        if each.verdict is not None:
            side, base = each.pair.side, each.pair.base
            families.setdefault((each.metric, side.mode if side.variant != base.variant else ""), []).append(each)
    return {(metric, *side): mark for (metric, _), each in families.items() for side, mark in _of_family(each).items()}


def _of_family(found: Sequence[Contrast]) -> dict[tuple[str, str], Mark]:
    verdicts: dict[tuple[tuple[str, str], tuple[str, str]], Verdict] = {}
    for each in found:
        side, base = _name(each.pair.side), _name(each.pair.base)
        if each.verdict is not None:
            verdicts[side, base] = each.verdict
            verdicts[base, side] = TURNED.get(each.verdict, each.verdict)
    names = list(dict.fromkeys(name for pair in verdicts for name in pair))
    return among(names, lambda one, other: verdicts.get((one, other), "undecided"))


def _name(side: Side) -> tuple[str, str]:
    return side.variant, side.mode


def mode_contrasts(results: Results) -> list[Contrast]:
    """The pairs of the modes of one study by the chief metrics; none where there are no pairs of sessions."""
    pairs = mode_pairs(results)
    return contrasts(pairs, chief(results.scenario), looks=results.ending.looks) if replications_of(pairs) > 1 else []
