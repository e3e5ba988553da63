"""What the charts need from logs and figures, in minutes since the start of the session."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from stagesim.eventlog import EventLog
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metric_table import COUNTS, CUTS
from stagesim.metrics.facts import FATES, STEP
from stagesim.metrics.known_sessions import session_of
from stagesim.metrics.measures import stage_seconds
from stagesim.metrics.spells import spans_ms
from stagesim.metrics.survival import kaplan_meier

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]

MINUTE_MS: Final = 60_000

PUSHED_OFF: Final = "capacity"
"""The word of the log for a stay that ended to make room for the next speaker."""

WISH: Final = "wish"
"""What a bar of an open wish has in the place of a standing."""


class Bar(NamedTuple):
    """A stretch of time in which somebody had one standing."""

    person: str
    standing: str
    from_min: float
    to_min: float


class Reached(NamedTuple):
    """How many wishes have led to the stage by each moment at which one did.

    `share` is of all wishes; `estimate` counts what did not lead to the stage as unfinished (Kaplan-Meier). `last_min`
    is the longest time seen; by `enough_min` the curves have nearly come to their ends.
    """

    at_min: tuple[float, ...]
    share: tuple[float, ...]
    estimate: tuple[float, ...]
    last_min: float
    enough_min: float
    wishes: int
    on_stage: int


def session_minutes(log: EventLog) -> float:
    """The length of a session."""
    return session_of(log).length_ms / MINUTE_MS


def end_min(results: Results) -> float:
    """The length of the longest session."""
    return max(session_minutes(outcome.log) for outcome in results.outcomes)


def steps(log: EventLog, counted: str) -> tuple[Numbers, Numbers]:
    """The moments of the session at which one of the `COUNTS` changes, its start first, and the number from then on."""
    session = session_of(log)
    place, every = STEP.index(counted), session.steps or [(session.start_ms, *[0] * len(COUNTS))]
    at_min = (np.array([step[0] for step in every], dtype=float) - session.start_ms) / MINUTE_MS
    found = np.array([step[place] for step in every], dtype=float)
    first = max(0, int(np.searchsorted(at_min, 0, side="right")) - 1)
    # Before the first step nobody is there; what was so at the start holds from minute 0.
    started = at_min[0] <= 0
    at = np.concatenate(([0.0], at_min[first + 1 :] if started else at_min))
    values = np.concatenate(([found[first] if started else 0.0], found[first + 1 :] if started else found))
    inside = at < session.length_ms / MINUTE_MS
    inside[0] = True
    return at[inside], values[inside]


def sampled(log: EventLog, counted: str, grid: Numbers) -> Numbers:
    """The number at each moment of the grid."""
    at, values = steps(log, counted)
    found: Numbers = values[np.searchsorted(at, grid, side="right") - 1]
    return found


def per_interval(at: Numbers, values: Numbers, edges: Numbers) -> Numbers:
    """The integral of a step curve between each two edges, in minutes times its unit."""
    whole = np.concatenate(([0.0], np.cumsum(np.diff(at) * values[:-1])))
    place = np.searchsorted(at, edges, side="right") - 1
    return np.diff(whole[place] + (edges - at[place]) * values[place])


def reached(logs: Sequence[EventLog]) -> Reached:
    """The distribution of the time from a wish to the stage, over all wishes of all logs."""
    waits: list[float] = []
    there: list[bool] = []
    for log in logs:
        session = session_of(log)
        for wish in session.wishes.values():
            until = session.end_ms if wish.settled_ms is None else wish.settled_ms
            waits.append(max(0, until - wish.at_ms) / MINUTE_MS)
            there.append(wish.reached)
    curve = kaplan_meier(waits, there)
    ended = np.sort([wait for wait, done in zip(waits, there, strict=True) if done])
    share = np.searchsorted(ended, curve.times, side="right") / max(1, len(waits))
    enough = float(np.quantile(ended, 0.985)) * 1.1 if len(ended) else 0.0
    estimate = tuple(1 - left for left in curve.shares)
    last = max(waits, default=0.0)
    return Reached(curve.times, tuple(share.tolist()), estimate, last, min(enough, last), len(waits), len(ended))


def mode_changes(results: Results) -> list[tuple[float, list[str]]]:
    """When the mode changes in the first session of any mode, and to which."""
    found: dict[float, list[str]] = {}
    for mode in results.modes:
        for at_min, new in mode_change_minutes(results.logs(mode)[0]):
            labels = found.setdefault(round(at_min, 3), [])
            if new not in labels:
                labels.append(new)
    return sorted(found.items())


def mode_change_minutes(log: EventLog) -> list[tuple[float, str]]:
    """When the mode of a session changes, and to which."""
    start_ms = session_of(log).start_ms
    return [
        (row["at"] / 60 - start_ms / MINUTE_MS, row["mode"]) for row in log.rows() if row["event"] == "mode_changed"
    ]


def stage_minutes(log: EventLog) -> dict[str, float]:
    """Time on stage of every participant who came."""
    return {name: seconds / 60 for name, seconds in stage_seconds(session_of(log)).items()}


def wish_outcome_counts(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Mean number of wishes a session, by what became of them; those cut short by what cut them."""
    found = dict.fromkeys((*FATES, *CUTS), 0.0)
    del found["cut_short"]
    for outcome in outcomes:
        for wish in session_of(outcome.log).wishes.values():
            found[wish.cause if wish.fate == "cut_short" else wish.fate] += 1
    return {name: number / len(outcomes) for name, number in found.items()}


def request_outcome_counts(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Mean number of requests a session, by outcome."""
    found: dict[str, float] = {}
    for outcome in outcomes:
        for request in session_of(outcome.log).requests.values():
            name = request.outcome or "open"
            found[name] = found.get(name, 0) + 1
    return {name: number / len(outcomes) for name, number in found.items()}


def open_wishes(log: EventLog) -> list[Bar]:
    """Who had a wish to speak from when to when, within the session: until they were live, or it was over."""
    session = session_of(log)
    found = []
    for wish in session.wishes.values():
        begin, end = max(wish.at_ms, session.start_ms), min(wish.settled_ms or session.end_ms, session.end_ms)
        begin_min, end_min = ((at - session.start_ms) / MINUTE_MS for at in (begin, end))
        found.append(Bar(wish.person, WISH, begin_min, max(begin_min, end_min)))
    return found


class End(NamedTuple):
    """Why something ended for somebody: a wish given up or refused, or a stay that made room for the next speaker."""

    person: str
    why: str
    at_min: float


def ends(log: EventLog) -> list[End]:
    """The ends of wishes that never led to the stage, and of stays by which somebody was pushed off, in the session."""
    session = session_of(log)
    stays = [(person, from_ms, to_ms) for person, standing, from_ms, to_ms in spans_ms(log) if standing == "on_stage"]
    found = []
    for wish in session.wishes.values():
        why, at_ms = str(wish.outcome), wish.settled_ms
        if wish.fate == "cut_short" and wish.cause == PUSHED_OFF and at_ms is not None:
            why, live_ms = wish.cause, at_ms
            at_ms = next((to for who, start, to in stays if who == wish.person and start <= live_ms < to), None)
        if why in {"given_up", "refused", PUSHED_OFF} and at_ms is not None and session.start_ms <= at_ms:
            found.append(End(wish.person, why, (at_ms - session.start_ms) / MINUTE_MS))
    return found


def spells(log: EventLog) -> list[Bar]:
    """Who had which standing from when to when, within the session; nothing for people who are not in the room."""
    session = session_of(log)
    found = []
    for person, standing, from_ms, to_ms in spans_ms(log):
        begin, end = (min(max(at, session.start_ms), session.end_ms) for at in (from_ms, to_ms))
        if begin < end:
            begin_min, end_min = ((at - session.start_ms) / MINUTE_MS for at in (begin, end))
            found.append(Bar(person, standing, begin_min, end_min))
    return found
