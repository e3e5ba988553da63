"""A session as it happened, of a log alone: nothing is simulated again.

The room is folded from the log's events. Of a log of the built-in engine its rules also say who was told of an event,
and how long a refused command has to wait; with the scenario that was played they say which buttons everybody had.
"""

from collections.abc import Iterator
from typing import Any, Final

from stageaccess import Action, Command, Decision, Event, EventKind, Mode, Reason, Room, RoomConfig
from stageaccess.audience import notified
from stageaccess.cells import OTHERS_ACTIONS
from stageaccess.checks import judge
from stageaccess.moves import Refusal
from stagesim.agents.script_checks import Check
from stagesim.eventlog.header import LogError
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS
from stagesim.scenario.room import room_config
from stagesim.scenario.rules import rule_set
from stagesim.scenario.scenario import Scenario
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.stories.buttons import Watch
from stagesim.testing.stories.course import Asked, Course, Happened, Moment, Note

OWN_ENGINE: Final = "stageaccess"
OF_ROOM: Final = frozenset(kind.name for kind in KINDS if kind.source == "engine")
HEAD: Final = frozenset(("at", "event", "who", "by"))
WITH_TARGET: Final = frozenset((*OTHERS_ACTIONS, Action.CHANGE_ROLE))


def course_of_log(
    log: EventLog, scenario: Scenario | None = None, checks: tuple[Check, ...] = (), *, explains: bool = False
) -> Course:
    """The course of a session that a log tells. Without the scenario that was played nothing is said of buttons.

    `explains` says that the log was asked to explain what holds people up.

    Raises LogError for a log that cannot have been.
    """
    room = _empty_room(log, scenario)
    own = log.header.engine == OWN_ENGINE
    try:
        moments = tuple(_moments(log, room.copy(), own, Watch if own and scenario is not None else None))
    except (KeyError, ValueError) as error:
        name, said = log.header.scenario, f"{type(error).__name__}: {error}"
        raise LogError(
            f"the log of `{name}` tells what cannot have been ({said})\n  hint: it may be damaged, or of another room"
        ) from None
    return Course(log, moments, room, checks, () if scenario is None else broken(log, scenario), explains)


def broken(log: EventLog, scenario: Scenario) -> tuple[tuple[int, str], ...]:
    """The properties of a scenario that do not hold in a session, each with its moment and what is wrong."""
    mode, capacity = log.header.mode, scenario.room.stage_capacity
    asked = [Demanded(each, mode, None, capacity) for each in scenario.properties if each.mode in (None, mode)]
    traces = ((each.name, each.trace(log)) for each in asked)
    return tuple(
        (found.at_ms, f"{name}: {found.failed}") for name, found in traces if found.failed and found.at_ms is not None
    )


def _empty_room(log: EventLog, scenario: Scenario | None) -> Room:
    mode = Mode(log.header.mode)
    if scenario is None:
        return Room(RoomConfig(mode, stage_capacity=log.header.stage_capacity))
    return Room(room_config(scenario.room.model_copy(update={"mode": mode})), rule_set(scenario.rules))


def _moments(log: EventLog, room: Room, own: bool, watches: type[Watch] | None) -> Iterator[Moment]:
    watch = None if watches is None else watches(room)
    for row in log.rows():
        at_ms, kind = round(row["at"] * 1000), row["event"]
        if watch is not None and at_ms > room.now_ms:
            yield from watch.until(at_ms)
        if kind == "rejected":
            yield _refused(room, row, at_ms, own)
        elif kind not in OF_ROOM:
            yield Note(at_ms, row)
        else:
            extra = {name: value for name, value in row.items() if name not in HEAD}
            event = Event(room.seq + 1, at_ms, EventKind(kind), row["who"], row["by"], extra)
            room.apply(event)
            yield Happened(at_ms, event._replace(told=tuple(sorted(notified(event, room)))) if own else event)
            if watch is not None:
                watch.after(event)
    if watch is not None:
        yield from watch.until(room.now_ms + 1)


def _refused(room: Room, row: dict[str, Any], at_ms: int, own: bool) -> Asked:
    """A command that was refused, with what else the rules say of it."""
    do, who, by = Action(row["action"]), row["who"], row["by"]
    command = Command(at_ms, do, by, to=who if who != by or do in WITH_TARGET else None)
    verdict = judge(room, command) if own else None
    said = (
        verdict if isinstance(verdict, Refusal) and verdict.reason == row["reason"] else Refusal(Reason(row["reason"]))
    )
    answer = Decision(said.reason, outcome=said.outcome, resolved_by=said.resolved_by, wait_ms=said.wait_ms)
    return Asked(at_ms, command, answer)
