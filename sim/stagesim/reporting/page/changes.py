"""What was run otherwise than the scenario's file says: settings, modes, changes in Python, behaviours, the engine."""

from typing import NamedTuple

from stagesim.experiments.origin import Given, Origin
from stagesim.experiments.results import Results
from stagesim.reporting.words.keys import setting_words


class Change(NamedTuple):
    """One change: `code` is an option, a file or a name in code, `words` what is so of it; `means` is a setting as
    people read it.
    """

    code: str
    words: str = ""
    means: str = ""


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
    found = [Change(f"--set {each}", means=setting_words(str(each))) for each in (*given.sets, *given.changes)]
    if given.altered:
        found.append(Change(str(given.path), "was changed after it was read"))
    found += [Change(code, f"plays {group}") for group, code in origin.behaviours.items()]
    engine = origin.engine or origin.maker
    return found + ([Change(engine, "is the engine")] if engine else [])
