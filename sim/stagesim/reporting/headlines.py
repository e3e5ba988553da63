"""A study in a few sentences: for each of a few metrics, which mode is best, or that it is not clear."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from stagesim.experiments.differences import Contrast
from stagesim.experiments.results import Results
from stagesim.metrics import METRICS, Metric
from stagesim.reporting.labels import shown_unit
from stagesim.reporting.sheet import OF_REQUESTS, clearly_best, number
from stagesim.reporting.style import mode_name
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


def headlines(results: Results, contrasts: Sequence[Contrast] = ()) -> list[str]:
    """The answer in words. `contrasts` are the differences in pairs, which say more than the modes' own intervals."""
    by_name = {metric.name: metric for metric in METRICS}
    lines = []
    for name, best, what in SENTENCES:
        metric = by_name[name]
        found = {mode: results.interval(name, mode) for mode in results.modes}
        if any(each.n and each.mean for each in found.values()):
            words = f"{best} {what}" if best and len(found) > 1 else f"{what[0].upper()}{what[1:]}"
            pairs = [each for each in contrasts if each.metric == name and _of_modes(each)]
            answer = _answer(metric, found, pairs) if best else "; ".join(_each(metric, found, list(found)))
            lines.append(f"{words}: {answer}.")
    return [*lines, *(_alike(results, *pair) for pair in combinations(results.modes, 2) if _is_alike(results, *pair))]


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


def _of_modes(found: Contrast) -> bool:
    """Whether it compares two modes of one scenario, and not one mode of two."""
    return found.pair.side.variant == found.pair.base.variant


def _answer(metric: Metric, found: Mapping[str, Interval], pairs: Sequence[Contrast]) -> str:
    """Which mode it is, with the others behind it; or each mode's value where it is not clear."""
    modes = [mode for mode, each in found.items() if each.n]
    modes.sort(key=lambda mode: found[mode].mean, reverse=metric.better == "higher")
    words = _each(metric, found, modes)
    if len(found) == 1:
        return words[0]
    if len(modes) == 1:
        return f"{words[0]}; nothing to measure in the others"
    if not _is_clear(metric, found, modes, pairs):
        known = not any(math.isnan(found[mode].low) for mode in modes)
        return f"{'no clear difference at the top' if known else 'from one session each'} ({'; '.join(words)})"
    return f"{words[0]} ({'; '.join(words[1:])})"


def _is_clear(metric: Metric, found: Mapping[str, Interval], modes: Sequence[str], pairs: Sequence[Contrast]) -> bool:
    """Whether the first of the modes is better than each of the others: by the pairs, if the metric has any."""
    if not pairs:
        return clearly_best([found[mode] for mode in modes], metric.better) == 0
    first, *others = modes
    worse = {each.pair.side.mode for each in pairs if each.pair.base.mode == first and each.verdict == "worse"}
    worse |= {each.pair.base.mode for each in pairs if each.pair.side.mode == first and each.verdict == "better"}
    return worse.issuperset(others)


def _each(metric: Metric, found: Mapping[str, Interval], modes: Sequence[str]) -> list[str]:
    """The value of each mode, with the mode's name where there is more than one."""
    names = {mode: f"{mode_name(mode).lower()} " if len(found) > 1 else "" for mode in modes}
    return [f"{names[mode]}{number(found[mode].mean, metric)} {shown_unit(metric)}".rstrip() for mode in modes]
