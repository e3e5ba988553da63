"""Times of which some are known only to be longer than seen: the Kaplan-Meier estimate, in a few lines of numpy.

It supposes that whoever gave up would have had the same chances as those who went on waiting, so that it is drawn as
"if nobody had given up", and no figure is made of it. scipy's own takes a second to import.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Survival(NamedTuple):
    """Share still waiting just after each distinct time, both in order."""

    times: tuple[float, ...]
    shares: tuple[float, ...]


def kaplan_meier(times: Sequence[float], observed: Sequence[bool]) -> Survival:
    """The product-limit estimate; a time that is not observed was still going on when it was last seen."""
    taken = np.asarray(times, dtype=np.float64)
    distinct, ends = np.unique(taken[np.asarray(observed, dtype=bool)], return_counts=True)
    at_risk = len(taken) - np.searchsorted(np.sort(taken), distinct, side="left")
    shares = np.cumprod(1 - ends / at_risk)
    return Survival(tuple(distinct.tolist()), tuple(shares.tolist()))
