"""A comparison in words: differences with their verdicts, whether the people were the same, who wins and loses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.differences import MOST_MISSING, Contrast
from stagesim.experiments.comparison.pairs import Pair, Side
from stagesim.experiments.comparison.winners import STARVED, Effect
from stagesim.experiments.ending import Ending
from stagesim.metric_table import asks_nothing
from stagesim.metrics import METRICS, Metric
from stagesim.reporting.words.figure_rows import number
from stagesim.reporting.words.labels import difference_unit, label, mode_name, plain
from stagesim.statistics import Interval

BY_NAME: Final = {metric.name: metric for metric in METRICS}
MOST_NAMES: Final = 5

FEWEST_PEOPLE: Final = 5
"""A group or a kind of client with fewer people a session, on average, is counted and nothing is said of it."""

HELPED: Final = 1.05
"""Common random numbers that divide a variance by less did not help."""

WAIT_CHANGE: Final = "wait incl. unserved, to the end: change s"
"""How the change of the wait is headed: a wish that is never served counts until the session's end."""

READING: Final = (
    "Differences of the same sessions in pairs, with limits that hold together with 95 % for the whole table "
    "(Bonferroni); better and worse are found by Holm's steps, with at most 5 % for a single false one among them all, "
    "so now and then beside limits that just include 0. "
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
    if trivial(found):
        without = [mode_name(side.mode).lower() for side in _sides(found.pair) if not any(side.values("requests"))]
        remark = f"no requests at all in {' and '.join(dict.fromkeys(without))}"
        return Line(label(metric.name), difference_unit(metric), metric.definition, "–", "", "–", "–", remark)
    return Line(
        label(metric.name),
        difference_unit(metric),
        metric.definition,
        signed(interval.mean, metric),
        "" if math.isnan(interval.low) else f"{signed(interval.low, metric)} to {signed(interval.high, metric)}",
        found.verdict if metric.better else "–",
        times(found.difference.variance_reduction),
        _missing(found),
    )


def _missing(found: Contrast) -> str:
    """In how many pairs both sides, one side or neither has a value, where not all have; and what follows from that."""
    interval = found.difference.interval
    if not interval.left_out:
        return ""
    together = interval.n + interval.left_out
    parts = [f"both sides have a value in {interval.n} of {together} pairs"]
    if found.one_sided:
        too_many = ", too many for a verdict" if found.one_sided > MOST_MISSING * together else ""
        parts.append(f"one side only in {found.one_sided}{too_many}")
    if interval.left_out > found.one_sided:
        parts.append(f"neither in {interval.left_out - found.one_sided}")
    return "; ".join(parts)


def trivial(found: Contrast) -> bool:
    """Whether it compares the queue of a side that has no requests at all: no queue is no merit there."""
    return any(asks_nothing(found.metric, side.values("requests")) for side in _sides(found.pair))


def _sides(pair: Pair) -> tuple[Side, Side]:
    return pair.side, pair.base


def signed(value: float, metric: Metric) -> str:
    """A difference as it is printed, with its sign."""
    text = "∞" if math.isinf(value) else number(abs(value), metric)
    return text if value == 0 or math.isnan(value) else f"{'−' if value < 0 else '+'}{text}"


def times(factor: float) -> str:
    """A variance-reduction factor as it is printed."""
    if math.isnan(factor):
        return "–"
    return "equal" if math.isinf(factor) else f"{factor:,.{0 if factor >= 100 else 1}f}"


def same_people_lines(analysis: Analysis) -> list[str]:
    """Whether common random numbers helped, and whose wishes were not the same."""
    lines = _variance_lines(analysis)
    found = analysis.same_people
    apart, names = found.other_wishes, found.names
    if not apart:
        lines.append(
            f"In all {found.people:,} comparisons of a person with themselves (people × sessions × pairs) "
            "the wishes were the same at the same moments."
        )
    else:
        some = ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else "")
        lines.append(
            f"In {len(apart):,} of {found.people:,} comparisons of a person with themselves (people × "
            f"sessions × pairs) the wishes arose at other moments: {some}; "
            f"first in replication {apart[0].replication}. Their differences are partly chance."
        )
    return lines


def _variance_lines(analysis: Analysis) -> list[str]:
    """For how many differences common random numbers helped, how much, and for how many they did not."""
    factors = [each.difference.variance_reduction for each in analysis.contrasts if not trivial(each)]
    known = sorted(factor for factor in factors if math.isfinite(factor))
    helped = [factor for factor in known if factor >= HELPED]
    lines = []
    if helped:
        span = times(helped[0]) if len(helped) == 1 else f"{times(helped[0])} to {times(helped[-1])}"
        middle = f", in the middle by {times(median(helped))}" if len(helped) > 1 else ""
        lines.append(
            f"Common random numbers helped for {len(helped)} of {len(known)} differences: they divided the variance "
            f"by {span}{middle}."
        )
    if len(helped) < len(known):
        lines.append(
            f"They did not help for {len(known) - len(helped)} of {len(known)}: those intervals are no narrower than "
            "with independent sessions."
            if helped
            else f"Common random numbers did not help for any of the {len(known)} differences."
        )
    return lines


def effect_lines(analysis: Analysis, *, brief: bool = False) -> list[EffectLine]:
    """Who wins and who loses; `brief` leaves out groups and clients."""
    return [_effect_line(each) for each in analysis.effects if not brief or each.by == "all"]


def _effect_line(found: Effect) -> EffectLine:
    part = "everybody" if found.by == "all" else f"{found.by} {plain(found.value)}"
    title, people = pair_title(found.pair), f"{found.people:,.1f}"
    if too_few(found):
        return EffectLine(title, part, people, "–", "–", "–", "–", "–", "–", starves=False)
    return EffectLine(
        title,
        part,
        people,
        _percent(found.better),
        _percent(found.worse),
        _seconds(found.change_s),
        _seconds(found.worst_s),
        f"{found.base_never.mean * 100:.1f} → {found.never.mean * 100:.1f}",
        _percent(found.lost),
        found.starves,
    )


def too_few(found: Effect) -> bool:
    """Whether the part has too few people for a claim."""
    return found.by != "all" and found.people < FEWEST_PEOPLE


def warnings(analysis: Analysis) -> list[str]:
    """Better means that hide people who lose the stage altogether."""
    return [
        f"{pair_title(each.pair)}: the mean wait is shorter, but {each.lost.mean * 100:.0f} % of "
        f"{'the people' if each.by == 'all' else f'{each.by} {plain(each.value)}'} with a wish lose the stage "
        f"altogether ({STARVED * 100:.0f} % or more is flagged)."
        for each in analysis.effects
        if each.starves and not too_few(each)
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
        f"{label(each.metric)}: {pair_title(each.pair).lower()} is {each.verdict}."
        if not trivial(each)
        else f"{label(each.metric)}: {pair_title(each.pair).lower()} has nothing to compare, one has no requests."
        for each in analysis.contrasts
        if each.metric in metrics
    ]


def ending_sentence(analysis: Analysis, ending: Ending) -> str:
    """Why the study has its size, and what was decided; nothing for a study of a fixed size."""
    if ending.reason == "size":
        return ""
    looks = (
        f" Looks after {', '.join(map(str, ending.looks.at))} replications were declared." if ending.looks.at else ""
    )
    said = " ".join(verdict_sentences(analysis, ending.metrics)) if ending.looks.at else ""
    return f"The study ended: {ending.words}.{looks} {said}".rstrip()
