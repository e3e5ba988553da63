"""What people wish, and what staff do that the room does not know, in words: a sentence for each note of a log."""

from typing import Final

from stagesim.eventlog.schema import KIND
from stagesim.metrics.causes import CAUSES
from stagesim.metrics.facts import Wish
from stagesim.reporting.words.numbers import span
from stagesim.testing.stories.course import Row
from stagesim.testing.stories.person import Seen, Waited

CUT_SHORT: Final = {
    "capacity": "pushed off a full stage",
    "staff": "taken off by staff",
    "lost_connection": "the connection was lost",
    "session_ended": "the session ended",
    "mode_changed": "the mode changed",
}
"""What cut a wish short, in a few words."""

SHORTEST_MS: Final = 1_000
"""From here on a wait is worth a line, and what it was for a word."""


def note(seen: Seen, row: Row, who: str) -> str:
    """One note, told to `who`; empty for what another line says."""
    mine = row["who"] == who
    match row["event"]:
        case "wish_arose":
            return f"Wishes to speak for {span(row['wanted_ms'])}"
        case "wish_ended":
            return _ended(row, seen.wish)
        case "review_started":
            what = "request" if row["request"] else "wish"
            return f"{row['by']} turns to the {what}" if mine else f"Turns to the {what} of {row['who']}"
        case "review_ended":
            turns = f"{row['by']} turns away" if mine else f"Turns away from {row['who']}"
            return "" if seen.is_answered else f"{turns} without an answer"
        case "removal_started":
            by, whom = (f"{row['by']} sets", "them") if mine else ("Sets", row["who"])
            return f"{by} about taking {whom} off the stage"
        case kind:
            said = (KIND[kind].ending(row.get("cause") or "").story or KIND[kind].story).format_map(row)
            stays = kind == "wish_given_up" and seen.ahead is not None
            return f"{said}; the request stays in the list" if stays else said


def _ended(row: Row, wish: Wish | None) -> str:
    """The end of a wish that had been on stage: how much of what it wanted it has had, and what ended it."""
    cut = CUT_SHORT.get(row["cause"])
    if wish is None:
        return f"Was on stage for {span(row['had_ms'])}" + (f": {cut}" if cut else "")
    return f"L{spoken(wish)[1:]}" if wish.fate == "left_early" else f"Was {spoken(wish)}"


def spoken(wish: Wish) -> str:
    """What became of a wish that reached the stage, in a few words."""
    had_ms, cut = wish.had_ms or 0, CUT_SHORT.get(wish.cause)
    had, wanted = span(had_ms), span(wish.wanted_ms)
    much = had if had == wanted or had_ms > wish.wanted_ms else f"{had} of {wanted}"
    match wish.fate:
        case "heard":
            return f"heard for {much}" + (f", then {cut}" if cut else "")
        case "cut_short":
            return f"cut short after {much}: {cut}"
        case "left_early":
            return f"left after {much}"
        case _:
            return f"on stage for {much}"


def waited(each: Waited) -> str:
    """How long a wish has waited, and for what; empty for no time."""
    wait = span(each.wait_ms)
    if each.is_open:
        said = f"Still waits when the session is over, after {wait}"
    elif each.wait_ms < SHORTEST_MS:
        return ""
    else:
        said = f"Has waited {wait}"
    parts = [] if each.held_ms is None else list(zip(each.held_ms, CAUSES, strict=True))
    parts = sorted((part for part in parts if part[0] >= SHORTEST_MS), key=lambda part: -part[0])
    if len(parts) == 1:
        return f"{said}: {parts[0][1].label}"
    return f"{said}: {'; '.join(f'{span(ms)} {cause.label}' for ms, cause in parts)}" if parts else said
