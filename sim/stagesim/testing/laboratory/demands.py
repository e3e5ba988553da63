"""What must hold of a whole story: the statements of a scenario, what a step of its script expects, and that the same
commands come to the same events.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from stageaccess import Event, Mode, RoomConfig, StageAccess
from stagesim.agents.script_checks import Heard, compared
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.engines.tape import Entry
from stagesim.eventlog import EventLog, Header
from stagesim.scenario.demands.conditions import Happening
from stagesim.scenario.demands.statements import Property
from stagesim.scenario.script import Step
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.laboratory.failures import Failure, anonymous
from stagesim.testing.laboratory.trial import Trial

CLOCK: Final = re.compile(r"^at [0-9:.]+: ")
"""When a statement fails, from the session's start on. The steps of a script count from elsewhere, and say when."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of a scenario, `always on_stage <= capacity`, held against the events of a story."""

    property: Property

    def failure(self, trial: Trial) -> Failure | None:
        """Where it fails."""
        config = trial.room.config
        asked = Demanded(self.property, config.mode, None, config.stage_capacity, exact=True)
        failed = asked.trace(log_of(trial.answers, config)).failed
        if failed is None:
            return None
        what = CLOCK.sub("", failed)
        fingerprint = f"statement: {asked.name}: {anonymous(what, trial.room.people)}"
        return Failure(fingerprint, f"`{asked.name}`: {what}", trial.index, statement=asked.name)


@dataclass(frozen=True, slots=True)
class Expecting:
    """What a step of a script expects of the last line of a story, and does not get: `word`, for one of its words."""

    step: Step
    word: str
    zero_ms: int

    def failure(self, trial: Trial) -> Failure | None:
        """Whether it fails still."""
        entry = trial.answers[-1]
        decision = None if entry.command is None else entry.answer
        events = (*entry.answer.due, *entry.answer.events)
        try:
            found = compared(Heard(self.step, decision, events, trial.engine, trial.tells, self.zero_ms))
        except EngineError:
            return None  # another failure, which is not this one
        for word, expected, got, tested, _ in found:
            if word == self.word and tested and expected != got:
                names = trial.room.people
                do = "look" if self.step.do is None else self.step.do
                said = f"{do}: `{word}`: expected `{expected}`, got `{got}`"
                short = f"step: {anonymous(said, names)}"
                shows = {word: getattr(self.step, word)} | ({"of": self.step.of} if self.step.of else {})
                return Failure(short, said, trial.index, shows, is_look=self.step.do is None)
        return None


@dataclass(frozen=True, slots=True)
class SameAgain:
    """The same commands in a fresh room come to the same events (invariant 11), and these to the room that the engine
    has (8); the second is asked of `stageaccess` only, others give no more than their state.
    """

    maker: EngineMaker | None = None

    def failure(self, trial: Trial) -> Failure | None:
        """The first event that differs."""
        before = list(events_of(trial.answers))
        engine = getattr(trial.engine, "engine", None)
        if self.maker is None and isinstance(engine, StageAccess) and engine.room != trial.room:
            said = "invariant 8: the events do not lead to the room that the engine has"
            return Failure("invariant 8", said, trial.index)
        room = trial.room
        again = (self.maker or StageAccess)(room.config, room.rules)
        again.report_told()
        after: list[Event] = []
        for at_ms, command, _ in trial.answers:
            if command is None:
                after += again.advance(at_ms)
            else:
                answer = again.submit(command)
                after += (*answer.due, *(event for event in answer.events if event.seq > len(after)))
        for one, other in zip(before, after, strict=False):
            if one != other:
                said = f"invariant 11: `{one.event}` of `{one.who}` came as `{other.event}` of `{other.who}` again"
                return Failure(f"invariant 11: {one.event} / {other.event}", said, trial.index)
        return None


def events_of(answers: Iterable[Entry]) -> Iterator[Event]:
    """Every event once."""
    seq = 0
    for _, _, answer in answers:
        for event in (*answer.due, *answer.events):
            if event.seq > seq:
                seq = event.seq
                yield event


def log_of(answers: Iterable[Entry], config: RoomConfig) -> EventLog:
    """The answers as a log, with what was rejected."""
    log = EventLog(Header("", "", Mode(config.mode), 0, stage_capacity=config.stage_capacity))
    seq = 0
    for at_ms, command, answer in answers:
        for event in (*answer.due, *answer.events):
            if event.seq > seq:
                seq = event.seq
                log.record(event)
        if command is not None and answer.reason is not None:
            actor = command.by or "system"
            log.note(at_ms, "rejected", command.to or actor, actor, action=command.do, reason=answer.reason)
    return log


def is_of_rules(stated: Property) -> bool:
    """Whether it rests with the rules alone that a statement holds, whatever people do: a limit of who is on stage."""
    condition = stated.condition
    return (
        stated.always is not None
        and not isinstance(condition, Happening)
        and {state.counted for state in condition} == {"on_stage"}
    )


def statements_for(stated: Iterable[Property], config: RoomConfig, base: RoomConfig) -> list[Stated]:
    """The statements that hold whatever people do, in a room with these settings; a number is one for the scenario's
    own number of places.
    """
    return [
        Stated(each)
        for each in stated
        if is_of_rules(each)
        and each.mode in (None, config.mode)
        and (config.stage_capacity is not None if each.needs_capacity else config.stage_capacity == base.stage_capacity)
    ]
