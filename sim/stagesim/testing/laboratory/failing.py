"""What can be shrunk, as a story that fails: a session of a scenario, a log, a story of whatever origin."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stageaccess import Command, Decision, Event, Mode, RoomConfig, RuleSet, StageAccess
from stagesim.agents.script_checks import Check
from stagesim.engines.asking import Asking
from stagesim.engines.checked import checked
from stagesim.engines.contract import Engine, EngineError, EngineMaker
from stagesim.eventlog import EventLog
from stagesim.scenario.demands.statements import Property
from stagesim.scenario.room import room_config
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.script import Step
from stagesim.simulate import Replication, simulate
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.laboratory.demands import Expecting, Stated
from stagesim.testing.laboratory.errors import LaboratoryError
from stagesim.testing.laboratory.failures import Failure
from stagesim.testing.laboratory.lines_of_logs import lines_of_log
from stagesim.testing.laboratory.shrink import Demands
from stagesim.testing.laboratory.stories import Line, Story
from stagesim.testing.laboratory.trial import Demand, tried


class Failing(NamedTuple):
    """A story that fails, and what else must hold of it; `judges` is as in a `Trial`."""

    story: Story
    failure: Failure
    demands: Demands = lambda _: ()
    judges: bool = True


class NotShown(LaboratoryError):
    """Nothing fails, or nothing that the commands alone would show."""


class Noting:
    """A maker of engines that notes what each is asked, before it is asked."""

    def __init__(self, maker: EngineMaker | None) -> None:
        self._maker = maker or StageAccess
        self.lines: list[Line] = []

    def __call__(self, config: RoomConfig, rules: RuleSet) -> "_Noted":
        """The engine for a fresh room."""
        self.lines = []
        return _Noted(self._maker(config, rules), config, self.lines)


class _Noted(Asking):
    def __init__(self, engine: Engine, config: RoomConfig, lines: list[Line]) -> None:
        super().__init__(checked(engine, config))
        self._lines = lines

    def submit(self, command: Command) -> Decision:
        self._lines.append(Line(command.at_ms, command))
        return self.engine.submit(command)

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        self._lines.append(Line(at_ms))
        return self.engine.advance(at_ms)


def of_story(story: Story, maker: EngineMaker | None, demands: Iterable[Demand] = ()) -> Failing | None:
    """A story that fails line by line, or one of these demands; None where all holds."""
    failure = tried(story, maker)
    if failure is not None:
        return Failing(story, failure)
    for demand in demands:
        failure = tried(story, maker, [demand], judges=False)
        if failure is not None:
            return Failing(story, failure, _only(demand), judges=False)
    return None


def _only(demand: Demand) -> Demands:
    return lambda _: (demand,)


def of_scenario(
    scenario: Scenario,
    maker: EngineMaker | None = None,
    modes: Iterable[str] | None = None,
    seed: int = 1,
    replications: Iterable[int] = range(20),
) -> Failing:
    """The first session of a scenario in which something fails: a step of its script, a property, an invariant, or the
    engine's contract. Raises NotShown where there is none.
    """
    numbers = list(replications)
    beside: set[str] = set()
    for mode in modes or scenario.modes:
        for number in numbers:
            noting = Noting(maker)
            done: Replication | None = None
            try:
                done = simulate(scenario, mode=mode, seed=seed, replication=number, engine=noting)
            except EngineError as error:
                beside.add(str(error).partition("\n")[0])
            story = _story(scenario, mode, noting.lines)
            found = None if done is None else _of_session(scenario, str(mode), story, done, maker, beside)
            found = found or of_story(story, maker)
            if found is not None:
                return found
    said = f"; not shown by the commands alone: {'; '.join(sorted(beside))}" if beside else ""
    hint = "means over many sessions cannot be shrunk; a property, a step of a script or an invariant can"
    raise NotShown(f"nothing fails in {len(numbers)} sessions of each mode{said}\n  hint: {hint}")


def of_log(scenario: Scenario, log: EventLog, maker: EngineMaker | None = None) -> Failing:
    """What fails when the commands of a log are put to an engine, in the room of a scenario and by its statements."""
    story = _story(scenario, log.header.mode, list(lines_of_log(log.rows())))
    found = of_story(story, maker, (Stated(each) for each in _properties(scenario, log.header.mode)))
    if found is None:
        raise NotShown("nothing fails when the commands of the log are given again\n  hint: name its engine")
    return found


def _story(scenario: Scenario, mode: Mode | str, lines: list[Line]) -> Story:
    room = scenario.room.model_copy(update={"mode": Mode(mode)})
    return Story(room_config(room), scenario.rules, tuple(lines), scenario.doors_open)


def _properties(scenario: Scenario, mode: str) -> Iterator[Property]:
    return (each for each in scenario.properties if each.mode in (None, mode) and each.kind != "sometimes")


def _of_session(
    scenario: Scenario, mode: str, story: Story, done: Replication, maker: EngineMaker | None, beside: set[str]
) -> Failing | None:
    """What the script or a property finds in a session, if the commands alone show it; what they do not goes beside."""
    for check in done.checks:
        if check.failed:
            found = _of_step(scenario, story, check, maker)
            if found is not None:
                return found
            beside.add(f"step {check.step + 1}, {check.what}: {check.said}")
    for stated in _properties(scenario, mode):
        asked = Demanded(stated, mode, None, scenario.room.stage_capacity)
        failed = asked.trace(done.log).failed
        if failed is not None:
            demand = Stated(stated)
            failure = tried(story, maker, [demand], judges=False)
            if failure is not None:
                return Failing(story, failure, _only(demand), judges=False)
            beside.add(f"`{asked.name}`: {failed}")
    return None


def _of_step(scenario: Scenario, story: Story, check: Check, maker: EngineMaker | None) -> Failing | None:
    step = scenario.script[check.step]
    at_ms = scenario.doors_open + step.at
    fits = [index for index, line in enumerate(story.lines) if line.at_ms == at_ms and _is_of(line, step)]
    if not fits:
        return None
    demand = Expecting(step, check.word, scenario.doors_open)
    for index in fits:
        cut = story.with_lines(story.lines[: index + 1])
        failure = tried(cut, maker, [demand], judges=False)
        if failure is not None:
            return Failing(cut, failure, _only(demand), judges=False)
    return None


def _is_of(line: Line, step: Step) -> bool:
    fields = ("do", "by", "to", "mode", "role", "request", "id", "connection")
    if line.command is None or step.do is None:
        return line.command is None and step.do is None
    return all(getattr(line.command, field) == getattr(step, field) for field in fields)
