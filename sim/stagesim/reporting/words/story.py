"""One person's story in words: what they wished, pressed, saw and were told."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from stagesim.metric_table import CUTS, WISH_CAUSES
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.values.units import clock
from stagesim.testing.stories.course import Asked, Happened, Note, Offered, Row
from stagesim.testing.stories.person import Seen

UNSAID: Final = frozenset(("wish_satisfied", "review_ended", "attention_back", "spoke"))
"""Kinds that another line says, or that come too often to say."""

NO_BUTTON: Final = frozenset(("enter_room", "disconnect", "reconnect", "speak", "start_session", "end_session"))
"""Actions that nobody presses a button for while they follow a wish."""

OF_ROOM: Final = {
    "session_started": "The session begins.",
    "session_ended": "The session is over.",
    "entered": "Comes into the room as {role}.",
    "disconnected": "Loses the connection.",
    "reconnected": "Is back, with everything as it was.",
    "connected": "Is in the room by a second connection.",
    "connection_closed": "Has one connection fewer, and is still there.",
    "role_changed": "{by} makes them {role}.",
    "mode_changed": "The mode is now: {mode}.",
    "request_created": "Is in the list of requests{place}.",
    "invitation_created": "{by} offers a place on stage.",
    "setup_started": "Sets up camera and microphone.",
    "stage_joined": "Is on stage now.",
}
"""What happens to a person, by the kind of the event."""

BY_WORD: Final = {
    ("left_room", "explicit"): "Leaves the room.",
    ("left_room", "grace_over"): "Is out of the room: the connection did not come back in time.",
    ("left_room", "disconnect"): "Is out of the room with the connection.",
    ("request_closed", "approved"): "{by} says yes.",
    ("request_closed", "declined"): "{by} declines the request.",
    ("request_closed", "cancelled"): "Takes the request back.",
    ("request_closed", "cleared"): "{by} clears the list; the request is gone.",
    ("request_closed", "expired"): "The request has expired; nobody decided.",
    ("request_closed", "mode_changed"): "The change of mode closes the request.",
    ("invitation_closed", "accepted"): "Takes the place.",
    ("invitation_closed", "declined"): "Declines the place.",
    ("invitation_closed", "revoked"): "{by} takes the offer back.",
    ("invitation_closed", "expired"): "The offer has expired without an answer.",
    ("setup_cancelled", "backed_out"): "Breaks off the set-up.",
    ("stage_left", "left"): "Leaves the stage.",
    ("stage_removed", "moderator"): "{by} takes them off the stage.",
    ("stage_removed", "capacity"): "Is pushed off the full stage by {by}.",
}
"""The same where it depends on the event's outcome or cause."""

ENDED: Final = {
    "request_closed": "The request is closed",
    "invitation_closed": "The offer is closed",
    "setup_cancelled": "The set-up ends",
    "stage_left": "Is off the stage",
    "stage_removed": "Is taken off the stage",
    "left_room": "Is out of the room",
}
"""What came to an end, where its word has no sentence of its own."""


class Line(NamedTuple):
    """One line of a story: when, from the session's start, what sort of thing, and what."""

    at_ms: int
    sort: str
    text: str


def lines(seen: Iterable[Seen], start_ms: int, who: str) -> Iterator[Line]:
    """The story of `who`, line by line; `start_ms` is the session's start on the room's clock. The sorts are `wish`,
    `press`, `sees` (buttons), `room` and `staff` (what others do). What a press brings about stands on its line.
    """
    pressed: Line | None = None
    for each in seen:
        line = line_of(each, start_ms, who)
        if line is None:
            continue
        if pressed is not None:
            if isinstance(each.moment, Happened) and each.moment.event.by == each.moment.event.who:
                yield Line(pressed.at_ms, "press", f"{pressed.text}: {line.text[0].lower()}{line.text[1:]}")
                pressed = None
                continue
            yield Line(pressed.at_ms, "press", f"{pressed.text}.")
            pressed = None
        if line.sort == "press" and not line.text.endswith("."):
            pressed = line
        else:
            yield line
    if pressed is not None:
        yield Line(pressed.at_ms, "press", f"{pressed.text}.")


def line_of(each: Seen, start_ms: int, who: str) -> Line | None:
    """One moment from the view of `who`; None for what another line says."""
    match each.moment:
        case Note(at_ms, row) if row["event"] not in UNSAID:
            return Line(at_ms - start_ms, "staff" if row["event"] == "review_started" else "wish", _note(row, who))
        case Asked(at_ms, command, answer) if command.do not in NO_BUTTON:
            text = f"Presses [{button(command.do)}{f' {command.to}' if command.to else ''}]"
            if answer.reason is None:
                return Line(at_ms - start_ms, "press", text)
            left = "" if answer.wait_ms is None else f", {duration(answer.wait_ms / 1000)} left"
            return Line(at_ms - start_ms, "press", f"{text}: refused, {plain(answer.reason)}{left} ({each.rule}).")
        case Happened(at_ms, event) as happened if event.event not in UNSAID:
            return Line(at_ms - start_ms, "room", _happened(each, happened))
        case Offered(at_ms, _, actions):
            return Line(at_ms - start_ms, "sees", _buttons(actions))
        case _:
            return None


def outcome(found: Iterable[Line]) -> str:
    """How a story went, in a few words."""
    texts = [line.text for line in found]
    wishes = sum(text.startswith("Wishes") for text in texts)
    stays = sum("on stage now." in text for text in texts)
    pushed = sum(text.startswith("Is pushed off") for text in texts)
    if not wishes:
        return "no wish to speak"
    said = f"{_times(wishes, 'wish', 'wishes')}, {_times(stays, 'time', 'times')} on stage"
    return f"{said}, {_times(pushed, 'time', 'times')} pushed off" if pushed else said


def button(action: str) -> str:
    """An action as the text of a button."""
    words = plain(action)
    return words[0].upper() + words[1:]


def moment(at_ms: int) -> str:
    """A moment in whole seconds, as minutes and seconds; before the session's start with a minus sign."""
    return f"-{clock(-at_ms)[:-4]}" if at_ms < 0 else clock(at_ms)[:-4]


def _times(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _note(row: Row, who: str) -> str:
    match row["event"]:
        case "wish_arose":
            return f"Wishes to speak, for {duration(row['wanted_ms'] / 1000)}."
        case "wish_given_up" | "wish_refused":
            cause = WISH_CAUSES.get(row["cause"])
            return f"The wish is lost: {plain(row['cause']) if cause is None else cause.label}."
        case "wish_ended":
            cut = CUTS.get(row["cause"])
            why = f"; cut short: {cut.label}" if cut else ""
            return f"The wish is over, after {duration(row['had_ms'] / 1000)} on stage{why}."
        case "review_started":
            return f"Turns to {row['who']}." if row["by"] == who else f"{row['by']} turns to them."
        case kind:
            rest = [
                plain(str(value)) for key, value in row.items() if key not in ("at", "event", "who", "by") and value
            ]
            text = plain(kind) + (f": {', '.join(rest)}" if rest else "")
            return f"{text[0].upper()}{text[1:]}."


def _happened(seen: Seen, happened: Happened) -> str:
    event = happened.event
    word = event.extra.get("outcome") or event.extra.get("cause")
    text = BY_WORD.get((event.event, word or "")) or OF_ROOM.get(event.event)
    if text is None:
        text = f"{ENDED.get(event.event, button(event.event))}{f': {plain(word)}' if word else ''}."
    place = "" if seen.ahead is None else f", {seen.ahead or 'nobody'} before them"
    fields = {
        "by": "The room" if event.by == "system" else event.by,
        "role": plain(event.extra.get("role") or ""),
        "mode": mode_name(event.extra.get("mode") or ""),
        "place": place,
    }
    untold = " (Nobody tells them.)" if seen.told is False and event.by != event.who else ""
    return text.format(**fields) + untold


def _buttons(actions: Iterable[str] | None) -> str:
    if actions is None:
        return "The engine does not say which buttons there are."
    names = [button(action) for action in actions if action not in NO_BUTTON]
    return f"Buttons: {' · '.join(f'[{name}]' for name in names) or 'none'}"
