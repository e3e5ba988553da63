"""The few figures that tell a study: what an answer shows before everything else, on the terminal and on its page."""

from collections.abc import Sequence
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import marks
from stagesim.experiments.results import Results
from stagesim.metric_table import WAITS_FOR_STAGE
from stagesim.reporting.words.figure_rows import Row, Section, figure_cell, measured, sections
from stagesim.reporting.words.headlines import Column, sentences
from stagesim.reporting.words.labels import heading, labelled, mode_name, shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.scenario import Scenario

MOST: Final = 7
"""More figures than these are no longer few."""


def telling(results: Results, contrasts: Sequence[Contrast] = (), most: int = MOST) -> Section:
    """The figures of which the recommendation speaks, and the wait for the stage: `most` of them, in the order of all
    tables. Those on which a side is clearly best or worst go first, then the more telling ones.
    """
    return telling_of(results.scenario, sections(results, contrasts, only=_order(results.scenario)), most)


def telling_of(scenario: Scenario, every: Sequence[Section], most: int = MOST) -> Section:
    """The same, picked from all figures."""
    order = _order(scenario)
    found = [row for section in every for row in section.rows if row.name in order]
    return Section("", _fewest(found, order, most))


def _order(scenario: Scenario) -> list[str]:
    """What may be told of modes, the more telling first."""
    return [metric.name for metric, _ in sentences(scenario)] + list(WAITS_FOR_STAGE)


def telling_of_columns(columns: Sequence[Column], contrasts: Sequence[Contrast], most: int = MOST) -> tuple[Row, ...]:
    """The same of variants beside each other in one mode, without the wait; `most` is how many figures at most."""
    scenario, known = columns[0].results.scenario, marks(contrasts)
    rows = []
    for metric, _ in sentences(scenario):
        found = [measured(each.results, metric, each.mode) for each in columns]
        if any(each.n and each.mean for each in found):
            cells = tuple(
                figure_cell(figure, metric, known.get((metric.name, each.variant, each.mode)))
                for each, figure in zip(columns, found, strict=True)
            )
            words = labelled(metric, scenario.horizon_ms)
            rows.append(Row(metric.name, words, shown_unit(metric), metric.definition, cells))
    return _fewest(rows, [row.name for row in rows], most)


def _fewest(found: Sequence[Row], order: Sequence[str], most: int = MOST) -> tuple[Row, ...]:
    kept = sorted(found, key=lambda row: (not _decided(row), order.index(row.name)))[:most]
    return tuple(row for row in found if row in kept)


def _decided(row: Row) -> bool:
    return any(cell.best or cell.worst for cell in row.cells)


def finding(results: Results, name: str) -> str:
    """One figure of all modes in a sentence, for those who cannot see it drawn."""
    metric = metric_named(name)
    figures = {mode: number(measured(results, metric, mode).mean, metric) for mode in results.modes}
    values = (f"{mode_name(mode).lower()} {each} {shown_unit(metric)}".rstrip() for mode, each in figures.items())
    return f"{heading(name, results.scenario.horizon_ms)}: {', '.join(values)}."
