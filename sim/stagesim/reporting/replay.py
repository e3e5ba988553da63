"""Sessions to be played: simulated with everything that happens in them, and written as one page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter
from stagesim.reporting.page.player import Run, player_page
from stagesim.reporting.words.labels import mode_name
from stagesim.scenario.scenario import Scenario
from stagesim.testing.stories.course import course


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
    runs = []
    for name, scenario in scenarios.items():
        for mode in modes:
            title = mode_name(mode) if len(scenarios) == 1 else f"{mode_name(mode)}, {name}"
            session = course(
                scenario, mode=mode, seed=seed, replication=replication, engine=engine, behaviours=behaviours
            )
            runs.append(Run(title, session))
    return runs


def publish_replay(title: str, runs: Sequence[Run], path: Path, matter: Matter, *, fresh: bool = False) -> Path:
    """Write the page into a folder; its path. `fresh` replaces whatever is there."""
    with Folder(path, matter, fresh=fresh) as folder:
        folder.write_text("replay.html", player_page(title, runs))
        folder.close({"schema": MANIFEST_SCHEMA, "versions": versions()})
    return path / "replay.html"
