"""How long people wait for the stage, those who never get there included."""

from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from stagesim.experiments.results import Results
from stagesim.reporting import style
from stagesim.reporting.series import reached

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def time_to_stage(results: Results) -> "Figure":
    """The share of all wishes that are on stage within a time, for each mode, and the Kaplan-Meier estimate."""
    per = f" All wishes of {results.replications} sessions per mode." if results.replications > 1 else ""
    figure, axes = style.new_figure(
        4.4,
        "Time from a wish to the stage",
        f"Share of all wishes{style.only_mode(results.modes)} that led to the stage within the time; the rest was "
        "given up, refused or open at the end. Thin: what it would be if everybody had kept waiting (Kaplan–Meier)."
        + per,
    )
    far = 1e-9
    for mode in results.modes:
        curve = reached(results.logs(mode))
        if not curve.wishes:
            continue
        look: dict[str, Any] = {"where": "post", "color": style.MODE_COLOURS[mode], "linestyle": style.MODE_LINES[mode]}
        at = (0.0, *curve.at_min, curve.last_min)
        label = f"{style.mode_name(mode)}: {curve.served:,} of {curve.wishes:,} wishes served"
        axes.step(at, (0.0, *curve.share, curve.served / curve.wishes), linewidth=2.2, label=label, **look)
        axes.step(at, (0.0, *curve.estimate, (0.0, *curve.estimate)[-1]), linewidth=0.9, alpha=0.8, **look)
        far = max(far, curve.enough_min)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, far)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=(1, 2, 5, 10)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value * 100:g} %")
    axes.set_xlabel("minutes since the wish arose")
    axes.set_ylabel("on stage by then")
    style.legend_below(axes, ncols=1)
    return figure
