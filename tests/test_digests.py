"""What every bundled scenario gives, in every mode, for two seeds: a change of the code that is not meant to change
results changes nothing here.

`digests.json` holds one digest for each of them, of the names, the packed events and the metrics of a replication,
without the log's header, which names versions. The metrics are those that there were at the time, under `metrics`: a
new one changes no result. After a change on purpose: `python tests/test_digests.py --write`, and the changelog says
which results are new, and why.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import stagesim
from stageaccess import Mode
from stagesim.experiments.replications import Job, one
from stagesim.metric_table import METRIC

ROOT = Path(__file__).parents[1]
KEPT = Path(__file__).with_name("digests.json")
SEEDS = (1, 2)


def digests(file: Path, metrics: Sequence[str]) -> dict[str, str]:
    """The digests of one scenario, by mode and seed."""
    scenario = stagesim.load(file)
    return {
        f"{mode} seed {seed}": digest_of(Job(scenario, seed=seed), mode, metrics) for mode in Mode for seed in SEEDS
    }


def digest_of(job: Job, mode: str, metrics: Sequence[str]) -> str:
    """SHA-256 of the names, the packed events and the metrics of the first replication in a mode, shortened."""
    outcome = one(job, mode, 0)
    figures = {name: repr(outcome.metrics[name]) for name in metrics}
    content = hashlib.sha256(json.dumps([outcome.log.names, figures]).encode())
    content.update(outcome.log.packed)
    return content.hexdigest()[:16]


def files() -> list[Path]:
    """Every bundled scenario."""
    return sorted((ROOT / "scenarios").rglob("*.yaml"))


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_the_results_of_a_bundled_scenario_are_as_recorded(file: Path) -> None:
    kept = json.loads(KEPT.read_text())
    assert digests(file, kept["metrics"]) == kept[file.relative_to(ROOT).as_posix()]


def test_no_result_is_recorded_of_a_scenario_that_is_no_more() -> None:
    assert list(json.loads(KEPT.read_text())) == ["metrics", *(file.relative_to(ROOT).as_posix() for file in files())]


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    # The same ones, so that only what is new shows.
    names = [name for name in json.loads(KEPT.read_text())["metrics"] if name in METRIC]
    found = {"metrics": names, **{file.relative_to(ROOT).as_posix(): digests(file, names) for file in files()}}
    KEPT.write_text(json.dumps(found, indent=1) + "\n")
