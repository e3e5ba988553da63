"""One person's story in words: what they wished, pressed, saw and were told."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from stagesim.eventlog.schema import KIND, SYSTEM
from stagesim.metric_table import CUTS, WISH_CAUSES
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.values.units import clock
from stagesim.testing.stories.course import Asked, Happened, Note, Offered, Row
from stagesim.testing.stories.person import Seen

OF_STAFF: Final = frozenset(("review_started", "removal_started", "watch_started", "attention_lost"))
"""Kinds that say what staff do."""

UNSAID: Final = frozenset(("wish_satisfied", "review_ended", "attention_back", "removal_ended", "watch_ended"))
"""Kinds that another line says."""


NO_BUTTON: Final = frozenset(("enter_room", "disconnect", "reconnect", "speak", "start_session", "end_session"))
"""Actions that nobody presses a button for while they follow a wish."""


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
            return Line(at_ms - start_ms, "staff" if row["event"] in OF_STAFF else "wish", _note(row, who))
        case Asked(at_ms, command, answer) if command.do not in NO_BUTTON:
            text = f"Presses [{button(command.do)}{f' {command.to}' if command.to else ''}]"
            if answer.reason is None:
                return Line(at_ms - start_ms, "press", text)
            left = "" if answer.wait_ms is None else f", {duration(answer.wait_ms / 1000)} left"
            return Line(at_ms - start_ms, "press", f"{text}: refused, {plain(answer.reason)}{left} ({each.rule}).")
        case Happened(at_ms, event) as happened if KIND[event.event].story:
            return Line(at_ms - start_ms, "room", _happened(each, happened))
        case Offered(at_ms, _, actions):
            return Line(at_ms - start_ms, "sees", buttons_said(actions))
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
        case "wish_unsuitable":
            return "It is a wish that the organiser would not want on stage."
        case "wish_not_tried":
            return f"The wish is over, and was never acted on: {plain(row['cause'])}."
        case "removal_started":
            return (
                f"Sets about taking off {row['who']}."
                if row["by"] == who
                else f"{row['by']} sets about taking them off."
            )
        case "wish_given_up" | "wish_refused":
            cause = WISH_CAUSES.get(row["cause"])
            return f"The wish is lost: {plain(row['cause']) if cause is None else cause.label}."
        case "wish_ended":
            cut = CUTS.get(row["cause"])
            why = f"; cut short: {cut.label}" if cut else ""
            return f"The wish is over, after {duration(row['had_ms'] / 1000)} on stage{why}."
        case "review_started":
            return f"Turns to {row['who']}." if row["by"] == who else f"{row['by']} turns to them."
        case "watch_started":
            return "Watches the stage."
        case "watch_ended":
            return "Watches the stage no longer."
        case kind:
            rest = [
                plain(str(value)) for key, value in row.items() if key not in ("at", "event", "who", "by") and value
            ]
            text = plain(kind) + (f": {', '.join(rest)}" if rest else "")
            return f"{text[0].upper()}{text[1:]}."


def _happened(seen: Seen, happened: Happened) -> str:
    event = happened.event
    word = event.extra.get("outcome") or event.extra.get("cause") or ""
    kind = KIND[event.event]
    text = kind.ending(word).story or (f"{kind.story}: {plain(word)}" if word else kind.story)
    said = text.format(
        by="The room" if event.by == SYSTEM else event.by,
        role=plain(event.extra.get("role") or ""),
        mode=mode_name(event.extra.get("mode") or ""),
    )
    place = "" if seen.ahead is None else f", {seen.ahead or 'nobody'} before them"
    untold = " (Nobody tells them.)" if seen.told is False and event.by != event.who else ""
    return f"{said}{place}.{untold}"


def buttons_said(actions: Iterable[str] | None) -> str:
    """The buttons that somebody has, as a line says it."""
    if actions is None:
        return "The engine does not say which buttons there are."
    names = [button(action) for action in actions if action not in NO_BUTTON]
    return f"Buttons: {' · '.join(f'[{name}]' for name in names) or 'none'}"
