"""A study in a few sentences: for each of a few metrics, which mode is best, or that it is not clear."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.results import Results
from stagesim.metric_table import OF_REQUESTS
from stagesim.metrics import METRICS, Metric
from stagesim.reporting.words.figure_rows import clearly_best, number
from stagesim.reporting.words.labels import mode_name, shown_unit
from stagesim.scenario.part import INSTANT
from stagesim.statistics import Interval

SENTENCES: Final = (
    ("time_to_stage_median", "Shortest", "median time from a wish to the stage"),
    ("wishes_served_share", "Largest", "share of wishes served"),
    ("removed_by_capacity", "", "stays ended by newcomers (removed by capacity)"),
    ("moderator_actions_per_hour", "Fewest", "moderator actions per hour"),
    ("disrupted_time", "Least", "disrupted time"),
)
"""What is worth a sentence: the metric, what the best is called, if anything, and what is measured."""

BY_MODERATORS: Final = {"join_by_request", "invite_only"}
"""The modes in which the moderators decide, and which differ by how these learn of a wish."""


@dataclass(frozen=True, slots=True)
class Column:
    """One side of what is compared, by the name that it has in a sentence."""

    name: str
    results: Results
    variant: str
    mode: str


def headlines(results: Results, contrasts: Sequence[Contrast] = ()) -> list[str]:
    """The answer in words. `contrasts` are the differences in pairs, which say more than the modes' own intervals."""
    columns = [Column(mode_name(mode).lower(), results, "", mode) for mode in results.modes]
    alike = (_alike(results, *pair) for pair in combinations(results.modes, 2) if _is_alike(results, *pair))
    return [*_sentences(columns, contrasts), *alike]


def headlines_of_variants(variants: Mapping[str, Results], contrasts: Sequence[Contrast]) -> dict[str, list[str]]:
    """The answer in words for each mode that several variants have: which variant is best there."""
    modes = dict.fromkeys(mode for results in variants.values() for mode in results.modes)
    columns = {
        mode: [Column(name, each, name, mode) for name, each in variants.items() if mode in each.modes]
        for mode in modes
    }
    return {mode: _sentences(found, contrasts) for mode, found in columns.items() if len(found) > 1}


def _sentences(columns: Sequence[Column], contrasts: Sequence[Contrast]) -> list[str]:
    by_name = {metric.name: metric for metric in METRICS}
    names = {(column.variant, column.mode): column.name for column in columns}
    lines = []
    for name, best, what in SENTENCES:
        metric = by_name[name]
        found = {column.name: column.results.interval(name, column.mode) for column in columns}
        if any(each.n and each.mean for each in found.values()):
            words = f"{best} {what}" if best and len(found) > 1 else f"{what[0].upper()}{what[1:]}"
            pairs = list(_verdicts([each for each in contrasts if each.metric == name], names))
            answer = _answer(metric, found, pairs) if best else "; ".join(_each(metric, found, list(found)))
            lines.append(f"{words}: {answer}.")
    return lines


def _verdicts(found: Sequence[Contrast], names: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str, str]]:
    """Side, base and verdict of each pair of which both have a name."""
    for each in found:
        side, base = (names.get((one.variant, one.mode)) for one in (each.pair.side, each.pair.base))
        if side is not None and base is not None:
            yield side, base, each.verdict


def _is_alike(results: Results, one: str, other: str) -> bool:
    """Whether two modes differ in nothing but who asks, in any session, though there are wishes."""
    names = [metric.name for metric in METRICS if not metric.name.startswith(("requests", *OF_REQUESTS))]
    pairs = [(mine.metrics, theirs.metrics) for mine, theirs in zip(results.of(one), results.of(other), strict=True)]
    return any(mine["wishes"] for mine, _ in pairs) and all(
        mine[name] == theirs[name] or (math.isnan(mine[name]) and math.isnan(theirs[name]))
        for mine, theirs in pairs
        for name in names
    )


def _alike(results: Results, one: str, other: str) -> str:
    """That two modes came out the same, and why, where the scenario shows it."""
    said = f"{mode_name(one)} and {mode_name(other).lower()} gave the same figures in every session, requests apart"
    staff = results.scenario.moderators.values()
    if {one, other} == BY_MODERATORS and any(group.notices == INSTANT for group in staff):
        said += (
            ": moderators notice a wish without a button at once, as if it were a request. How long that takes is "
            "`moderators.notices`"
        )
    return f"{said}."


def _answer(metric: Metric, found: Mapping[str, Interval], pairs: Sequence[tuple[str, str, str]]) -> str:
    """Which one it is, with the others behind it; or the value of each where it is not clear."""
    names = [name for name, each in found.items() if each.n]
    names.sort(key=lambda name: found[name].mean, reverse=metric.better == "higher")
    words = _each(metric, found, names)
    if len(found) == 1:
        return words[0]
    if len(names) == 1:
        return f"{words[0]}; nothing to measure in the others"
    if not _is_clear(metric, found, names, pairs):
        known = not any(math.isnan(found[name].low) for name in names)
        return f"{'no clear difference at the top' if known else 'from one session each'} ({'; '.join(words)})"
    return f"{words[0]} ({'; '.join(words[1:])})"


def _is_clear(
    metric: Metric, found: Mapping[str, Interval], names: Sequence[str], pairs: Sequence[tuple[str, str, str]]
) -> bool:
    """Whether the first one is better than each of the others: by the pairs, if the metric has any."""
    if not pairs:
        return clearly_best([found[name] for name in names], metric.better) == 0
    first, *others = names
    behind = {side for side, base, verdict in pairs if base == first and verdict == "worse"}
    behind |= {base for side, base, verdict in pairs if side == first and verdict == "better"}
    return behind.issuperset(others)


def _each(metric: Metric, found: Mapping[str, Interval], names: Sequence[str]) -> list[str]:
    """The value of each, with its name where there is more than one."""
    said = {name: f"{name} " if len(found) > 1 else "" for name in names}
    return [f"{said[name]}{number(found[name].mean, metric)} {shown_unit(metric)}".rstrip() for name in names]
