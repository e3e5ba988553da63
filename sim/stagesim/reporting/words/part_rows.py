"""The groups and clients of the audience as rows of a table: what share of their wishes is heard."""

import math
from collections.abc import Iterator

from stagesim.experiments.pooling import interval
from stagesim.experiments.results import Results
from stagesim.metric_table import METRIC
from stagesim.metrics import SPLITS, By
from stagesim.reporting.words.comparison import FEWEST_PEOPLE
from stagesim.reporting.words.figure_rows import Row, Section, figure_cell
from stagesim.reporting.words.labels import plain, shown_unit

Part = tuple[By, str]


def part_sections(results: Results) -> list[Section]:
    """One section with a row for each group and each client, where there are several; none where there are not."""
    parts = list(_parts(results))
    if len(parts) < 2:
        return []
    metric, rows = METRIC["wishes_heard_share"], []
    for by, value in parts:
        found = [interval(metric, results.measured(mode), by=by, value=value) for mode in results.modes]
        cells = tuple(figure_cell(each, metric) for each in found)
        name, label = f"{metric.name} @ {by}={value}", f"{by} {plain(value)}"
        rows.append(Row(name, label, shown_unit(metric), metric.definition, cells))
    return [Section(f"{metric.label[0].upper()}{metric.label[1:]}, by group and client", tuple(rows))]


def _parts(results: Results) -> Iterator[Part]:
    """The parts that are worth a row: with enough people who wish, and each once, where a group is all of a client."""
    told: set[str] = set()
    for split in SPLITS:
        parts = results.parts(split)
        for part in parts if len(parts) > 1 else ():
            figures = [outcome.measured.part(*part) for outcome in results.outcomes]
            said, people = repr(figures), [each.get("people_with_wish", 0.0) for each in figures]
            if said not in told and math.fsum(people) >= FEWEST_PEOPLE * len(people):
                told.add(said)
                yield part
