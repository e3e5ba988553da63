"""What the player is given of a session: steps.

Each says how people stand after it, as the engine's own fold has it: who changed, and the list of requests and the
stage where they changed. What the player shows at a moment are the steps up to it, and nothing else.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from stagesim.eventlog.schema import KIND, SYSTEM
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.story import button, buttons_said, line_of
from stagesim.testing.stories.course import Asked, Course, Happened, Moment, Note, Offered, Row
from stagesim.testing.stories.person import Seen, refusal

STANDINGS: Final = ("gone", "viewer", "requested", "invited", "preparing", "on_stage")
"""How a person may stand; the place is the code in a step."""

AWAY: Final = 8
"""Added to the code of somebody who has lost the connection and is inside the grace time."""

EVERYBODY: Final = 12
"""From so many on, they are not listed one by one where all who are there were told of an event."""

ATTENTION: Final = {
    "attention_lost": "{cause}",
    "attention_back": "",
    "removal_started": "takes {who} off the stage",
    "removal_ended": "",
    "review_started": "reviews {who}",
    "review_ended": "",
    "watch_started": "watches the stage",
    "watch_ended": "",
}
"""What somebody of staff attends to from a kind of event on. What is interrupted goes on afterwards."""

WORK: Final = {"presenting": "presents", "reading_chat": "reads the chat"}
"""Why attention is lost, where that is work of another kind; whoever loses it otherwise is away."""


class Run(NamedTuple):
    """One session to be shown, with its name."""

    name: str
    course: Course


class _Texts(dict[str, int]):
    """Text -> its place; each is written once."""

    def __missing__(self, said: str) -> int:
        place = self[said] = len(self)
        return place


def run_data(run: Run) -> dict[str, Any]:
    """What the page needs of one run: people, texts, and steps in order with times in milliseconds from the start."""
    log, texts = run.course.log, _Texts()
    steps = sorted([*_steps(run.course, texts), *_failures(run.course, texts)], key=lambda step: int(step["t"]))
    return {
        "name": run.name,
        "mode": mode_name(log.header.mode),
        "places": log.header.stage_capacity,
        "people": list(log.names),
        "groups": list(log.groups),
        "notes": any(isinstance(moment, Note) for moment in run.course.moments),
        "texts": list(texts),
        "steps": steps,
    }


def _steps(course: Course, texts: _Texts) -> Iterator[dict[str, Any]]:
    """Steps with short keys, since there are thousands: `t` time, `w` whom it is about, `k` its kind, `x` its text;
    `p` a person with the new standing, `q` what changes in the list of requests, `s` on stage, `m` the mode; `a` what a
    moderator attends to, `b` the buttons of a person, `o` those of a moderator at the person, `n` who was told, `y` who
    did it to the person. Texts are places in the list of texts.
    """
    log, room = course.log, course.room.copy()
    place = {name: number for number, name in enumerate(log.names)}
    queue: list[int] = []
    stage: list[int] = []
    attends: dict[str, dict[str, str]] = {}
    offered: dict[str, dict[str, int]] = {}
    for moment in course.moments:
        who = _about(moment)
        rule = refusal(room, moment)
        before = room.seq
        told: tuple[str, ...] | None = None
        if isinstance(moment, Happened):
            room.apply(moment.event)
            told = moment.event.told
        ahead = list(room.queue).index(who) if who in room.queue else None
        line = line_of(Seen(moment, rule, ahead=ahead), log.header.start_ms, who)
        step: dict[str, Any] = {"t": moment.at_ms - log.header.start_ms, "w": place[who]}
        if line is not None:
            step |= {"k": _kind(moment), "x": texts[line.text]}
        if room.seq != before:
            step |= _changed(room, moment, place)
            for key, order, known in (("q", room.queue, queue), ("s", room.stage, stage)):
                now = [place[name] for name in order]
                if now != known:
                    step[key] = _difference(known, now)
                    known[:] = now
        by = _by(moment)
        if by not in (who, SYSTEM):
            step["y"] = place[by]
        if told:
            step["n"] = "all" if _are_all(told, room) else [place[name] for name in told]
        if isinstance(moment, Note) and moment.row["event"] in ATTENTION:
            said = _attention(moment.row, attends.setdefault(moment.row["by"], {}))
            step["a"] = [place[moment.row["by"]], texts[said]]
        if isinstance(moment, Offered):
            step = {"t": step["t"], "w": step["w"]} | _offered(moment, offered.setdefault(who, {}), texts)
        if len(step) > 2:
            yield step


def _are_all(told: tuple[str, ...], room: Any) -> bool:
    """Whether everybody who is there was told, and that is more than is listed."""
    return len(told) >= EVERYBODY and len(told) == sum(each.presence == "present" for each in room.people.values())


def _difference(before: list[int], now: list[int]) -> int | list[int]:
    """How a list changes: by somebody at its end (the place and one more), by somebody who is gone (the same,
    negative), or to what it is now. Whole lists of a large stage would take the square of its people.
    """
    if now[:-1] == before:
        return now[-1] + 1
    gone = [who for who in before if who not in now]
    if len(gone) == 1 and [who for who in before if who != gone[0]] == now:
        return -gone[0] - 1
    return now


def _offered(moment: Offered, before: dict[str, int], texts: _Texts) -> dict[str, int]:
    """The buttons that are others than `before`, which is made what is so now."""
    of_staff = " · ".join(f"[{button(action)}]" for action in moment.by_staff)
    now = {"b": texts[buttons_said(moment.actions)], "o": texts[of_staff]}
    changed = {key: said for key, said in now.items() if before.get(key) != said}
    before.update(now)
    return changed


def _failures(course: Course, texts: _Texts) -> Iterator[dict[str, Any]]:
    """What the script expected and did not get, and which properties do not hold, each at its moment."""
    failed = [(round(each.at_s * 1000), f"{each.what}: {each.said}") for each in course.checks if each.failed]
    for at_ms, said in (*failed, *course.broken):
        yield {"t": at_ms, "w": 0, "k": "failed", "x": texts[said]}


def _about(moment: Moment) -> str:
    match moment:
        case Note(_, row):
            return str(row["who"])
        case Asked(_, command, _):
            return command.by or SYSTEM
        case Happened(_, event):
            return event.who
        case Offered(_, who, _):
            return who


def _by(moment: Moment) -> str:
    """Who does it; somebody else than whom it is about where staff do something to a person."""
    match moment:
        case Note(_, row):
            return str(row["by"])
        case Happened(_, event):
            return event.by
        case _:
            return SYSTEM


def _kind(moment: Moment) -> str:
    """What sort of step it is: also what the page can jump to."""
    match moment:
        case Note(_, row) if row["event"] in ("wish_given_up", "wish_refused"):
            return "gave_up"
        case Note(_, row) if KIND[row["event"]].explains:
            return "explains"
        case Note():
            return "note"
        case Asked(_, _, answer):
            return "ask" if answer.accepted else "refused"
        case Happened(_, event):
            word = event.extra.get("outcome") or event.extra.get("cause")
            if event.event == "request_closed" and word == "declined":
                return "declined"
            if event.event == "stage_removed":
                return "pushed_off" if word == "capacity" else "removed"
            return "mode" if event.event == "mode_changed" else "event"
        case Offered():
            return "sees"


def _changed(room: Any, moment: Moment, place: dict[str, int]) -> dict[str, Any]:
    assert isinstance(moment, Happened)
    found: dict[str, Any] = {}
    person = room.people.get(moment.event.who)
    if person is not None:
        found["p"] = [place[person.name], _code(person)]
    if moment.event.event == "mode_changed":
        found["m"] = mode_name(str(room.mode))
    return found


def _code(person: Any) -> int:
    if person.presence == "gone":
        return 0
    return STANDINGS.index(person.standing) + (AWAY if person.presence == "away" else 0)


def _attention(row: Row, now: dict[str, str]) -> str:
    """What somebody attends to after an event; `now` is what they have in hand, the latest last."""
    sort, _, end = row["event"].partition("_")
    now.pop(sort, None)
    if end in ("started", "lost"):
        cause = row.get("cause") or ""
        said = WORK.get(cause) or f"away: {plain(cause)}"
        now[sort] = ATTENTION[row["event"]].format(who=row["who"], cause=said)
    return next(reversed(now.values()), "")
