"""Sessions to be played: simulated with everything that happens in them, and written as one page."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter
from stagesim.reporting.page.player import Run, player_page
from stagesim.reporting.words.labels import mode_name
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.stories.course import Course, course
from stagesim.testing.stories.logged import course_of_log


def sessions_of(
    scenarios: Mapping[str, Scenario],
    modes: Sequence[str],
    *,
    seed: int,
    replication: int,
    engine: EngineMaker | None,
    behaviours: Mapping[str, Behaviour] | None = None,
) -> list[Run]:
    """One run of each scenario, by name, in each mode."""
    one = partial(_course, seed=seed, replication=replication, engine=engine, behaviours=behaviours)
    runs = []
    for name, scenario in scenarios.items():
        for mode in modes:
            title = mode_name(mode) if len(scenarios) == 1 else f"{mode_name(mode)}, {name}"
            runs.append(Run(title, one(scenario, mode=mode)))
    return runs


def _course(
    scenario: Scenario,
    *,
    mode: str,
    seed: int,
    replication: int,
    engine: EngineMaker | None,
    behaviours: Mapping[str, Behaviour] | None,
) -> Course:
    """One session; an engine that is not ours is asked for its buttons while it decides."""
    if engine is not None:
        return course(scenario, mode=mode, seed=seed, replication=replication, engine=engine, behaviours=behaviours)
    done = simulate(scenario, mode=mode, seed=seed, replication=replication, behaviours=behaviours)
    return course_of_log(done.log, scenario, done.checks)


def publish_replay(title: str, runs: Sequence[Run], path: Path, matter: Matter, *, fresh: bool = False) -> Path:
    """Write the page into a folder; its path. `fresh` replaces whatever is there."""
    with Folder(path, matter, fresh=fresh) as folder:
        folder.write_text("replay.html", player_page(title, runs))
        folder.close({"schema": MANIFEST_SCHEMA, "versions": versions()})
    return path / "replay.html"
