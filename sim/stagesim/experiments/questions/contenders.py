"""Who is compared along an assumption: modes, and variants of a scenario, each by a value of every session."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from stagesim.experiments import pooling
from stagesim.experiments.questions.factors import Bounds
from stagesim.experiments.questions.goals import score
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.questions.turns import Point
from stagesim.experiments.study import StudyError
from stagesim.metric_table import silence
from stagesim.metrics import Measured
from stagesim.scenario.demands.assumptions import number
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.shares import metric_named

MOST: Final = 8
"""Contenders at most: as many as there are colours to tell apart."""


class Contender(NamedTuple):
    """A mode of a variant; a scenario without variants has no name."""

    variant: str
    mode: str


def sign(metric: str) -> int:
    """-1 for a metric of which less is better; 1 for others, and for the goals, whose metric is empty."""
    return -1 if metric and metric_named(metric).better == "lower" else 1


class Ground:
    """Where points are simulated, each once."""

    def __init__(
        self,
        question: Question,
        sides: Mapping[str, Sequence[str]],
        goals: Sequence[Goal],
        metric: str,
        replications: int,
        watch: Watch | None,
    ) -> None:
        self.question, self.sides, self.replications, self.watch = question, sides, replications, watch
        self.goals, self.metric = goals, metric
        self.contenders = tuple(
            Contender(name, mode)
            for name, settings in sides.items()
            for mode in question.chosen(question.scenario(settings))
        )
        if not 2 <= len(self.contenders) <= MOST:
            hint = "name two modes or more, or a variant"
            raise StudyError(f"expected 2 to {MOST} to compare, got `{len(self.contenders)}`\n  hint: {hint}")

    def points(self, bounds: Bounds, texts: Sequence[str], only: Collection[int] | None = None) -> list[Point]:
        """The points at these values of an assumption, of all contenders or of a few `only`, by their places."""
        chosen = [each for place, each in enumerate(self.contenders) if only is None or place in only]
        made = (self._point(bounds, text, chosen) for text in texts)
        return list(watched(self.watch, made, len(texts), "values"))

    def _point(self, bounds: Bounds, text: str, chosen: Collection[Contender]) -> Point:
        known = number(text)
        assert known is not None
        found = dict(self._found(f"{bounds.path}={text}", chosen))
        return Point(known[0], text, tuple(found.get(each, ()) for each in self.contenders))

    def _found(self, setting: str, chosen: Collection[Contender]) -> Iterator[tuple[Contender, tuple[float, ...]]]:
        for name, changes in self.sides.items():
            modes = [each.mode for each in chosen if each.variant == name]
            if not modes:
                continue
            scenario = self.question.scenario((*changes, setting))
            sessions: dict[str, list[Measured]] = {mode: [] for mode in modes}
            for mode, measured in self.question.measured(scenario, modes, range(self.replications)):
                sessions[mode].append(measured)
            for mode in modes:
                yield Contender(name, mode), tuple(self._values(sessions[mode], mode, setting))

    def _values(self, sessions: Sequence[Measured], mode: str, setting: str) -> list[float]:
        if not self.metric:
            return [score(self.goals, each) for each in sessions]
        if silence(self.metric, [each.figures for each in sessions]) is not None:
            hint = "leave that mode out, or take `wishes_heard_share`"
            raise StudyError(f"`{self.metric}` says nothing of {mode} at `{setting}`\n  hint: {hint}")
        return [sign(self.metric) * each for each in pooling.values(metric_named(self.metric), sessions)]
