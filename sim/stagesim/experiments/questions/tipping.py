"""What would turn it: along each assumption of a scenario, who is ahead at nine values, and where that changes.

Contenders are the modes, of one scenario or of variants of it. They are compared by their score over the
scenario's goals, as in a ranking, or by one metric. The same people come at every value. Each change of the leader is
halved until it is known to a fifth of its interval, or to 2 % of the range; only the two who change places are
simulated for that.
"""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from stagesim.experiments.questions.contenders import Contender, Ground
from stagesim.experiments.questions.factors import Bounds, bounds_of, value_in, written
from stagesim.experiments.questions.goals import check_limits, check_once
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.questions.turns import Judged, Point, Turn, bracket, changes, judged, turn
from stagesim.experiments.study import StudyError, check_confidence, known_metric, one_horizon
from stagesim.looks import FIRST_LOOK
from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Changes

VALUES: Final = 9
FINENESS: Final = 0.02
"""To what share of its range a turn is halved at most."""

OF_INTERVAL: Final = 1 / 5
"""To what share of its interval: finer than that, more values tell nothing that more sessions would not move."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One assumption: who is ahead at which of its values, where that turns, and all points that were simulated.

    `here` is its value in the scenario itself, if that is one number.
    """

    bounds: Bounds
    source: str
    values: tuple[Judged, ...]
    turns: tuple[Turn, ...]
    points: tuple[Point, ...]
    here: float | None = None

    @property
    def open(self) -> tuple[Judged, ...]:
        """The values at which it is not decided who is ahead, but for those that are in the midst of a turn."""
        return tuple(
            each
            for each in self.values
            if each.standing == "undecided" and not any(t.last < each.point.number < t.first for t in self.turns)
        )

    @property
    def leads_here(self) -> int | None:
        """Who is shown to be ahead at the values on both sides of the scenario's own; None where nobody is."""
        if self.here is None:
            return None
        below = [each for each in self.values if each.point.number <= self.here]
        above = [each for each in self.values if each.point.number >= self.here]
        around = [*below[-1:], *above[:1]]
        leaders = {each.leader for each in around if each.standing == "ahead"}
        return leaders.pop() if len(leaders) == 1 and all(each.standing == "ahead" for each in around) else None

    @property
    def decided(self) -> bool:
        """Whether it is known where it turns, or that it does not."""
        return not self.open and all(each.certain for each in self.turns)


@dataclass(frozen=True, slots=True)
class TipResults:
    """What was found for every assumption. `metric` is empty where the goals decide; `variants` are the settings of
    each variant.
    """

    question: Question
    title: str
    goals: tuple[Goal, ...]
    metric: str
    contenders: tuple[Contender, ...]
    tips: tuple[Tip, ...]
    replications: int
    confidence: float
    horizon_ms: int
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def decided(self) -> bool:
        """Whether every assumption is decided."""
        return all(each.decided for each in self.tips)


def find_tips(
    question: Question,
    assumptions: Sequence[Assumption],
    goals: Sequence[Goal] = (),
    *,
    by: str = "",
    variants: Mapping[str, Changes] | None = None,
    replications: int = FIRST_LOOK,
    confidence: float = 0.95,
    watch: Watch | None = None,
) -> TipResults:
    """Find what would turn who is ahead by the goals, or `by` one metric. Every scenario is checked beforehand.

    `variants` are all that is compared, by name; none is the scenario as it is. `watch` gets, as `assumptions`, the
    results of each of them alone.
    """
    metric = _known(by) if by else ""
    check_asked(assumptions, goals, metric, replications)
    check_confidence(confidence)
    sides = {name: settings_of(each) for name, each in (variants or {"": ()}).items()}
    ranges = [(bounds_of(each.range), each.source) for each in assumptions]
    ranges = [(replace(bounds, path=question.meant(bounds.path)), source) for bounds, source in ranges]
    for name, settings in sides.items():
        question.check_varied([bounds.path for bounds, _ in ranges], settings, f"the variant `{name}`")
    scenarios = [
        question.scenario((*settings, bounds.setting(end)))
        for settings in sides.values()
        for bounds, _ in ranges
        for end in (bounds.low, bounds.high)
    ]
    if not metric:
        check_limits(goals, scenarios[0])
    ground = Ground(question, sides, goals, metric, replications, watch)
    horizon_ms = one_horizon(scenarios)
    scenario = question.scenario()
    fixed = (replications, confidence, horizon_ms, sides if variants else {})
    results = TipResults(question, scenario.title, tuple(goals), metric, ground.contenders, (), *fixed)
    found = (
        replace(results, tips=(replace(_tip(ground, bounds, source, confidence), here=value_in(scenario, bounds)),))
        for bounds, source in ranges
    )
    return replace(results, tips=tuple(each.tips[0] for each in watched(watch, found, len(ranges), "assumptions")))


def _known(by: str) -> str:
    metric = known_metric(by)
    if metric_named(metric).better is None:
        raise StudyError(f"`{metric}` is neither better high nor low\n  hint: take `wishes_heard_share`, or goals")
    return metric


def check_asked(
    assumptions: Sequence[Assumption], goals: Sequence[Goal], metric: str = "", replications: int = FIRST_LOOK
) -> None:
    """Raise StudyError where there is nothing to vary or to be ahead by, or where that are too few sessions."""
    if not assumptions:
        hint = (
            "state `assumptions:` in the scenario, or give `stagesim tip` one, such as `audience.answer.accept=0.5:1`"
        )
        raise StudyError(f"no assumptions to vary\n  hint: {hint}")
    paths = [each.range.path for each in assumptions]
    if len(set(paths)) < len(paths):
        raise StudyError("expected each assumption once\n  hint: leave one of those with the same key out")
    check_once(goals)
    if not goals and not metric:
        hint = "state `goals:` in the scenario, or give `stagesim tip` one, or a metric such as `wishes_heard_share`"
        raise StudyError(f"no goals to tell who is ahead\n  hint: {hint}")
    if replications < 2:
        raise StudyError(f"expected 2 sessions or more, got `{replications}`\n  hint: {FIRST_LOOK} is usual")


def _tip(ground: Ground, bounds: Bounds, source: str, confidence: float) -> Tip:
    steps = [bounds.low + (bounds.high - bounds.low) * step / (VALUES - 1) for step in range(VALUES)]
    texts = tuple(dict.fromkeys(written(step, bounds.unit, bounds.whole) for step in steps))
    points = ground.along(bounds, texts)
    values = judged(points, 1 - confidence)
    turns = tuple(_narrowed(ground, bounds, points, change, confidence) for change in changes(values))
    return Tip(bounds, source, values, turns, tuple(points))


def _narrowed(
    ground: Ground, bounds: Bounds, points: list[Point], change: tuple[Judged, Judged], confidence: float
) -> Turn:
    """The turn between two values, after halving; every point that this takes is added to `points`."""
    before, after = both = tuple(each.leader for each in change)
    low, high = (each.point for each in change)
    known = [each for each in points if each.has(*both)]
    low, high = bracket([each for each in known if low.number <= each.number <= high.number], before, after)
    while True:
        found = turn(known, (low, high), change, confidence, ground.question.seed)
        fine = FINENESS * (bounds.high - bounds.low)
        if found.certain:
            fine = max(fine, OF_INTERVAL * (found.high - found.low))
        text = written((low.number + high.number) / 2, bounds.unit, bounds.whole)
        if high.number - low.number <= fine or text in (low.text, high.text):
            return found
        middle = ground.point(bounds, text, both)
        for each in (points, known):
            insort(each, middle)
        low, high = bracket([low, middle, high], before, after)
