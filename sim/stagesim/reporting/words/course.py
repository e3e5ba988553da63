"""One session in words, as it went: who came on stage when, how waiting ended, when the stage was full, the modes."""

from collections import Counter
from collections.abc import Iterator
from statistics import median_low
from typing import Any, Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KIND, KINDS, SYSTEM
from stagesim.metric_table import WISH_CAUSES
from stagesim.metrics.facts import STEP, Session, Wish
from stagesim.metrics.known_sessions import session_of
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.notes import SHORTEST_MS, spoken
from stagesim.reporting.words.numbers import span
from stagesim.reporting.words.story import moment

ON_STAGE: Final = STEP.index("on_stage")
QUEUE: Final = STEP.index("queue")

WORTH_A_LINE_MS: Final = 30_000
"""So long a stage has to be full for a line of its own."""

FATES_SAID: Final = {
    "heard": "heard",
    "cut_short": "cut short",
    "left_early": "left before they had enough",
    "given_up": "given up",
    "refused": "refused",
    "not_tried": "not tried",
    "open": "still open at the end",
}
"""What became of so many wishes."""

UNTOLD: Final = frozenset(
    (
        *("attention_lost", "attention_back", "watch_started", "watch_ended", "list_held"),
        *(kind.name for kind in KINDS if kind.rule == "T10" and kind.answers is None),
    )
)
"""Kinds of events that are nothing to tell of a session."""


class Phase(NamedTuple):
    """A stretch of the session in one mode, in milliseconds from its start."""

    mode: str
    from_ms: int
    to_ms: int


class Deed(NamedTuple):
    """One line: when, in milliseconds from the session's start, what it is about, and what happened.

    It is about a `wish`, the `stage`, the `mode`, or what else happened in the `room`.
    """

    at_ms: int
    about: str
    text: str


def phases(log: EventLog) -> list[Phase]:
    """The modes, one after the other."""
    session = session_of(log)
    rows = (row for row in log.rows() if row["event"] == "mode_changed")
    found = [(max(0, round(row["at"] * 1000) - session.start_ms), row["mode"]) for row in rows]
    changes = [(0, str(log.header.mode)), *found]
    ends = [at_ms for at_ms, _ in changes[1:]] + [session.length_ms]
    return [
        Phase(mode, at_ms, end_ms)
        for (at_ms, mode), end_ms in zip(changes, ends, strict=True)
        if at_ms < end_ms or len(changes) == 1
    ]


def deeds(log: EventLog) -> list[Deed]:
    """What happened, in order."""
    session = session_of(log)
    found = [*_of_wishes(session), *_of_the_stage(session), *_of_modes(log)]
    if not session.wishes:
        found += _of_the_room(log)
    return sorted(found, key=lambda each: each.at_ms)


def summary(log: EventLog) -> Iterator[str]:
    """The session in a few sentences, those on the modes last."""
    session = session_of(log)
    wishes = list(session.wishes.values())
    if wishes:
        counts: Counter[str] = Counter(wish.fate for wish in wishes)
        fates = ", ".join(f"{counts[fate]} {said}" for fate, said in FATES_SAID.items() if counts[fate])
        yield f"{_many(len(wishes), 'wish', 'wishes')} to speak: {fates}."
    waits = [_wait_ms(wish) for wish in wishes if wish.reached]
    if len(waits) > 1:
        half, longest = span(median_low(waits)), span(max(waits))
        yield f"Half of those who came on stage waited {half} or less, one of them {longest}."
    full_ms = sum(to_ms - from_ms for from_ms, to_ms in full(session))
    if session.stage_capacity is not None:
        places = _many(session.stage_capacity, "place", "places")
        yield f"The stage has {places}: {f'full for {span(full_ms)}' if full_ms else 'never full'}."
    most = max((step[QUEUE] for step in session.steps), default=0)
    if most:
        yield f"The list of requests had {most} at most."
    found = phases(log)
    if len(found) > 1:
        for each in found:
            yield _of_phase(session, each)


def full(session: Session) -> Iterator[tuple[int, int]]:
    """When the stage was full, from and until when, in milliseconds from the session's start."""
    since: int | None = None
    ends = [step[0] for step in session.steps[1:]] + [session.end_ms]
    for step, end_ms in zip(session.steps, ends, strict=True):
        is_full = session.stage_capacity is not None and step[ON_STAGE] >= session.stage_capacity
        if is_full and since is None:
            since = step[0]
        elif not is_full and since is not None:
            yield since - session.start_ms, step[0] - session.start_ms
            since = None
        if is_full and end_ms >= session.end_ms and since is not None:
            yield since - session.start_ms, session.end_ms - session.start_ms
            return


def _of_phase(session: Session, phase: Phase) -> str:
    from_ms, to_ms = phase.from_ms + session.start_ms, phase.to_ms + session.start_ms
    settled = [wish for wish in session.wishes.values() if from_ms <= (wish.settled_ms or -1) < to_ms]
    came = sum(wish.reached for wish in settled)
    lost = len(settled) - came
    said = f"{came} came on stage" + (f", {lost} did not get there" if lost else "")
    return f"{moment(phase.from_ms)} to {moment(phase.to_ms)}, {mode_name(phase.mode).lower()}: {said}."


def _of_wishes(session: Session) -> Iterator[Deed]:
    for wish in session.wishes.values():
        if wish.settled_ms is not None and wish.outcome != "not_tried":
            yield Deed(wish.settled_ms - session.start_ms, "wish", f"{wish.person}: {_how(wish)}")


def _how(wish: Wish) -> str:
    """How waiting ended, and what came then."""
    wait_ms = _wait_ms(wish)
    after = f" after {span(wait_ms)}" if wait_ms >= SHORTEST_MS else " at once"
    if wish.reached:
        return f"on stage{after}, {spoken(wish)}"
    cause = WISH_CAUSES.get(wish.cause)
    return f"{plain(wish.outcome)}{after}: {plain(wish.cause) if cause is None else cause.label}"


def _wait_ms(wish: Wish) -> int:
    return (wish.settled_ms or wish.at_ms) - wish.at_ms


def _of_the_stage(session: Session) -> Iterator[Deed]:
    for from_ms, to_ms in full(session):
        if to_ms - from_ms >= WORTH_A_LINE_MS:
            yield Deed(from_ms, "stage", f"the stage is full, for {span(to_ms - from_ms)}")


def _of_modes(log: EventLog) -> Iterator[Deed]:
    for phase in phases(log)[1:]:
        yield Deed(phase.from_ms, "mode", f"the mode is now {mode_name(phase.mode).lower()}")


def _of_the_room(log: EventLog) -> Iterator[Deed]:
    """All that happened in a room in which nobody has wishes, as in a script."""
    for row in log.rows():
        said = said_of(row)
        if said:
            yield Deed(round(row["at"] * 1000) - log.header.start_ms, "room", said)


def said_of(row: dict[str, Any]) -> str:
    """An event in a few words; empty for one of which nobody is told."""
    kind = KIND[row["event"]]
    if row["event"] == "rejected":
        return f"{row['who']}: {plain(row['action'])} is refused: {plain(row['reason'])}"
    if row["event"] in UNTOLD:
        return ""
    word = row.get("outcome") or row.get("cause") or ""
    said = kind.ending(word).story or (f"{kind.story}: {plain(word)}" if word and kind.story else kind.story)
    if not said:
        return ""
    by = "the room" if row["by"] == SYSTEM else row["by"]
    told = {"by": by, "mode": mode_name(row.get("mode") or "").lower(), "role": f"a {row.get('role') or 'participant'}"}
    text = said.format_map({**row, **told, "client": {"mobile": "a phone"}.get(row.get("client") or "", "a computer")})
    text = text[0].lower() + text[1:] if not text.startswith(row["by"]) else text
    return text if row["who"] == SYSTEM else f"{row['who']}: {text}"


def _many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
