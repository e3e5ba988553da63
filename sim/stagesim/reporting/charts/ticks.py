"""The ticks of a figure as plain lines and texts, while it is drawn.

matplotlib makes five things of each tick, and looks seven times where they are: half of what a chart takes. Which there
are, and what they say, are the figure's own locators and formatters, as anywhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation

POINT: Final = 1 / 72
"""Inches."""

PAD: Final = 5
"""Points between axes and the texts of their ticks, and between those and what the axis is called."""

BELOW_DATA: Final = 0.5
"""Where in the order of drawing the lines at ticks are: over what fills the background, and below everything else."""


@contextmanager
def plain_ticks(figure: Figure, renderer: RendererBase) -> Iterator[None]:
    """Have every axis drawn as lines and texts; afterwards the figure is as it was. One with minor ticks stays."""
    shown = [(axes, axis) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) if _is_plain(axis)]
    drawn = [each for axes, axis in shown for each in _drawn(axes, axis, renderer)]
    for _, axis in shown:
        axis.set_visible(False)
    try:
        yield
    finally:
        for each in drawn:
            each.remove()
        for _, axis in shown:
            axis.set_visible(True)


def _is_plain(axis: Axis) -> bool:
    return bool(axis.get_visible()) and not len(axis.get_minorticklocs())


def _drawn(axes: Axes, axis: Axis, renderer: RendererBase) -> Iterator[Artist]:
    """What is drawn of one axis, as parts of its axes."""
    is_x, asked, ticks = axis is axes.xaxis, axis.get_tick_params(), list(_ticks(axis))
    along = axes.get_xaxis_transform() if is_x else axes.get_yaxis_transform()
    if asked["gridOn"]:
        ends = [[(at, 0), (at, 1)] if is_x else [(0, at), (1, at)] for at, _ in ticks]
        grid = LineCollection(ends, transform=along, zorder=BELOW_DATA)
        grid.set(color=rcParams["grid.color"], linewidth=rcParams["grid.linewidth"])
        yield axes.add_artist(grid)
    look: dict[str, Any] = {"ha": "center", "va": "top"} if is_x else {"ha": "right", "va": "center"}
    texts: list[Text] = []
    if asked["labelbottom" if is_x else "labelleft"]:
        own = {**look, "color": rcParams["xtick.color"], "transform": along + _outward(axes, is_x, PAD)}
        texts = [axes.text(at if is_x else 0, 0 if is_x else at, said, **own) for at, said in ticks]
        yield from texts
    name = axis.label
    if name.get_text():
        boxes = [text.get_window_extent(renderer) for text in texts]
        size = max((box.height if is_x else box.width for box in boxes), default=0) / axes.figure.dpi / POINT
        place = axes.transAxes + _outward(axes, is_x, size + 2 * PAD)
        called = axes.text(0.5 if is_x else 0, 0 if is_x else 0.5, name.get_text(), **look, transform=place)
        called.set(fontsize=name.get_fontsize(), color=name.get_color(), rotation=name.get_rotation())
        yield called


def _ticks(axis: Axis) -> Iterator[tuple[float, str]]:
    """Where there are ticks on what is shown of an axis, and what they say."""
    every, formatter = axis.get_majorticklocs(), axis.get_major_formatter()
    low, high = sorted(axis.get_view_interval())
    near = (high - low) * 1e-9
    for at, said in zip(every, formatter.format_ticks(every), strict=True):  # type: ignore[arg-type]
        if low - near <= at <= high + near:
            yield float(at), said


def _outward(axes: Axes, is_x: bool, points: float) -> ScaledTranslation:
    """So many points to the outside of an axis."""
    x, y = (0.0, -points * POINT) if is_x else (-points * POINT, 0.0)
    return ScaledTranslation(x, y, axes.figure.dpi_scale_trans)
