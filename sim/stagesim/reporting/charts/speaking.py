"""Who spoke how long: the people of one session, or how evenly stage time was shared in many."""

from typing import TYPE_CHECKING

import numpy as np

from stagesim.experiments.results import Results
from stagesim.reporting import style
from stagesim.reporting.series import stage_minutes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Curve = np.ndarray[tuple[int], np.dtype[np.float64]]

MOST_BARS = 30
"""More bars than this cannot be told apart."""


def speaking_time(results: Results) -> "Figure":
    """Sorted bars of stage time for one session in one mode; curves of its distribution for more."""
    if len(results.outcomes) == 1:
        return _bars(results)
    return _lorenz(results)


def _bars(results: Results) -> "Figure":
    """One bar a speaker, the longest first."""
    (outcome,) = results.outcomes
    minutes = stage_minutes(outcome.log)
    spoke = sorted(
        ((value, name) for name, value in minutes.items() if value > 0), key=lambda pair: (-pair[0], pair[1])
    )
    shown = spoke[:MOST_BARS]
    rest = len(spoke) - len(shown)
    more = f"; the {len(shown)} longest are shown, {rest} more have less" if rest else ""
    figure, axes = style.new_figure(
        max(2.4, 1.5 + 0.19 * len(shown)),
        "Who was on stage, and how long",
        f"Minutes on stage of each participant who was there{style.only_mode(results.modes)}: {len(spoke)} of the "
        f"{len(minutes)} who came{more}.",
    )
    values = [value for value, _ in shown]
    axes.barh(range(len(shown)), values, height=0.7, color=style.STANDING_COLOURS["on_stage"])
    axes.set_yticks(range(len(shown)), [_short(name) for _, name in shown], fontsize=8.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(0.5, len(shown) - 0.4), -0.6)
    for place, value in enumerate(values):
        axes.text(value + max(values) * 0.008, place, f"{value:.1f}", va="center", fontsize=8, color=style.FAINT)
    axes.set_xlim(0, max(values, default=1.0) * 1.06)
    axes.grid(False, axis="y")
    axes.set_xlabel("minutes on stage")
    return figure


def _lorenz(results: Results) -> "Figure":
    """The share of stage time that the least heard share of people had."""
    figure, axes = style.new_figure(
        4.6,
        "How evenly stage time is shared",
        "Share of all participants, from the least to the most heard, against the share of stage time that they had "
        "together. The nearer to the diagonal, the more even.",
    )
    grid = np.linspace(0, 1, 201)
    for mode in results.modes:
        curves = [
            curve
            for log in results.logs(mode)
            if (curve := _shares(list(stage_minutes(log).values()), grid)) is not None
        ]
        if curves:
            axes.plot(
                grid,
                np.mean(curves, axis=0),
                color=style.MODE_COLOURS[mode],
                linestyle=style.MODE_LINES[mode],
                linewidth=2,
                label=f"{style.mode_name(mode)} (top tenth: {1 - np.mean(curves, axis=0)[180]:.0%} of the time)",
            )
    axes.plot((0, 1), (0, 1), color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 2)))
    axes.annotate(
        "everybody equally long", (0.48, 0.5), rotation=0, ha="right", va="bottom", fontsize=8.5, color=style.FAINT
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value * 100:g} %")
    axes.set_xlabel("participants, least heard first")
    axes.set_ylabel("share of stage time")
    style.legend_below(axes, ncols=1)
    return figure


def _shares(minutes: list[float], grid: Curve) -> Curve | None:
    """The Lorenz curve of one session at the points of the grid; None when nobody was on stage."""
    ordered = np.sort(np.asarray(minutes))
    if not ordered.sum() > 0:
        return None
    heights = np.concatenate(([0.0], np.cumsum(ordered))) / ordered.sum()
    found: Curve = np.interp(grid, np.linspace(0, 1, len(heights)), heights)
    return found


def _short(name: str) -> str:
    """A name that fits beside a bar."""
    return name if len(name) <= 26 else f"{name[:25]}…"
