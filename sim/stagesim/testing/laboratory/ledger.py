"""A ledger of failures: one line each, in a file, with the run that failed and what it takes to tell it again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from stagesim.engines.contract import EngineMaker
from stagesim.given_files import file_text, parsed_json
from stagesim.scenario.reading.loader import load
from stagesim.scenario.variant import variant
from stagesim.testing.laboratory.errors import LaboratoryError
from stagesim.testing.laboratory.fuzz import Fuzzing, Run
from stagesim.testing.laboratory.settings import base_of
from stagesim.version import __version__


@dataclass(frozen=True, slots=True)
class Entry:
    """One failure. `seed` is the run, `version` the one that found it, the rest is what was asked for: the same again
    fails in the same way, until what is at fault is mended.
    """

    seed: str
    fingerprint: str
    version: str = __version__
    scenario: str | None = None
    sets: tuple[str, ...] = ()
    rules: str | None = None
    engine: str | None = None
    people: int = 50

    def checked(self) -> "Entry":
        """The same, where each of its values is of the right kind; else a TypeError."""
        texts = (self.seed, self.fingerprint, self.version, *self.sets)
        names = (self.scenario, self.rules, self.engine)
        texts += tuple(name for name in names if name is not None)
        if type(self.people) is not int or not all(isinstance(text, str) for text in texts):
            raise TypeError(self)
        return self

    @property
    def run(self) -> Run:
        """The run; LaboratoryError for a seed that is none."""
        try:
            return Run.of(self.seed)
        except ValueError:
            raise LaboratoryError(f"`{self.seed}` is no run of a ledger\n  hint: it is like `12.345`") from None

    def failed(self, seed: str, fingerprint: str) -> "Entry":
        """What was asked for, with what came of it."""
        return replace(self, seed=seed, fingerprint=fingerprint)

    def is_of(self, other: "Entry") -> bool:
        """Whether the same rooms are drawn for both, whatever the engine is."""
        return self._rooms() == other._rooms()

    def _rooms(self) -> tuple[object, ...]:
        return self.scenario, self.sets, self.rules, self.people


def fuzzing_of(entry: Entry, engine: EngineMaker | None) -> Fuzzing:
    """What draws the rooms of an entry. Raises ScenarioError for its scenario or rules, and LaboratoryError for rules
    beside an engine, which has its own.
    """
    scenario = None if entry.scenario is None else load(entry.scenario, entry.sets)
    rules = None if entry.rules is None else variant(entry.rules)
    base = base_of(scenario, rules, entry.people)
    if engine is not None and base.change is not None:
        hint = "leave out one of the two"
        raise LaboratoryError(f"an engine has its own rules, and cannot be given `{base.change.name}`\n  hint: {hint}")
    return Fuzzing(base, engine, () if scenario is None else scenario.properties)


def entries(path: Path) -> list[Entry]:
    """The failures of a ledger, in the order in which they were found; none where there is no file."""
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(file_text(path).splitlines(), start=1):
        try:
            given = parsed_json(line)
            entry = Entry(**{**given, "sets": tuple(given.get("sets", ()))})
            found.append(entry.checked())
        except (ValueError, TypeError, AttributeError):
            hint = "a line is one that `stagesim fuzz` wrote; take it out"
            raise LaboratoryError(f"`{path}` line {number} is no failure of a ledger\n  hint: {hint}") from None
    return found


def keep(path: Path, entry: Entry, known: Sequence[Entry]) -> bool:
    """Add a failure, unless it is there; whether it was added."""
    if any((each.seed, each.fingerprint) == (entry.seed, entry.fingerprint) and each.is_of(entry) for each in known):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
    return True
