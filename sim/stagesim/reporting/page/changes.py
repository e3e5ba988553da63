"""What was run otherwise than the scenario's file says: settings, modes, changes in Python, behaviours, the engine."""

from pathlib import Path
from typing import NamedTuple

from stagesim.experiments.origin import Given, Origin
from stagesim.experiments.results import Results
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import load


class Change(NamedTuple):
    """One change: `code` is an option, a file or a name in code, `words` what is so of it."""

    code: str
    words: str = ""


def changes(results: Results) -> list[Change]:
    """Everything that was changed of the scenario's file in these results."""
    found = of_origin(results.origin, results.given)
    if results.replications == 1 and len(results.modes) == 1:
        if results.modes[0] != results.scenario.room.mode:
            found.append(Change(f"--mode {results.modes[0]}"))
    elif results.modes != results.scenario.modes:
        found.append(Change(f"--modes {','.join(results.modes)}"))
    return found


def of_origin(origin: Origin, given: Given) -> list[Change]:
    """The changes that stand in what was asked for."""
    found = [Change(f"--set {each}") for each in (*given.sets, *given.changes)]
    if given.altered:
        found.append(Change(str(given.path), "was changed after it was read"))
    found += [Change(code, f"plays {group}") for group, code in origin.behaviours.items()]
    engine = origin.engine or origin.maker
    return found + ([Change(engine, "is the engine")] if engine else [])


def source_text(results: Results) -> str:
    """The text of the scenario's file; nothing where it is not, or not any more, what was run."""
    given = results.given
    if given.path is None or given.altered:
        return ""
    try:
        text = Path(given.path).read_text(encoding="utf-8-sig")
        same = digest(load(given.path, (*given.sets, *given.changes))) == digest(results.scenario)
    except (OSError, UnicodeDecodeError, ScenarioError):
        return ""
    return text if same else ""
