"""What a command of the laboratory found: sentences, tables, and stories, each a diagram and a scenario to run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from rich.console import Console

from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter
from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.page.difference import drawn_as_text
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.sequence import sequence
from stagesim.reporting.terminal.figures import print_with
from stagesim.reporting.terminal.fitted_columns import Group, print_groups
from stagesim.testing.differences.sequence import Step, mermaid

MOST_SCENARIOS: Final = 2
"""Stories of which the scenarios are printed as well; of more than these only `--out` gives them."""


@dataclass(frozen=True, slots=True)
class Tale:
    """One story: its name as a file, its title, what comes of it, its diagram, and the text of its scenario, if it has
    one; `test` is the text of a file for pytest.
    """

    name: str
    title: str
    said: str
    arrows: tuple[Step, ...]
    scenario: str = ""
    test: str = ""


Share = tuple[int, int]
"""Covered, and how many there are; nothing can be covered where there are none."""


class HeatMap(NamedTuple):
    """How much of each cell of a table is covered: covered, and how many there are, by row and column; a cell of which
    nothing is said stays empty. `said` is how it is read.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: Mapping[tuple[str, str], Share]
    said: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. `kind` is the command's name, `command` its whole line; `data` is it all in plain values.

    `files` are further texts for the folder, by name.
    """

    kind: str
    title: str
    facts: str
    lines: tuple[str, ...]
    reading: str
    command: str
    grids: tuple[Grid, ...] = ()
    tales: tuple[Tale, ...] = ()
    maps: tuple[HeatMap, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


def print_findings(found: Findings, file: TextIO | None = None) -> None:
    """Print tables, the stories with their scenarios, and the sentences; the last of them is the answer."""
    print_with(partial(_print, found), file)


def _print(found: Findings, console: Console) -> None:
    say = partial(console.print, markup=False, soft_wrap=True)
    console.print(f"{found.title} – {found.facts}", style="bold", markup=False)
    for grid in found.grids:
        console.print(f"\n{grid.title}", style="italic", markup=False)
        words = frozenset(range(1, len(grid.heads)))
        print_groups(console, grid.heads, [Group("", grid.rows)], left=words)
    for tale in found.tales:
        say(f"\n{tale.title}", style="bold")
        for line in drawn_as_text(tale.arrows):
            say(line)
        if tale.scenario and len(found.tales) <= MOST_SCENARIOS:
            say(f"\n{tale.name}.yaml", style="italic")
            for line in tale.scenario.splitlines():
                say(f"    {line}")
    console.print(f"\n{found.reading}", style="dim", markup=False)
    console.print("\nIn short", style="bold")
    for line in found.lines:
        say(f"• {line}")


def publish(found: Findings, path: Path, options: Mapping[str, Any], *, fresh: bool = False) -> Path:
    """Write the page, the values, and each story as a scenario and as a diagram; the path of the page."""
    with Folder(path, Matter(found.kind, {}, options=options), fresh=fresh) as folder:
        for tale in found.tales:
            texts = {f"{tale.name}.yaml": tale.scenario, f"test_{tale.name}.py": tale.test}
            for name, written in {**texts, f"{tale.name}.mmd": mermaid(tale.arrows)}.items():
                if written:
                    folder.write_text(name, written)
        for name, written in {**found.files, f"{found.kind}.json": as_json(found)}.items():
            folder.write_text(name, written)
        folder.write_text("report.html", html(found))
        folder.close({"schema": MANIFEST_SCHEMA, "kind": found.kind, "command": found.command, "versions": versions()})
    return path / "report.html"


def as_json(found: Findings) -> str:
    """All that was found, as a file of JSON."""
    return json.dumps(found.data, indent=2, ensure_ascii=False) + "\n"


def html(found: Findings) -> str:
    """The page, which needs nothing else."""
    return rendered(
        "findings.html.j2",
        findings=found,
        drawings=[sequence(tale.arrows) if tale.arrows else "" for tale in found.tales],
        versions=", ".join(f"{name} {version}" for name, version in versions().items()),
    )
