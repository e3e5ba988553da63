"""Metrics: what a log says in figures. Everything here reads the log and nothing else.

figures = measure(log)
figures["time_to_stage_mean"]
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.metric_table import HORIZON_MS, METRICS, Metric
from stagesim.metrics import measures
from stagesim.metrics.causes import CAUSES
from stagesim.metrics.facts import Session
from stagesim.metrics.frames import (
    invitations_frame,
    people_frame,
    rejections_frame,
    requests_frame,
    standings_frame,
    stays_frame,
    timeline,
    wishes_frame,
)
from stagesim.metrics.hold_ups import HoldUps, held_ms, hold_ups
from stagesim.metrics.measured import Measured, Tally, at_horizon, tally
from stagesim.metrics.relations import Relation, relations
from stagesim.metrics.scan import scan
from stagesim.metrics.spells import Spell, standings
from stagesim.metrics.times import By, Times, TimesOf, times_of

__all__ = [
    "CAUSES",
    "METRICS",
    "SPLITS",
    "By",
    "HoldUps",
    "Measured",
    "Metric",
    "Parts",
    "Relation",
    "Spell",
    "Split",
    "Tally",
    "Times",
    "TimesOf",
    "at_horizon",
    "held_ms",
    "hold_ups",
    "invitations_frame",
    "measure",
    "measure_all",
    "measure_by",
    "measure_session",
    "people_frame",
    "rejections_frame",
    "relations",
    "requests_frame",
    "standings",
    "standings_frame",
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


def measure(log: EventLog, horizon_ms: int | None = None) -> dict[str, float]:
    """Every metric of one log, by name, in the order of `METRICS`; not a number where there is nothing to measure.

    In averages, so much of a wait counts at most: None is `HORIZON_MS`, or the session's length where that is less.
    """
    session = scan(log)
    return _figures(session, horizon_ms or _horizon(session))


def measure_by(log: EventLog, by: Split, horizon_ms: int | None = None) -> dict[str, dict[str, float]]:
    """The metrics that can be split, for each group of participants or each client that participants came with."""
    session = scan(log)
    return _split(session, horizon_ms or _horizon(session), by)


def measure_all(log: EventLog, parts: Parts = NO_PARTS, horizon_ms: int | None = None) -> Measured:
    """What `measure` and `measure_by` say, and the times, from one reading of the log; of the parts that are named
    also where nobody of them came.
    """
    return measure_session(scan(log), parts, horizon_ms)


def measure_session(session: Session, parts: Parts = NO_PARTS, horizon_ms: int | None = None) -> Measured:
    """The same of what a reading of the log found."""
    horizon_ms = horizon_ms or _horizon(session)
    by_group, by_client = (_split(session, horizon_ms, by, known) for by, known in zip(SPLITS, parts, strict=True))
    return Measured(_figures(session, horizon_ms), by_group, by_client, times_of(session), horizon_ms)


def _horizon(session: Session) -> int:
    return min(HORIZON_MS, session.length_ms)


def _figures(session: Session, horizon_ms: int) -> dict[str, float]:
    figures = {**measures.of_people(session, horizon_ms), **measures.of_room(session)}
    return {metric.name: figures[metric.name] for metric in METRICS}


def _split(session: Session, horizon_ms: int, by: Split, known: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    parts: dict[str, set[str]] = {part: set() for part in known}
    for name, person in session.people.items():
        if person.participant:
            parts.setdefault(person.group if by == "group" else person.client, set()).add(name)
    names = [metric.name for metric in METRICS if metric.split]
    split = {value: measures.of_people(session, horizon_ms, parts[value]) for value in sorted(parts)}
    return {value: {name: figures[name] for name in names} for value, figures in split.items()}
