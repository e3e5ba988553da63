"""The figures of a study as rows of text, grouped by theme: what the terminal's and the page's tables both show."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import Marks, marks
from stagesim.experiments.pooling import interval
from stagesim.experiments.results import Results
from stagesim.experiments.shares import wait_quantile
from stagesim.metric_table import METRICS, QUANTILES, THEMES, WAITS, Metric, Quantile, Wait, silence
from stagesim.reporting.words.labels import labelled, shown_unit
from stagesim.reporting.words.margins import bounds, margin
from stagesim.reporting.words.numbers import number, when
from stagesim.scenario.demands.shares import quantile_metric, shown_shares
from stagesim.statistics import ENOUGH, Interval, Mark, mean_interval

METHOD: Final = (
    "The margin of error is the longer side of the 95 % interval over the sessions, for each figure by itself: "
    "Student's, stretched where sessions are skewed. "
    "Shares and waits are those of all wishes, requests or people of all sessions together, whoever never got there "
    "counted; a median is never where fewer than half get there. All else is an average of the sessions. "
    "The marks follow the comparison in pairs, and stand only on lines that are compared there."
)
"""How the figures of the table are made, for those who want to know."""

BRIEF_QUANTILES: Final = ("median", "p95")
"""The quantiles that are among the most telling figures."""

NOBODY: Final = "nobody got there"
"""What stands beside a wait for the stage if no wish ever led there."""


MARKED: Final = (
    "✓ clearly best on this line, ✗ clearly worst, session by session: margins may overlap. Two ✓ or two ✗ are a tie. "
    "No sign: in between, or nothing is shown."
)


def reading(results: Results, shown: Sequence["Section"]) -> str:
    """How to read the table that is shown."""
    average = f"Over {results.replications} sessions, ± margin of error."
    if _has_bounds(row for section in shown for row in section.rows):
        average += f" {bounds(results.replications)}"
    if results.replications <= ENOUGH:
        average = f"Over {results.replications} sessions, too few for margins of error: those take more than {ENOUGH}."
    return average if len(results.modes) == 1 else f"{average} {MARKED}"


def brief_reading(replications: int, rows: Sequence["Row"], *, margins: bool, compared: bool) -> str:
    """The same of the few telling figures. `margins` says whether the margins of error stand beside them, `compared`
    whether there is a side to be better than.
    """
    if replications <= ENOUGH:
        said = f"{replications} sessions: too few for margins of error."
        said += " (≤) at most, (≥) at least." if margins and _has_bounds(rows) else ""
    elif not margins:
        said = "Margins of error: `--all`."
    elif _has_bounds(rows):
        said = "± margin of error; (≤) at most, (≥) at least, of what is too rare for one."
    else:
        said = "± margin of error."
    return f"{said} ✓ clearly best, ✗ clearly worst; two alike: a tie." if compared else said


def _has_bounds(rows: Iterable["Row"]) -> bool:
    """Whether a figure has a bound in place of a margin of error."""
    return any(cell.margin.startswith("(") for row in rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric in one mode: the figure, its `margin` of error or bound, and what the pairs say of it. A quantile has
    the `range` in which it lies in place of a margin.

    `few` says so where not every replication had a value, or none can have one.
    """

    mean: str
    margin: str = ""
    few: str = ""
    mark: Mark | None = None
    range: str = ""

    @property
    def best(self) -> bool:
        """Whether it is the best, or among the best that are alike."""
        return self.mark in {"best", "tied"}

    @property
    def worst(self) -> bool:
        """Whether it is the worst, or among the worst that are alike."""
        return self.mark == "worst"

    @property
    def tick(self) -> str:
        """The mark as a sign."""
        return "✓" if self.best else "✗" if self.worst else ""

    @property
    def tick_said(self) -> str:
        """The sign in words."""
        return "clearly worst" if self.worst else "clearly best" if self.mark == "best" else "a tie at the best"


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


def sections(
    results: Results,
    contrasts: Sequence[Contrast] = (),
    *,
    brief: bool = False,
    only: Collection[str] | None = None,
) -> list[Section]:
    """The metrics that have a value other than zero in any mode, by theme; `brief` only the most telling ones, `only`
    those with these names.

    `contrasts` are the pairs of the modes, by which the cells are marked.
    """
    known = marks(contrasts)
    grouped: dict[str, list[Row]] = {theme: [] for theme in THEMES}
    for metric in shown_metrics(results):
        if (brief and not metric.brief) or (only is not None and metric.name not in only):
            continue
        found = [measured(results, metric, mode) for mode in results.modes]
        if any(each.n and (each.mean or each.half_width > 0) for each in found):
            grouped[metric.theme].append(_row(metric, results, found, known))
            wait = next((wait for wait in WAITS if metric.name == f"{wait.name}_mean"), None)
            if wait is not None and only is None:
                grouped[metric.theme] += _quantile_rows(wait, results, brief=brief)
    return [Section(theme, tuple(rows)) for theme, rows in grouped.items() if rows]


def _quantile_rows(wait: Wait, results: Results, *, brief: bool) -> Iterator[Row]:
    """The quantiles of one time: when so many of all of all sessions have got there."""
    for end, part in QUANTILES.items():
        if brief and end not in BRIEF_QUANTILES:
            continue
        cells = tuple(_quantile_cell(wait, part, results, mode) for mode in results.modes)
        metric = quantile_metric(Quantile(wait, part))
        yield Row(metric.name, metric.label, "", metric.definition, cells)


def _quantile_cell(wait: Wait, part: float, results: Results, mode: str) -> Cell:
    found = wait_quantile(results, wait, mode, part)
    if not found.number:
        return Cell("–")
    few = f"{found.got / found.number * 100:.0f} % ever {wait.got}" if math.isinf(found.seconds) else ""
    if math.isnan(found.low) or found.low == found.high:
        return Cell(when(found.seconds), few=few)
    return Cell(when(found.seconds), range=f"{when(found.low)} to {when(found.high)}", few=few)


def shown_metrics(results: Results) -> tuple[Metric, ...]:
    """What tables show: the shares within the times that the scenario names, then all metrics."""
    return (*shown_shares(results.scenario.shares_within), *METRICS)


def measured(results: Results, metric: Metric, mode: str) -> Interval:
    """A metric over all sessions, with its interval; nothing where a mode has no requests to measure."""
    if silence(metric.name, [outcome.metrics for outcome in results.of(mode)]) == "no requests":
        return mean_interval([math.nan] * results.replications)
    return interval(metric, results.measured(mode))


def _row(metric: Metric, results: Results, found: Sequence[Interval], known: Marks) -> Row:
    cells = []
    for mode, each in zip(results.modes, found, strict=True):
        cell = figure_cell(each, metric, known.get((metric.name, "", mode)))
        nobody = silence(metric.name, [outcome.metrics for outcome in results.of(mode)]) == "nobody on stage"
        cells.append(replace(cell, few=NOBODY) if nobody else cell)
    return Row(
        metric.name, labelled(metric, results.scenario.horizon_ms), shown_unit(metric), metric.definition, tuple(cells)
    )


def figure_cell(found: Interval, metric: Metric, mark: Mark | None = None) -> Cell:
    """The cell of a figure."""
    if not found.n:
        return Cell("–")
    few = f"in {found.n} of {found.n + found.left_out}" if found.left_out else ""
    return Cell(number(found.mean, metric), margin(found, metric), few, mark)
