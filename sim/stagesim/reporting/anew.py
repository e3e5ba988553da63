"""The page of a folder of results, written anew from what the folder has.

Nothing is simulated but the one session that the page plays, once more, to explain it.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from stagesim.experiments.comparison.compare import aim_of, analysed
from stagesim.experiments.kept.manifests import StoreError, manifest_in
from stagesim.experiments.kept.reopened import origin_of, reopened
from stagesim.experiments.origin import SCENARIO_FILE, variant_folders
from stagesim.experiments.questions.question import Question
from stagesim.experiments.results import Results
from stagesim.given_files import file_text, parsed_json, refuse_other, write_whole
from stagesim.reporting.answers.answer import ANSWER, Answer, Drawn, Grid, page
from stagesim.reporting.publish import publish, publish_variants

REPORT: Final = "report.html"


def written_anew(folder: Path, out: Path | None = None) -> Path:
    """Write the page of a folder of results again, or to another file; its path.

    The pages of variants, each in its folder, are written as well, unless another file is named. Raises StoreError.
    """
    manifest = manifest_in(folder)
    is_study = not manifest or "runs" in manifest or "variants" in manifest
    pages = _of_studies(folder) if is_study else {REPORT: _of_answer(folder, manifest)}
    if out is not None:
        refuse_other(out, "page", lambda head: head.lstrip().lower().startswith("<!doctype html"))
        write_whole(out, pages[REPORT])
        return out
    for name, text in pages.items():
        write_whole(folder / name, text)
    return folder / REPORT


def _of_studies(folder: Path) -> dict[str, str]:
    """The pages of a run or a comparison, by their places in the folder."""
    found = {name: each.results for name, each in reopened(folder).items()}
    with TemporaryDirectory() as name:
        place = Path(name) / "results"
        publish_found(found, place, folder)
        places = [REPORT, *(f"{inner}/{REPORT}" for inner in variant_folders(found).values() if "" not in found)]
        return {each: file_text(place / each) for each in places}


def publish_found(found: Mapping[str, Results], place: Path, known: Path) -> None:
    """Write all that a run or a comparison leaves, as its command did; `known` is where it was."""
    first = next(iter(found.values()))
    analysis = None if first.origin.question == "run" else analysed(found, aim_of(first.origin))
    if "" in found or analysis is None:
        for name, results in found.items():
            publish(results, place / variant_folders(found)[name] if name else place, analysis, known=known)
    else:
        publish_variants(found, place, analysis, known=known)


def _of_answer(folder: Path, manifest: Mapping[str, Any]) -> str:
    """The page of the answer to a question, of what it says and of its charts."""
    kind = manifest.get("kind") or manifest.get("matter", {}).get("question") or "another command"
    if not (folder / ANSWER).is_file():
        hint = "its page is all that there is; the command makes it again"
        raise StoreError(f"`{folder}` has what `{kind}` found, and no `{ANSWER}` to write a page of\n  hint: {hint}")
    try:
        said = parsed_json(file_text(folder / ANSWER))
        answer = Answer(
            kind=kind,
            question=Question(folder / SCENARIO_FILE, seed=manifest["seed"]),
            title=said["title"],
            asks=said["asks"],
            facts=said["facts"],
            lines=tuple(said["lines"]),
            goals=tuple(said["goals"]),
            costs=tuple(said["costs"]),
            turns=tuple(said["turns"]),
            sides=tuple(said["sides"]),
            reading=said["reading"],
            grids=tuple(_grid(each) for each in said["grids"]),
            drawings=(),
            files={},
            telling=said["telling"],
        )
        charts = [Drawn(**each, svg=file_text(folder / f"charts/{each['name']}.svg")) for each in said["charts"]]
        return page(answer, origin_of(manifest["origin"]), charts, manifest["versions"], folder)
    except (OSError, KeyError, TypeError, ValueError) as fault:
        hint = "the folder may be damaged, or of another version; make it again"
        raise StoreError(f"`{folder}` cannot be opened: {str(fault).splitlines()[0]}\n  hint: {hint}") from None


def _grid(said: Mapping[str, Any]) -> Grid:
    return Grid(said["title"], tuple(said["heads"]), tuple(tuple(row) for row in said["rows"]))
