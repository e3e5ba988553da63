"""Resume a study: what a folder has of the same study need not be simulated again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stagesim.agents.script_checks import Check
from stagesim.eventlog import LogError
from stagesim.eventlog.files import read_parquet
from stagesim.experiments.kept.folder import CHECKS
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.kept.manifests import BEFORE, manifest_in
from stagesim.experiments.kept.matter import differences
from stagesim.experiments.kept.sessions import checks_of
from stagesim.experiments.replications import Outcome, Part, measured
from stagesim.experiments.study import Plan
from stagesim.given_files import file_text, parsed_json


@dataclass(frozen=True, slots=True)
class Resumable:
    """The outcomes that a study can be resumed with, and a remark where there was something that cannot."""

    outcomes: Mapping[Part, Outcome] = field(default_factory=dict)
    remark: str = ""


def resumable(folder: Path, plan: Plan) -> Resumable:
    """The outcomes of the same scenario, seed and code in the folder, in the modes of the plan.

    With an engine or behaviours of the user's there are none: their code may have changed since, and nothing says so.
    """
    manifest = manifest_in(folder) or manifest_in(folder, BEFORE)
    if not manifest or differences(
        manifest.get("identity"), identity(plan.scenario, plan.seed, plan.results(()).origin)
    ):
        return Resumable()
    try:
        return Resumable(outcomes_in(folder, manifest, plan))
    except (OSError, LogError, KeyError, TypeError, ValueError) as fault:
        return Resumable(remark=f"the study in `{folder}` cannot be used again ({str(fault).splitlines()[0]})")


def outcomes_in(folder: Path, manifest: Mapping[str, Any], plan: Plan) -> dict[Part, Outcome]:
    """The outcomes that a folder has in the modes of a plan: those whose log is the one that was saved."""
    checks = _checks(folder, plan)
    digests = {(run["mode"], run["replication"]): run["digest"] for run in manifest["runs"]}
    found: dict[Part, Outcome] = {}
    for mode in plan.modes:
        if mode not in manifest["modes"]:
            continue
        for log in read_parquet(folder / "events" / f"{mode}.parquet"):
            part = mode, log.header.replication
            if digests.get(part) == log.digest():
                found[part] = measured(plan.scenario, *part, log, checks.get(part, ()))
    return found


def _checks(folder: Path, plan: Plan) -> dict[Part, tuple[Check, ...]]:
    """The expectations of the script with what came of them; their lines are those of the file as it is now."""
    if not plan.scenario.script:
        return {}
    lines = plan.scenario.source.step_lines if plan.scenario.source is not None else ()
    found: dict[Part, tuple[Check, ...]] = {}
    for run in parsed_json(file_text(folder / CHECKS)):
        found[run["mode"], run["replication"]] = checks_of(run["checks"], lines)
    return found
