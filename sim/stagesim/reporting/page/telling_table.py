"""The most telling figures with a small bar beside each, which shows at a glance who has how much."""

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from stagesim.reporting.charts.style import MODE_COLOURS
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.terms import explained
from stagesim.reporting.words.figure_rows import Row, measured
from stagesim.reporting.words.headlines import Column
from stagesim.reporting.words.labels import mode_name
from stagesim.scenario.demands.shares import metric_named


def telling_table(columns: Sequence[Column], rows: Sequence[Row], *, explains: bool = True) -> Markup:
    """The table of these rows, of which each has a cell for each column; nothing where there are none. It `explains`
    words by links to the glossary of its page.
    """
    if not rows:
        return Markup()
    labels = [row.label for row in rows]
    return rendered(
        "telling.html.j2",
        names=[each.variant or mode_name(each.mode) for each in columns],
        colours=[MODE_COLOURS[each.mode] for each in columns],
        rows=[
            {"label": label, "unit": row.unit, "cells": list(_cells(columns, row))}
            for label, row in zip(explained(labels) if explains else labels, rows, strict=True)
        ],
    )


def _cells(columns: Sequence[Column], row: Row) -> Iterator[dict[str, object]]:
    """What is in each cell: the figure, what is beside it, and how long its bar is, in per cent; no bar where nothing
    says what the whole is.
    """
    metric = metric_named(row.name)
    means = [measured(each.results, metric, each.mode).mean for each in columns]
    whole = 1.0 if metric.unit == "share" else max((mean for mean in means if math.isfinite(mean)), default=0.0)
    for cell, mean in zip(row.cells, means, strict=True):
        part = mean / whole if whole > 0 and mean > 0 else 0.0
        beside = " ".join(filter(None, (cell.margin, cell.few)))
        has_whole = metric.unit == "share" or len(columns) > 1
        yield {"cell": cell, "beside": beside, "part": f"{min(part, 1.0) * 100:.1f}" if has_whole else ""}
