"""The course of one session, as its log tells it: every event, and what the room is like after it."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, takewhile
from typing import NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.packing import LAYOUTS, is_number, written
from stagesim.eventlog.schema import KINDS, WORDS
from stagesim.metrics.facts import STEP
from stagesim.metrics.scan import Scanner


class Moment(NamedTuple):
    """One event of a log, and what the room is like after it. `state` has the numbers that `STEP` names."""

    at_ms: int
    kind: str
    who: str
    words: frozenset[str]
    said: str
    state: tuple[int, ...]


class Course(NamedTuple):
    """The events of one log, and when its session was: it began at `start_ms`, and was over at `end_ms`.

    A session that nobody began has no start. One that nobody ended goes on until the last event.
    """

    events: tuple[Moment, ...]
    start_ms: int | None
    end_ms: int

    @property
    def since_start(self) -> Iterator[Moment]:
        """The events from the session's start on, also those after its end."""
        return (each for each in self.events if self.start_ms is not None and each.at_ms >= self.start_ms)

    @property
    def in_session(self) -> Iterator[Moment]:
        """The events from the session's start to its end, its end included."""
        for moment in self.since_start:
            yield moment
            if moment.kind == "session_ended":
                return

    @property
    def settled(self) -> Iterator[Moment]:
        """The last event of each moment of the session, but for what the session's end closes."""
        open_still = takewhile(lambda each: not _is_ending(each), self.in_session)
        for _, together in groupby(open_still, key=lambda each: each.at_ms):
            *_, last = together
            yield last


def _is_ending(moment: Moment) -> bool:
    return moment.kind == "session_ended" or "session_ended" in moment.words


@lru_cache(maxsize=1)
def course(log: EventLog) -> Course:
    """What happened in a log. Kept for one log: several properties read the same one after another."""
    events = tuple(_moments(log))
    start_ms = next((each.at_ms for each in events if each.kind == "session_started"), None)
    end_ms = next((each.at_ms for each in events if each.kind == "session_ended"), events[-1].at_ms if events else 0)
    return Course(events, start_ms, end_ms)


def _moments(log: EventLog) -> Iterator[Moment]:
    """Every event, with the state of the room after it."""
    scanner, names = Scanner(log), log.names
    state: tuple[int, ...] = (0,) * len(STEP)
    for entry in log.entries():
        at_ms, code, who, _, item, detail, extra = entry
        scanner.hear(entry)
        if scanner.session.steps:
            state = scanner.session.steps[-1]
        kind = KINDS[code]
        layout = LAYOUTS[kind.name]
        more = written(layout.extra, extra, names) if layout.extra and not is_number(layout.extra) else ""
        words = frozenset((WORDS[detail], str(more))) - {""}
        number = written(layout.item, item, names) if layout.item else None
        said = " ".join(str(part) for part in (names[who], kind.name, number, WORDS[detail], more) if part)
        yield Moment(at_ms, kind.name, names[who], words, said, state)
