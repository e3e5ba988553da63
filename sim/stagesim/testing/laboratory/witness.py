"""A short history of a small room as a story: its events, a sequence diagram, and a scripted scenario."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from stageaccess import Command, Decision
from stageaccess.vocabulary import SYSTEM
from stagesim.testing.differences.sequence import Row, steps
from stagesim.testing.differences.sequence import Step as Arrow
from stagesim.testing.laboratory.small_room import Move, SmallRoom
from stagesim.testing.laboratory.states import Violation
from stagesim.testing.laboratory.written import command_said, moment, script_text


class Played(NamedTuple):
    """One move that was carried out: when, and what came of it."""

    at_ms: int
    move: Move
    decision: Decision


def played(room: SmallRoom, moves: Sequence[Move]) -> list[Played]:
    """The moves, one after another. Where the engine breaks, it has no answer to the last one."""
    engine, found = room.start(), []
    for move in moves:
        before_ms = engine.room.now_ms
        try:
            decision = room.carry_out(engine, move)
        except Exception:  # what it raises has been said
            decision = Decision(None)
        found.append(Played(engine.room.now_ms if move is None else before_ms, move, decision))
    return found


def arrows(room: SmallRoom, moves: Sequence[Move]) -> list[Arrow]:
    """The story as a sequence diagram, from the moment on at which everybody is in the room."""
    return [arrow for each in played(room, moves) for arrow in steps(list(_rows(each)), [])[:-1]]


def _rows(each: Played) -> Iterator[Row]:
    """The events of a move as a log has them."""
    at_ms, move, decision = each
    for event in (*decision.due, *decision.events):
        yield {"at": event.at_ms / 1000, "event": event.event, "who": event.who, "by": event.by, **event.extra}
    if move is not None and not decision.accepted:
        row = {"at": at_ms / 1000, "event": "rejected", "who": move.to or move.by or SYSTEM, "by": move.by or SYSTEM}
        yield {**row, "action": move.do, "reason": decision.reason}


def scenario_text(found_at: Violation) -> str:
    """The story of a violation as a scenario that fails: by what its last step expects, or by a statement.

    What is wanted is expected of the last move; of a look after it, where a state is wrong or time goes on last.
    """
    room, named, moves, (said, wanted, statement, _) = found_at
    looks = named.of_state is not None or not moves or moves[-1] is None
    return written(room, moves, said, wanted, looks=looks, statement=None if wanted else statement)


def written(
    room: SmallRoom,
    moves: Sequence[Move],
    title: str,
    wanted: Mapping[str, Any],
    *,
    looks: bool = False,
    statement: str | None = None,
) -> str:
    """Moves as a scenario whose last step, or a look after it, expects what is `wanted`."""
    found = played(room, moves)
    last_ms = found[-1].at_ms if found else 0
    script = [*(_step(0, command) for command in room.opening()), *_script(found)]
    if wanted and looks:
        script.append({"at": moment(last_ms), **wanted})
    elif wanted:
        script[-1] |= wanted
    config, rules = room.variant.config(room.config), room.variant.says.get("rules")
    return script_text(title, config, rules, script, lasts_ms=last_ms + 1000, statement=statement)


def _script(found: Sequence[Played]) -> Iterator[dict[str, Any]]:
    """The commands, with what was answered; time goes on by itself."""
    for at_ms, move, decision in found:
        if move is not None:
            yield {**_step(at_ms, move), "expect": str(decision.reason or "accepted")}


def _step(at_ms: int, command: Command) -> dict[str, Any]:
    return {"at": moment(at_ms), **command_said(command)}
