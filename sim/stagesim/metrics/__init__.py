"""Metrics: what a log says in figures. Everything here reads the log and nothing else.

figures = measure(log)
figures["time_to_stage_median"]
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metric_table import METRICS, Metric
from stagesim.metrics import measures
from stagesim.metrics.facts import Session
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
from stagesim.metrics.times import By, Tally, Times, TimesOf, tally, times_of

__all__ = [
    "METRICS",
    "By",
    "Measured",
    "Metric",
    "Parts",
    "Relation",
    "Spell",
    "Tally",
    "Times",
    "TimesOf",
    "measure",
    "measure_all",
    "measure_by",
    "people_frame",
    "rejections_frame",
    "relations",
    "requests_frame",
    "standings",
    "stays_frame",
    "tally",
    "timeline",
    "wishes_frame",
]


Split = Literal["group", "client"]
SPLITS: Final[tuple[Split, ...]] = ("group", "client")


class Parts(NamedTuple):
    """The groups and the clients of which a session may have participants, whoever came."""

    groups: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()


NO_PARTS: Final = Parts()


class Measured(NamedTuple):
    """All figures of one log: of everybody, of each group of participants, and of each client they came with; and the
    times behind them, from which any share within a time can be told.
    """

    figures: Mapping[str, float]
    by_group: Mapping[str, Mapping[str, float]]
    by_client: Mapping[str, Mapping[str, float]]
    times: TimesOf


def measure(log: EventLog) -> dict[str, float]:
    """Every metric of one log, by name, in the order of `METRICS`; not a number where there is nothing to measure."""
    return _figures(scan(log))


def measure_by(log: EventLog, by: Split) -> dict[str, dict[str, float]]:
    """The metrics that can be split, for each group of participants or each client that participants came with."""
    return _split(scan(log), by)


def measure_all(log: EventLog, parts: Parts = NO_PARTS) -> Measured:
    """What `measure` and `measure_by` say, and the times, from one reading of the log; of the parts that are named
    also where nobody of them came.
    """
    session = scan(log)
    by_group, by_client = (_split(session, by, known) for by, known in zip(SPLITS, parts, strict=True))
    return Measured(_figures(session), by_group, by_client, times_of(session))


def _figures(session: Session) -> dict[str, float]:
    figures = {**measures.of_people(session), **measures.of_room(session)}
    return {metric.name: figures[metric.name] for metric in METRICS}


def _split(session: Session, by: Split, known: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    parts: dict[str, set[str]] = {part: set() for part in known}
    for name, person in session.people.items():
        if person.participant:
            parts.setdefault(person.group if by == "group" else person.client, set()).add(name)
    names = [metric.name for metric in METRICS if metric.split]
    split = {value: measures.of_people(session, parts[value]) for value in sorted(parts)}
    return {value: {name: figures[name] for name in names} for value, figures in split.items()}
