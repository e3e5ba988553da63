"""Who spoke how long: the people of one session by name, those of many by rank."""

import math
from itertools import zip_longest

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stagesim.experiments.results import Results
from stagesim.reporting.charts import style
from stagesim.reporting.charts.data import stage_minutes
from stagesim.reporting.words.labels import mode_name, only_mode

MOST_BARS = 30
"""More bars than this cannot be told apart."""


def speaking_time(results: Results) -> Figure:
    """Sorted bars of stage time for one session in one mode; curves by rank for more."""
    if len(results.outcomes) == 1:
        return _bars(results)
    return _ranks(results)


def _bars(results: Results) -> Figure:
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
        f"Minutes on stage of each participant who was there{only_mode(results.modes)}: {len(spoke)} of the "
        f"{len(minutes)} who came{more}.",
    )
    values = [value for value, _ in shown]
    axes.barh(range(len(shown)), values, height=0.7, color=style.STANDING_COLOURS["on_stage"])
    style.row_names(axes, range(len(shown)), [_short(name) for _, name in shown], fontsize=8.5)
    axes.set_ylim(max(0.5, len(shown) - 0.4), -0.6)
    for place, value in enumerate(values):
        axes.text(value + max(values) * 0.008, place, f"{value:.1f}", va="center", fontsize=8.5, color=style.FAINT)
    axes.set_xlim(0, max(values, default=1.0) * 1.06)
    axes.set_xlabel("minutes on stage")
    return figure


def _ranks(results: Results) -> Figure:
    """The mean stage time of whoever was heard most, second most, and so on."""
    per = f", average of {results.replications} sessions per mode" if results.replications > 1 else ""
    figure, axes = style.new_figure(
        4.4,
        "Who was on stage, and how long",
        "Minutes on stage of the participant who was heard most in a session, of the second, and so on"
        f"{per}. A flat curve is an even sharing; where it meets the axis, nobody further was on stage.",
    )
    longest = 1
    for mode in results.modes:
        minutes = [sorted(stage_minutes(log).values(), reverse=True) for log in results.logs(mode)]
        means = [math.fsum(rank) / len(minutes) for rank in zip_longest(*minutes, fillvalue=0.0)]
        speakers = sum(mean > 0 for mean in means)
        longest = max(longest, speakers)
        top = results.interval("stage_time_top_share", mode).mean
        spoke = results.interval("speakers", mode).mean
        axes.stairs(
            means[: speakers + 1],
            np.arange(min(len(means), speakers + 1) + 1) + 0.5,
            baseline=None,
            color=style.MODE_COLOURS[mode],
            linestyle=style.MODE_LINES[mode],
            linewidth=2,
            label=f"{mode_name(mode)}: {spoke:.0f} on stage; the tenth who had most: {top:.0%} of the time".replace(
                "%", " %"
            ),
        )
    axes.set_xlim(0.5, longest + 0.5)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.set_xlabel("participants, most heard first")
    axes.set_ylabel("minutes on stage")
    style.legend_below(axes, ncols=1)
    return figure


def _short(name: str) -> str:
    """A name that fits beside a bar."""
    return name if len(name) <= 26 else f"{name[:25]}…"
