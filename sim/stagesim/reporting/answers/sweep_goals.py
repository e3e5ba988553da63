"""Which mode for which goal along a sweep, and what each costs: tested at every point, all of it together."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from stagesim.experiments import pooling
from stagesim.experiments.questions.sweep import Point, SweepResults
from stagesim.metric_table import Metric
from stagesim.reporting.words.headlines import Headline, listed, sentences
from stagesim.reporting.words.keys import key_words
from stagesim.reporting.words.labels import mode_name, shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.statistics import TURNED, Mark, among, differences, verdict

LEVEL = 0.05
"""The chance of a single wrong verdict among all of a sweep."""


class Along(NamedTuple):
    """A headline with the mark of every mode at each point."""

    metric: Metric
    headline: Headline
    marks: tuple[Mapping[str, Mark], ...]


def along(results: SweepResults) -> list[Along]:
    """Every headline that is not zero throughout, judged at each point; none of one mode or of one session."""
    if len(results.modes) < 2 or results.replications < 2:
        return []
    told = [
        (metric, headline)
        for metric, headline in sentences(results.question.scenario())
        if any(point.interval(metric.name, mode).mean for point in results.points for mode in results.modes)
    ]
    alpha = LEVEL / max(1, len(told) * len(results.points))
    return [Along(*each, tuple(_marks(point, each[0], alpha) for point in results.points)) for each in told]


def _marks(point: Point, metric: Metric, alpha: float) -> Mapping[str, Mark]:
    names = list(combinations(point.sessions, 2))
    cases = [pooling.pairs(metric, point.sessions[one], point.sessions[other]) for one, other in names]
    found = zip(names, differences(cases, alpha=alpha), strict=True)
    said = {pair: verdict(each, metric.better or "lower") for pair, each in found}
    said |= {(other, one): TURNED.get(each, each) for (one, other), each in said.items()}
    return among(list(point.sessions), lambda one, other: said[one, other])


def goals(results: SweepResults, judged: Sequence[Along]) -> Iterator[str]:
    """A sentence for each answer, with the goals that have it: which mode is clearly best at which values."""
    answers: dict[str, list[str]] = {}
    for each in judged:
        answers.setdefault(_answer(results, each), []).append(each.headline.goal)
    for answer, wanted in answers.items():
        text = listed(wanted)
        yield f"{text[0].upper()}{text[1:]} – {answer}."


def _answer(results: SweepResults, found: Along) -> str:
    best = [" or ".join(mode_name(mode).lower() for mode in _best(marks)) or "not clear" for marks in found.marks]
    if len(set(best)) == 1:
        return f"{best[0]}, at all values"
    runs: list[tuple[str, list[str]]] = []
    values, named = _by_value(results, best)
    for value, each in values:
        if runs and runs[-1][0] == each:
            runs[-1][1].append(value)
        else:
            runs.append((each, [value]))
    first, *others = [f"{each} at {_span(values)}" for each, values in runs]
    return "; ".join([first + named, *others])


def _by_value(results: SweepResults, said: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
    """What is said at each value: of several keys at those of the first alone, where the others change nothing; and of
    which key they are, where that has to be said once.
    """
    first, *others = results.factors
    by_first: dict[str, set[str]] = {}
    for point, each in zip(results.points, said, strict=True):
        by_first.setdefault(point.values[0], set()).add(each)
    if all(len(every) == 1 for every in by_first.values()):
        named = f" ({key_words(first.path)})" * bool(others)
        return [(value, next(iter(every))) for value, every in by_first.items()], named
    names = [f"{key_words(factor.path)} " for factor in results.factors]
    values = [", ".join(map("".join, zip(names, point.values, strict=True))) for point in results.points]
    return list(zip(values, said, strict=True)), ""


def _best(marks: Mapping[str, Mark]) -> list[str]:
    """The best, those that tie, or those that are better than the clearly last."""
    front = [mode for mode, mark in marks.items() if mark in {"best", "tied"}]
    if front or "worst" not in marks.values():
        return front
    return [mode for mode, mark in marks.items() if mark != "worst"]


def _span(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"


def costs(results: SweepResults, judged: Sequence[Along]) -> Iterator[str]:
    """What each mode is clearly behind in at some value, from the first value to the last, by whom that hits."""
    for mode in results.modes:
        whom: dict[str, list[str]] = {}
        for each in judged:
            if any(_is_behind(marks, mode) for marks in each.marks):
                figure = _ends(results, each.metric, mode)
                whom.setdefault(each.headline.whom, []).append(each.headline.cost.format(figure=figure))
        if whom:
            yield f"{mode_name(mode)} – {'; '.join(f'{who}: {listed(said)}' for who, said in whom.items())}."


def _is_behind(marks: Mapping[str, Mark], mode: str) -> bool:
    front = {name for name, mark in marks.items() if mark in {"best", "tied"}}
    return marks[mode] == "worst" or bool(front and mode not in front and marks[mode] != "alike")


def _ends(results: SweepResults, metric: Metric, mode: str) -> str:
    ends = [results.points[place].interval(metric.name, mode).mean for place in (0, -1)]
    figures = dict.fromkeys(number(each, metric) for each in ends)
    return f"{' → '.join(figures)} {shown_unit(metric)}".rstrip()
