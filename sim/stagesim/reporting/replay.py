"""Sessions to be played: simulated, or read from where they are stored, and written as one page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.errors import StagesimError
from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter
from stagesim.reporting.page.played import Run, run_data
from stagesim.reporting.page.player import player, player_page
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.parting import changes, parting
from stagesim.scenario.scenario import Scenario
from stagesim.testing.difference import Report, Side
from stagesim.testing.stories.sides import session, session_of

MOST_CHANGES: Final = 5
"""So many settings and cells are named of two scenarios; two that have little in common differ in dozens."""


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
            played = session(
                scenario, mode=mode, seed=seed, replication=replication, engine=engine, behaviours=behaviours
            )
            runs.append(Run(_name(mode, name if len(scenarios) > 1 else ""), played))
    return runs


def runs_of_sides(
    sides: Mapping[str, Side], modes: Sequence[str], *, seed: int, replication: int, like: Scenario | None
) -> list[Run]:
    """The sides beside each other, by name, mode by mode; `like` is a scenario that a stored one may be of."""
    return [
        Run(
            _name(mode, name if len(sides) > 1 else ""),
            session_of(side, mode, seed=seed, replication=replication, like=like),
        )
        for mode in modes
        for name, side in sides.items()
    ]


def told_apart(sides: Mapping[str, Side], runs: Sequence[Run], found: Report | None) -> list[str]:
    """What the second side says otherwise, and where the two part, line by line."""
    if found is None:
        return []
    (_, one), (name, other) = sides.items()
    told = []
    if one.scenario is not None and other.scenario is not None:
        found_changes = list(changes(one.scenario, other.scenario))
        more = [f"and {len(found_changes) - MOST_CHANGES} more"] if len(found_changes) > MOST_CHANGES else []
        said = "; ".join([*found_changes[:MOST_CHANGES], *more]) or "nothing is changed"
        told = [said if "=" in name else f"{name}: {said}"]
    return [*told, *parting(found, [run_data(run) for run in runs])]


def both_played(one: Side, other: Side, found: Report) -> Markup | None:
    """The player of the two sides of a difference; None where they do not differ, or are not to be told apart."""
    if not found.differs or one.name == other.name:
        return None
    mode, replication = found.key
    like = one.scenario if one.scenario is not None else other.scenario
    try:
        runs = runs_of_sides(
            {one.name: one, other.name: other}, [mode], seed=found.seed, replication=replication, like=like
        )
    except StagesimError:  # such as a log of what cannot have been
        return None
    return player(runs[0].course.log.header.scenario, runs)


def _name(mode: str, side: str) -> str:
    return f"{mode_name(mode)}, {side}" if side else mode_name(mode)


def publish_replay(
    title: str,
    runs: Sequence[Run],
    path: Path,
    matter: Matter,
    *,
    fresh: bool = False,
    about: str = "",
    at_ms: int | None = None,
) -> Path:
    """Write the page into a folder; its path. `fresh` replaces whatever is there; `about` and `at_ms` are those of the
    page.
    """
    with Folder(path, matter, fresh=fresh) as folder:
        folder.write_text("replay.html", player_page(title, runs, about=about, at_ms=at_ms))
        folder.close({"schema": MANIFEST_SCHEMA, "versions": versions()})
    return path / "replay.html"
