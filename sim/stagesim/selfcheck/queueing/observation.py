"""What one replication of a queueing case shows: read from its log, in one pass, and counted within a window of time.

An ask counts in the window in which its waiting ends, a wish in that in which it is settled: in a long run this
leaves nobody out for being slow.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from stagesim.eventlog import WORDS, EventLog
from stagesim.eventlog.schema import KIND_CODE


class Ask(NamedTuple):
    """One request: how long it waited until its review began, or until it ended without one; `end_ms` is when."""

    end_ms: int
    wait_ms: int
    group: str
    outcome: str
    """`reviewed`, or the outcome of a request that ended without a review."""


class Settled(NamedTuple):
    """One wish that was settled: `served`, or the cause of its giving up or being refused. `wait_ms` is from the wish
    to the first review that was not broken off, or to the end without one; `blocked` is whether its first ask found
    nobody free.
    """

    end_ms: int
    wait_ms: int
    outcome: str
    asks: int
    blocked: bool


class Span(NamedTuple):
    """Any other span of waiting, by its end."""

    end_ms: int
    wait_ms: int


class Ratio(NamedTuple):
    """A figure of one session: a sum, over how many; a level, or what there is in a unit of time, is over 1.

    Sessions see different numbers of people, and those that see few see them wait for less. Only sums over all
    sessions, divided in the end, give the mean over all people.
    """

    total: float
    over: float = 1.0


LEVELS: Final = ("waiting", "reviewing", "working", "preparing", "on_stage", "wishing")
"""What is counted over time: open requests not under review; moderators in a review; those of them who are not called
away; people who set up devices or wait, prepared, for a place; people on stage; open wishes."""

WAITING, REVIEWING, WORKING, PREPARING, ON_STAGE, WISHING = range(len(LEVELS))


class Observation:
    """The window's figures; times are in the unit of the case."""

    def __init__(self, log: EventLog, unit_ms: float, from_ms: int, to_ms: int) -> None:
        self.unit_ms = unit_ms
        self.from_ms = from_ms
        self.to_ms = to_ms
        reading = _Reading(log, to_ms)
        self.asks = [ask for ask in reading.asks if ask.end_ms >= from_ms]
        self.settled = [wish for wish in reading.settled if wish.end_ms >= from_ms]
        self.answers = [answer for at_ms, answer in reading.answers if at_ms >= from_ms]
        self.spans = {name: [s for s in spans if s.end_ms >= from_ms] for name, spans in reading.spans.items()}
        self._times = reading.times
        self._levels = reading.levels

    def mean_level(self, level: Callable[[Sequence[int]], float]) -> float:
        """The mean over the window of what `level` makes of the numbers of `LEVELS`."""
        return self.slices(level, 1)[0]

    def slices(self, level: Callable[[Sequence[int]], float], count: int) -> list[float]:
        """The means over `count` equal parts of the window."""
        import numpy as np

        times = np.asarray([*self._times, max(self.to_ms, self._times[-1])], dtype=float)
        values = np.asarray([level(numbers) for numbers in self._levels], dtype=float)
        area = np.concatenate(([0.0], np.cumsum(values * np.diff(times))))
        edges = np.linspace(self.from_ms, self.to_ms, count + 1)
        return [float(part) for part in np.diff(np.interp(edges, times, area)) / np.diff(edges)]

    def level_at_end(self, level: int) -> Ratio:
        """The number at the end of the window."""
        return Ratio(float(self._levels[-1][level]))

    def mean_time(self, spans_ms: Iterable[int]) -> Ratio:
        """The mean of some spans, in the unit of the case."""
        total_ms, over = mean(spans_ms)
        return Ratio(total_ms / self.unit_ms, over)

    def rate(self, count: float) -> Ratio:
        """How many there are in a unit of time."""
        return Ratio(count * self.unit_ms / (self.to_ms - self.from_ms))


def mean(values: Iterable[float]) -> Ratio:
    """The mean of some values."""
    kept = list(values)
    return Ratio(float(sum(kept)), float(len(kept)))


class _Reading:
    """One pass over the log, up to a moment."""

    def __init__(self, log: EventLog, to_ms: int) -> None:
        self.asks: list[Ask] = []
        self.settled: list[Settled] = []
        self.answers: list[tuple[int, str]] = []
        self.spans: dict[str, list[Span]] = {"place": [], "waits": [], "to_stage": [], "vacancy": []}
        self.times: list[int] = [0]
        self.levels: list[tuple[int, ...]] = [(0,) * len(LEVELS)]
        self._now = [0] * len(LEVELS)
        self._groups = log.groups
        self._places = log.header.stage_capacity or 0
        self._open: dict[int, int] = {}
        self._asked_ms: dict[int, int] = {}
        self._approved_ms: dict[int, int] = {}
        self._waited_ms: dict[int, int] = {}
        self._reviewers: set[int] = set()
        self._away: set[int] = set()
        self._wishes: dict[int, _Wish] = {}
        self._vacant_ms: deque[int] = deque()
        self._read(log, to_ms)

    def _read(self, log: EventLog, to_ms: int) -> None:
        named = ((code, getattr(self, f"_{kind}", None)) for kind, code in KIND_CODE.items())
        handlers = {code: handler for code, handler in named if handler is not None}
        for at_ms, code, who, by, number, detail, _ in log.entries():
            if at_ms > to_ms:
                return
            handler = handlers.get(code)
            if handler is None:
                continue
            handler(at_ms, who, by, number, WORDS[detail])
            if at_ms == self.times[-1]:
                self.levels[-1] = tuple(self._now)
            else:
                self.times.append(at_ms)
                self.levels.append(tuple(self._now))

    def _session_started(self, at_ms: int, *_: object) -> None:
        self._vacant_ms.extend([at_ms] * self._places)

    # Requests and reviews.

    def _request_created(self, at_ms: int, who: int, by: int, number: int, word: str) -> None:  # noqa: ARG002
        self._open[number] = self._asked_ms[who] = at_ms
        self._now[WAITING] += 1
        if who in self._wishes:
            self._wishes[who].asks += 1

    def _review_started(self, at_ms: int, who: int, by: int, number: int, word: str) -> None:  # noqa: ARG002
        self._end_wait(at_ms, who, number, "reviewed")
        if who in self._wishes:
            self._wishes[who].reviewed_ms = at_ms
        self._reviewers.add(by)
        self._count_reviews()

    def _review_ended(self, at_ms: int, who: int, by: int, *_: object) -> None:  # noqa: ARG002
        self._reviewers.discard(by)
        self._count_reviews()

    def _request_closed(self, at_ms: int, who: int, by: int, number: int, outcome: str) -> None:  # noqa: ARG002
        if number in self._open:
            self._end_wait(at_ms, who, number, outcome)
            wish = self._wishes.get(who)
            if wish is not None and wish.asks == 1 and outcome == "declined":
                wish.blocked = True
        if outcome == "approved":
            self._approved_ms[who] = at_ms

    def _end_wait(self, at_ms: int, who: int, number: int, outcome: str) -> None:
        asked_ms = self._open.pop(number, None)
        if asked_ms is not None:
            self._now[WAITING] -= 1
            self._waited_ms[who] = at_ms - asked_ms
            if outcome != "session_ended":
                self.asks.append(Ask(at_ms, at_ms - asked_ms, self._groups[who], outcome))

    def _attention_lost(self, at_ms: int, who: int, *_: object) -> None:  # noqa: ARG002
        self._away.add(who)
        self._count_reviews()

    def _attention_back(self, at_ms: int, who: int, *_: object) -> None:  # noqa: ARG002
        self._away.discard(who)
        self._count_reviews()

    def _count_reviews(self) -> None:
        self._now[REVIEWING] = len(self._reviewers)
        self._now[WORKING] = len(self._reviewers - self._away)

    # Invitations and the stage.

    def _invitation_created(self, *_: object) -> None:
        self._now[PREPARING] += 1

    def _invitation_closed(self, at_ms: int, who: int, by: int, number: int, outcome: str) -> None:  # noqa: ARG002
        self._now[PREPARING] -= 1
        if outcome != "session_ended":
            self.answers.append((at_ms, outcome))

    def _stage_joined(self, at_ms: int, who: int, *_: object) -> None:
        self._now[ON_STAGE] += 1
        approved_ms = self._approved_ms.pop(who, None)
        if approved_ms is not None:
            place_ms = at_ms - approved_ms
            self.spans["place"].append(Span(at_ms, place_ms))
            self.spans["waits"].append(Span(at_ms, self._waited_ms[who] + place_ms))
            self.spans["to_stage"].append(Span(at_ms, at_ms - self._asked_ms[who]))
        if self._vacant_ms:
            self.spans["vacancy"].append(Span(at_ms, at_ms - self._vacant_ms.popleft()))

    def _stage_left(self, at_ms: int, *_: object) -> None:
        self._now[ON_STAGE] -= 1
        if self._places:
            self._vacant_ms.append(at_ms)

    _stage_removed = _stage_left

    # Wishes.

    def _wish_arose(self, at_ms: int, who: int, *_: object) -> None:
        self._now[WISHING] += 1
        self._wishes[who] = _Wish(at_ms)

    def _settle(self, at_ms: int, who: int, outcome: str) -> None:
        self._now[WISHING] -= 1
        wish = self._wishes.pop(who)
        until_ms = at_ms if wish.reviewed_ms is None else wish.reviewed_ms
        self.settled.append(Settled(at_ms, until_ms - wish.at_ms, outcome, wish.asks, wish.blocked))

    def _wish_satisfied(self, at_ms: int, who: int, *_: object) -> None:
        self._settle(at_ms, who, "served")

    def _wish_given_up(self, at_ms: int, who: int, by: int, number: int, cause: str) -> None:  # noqa: ARG002
        self._settle(at_ms, who, cause)

    _wish_refused = _wish_given_up


class _Wish:
    """An open wish."""

    __slots__ = ("asks", "at_ms", "blocked", "reviewed_ms")

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms
        self.reviewed_ms: int | None = None
        self.asks = 0
        self.blocked = False
