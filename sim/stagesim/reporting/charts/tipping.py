"""One chart of what would turn it: a bar for each assumption, coloured by who is ahead, turns with their intervals."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stagesim.experiments.questions.factors import Bounds, written
from stagesim.experiments.questions.tipping import Tip, TipResults
from stagesim.reporting.charts import style
from stagesim.reporting.words.keys import is_share, key_words
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.values.units import UNIT_MS

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", style.FAINT)


def bars(results: TipResults, names: Sequence[str]) -> Figure:
    """The chart of all assumptions."""
    modes = [each.mode for each in results.contenders]
    own = len(set(modes)) == len(modes)
    colours = [style.MODE_COLOURS[mode] for mode in modes] if own else list(COLOURS[: len(modes)])
    count = len(results.tips)
    figure, axes = style.new_figure(
        1.75 + 0.62 * count,
        "What would turn it",
        "Who is ahead along the range of each assumption; lines are where it turns, with 95 % intervals."
        if results.confidence == 0.95
        else f"Who is ahead along the range of each assumption; lines are where it turns ({results.confidence:.0%}).",
    )
    used: dict[str, Patch] = {}
    for row, tip in enumerate(results.tips):
        for low, high, kind in _joined(_segments(tip)):
            colour, hatch = (colours[kind], "") if isinstance(kind, int) else _plain(kind)
            axes.barh(
                row, high - low, left=low, height=0.46, color=colour, hatch=hatch, edgecolor="#9AA5B1", linewidth=0
            )
            word = names[kind] if isinstance(kind, int) else kind
            used.setdefault(word, Patch(facecolor=colour, hatch=hatch, edgecolor="#9AA5B1", linewidth=0, label=word))
        for low, high in _unshown(tip):
            axes.barh(row, high - low, left=low, height=0.46, color=style.PAPER, alpha=0.6, linewidth=0)
        if tip.here is not None and tip.bounds.low <= tip.here <= tip.bounds.high:
            axes.plot([_share(tip, tip.here)], [row + 0.3], marker="^", markersize=7, color=style.INK, clip_on=False)
        _turns(axes, row, tip)
        for end, x, side in ((tip.bounds.low, 0.0, "left"), (tip.bounds.high, 1.0, "right")):
            text = said(tip.bounds, end)
            axes.text(x, row + 0.27, text, ha=side, va="top", fontsize=8.5, color=style.FAINT)
    style.row_names(axes, range(count), [key_words(tip.bounds.path) for tip in results.tips])
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    order = [name for name in (*names, "tied", "not decided") if name in used]
    figure.legend(handles=[used[name] for name in order], loc="outside lower left", ncols=min(len(order), 4))
    return figure


def said(bounds: Bounds, value: float) -> str:
    """A value of an assumption as people read it: to three digits, a time as a time, a share in per cent, a count as a
    whole number.
    """
    if bounds.unit in UNIT_MS:
        return duration(value * UNIT_MS[bounds.unit] / 1000, 3)
    if is_share(bounds.path) and not bounds.unit:
        return f"{float(f'{value * 100:.3g}'):g} %"
    return written(float(f"{value:.3g}"), bounds.unit, bounds.whole)


def turned(bounds: Bounds, value: float) -> str:
    """The place of a turn as people read it: no finer than a hundredth of the range, to which it is not known."""
    places = max(0, -math.floor(math.log10((bounds.high - bounds.low) / 100)))
    return said(bounds, round(value, places))


def _plain(kind: str) -> tuple[str, str]:
    return (style.PALE, "") if kind == "tied" else (style.GROUND, "////")


def _share(tip: Tip, value: float) -> float:
    """Where a value lies in the range, from 0 to 1."""
    return (value - tip.bounds.low) / (tip.bounds.high - tip.bounds.low)


def _segments(tip: Tip) -> Iterator[tuple[float, float, int | str]]:
    """From where to where, as shares of the range, who is ahead: half-way to the next value, or to a turn."""
    numbers = [each.point.number for each in tip.values]
    middles = [(one + other) / 2 for one, other in pairwise(numbers)]
    edges = [tip.bounds.low, *middles, tip.bounds.high]
    for each, (low, high) in zip(tip.values, pairwise(edges), strict=True):
        kind = each.leader if each.standing == "ahead" else "tied" if each.standing == "tied" else "not decided"
        inside = [turn for turn in tip.turns if turn.last < high and low < turn.first]
        cuts = sorted({low, high, *(x for t in inside for x in (t.last, t.at, t.first) if low < x < high)})
        for start, end in pairwise(cuts):
            middle, here = (start + end) / 2, kind
            for turn in inside:
                if turn.last <= middle <= turn.first and each.standing != "tied":
                    here = turn.before if middle < turn.at else turn.after
            yield _share(tip, start), _share(tip, end), here


def _unshown(tip: Tip) -> Iterator[tuple[float, float]]:
    """From where to where, as shares of the range, somebody is ahead on average alone: in the midst of a turn."""
    for turn in tip.turns:
        inside = [each for each in tip.values if turn.last < each.point.number < turn.first]
        undecided = [each.point.number for each in inside if each.standing == "undecided"]
        if undecided:
            yield _share(tip, turn.last), _share(tip, turn.first)


def _joined(found: Iterator[tuple[float, float, int | str]]) -> list[tuple[float, float, int | str]]:
    """Neighbours of the same kind as one."""
    joined: list[tuple[float, float, int | str]] = []
    for low, high, kind in found:
        if joined and joined[-1][2] == kind:
            joined[-1] = (joined[-1][0], high, kind)
        else:
            joined.append((low, high, kind))
    return joined


def _turns(axes: Any, row: int, tip: Tip) -> None:
    for each in tip.turns:
        at = _share(tip, each.at)
        axes.plot([at, at], [row - 0.29, row + 0.29], color=style.INK, linewidth=1.8, solid_capstyle="butt")
        if each.certain:
            low, high = (_share(tip, end) for end in (each.low, each.high))
            axes.plot([low, high], [row, row], color=style.INK, linewidth=1.2)
            for end in (low, high):
                axes.plot([end, end], [row - 0.09, row + 0.09], color=style.INK, linewidth=1.2)
        text = turned(tip.bounds, each.at)
        side = "left" if at < 0.04 else "right" if at > 0.96 else "center"
        axes.text(at, row - 0.31, text, ha=side, va="bottom", fontsize=9, fontweight="bold")
