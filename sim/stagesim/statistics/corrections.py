"""Corrections for many comparisons at once."""

import math
from collections.abc import Callable, Sequence


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """The p-values times their number, at most 1."""
    return [min(1.0, p * len(p_values)) for p in p_values]


def bonferroni_confidence(overall: float, count: int) -> float:
    """The confidence of each of `count` intervals that hold together with the confidence `overall`."""
    return 1 - (1 - overall) / count


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted by Holm's step-down, in the given order: as safe as Bonferroni's and never larger."""
    adjusted = [math.nan] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[at] * (len(p_values) - rank)))
        adjusted[at] = highest
    return adjusted


def holm_rejected(p_values: Sequence[float], level: Callable[[int], float]) -> list[bool]:
    """Which hypotheses Holm's steps reject; `level(left)` is the p-value needed while `left` are not rejected yet."""
    rejected = [False] * len(p_values)
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if not p_values[at] <= level(len(p_values) - rank):
            break
        rejected[at] = True
    return rejected
