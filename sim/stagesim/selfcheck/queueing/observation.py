"""What one replication of a queueing case shows: the facts of its log, counted within a window of time.

An ask counts in the window in which its waiting ends, a wish in that in which it is settled: in a long run this
leaves nobody out for being slow.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import STEP, Request, Session, Wish
from stagesim.metrics.scan import scan

Moments = np.ndarray[Any, np.dtype[np.int64]]


class Ask(NamedTuple):
    """One request: how long it waited until its review began, or until it ended without one; `end_ms` is when."""

    end_ms: int
    wait_ms: int
    group: str
    outcome: str
    """`reviewed`, or the outcome of a request that ended without a review."""


class Settled(NamedTuple):
    """One wish that was settled: `REACHED`, or the cause of its giving up or being refused. `wait_ms` is from the wish
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

REACHED: Final = "reached"
"""The outcome of a wish that has led to the stage."""

AT_THE_END: Final = "session_ended"
"""The outcome of what was open when the session ended: it counts as unfinished."""

WAITING, REVIEWING, WORKING, PREPARING, ON_STAGE, WISHING = range(len(LEVELS))


class Observation:
    """The window's figures; times are in the unit of the case."""

    def __init__(self, log: EventLog, unit_ms: float, from_ms: int, to_ms: int) -> None:
        self.unit_ms = unit_ms
        self.from_ms = from_ms
        self.to_ms = to_ms
        session = scan(log)
        requests, invitations = session.requests.values(), session.invitations.values()
        self.asks = [ask for request in requests if (ask := _ask(session, request)) and self._in(ask.end_ms)]
        self.settled = [
            settled for wish in session.wishes.values() if (settled := _settled(wish)) and self._in(settled.end_ms)
        ]
        self.answers = [each.outcome for each in invitations if each.outcome != AT_THE_END and self._in(each.closed_ms)]
        spans = {**_ways(session), "vacancy": _vacancies(session)}
        self.spans = {name: [span for span in found if self._in(span.end_ms)] for name, found in spans.items()}
        self._times, self._levels = _levels(session, to_ms)

    def _in(self, at_ms: int | None) -> bool:
        """Whether a moment is in the window."""
        return at_ms is not None and self.from_ms <= at_ms <= self.to_ms

    def mean_level(self, level: Callable[[Sequence[int]], float]) -> float:
        """The mean over the window of what `level` makes of the numbers of `LEVELS`."""
        return self.slices(level, 1)[0]

    def slices(self, level: Callable[[Sequence[int]], float], count: int) -> list[float]:
        """The means over `count` equal parts of the window."""
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


def _wait_end_ms(request: Request) -> int | None:
    """When an ask was looked at first, or ended without."""
    return request.closed_ms if request.review_ms is None else request.review_ms


def _ask(session: Session, request: Request) -> Ask | None:
    """An ask whose waiting has ended, but for those that waited until the session's end."""
    end_ms = _wait_end_ms(request)
    outcome = request.outcome if request.review_ms is None else "reviewed"
    if end_ms is None or outcome == AT_THE_END:
        return None
    return Ask(end_ms, end_ms - request.at_ms, session.people[request.person].group, outcome)


def _settled(wish: Wish) -> Settled | None:
    """A wish that was settled."""
    if wish.settled_ms is None:
        return None
    until_ms = wish.settled_ms if wish.review_ms is None else wish.review_ms
    blocked = any(first.outcome == "declined" and first.review_ms is None for first in wish.requests[:1])
    outcome = REACHED if wish.reached else wish.cause
    return Settled(wish.settled_ms, until_ms - wish.at_ms, outcome, len(wish.requests), blocked)


def _ways(session: Session) -> dict[str, list[Span]]:
    """From an approval to the stage (`place`), the same with the wait before it (`waits`), and all from the ask on
    (`to_stage`), for each stay that an approval led to.
    """
    spans: dict[str, list[Span]] = {"place": [], "waits": [], "to_stage": []}
    approved: dict[str, deque[Request]] = {}
    for request in session.requests.values():
        if request.outcome == "approved":
            approved.setdefault(request.person, deque()).append(request)
    for stay in session.stays:
        mine, last = approved.get(stay.person, deque()), None
        while mine and (mine[0].closed_ms or 0) <= stay.from_ms:
            last = mine.popleft()
        if last is not None:
            place_ms = stay.from_ms - (last.closed_ms or 0)
            wait_ms = (_wait_end_ms(last) or 0) - last.at_ms
            spans["place"].append(Span(stay.from_ms, place_ms))
            spans["waits"].append(Span(stay.from_ms, wait_ms + place_ms))
            spans["to_stage"].append(Span(stay.from_ms, stay.from_ms - last.at_ms))
    return spans


def _vacancies(session: Session) -> list[Span]:
    """How long each place was free before somebody took it; the place that is free longest is taken first."""
    free_ms = [session.start_ms] * (session.stage_capacity or 0)
    if free_ms:
        free_ms += sorted(stay.to_ms for stay in session.stays if stay.to_ms is not None)
    return [Span(stay.from_ms, stay.from_ms - since_ms) for stay, since_ms in zip(session.stays, free_ms, strict=False)]


def _levels(session: Session, to_ms: int) -> tuple[list[int], list[tuple[int, ...]]]:
    """The moments at which a number of `LEVELS` changes, 0 first, and the numbers from then on."""
    requests, stays = session.requests.values(), session.stays
    wishes, invitations = session.wishes.values(), session.invitations.values()
    begun_and_over = (
        _moments((each.at_ms for each in requests), (_wait_end_ms(each) for each in requests)),
        _moments((each.from_ms for each in session.reviews), (each.to_ms for each in session.reviews)),
        _moments((each.at_ms for each in invitations), (each.closed_ms for each in invitations)),
        _moments((each.from_ms for each in stays), (each.to_ms for each in stays)),
        _moments((each.at_ms for each in wishes), (each.settled_ms for each in wishes)),
    )
    steps = np.array([(0,) * len(STEP), *session.steps], dtype=np.int64)
    times = np.unique(np.concatenate([steps[:, 0], *(each for pair in begun_and_over for each in pair)]))
    times = times[times <= to_ms]
    waiting, reviewing, preparing, on_stage, wishing = (
        (np.searchsorted(begun, times, "right") - np.searchsorted(over, times, "right")).tolist()
        for begun, over in begun_and_over
    )
    working = steps[np.searchsorted(steps[:, 0], times, "right") - 1, STEP.index("busy")].tolist()
    return times.tolist(), list(zip(waiting, reviewing, working, preparing, on_stage, wishing, strict=True))


def _moments(begun: Iterable[int], over: Iterable[int | None]) -> tuple[Moments, Moments]:
    """When some spans begin, and when those end that do, both in order."""
    ends = [at_ms for at_ms in over if at_ms is not None]
    return np.sort(np.array(list(begun), dtype=np.int64)), np.sort(np.array(ends, dtype=np.int64))
