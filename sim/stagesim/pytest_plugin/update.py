"""Takes over into the baseline of a scenario what the options name, and nothing else."""

import fnmatch
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from stagesim.pytest_plugin.settings import engine_of

if TYPE_CHECKING:
    from stagesim.testing.gate.pipeline import Target

MEANT: Final = pytest.StashKey[set[str]]()
"""The names of `--stagesim-update` that were those of a scenario with a baseline."""


def update(config: pytest.Config, file: Path, found: "list[Target]") -> None:
    """Take over what is named of this file; BaselineError where its baseline cannot be used."""
    from stagesim.testing.baselines.acceptance import accept
    from stagesim.testing.baselines.baseline_file import baseline_path, load_baseline, save
    from stagesim.testing.baselines.fit import check_fits
    from stagesim.testing.baselines.made import make

    given: list[str] = config.getoption("--stagesim-update")
    meant = {each: name for each in given for name in _meant(each, file)}
    path = baseline_path(file)
    plain = [target for target in found if not target.case]
    if not meant or not plain or not path.exists():
        return
    config.stash.setdefault(MEANT, set()).update(meant)
    scenario = plain[0].scenario
    old = load_baseline(path)
    check_fits(old, scenario, old.modes)
    engine = engine_of(config)
    fresh = make(scenario, modes=old.modes, replications=old.replications, seed=old.seed, engine=engine)
    save(path, accept(old, fresh, list(meant.values()), config.getoption("--stagesim-reason")))


def check_names(config: pytest.Config) -> None:
    """Refuse a name that nothing was taken over for: a typing mistake would look like an acceptance."""
    given: list[str] = config.getoption("--stagesim-update")
    nobody = [each for each in given if each not in config.stash.get(MEANT, set())]
    if nobody:
        raise pytest.UsageError(
            f"`--stagesim-update {nobody[0]}`: no scenario of this run that is called so has a baseline\n"
            "  hint: SCENARIO:METRIC, with the name of its file, `town_hall:queue_mean`"
        )


def _meant(name: str, file: Path) -> Iterator[str]:
    """The name without its scenario, if it is this one's."""
    scenario, separator, metric = name.rpartition(":")
    if not separator or fnmatch.fnmatch(file.stem, scenario):
        yield metric
