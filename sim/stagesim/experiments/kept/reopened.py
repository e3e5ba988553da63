"""Results as a folder has them: read back with their logs, and measured again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stagesim.eventlog import LogError
from stagesim.experiments.ending import Ending, Looks
from stagesim.experiments.kept.folder import AS_WRITTEN
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.kept.manifests import StoreError, manifest_in
from stagesim.experiments.kept.resume import outcomes_in
from stagesim.experiments.origin import SCENARIO_FILE, Given, Origin
from stagesim.experiments.results import Results
from stagesim.experiments.study import Plan
from stagesim.given_files import file_text
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import load, loads
from stagesim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Reopened:
    """The results of one study; `plan` is how to go on with it, None where today's code would make another one."""

    results: Results
    plan: Plan | None


def reopened(folder: Path) -> dict[str, Reopened]:
    """The studies of a folder, by the name of their variant; empty for one alone. Raises StoreError."""
    manifest = manifest_in(folder)
    if not manifest:
        hint = "name a folder with results (`save`, `out`)"
        raise StoreError(f"`{folder}` has no results: there is no `manifest.json`\n  hint: {hint}")
    inner = manifest.get("variants")
    if isinstance(inner, dict):
        return {str(name): _reopened(folder / str(each), str(name)) for name, each in inner.items()}
    if "runs" not in manifest:
        hint = "the tables are the files `*.csv`; `stagesim.load` reads its `scenario.yaml`"
        raise StoreError(f"`{folder}` has an answer, and no sessions\n  hint: {hint}")
    return {"": _reopened(folder, "")}


def _reopened(folder: Path, variant: str) -> Reopened:
    manifest = manifest_in(folder)
    try:
        origin = origin_of(manifest["origin"])
        scenario = _scenario(folder, origin.scenarios[variant], manifest["scenario"]["digest"])
        plan = Plan(scenario, tuple(manifest["modes"]), seed=manifest["seed"], asked=origin, variant=variant)
        known = outcomes_in(folder, manifest, plan)
        wanted = [(run["mode"], run["replication"]) for run in manifest["runs"]]
        missing = [part for part in wanted if part not in known]
        if missing:
            raise ValueError(f"the log of session {missing[0][1]} in `{missing[0][0]}` is not the one that was saved")
        ending = _ending(manifest["ending"], manifest["replications"])
        outcomes = tuple(known[part] for part in wanted)
        results = Results(scenario, plan.seed, plan.modes, outcomes, origin, variant, ending)
    except (OSError, LogError, ScenarioError, KeyError, TypeError, ValueError) as fault:
        hint = "the folder may be damaged, or of another version; make it again"
        raise StoreError(f"`{folder}` cannot be opened: {str(fault).splitlines()[0]}\n  hint: {hint}") from None
    own_code = origin.behaviours or origin.engine or origin.maker
    same = manifest["identity"] == identity(scenario, plan.seed, origin)
    return Reopened(results, plan if same and not own_code else None)


def _scenario(folder: Path, given: Given, wanted: str) -> Scenario:
    """The scenario that was run, as its file has it, or else with every default written out."""
    if given.path is not None and (folder / AS_WRITTEN).is_file():
        written = loads(file_text(folder / AS_WRITTEN), given.path, (*given.sets, *given.changes))
        if digest(written) == wanted:
            return written
    scenario = load(folder / SCENARIO_FILE)
    if digest(scenario) != wanted:
        raise ValueError(f"`{SCENARIO_FILE}` is not what was run")
    return scenario


def origin_of(said: Mapping[str, Any]) -> Origin:
    """What was asked, as a manifest says it."""
    scenarios = {
        name: Given(each["path"], tuple(each["sets"]), tuple(each["changes"]), each["altered"])
        for name, each in said["scenarios"].items()
    }
    options = {name: tuple(value) if isinstance(value, list) else value for name, value in said["options"].items()}
    own = dict(said["behaviours"])
    return Origin(said["question"], scenarios, options, said["engine"], said["maker"], own, said["language"])


def _ending(said: Mapping[str, Any], replications: int) -> Ending:
    at = tuple(said["looks"])
    return Ending(
        said["reason"], tuple(said["metrics"]), Looks(at, at.index(replications) if replications in at else 0)
    )
