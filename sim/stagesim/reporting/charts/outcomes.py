"""What became of wishes and of requests: stacked bars, one a mode, with their numbers."""

import math
from collections.abc import Mapping
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stagesim.experiments.results import Results
from stagesim.metric_table import CUTS
from stagesim.reporting.charts import style
from stagesim.reporting.charts.data import request_outcome_counts, wish_outcome_counts
from stagesim.reporting.words.labels import mode_name, plain

NARROWEST: Final = 0.05
"""A segment below this share of the longest bar has no number in it: it would not fit, and stands below the bar."""

BELOW_A_BAR: Final = 100
"""Letters of a line below a bar that fit beside the longest name of a mode."""

WITHOUT_DECIMALS: Final = 100
"""From here on, counts are written without decimals."""

TOTAL: Final = "total"


def wish_outcomes(results: Results) -> Figure:
    """What became of the wishes to speak, by mode."""
    counts = {mode: wish_outcome_counts(results.of(mode)) for mode in results.modes}
    words = {"left_early": "left the stage early", "not_tried": "not tried", "open": "open at the end"}
    words |= {word: f"cut short: {cut.label}" for word, cut in CUTS.items()}
    return _stacked(results, "What became of the wishes to speak", "wishes", counts, words, style.WISH_COLOURS)


def request_outcomes(results: Results) -> Figure:
    """How the requests ended, by mode."""
    every = {mode: request_outcome_counts(results.of(mode)) for mode in results.modes}
    counts = {mode: each for mode, each in every.items() if any(each.values())} or every
    words = {"session_ended": "open when the session ended", "mode_changed": "closed by a mode change"}
    return _stacked(results, "How the requests ended", "requests", counts, words, style.REQUEST_COLOURS)


def _stacked(
    results: Results,
    title: str,
    unit: str,
    counts: Mapping[str, Mapping[str, float]],
    words: Mapping[str, str],
    colours: Mapping[str, str],
) -> Figure:
    """One bar a mode; a segment for each outcome that occurs."""
    per = f"Average number of {unit} per session over {results.replications} sessions"
    subtitle = (
        f"{per if results.replications > 1 else f'Number of {unit} in the session'}, by outcome; total at the end."
    )
    longest = max((sum(each.values()) for each in counts.values()), default=0.0)
    occurring = [word for each in counts.values() for word, number in each.items() if number > 0]
    said = {mode: written(each, longest) for mode, each in counts.items()}
    narrow = {mode: _narrow(each, said[mode], longest, words, colours) for mode, each in counts.items()}
    lines = max((each.count("\n") for each in narrow.values()), default=0)
    figure, axes = style.new_figure(1.75 + (0.66 + 0.14 * lines) * len(counts), title, subtitle)
    left = dict.fromkeys(counts, 0.0)
    for outcome in style.in_order(occurring, colours):
        label = words.get(outcome, plain(outcome))
        _segments(axes, counts, (outcome, label, colours.get(outcome, "#8F98A3")), left, longest, said)
    for place, (mode, total) in enumerate(left.items()):
        axes.text(
            total + longest * 0.01, place, said[mode][TOTAL] if total else f"no {unit}", va="center", weight="bold"
        )
        axes.text(longest * 0.005, place + 0.3, narrow[mode], va="top", fontsize=8.5, color=style.FAINT)
    style.row_names(axes, range(len(counts)), map(mode_name, counts), color=style.INK)
    axes.set_ylim(len(counts) - 0.3, -0.4)
    axes.set_xlim(0, max(1.0, longest * 1.1))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlabel(f"{unit} per session")
    style.legend_below(axes, fewest=1, ncols=4, handlelength=1.0, columnspacing=1.4)
    return figure


def _narrow(
    counts: Mapping[str, float],
    said: Mapping[str, str],
    longest: float,
    words: Mapping[str, str],
    colours: Mapping[str, str],
) -> str:
    """The outcomes of one bar whose segments are too narrow for a number, in words."""
    found = [
        f"{said[outcome]} {words.get(outcome, plain(outcome))}"
        for outcome in style.in_order(list(counts), colours)
        if 0 < counts[outcome] <= longest * NARROWEST and float(said[outcome].replace(",", "")) > 0
    ]
    return style.wrapped(f"and {', '.join(found)}", BELOW_A_BAR) if found else ""


def _segments(
    axes: Axes,
    counts: Mapping[str, Mapping[str, float]],
    segment: tuple[str, str, str],
    left: dict[str, float],
    longest: float,
    said: Mapping[str, Mapping[str, str]],
) -> None:
    """One outcome's segment in every bar, by its label and colour, with its number where it fits."""
    outcome, label, colour = segment
    widths = [each.get(outcome, 0.0) for each in counts.values()]
    look: dict[str, Any] = {"height": 0.52, "color": colour, "edgecolor": style.PAPER}
    axes.barh(range(len(counts)), widths, left=list(left.values()), label=label, **look)
    for place, (mode, width) in enumerate(zip(counts, widths, strict=True)):
        if width > longest * NARROWEST:
            shown = said[mode][outcome]
            axes.text(left[mode] + width / 2, place, shown, ha="center", va="center", color=style.readable_on(colour))
        left[mode] += width


def written(counts: Mapping[str, float], longest: float) -> dict[str, str]:
    """The numbers of one bar and their `TOTAL`, each rounded by itself, as tables have it.

    One decimal where the longest bar is below 100, none where the bar has whole numbers only.
    """
    whole = all(value == round(value) for value in counts.values())
    decimals = 0 if whole or longest >= WITHOUT_DECIMALS else 1
    return {name: f"{value:,.{decimals}f}" for name, value in {**counts, TOTAL: math.fsum(counts.values())}.items()}
