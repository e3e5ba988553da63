"""How every chart looks: one colour for each mode, standing and outcome, the same everywhere, and one kind of figure.

The colours stay apart for colour-blind readers (after Okabe and Ito, 2008); modes also differ in line style, and bars
carry their numbers. Figures are made without pyplot: quicker to import, and there is no global state.
"""

import io
import math
import textwrap
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from stagesim.reporting.charts.layout import place
from stagesim.reporting.charts.ticks import plain_ticks

MODE_COLOURS: Final = {"everyone_on_stage": "#0072B2", "join_by_request": "#D55E00", "invite_only": "#009E73"}
MODE_LINES: Final = {"everyone_on_stage": "-", "join_by_request": (0, (6, 2)), "invite_only": (0, (2, 1.2))}

MODE_MARKS: Final = {"everyone_on_stage": "o", "join_by_request": "s", "invite_only": "D"}

INK: Final = "#1F2933"
FAINT: Final = "#52606D"
GRID: Final = "#DDE2E8"
PAPER: Final = "#FFFFFF"
DEEP: Final = "#16355C"
"""What is as it should be: on stage, heard, better."""
STILL: Final = "#E4E7EB"
"""Who only watches."""
GROUND: Final = "#EEF1F4"
"""What lies behind the rest, and says little."""
PALE: Final = "#C9CFD6"
"""What is neither the one nor the other."""
ON_DARK: Final = "#FFFFFF"
ON_LIGHT: Final = "#000000"

STANDING_COLOURS: Final = {
    "viewer": STILL,
    "requested": "#F0B429",
    "invited": "#56B4E9",
    "preparing": "#CC79A7",
    "on_stage": DEEP,
}

WISH_COLOURS: Final = {
    "heard": DEEP,
    "left_early": "#56B4E9",
    "capacity": "#CC79A7",
    "staff": "#8A6FB0",
    "lost_connection": "#7FB7A3",
    "session_ended": "#B8A26B",
    "mode_changed": "#8F98A3",
    "given_up": "#F0B429",
    "refused": "#B5483A",
    "not_tried": "#E9D8A6",
    "open": PALE,
}
REQUEST_COLOURS: Final = {
    "approved": DEEP,
    "declined": "#B5483A",
    "cancelled": "#F0B429",
    "expired": "#CC79A7",
    "cleared": "#8A6FB0",
    "superseded": "#56B4E9",
    "mode_changed": "#7FB7A3",
    "left_room": "#8F98A3",
    "session_ended": PALE,
}

FONTS: Final = ("DejaVu Sans", "Verdana", "Arial", "sans-serif")
"""What texts are set in, the first that there is: the others run no wider than the first, by which places are found."""

SETTINGS: Final[dict[Any, Any]] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": list(FONTS[:-1]),
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#9AA5B1",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titley": 1.0,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "svg.hashsalt": "stagesim",
    "svg.fonttype": "none",
    "path.simplify": True,
}
"""matplotlib's settings for every figure. Text stays text: a third of the size, and sharp wherever it is read."""

WIDTH: Final = 8.6
"""Inches; every chart has this width, so that they line up on a page."""

LINE: Final = 118
"""Characters of a subtitle that fit into the width."""


LETTERS: Final = 11
"""Letters of an axis' name to an inch."""


class Picture(Figure):
    """A figure with `title_in` inches for its title, which a notebook shows as it is, without settings of its own."""

    title_in: float = 0.0

    def draw(self, renderer: RendererBase) -> None:
        """Put everything in its place, then draw it."""
        with plain_ticks(self, renderer):
            place(self, renderer, self.title_in)
            super().draw(renderer)

    alt = ""
    """What it shows, and what was found, for those who cannot see it."""

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return png_bytes(self), {"alt": self.alt} if self.alt else {}


def with_alt(figure: Figure, text: str) -> Figure:
    """The figure, with what a notebook says of it to those who cannot see it."""
    if isinstance(figure, Picture):
        figure.alt = text
    return figure


def new_figure(height: float, title: str, subtitle: str, **grid: Any) -> tuple[Figure, Any]:
    """A figure with the finding's subject above what is shown below it, and axes as of `Figure.subplots`.

    The two lines are part of the figure's layout, so they cannot cover anything.
    """
    lines = wrapped(subtitle, LINE)
    figure = Picture(figsize=(WIDTH, height))
    figure.title_in = 0.50 + 0.19 * lines.count("\n")
    axes = figure.subplots(**grid)
    figure.text(0.012, 1 - 0.09 / height, title, fontsize=13, fontweight="bold", va="top", gid="title")
    figure.text(0.012, 1 - 0.34 / height, lines, fontsize=9.5, color=FAINT, va="top", linespacing=1.3, gid="subtitle")
    return figure, axes


def wrapped(text: str, width: int) -> str:
    """The text in as few lines of at most `width` characters as it needs, all about equally long."""
    fewest = len(textwrap.wrap(text, width))
    narrowest = 1 + bisect_left(range(1, width), True, key=lambda each: len(textwrap.wrap(text, each)) <= fewest)
    return "\n".join(textwrap.wrap(text, narrowest))


def styled() -> AbstractContextManager[None]:
    """The settings of every figure, for as long as it is being drawn."""
    return rc_context(SETTINGS)


def legend_below(axes: Axes, fewest: int = 2, **options: Any) -> None:
    """A legend under the axes, where no data can be; none for less than `fewest` entries."""
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) >= fewest:
        columns = options.pop("ncols", min(len(labels), 3))
        axes.figure.legend(handles, labels, loc="outside lower left", ncols=columns, **options)


def row_names(axes: Axes, places: Iterable[float], names: Iterable[str], **look: Any) -> None:
    """A name to the left of each row, instead of a vertical axis, whose ticks are five things each to draw."""
    axes.yaxis.set_visible(False)
    _beside(axes, zip(places, names, strict=True), -0.008, ha="right", **look)


def row_figures(axes: Axes, places: Iterable[float], figures: Iterable[str]) -> None:
    """What there is to say of each row, to its right."""
    _beside(axes, zip(places, figures, strict=True), 1.008, ha="left")


def _beside(axes: Axes, texts: Iterable[tuple[float, str]], x: float, **look: Any) -> None:
    """Texts of rows; their names in a drawing tell them from those of ticks."""
    number, side = axes.figure.axes.index(axes), "left" if x < 0 else "right"
    look = {"color": FAINT, "va": "center", "transform": axes.get_yaxis_transform(), **look}
    for row, (y, text) in enumerate(texts):
        axes.text(x, y, text, gid=f"row_{side}_{number}_{row}", **look)


def minutes_axis(axes: Axes, end_min: float) -> None:
    """A horizontal axis in minutes since the start of the session."""
    axes.set_xlim(0, end_min)
    axes.xaxis.set_major_locator(MultipleLocator(nice_step(end_min, 10)))
    axes.set_xlabel("minutes since the start of the session")


def nice_step(span: float, ticks: int) -> float:
    """The distance of about `ticks` ticks over `span`: 1, 2, 5 or 10 times a power of ten."""
    if not span > 0 or math.isinf(span):
        return 1.0
    raw = span / ticks
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= raw * 0.999)


def vertical_name(axes: Axes, name: str) -> None:
    """What a vertical axis is of, in lines that are no longer than the axis."""
    high_in = axes.bbox.height / axes.figure.dpi
    axes.set_ylabel(wrapped(name, round(high_in * LETTERS)))


def counts_axis(axes: Axes, top: float) -> None:
    """A vertical axis that counts people: from zero, in whole numbers."""
    axes.set_ylim(0, max(1.0, top * 1.08))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def readable_on(colour: str) -> str:
    """Black or white, whichever is easier to read on the colour."""
    return max((ON_DARK, ON_LIGHT), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """How far two colours are apart in lightness, from 1 to 21, by WCAG: text needs 4.5, a line or a mark 3."""
    dark, light = sorted(map(_lightness, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _lightness(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def svg_text(figure: Figure) -> str:
    """The figure as SVG, without a date: the same figure is the same text."""
    buffer = io.StringIO()
    with styled():
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return buffer.getvalue()


def png_bytes(figure: Figure, dpi: int = 216) -> bytes:
    """The figure as PNG."""
    buffer = io.BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def in_order(present: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """The words that are present, in the order of the table; unknown ones last."""
    return [word for word in known if word in present] + sorted(word for word in set(present) if word not in known)
