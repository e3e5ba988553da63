"""A comparison in words: differences with their verdicts, whether the people were the same, who wins and loses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.differences import MOST_MISSING, Contrast
from stagesim.experiments.comparison.pairs import Pair, Side
from stagesim.experiments.comparison.winners import STARVED, Effect
from stagesim.experiments.ending import Ending
from stagesim.metric_table import Metric, Silence
from stagesim.reporting.words.labels import difference_unit, label, labelled, mode_name, plain
from stagesim.reporting.words.margins import share_margin, too_rare
from stagesim.reporting.words.numbers import duration, number
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.values.units import format_duration
from stagesim.statistics import ENOUGH, Interval

MOST_NAMES: Final = 5

SILENCES: Final[dict[Silence, str]] = {
    "no requests": "no requests at all",
    "nobody on stage": "nobody got to the stage",
}
"""Why there is nothing to compare, in words."""

FEWEST_PEOPLE: Final = 5
"""A group or a kind of client with fewer people a session, on average, is counted and nothing is said of it."""

NEARLY_ALL: Final = 0.95
"""A part of the people that is so much of all of them is not told apart from everybody."""

HELPED: Final = 1.05
"""Common random numbers that divide a variance by less did not help."""

WAIT_CHANGE: Final = "change in waiting time"
"""How the change of the wait is headed."""


def never_there(analysis: Analysis) -> str:
    """What the wait is of wishes that never get to the stage."""
    return f"at most {format_duration(analysis.horizon_ms)} counted, and as much for never on stage"


READING: Final = (
    "Each session is compared with the same session on the other side. All ranges in this table hold at once with 95 % "
    "confidence; a range without 0 is a real difference. Undecided does not mean equal: run more sessions, or give a "
    "margin, the largest difference that is too small to matter."
)

METHOD: Final = (
    "Ranges are intervals of the paired differences, Student's and longer where these are skewed, each at its share of "
    f"5 % (Bonferroni), or bounds where fewer than {ENOUGH} sessions differ otherwise than the usual one; after looks "
    "that were declared they have the boundaries of O'Brien and Fleming's kind; better, worse and equivalent are read "
    "off the range itself."
)
"""How the differences are decided, for those who want to know."""


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of one pair."""

    label: str
    unit: str
    definition: str
    difference: str
    limits: str
    verdict: str
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
        Block(
            pair_title(pair),
            tuple(_line(each, analysis.horizon_ms) for each in analysis.contrasts if each.pair is pair),
        )
        for pair in analysis.pairs
        if any(each.pair is pair for each in analysis.contrasts)
    ]


def _line(found: Contrast, horizon_ms: int) -> Line:
    metric, interval = metric_named(found.metric), found.difference.interval
    unit = difference_unit(metric)
    if found.silent:
        return Line(labelled(metric, horizon_ms), unit, metric.definition, "–", "", "–", "; ".join(_silences(found)))
    return Line(
        labelled(metric, horizon_ms),
        unit,
        metric.definition,
        signed(interval.mean, metric),
        "" if math.isnan(interval.low) else f"{signed(interval.low, metric)} to {signed(interval.high, metric)}",
        found.verdict or "–",
        "; ".join(filter(None, (_missing(found), too_rare(found.difference.interval)))),
    )


def _silences(found: Contrast) -> list[str]:
    """Why there is nothing to compare: which of the two sides has no requests, or serves nobody."""
    names = [_apart(side, found.pair) for side in (found.pair.side, found.pair.base)]
    said = []
    for why, words in SILENCES.items():
        concerned = [name for name, silence in zip(names, found.silences, strict=True) if silence == why]
        if concerned:
            said.append(f"{words} in {' and '.join(concerned)}")
    return said


def _apart(side: Side, pair: Pair) -> str:
    """What tells a side from the other: its variant, or its mode."""
    return mode_name(side.mode).lower() if pair.side.variant == pair.base.variant else side.variant


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


def signed(value: float, metric: Metric) -> str:
    """A difference as it is printed, with its sign where any digit is left of it."""
    text = "∞" if math.isinf(value) else number(abs(value), metric)
    return f"{'−' if value < 0 else '+'}{text}" if set(text) & set("123456789∞") else text


def same_people_lines(analysis: Analysis) -> list[str]:
    """Whether common random numbers helped, and whose wishes were not the same."""
    lines = _variance_lines(analysis)
    found = analysis.same_people
    apart, names = found.other_wishes, found.names
    if not apart:
        lines.append(
            "Everybody had the same wishes at the same moments on both sides "
            f"({found.people:,} comparisons: people × sessions × pairs)."
        )
    else:
        some = ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else "")
        lines.append(
            f"In {len(apart):,} of {found.people:,} comparisons (people × sessions × pairs) somebody's wishes arose at "
            f"other moments on the other side: {some}; first in replication {apart[0].replication}. So it is where "
            "people wish again only after the last wish is settled (`wishes.after_settled`). Who wins and who loses is "
            "told by the wishes that are the same on both sides; the figures above are of all wishes of each side."
        )
    return lines


def _variance_lines(analysis: Analysis) -> list[str]:
    """For how many differences it helped that the people are the same."""
    factors = [each.difference.variance_reduction for each in analysis.contrasts if not each.silent]
    known = [factor for factor in factors if math.isfinite(factor)]
    helped = sum(factor >= HELPED for factor in known)
    return [f"Comparing the same people made {helped} of {len(known)} comparisons more exact."] if known else []


def effect_lines(analysis: Analysis, *, brief: bool = False) -> list[EffectLine]:
    """Who wins and who loses; `brief` leaves out groups and clients."""
    return [_effect_line(each) for each in told_once(analysis.effects) if not brief or each.by == "all"]


def verdicts_said(analysis: Analysis) -> str:
    """How many figures of each pair are better and worse, in a sentence."""
    return " ".join(
        f"{block.title}: {sum(line.verdict == 'better' for line in block.lines)} better, "
        f"{sum(line.verdict == 'worse' for line in block.lines)} worse, of {len(block.lines)} figures."
        for block in blocks(analysis)
    )


def effects_said(analysis: Analysis) -> str:
    """What each pair does to everybody, in a sentence."""
    return " ".join(
        f"{pair_title(each.pair)}: {each.better.mean * 100:.0f} % better off, {each.worse.mean * 100:.0f} % worse off."
        for each in analysis.effects
        if each.by == "all" and not math.isnan(each.better.mean)
    )


def told_once(found: Sequence[Effect]) -> list[Effect]:
    """The effects, but for those on a part that is another one by another name: who has a phone may be one group, and
    who has a desktop nearly everybody.
    """
    told: set[tuple[object, ...]] = set()
    kept = []
    every = {pair_title(each.pair): each.people for each in found if each.by == "all"}
    for each in found:
        if each.by != "all" and each.people >= NEARLY_ALL * every.get(pair_title(each.pair), math.inf):
            continue
        figures = (each.better, each.worse, each.change_s, each.worst_s, each.lost)
        said = (pair_title(each.pair), each.by == "all", each.people, repr(figures))
        if said not in told:
            told.add(said)
            kept.append(each)
    return kept


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
    """Shorter waits that hide people who are no longer heard at all."""
    return [
        f"{pair_title(each.pair)}: the average wait is shorter, but {each.lost.mean * 100:.0f} % of "
        f"{'the people' if each.by == 'all' else f'{each.by} {plain(each.value)}'} with a wish are no longer "
        f"heard at all ({STARVED * 100:.0f} % or more is flagged)."
        for each in analysis.effects
        if each.starves and not too_few(each)
    ]


def _percent(found: Interval) -> str:
    """A share in per cent with its margin of error."""
    if math.isnan(found.mean):
        return "–"
    mean = f"{found.mean * 100:.1f}"
    return f"{mean} {share_margin(found)}".rstrip()


def _seconds(found: Interval) -> str:
    """A change of a time with its margin of error and its sign."""
    if math.isnan(found.mean):
        return "–"
    mean = duration(found.mean).replace("-", "−")
    sign = "" if mean.startswith("−") or mean == "0 s" else "+"
    return sign + mean + ("" if math.isnan(found.half_width) else f" ± {duration(found.half_width)}")


def verdict_sentences(analysis: Analysis, metrics: Sequence[str]) -> list[str]:
    """One sentence for each decisive metric and pair."""
    return [
        f"{label(each.metric, analysis.horizon_ms)}: {pair_title(each.pair).lower()} "
        + (f"has nothing to compare: {' and '.join(_silences(each))}." if each.silent else f"is {each.verdict}.")
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
