"""One reading of a log, event by event, into a `Session`."""

from collections.abc import Callable
from typing import Literal

from stagesim.eventlog import EventLog, LogError
from stagesim.eventlog.enough import HALF
from stagesim.eventlog.packing import Entry
from stagesim.eventlog.schema import KINDS, WORDS
from stagesim.metrics.attention import Attending, state_of
from stagesim.metrics.facts import STEP, Invitation, Person, Request, ReviewSpan, Session, Stay, Wish

PARTICIPANT = "participant"
NOBODY = 0
"""The place of `system` among the names of a log."""


class Happened:
    """The event that is being read, with the fields of an `Entry`. One object for all events, since a new one for each
    would take as long as the reading: whoever is given it takes what it needs, and does not keep it.
    """

    __slots__ = Entry._fields

    at_ms: int
    kind: int
    who: int
    by: int
    item: int
    detail: int
    extra: int


def scan(log: EventLog) -> Session:
    """Read a log once. A log that contradicts itself (a request closed that was never made) is a `LogError`."""
    return read(Scanner(log), log)


def read(scanner: "Scanner", log: EventLog) -> Session:
    """Let a scanner hear all of a log."""
    hear, event = scanner.hear, scanner.event
    try:
        for entry in log.entries():
            hear(entry)
    except KeyError:
        raise LogError(
            f"event `{KINDS[event.kind].name}` of `{log.names[event.who]}` at {event.at_ms / 1000:g} s is about "
            "something of which nothing was said before\n  hint: events are missing from the log"
        ) from None
    session = scanner.session
    session.end_ms = max(session.start_ms, event.at_ms if scanner.end_ms is None else scanner.end_ms)
    return session


Handler = Callable[[Happened], None]
"""What one kind of event changes."""


class Scanner:
    """The state while reading: the session so far, and who is where just now. One handler for each kind of event that
    changes anything; the kinds without one are those of `handlers` that are None.
    """

    def __init__(self, log: EventLog) -> None:
        header = log.header
        self.session = Session(header.start_ms, header.start_ms, header.stage_capacity)
        self.end_ms: int | None = None
        self.event = Happened()
        self.event.at_ms = header.start_ms
        self.names = log.names
        self.groups = log.groups
        self.handlers: list[Handler | None] = [getattr(self, f"_{kind.name}", None) for kind in KINDS]
        self.queue = 0
        self.present: set[int] = set()
        self.staff: set[int] = set()
        self.works: set[int] = set()
        """The scenario's moderators that have come; whoever is made one later, or is of a script, is none of them."""
        self.distracted: dict[int, list[str]] = {}
        """Of each of the staff who look elsewhere, why: somebody may be called away while presenting."""
        self.removing: set[int] = set()
        self.watching: set[int] = set()
        self.attention: dict[int, Attending] = {}
        self.reviews: dict[int, tuple[int, ReviewSpan]] = {}
        self.under_review: set[int] = set()
        self.staffing = (0, 0, 0)
        self.on_stage: dict[int, Stay] = {}
        self.disruptive: set[int] = set()
        self.enough = [header.enough.get(group, HALF) for group in log.groups]
        self.wishes_of: dict[int, list[Wish]] = {}
        """The wishes of each person that are not over, in order; the first is the one that is followed."""
        self.acted = (0, 0, 0)
        """When, by whom and to whom staff last did something."""
        self.swept = (0, 0)
        """When and by whom something was last done that concerns many: what ends with it is no action of its own."""

    def hear(self, entry: tuple[int, int, int, int, int, int, int]) -> None:
        """Take in one event."""
        event = self.event
        event.at_ms, event.kind, event.who, event.by, event.item, event.detail, event.extra = entry
        handle = self.handlers[event.kind]
        if handle is not None:
            handle(event)

    def _step(self, at_ms: int) -> None:
        """Note how many there are now, as `STEP` names them; of several changes at one moment the last counts."""
        steps, (staff, attending, busy) = self.session.steps, self.staffing
        asked = self.queue, len(self.under_review)
        now = (at_ms, *asked, len(self.on_stage), len(self.present), staff, attending, busy, len(self.disruptive))
        if steps and steps[-1][0] == at_ms:
            steps[-1] = now
        else:
            steps.append(now)

    def _step_with(self, who: int, at_ms: int) -> None:
        """The same, after a change of who is there."""
        if who in self.staff:
            self._attends(who, at_ms)
        else:
            self._step(at_ms)

    def _staff_step(self, at_ms: int) -> None:
        """The same, after a change that may concern the staff."""
        staff = self.staff & self.present
        if self.works:
            staff &= self.works
        attending = staff - self.distracted.keys()
        self.staffing = (len(staff), len(attending), len(attending & (self.reviews.keys() | self.removing)))
        self._step(at_ms)

    def _attends(self, who: int, at_ms: int) -> None:
        """Note what one of the staff attends to, after a change that concerns that one, and the figures of all."""
        before, is_there = self.attention.get(who), who in self.staff and who in self.present
        if before is not None or (is_there and self.groups[who]):
            state = state_of(
                self.distracted.get(who, ()),
                is_there=is_there,
                removes=who in self.removing,
                reviews=who in self.reviews,
                watches=who in self.watching,
            )
            if before is None or state != before.state:
                if before is not None:
                    before.to_ms = at_ms
                now = self.attention[who] = Attending(self.names[who], state, at_ms)
                self.session.attention.append(now)
        self._staff_step(at_ms)

    def _session_started(self, event: Happened) -> None:
        self.session.start_ms = event.at_ms

    def _session_ended(self, event: Happened) -> None:
        self.end_ms = event.at_ms

    def _entered(self, event: Happened) -> None:
        who, role = event.who, WORDS[event.detail]
        people, name = self.session.people, self.names[who]
        if name not in people:
            people[name] = Person(name, self.groups[who], role == PARTICIPANT, WORDS[event.extra])
            if role != PARTICIPANT and self.groups[who]:
                self._comes_to_work(who)
        people[name].entries += 1
        self.present.add(who)
        self._set_role(who, role)
        self._step_with(event.who, event.at_ms)

    def _comes_to_work(self, who: int) -> None:
        """Until the first of the scenario's moderators comes nobody moderates, whoever else of the staff is there."""
        if not self.works:
            at = STEP.index("staff")
            nobody = (0, 0, 0)
            self.session.steps[:] = [(*step[:at], *nobody, *step[at + len(nobody) :]) for step in self.session.steps]
        self.works.add(who)

    def _set_role(self, who: int, role: str) -> None:
        (self.staff.discard if role == PARTICIPANT else self.staff.add)(who)

    def _left_room(self, event: Happened) -> None:
        who = event.who
        self.present.discard(who)
        self.distracted.pop(who, None)
        self._end_review(who, event.at_ms)
        self._step_with(event.who, event.at_ms)

    def _disconnected(self, event: Happened) -> None:
        self.present.discard(event.who)
        self._step_with(event.who, event.at_ms)

    def _reconnected(self, event: Happened) -> None:
        self.present.add(event.who)
        self._step_with(event.who, event.at_ms)

    def _role_changed(self, event: Happened) -> None:
        self._set_role(event.who, WORDS[event.detail])
        self._sweep(event)
        self._attends(event.who, event.at_ms)

    def _mode_changed(self, event: Happened) -> None:
        self._sweep(event)

    def _sweep(self, event: Happened) -> None:
        self.session.actions += 1
        self.swept = (event.at_ms, event.by)

    def _act(self, event: Happened) -> None:
        """Count what staff do to somebody else, once for a command, whatever it leads to under the rules."""
        at_ms, by, who = event.at_ms, event.by, event.who
        if by not in (who, NOBODY) and self.swept != (at_ms, by) and self.acted != (at_ms, by, who):
            self.acted = (at_ms, by, who)
            self.session.actions += 1

    def _setup_started(self, event: Happened) -> None:
        self._act(event)

    def _setup_cancelled(self, event: Happened) -> None:
        self._act(event)

    def _request_created(self, event: Happened) -> None:
        at_ms, who = event.at_ms, event.who
        request = self.session.requests[event.item] = Request(self.names[who], at_ms)
        for wish in self.wishes_of.get(who, ())[:1]:
            wish.requests.append(request)
            request.again = len(wish.requests) > 1
        self.queue += 1
        self._act(event)
        self._step(at_ms)

    def _request_closed(self, event: Happened) -> None:
        at_ms, item = event.at_ms, event.item
        request, outcome = self.session.requests[item], WORDS[event.detail]
        request.closed_ms, request.outcome, request.by = at_ms, outcome, self.names[event.by]
        if outcome != "cleared":
            self._act(event)
        elif self.swept != (at_ms, event.by):
            self._sweep(event)
        self.queue -= 1
        self.under_review.discard(item)
        self._step(at_ms)

    def _invitation_created(self, event: Happened) -> None:
        invitation = Invitation(self.names[event.who], event.at_ms, WORDS[event.detail])
        self.session.invitations[event.item] = invitation
        self._act(event)

    def _invitation_closed(self, event: Happened) -> None:
        invitation = self.session.invitations[event.item]
        invitation.closed_ms, invitation.outcome = event.at_ms, WORDS[event.detail]
        self._act(event)

    def _stage_joined(self, event: Happened) -> None:
        at_ms, who = event.at_ms, event.who
        stay = self.on_stage[who] = Stay(self.names[who], at_ms, WORDS[event.detail])
        self.session.stays.append(stay)
        self._act(event)
        self._step(at_ms)

    def _stage_left(self, event: Happened) -> None:
        self._act(event)
        self._end_stay(event)

    def _end_stay(self, event: Happened) -> None:
        at_ms, who = event.at_ms, event.who
        stay = self.on_stage.pop(who)
        stay.to_ms, stay.ending = at_ms, WORDS[event.detail]
        self.disruptive.discard(who)
        self._step(at_ms)

    def _stage_removed(self, event: Happened) -> None:
        if WORDS[event.detail] != "capacity":
            self._act(event)
        self._end_stay(event)

    def _rejected(self, event: Happened) -> None:
        counts, key = self.session.rejected, (WORDS[event.detail], WORDS[event.extra])
        counts[key] = counts.get(key, 0) + 1

    def _wish_arose(self, event: Happened) -> None:
        item, who = event.item, event.who
        name = self.names[who]
        wanted_ms = event.extra
        wish = Wish(item, name, event.at_ms, wanted_ms, self.enough[who].ms(wanted_ms))
        self.session.wishes[item] = wish
        mine = self.wishes_of.setdefault(who, [])
        wish.behind = bool(mine)
        mine.append(wish)
        if name in self.session.people:
            self.session.people[name].participant = True

    def _wish_unsuitable(self, event: Happened) -> None:
        self.session.wishes[event.item].suitable = False

    def _settle(self, outcome: Literal["on_stage", "given_up", "refused", "not_tried"], event: Happened) -> Wish:
        wish = self.session.wishes[event.item]
        wish.settled_ms, wish.outcome, wish.cause = event.at_ms, outcome, WORDS[event.detail]
        return wish

    def _is_over(self, wish: Wish, event: Happened) -> None:
        mine = self.wishes_of[event.who]
        if wish in mine:
            mine.remove(wish)

    def _wish_satisfied(self, event: Happened) -> None:
        wish = self._settle("on_stage", event)
        if not wish.suitable and event.who in self.on_stage:
            stay = self.on_stage[event.who]
            if stay.unsuitable_ms is None:
                stay.unsuitable_ms = event.at_ms

    def _wish_ended(self, event: Happened) -> None:
        wish = self.session.wishes[event.item]
        wish.cause, wish.had_ms = WORDS[event.detail], event.extra
        self._is_over(wish, event)

    def _wish_given_up(self, event: Happened) -> None:
        self._is_over(self._settle("given_up", event), event)

    def _wish_refused(self, event: Happened) -> None:
        self._is_over(self._settle("refused", event), event)

    def _wish_not_tried(self, event: Happened) -> None:
        self._is_over(self._settle("not_tried", event), event)

    def _review_started(self, event: Happened) -> None:
        at_ms, by, item = event.at_ms, event.by, event.item
        self._end_review(by, at_ms)
        for wish in self.wishes_of.get(event.who, ())[:1]:
            wish.review_ms = at_ms
        if item:
            request = self.session.requests[item]
            if request.review_ms is None:
                request.review_ms = at_ms
            if request.closed_ms is None:
                self.under_review.add(item)
        review = ReviewSpan(self.names[by], self.names[event.who], at_ms)
        self.session.reviews.append(review)
        self.reviews[by] = (item, review)
        self._attends(by, at_ms)

    def _end_review(self, moderator: int, at_ms: int) -> None:
        ended = self.reviews.pop(moderator, None)
        if ended is not None:
            item, review = ended
            self.under_review.discard(item)
            review.to_ms = at_ms

    def _review_ended(self, event: Happened) -> None:
        self._end_review(event.by, event.at_ms)
        self._attends(event.by, event.at_ms)

    def _removal_started(self, event: Happened) -> None:
        self.removing.add(event.by)
        self._attends(event.by, event.at_ms)

    def _removal_ended(self, event: Happened) -> None:
        self.removing.discard(event.by)
        self._attends(event.by, event.at_ms)

    def _watch_started(self, event: Happened) -> None:
        self.watching.add(event.who)
        self._attends(event.who, event.at_ms)

    def _watch_ended(self, event: Happened) -> None:
        self.watching.discard(event.who)
        self._attends(event.who, event.at_ms)

    def _attention_lost(self, event: Happened) -> None:
        self.distracted.setdefault(event.who, []).append(WORDS[event.detail])
        self._attends(event.who, event.at_ms)

    def _attention_back(self, event: Happened) -> None:
        causes = self.distracted.get(event.who, [])
        del causes[-1:]
        if not causes:
            self.distracted.pop(event.who, None)
        self._attends(event.who, event.at_ms)

    def _disruption_started(self, event: Happened) -> None:
        if event.who in self.on_stage:
            self.disruptive.add(event.who)
            self._step(event.at_ms)
