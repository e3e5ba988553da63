"""How long people wait for the stage, those who never get there included."""

from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stagesim.experiments.results import Results
from stagesim.reporting.charts import style
from stagesim.reporting.charts.data import reached
from stagesim.reporting.words.labels import mode_name

STEPS: Final = 600
"""Steps of a curve that can be told apart on a page: of those that cannot, the last one is drawn."""


def time_to_stage(results: Results) -> Figure:
    """The share of all wishes that are on stage within a time, for each mode, and the Kaplan-Meier estimate."""
    per = f" All wishes of {results.replications} sessions per mode." if results.replications > 1 else ""
    per += f" Mode: {mode_name(results.modes[0]).lower()}." if len(results.modes) == 1 else ""
    figure, axes = style.new_figure(
        4.4,
        "Time from a wish to the stage",
        "Share of all wishes that led to the stage within the time; the rest was "
        "given up, refused or open at the end. Thin line: an estimate, if nobody had given up." + per,
    )
    curves = {mode: reached(results.logs(mode)) for mode in results.modes}
    far = max(curve.enough_min for curve in curves.values()) or 1.0
    for mode, curve in curves.items():
        if not curve.wishes:
            continue
        look: dict[str, Any] = {"where": "post", "color": style.MODE_COLOURS[mode], "linestyle": style.MODE_LINES[mode]}
        label = f"{mode_name(mode)}: {curve.on_stage:,} of {curve.wishes:,} wishes on stage"
        kept = {round(at / far * STEPS): place for place, at in enumerate(curve.at_min)}.values()
        at, share, estimate = ((0.0, *(each[place] for place in kept)) for each in curve[:3])
        axes.step((*at, max(far, curve.last_min)), (*share, share[-1]), linewidth=2.2, label=label, **look)
        axes.step((*at, curve.last_min), (*estimate, estimate[-1]), linewidth=0.8, alpha=0.55, **look)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, far)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=(1, 2, 5, 10)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value * 100:g} %")
    axes.set_xlabel("minutes since the wish arose")
    axes.set_ylabel("on stage by then")
    style.legend_below(axes, ncols=1)
    return figure
