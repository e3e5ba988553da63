"""The figures of a study as rows of text, grouped by theme: what the terminal's and the page's tables both show."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.experiments.results import Results, disjoint
from stagesim.metric_table import METRICS, THEMES, Metric, asks_nothing
from stagesim.reporting.words.labels import shown_unit
from stagesim.statistics import Interval, t_interval

READING: Final = (
    "Means over the sessions, ± half of the 95 % t-interval; ✓ marks a best mean whose interval overlaps no other. "
    "Intervals are per metric; with many metrics some will stand apart by chance."
)
"""What stands below the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric in one mode: the mean, half the width of its interval, and whether it is best beyond doubt.

    `few` says so where not every replication had a value.
    """

    mean: str
    half_width: str = ""
    few: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One metric in all modes."""

    name: str
    label: str
    unit: str
    definition: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one theme."""

    title: str
    rows: tuple[Row, ...]


def sections(results: Results, *, brief: bool = False) -> list[Section]:
    """The metrics that have a value other than zero in any mode, by theme; `brief` only the most telling ones."""
    grouped: dict[str, list[Row]] = {theme: [] for theme in THEMES}
    for metric in METRICS:
        if brief and not metric.brief:
            continue
        found = [_found(results, metric.name, mode) for mode in results.modes]
        if any(each.n and (each.mean or each.half_width > 0) for each in found):
            grouped[metric.theme].append(_row(metric, found))
    return [Section(theme, tuple(rows)) for theme, rows in grouped.items() if rows]


def _found(results: Results, metric: str, mode: str) -> Interval:
    """Mean and interval; nothing for what a mode without any request has of the queue."""
    if asks_nothing(metric, results.values("requests", mode)):
        return t_interval([math.nan] * results.replications)
    return results.interval(metric, mode)


def _row(metric: Metric, found: Sequence[Interval]) -> Row:
    best = clearly_best(found, metric.better)
    cells = tuple(_cell(each, metric, place == best) for place, each in enumerate(found))
    return Row(metric.name, metric.label, shown_unit(metric), metric.definition, cells)


def _cell(found: Interval, metric: Metric, best: bool) -> Cell:
    if not found.n:
        return Cell("–")
    few = f"in {found.n} of {found.n + found.left_out}" if found.left_out else ""
    mean = number(found.mean, metric)
    if math.isnan(found.low) or found.half_width == 0:
        return Cell(mean, few=few, best=best)
    decimals = len(mean.partition(".")[2])
    scale = 100 if metric.unit == "share" else 1
    half = f"{found.half_width * scale:,.{decimals}f}"
    return Cell(mean, half if float(half.replace(",", "")) else number(found.half_width, metric), few, best)


def clearly_best(found: Sequence[Interval], better: Literal["lower", "higher"] | None) -> int | None:
    """The place of the best mean, if its interval overlaps with no other's; None when in doubt."""
    known = [place for place, each in enumerate(found) if not math.isnan(each.low)]
    if better is None or len(known) < 2:
        return None
    best = (min if better == "lower" else max)(known, key=lambda place: found[place].mean)
    return best if disjoint(found[best], [found[place] for place in known if place != best]) else None


def number(value: float, metric: Metric) -> str:
    """A value as it is printed: shares in per cent, everything else with three digits that count.

    Counts have one decimal at most, unless that would hide them.
    """
    if math.isnan(value):
        return "–"
    if metric.unit == "share":
        return f"{value * 100:.1f}"
    if value == round(value) and abs(value) < 1e6:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    most = 1 if metric.unit == "count" and abs(value) >= 0.1 else 3
    return f"{value:,.{min(digits, most)}f}"
