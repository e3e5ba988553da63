"""One chart of what holds people up: a bar for each mode, a segment for each cause, by the average of a wish."""

from collections.abc import Mapping
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stagesim.experiments.questions.why import WhyResults
from stagesim.metrics.causes import CAUSES, CauseName
from stagesim.reporting.charts import style
from stagesim.reporting.words.hold_ups import per_wish
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.numbers import WHOLE_MINUTES_FROM_S

COLOURS: Final[Mapping[CauseName, str]] = {
    "connection": "#7FB7A3",
    "own_wish": "#B8A26B",
    "answer": "#56B4E9",
    "unready": style.PALE,
    "pause": "#8F98A3",
    "unnoticed": "#F0E442",
    "review": "#0072B2",
    "places": "#D55E00",
    "nobody": style.DEEP,
    "away": "#8A6FB0",
    "busy": "#CC79A7",
    "reaction": "#F0B429",
}
"""The colours of the causes."""

NARROWEST: Final = 0.06
"""A segment below this share of the longest bar has no number in it: the table has them all."""


def hold_ups(results: WhyResults) -> Figure:
    """The chart of all modes."""
    held = [each.of_all for each in results.reasons]
    averages = [[ms / max(1, each.wishes) / 1000 for ms in each.ms] for each in held]
    longest = max((sum(each) for each in averages), default=0.0)
    scale, unit = (60, "minutes") if longest >= WHOLE_MINUTES_FROM_S else (1, "seconds")
    figure, axes = style.new_figure(
        2.0 + 0.66 * len(held),
        "What holds people up",
        "The average time of a wish, from its birth to its first going live or its loss, by what holds it up: of "
        f"several causes the first one of the legend. {results.replications} sessions; the total at the end.",
    )
    left = [0.0] * len(held)
    for place, cause in enumerate(CAUSES):
        colour = COLOURS[cause.name]
        widths = [each[place] / scale for each in averages]
        if any(widths):
            axes.barh(
                range(len(held)), widths, left=left, height=0.52, color=colour, label=cause.label, edgecolor=style.PAPER
            )
        for row, width in enumerate(widths):
            if width * scale > longest * NARROWEST:
                ink = style.readable_on(colour)
                axes.text(
                    left[row] + width / 2,
                    row,
                    f"{width:.1f}" if scale > 1 else f"{width:.0f}",
                    ha="center",
                    va="center",
                    color=ink,
                )
            left[row] += width
    for row, each in enumerate(held):
        said = per_wish(each.total_ms, each.wishes) if each.wishes else "no wishes"
        axes.text(left[row] + longest / scale * 0.01, row, said, va="center", weight="bold")
    style.row_names(axes, range(len(held)), [mode_name(each.mode) for each in results.reasons], color=style.INK)
    axes.set_ylim(len(held) - 0.5, -0.5)
    axes.set_xlim(0, max(0.001, longest / scale) * 1.16)
    axes.xaxis.set_major_locator(MaxNLocator(8))
    axes.set_xlabel(f"{unit} a wish")
    style.legend_below(axes, fewest=1, ncols=3, handlelength=1.0, columnspacing=1.4)
    return figure
