"""The interval of a ratio of sums once more, in plain pandas and scipy, knowing nothing of the code of the product."""

import numpy as np
import pandas as pd
from scipy import stats


def interval(value: pd.Series, sessions: pd.Series, most: float = 1.0) -> tuple[float, float, float]:
    """What one of all things has on average, with the sessions as clusters: Student's interval, longer on the side of
    the longer tail, between 0 and the most. Only where the rarer outcome is not too rare.
    """
    found = value.sum() / len(value)
    excess = (value - found).groupby(sessions).sum()
    n, skewness = len(excess), stats.skew(excess)
    half = stats.t.ppf(0.975, n - 1) * excess.std() * np.sqrt(n) / len(value)
    longer = half * (1 + 3 * abs(skewness) / np.sqrt(n))
    below, above = (longer, half) if skewness < 0 else (half, longer)
    return found, max(found - below, 0), min(found + above, most)
