"""The worked examples of inequality (`metric_oracles.csv`, F1 to F20), each by the measure that it concerns."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from stagesim.metrics.inequality import gini, jain, normalised_entropy, top_share
from stagesim.selfcheck.calibration.checks import Check, left_out
from stagesim.selfcheck.calibration.printed import Row, compared, table

PEOPLE: Final = 200_000
"""People for a limit of a population; their shares are quantiles at even distances."""
NEAR: Final = 0.02
"""How near they come to the limit, as a share of it: what the quantiles miss is the far end of the tail."""

MEASURES: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "Gini": gini,
    "Jain": jain,
    "normalised entropy": normalised_entropy,
    "top-1 share": lambda shares: top_share(shares, 1 / len(shares)),
    "top 10% share": lambda shares: top_share(shares, 0.1),
}

SHARES: Final[dict[str, Sequence[float]]] = {
    "n equal shares": [2.5] * 9,
    "n equal": [2.5] * 9,
    "n=20, one person has everything": [0.0] * 19 + [3.0],
    "[1,2,3,4,5]": [1, 2, 3, 4, 5],
    "90 people 0, 9 people 1, 1 person 10 (90-9-1 shape)": [0] * 90 + [1] * 9 + [10],
    "8 people 1, 2 people 0": [1] * 8 + [0] * 2,
}
"""The shares that a row describes in words."""


def shares_of_people(seed: int) -> list[Check]:  # noqa: ARG001  nothing is drawn
    """One check for each row."""
    checks, before = [], ""
    for row in table("metric_oracles.csv"):
        before = before if row["input"] == "same" else row["input"]
        checks.append(_row(row, before))
    return checks


def _row(row: Row, described: str) -> Check:
    measure, _, limit = row["metric"].partition(",")
    name = f"{row['id']} {row['metric']} of {described}"
    shares = _shares(described)
    if shares is None or measure not in MEASURES:
        return left_out(name, "no measure is known for it")
    return compared(name, row["expected"], [MEASURES[measure](shares)], relative=NEAR if limit else 0.0)


def _shares(text: str) -> Sequence[float] | None:
    import numpy as np
    from scipy.special import ndtri

    even = (np.arange(PEOPLE) + 0.5) / PEOPLE
    if found := re.fullmatch(r"Zipf s=1, n=(\d+)", text):
        return [1 / rank for rank in range(1, int(found[1]) + 1)]
    if found := re.fullmatch(r"lognormal sigma ([\d.]+)", text):
        quantiles: list[float] = np.exp(float(found[1]) * ndtri(even)).tolist()
        return quantiles
    if text == "exponential talk time":
        lengths: list[float] = (-60 * np.log(even)).tolist()
        return lengths
    return SHARES.get(text)
