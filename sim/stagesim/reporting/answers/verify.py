"""What `stagesim verify` says: how many states there are, what holds in all of them, and the shortest story if not."""

from collections.abc import Sequence
from typing import Final

from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.answers.findings import Findings, Tale
from stagesim.scenario.values.units import format_duration
from stagesim.testing.laboratory.properties import Property
from stagesim.testing.laboratory.small_room import SmallRoom
from stagesim.testing.laboratory.states import Space, Violation
from stagesim.testing.laboratory.witness import arrows, scenario_text
from stagesim.testing.laboratory.written import command_in_words

READING: Final = (
    "A state is everything of the room that can make a difference later, with times as what is left of them; what was "
    "said and done before counts as far as that."
)


def findings(
    space: Space, room: SmallRoom, properties: Sequence[Property], not_explored: Sequence[str], command: str
) -> Findings:
    """The findings of one exploration."""
    broken = {each.named.name: each for each in space.violations}
    unseen = {each.name for each in space.missed}
    names = dict.fromkeys([*(each.name for each in properties), *broken])
    rows = [(name, _verdict(name, broken, unseen, space)) for name in names]
    rows += [(name, "not explored: it speaks of people, or of a time to come") for name in not_explored]
    return Findings(
        kind="verify",
        title=f"Every state of a room of {len(room.people)} people",
        facts=facts(room),
        lines=tuple(_lines(space, room, not_explored)),
        reading=READING + " People who begin alike are exchanged for each other." * space.exchanged,
        command=command,
        grids=(Grid("Properties", ("property", "in every state and at every step"), tuple(rows)),),
        tales=tuple(_tale(number, each) for number, each in enumerate(space.violations, start=1)),
        data=_data(space, rows),
    )


def facts(room: SmallRoom) -> str:
    """What the room is, in one sentence."""
    config = room.variant.config(room.config)
    who = ", ".join(f"{name} ({role})" for name, role in room.people.items())
    places = "any number of places" if config.stage_capacity is None else f"{config.stage_capacity} on stage"
    modes = dict.fromkeys([config.mode, *(each.mode for each in room.moves if each is not None and each.mode)])
    clock = f"a clock of {format_duration(room.tick_ms)}" if room.tick_ms else "no clock"
    few = f", {room.timers} timer a person at most" if room.timers else ""
    return (
        f"{who}; modes {', '.join(modes)}, the first at the start; {places}; {clock}{few}; rules: {room.variant.name}."
    )


def _verdict(name: str, broken: dict[str, Violation], unseen: set[str], space: Space) -> str:
    if name in broken:
        return f"violated after {_moves(broken[name])}"
    if name in unseen:
        return "never reached"
    return "holds" if space.is_complete else "holds in what was explored"


def _moves(violation: Violation) -> str:
    number = len(violation.moves)
    return f"{number} move{'s' * (number != 1)}"


def _lines(space: Space, room: SmallRoom, not_explored: Sequence[str]) -> list[str]:
    found = f"{space.states:,} states and {space.steps:,} steps between them, {len(room.moves)} moves tried in each"
    if space.is_complete:
        how = f"{found}; the farthest state is {space.depth} moves from the start"
    else:
        how = (
            f"{found}; stopped {space.stopped}: every state up to {space.depth} moves from the start was found, "
            f"{space.frontier:,} were found and not gone on from"
        )
    lines = [how]
    for each in space.violations:
        story = ", ".join(map(command_in_words, each.moves)) or "nothing but the start"
        lines.append(f"{each.named.name}: {each.breach.said}, after {_moves(each)}: {story}")
    lines += [f"{each.name}: never reached" for each in space.missed]
    if not_explored:
        lines.append(
            f"not explored, since `stagesim check` alone can tell: {', '.join(f'`{each}`' for each in not_explored)}"
        )
    return [*lines, verdict(space)]


def verdict(space: Space) -> str:
    """The answer in one sentence."""
    wrong = len(space.violations) + len(space.missed)
    if wrong:
        return f"violated: {wrong} propert{'y' if wrong == 1 else 'ies'}"
    if space.is_complete:
        return "complete: everything was tried in every state, and nothing is violated"
    return "not complete: nothing is violated in what was explored, and the rest is not known"


def _tale(number: int, violation: Violation) -> Tale:
    room, named, moves, breach = violation
    return Tale(
        name=f"violation-{number}",
        title=named.name,
        said=f"The shortest story after which {breach.said}.",
        arrows=tuple(arrows(room, moves)),
        scenario=scenario_text(violation),
    )


def _data(space: Space, rows: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {
        "schema": "stagesim.verify/1",
        "complete": space.is_complete,
        "states": space.states,
        "steps": space.steps,
        "depth": space.depth,
        "frontier": space.frontier,
        "stopped": space.stopped or None,
        "exchanged": space.exchanged,
        "properties": dict(rows),
        "violations": [
            {
                "property": each.named.name,
                "said": each.breach.said,
                "moves": [command_in_words(move) for move in each.moves],
                "scenario": f"violation-{number}.yaml",
            }
            for number, each in enumerate(space.violations, start=1)
        ],
    }
