"""Charts as files. Each is drawn once, as SVG, which a page and a slide take at any size; as PNG only if asked."""

from matplotlib.figure import Figure

from stagesim.experiments.kept.folder import Folder
from stagesim.reporting.charts.style import png_bytes, svg_text


def write_chart(folder: Folder, name: str, figure: Figure, *, png: bool = False) -> str:
    """Write a chart into the folder `charts`, `png` as PNG, too; its SVG."""
    drawn = svg_text(figure)
    folder.write_text(f"charts/{name}.svg", drawn)
    if png:
        folder.write_bytes(f"charts/{name}.png", png_bytes(figure))
    return drawn
