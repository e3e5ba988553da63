"""A scenario with other values of its assumptions, beside itself as it is: the few figures, and what changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from stagesim.experiments.comparison.differences import Contrast, contrasts
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.comparison.pairs import variant_pairs
from stagesim.experiments.results import Results
from stagesim.experiments.study import one_horizon
from stagesim.metric_table import METRIC, WAITS_FOR_STAGE, Metric
from stagesim.reporting.charts.style import MODE_COLOURS
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.words.figure_rows import figure_cell, measured, reading
from stagesim.reporting.words.headlines import sentences
from stagesim.reporting.words.labels import difference_unit, labelled, mode_name, shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.reporting.words.recommended import GOALS_TITLE, recommended
from stagesim.reporting.words.telling import MOST
from stagesim.statistics import Interval

AS_IT_IS: Final = "as it is"
NOW: Final = "now"


class Shown(NamedTuple):
    """A figure of one mode: the value with its margin, how long its bar is in per cent, and what changed, if it did."""

    value: str
    margin: str
    part: float
    change: str = ""
    verdict: str = ""


def explored(as_it_is: Results, now: Results, most: int) -> Markup:
    """What is known of the scenario as it is `now`, after so many of `most` sessions; the same twice if nothing was
    changed.
    """
    one_horizon([as_it_is.scenario, now.scenario])
    is_changed = now is not as_it_is
    metrics = list(_metrics(as_it_is, now))
    found = (
        contrasts(variant_pairs({AS_IT_IS: as_it_is, NOW: now}), [each.name for each in metrics]) if is_changed else []
    )
    changes = {(each.metric, each.pair.side.mode): each for each in found}
    goals, before = _goals(now), _goals(as_it_is)
    return rendered(
        "explored.html.j2",
        goals_title=GOALS_TITLE,
        goals=goals,
        otherwise=before if is_changed and _without_figures(goals) != _without_figures(before) else [],
        modes=[(mode_name(mode), MODE_COLOURS[mode]) for mode in now.modes],
        rows=[_row(metric, as_it_is, now, changes) for metric in metrics],
        reading=reading(now, []).partition(" ✓")[0],
        sessions=now.replications,
        most=most,
    )


def _goals(results: Results) -> list[str]:
    return recommended(results, mode_contrasts(results)).in_short


def _without_figures(lines: Sequence[str]) -> list[str]:
    return [line.partition(" It costs: ")[0] for line in lines]


def _metrics(*sides: Results) -> Iterator[Metric]:
    """The few figures of an answer, in an order that stays while values change; none that is zero everywhere."""
    names = [metric for metric, _ in sentences(sides[0].scenario)]
    front = [*names[:2], *(METRIC[name] for name in WAITS_FOR_STAGE), *names[2:]]
    told = (
        metric
        for metric in front
        if any(figure.n and figure.mean for each in sides for figure in _figures(metric, each))
    )
    yield from list(told)[:MOST]


def _figures(metric: Metric, results: Results) -> list[Interval]:
    return [measured(results, metric, mode) for mode in results.modes]


def _row(
    metric: Metric, as_it_is: Results, now: Results, changes: Mapping[tuple[str, str], Contrast]
) -> dict[str, object]:
    found = _figures(metric, now)
    whole = 1.0 if metric.unit == "share" else max((each.mean for each in found if each.n), default=0.0)
    cells = []
    for mode, each in zip(now.modes, found, strict=True):
        cell = figure_cell(each, metric)
        part = each.mean / whole * 100 if each.n and whole else 0.0
        change, verdict = _change(metric, as_it_is, mode, changes.get((metric.name, mode)))
        cells.append(Shown(cell.mean, cell.margin, part, change, verdict))
    return {"label": labelled(metric, now.scenario.horizon_ms), "unit": shown_unit(metric), "cells": cells}


def _change(metric: Metric, as_it_is: Results, mode: str, found: Contrast | None) -> tuple[str, str]:
    """What changed in a mode, and the verdict on it; nothing where nothing did."""
    before = measured(as_it_is, metric, mode)
    if found is None or not before.n or not found.difference.interval.n or found.mean == found.base_mean:
        return "", ""
    said = f"as it is {number(before.mean, metric)}"
    if found.verdict not in ("better", "worse"):
        return f"{said}, not decided", ""
    interval = found.difference.interval
    low, high = sorted((abs(interval.low), abs(interval.high)))
    unit = difference_unit(metric)
    amount = f"{number(abs(interval.mean), metric)} ({number(low, metric)} to {number(high, metric)}) {unit}".rstrip()
    return f"{said}, {found.verdict} by {amount}", found.verdict
