"""Times of which some are known only to be longer than seen: the Kaplan-Meier estimate, in a few lines of numpy.

Written out because it runs once a metric and replication: scipy's own takes a second to import in each process.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

TOLERANCE = 1e-12
"""Products such as 3/4 x 2/3 miss the half that they are by less than this."""


class Survival(NamedTuple):
    """Share still waiting just after each distinct time, both in order. `longest` is the longest time seen."""

    times: tuple[float, ...]
    shares: tuple[float, ...]
    longest: float


def kaplan_meier(times: Sequence[float], observed: Sequence[bool]) -> Survival:
    """The product-limit estimate; a time that is not observed was still going on when it was last seen."""
    taken = np.asarray(times, dtype=np.float64)
    distinct, ends = np.unique(taken[np.asarray(observed, dtype=bool)], return_counts=True)
    at_risk = len(taken) - np.searchsorted(np.sort(taken), distinct, side="left")
    shares = np.cumprod(1 - ends / at_risk)
    return Survival(tuple(distinct.tolist()), tuple(shares.tolist()), max(times, default=math.nan))


def restricted_mean(curve: Survival) -> float:
    """The area under the curve up to the longest time seen: the plain mean when everything was observed."""
    if math.isnan(curve.longest):
        return math.nan
    edges = (0.0, *curve.times, curve.longest)
    return math.fsum(
        share * (until - since) for share, since, until in zip((1.0, *curve.shares), edges, edges[1:], strict=False)
    )


def quantile(curve: Survival, part: float) -> float:
    """The first time by which at least `part` have ended; not a number when the curve never gets there."""
    for time, share in zip(curve.times, curve.shares, strict=True):
        if share <= 1 - part + TOLERANCE:
            return time
    return math.nan
