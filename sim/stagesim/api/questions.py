"""Questions beyond a comparison, in Python: sweeps, sizes, rankings, assumptions, what would turn it, and why.

import stagesim

found = stagesim.size("scenarios/support_clinic.yaml", "share of wishes given up < 20 %", vary="moderators.count")
found.results.sizes[0].value
found.table
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypedDict, Unpack

from stagesim.agents.surroundings import Behaviour
from stagesim.api.answers import Ranking, Reasons, Sensitivity, Sizes, Sweep, Tips
from stagesim.api.arguments import (
    Hands,
    Keys,
    Texts,
    Workers,
    by_names,
    executors_of,
    mode_names,
    own_code,
    share,
    text,
    texts,
    truth,
    whole,
)
from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.experiments.origin import Origin, ScenarioLike
from stagesim.experiments.questions.factors import assumed, bounds_of, parse_factor
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.question import Question, Watch
from stagesim.experiments.questions.ranking import rank_modes
from stagesim.experiments.questions.sensitivity import find_influences
from stagesim.experiments.questions.sizing import Notice, Search, find_sizes
from stagesim.experiments.questions.sweep import sweep_points
from stagesim.experiments.questions.tipping import find_tips
from stagesim.experiments.questions.why import METRICS, find_reasons
from stagesim.experiments.study import StudyError, known_figure
from stagesim.looks import BUDGET, FIRST_LOOK
from stagesim.scenario.faults import shown
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Changes


class Options(TypedDict, total=False):
    """What all questions take beside their own: the same as `stagesim.compare`."""

    modes: Texts
    seed: int
    sets: Changes
    behaviours: Mapping[str, Behaviour]
    disciplines: Keys
    engine: EngineMaker | str
    workers: Workers
    executor: Hands
    progress: bool


def sweep(
    scenario: ScenarioLike,
    factors: Texts,
    *,
    metrics: Texts = (),
    replications: int = FIRST_LOOK,
    **options: Unpack[Options],
) -> Sweep:
    """Simulate every combination of values, such as `["audience.count=50:2000:log8", "moderators.count=1,2,3"]`.

    `metrics` are those in charts and text; the table has all. `options` are those of `stagesim.compare`: see
    `Options`.
    """
    along, shown = texts("factors", factors), tuple(map(known_figure, texts("metrics", metrics)))
    number = whole("replications", replications, 1)
    asked = {"factors": along, "metrics": shown, "replications": number}
    with _question("sweep", scenario, asked, options) as question:
        every = [parse_factor(text) for text in along]
        return Sweep(sweep_points(question, every, replications=number, watch=_watch(options)), shown)


def size(
    scenario: ScenarioLike,
    *goals: str,
    vary: str,
    low: int = 1,
    high: int = 20,
    confidence: float = 0.95,
    budget: int = BUDGET,
    largest: bool = False,
    **options: Unpack[Options],
) -> Sizes:
    """Find the smallest value of the count at `vary` that meets all goals, or the `largest`, in each mode."""
    largest, vary, goals = truth("largest", largest), text("vary", vary), texts("goals", goals)
    low, high, budget = whole("low", low), whole("high", high), whole("budget", budget, 1)
    confidence = share("confidence", confidence)
    searched = {"goals": goals, "vary": vary, "low": low, "high": high, "confidence": confidence, "budget": budget}
    search = Search(vary, tuple(map(goal, goals)), low, high, confidence, budget, largest)
    with _question("size", scenario, {**searched, "largest": largest}, options) as question:
        said = _said(vary) if options.get("progress") else None
        return Sizes(find_sizes(question, search, said))


def rank(
    scenario: ScenarioLike,
    *goals: str,
    indifference: float = 0.05,
    confidence: float = 0.95,
    budget: int = BUDGET,
    **options: Unpack[Options],
) -> Ranking:
    """Rank the modes by these goals, or by those of the scenario."""
    goals = texts("goals", goals)
    indifference, confidence = share("indifference", indifference), share("confidence", confidence)
    budget = whole("budget", budget, 1)
    rules = {"goals": goals, "indifference": indifference, "confidence": confidence, "budget": budget}
    with _question("rank", scenario, rules, options) as question:
        wanted = tuple(map(goal, goals)) or question.scenario().goals
        return Ranking(rank_modes(question, wanted, indifference=indifference, confidence=confidence, limit=budget))


def sensitivity(
    scenario: ScenarioLike,
    ranges: Texts = (),
    metrics: Texts = ("wishes_heard_share",),
    *,
    trajectories: int = 8,
    sobol: int = 0,
    samples: int = 32,
    replications: int = 5,
    **options: Unpack[Options],
) -> Sensitivity:
    """Find which assumptions matter, each with its range, such as `audience.answer.accept=0.5:1`.

    Without `ranges` they are those that the scenario states.
    """
    amounts = {
        "trajectories": whole("trajectories", trajectories, 1),
        "sobol": whole("sobol", sobol),
        "samples": whole("samples", samples, 1),
        "replications": whole("replications", replications, 1),
    }
    over, of = texts("ranges", ranges), texts("metrics", metrics)
    asked = {"ranges": over, "metrics": of, **amounts}
    with _question("sensitivity", scenario, asked, options) as question:
        bounds = [bounds_of(each.range) for each in assumed(question.scenario(), over)]
        return Sensitivity(find_influences(question, bounds, of, watch=_watch(options), **amounts))


def tip(
    scenario: ScenarioLike,
    *goals: str,
    ranges: Texts = (),
    by: str = "",
    variants: Mapping[str, Changes] | None = None,
    replications: int = FIRST_LOOK,
    confidence: float = 0.95,
    **options: Unpack[Options],
) -> Tips:
    """Find what would turn who is ahead, by these goals or those of the scenario, or `by` one metric.

    `ranges` are assumptions, such as `audience.answer.accept=0.5:1`, or those of the scenario. `variants` are all that
    is compared, by name, each with its changes: `{"as it is": {}, "narrow": {"room.stage_capacity": 4}}`.
    """
    number, sure = whole("replications", replications, 2), share("confidence", confidence)
    over, goals, by = texts("ranges", ranges), texts("goals", goals), text("by", by)
    given: object = variants or {}
    if not isinstance(given, Mapping):
        hint = 'such as `{"as it is": {}, "narrow": {"room.stage_capacity": 4}}`'
        raise StudyError(f"`variants`: expected a mapping, got {shown(variants)}\n  hint: {hint}")
    compared = {name: settings_of(each) for name, each in by_names("variants", given).items()}
    asked = {"goals": goals, "variants": compared, "ranges": over, "by": by, "confidence": sure, "replications": number}
    with _question("tip", scenario, asked, options) as question:
        wanted = tuple(map(goal, goals)) or question.scenario().goals
        return Tips(
            find_tips(
                question,
                assumed(question.scenario(), over),
                wanted,
                by=by,
                variants=compared,
                replications=number,
                confidence=sure,
                watch=_watch(options),
            )
        )


def why(
    scenario: ScenarioLike,
    *,
    metrics: Texts = METRICS,
    replications: int = FIRST_LOOK,
    confidence: float = 0.95,
    **options: Unpack[Options],
) -> Reasons:
    """Find what holds people up, and what one more place, one more moderator and a quicker review would give.

    `metrics` are those by which that is told.
    """
    number, sure, by = (
        whole("replications", replications, 2),
        share("confidence", confidence),
        texts("metrics", metrics),
    )
    asked = {"metrics": by, "confidence": sure, "replications": number}
    with _question("why", scenario, asked, options) as question:
        return Reasons(find_reasons(question, by, replications=number, confidence=sure, watch=_watch(options)))


@contextmanager
def _question(kind: str, scenario: ScenarioLike, asked: Mapping[str, object], options: Options) -> Iterator[Question]:
    """The question that the common options describe, with its engine in use; TypeError for one that does not exist."""
    unknown = set(options) - set(Options.__annotations__)
    if unknown:
        raise TypeError(f"{kind}() got an unexpected keyword argument {min(unknown)!r}")
    truth("progress", options.get("progress", False))
    modes, seed = mode_names(options.get("modes")), whole("seed", options.get("seed", 1))
    executors = executors_of(options.get("workers", 1), options.get("executor"))
    with in_use(options.get("engine")) as maker:
        question = Question(
            scenario,
            options.get("sets", ()),
            modes,
            seed,
            executors,
            engine=maker,
            asked=Origin(kind, options={**asked, "modes": modes, "seed": seed}),
        )
        yield question.played_by(own_code(question.scenario(), options.get("behaviours"), options.get("disciplines")))


def _watch(options: Options) -> Watch | None:
    from stagesim.reporting.terminal.progress import shown

    return shown if options.get("progress") else None


def _said(path: str) -> Notice:
    """Says of every value tried what came of it."""
    from stagesim.reporting.answers.size import tried

    return lambda mode, trial: print(tried(path, mode, trial), file=sys.stderr, flush=True)
