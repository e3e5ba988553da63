"""How unequally something is shared: Gini, Jain, normalised entropy, and the share of the top.

All take the shares of everybody, those with nothing included, and are not a number when nobody has anything.
"""

import math
from collections.abc import Sequence


def gini(shares: Sequence[float]) -> float:
    """The Gini index: 0 when all are equal, (n - 1) / n when one of n has everything."""
    total, n = math.fsum(shares), len(shares)
    if not total > 0:
        return math.nan
    weighted = math.fsum(rank * share for rank, share in enumerate(sorted(shares), start=1))
    return max(0.0, 2 * weighted / (n * total) - (n + 1) / n)


def jain(shares: Sequence[float]) -> float:
    """Jain's fairness index: 1 when all are equal, 1 / n when one of n has everything."""
    total = math.fsum(shares)
    if not total > 0:
        return math.nan
    return total**2 / (len(shares) * math.fsum(share * share for share in shares))


def normalised_entropy(shares: Sequence[float]) -> float:
    """Shannon's entropy of the shares over that of equal ones: 1 when all are equal, 0 when one has everything."""
    total = math.fsum(shares)
    if not total > 0 or len(shares) < 2:
        return math.nan
    parts = [share / total for share in shares if share > 0]
    return -math.fsum(part * math.log(part) for part in parts) / math.log(len(shares))


def top_share(shares: Sequence[float], top: float = 0.1) -> float:
    """What the `top` part of the people (at least one of them) have of the whole."""
    total = math.fsum(shares)
    if not total > 0:
        return math.nan
    # The small number keeps 0.1 of 30 people at 3, where the product is 3.0000000000000004.
    count = max(1, math.ceil(len(shares) * top - 1e-9))
    return math.fsum(sorted(shares, reverse=True)[:count]) / total
