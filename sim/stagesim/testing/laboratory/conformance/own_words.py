"""Which invariants an engine breaks by its own words, whatever the reference says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stageaccess import Decision, Room, RuleSet
from stageaccess.lines import Line, WireError, parse
from stageaccess.wire import command_of, decision_of, room_of, state_of
from stagesim.testing.laboratory.conformance.talk import fields_of
from stagesim.testing.laboratory.properties import INVARIANTS, Step


@dataclass(slots=True)
class Heard:
    """A room as the events of an engine make it."""

    room: Room

    def state(self) -> dict[str, Any]:
        """What follows from the events."""
        return self.room.state()

    def copy(self) -> "Heard":
        """The same in a room of its own."""
        return Heard(self.room.copy())


def broken(lines: Sequence[str], answers: Sequence[str], rules: RuleSet) -> list[str]:
    """Each invariant that is broken in this conversation, with what breaks it; each once, in order."""
    return list(dict.fromkeys(_broken(lines, answers, rules)))


def _broken(lines: Sequence[str], answers: Sequence[str], rules: RuleSet) -> Iterator[str]:
    heard: Heard | None = None
    for line, said in zip(lines, answers, strict=False):
        asked = fields_of(line)
        try:
            answer = parse(said)
            if "error" in answer:
                continue
            if "room" in asked:
                heard = Heard(Room(room_of(asked["room"]), rules))
            elif heard is not None and "at" in asked:
                step = _step(heard, asked, decision_of(answer))
                if step is not None:
                    found = [(each.name, each.of_step(step)) for each in INVARIANTS if each.of_step is not None]
                    yield from (f"{name}: {breach.said}" for name, breach in found if breach is not None)
                    if step.course.contradiction is not None:
                        return
            elif heard is not None and asked.get("ask") == "state" and state_of(answer) != heard.state():
                yield "11.8 the events lead to the room that the engine holds: the state is another"
        except (WireError, KeyError):
            return  # what is no answer can break nothing else


def _step(heard: Heard, asked: Line, decision: Decision) -> Step | None:
    """What a decision makes of the room; None for the first answer again."""
    before, events = heard.copy(), (*decision.due, *decision.events)
    if asked.get("id") and any(event.seq <= heard.room.seq for event in events):
        return None
    command = command_of(asked) if "do" in asked else None
    step = Step(before, heard, command, decision, is_same=not events)
    heard.room = step.course.room
    return step
