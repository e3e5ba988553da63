"""Resume a study: what a folder has of the same study need not be simulated again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stagesim.agents.script_checks import Check
from stagesim.eventlog import LogError
from stagesim.eventlog.files import read_parquet
from stagesim.experiments.kept.folder import CHECKS, StoreError, manifest_in
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.replications import Outcome, Part, measured
from stagesim.experiments.study import Plan


@dataclass(frozen=True, slots=True)
class Resumable:
    """The outcomes that a study can be resumed with, and a remark where there was something that cannot."""

    outcomes: Mapping[Part, Outcome] = field(default_factory=dict)
    remark: str = ""


def resumable(folder: Path, plan: Plan) -> Resumable:
    """The outcomes of the same scenario, seed and code in the folder, in the modes of the plan.

    With an engine or behaviours of the user's there are none: their code may have changed since, and nothing says so.

    A finished study of something else is going to be replaced, as the remark says. An interrupted one is not: that is
    a StoreError, since somebody wants to go on with it.
    """
    manifest = manifest_in(folder)
    if not manifest or plan.behaviours or plan.engine is not None:
        return Resumable()
    apart = _differences(manifest.get("identity"), identity(plan.scenario, plan.seed))
    if apart:
        what = f"the study in `{folder}` is of {' and '.join(apart)}"
        if not manifest.get("complete", True):
            raise StoreError(
                f"{what}, and it was interrupted\n"
                "  hint: finish it with its own command, choose another folder with `--out`, or drop it with `--fresh`"
            )
        return Resumable(remark=f"{what}; it is replaced")
    try:
        return Resumable(_outcomes(folder, manifest, plan))
    except (OSError, LogError, KeyError, TypeError, ValueError) as fault:
        return Resumable(remark=f"the study in `{folder}` cannot be used again ({str(fault).splitlines()[0]})")


def _differences(one: Any, other: Mapping[str, Any]) -> list[str]:
    """In what two identities differ, in words."""
    words = {
        "scenario": "another scenario",
        "seed": "another seed",
        "behaviours": "other behaviours",
        "engine": "another engine",
        "code": "another version of the code",
        "packages": "other versions of its packages",
    }
    known = one if isinstance(one, dict) else {}
    return [words[key] for key in other if known.get(key) != other[key]]


def _outcomes(folder: Path, manifest: Mapping[str, Any], plan: Plan) -> dict[Part, Outcome]:
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
    for run in json.loads((folder / CHECKS).read_text(encoding="utf-8")):
        found[run["mode"], run["replication"]] = tuple(
            Check(step, lines[step] if step < len(lines) else None, *rest) for step, *rest in run["checks"]
        )
    return found
