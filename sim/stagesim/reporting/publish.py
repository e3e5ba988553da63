"""Everything that a study leaves in its folder: tables, logs, charts, the report, the manifest."""

from collections.abc import Iterator
from pathlib import Path

from stagesim.experiments.results import Results
from stagesim.experiments.store import Folder, manifest, write_data
from stagesim.reporting.charts import Chart, worth_showing
from stagesim.reporting.html import page
from stagesim.reporting.style import png_bytes, svg_text


def publish(results: Results, path: Path) -> Path:
    """Write it all; the path of the report."""
    folder = Folder(path)
    write_data(results, folder)
    folder.write_text("report.html", page(results, list(_charts(results, folder))))
    folder.close(manifest(results))
    return path / "report.html"


def _charts(results: Results, folder: Folder) -> Iterator[tuple[Chart, str]]:
    """Every chart, written in both forms, with its SVG."""
    for chart in worth_showing(results):
        figure = chart.draw(results)
        drawn = svg_text(figure)
        folder.write_text(f"charts/{chart.name}.svg", drawn)
        folder.write_bytes(f"charts/{chart.name}.png", png_bytes(figure))
        yield chart, drawn
