"""What a target raises: one question for each statement of its scenario and each mode.

This is the place for further kinds of questions: they stand beside the others, and the pipeline treats all alike.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from stagesim.scenario.scenario import Scenario
from stagesim.statistics import planned_looks
from stagesim.testing.baselines.baseline import Baseline, BaselineError
from stagesim.testing.baselines.baseline_file import baseline_path, load_baseline
from stagesim.testing.baselines.fit import check_fits
from stagesim.testing.gate.against_baseline import baseline_questions
from stagesim.testing.gate.expected import expected
from stagesim.testing.gate.pipeline import Settings, Target
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.gate.scripted import Scripted, apart
from stagesim.testing.gate.verdicts import Question

T = TypeVar("T")


def questions(target: Target, settings: Settings) -> list[Question]:
    """Everything that the target states, mode by mode; of one line, if the target names one."""
    raised: list[Question] = []
    for mode in target.modes:
        raised += sorted(_stated(target, settings, mode), key=lambda each: each.line or 0)
    if target.line is not None:
        raised = [question for question in raised if question.line == target.line]
    elif settings.baseline is not None and settings.replication is None:
        raised += _against_baseline(target, settings)
    return raised


def why_none(target: Target) -> str:
    """Why a target raises no question."""
    scenario = target.scenario
    stated = [*(each.mode for each in scenario.expect), *(each.mode for each in scenario.properties)]
    others = dict.fromkeys(str(mode) for mode in stated if mode is not None)
    if target.modes and others:
        return f"states nothing in {', '.join(target.modes)}; it does in {', '.join(others)}"
    if not target.modes and (stated or any(step.expected for step in target.scenario.script)):
        return f"is not for these modes; it is for {', '.join(target.scenario.modes)}"
    return "states no expectations"


def _stated(target: Target, settings: Settings, mode: str) -> Iterator[Question]:
    """The statements of the scenario, in one mode."""
    scenario = target.scenario
    exact = without_chance(scenario)
    source = scenario.source
    looks = planned_looks(settings.budget) if settings.budget > 1 else (settings.budget,)
    baseline, fault = _baseline(target, settings)
    for stated, line in _with_lines(scenario.expect, source.expect_lines if source else ()):
        if stated.mode in (None, mode):
            if stated.comparison.limit.needs_baseline:
                end = settings.budget if baseline is None else min(settings.budget, baseline.replications)
                yield expected(stated, mode, line, planned_looks(max(2, end)), exact, baseline, fault)
            else:
                yield expected(stated, mode, line, looks, exact)
    capacity = scenario.room.stage_capacity
    for demanded, line in _with_lines(scenario.properties, source.property_lines if source else ()):
        if demanded.mode in (None, mode):
            yield Demanded(demanded, mode, line, capacity, exact)
    for index, (step, line) in enumerate(_with_lines(scenario.script, source.step_lines if source else ())):
        for words in apart(step):
            yield Scripted(step, index, words, mode, line, exact)


def _against_baseline(target: Target, settings: Settings) -> Sequence[Question]:
    """The comparison with the baseline as a whole; with `auto`, only where there is one, or is to be."""
    beside = baseline_path(target.path, target.case)
    required = settings.baseline == "required" or target.scenario.baseline == "required"
    if settings.baseline == "auto" and not required and not beside.exists():
        return ()
    path = settings.baseline if isinstance(settings.baseline, Path) else beside
    return baseline_questions(target.scenario, target.modes, path, seed=settings.seed, engine=settings.engine)


def _baseline(target: Target, settings: Settings) -> tuple[Baseline | None, str]:
    """The baseline that limits refer to, or why there is none."""
    if not any(stated.comparison.limit.needs_baseline for stated in target.scenario.expect):
        return None, ""
    beside = baseline_path(target.path, target.case)
    path = settings.baseline if isinstance(settings.baseline, Path) else beside
    try:
        found = load_baseline(path)
        check_fits(found, target.scenario, target.modes)
        if found.seed != settings.seed:
            raise BaselineError(f"the baseline `{found.name}` was made with the seed {found.seed}")
    except BaselineError as error:
        return None, str(error).partition("\n")[0]
    return found, ""


def without_chance(scenario: Scenario) -> bool:
    """Whether nothing in the scenario is drawn: a script alone."""
    return not scenario.audience and not scenario.moderators


def _with_lines(items: Sequence[T], lines: Sequence[int]) -> Iterator[tuple[T, int | None]]:
    for item, line in zip_longest(items, lines[: len(items)]):
        yield item, line or None
