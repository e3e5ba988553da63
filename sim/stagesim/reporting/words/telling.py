"""The few figures that tell a study: what an answer shows before everything else, on the terminal and on its page."""

from collections.abc import Sequence
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.results import Results
from stagesim.metric_table import WAITS_FOR_STAGE
from stagesim.reporting.words.figure_rows import Row, Section, measured, sections
from stagesim.reporting.words.headlines import sentences
from stagesim.reporting.words.labels import heading, mode_name, shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.shares import metric_named

MOST: Final = 7
"""More figures than these are no longer few."""


def telling(results: Results, contrasts: Sequence[Contrast] = ()) -> Section:
    """The figures of which the recommendation speaks, and the wait for the stage: at most seven, in the order of all
    tables. Those on which a side is clearly best or worst go first, then the more telling ones.
    """
    order = [metric.name for metric, _ in sentences(results.scenario)] + list(WAITS_FOR_STAGE)
    found = [row for section in sections(results, contrasts) for row in section.rows if row.name in order]
    kept = sorted(found, key=lambda row: (not _decided(row), order.index(row.name)))[:MOST]
    return Section("", tuple(row for row in found if row in kept))


def _decided(row: Row) -> bool:
    return any(cell.best or cell.worst for cell in row.cells)


def finding(results: Results, name: str) -> str:
    """One figure of all modes in a sentence, for those who cannot see it drawn."""
    metric = metric_named(name)
    figures = {mode: number(measured(results, metric, mode).mean, metric) for mode in results.modes}
    values = (f"{mode_name(mode).lower()} {each} {shown_unit(metric)}".rstrip() for mode, each in figures.items())
    return f"{heading(name, results.scenario.horizon_ms)}: {', '.join(values)}."
