"""Metrics: what a log says in figures. Everything here reads the log and nothing else.

figures = measure(log)
figures["time_to_stage_median"]
"""

from typing import Literal

from stagesim.eventlog import EventLog
from stagesim.metric_table import METRICS, Metric
from stagesim.metrics import measures
from stagesim.metrics.frames import (
    people_frame,
    rejections_frame,
    requests_frame,
    stays_frame,
    timeline,
    wishes_frame,
)
from stagesim.metrics.relations import Relation, relations
from stagesim.metrics.scan import scan
from stagesim.metrics.spells import Spell, standings

__all__ = [
    "METRICS",
    "Metric",
    "Relation",
    "Spell",
    "measure",
    "measure_by",
    "people_frame",
    "rejections_frame",
    "relations",
    "requests_frame",
    "standings",
    "stays_frame",
    "timeline",
    "wishes_frame",
]


def measure(log: EventLog) -> dict[str, float]:
    """Every metric of one log, by name, in the order of `METRICS`; not a number where there is nothing to measure."""
    session = scan(log)
    figures = {**measures.of_people(session), **measures.of_room(session)}
    return {metric.name: figures[metric.name] for metric in METRICS}


def measure_by(log: EventLog, by: Literal["group", "client"]) -> dict[str, dict[str, float]]:
    """The metrics that can be split, for each group of participants or each client that participants came with."""
    session = scan(log)
    parts: dict[str, set[str]] = {}
    for name, person in session.people.items():
        if person.participant:
            parts.setdefault(person.group if by == "group" else person.client, set()).add(name)
    names = [metric.name for metric in METRICS if metric.split]
    split = {value: measures.of_people(session, parts[value]) for value in sorted(parts)}
    return {value: {name: figures[name] for name in names} for value, figures in split.items()}
