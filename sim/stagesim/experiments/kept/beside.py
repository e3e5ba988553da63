"""Answers that are known already: in a folder beside the one of a study, about the same scenario and code."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stagesim.experiments.kept.identity import identity
from stagesim.experiments.kept.manifests import StoreError, manifest_in
from stagesim.experiments.origin import Given, Origin
from stagesim.experiments.results import Results
from stagesim.given_files import file_text, parsed_json
from stagesim.scenario.scenario import Scenario


class Study(NamedTuple):
    """What answers may be about: a scenario as it was run, its seed, and what was asked of which file."""

    scenario: Scenario
    seed: int
    origin: Origin
    given: Given


def study_of(results: Results) -> Study:
    """What some results are about."""
    return Study(results.scenario, results.seed, results.origin, results.given)


def answers_beside(folder: Path, kind: str, study: Study) -> Iterator[Mapping[str, Any]]:
    """The answers of a command, `kind`, to questions on the same scenario, seed, code and packages.

    They are in folders beside this one, the last by name first.
    """
    own = identity(study.scenario, study.seed, study.origin)
    if own["engine"] or own["behaviours"]:
        return
    for file in sorted(folder.absolute().parent.glob(f"*/{kind}.json"), reverse=True):
        try:
            matter = manifest_in(file.parent).get("matter") or {}
            if matter.get("question") == kind and list(matter.get("studies", {}).values()) == [own]:
                found = parsed_json(file_text(file))
                if isinstance(found, dict):
                    yield found
        except (StoreError, OSError, ValueError):
            continue
