"""What became of wishes and of requests: stacked bars, one a mode, with their numbers."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stagesim.experiments.results import Results
from stagesim.reporting import style
from stagesim.reporting.series import request_outcome_counts, wish_outcome_counts

NARROWEST = 0.05
"""A segment below this share of the longest bar has no number in it: it would not fit."""


def wish_outcomes(results: Results) -> Figure:
    """What became of the wishes to speak, by mode."""
    counts = {mode: wish_outcome_counts(results.of(mode)) for mode in results.modes}
    return _stacked(results, "What became of the wishes to speak", "wishes", counts, {"served": "served: on stage"})


def request_outcomes(results: Results) -> Figure:
    """How the requests ended, by mode."""
    counts = {mode: request_outcome_counts(results.of(mode)) for mode in results.modes}
    words = {"session_ended": "open when the session ended", "mode_changed": "closed by a mode change"}
    return _stacked(results, "How the requests ended", "requests", counts, words)


def _stacked(
    results: Results, title: str, unit: str, counts: Mapping[str, Mapping[str, float]], words: Mapping[str, str]
) -> Figure:
    """One bar a mode; a segment for each outcome that occurs."""
    per = f"Mean number of {unit} per session over {results.replications} sessions"
    subtitle = (
        f"{per if results.replications > 1 else f'Number of {unit} in the session'}, by outcome; total at the end."
    )
    figure, axes = style.new_figure(1.75 + 0.52 * len(counts), title, subtitle)
    longest = max((sum(each.values()) for each in counts.values()), default=0.0)
    occurring = [word for each in counts.values() for word, number in each.items() if number > 0]
    left = dict.fromkeys(counts, 0.0)
    for outcome in style.in_order(occurring, style.OUTCOME_COLOURS):
        label = words.get(outcome, style.plain(outcome))
        _segments(axes, counts, outcome, label, left, longest)
    for place, total in enumerate(left.values()):
        axes.text(
            total + longest * 0.01, place, _number(total) if total else f"no {unit}", va="center", fontweight="bold"
        )
    axes.set_yticks(range(len(counts)), [style.mode_name(mode) for mode in counts])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, max(1.0, longest * 1.1))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(False, axis="y")
    axes.set_xlabel(f"{unit} per session")
    style.legend_below(axes, fewest=1, ncols=5, handlelength=1.0, columnspacing=1.4)
    return figure


def _segments(
    axes: Axes,
    counts: Mapping[str, Mapping[str, float]],
    outcome: str,
    label: str,
    left: dict[str, float],
    longest: float,
) -> None:
    """One outcome's segment in every bar, with its number where it fits."""
    colour = style.OUTCOME_COLOURS.get(outcome, "#8F98A3")
    widths = [each.get(outcome, 0.0) for each in counts.values()]
    axes.barh(
        range(len(counts)), widths, left=list(left.values()), height=0.62, color=colour, label=label, edgecolor="white"
    )
    for place, (mode, width) in enumerate(zip(counts, widths, strict=True)):
        if width > longest * NARROWEST:
            axes.text(
                left[mode] + width / 2, place, _number(width), ha="center", va="center", color=style.readable_on(colour)
            )
        left[mode] += width


def _number(value: float) -> str:
    """A count, with one decimal where it is a small mean."""
    return f"{value:.0f}" if value >= 20 or value == round(value) else f"{value:.1f}"
