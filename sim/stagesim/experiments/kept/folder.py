"""Results as files: tables, logs, and a manifest that says what was made, from what, and how to make it again.

Every file is written beside its place and then moved there, so that an interruption leaves the old file whole. Only
files that an earlier manifest names are ever replaced or taken away.
"""

import json
import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from stagesim.eventlog.files import write_jsonl, write_parquet
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.results import Results, metrics_frame, split_frame
from stagesim.scenario.forms.canonical import digest

MANIFEST: Final = "manifest.json"
JOURNAL: Final = ".files-being-written"
CHECKS: Final = "checks.json"
MANIFEST_SCHEMA: Final = "stagesim.manifest/1"
PACKAGES: Final = ("stage-access-lab", "simpy", "numpy", "scipy", "pandas", "pyarrow", "matplotlib", "pydantic")


class StoreError(ValueError):
    """A folder that results cannot be written to."""


class Folder:
    """A folder that results are written to. `files` are those written so far, with `/` between the parts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: list[str] = []
        self.earlier = _files_of_manifest(path / MANIFEST) | _files_of_journal(path / JOURNAL)
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
    """The tables of metrics as CSV, and every log: one Parquet file a mode; a single session also as lines of JSON."""
    folder.write("metrics.csv", lambda path: metrics_frame(results).to_csv(path, index=False))
    folder.write("metrics_by_group.csv", lambda path: split_frame(results, "group").to_csv(path, index=False))
    folder.write("metrics_by_client.csv", lambda path: split_frame(results, "client").to_csv(path, index=False))
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
        "command": results.command,
        "scenario": {"title": results.scenario.title, "file": results.path, "digest": digest(results.scenario)},
        "seed": results.seed,
        "modes": list(results.modes),
        "replications": results.replications,
        "complete": results.ending.reason != "interrupted",
        "ending": results.ending.as_dict(),
        "identity": identity(results.scenario, results.seed, results.behaviours),
        "versions": versions(),
        "runs": [
            {"mode": o.mode, "replication": o.replication, "events": len(o.log), "digest": o.log.digest()}
            for o in results.outcomes
        ],
    }


def variant_folders(names: Mapping[str, object]) -> dict[str, str]:
    """The name of every variant's folder: its name, as far as that may stand in a path."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "variant"
        while plain in found.values():
            plain += "_"
        found[name] = plain
    return found


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that had a part in the results."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _files_of_manifest(path: Path) -> set[str]:
    """The files that an earlier manifest names, as far as they lie in its folder."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["schema"] != MANIFEST_SCHEMA:
            return set()
        return set(_inside(found["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _files_of_journal(path: Path) -> set[str]:
    """The files that were being written when somebody stopped before there was a manifest."""
    return set(_inside(path.read_text(encoding="utf-8").splitlines())) if path.exists() else set()


def _inside(names: Iterable[object]) -> Iterable[str]:
    for name in names:
        if isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts:
            yield name
