"""Results as files: tables, logs, and a manifest that says what was made, from what, and how to make it again.

Every file is written beside its place and then moved there, so that an interruption leaves the old file whole. Only
files that an earlier manifest names are ever replaced or taken away.
"""

import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from stagesim.eventlog.files import write_jsonl, write_parquet
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.origin import SCENARIO_FILE, Given
from stagesim.experiments.results import Results, metrics_frame, split_frame
from stagesim.experiments.shares import shown_shares_frame, waits_frame
from stagesim.given_files import file_text as text_of
from stagesim.given_files import parsed_json
from stagesim.scenario.forms.canonical import digest, file_text
from stagesim.scenario.scenario import Scenario

MANIFEST: Final = "manifest.json"
JOURNAL: Final = ".files-being-written"
CHECKS: Final = "checks.json"
MANIFEST_SCHEMA: Final = "stagesim.manifest/3"
PACKAGES: Final = ("stage-access-lab", "simpy", "numpy", "scipy", "pandas", "pyarrow", "matplotlib", "pydantic")


class StoreError(ValueError):
    """A folder that results cannot be written to."""


class Folder:
    """A folder that results are written to. `files` are those written so far, with `/` between the parts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: list[str] = []
        listed = manifest_in(path).get("files", ())
        self.earlier = set(_inside(listed if isinstance(listed, list) else ())) | _files_of_journal(path / JOURNAL)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"cannot make the folder `{path}`: {(error.strerror or str(error)).lower()}\n"
                "  hint: choose another one with `--out`"
            ) from error

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Have `write` write a file under another name, then move it to its place."""
        target = self.path / name
        if target.exists() and name not in self.earlier and name not in self.files:
            raise StoreError(
                f"`{target}` is there already, and no manifest says that it is an earlier result\n"
                "  hint: choose another folder with `--out`, or move the file away"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        with (self.path / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(f"{name}\n")
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            write(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        if name not in self.files:
            self.files.append(name)

    def write_text(self, name: str, text: str) -> None:
        self.write(name, lambda path: path.write_text(text, encoding="utf-8"))

    def write_bytes(self, name: str, content: bytes) -> None:
        self.write(name, lambda path: path.write_bytes(content))

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, and take away what an earlier study left here and this one does not have."""
        listed = {**manifest, "files": sorted(self.files)}
        self.earlier.add(MANIFEST)
        self.write_text(MANIFEST, json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
        for name in self.earlier.difference(self.files):
            (self.path / name).unlink(missing_ok=True)
        (self.path / JOURNAL).unlink(missing_ok=True)


def write_data(results: Results, folder: Folder) -> None:
    """The scenario as it was run, the tables of metrics, and all logs: a Parquet file a mode; a single one as JSON."""
    folder.write_text(SCENARIO_FILE, file_text(results.scenario))
    folder.write("metrics.csv", lambda path: metrics_frame(results).to_csv(path, index=False))
    folder.write("metrics_by_group.csv", lambda path: split_frame(results, "group").to_csv(path, index=False))
    folder.write("metrics_by_client.csv", lambda path: split_frame(results, "client").to_csv(path, index=False))
    folder.write("shares_within.csv", lambda path: shown_shares_frame(results).to_csv(path, index=False))
    folder.write("waits.csv", lambda path: waits_frame(results).to_csv(path, index=False))
    if results.scenario.script:
        folder.write_text(CHECKS, _checks(results))
    for mode in results.modes:
        folder.write(f"events/{mode}.parquet", _parquet(results, mode))
        if results.replications == 1:
            folder.write(f"events/{mode}.jsonl", _lines(results, mode))


def _parquet(results: Results, mode: str) -> Callable[[Path], object]:
    return lambda path: write_parquet(path, results.logs(mode))


def _lines(results: Results, mode: str) -> Callable[[Path], object]:
    return lambda path: write_jsonl(path, results.logs(mode)[0])


def _checks(results: Results) -> str:
    """The expectations of the script in every session: step, time (s), what, expected, got, word, answer, tested."""
    rows = [
        {
            "mode": o.mode,
            "replication": o.replication,
            "checks": [[each.step, *astuple(each)[2:]] for each in o.checks],
        }
        for o in results.outcomes
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def manifest(results: Results) -> dict[str, Any]:
    """What was made, from what, and how to make it again. It holds no time of day: the same study says the same."""
    return {
        "schema": MANIFEST_SCHEMA,
        "command": results.origin.command,
        "origin": results.origin.as_dict(),
        "scenario": as_saved(results.scenario, results.given),
        "engine": {
            "engine": results.header.engine,
            "version": results.header.engine_version,
            "rules": results.header.rules,
        },
        "seed": results.seed,
        "modes": list(results.modes),
        "replications": results.replications,
        "complete": results.ending.reason != "interrupted",
        "ending": results.ending.as_dict(),
        "identity": identity(results.scenario, results.seed, results.origin),
        "versions": versions(),
        "runs": [
            {"mode": o.mode, "replication": o.replication, "events": len(o.log), "digest": o.log.digest()}
            for o in results.outcomes
        ],
    }


def as_saved(scenario: Scenario, given: Given) -> dict[str, str | None]:
    """What a manifest says of a scenario: where it comes from, and the file beside it that has what was run."""
    return {"title": scenario.title, "file": given.words, "saved": SCENARIO_FILE, "digest": digest(scenario)}


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that had a part in the results."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def manifest_in(path: Path) -> dict[str, Any]:
    """The manifest of the results in a folder; empty where there are none.

    StoreError for one of another version, and for a file of somebody else's in its place.
    """
    try:
        found = parsed_json(text_of(path / MANIFEST))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError):
        found = None
    schema = str(found.get("schema")) if isinstance(found, dict) else ""
    elsewhere = "choose another folder with `--out`, or move this one away"
    if not schema.startswith(MANIFEST_SCHEMA.rpartition("/")[0]):
        raise StoreError(f"`{path / MANIFEST}` is there already, and it is no manifest of results\n  hint: {elsewhere}")
    if schema != MANIFEST_SCHEMA:
        said = f"the results in `{path}` are of the schema `{schema}`, and this version writes `{MANIFEST_SCHEMA}`"
        raise StoreError(f"{said}\n  hint: {elsewhere}")
    return dict(found)


def _files_of_journal(path: Path) -> set[str]:
    """The files that were being written when somebody stopped before there was a manifest."""
    return set(_inside(path.read_text(encoding="utf-8").splitlines())) if path.exists() else set()


def _inside(names: Iterable[object]) -> Iterable[str]:
    for name in names:
        if isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts:
            yield name
