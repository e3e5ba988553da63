"""What must hold exactly in every log, whatever happened: counts that add up, and Little's law."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KIND
from stagesim.metric_table import CUTS, INVITATION_OUTCOMES, REQUEST_OUTCOMES
from stagesim.metrics.facts import STEP, Fate, Session
from stagesim.metrics.scan import scan

STAY_ENDINGS: Final = (*KIND["stage_left"].words, *KIND["stage_removed"].words)
"""How a stay on stage may end, under any rules."""

ON_STAGE: Final[tuple[Fate, ...]] = ("heard", "cut_short", "left_early")
"""What may become of a wish that reached the stage."""

DEFAULT: Final = "default"
"""The name of the rules that are built in."""


class Relation(NamedTuple):
    """Two numbers that must be equal, each found in its own way."""

    name: str
    left: float
    right: float

    @property
    def holds(self) -> bool:
        return self.left == self.right


def relations(log: EventLog) -> list[Relation]:
    """Every exact relation, computed for one log. Times are whole milliseconds, so that equal means equal.

    That whoever is approved is invited holds under the default rules; a variant may do something else.
    """
    session = scan(log)
    requests, invitations = session.requests.values(), session.invitations.values()
    wishes, stays = session.wishes.values(), session.stays
    approved = Relation(
        "requests approved = invitations that answer a request",
        sum(each.outcome == "approved" for each in requests),
        sum(each.origin == "request" for each in invitations),
    )
    return [
        _adds_up("requests made = every outcome + open", [each.outcome for each in requests], REQUEST_OUTCOMES),
        _adds_up(
            "invitations made = every outcome + open", [each.outcome for each in invitations], INVITATION_OUTCOMES
        ),
        _adds_up(
            "wishes = on stage + given up + refused + not tried + open",
            [each.outcome for each in wishes],
            ("on_stage", "given_up", "refused", "not_tried"),
        ),
        Relation(
            "wishes on stage = heard + cut short + left early + there still",
            sum(each.reached for each in wishes),
            sum(each.fate in ON_STAGE or (each.reached and each.had_ms is None) for each in wishes),
        ),
        _adds_up(
            "wishes cut short = every cause",
            [each.cause for each in wishes if each.fate == "cut_short"],
            CUTS,
        ),
        _adds_up(
            "stays = left + removed + still on stage",
            [each.ending for each in stays],
            STAY_ENDINGS,
        ),
        Relation(
            "queue: length over time = times in the queue (Little)",
            _over_time(session, "queue"),
            sum(session.inside_ms(each.at_ms, each.closed_ms) for each in requests),
        ),
        Relation(
            "stage: people over time = lengths of the stays (Little)",
            _over_time(session, "on_stage"),
            sum(session.inside_ms(each.from_ms, each.to_ms) for each in stays),
        ),
        *([approved] if log.header.rules == DEFAULT else []),
    ]


def _adds_up(name: str, outcomes: list[str], possible: Iterable[str]) -> Relation:
    return Relation(name, len(outcomes), sum(outcomes.count(outcome) for outcome in (*possible, "")))


def _over_time(session: Session, counted: str) -> int:
    """The sum of a count over the session's time, ms."""
    place = STEP.index(counted)
    ends = [step[0] for step in session.steps[1:]] + [session.end_ms]
    spans = zip(session.steps, ends, strict=False)
    return sum(step[place] * session.inside_ms(step[0], end) for step, end in spans)
