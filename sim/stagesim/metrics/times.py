"""Times of which any share within a limit can be told: of everybody, and of each part of the participants.

They are few numbers a session, so that they stay with its figures when its log is gone.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from stagesim.metrics.facts import Session
from stagesim.metrics.measures import decision_time, off_time, wish_time


class Times(NamedTuple):
    """The times of one kind in one session: those that came to an end, ms, in order, and how many there were in all.

    The others never end: what is given up, refused or open counts among all, and within no limit.
    """

    ended_ms: "array[int]"
    number: int

    def within(self, limit_ms: int) -> int:
        """How many ended after so many milliseconds at most."""
        return bisect_right(self.ended_ms, limit_ms)


By = Literal["all", "group", "client"]

TimesOf = Mapping[tuple[str, By, str], Times]
"""(name of the time, by what, value) -> the times; of everybody by `all`, with an empty value."""

NO_TIMES: Final = Times(array("q"), 0)


def times_of(session: Session) -> TimesOf:
    """All times of a session; the parts are those of the participants, and of staff who wish."""
    wishes = [(wish.person, *wish_time(session, wish)) for wish in session.wishes.values()]
    requests = [(request.person, *decision_time(session, request)) for request in session.requests.values()]
    unsuitable = [(stay.person, *off_time(session, stay)) for stay in session.stays if stay.unsuitable_ms is not None]
    return {
        **_sorted(session, "time_to_stage", wishes),
        **_sorted(session, "time_to_decision", requests),
        **_sorted(session, "unsuitable_off", unsuitable),
    }


def _sorted(session: Session, name: str, times: Iterable[tuple[str, float, bool]]) -> TimesOf:
    ended: dict[tuple[str, By, str], list[int]] = {}
    numbers: dict[tuple[str, By, str], int] = {}
    for who, seconds, has_ended in times:
        person = session.people.get(who)
        keys: list[tuple[str, By, str]] = [(name, "all", "")]
        if person is not None and person.participant:
            keys += [(name, "group", person.group), (name, "client", person.client)]
        for key in keys:
            numbers[key] = numbers.get(key, 0) + 1
            if has_ended:
                ended.setdefault(key, []).append(round(seconds * 1000))
    return {key: Times(array("q", sorted(ended.get(key, ()))), number) for key, number in numbers.items()}
