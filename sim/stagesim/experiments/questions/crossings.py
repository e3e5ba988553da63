"""Where a curve through a few points crosses zero: straight lines between neighbours, and which crossing is meant."""

import math
from typing import Any, Final

RESAMPLES: Final = 2000
"""How often the sessions are drawn anew for the interval of a crossing."""


def zero(low: float, high: float, at_low: float, at_high: float) -> float:
    """Where a straight line from `at_low` to `at_high` crosses zero."""
    return low + (high - low) * at_low / (at_low - at_high)


def nearest(x: Any, curve: Any, sign: float, at: float) -> float:
    """Where a curve that has this sign loses it, nearest to a place; not a number where it nowhere does."""
    places = [place for place in range(len(x) - 1) if curve[place] * sign > 0 >= curve[place + 1] * sign]
    zeros = [zero(x[place], x[place + 1], float(curve[place]), float(curve[place + 1])) for place in places]
    return min(zeros, key=lambda each: abs(each - at), default=math.nan)
