"""A study in a few sentences: for each of a few metrics, which mode is best, or that it is not clear."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import Marks, marks
from stagesim.experiments.results import Results
from stagesim.metric_table import METRIC, METRICS, OF_REQUESTS, WAITS_FOR_STAGE, Metric, silence
from stagesim.reporting.words.figure_rows import measured
from stagesim.reporting.words.labels import mode_name, shown_unit
from stagesim.reporting.words.margins import with_margin
from stagesim.reporting.words.numbers import number
from stagesim.scenario.demands.shares import shown_shares
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.wishless import has_unsuitable
from stagesim.statistics import Interval, Mark


class Headline(NamedTuple):
    """What is worth a sentence: what the best is called, what is measured, the goal for which one looks at it, and whom
    it costs what to be behind in it; `cost` has the figure in braces.
    """

    best: str
    what: str
    goal: str
    whom: str
    cost: str


WISHING: Final = "those who wish to speak"
SPEAKING: Final = "those on stage"
AUDIENCE: Final = "the audience"
STAFF: Final = "the staff"

HEARD: Final = Headline(
    "Largest", "share of wishes heard", "to have as many heard as possible", WISHING, "{figure} of wishes heard"
)
SUITABLE: Final = Headline(
    "Largest",
    "share of suitable wishes heard",
    "to have suitable wishes heard",
    WISHING,
    "{figure} of suitable wishes heard",
)
SOON: Final = Headline("Most", "wishes {within}", "to have people on stage soon", WISHING, "{{figure}} {within}")
"""Of the first of the times for which tables show what share is on stage."""

OTHERS: Final = {
    "wishes_cut_short_share": Headline(
        "Smallest", "share of wishes cut short", "to cut few short", SPEAKING, "{figure} of wishes cut short"
    ),
    "unsuitable_stage_time": Headline(
        "Least",
        "stage time of unsuitable wishes",
        "to show little that is unsuitable",
        AUDIENCE,
        "{figure} of unsuitable wishes on stage",
    ),
    "removed_by_capacity": Headline(
        "Fewest",
        "speakers pushed off a full stage by the next one",
        "to push few off",
        SPEAKING,
        "{figure} speakers pushed off",
    ),
    "moderator_actions_per_wish_heard": Headline(
        "Fewest",
        "moderator actions per wish heard",
        "to need few actions of the staff",
        STAFF,
        "{figure} actions per wish heard",
    ),
    "disrupted_time": Headline(
        "Least", "disrupted time", "to have little disturbance", AUDIENCE, "{figure} of disturbance"
    ),
}


def hits(metric: Metric) -> str:
    """Whom it costs what to be behind in a metric."""
    if metric.name.startswith("moderator"):
        return STAFF
    return OTHERS[metric.name].whom if metric.name in OTHERS else WISHING


def sentences(scenario: Scenario) -> Iterator[tuple[Metric, Headline]]:
    """What is worth a sentence, the most telling first. Suitable wishes are a line of their own where some are not."""
    yield METRIC["wishes_heard_share"], HEARD
    if has_unsuitable(scenario):
        yield METRIC["suitable_wishes_heard_share"], SUITABLE
    for metric in shown_shares(scenario.shares_within[:1]):
        if metric.within is not None and metric.within.wait.name == "time_to_stage":
            what, cost = (text.format(within=metric.label) for text in (SOON.what, SOON.cost))
            yield metric, SOON._replace(what=what, cost=cost)
    for name, headline in OTHERS.items():
        yield METRIC[name], headline


@dataclass(frozen=True, slots=True)
class Column:
    """One side of what is compared, by the name that it has in a sentence."""

    name: str
    results: Results
    variant: str
    mode: str


@dataclass(frozen=True, slots=True)
class Value:
    """What a side has of one metric: its name if there are several, its figure as it is printed, and its mark."""

    name: str
    interval: Interval
    figure: str
    mark: Mark | None
    with_margin: str = ""
    """The figure with its margin of error, or with a bound."""

    @property
    def said(self) -> str:
        return f"{self.name} {self.figure}".lstrip()


def headlines(results: Results, contrasts: Sequence[Contrast] = ()) -> list[str]:
    """The answer in words; `contrasts` are the differences of the modes in pairs, which decide what is said."""
    return [*_sentences(modes_as_columns(results), contrasts), *remarks(results)]


def remarks(results: Results) -> list[str]:
    """What no figure says by itself: that nobody got to the stage in a mode, and which modes came out the same."""
    alike = (
        f"{mode_name(one)} and {mode_name(other).lower()} gave the same figures in every session, requests apart."
        for one, other in combinations(results.modes, 2)
        if _is_alike(results, one, other)
    )
    return [*_unserved(modes_as_columns(results)), *alike]


def _unserved(columns: Sequence[Column]) -> list[str]:
    """That nobody got to the stage on some side."""
    names = [column.name for column in columns if _reaches_nobody(column)]
    where = f" in {listed(names)}" if names and len(columns) > 1 else ""
    return [f"Nobody got to the stage{where}."] if names else []


def modes_as_columns(results: Results) -> list[Column]:
    """The modes of one study."""
    return [Column(mode_name(mode).lower(), results, "", mode) for mode in results.modes]


def variants_as_columns(variants: Mapping[str, Results]) -> dict[str, list[Column]]:
    """The variants that have a mode, for each mode that several have."""
    modes = dict.fromkeys(mode for results in variants.values() for mode in results.modes)
    columns = {
        mode: [Column(name, each, name, mode) for name, each in variants.items() if mode in each.modes]
        for mode in modes
    }
    return {mode: found for mode, found in columns.items() if len(found) > 1}


def headlines_of_variants(variants: Mapping[str, Results], contrasts: Sequence[Contrast]) -> dict[str, list[str]]:
    """The answer in words for each mode that several variants have: which variant is best there."""
    columns = variants_as_columns(variants)
    return {mode: [*_sentences(found, contrasts), *_unserved(found)] for mode, found in columns.items()}


def _sentences(columns: Sequence[Column], contrasts: Sequence[Contrast]) -> list[str]:
    known = marks(contrasts)
    lines = []
    for headline, found in told(columns, known):
        decided = any(each.mark is not None for each in found)
        what = headline.what
        words = f"{headline.best} {what}" if decided else f"{what[0].upper()}{what[1:]}"
        lines.append(f"{words}: {_answer(found, len(columns))}.")
    return lines


def told(columns: Sequence[Column], known: Marks) -> Iterator[tuple[Headline, list[Value]]]:
    """What is worth a sentence, with what the sides have of it, the best first; nothing that is zero everywhere."""
    for metric, headline in sentences(columns[0].results.scenario):
        found = [each for each in _values(metric, columns, known) if each.interval.n]
        if any(each.interval.mean for each in found):
            yield headline, found


def _values(metric: Metric, columns: Sequence[Column], known: Marks) -> list[Value]:
    """What every side has, the best mean first."""
    found = []
    for column in columns:
        interval = measured(column.results, metric, column.mode)
        figure = f"{number(interval.mean, metric)} {shown_unit(metric)}".rstrip()
        mark = known.get((metric.name, column.variant, column.mode))
        name = column.name if len(columns) > 1 else ""
        found.append(Value(name, interval, figure, mark, with_margin(interval, metric)))
    return sorted(found, key=lambda each: each.interval.mean, reverse=metric.better == "higher")


def _reaches_nobody(column: Column) -> bool:
    figures = [outcome.metrics for outcome in column.results.of(column.mode)]
    return silence(WAITS_FOR_STAGE[0], figures) == "nobody on stage"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _answer(found: Sequence[Value], sides: int) -> str:
    """Which one it is, or which are a tie, with the others behind; or the value of each where it is not clear."""
    top = [each for each in found if each.mark in {"best", "tied"}]
    rest = "; ".join(each.said for each in found if each not in top)
    if top:
        tie = ", a tie" if len(top) > 1 else ""
        return f"{' and '.join(each.said for each in top)}{tie} ({rest})"
    if not any(each.mark for each in found):
        single = sides > 1 and any(each.interval.n < 2 for each in found)
        return f"from one session each ({rest})" if single else rest
    if all(each.mark == "alike" for each in found):
        return f"no difference ({rest})"
    last = [each.name for each in found if each.mark == "worst"]
    behind = f"; clearly last: {' and '.join(last)}" if last else ""
    return f"no clear winner ({rest}){behind}"


def _is_alike(results: Results, one: str, other: str) -> bool:
    """Whether two modes differ in nothing but who asks, in any session, though there are wishes."""
    names = [metric.name for metric in METRICS if not metric.name.startswith(("requests", *OF_REQUESTS))]
    pairs = [(mine.metrics, theirs.metrics) for mine, theirs in zip(results.of(one), results.of(other), strict=True)]
    return any(mine["wishes"] for mine, _ in pairs) and all(
        mine[name] == theirs[name] or (math.isnan(mine[name]) and math.isnan(theirs[name]))
        for mine, theirs in pairs
        for name in names
    )
