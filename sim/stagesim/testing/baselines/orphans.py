"""Baselines that belong to no scenario: left behind when a file or a case was renamed or removed.

Nothing would ever be compared with them, and a check would be green for that.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import load
from stagesim.scenario.reading.recognised import SUFFIXES
from stagesim.testing.baselines.baseline_file import MARK, baseline_path

FOLDER: Final = "baselines"


def is_baseline(file: Path) -> bool:
    """Whether a file in a folder of baselines is one of ours: other tools have folders of that name, too."""
    if file.suffix != ".json" or file.parent.name != FOLDER or not file.is_file():
        return False
    try:
        with file.open("rb") as opened:
            return MARK in opened.read(200).decode("utf-8", "replace")
    except OSError:
        return False


def is_orphan(file: Path) -> bool:
    """Whether no scenario, or case of one, beside its folder has this baseline; of a scenario that cannot be read
    nothing is known.
    """
    for scenario in sorted(each for each in file.parent.parent.iterdir() if each.suffix in SUFFIXES):
        if file.stem != scenario.stem and not file.stem.startswith(f"{scenario.stem}."):
            continue
        try:
            cases = load(scenario).cases
        except ScenarioError:
            return False
        owned = [baseline_path(scenario, case).name for case in cases] or [baseline_path(scenario).name]
        if file.name in owned:
            return False
    return True


def orphans(path: Path) -> Iterator[Path]:
    """The orphans in and below a folder; of a scenario file, those that bear its name."""
    if path.is_dir():
        found = sorted(path.rglob(f"{FOLDER}/*.json"))
    else:
        there = sorted((path.parent / FOLDER).glob("*.json"))
        found = [each for each in there if each.stem == path.stem or each.stem.startswith(f"{path.stem}.")]
    yield from (each for each in found if is_baseline(each) and is_orphan(each))


def said_of(file: Path) -> str:
    """What to say of an orphan."""
    return (
        f"the baseline `{file}` belongs to no scenario and no case: nothing is compared with it\n"
        "  hint: give it the name of its scenario, or remove it"
    )
