"""What is wanted of results, as people read it: "unsuitable stage time at most 1 min 30 s"."""

from typing import Final

from stagesim.reporting.words.labels import shown_unit
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.demands.comparisons import Comparison

RELATIONS: Final = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def goal_words(wanted: Comparison) -> str:
    """A metric, a relation and a limit in words; without how much of a wait is counted."""
    metric, limit = wanted.metric, wanted.limit.offset
    match metric.unit:
        case "share":
            said = f"{float(f'{limit * 100:.6g}'):g} %"
        case "s":
            said = duration(limit, 3)
        case _:
            said = f"{limit:g} {shown_unit(metric)}".rstrip()
    return f"{metric.label.partition(', at most')[0]} {RELATIONS[wanted.relation]} {said}"
