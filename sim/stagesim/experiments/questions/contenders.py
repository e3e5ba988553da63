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

TRIED: Final = 3
"""Values at which every contender is simulated, whether the assumption changes anything for it or not."""


class Contender(NamedTuple):
    """A mode of a variant; a scenario without variants has no name."""

    variant: str
    mode: str


class Side(NamedTuple):
    """What a contender has at one value of an assumption: a value of every session, and the mark of its events."""

    values: tuple[float, ...]
    marks: tuple[bytes, ...]


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

    def along(self, bounds: Bounds, texts: Sequence[str]) -> list[Point]:
        """The points at these values of an assumption, which are in order.

        Ends and middle come first. A contender whose sessions are the same there, event by event, is taken to be left
        as it is by the assumption, and to have the same at all others.
        """
        places = dict.fromkeys((0, len(texts) - 1, len(texts) // 2, *range(len(texts))))
        made = dict(watched(self.watch, self._along(bounds, texts, list(places)), len(places), "values"))
        return [made[place] for place in range(len(texts))]

    def _along(self, bounds: Bounds, texts: Sequence[str], places: Sequence[int]) -> Iterator[tuple[int, Point]]:
        found: dict[int, dict[Contender, Side]] = {}
        same: dict[Contender, Side] = {}
        for nth, place in enumerate(places):
            if nth == TRIED:
                first, *others = found.values()
                same = {who: side for who, side in first.items() if all(other[who] == side for other in others)}
            chosen = [each for each in self.contenders if each not in same]
            found[place] = {**same, **dict(self._found(f"{bounds.path}={texts[place]}", chosen))}
            yield place, self._point(texts[place], found[place])

    def point(self, bounds: Bounds, text: str, only: Collection[int]) -> Point:
        """The point at one value of an assumption, of a few contenders `only`, by their places."""
        chosen = [self.contenders[place] for place in only]
        return self._point(text, dict(self._found(f"{bounds.path}={text}", chosen)))

    def _point(self, text: str, found: Mapping[Contender, Side]) -> Point:
        known = number(text)
        assert known is not None
        return Point(known[0], text, tuple(found[each].values if each in found else () for each in self.contenders))

    def _found(self, setting: str, chosen: Collection[Contender]) -> Iterator[tuple[Contender, Side]]:
        for name, changes in self.sides.items():
            modes = [each.mode for each in chosen if each.variant == name]
            if not modes:
                continue
            scenario = self.question.scenario((*changes, setting))
            sessions: dict[str, list[Measured]] = {mode: [] for mode in modes}
            marks: dict[str, list[bytes]] = {mode: [] for mode in modes}
            for mode, measured, mark in self.question.marked(scenario, modes, range(self.replications)):
                sessions[mode].append(measured)
                marks[mode].append(mark)
            for mode in modes:
                values = tuple(self._values(sessions[mode], mode, setting))
                yield Contender(name, mode), Side(values, tuple(marks[mode]))

    def _values(self, sessions: Sequence[Measured], mode: str, setting: str) -> list[float]:
        if not self.metric:
            return [score(self.goals, each) for each in sessions]
        if silence(self.metric, [each.figures for each in sessions]) is not None:
            hint = "leave that mode out, or take `wishes_heard_share`"
            raise StudyError(f"`{self.metric}` says nothing of {mode} at `{setting}`\n  hint: {hint}")
        return [sign(self.metric) * each for each in pooling.values(metric_named(self.metric), sessions)]
