"""Charts of a comparison: the paired differences as a forest plot, and who wins and who loses."""

import math
from typing import TYPE_CHECKING, Any, Final

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.winners import Effect
from stagesim.reporting.charts import style
from stagesim.reporting.words.comparison import FEWEST_PEOPLE, pair_title, signed, told_once, too_few
from stagesim.reporting.words.labels import difference_unit, label, plain
from stagesim.scenario.demands.shares import metric_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NO_VERDICT: Final = "neither better nor worse"
VERDICT_COLOURS: Final = {
    "better": style.DEEP,
    "worse": "#B5483A",
    "equivalent": style.FAINT,
    "undecided": "#9AA5B1",
    NO_VERDICT: "#9AA5B1",
}
VERDICT_MARKS: Final = {"better": "o", "worse": "s", "equivalent": "D", "undecided": "|", NO_VERDICT: "_"}
EDGE: Final = 150
"""Per cent at which the axis ends."""

ALL: Final = 100
"""Per cent by which a figure can fall: none is below zero, so that limits beyond this are cut."""

MOST_PAIRS: Final = 9
"""More pairs would not be readable on one figure; the first ones are shown, as the subtitle says."""


def paired_differences(analysis: Analysis) -> "Figure":
    """Every difference with its simultaneous limits, as a share of the base's mean, so that one axis serves all."""
    found = [
        each for each in analysis.contrasts if each.difference.interval.n > 1 and each.base_mean and not each.silent
    ]
    pairs = [pair for pair in analysis.pairs if any(each.pair is pair for each in found)][:MOST_PAIRS]
    rows = {pair_title(pair): [each for each in found if each.pair is pair] for pair in pairs}
    lines = max(1, sum(len(each) for each in rows.values()))
    figure, axes = style.new_figure(
        1.5 + 0.215 * lines + 0.42 * max(1, len(rows)),
        "Differences between the sides, session by session",
        "By how much the first side differs from the second, in per cent of the second; at the right in the figure's "
        "own unit. All ranges hold at once with 95\u00a0% confidence. Arrow: off the chart, see the number at the "
        "right. Hollow square: the range goes on. Figures that are 0 on the second side stand in the table only."
        + _left_out(analysis, pairs),
        nrows=max(1, len(rows)),
        squeeze=False,
        sharex=True,
        gridspec_kw={"height_ratios": [len(each) + 0.8 for each in rows.values()] or [1]},
    )
    for ax, (title, each) in zip(axes[:, 0], rows.items(), strict=False):
        _forest(ax, title, each, analysis.horizon_ms)
    axes[-1, 0].set_xlabel("difference, % of the second side")
    _verdict_legend(figure, {_said(each) for group in rows.values() for each in group})
    return figure


def _forest(ax: Any, title: str, rows: list[Contrast], horizon_ms: int) -> None:
    ax.set_title(title)
    ax.axvline(0, color=style.INK, linewidth=0.9)
    for place, each in enumerate(rows):
        interval, whole = each.difference.interval, abs(each.base_mean) / 100
        low, mean, high = (max(-ALL, min(EDGE, x / whole)) for x in (interval.low, interval.mean, interval.high))
        colour = VERDICT_COLOURS[_said(each)]
        mark = VERDICT_MARKS[_said(each)] if mean < EDGE else ">"
        ax.plot((low, high), (place, place), color=colour, linewidth=2)
        cut = ((low, interval.low / whole < -ALL), (high, interval.high / whole > EDGE > mean))
        for end in (end for end, beyond in cut if beyond):
            ax.plot(end, place, "s", color=colour, markerfacecolor=style.PAPER, markersize=5, zorder=1.9)
        ax.plot(mean, place, mark, color=colour, markersize=6, markeredgewidth=2)
    style.row_names(ax, range(len(rows)), [label(each.metric, horizon_ms) for each in rows])
    style.row_figures(ax, range(len(rows)), map(_difference, rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(-ALL * 1.05, EDGE * 1.03)


def _said(found: Contrast) -> str:
    return found.verdict or NO_VERDICT


def _difference(found: Contrast) -> str:
    metric = metric_named(found.metric)
    return f"{signed(found.difference.interval.mean, metric)} {difference_unit(metric)}".rstrip()


def _verdict_legend(figure: Any, verdicts: set[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=VERDICT_COLOURS[word], marker=VERDICT_MARKS[word], linewidth=2, label=word)
        for word in VERDICT_COLOURS
        if word in verdicts
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))


def winners_and_losers(analysis: Analysis) -> "Figure":
    """The shares of people who are better off, as well off, and worse off, for every pair and part of the people."""
    rows = [each for each in told_once(analysis.effects) if not math.isnan(each.better.mean) and not too_few(each)]
    pairs = list(dict.fromkeys(pair_title(each.pair) for each in rows))[:MOST_PAIRS]
    rows = [each for each in rows if pair_title(each.pair) in pairs]
    figure, ax = style.new_figure(
        1.6 + 0.36 * max(1, len(rows)) + 0.3 * len(pairs),
        "Who wins, who loses",
        "People with a wish to speak, each compared with themselves in the same session. Better off: more of their "
        "wishes are heard, or as many and sooner on stage by more than 5 s. At the right: who are no longer heard. "
        f"Groups and clients with fewer than {FEWEST_PEOPLE} people a session are left out.",
    )
    places: list[float] = []
    place = 0.0
    for count, each in enumerate(rows):
        if count and each.by == "all":
            place += 0.9
        places.append(place)
        place += 1.0
    for at, each in zip(places, rows, strict=True):
        _shares(ax, at, each)
        if each.by == "all":
            ax.text(0, at - 0.55, pair_title(each.pair), fontweight="bold", fontsize=10, va="bottom")
    style.row_names(ax, places, ["everybody" if each.by == "all" else plain(each.value) for each in rows])
    style.row_figures(ax, places, [f"{each.lost.mean * 100:.0f} % no longer heard" for each in rows])
    ax.set_ylim(max(places, default=0) + 0.6, -1.2)
    ax.set_xlim(0, 100)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    style.legend_below(ax, ncols=3)
    return figure


def _shares(ax: Any, at: float, found: Effect) -> None:
    better, worse = found.better.mean * 100, found.worse.mean * 100
    parts = (
        ("better off", better, VERDICT_COLOURS["better"]),
        ("the same", max(0.0, 100 - better - worse), style.PALE),
        ("worse off", worse, VERDICT_COLOURS["worse"]),
    )
    known = ax.get_legend_handles_labels()[1]
    left = 0.0
    for name, width, colour in parts:
        ax.barh(at, width, 0.7, left, color=colour, label=None if name in known else name)
        if width >= 6:
            ax.text(left + width / 2, at, f"{width:.0f} %", ha="center", va="center", color=style.readable_on(colour))
        left += width


def _left_out(analysis: Analysis, shown: list[Any]) -> str:
    more = len(analysis.pairs) - len(shown)
    return f" {len(shown)} of {len(analysis.pairs)} pairs." if more > 0 else ""
