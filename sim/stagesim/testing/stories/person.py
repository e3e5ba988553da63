"""What of a session each person does, is told, and has happen to them, in order."""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final, NamedTuple

from stageaccess import Action, Presence, Room
from stageaccess.audience import NOTIFIED, Audience
from stageaccess.vocabulary import Phase
from stagesim.eventlog.schema import SYSTEM
from stagesim.metrics.facts import Wish
from stagesim.metrics.hold_ups import held_ms
from stagesim.metrics.known_sessions import session_of
from stagesim.testing.differences.rule_names import CHECKS, cell_of, rule_of_event
from stagesim.testing.stories.course import Asked, Course, Happened, Moment, Note, Offered

OF_SESSION: Final = ("session_started", "session_ended")
"""Events that everybody sees who is in the room."""

SETTLED: Final = ("wish_satisfied", "wish_given_up", "wish_refused", "wish_not_tried")
"""Kinds with which the waiting of a wish ends."""


class Waited(NamedTuple):
    """How long a wish waited for the stage. `held_ms` says for what, in the order of the causes of hold-ups; None in a
    session that does not explain. `is_open` says that the session ended, and the wish with it.
    """

    at_ms: int
    wish: Wish
    wait_ms: int
    held_ms: tuple[int, ...] | None
    is_open: bool


class Seen(NamedTuple):
    """One moment of a person's story.

    `rule` is the rule by which a command was refused, `told` whether the person got a notice of an event: None where
    the engine does not say, and for what is no event; `lacks_notice` that the rules would have it so, and it is not.
    `ahead` is how many stand before the person in the list of
    requests, after this moment; None for somebody who is not in it. `wish` is what became of the wish that a note is
    about, and `is_answered` is False for a review that ends without a decision.
    """

    moment: Moment | Waited
    rule: str = ""
    told: bool | None = None
    lacks_notice: bool = False
    ahead: int | None = None
    wish: Wish | None = None
    is_answered: bool = True


def story(course: Course, who: str) -> tuple[Seen, ...]:
    """Everything that has to do with one person."""
    return tuple(seen for name, seen in _all_seen(course) if name == who)


def stories_of_all(course: Course) -> dict[str, list[Seen]]:
    """The story of everybody who is in the log, by name."""
    told: dict[str, list[Seen]] = {name: [] for name in course.log.names if name != SYSTEM}
    for name, seen in _all_seen(course):
        if name in told:
            told[name].append(seen)
    return told


def _all_seen(course: Course) -> Iterator[tuple[str, Seen]]:
    """Who sees what; the list of requests, and who is there, are those of the engine's own fold."""
    room, waits = course.room.copy(), _Waits(course)
    buttons = _Buttons(room)
    for place, moment in enumerate(course.moments):
        match moment:
            case Note():
                yield from _noted(course.moments, place, room, waits)
            case Asked(_, command, answer) if not answer.accepted and command.by:
                yield command.by, Seen(moment, refusal(room, moment))
            case Offered():
                yield from buttons.changed(moment)
            case Happened():
                room.apply(moment.event)
                yield from _happened(room, moment)
                if moment.event.event == "session_started":
                    yield from buttons.first(course.moments, place)
            case _:
                pass
    yield from waits.still_open()


class _Buttons:
    """The buttons of participants, while they are in a live room; staff have them all, and others every moment."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._now: dict[str, tuple[Action, ...] | None] = {}
        self._shown: dict[str, tuple[Action, ...] | None] = {}

    def changed(self, moment: Offered) -> Iterator[tuple[str, Seen]]:
        """Somebody has other buttons than before."""
        who = moment.who
        self._now[who] = moment.actions
        person = self._room.people.get(who)
        if person is None or person.role.is_staff:
            return
        if person.presence is not Presence.PRESENT or self._room.phase is not Phase.LIVE:
            return
        if who not in self._shown or self._shown[who] != moment.actions:
            self._shown[who] = moment.actions
            yield who, Seen(moment)

    def first(self, moments: Sequence[Moment], place: int) -> Iterator[tuple[str, Seen]]:
        """The session begins here: whoever has no other buttons by that, still has none."""
        at_ms = moments[place].at_ms
        others = {each.who for each in _at_once(moments, place) if isinstance(each, Offered)}
        for who, actions in list(self._now.items()):
            if who not in others:
                yield from self.changed(Offered(at_ms, who, actions))


def _at_once(moments: Sequence[Moment], place: int) -> Iterator[Moment]:
    """What follows in the same millisecond."""
    return takewhile(lambda each: each.at_ms == moments[place].at_ms, islice(moments, place + 1, None))


def _noted(moments: Sequence[Moment], place: int, room: Room, waits: "_Waits") -> Iterator[tuple[str, Seen]]:
    note = moments[place]
    assert isinstance(note, Note)
    row = note.row
    wish = waits.wishes.get(int(row["wish"])) if row.get("wish") else None
    is_answered = row["event"] != "review_ended" or _decides(moments, place, row["by"], row["who"])
    for name in dict.fromkeys((row["who"], row["by"])):
        ahead = list(room.queue).index(name) if name in room.queue else None
        yield name, Seen(note, ahead=ahead, wish=wish, is_answered=is_answered)
    if wish is not None and row["event"] in SETTLED:
        yield wish.person, Seen(waits.of(wish))


def _decides(moments: Sequence[Moment], place: int, by: str, who: str) -> bool:
    """Whether a review that ends here is followed at once by what its moderator decides."""
    for moment in _at_once(moments, place):
        match moment:
            case Happened(_, event) if (event.by, event.who) == (by, who):
                return True
            case Asked(_, command, _) if (command.by, command.to) == (by, who):
                return True
            case _:
                pass
    return False


def _happened(room: Room, happened: Happened) -> Iterator[tuple[str, Seen]]:
    """Whom an event concerns: its person, whoever caused it, and those who are told or see it all the same."""
    event = happened.event
    if event.event in OF_SESSION:
        names = [name for name, person in room.people.items() if person.presence is not Presence.GONE]
    elif event.event == "mode_changed":
        there = [name for name, person in room.people.items() if person.presence is Presence.PRESENT]
        names = there if event.told is None else [name for name in there if name in event.told]
    else:
        names = [event.who, event.by]
    ahead = {name: number for number, name in enumerate(room.queue)}
    for name in dict.fromkeys(names):
        told = None if event.told is None else name in event.told
        lacks = told is False and name == event.who and Audience.PERSON in NOTIFIED.get(event.event, ())
        yield name, Seen(happened, "", told, lacks, ahead.get(name) if name == event.who else None)


class _Waits:
    """The wishes of a session, and how long each waited for what."""

    def __init__(self, course: Course) -> None:
        session = session_of(course.log)
        self.wishes, self._end_ms = session.wishes, session.end_ms
        self._held = held_ms(course.log) if course.explains else {}

    def of(self, wish: Wish) -> Waited:
        """How long a wish has waited when it is settled, or when the session is over."""
        is_open = wish.settled_ms is None
        end_ms = self._end_ms if wish.settled_ms is None else wish.settled_ms
        return Waited(end_ms, wish, end_ms - wish.at_ms, self._held.get(wish.number), is_open)

    def still_open(self) -> Iterator[tuple[str, Seen]]:
        """The wishes that still wait when the session is over."""
        for wish in self.wishes.values():
            if wish.settled_ms is None:
                yield wish.person, Seen(self.of(wish))


def refusal(room: Room, moment: Moment) -> str:
    """The rule by which a command is refused in a room as it is; empty for what is not refused."""
    if not isinstance(moment, Asked) or moment.answer.accepted:
        return ""
    said = {"action": str(moment.command.do), "reason": str(moment.answer.reason)}
    return CHECKS.get(said["reason"]) or cell_of(room, moment.command) or rule_of_event("rejected", said) or ""
