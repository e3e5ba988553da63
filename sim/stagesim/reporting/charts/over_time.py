"""What happens in the course of a session: people on stage, open requests, and the moderators' load."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stagesim.experiments.results import Results
from stagesim.reporting.charts import style
from stagesim.reporting.charts.data import (
    end_min,
    mode_changes,
    per_interval,
    sampled,
    steps,
)
from stagesim.reporting.words.labels import mode_name, only_mode

POINTS = 240
"""Samples of a curve that is a mean over replications."""


def stage_and_queue(results: Results) -> Figure:
    """People on stage and open requests over time, mode changes marked."""
    many = results.replications > 1
    how = (
        f"Average of {results.replications} sessions per mode at each moment; the band holds the middle half of them."
        if many
        else f"One session{only_mode(results.modes)}, every change of the number."
    )
    figure, (stage, queue) = style.new_figure(
        5.6, "People on stage and open requests over time", how, nrows=2, sharex=True
    )
    end = end_min(results)
    tops = (_curves(stage, results, "on_stage", end), _curves(queue, results, "queue", end))
    stage.set_title("People on stage")
    queue.set_title("Open requests")
    for axes, top in zip((stage, queue), tops, strict=True):
        style.counts_axis(axes, top)
    _capacity_line(stage, results, tops[0])
    _mark_mode_changes(stage, queue, results)
    style.minutes_axis(queue, end)
    style.legend_below(stage)
    return figure


def _curves(axes: Axes, results: Results, column: str, end: float) -> float:
    """One curve a mode; the highest value drawn."""
    top = 0.0
    for mode in results.modes:
        look: dict[str, Any] = {
            "color": style.MODE_COLOURS[mode],
            "linestyle": style.MODE_LINES[mode],
            "linewidth": 1.8,
        }
        logs = results.logs(mode)
        if len(logs) == 1:
            at, values = steps(logs[0], column)
            axes.step([*at, end], [*values, values[-1]], where="post", label=mode_name(mode), **look)
            top = max(top, float(max(values)))
            continue
        grid = np.linspace(0, end, POINTS)
        found = np.array([sampled(log, column, grid) for log in logs])
        low, high = np.percentile(found, (25, 75), axis=0)
        axes.fill_between(grid, low, high, color=look["color"], alpha=0.13, linewidth=0)
        axes.plot(grid, found.mean(axis=0), label=mode_name(mode), **look)
        top = max(top, float(high.max()), float(found.mean(axis=0).max()))
    return top


def _capacity_line(axes: Axes, results: Results, top: float) -> None:
    """The places on stage as a line, where the curves come near it."""
    capacity = results.outcomes[0].log.header.stage_capacity
    if capacity is None or top < capacity * 0.4:
        return
    axes.set_ylim(0, max(capacity * 1.22, axes.get_ylim()[1]))
    axes.axhline(capacity, color=style.FAINT, linewidth=1, linestyle=(0, (1, 2)))
    axes.annotate(
        f"{capacity} places",
        (1, capacity),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=8.5,
        color=style.FAINT,
    )


def _mark_mode_changes(upper: Axes, lower: Axes, results: Results) -> None:
    """A line through both panels at each change of the mode, labelled once above the upper one."""
    changes = mode_changes(results)
    for place, (at_min, labels) in enumerate(changes):
        for axes in (upper, lower):
            axes.axvline(at_min, color=style.INK, linewidth=1, linestyle=(0, (4, 3)))
        for axes in (upper, lower)[:1]:
            right = at_min > 0.75 * axes.get_xlim()[1] and place == len(changes) - 1
            axes.annotate(
                "to " + ", ".join(mode_name(mode).lower() for mode in labels),
                (at_min, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-4 if right else 4, -3),
                textcoords="offset points",
                ha="right" if right else "left",
                va="top",
                fontsize=8.5,
                color=style.INK,
                bbox={"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1},
            )


def moderator_load(results: Results) -> Figure:
    """How much of the moderators' time goes into reviews, by stretches of the session."""
    end = end_min(results)
    width = style.nice_step(end, 36)
    edges = np.arange(0, end + width * 0.999, width)
    edges[-1] = min(edges[-1], end) if edges[-1] > end else edges[-1]
    what = f"Share of the moderators' time in the room that is spent on reviews, in stretches of {width:g}\u00a0min"
    mean = f", average of {results.replications} sessions per mode" if results.replications > 1 else ""
    figure, axes = style.new_figure(
        3.6,
        "How busy the moderators are",
        f"{what}{mean}{only_mode(results.modes)}. Grey: the share of time in which they attend at all.",
    )
    for mode in results.modes:
        share, attending = _load(results, mode, edges)
        look: dict[str, Any] = {"color": style.MODE_COLOURS[mode], "linestyle": style.MODE_LINES[mode]}
        axes.stairs(share * 100, edges, linewidth=2, label=mode_name(mode), baseline=None, **look)
        if mode == results.modes[-1]:
            axes.stairs(attending * 100, edges, fill=True, color=style.GROUND, zorder=0, label="moderators attend")
    axes.set_ylim(0, 102)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    style.minutes_axis(axes, end)
    style.legend_below(axes, ncols=4)
    return figure


def _load(results: Results, mode: str, edges: "np.ndarray[Any, Any]") -> tuple[Any, Any]:
    """Per stretch: time in review, and attending time, both as shares of the staff's time in the room."""
    logs = results.logs(mode)

    def mean(column: str) -> Any:
        return np.mean([per_interval(*steps(log, column), edges) for log in logs], axis=0)

    present = mean("staff")
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean("busy") / present, mean("attending") / present
