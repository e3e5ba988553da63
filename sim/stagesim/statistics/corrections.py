"""Corrections for many comparisons at once."""

from collections.abc import Sequence


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """The p-values times their number, at most 1."""
    return [min(1.0, p * len(p_values)) for p in p_values]


def bonferroni_confidence(overall: float, count: int) -> float:
    """The confidence of each of `count` intervals that hold together with the confidence `overall`."""
    return 1 - (1 - overall) / count
