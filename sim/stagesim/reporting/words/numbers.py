"""Numbers as they are printed: waits as a person says them, everything else with three digits that count."""

import math

from stagesim.metric_table import Metric

MINUTES_FROM_S = 90
"""From here on a time has minutes."""

WHOLE_MINUTES_FROM_S = 600
"""From here on its seconds are left out."""


def number(value: float, metric: Metric, digits: int = 2) -> str:
    """A value as it is printed: shares in per cent, times with their unit, everything else with three digits.

    `digits` are those of a time: beside a limit that it misses by little, it needs more than usual. Counts have one
    decimal at most, unless that would hide them.
    """
    if math.isnan(value):
        return "–"
    if metric.unit == "s":
        return duration(value, digits)
    if metric.unit == "share":
        return f"{value * 100:.1f}"
    if value == round(value) and abs(value) < 1e6:
        return f"{value:,.0f}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    most = 1 if metric.unit == "count" and abs(value) >= 0.1 else 3
    return f"{value:,.{min(decimals, most)}f}"


def duration(seconds: float, digits: int = 2) -> str:
    """A time with so many digits that count, in minutes and seconds where a person would say minutes."""
    if math.isinf(seconds):
        return "∞" if seconds > 0 else "-∞"
    sign = "-" if seconds < 0 else ""
    rounded = round(float(f"{abs(seconds):.{digits}g}"), 3)
    if rounded < MINUTES_FROM_S:
        return f"{sign if rounded else ''}{rounded:g} s"
    if rounded >= WHOLE_MINUTES_FROM_S and digits < 3:
        return f"{sign}{round(abs(seconds) / 60):,} min"
    minutes, rest = divmod(round(rounded), 60)
    return f"{sign}{minutes} min {rest} s" if rest else f"{sign}{minutes} min"


def span(ms: int) -> str:
    """A time of one session, as it was: in whole seconds from ten seconds on."""
    return duration(ms / 1000) if ms < 10_000 else duration(round(ms / 1000), 9)


def when(seconds: float) -> str:
    """A time at which so many have got there, or that they never do."""
    return "never" if math.isinf(seconds) else duration(seconds)
