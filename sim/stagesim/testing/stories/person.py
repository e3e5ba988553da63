"""What of a session one person does, is told, and has happen to them, in order."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from stageaccess import Room
from stagesim.eventlog.log import EventLog
from stagesim.experiments.study import StudyError
from stagesim.metrics.scan import scan
from stagesim.scenario.faults import one_of
from stagesim.testing.differences.rule_names import CHECKS, cell_of, rule_of_event
from stagesim.testing.stories.course import Asked, Course, Happened, Moment, Note, Offered

PICKS: Final = ("unluckiest", "typical", "pushed_off")
"""Words for a person instead of a name."""

FOR_ALL: Final = ("session_started", "session_ended", "mode_changed")
"""Events that concern everybody who is told of them."""


class Seen(NamedTuple):
    """One moment of a person's story.

    `rule` is the rule by which a command was refused, `told` whether the person got a notice of an event: None where
    the engine does not say, and for what is no event. `ahead` is how many stand before the person in the list of
    requests, after this moment; None for somebody who is not in it.
    """

    moment: Moment
    rule: str = ""
    told: bool | None = None
    ahead: int | None = None


def story(course: Course, who: str) -> Iterator[Seen]:
    """Everything that has to do with one person; the list of requests is that of the engine's own fold."""
    room = course.room.copy()
    for moment in course.moments:
        match moment:
            case Note(_, row) if who in (row["who"], row["by"]):
                yield Seen(moment)
            case Asked(_, command, _) if command.by == who:
                yield Seen(moment, refusal(room, moment))
            case Offered(_, name, _) if name == who:
                yield Seen(moment)
            case Happened(_, event):
                room.apply(event)
                told = None if event.told is None else who in event.told
                if event.who == who or (event.event in FOR_ALL and told is not False):
                    queue = list(room.queue)
                    yield Seen(moment, "", told, queue.index(who) if who in queue else None)
            case _:
                pass


def refusal(room: Room, moment: Moment) -> str:
    """The rule by which a command is refused in a room as it is; empty for what is not refused."""
    if not isinstance(moment, Asked) or moment.answer.accepted:
        return ""
    said = {"action": str(moment.command.do), "reason": str(moment.answer.reason)}
    return CHECKS.get(said["reason"]) or cell_of(room, moment.command) or rule_of_event("rejected", said) or ""


def picked(log: EventLog, who: str, group: str = "") -> str | None:
    """The person of this name, or the one that a pick means in this session, of one group or of all; None where there
    is no such person. StudyError for what is neither a name nor a pick.

    `unluckiest` waited longest for a wish and never got to the stage with it; `typical` has the middle one of all
    waits, those that ended without the stage included; `pushed_off` was first to lose the place to a newcomer.
    """
    if who in log.names[1:]:
        return who
    meant = {name for name, of in zip(log.names, log.groups, strict=True) if group in ("", of)}
    waits = [each for each in _waits(log) if each[1] in meant]
    match who:
        case "unluckiest":
            lost = [(-wait, name) for wait, name, reached in waits if not reached]
            return min(lost)[1] if lost else None
        case "typical":
            return sorted(waits)[len(waits) // 2][1] if waits else None
        case "pushed_off":
            removed = (row for row in log.rows() if row["event"] == "stage_removed" and row["cause"] == "capacity")
            return next((row["who"] for row in removed if row["who"] in meant), None)
        case _:
            hint = one_of((*PICKS, *log.names[1:]), who)
            raise StudyError(f"nobody is called `{who}` in this session\n  hint: {hint}")


def _waits(log: EventLog) -> list[tuple[int, str, bool]]:
    """How long each wish waited (ms), its person, and whether it reached the stage."""
    session = scan(log)
    return [
        ((session.end_ms if wish.settled_ms is None else wish.settled_ms) - wish.at_ms, wish.person, wish.reached)
        for wish in session.wishes.values()
    ]
