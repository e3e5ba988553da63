"""What holds people up: every millisecond from a wish's birth to its first going live, or its loss, has one cause.

Whole milliseconds throughout, so that the causes add up exactly to the time of every wish. A log that was not asked to
explain (`simulate(explains=True)`) does not say when a wish is noticed, nor that a list is held.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KIND_CODE, KINDS, WORDS
from stagesim.metrics.causes import CAUSES, PLACE_OF
from stagesim.metrics.facts import Session, Wish
from stagesim.metrics.scan import Happened, Scanner, read
from stagesim.metrics.spells import Standings

MINUTE_MS: Final = 60_000
LISTED: Final = -1
"""In the place of a cause: the person waits for staff, and what holds them up is the same for all who do."""

OF_ROOM: Final = frozenset(
    KIND_CODE[name]
    for name in (
        *("entered", "left_room", "disconnected", "reconnected", "role_changed", "invitation_created"),
        *("invitation_closed", "stage_joined", "stage_left", "stage_removed", "review_started", "review_ended"),
        *("attention_lost", "attention_back", "list_held", "removal_started", "removal_ended"),
    )
)
"""The kinds of events after which something else may hold up those who wait for staff."""


COMING_AND_GOING: Final = frozenset(KIND_CODE[name] for name in ("entered", "left_room", "disconnected", "reconnected"))
"""The kinds of events after which somebody may be away, or be back: half of all. They hold up nobody else where that is
nobody of staff.
"""


class Held(NamedTuple):
    """The wishes of some people, and how long each cause held them up, ms, in the order of `CAUSES`."""

    wishes: int
    ms: tuple[int, ...]

    def plus(self, other: "Held") -> "Held":
        """Both together."""
        return Held(self.wishes + other.wishes, tuple(map(sum, zip(self.ms, other.ms, strict=True))))

    @property
    def total_ms(self) -> int:
        """The time of all of them."""
        return sum(self.ms)


NOTHING: Final = Held(0, (0,) * len(CAUSES))


class HoldUps(NamedTuple):
    """What held up the wishes of one session: by group, and by cause in each minute since the session's start."""

    by_group: Mapping[str, Held]
    minutes: tuple[tuple[int, ...], ...]

    @property
    def of_all(self) -> Held:
        """The wishes of everybody."""
        return total(self.by_group.values())


def total(parts: Iterable[Held]) -> Held:
    """Several together."""
    return reduce(Held.plus, parts, NOTHING)


def hold_ups(log: EventLog) -> HoldUps:
    """What held up the wishes of a log."""
    return scanned(log)[1]


def scanned(log: EventLog) -> tuple[Session, HoldUps]:
    """The same, and what `scan` makes of the log, from one reading."""
    watcher = _watched(log)
    groups: dict[str, Held] = {}
    for number, wish in watcher.session.wishes.items():
        person = watcher.session.people.get(wish.person)
        group = person.group if person is not None else ""
        groups[group] = groups.get(group, NOTHING).plus(Held(1, tuple(watcher.spent[number])))
    found = HoldUps({group: groups[group] for group in sorted(groups)}, tuple(map(tuple, watcher.minutes)))
    return watcher.session, found


def held_ms(log: EventLog) -> dict[int, tuple[int, ...]]:
    """How long each cause held up each wish of a log, by its number, in the order of `CAUSES`."""
    watcher = _watched(log)
    return {number: tuple(watcher.spent[number]) for number in watcher.session.wishes}


def _watched(log: EventLog) -> "_Watcher":
    watcher = _Watcher(log)
    session = read(watcher, log)
    watcher.end(session.end_ms)
    return watcher


class _Span:
    """The wish that a person follows, and what holds it up since when; `clock` is that of the room at the time."""

    __slots__ = ("cause", "clock", "number", "since_ms")

    def __init__(self, number: int) -> None:
        self.number = number
        self.cause = LISTED
        self.since_ms = 0
        self.clock: tuple[int, ...] = ()


class _Watcher(Scanner):
    """Reads a log, and keeps for every wish how long each cause held it up.

    Those who wait for staff are held up by the same at any moment: a clock for each cause runs for all of them, and who
    stops waiting has what it has gone on since.
    """

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.capacity = log.header.stage_capacity
        self.mode = str(log.header.mode)
        self.spent: dict[int, list[int]] = {}
        self.minutes: list[list[int]] = [[] for _ in CAUSES]
        self._then = [getattr(self, f"_then_{kind.name}", None) for kind in KINDS]
        self._standings = Standings()
        self._marks: dict[int, str] = {}
        """What a viewer with a wish does: the kind of the last event that says so."""
        self._refused: set[int] = set()
        self._coming: set[int] = set()
        self._with: dict[int, int] = {}
        """Whom each moderator has turned to."""
        self._held_at: int | None = None
        self._spans: dict[int, _Span] = {}
        self._absences: dict[int, list[tuple[int, int]]] = {}
        """From when until when each person was away or out of the room, as far as that is over."""
        self._gone_ms: dict[int, int] = {}
        """Since when those are who are now."""
        self._room = PLACE_OF["nobody"]
        self._room_ms = log.header.start_ms
        self._clock = [0] * len(CAUSES)
        self._listed = 0

    # Reading.

    def hear(self, entry: tuple[int, int, int, int, int, int, int]) -> None:
        """Take in one event, and see what it changes for its person and for those who wait."""
        super().hear(entry)
        at_ms, kind, who, _, _, _, _ = entry
        if kind in COMING_AND_GOING:
            self._comes_or_goes(who, at_ms)
        attends = who in self.works or who in self._with
        if KINDS[kind].standing_after is not None:
            if self._standings.hear(KINDS[kind].name, self.names[who]) is not None:
                self._refused.discard(who)
                self._marks.pop(who, None)
        then = self._then[kind]
        if then is not None:
            then(self.event)
        if kind in OF_ROOM and (attends or kind not in COMING_AND_GOING):
            room = self._holds_up_all()
            if room != self._room:
                self._tick(at_ms)
                self._room = room
        if who in self._spans:
            self._turn(who, at_ms)

    def end(self, at_ms: int) -> None:
        """The log ends: whatever still waits has waited until now."""
        for span in self._spans.values():
            self._close(span, at_ms)
        followed = {span.number for span in self._spans.values()}
        for who, wishes in self.wishes_of.items():
            for wish in wishes:
                if wish.settled_ms is None and wish.number not in followed:
                    self._charge_behind(who, wish, at_ms)

    def _then_wish_arose(self, event: Happened) -> None:
        self.spent[event.item] = [0] * len(CAUSES)
        self._follow(event.who, event.at_ms)

    def _settled(self, event: Happened) -> None:
        span = self._spans.get(event.who)
        if span is None or span.number != event.item:
            self._charge_behind(event.who, self.session.wishes[event.item], event.at_ms)
        self._follow(event.who, event.at_ms)

    _then_wish_satisfied = _then_wish_given_up = _then_wish_refused = _then_wish_not_tried = _settled

    def _then_wish_ended(self, event: Happened) -> None:
        self._follow(event.who, event.at_ms)

    def _then_rejected(self, event: Happened) -> None:
        if (WORDS[event.detail], WORDS[event.extra]) == ("go_live", "stage_full") and event.who == event.by:
            self._refused.add(event.who)

    def _then_wish_hidden(self, event: Happened) -> None:
        self._marks[event.who] = "hidden"

    def _then_wish_held_back(self, event: Happened) -> None:
        self._marks[event.who] = "held back"

    def _then_wish_noticed(self, event: Happened) -> None:
        self._marks[event.who] = "noticed"

    def _then_review_started(self, event: Happened) -> None:
        self._with[event.by] = event.who

    def _then_review_ended(self, event: Happened) -> None:
        self._with.pop(event.by, None)
        if self._marks.get(event.who) == "noticed":
            self._marks[event.who] = "turned down"

    def _then_left_room(self, event: Happened) -> None:
        self._with.pop(event.who, None)

    def _then_invitation_created(self, event: Happened) -> None:
        self._coming.add(event.who)

    def _then_invitation_closed(self, event: Happened) -> None:
        self._coming.discard(event.who)
        self._comes_to_nothing(event)

    def _comes_to_nothing(self, event: Happened) -> None:
        self._marks[event.who] = "turned down"

    _then_request_closed = _then_setup_cancelled = _comes_to_nothing

    def _then_list_held(self, event: Happened) -> None:
        self._held_at = event.item

    def _then_mode_changed(self, event: Happened) -> None:
        self.mode = WORDS[event.detail]
        for who in [who for who, mark in self._marks.items() if mark == "held back"]:
            del self._marks[who]  # whoever still holds back says so again
        for who in list(self._spans):
            self._turn(who, event.at_ms)

    # What holds up whom.

    def _cause(self, who: int) -> int:
        """What holds up the wish that a person follows."""
        if who not in self.present:
            return PLACE_OF["connection"]
        standing = self._standings.now.get(self.names[who], "")
        if standing == "preparing" and who in self._refused:
            return PLACE_OF["places"]
        if standing in ("invited", "preparing", "on_stage"):
            return PLACE_OF["answer"]
        mark = self._marks.get(who)
        if standing == "requested" or mark == "noticed":
            return PLACE_OF["review"] if who in self._with.values() else LISTED
        if mark == "held back":
            return PLACE_OF["unready"]
        hidden = mark == "hidden" or (mark is None and self.mode == "invite_only")
        return PLACE_OF["unnoticed" if hidden else "pause"]

    def _holds_up_all(self) -> int:
        """What holds up those who wait for staff."""
        staff = self.staff & self.present & self.works
        attending = staff - self.distracted.keys()
        taken = len(self.on_stage) + len(self._coming) + len(set(self._with.values()))
        if self.capacity is not None and len(self.on_stage) >= self.capacity:
            return PLACE_OF["places"]
        if self._held_at is not None and taken >= self._held_at:
            return PLACE_OF["places"]
        if not staff:
            return PLACE_OF["nobody"]
        if not attending:
            return PLACE_OF["away"]
        return PLACE_OF["busy" if attending <= self.reviews.keys() | self.removing else "reaction"]

    # Keeping count.

    def _follow(self, who: int, at_ms: int) -> None:
        """See which wish a person follows now."""
        first = next(iter(self.wishes_of.get(who, ())), None)
        span = self._spans.get(who)
        if span is not None and (first is None or span.number != first.number or first.settled_ms is not None):
            self._close(self._spans.pop(who), at_ms)
            span = None
        if span is None and first is not None and first.settled_ms is None:
            self._begin(who, first, at_ms)

    def _begin(self, who: int, wish: Wish, at_ms: int) -> None:
        self._charge_behind(who, wish, at_ms)
        span = self._spans[who] = _Span(wish.number)
        self._open(span, self._cause(who), at_ms)

    def _turn(self, who: int, at_ms: int) -> None:
        """See whether something else holds a person up now."""
        span = self._spans.get(who)
        if span is not None:
            cause = self._cause(who)
            if cause != span.cause:
                self._close(span, at_ms)
                self._open(span, cause, at_ms)

    def _open(self, span: _Span, cause: int, at_ms: int) -> None:
        span.cause, span.since_ms = cause, at_ms
        if cause == LISTED:
            self._tick(at_ms)
            self._listed += 1
            span.clock = tuple(self._clock)

    def _close(self, span: _Span, at_ms: int) -> None:
        if span.cause != LISTED:
            self._charge(span.number, span.cause, span.since_ms, at_ms)
            return
        self._tick(at_ms)
        self._listed -= 1
        spent = self.spent[span.number]
        for cause, (now, then) in enumerate(zip(self._clock, span.clock, strict=True)):
            spent[cause] += now - then

    def _tick(self, at_ms: int) -> None:
        """Let the clock of those who wait for staff run up to now."""
        self._clock[self._room] += at_ms - self._room_ms
        self._spread(self._room, self._room_ms, at_ms, self._listed)
        self._room_ms = at_ms

    def _charge(self, number: int, cause: int, from_ms: int, to_ms: int) -> None:
        self.spent[number][cause] += to_ms - from_ms
        self._spread(cause, from_ms, to_ms, 1)

    def _charge_behind(self, who: int, wish: Wish, at_ms: int) -> None:
        """Charge a wish with the time behind an earlier one of its person, and with that person's absences in it."""
        from_ms = wish.at_ms
        gone_ms = self._gone_ms.get(who)
        for left_ms, back_ms in (*self._absences.get(who, ()), *([] if gone_ms is None else [(gone_ms, at_ms)])):
            if back_ms > from_ms:
                away_ms = max(left_ms, from_ms)
                self._charge(wish.number, PLACE_OF["own_wish"], from_ms, away_ms)
                self._charge(wish.number, PLACE_OF["connection"], away_ms, back_ms)
                from_ms = back_ms
        self._charge(wish.number, PLACE_OF["own_wish"], from_ms, at_ms)

    def _comes_or_goes(self, who: int, at_ms: int) -> None:
        """Remember when somebody is away: wishes behind an earlier one are charged with it once they are followed."""
        if who not in self.present:
            self._gone_ms.setdefault(who, at_ms)
        elif who in self._gone_ms:
            self._absences.setdefault(who, []).append((self._gone_ms.pop(who), at_ms))

    def _spread(self, cause: int, from_ms: int, to_ms: int, count: int) -> None:
        """Put the time of so many wishes into the minutes of the session."""
        minutes, start_ms = self.minutes[cause], self.session.start_ms
        while count and from_ms < to_ms:
            minute = max(0, (from_ms - start_ms) // MINUTE_MS)
            until_ms = min(to_ms, start_ms + (minute + 1) * MINUTE_MS)
            minutes.extend([0] * (minute + 1 - len(minutes)))
            minutes[minute] += (until_ms - from_ms) * count
            from_ms = until_ms
