"""Scripts: exact commands at exact times, each with what is expected of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stageaccess import Action, Reason, Standing
from stageaccess.messages import new_command
from stagesim.agents.agent import Steps
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.script import Step

if TYPE_CHECKING:
    from stagesim.world import World


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation of a script, and what came of it. `line` is a line of the scenario file, if there is one."""

    step: int
    line: int | None
    at_s: float
    what: str
    expected: str
    got: str

    @property
    def ok(self) -> bool:
        """Whether the expectation was met."""
        return self.expected == self.got


def perform(world: "World", scenario: Scenario, checks: list[Check]) -> Steps:
    """Carry out the script, step by step, and note what came of each expectation."""
    lines = scenario.source.step_lines if scenario.source is not None else ()
    for index, step in enumerate(scenario.script):
        at_ms = world.start_ms + step.at
        if at_ms > world.env.now:
            yield world.env.timeout(at_ms - world.env.now)
        reason = _act(world, step)
        for expected, got in _compare(world, step, reason):
            line = lines[index] if index < len(lines) else None
            checks.append(Check(index, line, step.at / 1000, describe(step), expected, got))


def _act(world: "World", step: Step) -> Reason | None:
    if step.do is None:
        world.advance()
        return None
    at_ms = world.env.now
    command = new_command(
        at_ms,
        step.do,
        step.by,
        to=step.to,
        client=step.client,
        mode=step.mode,
        role=step.role,
        request=step.request,
        id=step.id,
    )
    return world.submit(command).reason


def _compare(world: "World", step: Step, reason: Reason | None) -> list[tuple[str, str]]:
    """What was expected, and what came: of the command, and of the standing after it."""
    found: list[tuple[str, str]] = []
    if isinstance(step.expect, Standing) and reason is not None:
        found.append((step.expect, reason))
    elif isinstance(step.expect, Standing):
        found.append((step.expect, _standing(world, step)))
    elif step.expect is not None:
        found.append((step.expect, reason or "accepted"))
    if step.standing is not None:
        found.append((step.standing, _standing(world, step)))
    return found


def _standing(world: "World", step: Step) -> str:
    name = step.of or step.to or step.by
    return world.standing_of(name) if name is not None else "nobody"


def describe(step: Step) -> str:
    """The step in words, for messages."""
    if step.do is None:
        return f"look at {step.of}"
    target = f" {step.to}" if step.to else ""
    extra = "".join(f" {value}" for value in (step.mode, step.role, step.request) if value)
    by = f"{step.by} " if step.by and step.do not in (Action.START_SESSION, Action.END_SESSION) else ""
    return f"{by}{step.do}{target}{extra}"
