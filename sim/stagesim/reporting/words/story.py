"""One person's story in words: what they wished, pressed, saw and were told."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Final, NamedTuple

from stagesim.eventlog.schema import KIND, SYSTEM
from stagesim.metric_table import WISH_CAUSES
from stagesim.metrics.facts import Wish
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.notes import CUT_SHORT, SHORTEST_MS, note, spoken, waited
from stagesim.reporting.words.numbers import span
from stagesim.reporting.words.refusals import why_refused
from stagesim.scenario.values.units import clock
from stagesim.testing.stories.course import Asked, Course, Happened, Note, Offered
from stagesim.testing.stories.modes import Stories, cast_of
from stagesim.testing.stories.person import OF_SESSION, Seen, Waited
from stagesim.testing.stories.picks import PICK, Found, picked

OF_STAFF: Final = frozenset(
    (
        "review_started",
        "review_ended",
        "removal_started",
        "watch_started",
        "attention_lost",
        "attention_back",
        "list_held",
    )
)
"""Kinds that say what staff do."""

NO_BUTTON: Final = frozenset(
    ("enter_room", "leave_room", "disconnect", "reconnect", "speak", "start_session", "end_session")
)
"""Actions that are no button of the stage."""

LEADS_ON: Final = ("ask_to_join", "join_stage", "go_live", "leave_stage")
"""Actions whose buttons come first."""

FOR_ALL: Final = (*OF_SESSION, "mode_changed")
"""Events that are told to everybody in the same words."""

DEVICES: Final[Mapping[str, str]] = {"desktop": "a computer", "mobile": "a phone"}
"""What a client is called."""

ROLES: Final[Mapping[str, str]] = {
    "participant": "a participant",
    "moderator": "a moderator",
    "host": "a host",
}
"""What a role is called."""

DONE: Final = {
    ("request_closed", "approved"): "Says yes to the request of {who}",
    ("request_closed", "declined"): "Declines the request of {who}",
    ("request_closed", "cleared"): "Clears the list; the request of {who} is gone",
    ("request_closed", "mode_changed"): "Closes the request of {who} with the new mode",
    ("request_closed", "superseded"): "Closes the request of {who}: none is needed any more",
    ("invitation_created", ""): "Offers {who} a place on stage",
    ("invitation_closed", "revoked"): "Takes the offer to {who} back",
    ("setup_cancelled", "mode_changed"): "Ends the set-up of {who} with the new mode",
    ("stage_removed", "moderator"): "Takes {who} off the stage",
    ("stage_removed", "capacity"): "Gets the place of {who}, who is pushed off",
    ("role_changed", ""): "Makes {who} {role}",
}
"""What somebody does to another person, by the kind of event and its word: told to whoever does it."""

SAID_BY: Final = {
    ("invitation_closed", "accepted"): "stage_joined",
    ("request_closed", "approved"): "invitation_created",
    ("stage_removed", "capacity"): "stage_joined",
}
"""What happens together and is one thing to a person: an event, and the kind of the one of which the line says both."""

SELF_EVIDENT: Final = ("left_room", "session_ended")
"""Words of endings of which nobody is surprised to be told, or not to be."""


class Line(NamedTuple):
    """One line of a story: when, from the session's start, what sort of thing, and what.

    The sorts are `wish`, `press`, `sees` (buttons), `told` (a notice), `room` (what happens without one), `staff` (what
    others do unseen), and `waited` (for what).
    """

    at_ms: int
    sort: str
    text: str


class Told(NamedTuple):
    """A person's story of one session: how it went in a few words, and every line."""

    how: str
    lines: tuple[Line, ...]


TIMES: Final = "Times are minutes and seconds from the session's start; before it with a minus sign."
"""How the moments of a story are to be read."""


def told(stories: Stories) -> dict[str, Told]:
    """The stories of one person in words, by mode."""
    return {
        mode: Told(how_it_went(seen, stories.who), tuple(lines(seen, stories.start_ms, stories.who)))
        for mode, seen in stories.by_mode.items()
    }


class Row(NamedTuple):
    """The lines of one second, a cell a session; `at_ms` is the moment of the last of them."""

    when: str
    at_ms: int
    cells: tuple[tuple[Line, ...], ...]

    @property
    def is_same(self) -> bool:
        """Whether the same happens in every one of several sessions."""
        return len(self.cells) > 1 and len({tuple(line.text for line in cell) for cell in self.cells}) == 1

    @property
    def link(self) -> str:
        """The moment of the last line as a link to it has it, to the millisecond; a whole second has none."""
        text = clock(abs(self.at_ms)).removesuffix(".000")
        return f"-{text}" if self.at_ms < 0 else text


def rows(columns: Sequence[Told]) -> Iterator[Row]:
    """Several stories of one person beside each other, second by second."""
    for second in sorted({line.at_ms // 1000 for column in columns for line in column.lines}):
        cells = [tuple(line for line in column.lines if line.at_ms // 1000 == second) for column in columns]
        yield Row(moment(second * 1000), max(line.at_ms for cell in cells for line in cell), tuple(cells))


def introduced(stories: Stories) -> str:
    """Who it is of whom is told."""
    facts = ", ".join(filter(None, (stories.group, DEVICES.get(stories.client, ""))))
    return f"{stories.who} ({facts})" if facts else stories.who


def why_this_one(stories: Stories) -> str:
    """Why a pick means this person; empty for somebody who was asked for by name."""
    if stories.found is None:
        return ""
    return f"{PICK[stories.pick].title}: {picked_because(stories.pick, stories.found, stories.start_ms)}"


def picked_because(name: str, found: Found, start_ms: int) -> str:
    """What a pick asks for; and where it happened, in which mode and when."""
    at = "" if found.at_ms is None else f", at {moment(found.at_ms - start_ms)}"
    where = f"; here in {mode_name(found.mode).lower()}{at}" if found.mode else ""
    return f"{PICK[name].who}{where}."


def picks_said(courses: Mapping[str, Course], group: str = "") -> dict[str, str]:
    """Whom each pick means in some sessions, and why."""
    start_ms = next(iter(courses.values())).log.header.start_ms
    found = picked(cast_of(courses, group))
    return {name: f"{each.who}: {picked_because(name, each, start_ms)}" for name, each in found.items()}


def lines(seen: Sequence[Seen], start_ms: int, who: str) -> Iterator[Line]:
    """The story line by line; what happens together, and is one thing to a person, is one line."""
    for _, at_once in groupby(seen, key=lambda each: each.moment.at_ms):
        together = list(at_once)
        merged = _merged(together, who) if len(together) > 1 else []
        for each in together:
            line = None if each in merged else line_of(each, start_ms, who)
            if line is not None:
                yield _with(line, each, merged)


def _merged(together: Sequence[Seen], who: str) -> list[Seen]:
    """What is said by the line of something else."""
    kinds = {_ending(each)[0] for each in together}
    return [each for each in together if SAID_BY.get(_ending(each)) in kinds and _is_merged(each, who)]


def _is_merged(seen: Seen, who: str) -> bool:
    """Whoever is pushed off comes to know it by a line of its own."""
    event = seen.moment.event if isinstance(seen.moment, Happened) else None
    return event is None or event.event != "stage_removed" or event.who != who


def _with(line: Line, seen: Seen, merged: Sequence[Seen]) -> Line:
    """The line, saying also what was merged into it."""
    for each in merged:
        kind = _ending(each)[0]
        assert isinstance(each.moment, Happened)
        other = each.moment.event.who
        if SAID_BY[_ending(each)] != _ending(seen)[0]:
            continue
        if kind == "stage_removed":
            line = line._replace(text=f"{line.text[:-1]}, in the place of {other}, who is pushed off.")
        if kind == "request_closed":
            yes = "ays yes to the request, and offers"
            line = line._replace(text=line.text.replace("offers", f"s{yes}", 1).replace("Offers", f"S{yes}", 1))
    return line


def _ending(seen: Seen) -> tuple[str, str]:
    """The kind of an event, and its word."""
    return (seen.moment.event.event, _word(seen.moment)) if isinstance(seen.moment, Happened) else ("", "")


def _word(happened: Happened) -> str:
    extra = happened.event.extra
    return extra.get("outcome") or extra.get("cause") or ""


def line_of(each: Seen, start_ms: int, who: str) -> Line | None:
    """One moment from the view of `who`; None for what another line says."""
    match each.moment:
        case Note(at_ms, row):
            sort, text = "staff" if row["event"] in OF_STAFF else "wish", note(each, row, who)
        case Asked(at_ms, command, answer) if not answer.accepted:
            at = f", for {command.to}" if command.to else ""
            why = why_refused(each.moment, each.rule)
            sort, text = "press", f"Tries [{button(command.do)}]{at}: refused, since {why}"
        case Happened(at_ms, event) if event.who == who or event.event in FOR_ALL:
            sort, text = _happened(each, each.moment, who)
        case Happened(at_ms, event):
            words = DONE.get((event.event, _word(each.moment)), "")
            sort, text = "press", words.format(who=event.who, role=_role(event.extra))
        case Offered(at_ms, _, actions):
            sort, text = "sees", buttons_said(actions)
        case Waited(at_ms):
            sort, text = "waited", waited(each.moment)
        case _:
            return None
    return Line(at_ms - start_ms, sort, text if sort == "sees" else f"{text}.") if text else None


def how_it_went(seen: Sequence[Seen], who: str) -> str:
    """How a story went, in a few words."""
    found = [each.moment for each in seen if isinstance(each.moment, Waited)]
    if not seen:
        return "never comes into the room"
    if not found:
        return _without_wish(seen, who)
    if len(found) == 1:
        return _fate(found[0])
    counts = Counter(_short_fate(each.wish) for each in found)
    return f"{len(found)} wishes: {', '.join(f'{count} {fate}' for fate, count in counts.items())}"


def _without_wish(seen: Sequence[Seen], who: str) -> str:
    rows = [each.moment.row for each in seen if isinstance(each.moment, Note)]
    reviews = sum(row["event"] == "review_started" and row["by"] == who for row in rows)
    stays = sum(_ending(each)[0] == "stage_joined" for each in seen)
    came = (each.moment.event for each in seen if _ending(each)[0] == "entered" and isinstance(each.moment, Happened))
    if reviews:
        return f"turned to somebody {_times(reviews)}"
    if not stays and any(event.extra["role"] != "participant" for event in came if event.who == who):
        return "turned to nobody"
    return f"on stage {_times(stays)}" if stays else "no wish to speak"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _fate(each: Waited) -> str:
    wish, wait = each.wish, span(each.wait_ms)
    after = f" after {wait}" if each.wait_ms >= SHORTEST_MS else ""
    if wish.reached:
        return f"on stage{after}, {spoken(wish)}"
    if each.is_open:
        return f"not on stage: still waiting when the session ended,{after}"
    if wish.outcome == "not_tried":
        return f"not on stage: {_lost(wish)}"
    return f"not on stage: {_lost(wish)}{after}"


def _short_fate(wish: Wish) -> str:
    match wish.fate:
        case "heard":
            return "heard"
        case "cut_short":
            return f"cut short ({CUT_SHORT[wish.cause]})"
        case "left_early":
            return "left early"
        case "open":
            return "on stage" if wish.reached else "still waiting when the session ended"
        case _:
            return f"not on stage ({_lost(wish)})"


def _lost(wish: Wish) -> str:
    if wish.outcome == "not_tried":
        return "never tried"
    cause = WISH_CAUSES.get(wish.cause)
    return plain(wish.cause) if cause is None else cause.label


def button(action: str) -> str:
    """An action as the text of a button."""
    words = plain(action)
    return words[0].upper() + words[1:]


@cache
def buttons_said(actions: tuple[str, ...] | None) -> str:
    """The buttons that somebody has, as a line says it; those that lead on come first."""
    if actions is None:
        return "The engine does not say which buttons there are."
    names = [
        button(action) for action in sorted(actions, key=lambda each: each not in LEADS_ON) if action not in NO_BUTTON
    ]
    return f"Buttons: {' · '.join(f'[{name}]' for name in names) or 'none'}"


def moment(at_ms: int) -> str:
    """A moment in whole seconds, as minutes and seconds; before the session's start with a minus sign."""
    return f"-{clock(-at_ms)[:-4]}" if at_ms < 0 else clock(at_ms)[:-4]


def _happened(seen: Seen, happened: Happened, who: str) -> tuple[str, str]:
    """The sort and the text of an event, told to its person, or to one of all."""
    event, word = happened.event, _word(happened)
    kind = KIND[event.event]
    ending = kind.ending(word)
    text = ending.story or (f"{kind.story}: {plain(word)}" if word else kind.story)
    if not text:
        return "room", ""
    said = text.format(
        by="The room" if event.by == SYSTEM else event.by,
        role=_role(event.extra),
        client=DEVICES.get(event.extra.get("client") or "", "a device"),
        mode=mode_name(event.extra.get("mode") or "").lower(),
    )
    if seen.ahead is not None and event.event == "request_created":
        said += f", {seen.ahead or 'nobody'} before them"
    if event.by == who:
        if ending.answers is None or ending.answers in NO_BUTTON:
            return "room", said
        return "press", f"Presses [{button(ending.answers)}]: {_lower(said)}"
    if seen.told and word not in SELF_EVIDENT:
        is_of_others = said.startswith(("The ", event.by))
        return "told", f"Is told: {said if said.startswith(event.by) else _lower(said)}" if is_of_others else said
    return "room", f"{said} (no notice)" if seen.lacks_notice and word not in SELF_EVIDENT else said


def _lower(sentence: str) -> str:
    return f"{sentence[0].lower()}{sentence[1:]}"


def _role(extra: Mapping[str, str | None]) -> str:
    role = extra.get("role") or ""
    return ROLES.get(role, plain(role))
