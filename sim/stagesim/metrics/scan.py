"""One reading of a log, event by event, into a `Session`."""

# Every handler takes the whole event, whatever part of it matters to its kind.
# ruff: noqa: ARG002

from collections.abc import Callable

from stagesim.eventlog import EventLog, LogError
from stagesim.eventlog.schema import KIND_CODE, KINDS
from stagesim.eventlog.words import WORDS
from stagesim.metrics.facts import Invitation, Person, Request, Session, Stay, Wish


def scan(log: EventLog) -> Session:
    """Read a log once. A log that contradicts itself (a request closed that was never made) is a `LogError`."""
    scanner = Scanner(log)
    names, handlers = log.names, scanner.handlers
    at_ms, code = log.header.start_ms, 0
    try:
        for at_ms, code, who, by, item, detail, extra in log.entries():
            handle = handlers[code]
            if handle is not None:
                handle(at_ms, names[who], names[by], item, WORDS[detail], extra)
    except KeyError as missing:
        raise LogError(
            f"event `{KINDS[code].name}` at {at_ms / 1000:g} s is about {missing}, of which nothing was said before\n"
            "hint: events are missing from the log"
        ) from None
    session = scanner.session
    session.end_ms = max(session.start_ms, at_ms if scanner.end_ms is None else scanner.end_ms)
    return session


Handler = Callable[[int, str, str, int, str, int], None]
"""What one kind of event changes: takes `at_ms`, `who`, `by`, the item's number, the detail's word, the extra code."""


class Scanner:
    """The state while reading: the session so far, and who is where just now. One handler for each kind of event."""

    def __init__(self, log: EventLog) -> None:
        header = log.header
        self.session = Session(header.start_ms, header.start_ms, header.stage_capacity)
        self.end_ms: int | None = None
        self.group_of = dict(zip(log.names, log.groups, strict=True))
        self.handlers: list[Handler | None] = [None] * len(KINDS)
        for kind in KINDS:
            self.handlers[KIND_CODE[kind.name]] = getattr(self, f"_{kind.name}", None)
        self.queue = 0
        self.present: set[str] = set()
        self.staff: set[str] = set()
        self.distracted: set[str] = set()
        self.reviews: dict[str, int] = {}
        self.under_review: set[int] = set()
        self.staffing = (0, 0, 0)
        self.on_stage: dict[str, Stay] = {}
        self.disruptive: set[str] = set()
        self.wish_of: dict[str, Wish] = {}
        self.cleared: tuple[int, str] | None = None

    def _step(self, at_ms: int) -> None:
        """Note how many there are now (a `Step`); of several changes at one moment the last counts."""
        steps = self.session.steps
        if steps and steps[-1][0] == at_ms:
            steps.pop()
        counts = (self.queue, len(self.under_review), len(self.on_stage), len(self.present))
        steps.append((at_ms, *counts, *self.staffing, len(self.disruptive)))

    def _staff_step(self, at_ms: int) -> None:
        """The same, after a change that may concern the staff."""
        staff = self.staff & self.present
        attending = staff - self.distracted
        self.staffing = (len(staff), len(attending), len(attending & self.reviews.keys()))
        self._step(at_ms)

    def _session_started(self, at_ms: int, *_: object) -> None:
        self.session.start_ms = at_ms

    def _session_ended(self, at_ms: int, *_: object) -> None:
        self.end_ms = at_ms

    def _entered(self, at_ms: int, who: str, by: str, item: int, role: str, client: int) -> None:
        people = self.session.people
        if who not in people:
            people[who] = Person(who, self.group_of[who], role == "participant", WORDS[client])
        people[who].entries += 1
        self.present.add(who)
        self._set_role(who, role)
        self._staff_step(at_ms)

    def _set_role(self, who: str, role: str) -> None:
        (self.staff.discard if role == "participant" else self.staff.add)(who)

    def _left_room(self, at_ms: int, who: str, *_: object) -> None:
        self.present.discard(who)
        self.distracted.discard(who)
        self._end_review(who)
        self._staff_step(at_ms)

    def _disconnected(self, at_ms: int, who: str, *_: object) -> None:
        self.present.discard(who)
        self._staff_step(at_ms)

    def _reconnected(self, at_ms: int, who: str, *_: object) -> None:
        self.present.add(who)
        self._staff_step(at_ms)

    def _role_changed(self, at_ms: int, who: str, by: str, item: int, role: str, *_: object) -> None:
        self._set_role(who, role)
        self.session.actions += 1
        self._staff_step(at_ms)

    def _mode_changed(self, *_: object) -> None:
        self.session.actions += 1

    def _request_created(self, at_ms: int, who: str, by: str, item: int, *_: object) -> None:
        request = self.session.requests[item] = Request(who, at_ms)
        wish = self.wish_of.get(who)
        if wish is not None:
            wish.asks += 1
            request.again = wish.asks > 1
        self.queue += 1
        self._step(at_ms)

    def _request_closed(self, at_ms: int, who: str, by: str, item: int, outcome: str, *_: object) -> None:
        request = self.session.requests[item]
        request.closed_ms, request.outcome, request.by = at_ms, outcome, by
        if outcome == "declined":
            self.session.actions += 1
        elif outcome == "cleared" and self.cleared != (at_ms, by):
            self.cleared = (at_ms, by)
            self.session.actions += 1
        self.queue -= 1
        self.under_review.discard(item)
        self._step(at_ms)

    def _invitation_created(self, at_ms: int, who: str, by: str, item: int, origin: str, *_: object) -> None:
        self.session.invitations[item] = Invitation(who, at_ms, origin)
        self.session.actions += 1

    def _invitation_closed(self, at_ms: int, who: str, by: str, item: int, outcome: str, *_: object) -> None:
        invitation = self.session.invitations[item]
        invitation.closed_ms, invitation.outcome = at_ms, outcome
        if outcome == "revoked":
            self.session.actions += 1

    def _stage_joined(self, at_ms: int, who: str, by: str, item: int, via: str, *_: object) -> None:
        stay = self.on_stage[who] = Stay(who, at_ms, via)
        self.session.stays.append(stay)
        self._step(at_ms)

    def _stage_left(self, at_ms: int, who: str, by: str, item: int, cause: str, *_: object) -> None:
        stay = self.on_stage.pop(who)
        stay.to_ms, stay.ending = at_ms, cause
        self.disruptive.discard(who)
        self._step(at_ms)

    def _stage_removed(self, at_ms: int, who: str, by: str, item: int, cause: str, *_: object) -> None:
        if cause == "moderator":
            self.session.actions += 1
        self._stage_left(at_ms, who, by, item, cause)

    def _rejected(self, at_ms: int, who: str, by: str, item: int, action: str, reason: int) -> None:
        counts, key = self.session.rejected, (action, WORDS[reason])
        counts[key] = counts.get(key, 0) + 1

    def _wish_arose(self, at_ms: int, who: str, by: str, item: int, *_: object) -> None:
        self.session.wishes[item] = self.wish_of[who] = Wish(item, who, at_ms)

    def _settle(self, outcome: str, at_ms: int, item: int, cause: str) -> None:
        wish = self.session.wishes[item]
        wish.settled_ms, wish.outcome, wish.cause = at_ms, outcome, cause
        if self.wish_of.get(wish.person) is wish:
            del self.wish_of[wish.person]

    def _wish_satisfied(self, at_ms: int, who: str, by: str, item: int, cause: str, *_: object) -> None:
        self._settle("served", at_ms, item, cause)

    def _wish_given_up(self, at_ms: int, who: str, by: str, item: int, cause: str, *_: object) -> None:
        self._settle("given_up", at_ms, item, cause)

    def _wish_refused(self, at_ms: int, who: str, by: str, item: int, cause: str, *_: object) -> None:
        self._settle("refused", at_ms, item, cause)

    def _review_started(self, at_ms: int, who: str, by: str, item: int, *_: object) -> None:
        self._end_review(by)
        if item:
            request = self.session.requests[item]
            if request.review_ms is None:
                request.review_ms = at_ms
            if request.closed_ms is None:
                self.under_review.add(item)
        self.reviews[by] = item
        self._staff_step(at_ms)

    def _end_review(self, moderator: str) -> None:
        self.under_review.discard(self.reviews.pop(moderator, 0))

    def _review_ended(self, at_ms: int, who: str, by: str, *_: object) -> None:
        self._end_review(by)
        self._staff_step(at_ms)

    def _attention_lost(self, at_ms: int, who: str, *_: object) -> None:
        self.distracted.add(who)
        self._staff_step(at_ms)

    def _attention_back(self, at_ms: int, who: str, *_: object) -> None:
        self.distracted.discard(who)
        self._staff_step(at_ms)

    def _disruption_started(self, at_ms: int, who: str, *_: object) -> None:
        if who in self.on_stage:
            self.disruptive.add(who)
            self._step(at_ms)
