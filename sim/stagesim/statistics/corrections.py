"""Corrections for many comparisons at once."""

import math
from collections.abc import Sequence


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """The p-values times their number, at most 1."""
    return [min(1.0, p * len(p_values)) for p in p_values]


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values as Holm (1979) adjusts them: the smallest times their number, the next times one less, and so on.

    None is below that of a smaller one. One that is not a number says nothing, and counts as 1.
    """
    p_values = [1.0 if math.isnan(p_value) else p_value for p_value in p_values]
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, least = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = least
    return adjusted


def bonferroni_confidence(overall: float, count: int) -> float:
    """The confidence of each of `count` intervals that hold together with the confidence `overall`."""
    return 1 - (1 - overall) / count
