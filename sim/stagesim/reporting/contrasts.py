"""A comparison in words: differences with their verdicts, the receipt, who wins and who loses. Rows of text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from stagesim.experiments.analysis import Analysis
from stagesim.experiments.differences import MOST_MISSING, Contrast
from stagesim.experiments.sides import Pair
from stagesim.experiments.winners import STARVED, Effect
from stagesim.metrics import METRICS, Metric
from stagesim.reporting.sheet import number, shown_unit
from stagesim.reporting.style import mode_name, plain
from stagesim.statistics import Interval

BY_NAME: Final = {metric.name: metric for metric in METRICS}
MOST_NAMES: Final = 5

READING: Final = (
    "Differences of the same sessions in pairs, with limits that hold together with 95 % for the whole table "
    "(Bonferroni); better and worse are found by Holm's steps, with at most 5 % for a single false one among them all. "
    "Undecided is not equal: more replications, or a margin below which a difference does not matter, may decide."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of one pair. `reduction` is how many times common random numbers cut the variance."""

    label: str
    unit: str
    definition: str
    difference: str
    limits: str
    verdict: str
    reduction: str
    remark: str


@dataclass(frozen=True, slots=True)
class Block:
    """All lines of one pair."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What a pair does to one part of the people."""

    title: str
    part: str
    people: str
    better: str
    worse: str
    change: str
    worst: str
    never: str
    lost: str
    starves: bool


def pair_title(pair: Pair, *, short: bool = False) -> str:
    """The two sides of a pair, as a heading; `short` is for the labels of charts."""
    mode = mode_name(pair.side.mode)
    if not pair.side.variant:
        base = mode_name(pair.base.mode).lower()
        return f"{mode} − {base}" if short else f"{mode} compared with {base}"
    names = pair.side.variant, pair.base.variant
    return f"{mode}: {' − '.join(names)}" if short else f"{mode}: {' compared with '.join(names)}"


def blocks(analysis: Analysis) -> list[Block]:
    """The differences, pair by pair."""
    return [
        Block(pair_title(pair), tuple(_line(each) for each in analysis.contrasts if each.pair is pair))
        for pair in analysis.pairs
        if any(each.pair is pair for each in analysis.contrasts)
    ]


def _line(found: Contrast) -> Line:
    metric, interval = BY_NAME[found.metric], found.difference.interval
    together = interval.n + interval.left_out
    remark = f"{interval.n} of {together} pairs have it" if interval.left_out else ""
    if found.one_sided > MOST_MISSING * together:
        remark += "; too few for a verdict"
    return Line(
        plain(metric.name),
        shown_unit(metric),
        metric.definition,
        signed(interval.mean, metric),
        "" if math.isnan(interval.low) else f"{signed(interval.low, metric)} to {signed(interval.high, metric)}",
        found.verdict if metric.better else "–",
        times(found.difference.variance_reduction),
        remark,
    )


def signed(value: float, metric: Metric) -> str:
    """A difference as it is printed, with its sign."""
    text = "∞" if math.isinf(value) else number(abs(value), metric)
    return text if value == 0 or math.isnan(value) else f"{'−' if value < 0 else '+'}{text}"


def times(factor: float) -> str:
    """A variance-reduction factor as it is printed."""
    if math.isnan(factor):
        return "–"
    return "equal" if math.isinf(factor) else f"{factor:,.{0 if factor >= 100 else 1}f}"


def receipt_lines(analysis: Analysis) -> list[str]:
    """Whether common random numbers helped, and who fell out of step."""
    factors = [each.difference.variance_reduction for each in analysis.contrasts]
    known = sorted(factor for factor in factors if not math.isnan(factor) and not math.isinf(factor))
    lines = []
    if known:
        middle = times(median(known))
        lines.append(
            "Common random numbers divided the variance of the differences by "
            f"{times(known[0])} to {times(known[-1])}, in the middle by {middle}."
        )
    apart, names = analysis.receipt.out_of_step, analysis.receipt.names
    if not apart:
        lines.append(f"All {analysis.receipt.people:,} people compared had the same wishes at the same moments.")
    else:
        some = ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else "")
        lines.append(
            f"{len(apart):,} of {analysis.receipt.people:,} people compared fell out of step, their wishes arose at "
            f"other moments: {some}; first in replication {apart[0].replication}. Their differences are partly chance."
        )
    return lines


def effect_lines(analysis: Analysis, *, brief: bool = False) -> list[EffectLine]:
    """Who wins and who loses; `brief` leaves out groups and clients."""
    return [_effect_line(each) for each in analysis.effects if not brief or each.by == "all"]


def _effect_line(found: Effect) -> EffectLine:
    part = "everybody" if found.by == "all" else f"{found.by} {plain(found.value)}"
    return EffectLine(
        pair_title(found.pair),
        part,
        f"{found.people:,.1f}",
        _percent(found.better),
        _percent(found.worse),
        _seconds(found.change_s),
        _seconds(found.worst_s),
        f"{found.base_never.mean * 100:.1f} → {found.never.mean * 100:.1f}",
        _percent(found.lost),
        found.starves,
    )


def warnings(analysis: Analysis) -> list[str]:
    """Better means that hide people who lose the stage altogether."""
    return [
        f"{pair_title(each.pair)}: the mean wait is shorter, but {each.lost.mean * 100:.0f} % of "
        f"{'the people' if each.by == 'all' else f'{each.by} {plain(each.value)}'} with a wish lose the stage "
        f"altogether ({STARVED * 100:.0f} % or more is flagged)."
        for each in analysis.effects
        if each.starves
    ]


def _percent(found: Interval) -> str:
    return _around(found, 100, 1)


def _seconds(found: Interval) -> str:
    text = _around(found, 1, 0)
    return text if text.startswith(("−", "–", "0 ")) else f"+{text}"


def _around(found: Interval, scale: float, digits: int) -> str:
    if math.isnan(found.mean):
        return "–"
    mean = f"{found.mean * scale:,.{digits}f}".replace("-", "−")
    return mean if math.isnan(found.half_width) else f"{mean} ± {found.half_width * scale:,.{digits}f}"


def verdict_sentences(analysis: Analysis, metrics: Sequence[str]) -> list[str]:
    """One sentence for each decisive metric and pair."""
    return [
        f"{plain(each.metric)}: {pair_title(each.pair).lower()} is {each.verdict}."
        for each in analysis.contrasts
        if each.metric in metrics
    ]
