"""How much of the start of one long run to drop, so that what is left is in balance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BATCH: Final = 5
"""Observations in a batch of MSER-5."""


@dataclass(frozen=True, slots=True)
class Truncation:
    """What MSER-5 found: how much of the start to drop, the statistic there, and the mean of what is left."""

    batches: int
    observations: int
    statistic: float
    mean: float


def mser5(values: Sequence[float]) -> Truncation:
    """How much of the start of one long run to drop (White 1997): the truncation with the least standard error.

    Means of batches of five; the least sum of squares over the squared number of batches left, with at most half of
    them dropped. An incomplete last batch is not used.
    """
    count = len(values) // BATCH
    if count == 0:
        raise ValueError(f"{len(values)} values are no batch of {BATCH}\n  hint: MSER-5 is for long runs")
    means = [math.fsum(values[at * BATCH : (at + 1) * BATCH]) / BATCH for at in range(count)]
    best: Truncation | None = None
    for dropped in range(count // 2 + 1):
        left = means[dropped:]
        mean = math.fsum(left) / len(left)
        statistic = math.fsum((each - mean) ** 2 for each in left) / len(left) ** 2
        if best is None or statistic < best.statistic:
            best = Truncation(dropped, dropped * BATCH, statistic, mean)
    assert best is not None
    return best
