"""Choosing the best of several systems, replication by replication: the procedure of Kim and Nelson (2001)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Draw = Callable[[int, int], Sequence[float]]
"""Gets the number of a system and how many further values of it are wanted, one for each replication, in order."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected: `best` by its mean, the systems `left` in the race, and how many values each had.

    `decided` is False when the limit came first: then the systems left are tied, as far as anybody knows.
    """

    best: int
    left: tuple[int, ...]
    drawn: tuple[int, ...]
    means: tuple[float, ...]
    decided: bool


def kim_nelson_eta(systems: int, alpha: float, first: int) -> float:
    """The constant eta of the procedure with c = 1; h squared is 2 eta (first - 1)."""
    return (math.pow(2 * alpha / (systems - 1), -2 / (first - 1)) - 1) / 2


def kim_nelson(
    draw: Draw,
    systems: int,
    indifference: float,
    *,
    alpha: float = 0.05,
    first: int = 20,
    largest: bool = True,
    limit: int | None = None,
) -> Selection:
    """Select the system with the best mean, with probability 1 - alpha if it is ahead by `indifference` or more.

    Every system gives `first` values, then all that are left in the race one more at a time; a system whose mean falls
    too far behind drops out. Common random numbers are welcome: the variances are those of paired differences. No
    system gives more than `limit` values. Kim and Nelson, ACM TOMACS 11 (2001) 251-273.
    """
    import numpy as np

    if systems < 2 or first < 2 or not indifference > 0:
        raise ValueError("selection needs two systems, two first values and an indifference above zero")
    sign = 1 if largest else -1
    start = np.array([list(draw(system, first)) for system in range(systems)]) * sign
    spread = np.var(start[:, None, :] - start[None, :, :], axis=2, ddof=1)
    # How many values a pair needs at most before one of the two drops out.
    needed = 2 * kim_nelson_eta(systems, alpha, first) * (first - 1) * spread / indifference**2
    sums, drawn = start.sum(axis=1), np.full(systems, first)
    left, count = np.arange(systems), first
    last = math.floor(needed.max()) + 1
    while True:
        means = sums[left] / count
        slack = np.maximum(0, indifference / (2 * count) * (needed[np.ix_(left, left)] - count))
        left = left[(means[:, None] >= means[None, :] - slack).all(axis=1)]
        decided = len(left) == 1 or count >= last
        if decided or (limit is not None and count >= limit):
            break
        count += 1
        for system in left:
            sums[system] += sign * draw(int(system), 1)[0]
        drawn[left] = count
    means = sign * sums / drawn
    best = int(left[np.argmax(sign * means[left])])
    return Selection(best, tuple(left.tolist()), tuple(drawn.tolist()), tuple(means.tolist()), bool(decided))
