"""Who of a session is worth telling of: the unluckiest, a typical one, and those to whom something happened.

A pick looks at sessions beside each other, mostly one in each mode, in which the same people have the same wishes. Of
several people who are alike in what it asks for, it means the one who came in first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from stagesim.metrics.facts import Session, Wish

PHONE: Final = "mobile"
"""The client of whoever comes in on a phone."""

OWN_DOING: Final = ("not_accepted", "ignored")
"""Why a wish is given up that its person could have had."""

UNANSWERED: Final = ("cleared", "expired", "mode_changed", "session_ended")
"""Outcomes of a request to which nobody said yes or no."""


class Found(NamedTuple):
    """Whom a pick means; and where it is about one moment, in which mode and when, ms of the room's clock."""

    who: str
    mode: str = ""
    at_ms: int | None = None


class Cast(NamedTuple):
    """The sessions by mode, and those of their people of whom somebody is to be picked."""

    sessions: "Mapping[str, Session]"
    people: tuple[str, ...]


class Pick(NamedTuple):
    """A word for a person instead of a name. `who` says whom it means, and `nobody`, after that word, that there is no
    such person.
    """

    name: str
    title: str
    who: str
    nobody: str
    find: Callable[[Cast], Found | None]


def cast(sessions: "Mapping[str, Session]", group: str = "") -> Cast:
    """The participants of some sessions, of one group or of all, in the order in which they came into the first one."""
    people = {
        name: None
        for session in sessions.values()
        for name, person in session.people.items()
        if person.participant and group in ("", person.group)
    }
    return Cast(sessions, tuple(people))


def picked(cast: Cast) -> dict[str, Found]:
    """Whom each pick means, by its name; without those that mean nobody here."""
    found = {pick.name: pick.find(cast) for pick in PICKS}
    return {name: each for name, each in found.items() if each is not None}


def _unluckiest(cast: Cast) -> Found | None:
    fates: dict[str, list[tuple[int, int]]] = {name: [] for name in cast.people}
    for session in cast.sessions.values():
        for name, wishes in _wishes(cast, session).items():
            reached = int(any(wish.reached for wish in wishes))
            fates[name].append((reached, sum(_wait_ms(session, wish) for wish in wishes)))
    wishes_of_all = (wish for session in cast.sessions.values() for wish in session.wishes.values())
    refused = {wish.person for wish in wishes_of_all if not wish.reached and wish.cause in OWN_DOING}
    order = [
        (sum(reached for reached, _ in each), -sum(wait for _, wait in each), place, name)
        for place, (name, each) in enumerate(fates.items())
        if each and name not in refused
    ]
    missed = [each for each in order if each[0] < len(cast.sessions)]
    return Found(min(missed)[-1]) if missed else None


def _typical(cast: Cast) -> Found | None:
    waits: dict[str, int] = {}
    for session in cast.sessions.values():
        for name, wishes in _wishes(cast, session).items():
            waits[name] = waits.get(name, 0) + sum(_until_stage_ms(session, wish) for wish in wishes) // len(wishes)
    order = sorted((wait, place, name) for place, (name, wait) in enumerate(waits.items()))
    return Found(order[(len(order) - 1) // 2][-1]) if order else None


def _typical_phone(cast: Cast) -> Found | None:
    first = next(iter(cast.sessions.values()))
    phones = (name for name in cast.people if name in first.people and first.people[name].client == PHONE)
    return _typical(cast._replace(people=tuple(phones)))


def _pushed_off(cast: Cast) -> Found | None:
    return _first(
        cast, lambda session: ((stay.to_ms, stay.person) for stay in session.stays if stay.ending == "capacity")
    )


def _declined(cast: Cast) -> Found | None:
    return _first(cast, lambda session: _closed(session, "declined"))


def _unanswered(cast: Cast) -> Found | None:
    return _first(cast, lambda session: _closed(session, *UNANSWERED))


def _gave_up(cast: Cast) -> Found | None:
    for mode, session in cast.sessions.items():
        lost = [(-_wait_ms(session, wish), wish.person) for wish in _lost(cast, session, "patience")]
        if lost:
            return Found(min(lost)[1], mode)
    return None


def _camera_failed(cast: Cast) -> Found | None:
    return _first(
        cast, lambda session: ((wish.settled_ms, wish.person) for wish in _lost(cast, session, "setup_failed"))
    )


PICKS: Final = (
    Pick(
        "unluckiest",
        "The unluckiest",
        "who got to the stage in the fewest of these sessions, and among equals waited longest in all; people who "
        "turned an offer down, or did not answer it, do not count",
        "missed the stage without turning an offer down",
        _unluckiest,
    ),
    Pick(
        "typical",
        "A typical person",
        "the one in the middle when people are ordered by their wait for the stage, these sessions together; who does "
        "not get there waits until the end",
        "wished to speak",
        _typical,
    ),
    Pick(
        "typical-phone",
        "A typical person on a phone",
        "the one in the middle of that order among those who came in on a phone",
        "on a phone wished to speak",
        _typical_phone,
    ),
    Pick(
        "pushed-off",
        "Pushed off the stage",
        "the first who lost the place on a full stage to the next speaker",
        "was pushed off the stage",
        _pushed_off,
    ),
    Pick("declined", "Declined", "the first whose request was declined", "was declined", _declined),
    Pick(
        "unanswered",
        "Left without an answer",
        "the first whose request ended without a yes or a no: cleared, expired, closed by a change of mode or by the "
        "session's end",
        "was left without an answer",
        _unanswered,
    ),
    Pick("gave-up", "Gave up", "who waited longest of those whose patience ran out", "ran out of patience", _gave_up),
    Pick(
        "camera-failed",
        "Camera failed",
        "the first who gave up because camera or microphone did not work",
        "gave up because camera or microphone did not work",
        _camera_failed,
    ),
)
"""All picks. Those about something that happens mean the first of the sessions in which it happens to anybody."""

PICK: Final = {pick.name: pick for pick in PICKS}
"""Every pick by its name."""


def described() -> str:
    """What each pick means, a paragraph for each."""
    return "\n\n".join(f"`{pick.name}`: {pick.who}." for pick in PICKS)


def markdown() -> str:
    """What each pick means as a table, for the documentation."""
    rows = [f"| `{pick.name}` | {pick.title} | {pick.who} |" for pick in PICKS]
    return "\n".join(["| `--who` | | means |", "| --- | --- | --- |", *rows]) + "\n"


def _first(cast: Cast, moments: "Callable[[Session], Iterable[tuple[int | None, str]]]") -> Found | None:
    """The first moment of the first mode that has one."""
    for mode, session in cast.sessions.items():
        found = [(at_ms, name) for at_ms, name in moments(session) if at_ms is not None and name in cast.people]
        if found:
            at_ms, name = min(found)
            return Found(name, mode, at_ms)
    return None


def _closed(session: "Session", *outcomes: str) -> Iterator[tuple[int | None, str]]:
    return ((each.closed_ms, each.person) for each in session.requests.values() if each.outcome in outcomes)


def _wishes(cast: Cast, session: "Session") -> "dict[str, list[Wish]]":
    """The wishes of each person of the cast who has any, in order of who came in first."""
    found: dict[str, list[Wish]] = {name: [] for name in cast.people}
    for wish in session.wishes.values():
        if wish.person in found:
            found[wish.person].append(wish)
    return {name: wishes for name, wishes in found.items() if wishes}


def _lost(cast: Cast, session: "Session", cause: str) -> "list[Wish]":
    """The wishes of the cast that never reached the stage, for one cause."""
    wishes = (wish for each in _wishes(cast, session).values() for wish in each)
    return [wish for wish in wishes if not wish.reached and wish.cause == cause]


def _wait_ms(session: "Session", wish: "Wish") -> int:
    """How long a wish waited: until it was settled, or until the session's end."""
    return (session.end_ms if wish.settled_ms is None else wish.settled_ms) - wish.at_ms


def _until_stage_ms(session: "Session", wish: "Wish") -> int:
    """The same, until the session's end for whatever does not reach the stage."""
    return _wait_ms(session, wish) if wish.reached else session.end_ms - wish.at_ms
