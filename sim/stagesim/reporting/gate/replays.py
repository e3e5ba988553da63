"""Pages that play the moments at which a check went wrong, beside what was before: the baseline, or the rules then."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from stagesim.engines.contract import EngineMaker
from stagesim.errors import StagesimError
from stagesim.experiments.kept.claim import check_is_ours
from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter, refuse_other
from stagesim.reporting.page.player import player_page
from stagesim.reporting.replay import runs_of_sides
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.variant import DEFAULT
from stagesim.testing.difference import Side, of_baseline
from stagesim.testing.gate.verdicts import Judgement, Seen

MOST_PAGES: Final = 10
"""Of more faults the first ones are played: they tend to be one fault."""


MATTER: Final = Matter("check", {})
"""What such a folder is about: each check replaces what the one before has left there."""


def check_folder(path: Path) -> None:
    """Raise StoreError, before anything is judged, for a folder in which there is something else."""
    check_is_ours(path)
    refuse_other(path, MATTER)


def with_pages(
    judgements: Sequence[Judgement],
    scenarios: Mapping[tuple[str, str], Scenario],
    path: Path,
    *,
    seed: int,
    engine: EngineMaker | None,
) -> tuple[Judgement, ...]:
    """Write a page for each judgement with a moment at which it went wrong; the judgements, with the paths of these.

    `scenarios` are what was judged, by file and case.
    """
    found = []
    with Folder(path, MATTER) as folder:
        for each in judgements:
            seen = each.finding.seen
            if seen is None or len(folder.files) == MOST_PAGES:
                found.append(each)
                continue
            name = f"{len(folder.files) + 1}-{Path(each.path).stem}-{each.mode}.html"
            try:
                page = _page(each, seen, scenarios[each.path, each.case], seed, engine)
            except StagesimError:  # such as an engine that breaks its contract once more: no verdict is lost for a page
                found.append(each)
                continue
            folder.write_text(name, page)
            found.append(replace(each, replay=str(path / name)))
        folder.close({"schema": MANIFEST_SCHEMA, "versions": versions()})
    return tuple(found)


def _page(each: Judgement, seen: Seen, scenario: Scenario, seed: int, engine: EngineMaker | None) -> str:
    sides = {**_before(seen, scenario, engine), "now": Side(each.path, scenario=scenario, engine=engine)}
    runs = runs_of_sides(sides, [each.mode], seed=seed, replication=seen.replication, like=scenario)
    came = [line for line in each.finding.details[:1] if line.startswith("first difference")]
    sentences = (f"{line[:1].upper()}{line[1:]}." for line in (each.finding.said, *came))
    said = f"This does not hold: {each.name} (`{each.place}`). {' '.join(sentences)}"
    return player_page(each.title, runs, about=said, at_ms=seen.at_ms)


def _before(seen: Seen, scenario: Scenario, engine: EngineMaker | None) -> dict[str, Side]:
    """What to put on the left: the baseline; or the rules as they are built in, of a scenario with its own; or ours for
    an engine under test.
    """
    if seen.against:
        return {f"before: {Path(seen.against).name}": of_baseline(Path(seen.against))}
    if engine is not None:
        return {"before: the built-in engine": Side("built in", scenario=scenario)}
    if scenario.rules is not None:
        return {f"before: rules {DEFAULT.name}": Side(DEFAULT.name, scenario=DEFAULT.scenario(scenario))}
    return {}
