"""Results as files: tables, logs, and a manifest that says what was made, from what, and how to make it again.

Everything is made aside and then put in its place at once, so that an interruption leaves the old results whole. Only
files that an earlier manifest names are ever replaced or taken away.
"""

import json
import platform
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import astuple
from itertools import chain
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from stagesim.eventlog.files import write_jsonl, write_parquet
from stagesim.experiments.kept.claim import claimed
from stagesim.experiments.kept.identity import identity, version_of
from stagesim.experiments.kept.manifests import (
    BEFORE,
    MANIFEST,
    MANIFEST_SCHEMA,
    StoreError,
    files_of,
    inside,
    manifest_in,
)
from stagesim.experiments.kept.matter import Matter, refuse_other
from stagesim.experiments.origin import SCENARIO_FILE, Given
from stagesim.experiments.results import Results, metrics_table, split_table
from stagesim.experiments.shares import shown_shares_table, waits_table
from stagesim.given_files import file_text as file_text_of
from stagesim.scenario.forms.canonical import digest, file_text
from stagesim.scenario.scenario import Scenario
from stagesim.version import __version__

JOURNAL: Final = ".stagesim-files"
ASIDE: Final = ".stagesim-aside"
"""Where files are made before they are put in their places."""

CHECKS: Final = "checks.json"
AS_WRITTEN: Final = "scenario_as_written.yaml"
"""The scenario's own file with its comments, before any setting."""

PACKAGES: Final = ("simpy", "numpy", "scipy", "pandas", "pyarrow", "matplotlib", "pydantic")


class Folder:
    """A folder that results are written to: `with Folder(path, matter) as folder:`.

    Files are made aside, and all of them are put in their places by `close`, where nothing of somebody else's is. It
    is a StoreError where the folder has something that is not about the same `matter`, unless that is to be replaced
    (`fresh`). `files` are those written so far, with `/` between the parts.
    """

    def __init__(self, path: Path, matter: Matter, *, fresh: bool = False) -> None:
        self.path = path
        self.matter = matter
        self.files: list[str] = []
        self._fresh = fresh
        self._aside = path / ASIDE
        self._earlier: set[str] = set()
        self._left = ExitStack()

    def __enter__(self) -> "Folder":
        with ExitStack() as entered:
            entered.enter_context(claimed(self.path))
            if not self._fresh:
                refuse_other(self.path, self.matter)
            listed = (files_of(self.path, manifest_in(self.path, name)) for name in (MANIFEST, BEFORE))
            self._earlier = {*chain(*listed), *_files_of_journal(self.path / JOURNAL)}
            rmtree(self._aside, ignore_errors=True)
            entered.callback(rmtree, self._aside, ignore_errors=True)
            self._left = entered.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Have `write` write a file aside."""
        target = self.path / name
        if (target.exists() or target.is_symlink()) and name not in self._earlier and name not in self.files:
            raise StoreError(
                f"`{target}` is there already, and no `{MANIFEST}` says that it is an earlier result\n"
                "  hint: choose another folder (`out`), or move the file away"
            )
        aside = self._aside / name
        aside.parent.mkdir(parents=True, exist_ok=True)
        write(aside)
        if name not in self.files:
            self.files.append(name)

    def write_text(self, name: str, text: str) -> None:
        self.write(name, lambda path: path.write_text(text, encoding="utf-8"))

    def write_bytes(self, name: str, content: bytes) -> None:
        self.write(name, lambda path: path.write_bytes(content))

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Put every file in its place, the manifest last; take away what an earlier study left and this has not.

        Whoever stops in between leaves a list of the files, the earlier manifest under another name, and so no folder
        that says what it is not.
        """
        whole = {**manifest, "matter": self.matter.as_dict(), "files": sorted(self.files)}
        ours = {*self._earlier, *self.files}
        self._aside.mkdir(exist_ok=True)
        (self._aside / MANIFEST).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (self._aside / JOURNAL).write_text("".join(f"{name}\n" for name in sorted(ours)), encoding="utf-8")
        (self._aside / JOURNAL).replace(self.path / JOURNAL)
        if (self.path / MANIFEST).exists():
            (self.path / MANIFEST).replace(self.path / BEFORE)
        for name in self.files:
            if (self._aside / name).exists():  # it is in its place since an earlier close
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                (self._aside / name).replace(self.path / name)
        inner = tuple(f"{each}/" for each in manifest.get("variants", {}).values())
        for name in sorted(self._earlier.difference(self.files)):
            if not name.startswith(inner):
                self._take_away(name)
        (self._aside / MANIFEST).replace(self.path / MANIFEST)
        for each in (JOURNAL, BEFORE):
            (self.path / each).unlink(missing_ok=True)
        self._earlier.clear()

    def _take_away(self, name: str) -> None:
        """A file of an earlier study, and its folder if that is empty now."""
        (self.path / name).unlink(missing_ok=True)
        for parent in (self.path / name).parents:
            if parent == self.path:
                return
            try:
                parent.rmdir()
            except OSError:
                return


def write_data(results: Results, folder: Folder) -> None:
    """The scenario as it was run, the tables of metrics, and all logs: a Parquet file a mode; a single one as JSON."""
    folder.write_text(SCENARIO_FILE, file_text(results.scenario))
    if results.source_text:
        folder.write_text(AS_WRITTEN, results.source_text)
    folder.write("metrics.csv", metrics_table(results).write)
    folder.write("metrics_by_group.csv", split_table(results, "group").write)
    folder.write("metrics_by_client.csv", split_table(results, "client").write)
    folder.write("shares_within.csv", shown_shares_table(results).write)
    folder.write("waits.csv", waits_table(results).write)
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
    own = {"python": platform.python_version(), "stage-access-lab": __version__}
    return own | {name: version_of(name) for name in PACKAGES}


def _files_of_journal(path: Path) -> set[str]:
    """The files that were being written when somebody stopped before there was a manifest."""
    try:
        return set(inside(file_text_of(path).splitlines()))
    except (OSError, ValueError):
        return set()
