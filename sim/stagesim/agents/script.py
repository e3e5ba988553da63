"""Scripts: exact commands at exact times, each with what is expected of it."""

from collections.abc import Generator

from stageaccess import Action, Decision
from stageaccess.messages import new_command
from stagesim.agents.script_checks import Check, Heard, compared
from stagesim.agents.surroundings import Surroundings
from stagesim.engines.contract import EngineError, Played
from stagesim.scenario.script import NOTICES, Step


def perform(around: Surroundings, checks: list[Check]) -> Generator[int, None, None]:
    """Carry out the script, step by step, and note what came of each expectation; yields the moments of its steps.

    The events of a step are those of due times since the step before, then those of its command.
    """
    engine, scenario = around.engine, around.scenario
    lines = scenario.source.step_lines if scenario.source is not None else ()
    asks = any(NOTICES.intersection(step.expected) for step in scenario.script)
    tells = asks and engine.report_told()
    for index, step in enumerate(scenario.script):
        at_ms = around.start_ms + step.at
        if at_ms > around.env.now:
            yield at_ms
        line = lines[index] if index < len(lines) else None
        try:
            checks += _played(around, step, index, line, tells=tells)
        except EngineError as error:
            played = Played(index, describe(step), step.at, around.env.now, tuple(checks))
            raise EngineError(error.engine, error.fault, error.line, error.answer, played) from error
    if around.is_deserted and engine.state()["live"]:
        yield around.end_ms
        around.advance()


def _played(around: Surroundings, step: Step, index: int, line: int | None, *, tells: bool) -> list[Check]:
    """Play one step, and check what came of it."""
    decision = _act(around, step)
    events = (*around.take_due(), *(decision.events if decision is not None else ()))
    heard = Heard(step, decision, events, around.engine, tells, around.start_ms)
    return [
        Check(index, line, step.at / 1000, describe(step), expected, got, word, heard.answer, tested, more)
        for word, expected, got, tested, more in compared(heard)
    ]


def _act(around: Surroundings, step: Step) -> Decision | None:
    """Give the step's command; a look lets the engine carry out what is due."""
    if step.do is None:
        around.advance()
        return None
    command = new_command(
        around.env.now,
        step.do,
        step.by,
        to=step.to,
        client=step.client,
        mode=step.mode,
        role=step.role,
        request=step.request,
        id=step.id,
        connection=step.connection,
    )
    return around.submit_scripted(command)


def describe(step: Step) -> str:
    """The step in words, for messages."""
    if step.do is None:
        return f"look at {step.of or 'the room'}"
    target = f" {step.to}" if step.to else ""
    extra = "".join(f" {value}" for value in (step.mode, step.role, step.request, step.connection) if value)
    by = f"{step.by} " if step.by and step.do not in (Action.START_SESSION, Action.END_SESSION) else ""
    return f"{by}{step.do}{target}{extra}"
