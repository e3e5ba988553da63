"""What a log says as tables, one row a wish, a request, a stay or a person: for charts, notebooks and own metrics.

Times are seconds; moments (`at`, `arose`, `from` …) are those of the room's clock, as in the log.
"""

from typing import TYPE_CHECKING, Any

from stagesim.eventlog import EventLog
from stagesim.metric_table import COUNTS
from stagesim.metrics import measures
from stagesim.metrics.facts import Session
from stagesim.metrics.scan import scan

if TYPE_CHECKING:
    import pandas as pd


def wishes_frame(log: EventLog) -> "pd.DataFrame":
    """One row a wish. `outcome` is what became of it: `heard`, `cut_short`, `left_early`, `given_up`, `refused` or
    `open`, and `had_s` the time on stage of a wish that got there and is over. `time_to_stage_s` ends when the wish was
    settled, or with the session; unless the person was then live, it is `censored`: the true time is longer.
    """
    session = scan(log)
    rows = [
        {
            "wish": wish.number,
            **_who(session, wish.person),
            "arose": wish.at_ms / 1000,
            "settled": _seconds(wish.settled_ms),
            "outcome": wish.fate,
            "cause": wish.cause or None,
            "wanted_s": wish.wanted_ms / 1000,
            "had_s": _seconds(wish.had_ms),
            "asks": len(wish.requests),
            "time_to_stage_s": measures.wish_time(session, wish)[0],
            "censored": not wish.reached,
        }
        for wish in session.wishes.values()
    ]
    columns = "wish person group client arose settled outcome cause wanted_s had_s asks time_to_stage_s censored"
    return _frame(rows, columns)


def requests_frame(log: EventLog) -> "pd.DataFrame":
    """One row a request. `wait_s` ends with the first review; without one, with the request or the session.

    `time_to_decision_s` is `censored` unless staff approved or declined the request. An open request has the outcome
    `open`.
    """
    session = scan(log)
    rows = [
        {
            "request": f"r{number}",
            **_who(session, request.person),
            "at": request.at_ms / 1000,
            "reviewed": _seconds(request.review_ms),
            "closed": _seconds(request.closed_ms),
            "outcome": request.outcome or "open",
            "by": request.by or None,
            "again": request.again,
            "wait_s": measures.wait_seconds(session, request),
            "time_to_decision_s": measures.decision_time(session, request)[0],
            "censored": request.outcome not in measures.DECIDED,
        }
        for number, request in session.requests.items()
    ]
    columns = "request person group client at reviewed closed outcome by again wait_s time_to_decision_s censored"
    return _frame(rows, columns)


def stays_frame(log: EventLog) -> "pd.DataFrame":
    """One row a stay on stage. `ending` is the cause of leaving or of the removal; None while the person is there."""
    session = scan(log)
    rows = [
        {
            **_who(session, stay.person),
            "from": stay.from_ms / 1000,
            "to": _seconds(stay.to_ms),
            "via": stay.via,
            "ending": stay.ending or None,
            "seconds": session.inside_ms(stay.from_ms, stay.to_ms) / 1000,
        }
        for stay in session.stays
    ]
    return _frame(rows, "person group client from to via ending seconds")


def people_frame(log: EventLog) -> "pd.DataFrame":
    """One row a person who came, staff included, with how often they wished, asked and spoke, and how long."""
    session = scan(log)
    rows: dict[str, dict[str, Any]] = {
        name: {
            **_who(session, name),
            "participant": person.participant,
            "entries": person.entries,
            "wishes": 0,
            "served": 0,
            "requests": 0,
            "stays": 0,
            "stage_s": 0.0,
        }
        for name, person in session.people.items()
    }
    for wish in session.wishes.values():
        if wish.person in rows:
            rows[wish.person]["wishes"] += 1
            rows[wish.person]["served"] += wish.reached
    for request in session.requests.values():
        rows[request.person]["requests"] += 1
    for stay in session.stays:
        rows[stay.person]["stays"] += 1
        rows[stay.person]["stage_s"] += session.inside_ms(stay.from_ms, stay.to_ms) / 1000
    return _frame(list(rows.values()), "person group client participant entries wishes served requests stays stage_s")


def rejections_frame(log: EventLog) -> "pd.DataFrame":
    """How often each action was rejected for each reason."""
    counts = scan(log).rejected
    rows = [{"action": action, "reason": reason, "count": counts[action, reason]} for action, reason in sorted(counts)]
    return _frame(rows, "action reason count")


def timeline(log: EventLog) -> "pd.DataFrame":
    """A step series: `at` (s), and how many there are of each of the `COUNTS` from then until the next row."""
    import pandas as pd

    table = pd.DataFrame(scan(log).steps, columns=["at", *COUNTS])
    table["at"] /= 1000
    return table


def _who(session: Session, person: str) -> dict[str, str | None]:
    found = session.people.get(person)
    return {"person": person, "group": found.group if found else None, "client": found.client if found else None}


def _seconds(at_ms: int | None) -> float | None:
    return None if at_ms is None else at_ms / 1000


def _frame(rows: list[dict[str, Any]], columns: str) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=columns.split())
    for column in ("settled", "had_s", "reviewed", "closed", "to"):
        if column in table:
            table[column] = table[column].astype("float64")
    return table
