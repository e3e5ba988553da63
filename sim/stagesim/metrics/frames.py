"""What a log says as tables, one row a wish, a request, a stay or a person: for charts, notebooks and own metrics.

Times are seconds, as the `_s` at the end of a name says; moments (`arose_s`, `from_s` …) count from the session's
start, as `t_s` does in the table of events. Texts are categories.
"""

from typing import TYPE_CHECKING, Any, Final

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import NUMBERED
from stagesim.metric_table import COUNTS
from stagesim.metrics import measures
from stagesim.metrics.facts import Session
from stagesim.metrics.scan import scan
from stagesim.metrics.spells import spans_ms

WORDED: Final = frozenset("who group client outcome cause by via ending origin standing action reason".split())
"""The columns with texts."""

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
            "arose_s": _moment(session, wish.at_ms),
            "settled_s": _moment(session, wish.settled_ms),
            "outcome": wish.fate,
            "cause": wish.cause or None,
            "wanted_s": wish.wanted_ms / 1000,
            "had_s": None if wish.had_ms is None else wish.had_ms / 1000,
            "asks": len(wish.requests),
            "time_to_stage_s": measures.wish_time(session, wish)[0],
            "censored": not wish.reached,
        }
        for wish in session.wishes.values()
    ]
    columns = "wish who group client arose_s settled_s outcome cause wanted_s had_s asks time_to_stage_s censored"
    return _frame(rows, columns)


def requests_frame(log: EventLog) -> "pd.DataFrame":
    """One row a request. `wait_s` ends with the first review; without one, with the request or the session.

    `time_to_decision_s` is `censored` unless staff approved or declined the request. An open request has the outcome
    `open`.
    """
    session = scan(log)
    rows = [
        {
            "request": number,
            **_who(session, request.person),
            "asked_s": _moment(session, request.at_ms),
            "reviewed_s": _moment(session, request.review_ms),
            "closed_s": _moment(session, request.closed_ms),
            "outcome": request.outcome or "open",
            "by": request.by or None,
            "again": request.again,
            "wait_s": measures.wait_seconds(session, request),
            "time_to_decision_s": measures.decision_time(session, request)[0],
            "censored": request.outcome not in measures.DECIDED,
        }
        for number, request in session.requests.items()
    ]
    columns = "request who group client asked_s reviewed_s closed_s outcome by again wait_s time_to_decision_s censored"
    return _frame(rows, columns)


def invitations_frame(log: EventLog) -> "pd.DataFrame":
    """One row an invitation. `origin` is `direct` or `request`; an open invitation has the outcome `open`."""
    session = scan(log)
    rows = [
        {
            "invitation": number,
            **_who(session, invitation.person),
            "invited_s": _moment(session, invitation.at_ms),
            "closed_s": _moment(session, invitation.closed_ms),
            "origin": invitation.origin,
            "outcome": invitation.outcome or "open",
        }
        for number, invitation in session.invitations.items()
    ]
    return _frame(rows, "invitation who group client invited_s closed_s origin outcome")


def stays_frame(log: EventLog) -> "pd.DataFrame":
    """One row a stay on stage. `ending` is the cause of leaving or of the removal; None while the person is there."""
    session = scan(log)
    rows = [
        {
            **_who(session, stay.person),
            "from_s": _moment(session, stay.from_ms),
            "to_s": _moment(session, stay.to_ms),
            "via": stay.via,
            "ending": stay.ending or None,
            "stay_s": session.inside_ms(stay.from_ms, stay.to_ms) / 1000,
        }
        for stay in session.stays
    ]
    return _frame(rows, "who group client from_s to_s via ending stay_s")


def people_frame(log: EventLog) -> "pd.DataFrame":
    """One row a person who came, staff included, with how often they wished, asked and spoke, and how long."""
    session = scan(log)
    rows: dict[str, dict[str, Any]] = {
        name: {
            **_who(session, name),
            "participant": person.participant,
            "entries": person.entries,
            "wishes": 0,
            "heard": 0,
            "requests": 0,
            "stays": 0,
            "stage_s": 0.0,
        }
        for name, person in session.people.items()
    }
    for wish in session.wishes.values():
        if wish.person in rows:
            rows[wish.person]["wishes"] += 1
            rows[wish.person]["heard"] += wish.fate == "heard"
    for request in session.requests.values():
        rows[request.person]["requests"] += 1
    for stay in session.stays:
        rows[stay.person]["stays"] += 1
        rows[stay.person]["stage_s"] += session.inside_ms(stay.from_ms, stay.to_ms) / 1000
    return _frame(list(rows.values()), "who group client participant entries wishes heard requests stays stage_s")


def rejections_frame(log: EventLog) -> "pd.DataFrame":
    """How often each action was rejected for each reason."""
    counts = scan(log).rejected
    rows = [{"action": action, "reason": reason, "count": counts[action, reason]} for action, reason in sorted(counts)]
    return _frame(rows, "action reason count")


def timeline(log: EventLog) -> "pd.DataFrame":
    """A step series: `t_s`, and how many there are of each of the `COUNTS` from then until the next row."""
    import pandas as pd

    session = scan(log)
    table = pd.DataFrame(session.steps, columns=["t_s", *COUNTS])
    table["t_s"] = (table["t_s"] - session.start_ms) / 1000
    return table


def standings_frame(log: EventLog, at_ms: int) -> "pd.DataFrame":
    """One row a person who is in the room at a moment of the session: their standing, and since when."""
    session = scan(log)
    rows = [
        {**_who(session, who), "standing": standing, "since_s": _moment(session, from_ms)}
        for who, standing, from_ms, to_ms in spans_ms(log)
        if from_ms <= session.start_ms + at_ms < to_ms
    ]
    order = {name: place for place, name in enumerate(session.people)}
    return _frame(sorted(rows, key=lambda row: order[str(row["who"])]), "who group client standing since_s")


def _who(session: Session, person: str) -> dict[str, str | None]:
    found = session.people.get(person)
    return {"who": person, "group": found.group if found else None, "client": found.client if found else None}


def _moment(session: Session, at_ms: int | None) -> float | None:
    """A moment of the room's clock in seconds from the session's start."""
    return None if at_ms is None else (at_ms - session.start_ms) / 1000


def _frame(rows: list[dict[str, Any]], columns: str) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=columns.split())
    for column in table:
        if column in WORDED:
            table[column] = pd.Categorical(table[column])
        elif column in NUMBERED:
            table[column] = table[column].astype("Int64")
        elif str(column).endswith("_s"):
            table[column] = table[column].astype("float64")
    return table
