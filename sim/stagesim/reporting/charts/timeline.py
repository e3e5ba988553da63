"""One session from beginning to end: a lane a person, coloured by standing."""

from collections import defaultdict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from stagesim.experiments.replications import Outcome
from stagesim.reporting.charts import style
from stagesim.reporting.charts.data import (
    PUSHED_OFF,
    WISH,
    Bar,
    End,
    ends,
    mode_change_minutes,
    open_wishes,
    session_minutes,
    spells,
)
from stagesim.reporting.words.labels import mode_name, plain

WHY = {
    "given_up": ("x", style.INK, "gave up"),
    "refused": ("D", "#B5483A", "declined"),
    PUSHED_OFF: ("<", "#B5483A", "pushed off"),
}
"""The mark, its colour and its name for each way to end against one's wish."""

MOST_LANES = 40
"""More lanes than this cannot be read on one page."""


def session_timeline(outcome: Outcome) -> Figure:
    """The timeline of one session. Of many people, those who did most are shown, and the subtitle says so."""
    log = outcome.log
    lanes = _lanes([*spells(log), *open_wishes(log)])
    shown = sorted(lanes, key=lambda name: (_activity(lanes[name]), name), reverse=True)[:MOST_LANES]
    who = f"each of all {len(lanes)} people"
    if len(shown) < len(lanes):
        who = f"each of the {len(shown)} most active of {len(lanes)} people"
        if not any(_activity(lanes[shown[-1]])):
            shown = [name for name in shown if any(_activity(lanes[name]))]
            who = f"each of the {len(shown)} people who did more than watch, of {len(lanes)} in the room"
    shown.sort(key=lambda name: (_first_deed(lanes[name]), name))
    figure, axes = style.new_figure(
        2.1 + 0.158 * len(shown),
        f"One session, person by person: {mode_name(outcome.mode).lower()}",
        f"One lane for {who}, ordered by when they first became active; colour is the standing at the moment, "
        "a black line a wish to speak that is open. "
        f"Seed {log.header.seed}, replication {outcome.replication}.",
    )
    end = session_minutes(log)
    _draw(axes, [lanes[name] for name in shown])
    _draw_ends(axes, ends(log), shown)
    names = [name if len(name) <= 22 else f"{name[:21]}…" for name in shown]
    style.row_names(axes, range(len(shown)), names, fontsize=8.5)
    axes.set_ylim(len(shown) - 0.3, -0.7)
    for at_min, mode in mode_change_minutes(log):
        axes.axvline(at_min, color=style.INK, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"to {mode_name(mode).lower()}",
            (at_min, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="right" if at_min > 0.8 * end else "left",
            fontsize=8.5,
        )
    style.minutes_axis(axes, end)
    style.legend_below(axes, ncols=6, handlelength=1.2, columnspacing=1.6)
    return figure


def _lanes(found: list[Bar]) -> dict[str, list[Bar]]:
    lanes: dict[str, list[Bar]] = defaultdict(list)
    for spell in found:
        lanes[spell.person].append(spell)
    return dict(lanes)


def _activity(lane: list[Bar]) -> tuple[int, float]:
    """How often somebody's standing changed, and how long they were something other than a viewer."""
    active = [spell for spell in lane if spell.standing != "viewer"]
    return len(active), sum(spell.to_min - spell.from_min for spell in active)


def _first_deed(lane: list[Bar]) -> float:
    """When somebody first became more than a viewer; people who never did come last."""
    return min((spell.from_min for spell in lane if spell.standing != "viewer"), default=float("inf"))


def _draw(axes: Axes, lanes: list[list[Bar]]) -> None:
    """All spells, and a line over them for each open wish: one shape a standing, since each costs as much."""
    for standing, colour in style.STANDING_COLOURS.items():
        _draw_bars(axes, lanes, standing, 0.46 if standing == "viewer" else 0.82, colour, plain(standing))
    _draw_bars(axes, lanes, WISH, 0.14, style.ON_LIGHT, "wish to speak")


def _draw_bars(axes: Axes, lanes: list[list[Bar]], standing: str, height: float, colour: str, label: str) -> None:
    """The bars of one standing in every lane; nothing, also in the legend, where nobody has it."""
    boxes = [
        [(bar.from_min, low), (bar.from_min, low + height), (bar.to_min, low + height), (bar.to_min, low)]
        for low, lane in ((place - height / 2, lane) for place, lane in enumerate(lanes))
        for bar in lane
        if bar.standing == standing
    ]
    if boxes:
        outline = Path.make_compound_path_from_polys(np.array(boxes))
        axes.add_artist(PathPatch(outline, facecolor=colour, linewidth=0, label=label))


def _draw_ends(axes: Axes, found: list[End], shown: list[str]) -> None:
    """A mark where a wish, or a stay, ended against the will of its person."""
    for why, (mark, colour, label) in WHY.items():
        mine = [(each.at_min, shown.index(each.person)) for each in found if each.why == why and each.person in shown]
        if mine:
            at, lanes = zip(*mine, strict=True)
            axes.plot(at, lanes, mark, color=colour, markersize=4, markeredgewidth=1.2, zorder=4, label=label)
