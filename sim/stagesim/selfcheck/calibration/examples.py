"""The worked examples of statistics (`statistics_oracles.csv`, S1 to S20), each by the function that it concerns."""

import ast
import math
from collections.abc import Callable
from typing import Any, Final

from stagesim import statistics
from stagesim.selfcheck.calibration.checks import Check, left_out
from stagesim.selfcheck.calibration.populations import random
from stagesim.selfcheck.calibration.printed import Row, compared, printed, table

TABLE: Final = "statistics_oracles.csv"

NOT_HERE: Final = {
    "S19": "no study looks ahead; they end at looks that were declared",
    "S20": "the file with the replications is not part of the project",
}
"""Rows that concern nothing that is here, and why."""

BOUNDARIES: Final = {
    2: "2.9626, 1.9686",
    3: "3.7103, 2.5114, 1.9930",
    4: "4.3326, 2.9631, 2.3590, 2.0141",
    5: "4.8769, 3.3569, 2.6803, 2.2898, 2.0310",
}
"""Looks at equal distances, two-sided error of 5 %, spending of O'Brien-Fleming type: as the programs of Reboussin,
DeMets, Kim and Lan print them (Controlled Clinical Trials 21 (2000) 190-207); their integration errs by 2 in 10,000."""


def worked_examples(seed: int) -> list[Check]:
    """One check for each row, and one for each published set of boundaries."""
    checks = [_row(row, seed) for row in table(TABLE)]
    for count, text in BOUNDARIES.items():
        looks = statistics.spending_looks([20 * (at + 1) for at in range(count)])
        checks.append(compared(f"boundaries of {count} looks", text, [look.z for look in looks], relative=1e-4))
    return checks


def _row(row: Row, seed: int) -> Check:
    name = f"{row['id']} {row['method']}"
    if row["id"] in NOT_HERE:
        return left_out(name, NOT_HERE[row["id"]])
    if row["id"] not in ROWS:
        return left_out(name, "no function is known for it")
    return ROWS[row["id"]](name, row, seed)


def _mean(name: str, row: Row, _: int) -> Check:
    values = ast.literal_eval(row["input"])
    found = statistics.t_interval(values, 0.90)
    spread = statistics.variance(values)
    figures = [found.mean, spread, found.half_width, found.low, found.high]
    # Some rows also give the figures as they were printed, with fewer digits.
    again = [found.mean, spread, found.mean, found.half_width]
    wanted = len(printed(row["expected"]))
    return compared(name, row["expected"], (figures + again)[:wanted])


def _needed(name: str, row: Row, _: int) -> Check:
    """A pilot with exactly the stated variance and mean."""
    spread, *mean, n = (each.value for each in printed(row["input"]))
    step = math.sqrt(spread * (n - 1) / n)
    values = [(mean or [0.0])[0] + (step if at % 2 else -step) for at in range(int(n))]
    needed = statistics.replications_needed
    if not mean:
        return compared(name, row["expected"], [needed(values, absolute=0.25, confidence=0.90)])
    found = [needed(values, relative=0.10, confidence=0.90, adjusted=adjusted) for adjusted in (True, False)]
    return compared(name, row["expected"].replace("gamma/(1+gamma)", "gamma'"), found)


def _paired(name: str, row: Row, _: int) -> Check:
    first, second = ast.literal_eval(row["input"])
    found = statistics.paired_interval(first, second, 0.90)
    spread = statistics.variance([one - other for one, other in zip(first, second, strict=True)]) / len(first)
    return compared(name, row["expected"], [found.mean, spread, found.low, found.high])


def _welch(name: str, row: Row, _: int) -> Check:
    same = next(each for each in table(TABLE) if each["id"] == "S5")
    first, second = ast.literal_eval(same["input"])
    means = [statistics.average(values) for values in (first, second)]
    spreads = [statistics.variance(values) for values in (first, second)]
    found = statistics.welch_interval(first, second, 0.90)
    freedom = statistics.welch_freedom(first, second)
    return compared(name, row["expected"], [*means, *spreads, freedom, found.low, found.high])


SERIES: Final[dict[str, Callable[[int], float]]] = {
    "S11": lambda t: 10 + 8 * math.exp(-t / 25) + math.sin(0.7 * t),
    "S12": lambda t: 5 * (1 - math.exp(-t / 60)) + 0.5 * math.cos(0.37 * t),
    "S13": lambda _: 3.0,
}


def _truncation(name: str, row: Row, _: int) -> Check:
    found = statistics.mser5([SERIES[row["id"]](t) for t in range(1000)])
    return compared(name, row["expected"], [found.batches, found.observations, found.statistic, found.mean])


def _exponentials() -> tuple[Any, Any, Any]:
    """Values by inversion at 100,000 evenly spaced probabilities: 10 and 12 as means, and 10 by the opposite ones."""
    import numpy as np

    even = (np.arange(100_000) + 0.5) / 100_000
    return -10 * np.log(even), -12 * np.log(even), -10 * np.log(1 - even)


def _common(name: str, row: Row, _: int) -> Check:
    ten, twelve, _opposite = (values.tolist() for values in _exponentials())
    together = statistics.variance([one - other for one, other in zip(ten, twelve, strict=True)])
    apart = statistics.variance(ten) + statistics.variance(twelve)
    reduction = statistics.variance_reduction(ten, twelve)
    return compared(name, row["expected"], [together, apart, reduction], relative=1e-3)


def _opposite(name: str, row: Row, _: int) -> Check:
    ten, _twelve, opposite = _exponentials()
    found = statistics.correlation(ten.tolist(), opposite.tolist())
    pair = statistics.variance(((ten + opposite) / 2).tolist())
    return compared(name, row["expected"], [found, pair, statistics.variance(ten.tolist()) / 2], relative=1e-3)


def _autoregressive(name: str, row: Row, seed: int) -> Check:
    """400,000 values: the variance of the means of 1,000 of them has a standard error of 7 %."""
    from scipy.signal import lfilter

    values = lfilter([1.0], [1.0, -0.9], random(seed, "autoregressive").normal(size=400_000))
    means = values.reshape(400, 1000).mean(axis=1)
    found = [statistics.variance(values.tolist()), 1000 * statistics.variance(means.tolist())]
    return compared(name, row["expected"], found, relative=0.25)


def _quantiles(name: str, row: Row, _: int) -> Check:
    _upper, *freedoms = (each.value for each in printed(row["input"]))
    return compared(name, row["expected"], [statistics.t_quantile(each, 0.95) for each in freedoms])


def _bonferroni(name: str, row: Row, _: int) -> Check:
    each = statistics.bonferroni_confidence(0.95, 10)
    return compared(name, row["expected"].replace("df 29", "df"), [each, statistics.t_quantile(29, each)])


ROWS: Final[dict[str, Callable[[str, Row, int], Check]]] = {
    **dict.fromkeys(("S1", "S2"), _mean),
    **dict.fromkeys(("S3", "S4"), _needed),
    "S5": _paired,
    "S6": _welch,
    **dict.fromkeys(SERIES, _truncation),
    "S14": _common,
    "S15": _opposite,
    "S16": _autoregressive,
    "S17": _quantiles,
    "S18": _bonferroni,
}
