"""Where the parts of a figure stand: its title on top, axes one above the other, a legend below them.

matplotlib's constrained layout comes to the same, but measures every text four times, a third of what a chart takes.
Here each is measured once, by what draws it afterwards.
"""

from typing import Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

PAD: Final = 0.1
"""Inches between the axes, with all that belongs to them, and what is beside them."""


class Beyond(NamedTuple):
    """How far what belongs to axes reaches beyond them, in inches."""

    left: float
    bottom: float
    right: float
    top: float


def place(figure: Figure, renderer: RendererBase, title: float) -> None:
    """Make the axes as large as leaves `title` inches at the top, and room for all labels and for a legend."""
    width, height = figure.get_size_inches()
    each = [_beyond(axes, renderer) for axes in figure.axes]
    legends = sum(legend.get_window_extent(renderer).height for legend in figure.legends) / figure.dpi
    left = PAD + max(beyond.left for beyond in each)
    right = PAD + max(beyond.right for beyond in each)
    labels = sum(PAD + beyond.top + beyond.bottom for beyond in each)
    room = max(PAD, height - title - labels - 2 * PAD - legends)
    top = height - title
    for axes, beyond, share in zip(figure.axes, each, _shares(figure.axes), strict=True):
        top -= PAD + beyond.top + room * share
        axes.set_position((left / width, top / height, 1 - (left + right) / width, room * share / height))
        top -= beyond.bottom


def _beyond(axes: Axes, renderer: RendererBase) -> Beyond:
    inside, whole = axes.bbox, axes.get_tightbbox(renderer, for_layout_only=True)
    assert whole is not None
    ends = (inside.x0 - whole.x0, inside.y0 - whole.y0, whole.x1 - inside.x1, whole.y1 - inside.y1)
    return Beyond(*(end / axes.figure.dpi for end in ends))


def _shares(every: list[Axes]) -> list[float]:
    """The part of the height that each of the axes has."""
    grid = every[0].get_gridspec()
    assert isinstance(grid, GridSpec)
    heights = np.asarray(grid.get_height_ratios(), dtype=float)
    return list(heights / heights.sum())
