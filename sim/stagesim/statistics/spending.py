"""Looking at a study several times without fooling oneself: alpha spending after Lan and DeMets (1983).

The looks are declared beforehand. Each spends a part of the allowed error, in the manner of O'Brien and Fleming: next
to nothing early, most of it at the end. The interval at a look is as wide as its boundary, so that all intervals of a
study hold together, and whatever they decide is decided with that error at most.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from stagesim.looks import FIRST_LOOK, LOOKS
from stagesim.statistics.intervals import Interval
from stagesim.statistics.reach import mean_interval

NODES: Final = 96
"""Points of the Gauss-Legendre integration over the scores that went on: good for eight digits at the usual looks."""

FAR: Final = 8.3
"""Standard errors beyond which a normal score does not come: less than 1e-16 of it lies there."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a study of which `n` replications are there.

    `z` is the boundary for a normal score and `level` the two-sided p-value there; `spent` is the part of the error
    that this look and those before it use up.
    """

    n: int
    z: float
    level: float
    spent: float


Answer = Literal["above", "below", "within", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the looks so far say of a mean: above a limit, below it, within a margin around it, or nothing yet.

    `look` is the one that decided, or else the last one; None before the first. `interval` is the one of that look.
    """

    answer: Answer
    look: Look | None
    interval: Interval


def planned_looks(budget: int) -> tuple[int, ...]:
    """The looks of a study of at most `budget` replications: at the first, each time twice as many, and at its end."""
    if budget < 2:
        raise ValueError(f"a budget of {budget} replications decides nothing\n  hint: give {FIRST_LOOK} or more")
    looks, n = [], FIRST_LOOK
    while n < budget:
        looks.append(n)
        n *= 2
    return (*looks, budget)


def spending_looks(at: Sequence[int] = LOOKS, alpha: float = 0.05) -> tuple[Look, ...]:
    """The boundaries at looks after `at` replications, for a two-sided error of `alpha` over all of them.

    Each side spends 2 - 2 Phi(z / sqrt(t)) of it by the share t of all replications, with z the upper alpha / 4
    quantile: the spending function of O'Brien-Fleming type in Lan and DeMets, Biometrika 70 (1983) 659-663.
    """
    if not at or list(at) != sorted(set(at)) or at[0] < 2:
        raise ValueError(f"looks must be after growing numbers of replications, from 2 on, not {list(at)}")
    if not 0 < alpha < 1:
        raise ValueError(f"the error must lie between 0 and 1, not at {alpha}\n  hint: 0.05 is usual")
    return _looks(tuple(at), alpha)


def repeated_interval(values: Sequence[float], look: Look) -> Interval:
    """The mean of the first `look.n` values with the interval that holds together with those of all other looks."""
    return mean_interval(values[: look.n], look.level)


def decide(values: Sequence[float], looks: Sequence[Look], limit: float = 0.0, margin: float = 0.0) -> Decision:
    """What the looks that the values suffice for say of the mean, compared with `limit`; the first answer stands."""
    return decide_by(lambda look: repeated_interval(values, look), len(values), looks, limit, margin)


def decide_by(
    interval: Callable[[Look], Interval], n: int, looks: Sequence[Look], limit: float = 0.0, margin: float = 0.0
) -> Decision:
    """The same of anything that has an `interval` at each look, when `n` replications are there."""
    last: Look | None = None
    found = mean_interval(())
    for look in looks:
        if look.n > n:
            break
        last, found = look, interval(look)
        answer = _answer(found, limit, margin)
        if answer != "undecided":
            return Decision(answer, look, found)
    return Decision("undecided", last, found)


def _answer(found: Interval, limit: float, margin: float) -> Answer:
    if math.isnan(found.low):
        return "undecided"
    if limit - margin <= found.low and found.high <= limit + margin:
        return "within"
    if found.low > limit:
        return "above"
    return "below" if found.high < limit else "undecided"


def _spent(share: float, alpha: float) -> float:
    """The two-sided error that may be used up by this share of all replications."""
    from scipy.special import ndtr, ndtri

    return float(4 * ndtr(ndtri(alpha / 4) / math.sqrt(share)))


@lru_cache(maxsize=256)
def _looks(at: tuple[int, ...], alpha: float) -> tuple[Look, ...]:
    """The boundaries by recursive integration (Armitage, McPherson and Rowe 1969) over Brownian motion."""
    from scipy.special import ndtr

    looks: list[Look] = []
    ongoing = _Ongoing()
    before = 0.0
    for n in at:
        share = n / at[-1]
        spent = _spent(share, alpha)
        z = ongoing.boundary(share, spent - before)
        looks.append(Look(n, z, float(2 * ndtr(-z)), spent))
        ongoing.go_on(share, min(z, FAR) * math.sqrt(share))
        before = spent
    return tuple(looks)


class _Ongoing:
    """How the score of a study that has gone on so far is distributed: points, each with its probability."""

    def __init__(self) -> None:
        import numpy as np

        self.share = 0.0
        self.points: Any = np.zeros(1)
        self.weights: Any = np.ones(1)

    def boundary(self, share: float, error: float) -> float:
        """The z beyond which, on either side, the score lies at the next look with the probability `error`."""
        from scipy.special import ndtr

        step, root = math.sqrt(share - self.share), math.sqrt(share)
        low, high = 0.0, 40.0
        while high - low > 1e-10:
            z = (low + high) / 2
            outside = ndtr((self.points - z * root) / step) + ndtr((-self.points - z * root) / step)
            if float(self.weights @ outside) > error:
                low = z
            else:
                high = z
        return high

    def go_on(self, share: float, bound: float) -> None:
        """Take the next look, and go on only with scores below the bound."""
        import numpy as np

        nodes, parts = _nodes()
        step = math.sqrt(share - self.share)
        points = bound * nodes
        apart = (points[:, None] - self.points[None, :]) / step
        density = np.exp(-(apart**2) / 2) / (step * math.sqrt(2 * math.pi))
        self.weights = bound * parts * (density @ self.weights)
        self.points, self.share = points, share


@lru_cache(maxsize=1)
def _nodes() -> tuple[Any, Any]:
    """The points and weights of the integration over -1 to 1."""
    import numpy as np

    return np.polynomial.legendre.leggauss(NODES)
