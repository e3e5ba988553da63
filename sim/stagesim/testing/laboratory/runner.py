"""A written story in the ordinary runner: what `stagesim check` says of it."""

from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.scenario.reading.loader import loads
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.questions import questions
from stagesim.testing.gate.verdicts import Judgement, Verdict
from stagesim.testing.laboratory.failures import Failure
from stagesim.testing.laboratory.stories import Story
from stagesim.testing.laboratory.trial import CRASHES
from stagesim.testing.laboratory.written import Written, scenario_text


def failures(text: str, engine: EngineMaker | str | None = None) -> list[str]:
    """What fails in the text of a scenario, in words; nothing where all holds. Raises ScenarioError."""
    return [f"{each.name}: {each.finding.said}" for each in _failed(text, engine)]


def _failed(text: str, engine: EngineMaker | str | None) -> list[Judgement]:
    scenario = loads(text)
    with in_use(engine) as maker:
        target, settings = Target("scenario", scenario, tuple(map(str, scenario.modes))), Settings(engine=maker)
        judged = list(judge(target, settings, questions(target, settings)))
    return [each for each in judged if each.verdict is Verdict.FAIL]


def shown(story: Story, failure: Failure, maker: EngineMaker | None = None) -> tuple[Written, bool]:
    """The story as a scenario, and whether the ordinary runner shows the failure: in the step, or by the statement.

    A story of which that shows nothing is tried with an empty group of people, too (see `scenario_text`).
    """
    written = scenario_text(story, failure, maker)
    if not failure.shows and failure.statement is None:
        return written, False
    for is_attended in (False, True):
        tried = scenario_text(story, failure, maker, is_attended=is_attended)
        if _is_shown(tried, failure, maker):
            return tried, True
    return written, False


def _is_shown(written: Written, failure: Failure, maker: EngineMaker | None) -> bool:
    source = loads(written.text).source
    line = None if source is None else source.step_lines[written.step]
    try:
        failed = _failed(written.text, maker)
    except CRASHES as error:  # of an engine of this process; in one of its own it would have ended
        return f"raises {type(error).__name__}" in failure.said
    return any(
        each.name == failure.statement if failure.statement is not None else each.line == line for each in failed
    )
