"""Everything that a study leaves in its folder: tables, logs, charts, the report, the manifest."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.kept.folder import Folder, manifest, versions, write_data
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import matter_of
from stagesim.experiments.origin import variant_folders
from stagesim.experiments.results import Results
from stagesim.reporting.charts import Chart, worth_showing
from stagesim.reporting.charts.files import write_chart
from stagesim.reporting.page.comparison import compared, variants_page
from stagesim.reporting.page.page import page


def publish(
    results: Results,
    path: Path,
    analysis: Analysis | None = None,
    *,
    fresh: bool = False,
    png: bool = False,
    known: Path | None = None,
) -> Path:
    """Write it all, what an analysis found included; the path of the report.

    `fresh` replaces whatever is there, `png` draws the charts as PNG, too. Answers beside the folder `known` may tell
    more of the same scenario, if not beside this one.
    """
    with Folder(path, matter_of({results.variant: results}), fresh=fresh) as folder:
        write_data(results, folder)
        # Whoever stops while charts are drawn has the sessions already.
        about = manifest(results)
        folder.close(about)
        pairs = compared(analysis, results.ending, folder, png=png) if analysis is not None else None
        contrasts = analysis.contrasts if analysis is not None else mode_contrasts(results)
        folder.write_text(
            "report.html", page(results, list(_charts(results, folder, png)), pairs, contrasts, known or path)
        )
        folder.close(about)
    return path / "report.html"


def publish_variants(
    variants: Mapping[str, Results],
    path: Path,
    analysis: Analysis,
    *,
    fresh: bool = False,
    png: bool = False,
    known: Path | None = None,
) -> Path:
    """Write a report that compares variants, and each variant's own into a folder of its own; the path of the first.

    `fresh`, `png` and `known` are those of `publish`.
    """
    folders = variant_folders(variants)
    first = next(iter(variants.values()))
    about = {
        "schema": MANIFEST_SCHEMA,
        "command": first.origin.command,
        "origin": first.origin.as_dict(),
        "variants": folders,
        "versions": versions(),
    }
    with Folder(path, matter_of(variants), fresh=fresh) as folder:
        folder.close({**about, "complete": False})
        for name, results in variants.items():
            publish(results, path / folders[name], fresh=fresh, png=png, known=known or path)
        pairs = compared(analysis, first.ending, folder, png=png)
        folder.write_text("report.html", variants_page(variants, folders, pairs, analysis.contrasts, known or path))
        folder.close(about)
    return path / "report.html"


def keep(results: Results, path: Path, *, fresh: bool = False) -> None:
    """Write what an interrupted study has: enough to go on with it later."""
    with Folder(path, matter_of({results.variant: results}), fresh=fresh) as folder:
        write_data(results, folder)
        folder.close(manifest(results))


def _charts(results: Results, folder: Folder, png: bool) -> Iterator[tuple[Chart, str]]:
    """Every chart, written, with its SVG."""
    for chart in worth_showing(results):
        yield chart, write_chart(folder, chart.name, chart.draw(results), png=png)
