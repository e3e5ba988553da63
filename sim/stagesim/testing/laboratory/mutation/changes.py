"""What a mutant is: the rules, or the engine, with a single change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stageaccess import RoomConfig, RuleSet, StageAccess
from stageaccess.ruleset import RuleSetError
from stagesim.engines.contract import Engine, EngineMaker
from stagesim.testing.laboratory.coverage.cells import Cell


class Mutant(Protocol):
    """One change. `kind` is what is changed, `name` says how; names are each mutant's own."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    def make(self, config: RoomConfig, rules: RuleSet) -> Engine:
        """The engine with this change, under rules that scenarios are for."""

    def is_met_by(self, cell: Cell) -> bool:
        """Whether what comes to a cell of the matrix may notice."""


@dataclass(frozen=True, slots=True)
class OfRules:
    """A change of one entry of a rule set: `field` is the table or the parameter, `key` the entry, `value` the new one.

    `at` is where it can be noticed: some fields of cells, and what they are there.
    """

    kind: str
    name: str
    field: str
    key: Any
    value: Any
    at: Mapping[str, str]

    def rules(self, rules: RuleSet) -> RuleSet:
        """The rules with this change. Raises RuleSetError where they do not hold together."""
        if self.key is None:
            changed: Any = self.value
        else:
            changed = {self.key: self.value}
            if self.field in ("closings", "when_full"):
                changed = {**getattr(rules, self.field), **changed}
        return rules.variant(f"{rules.name}, {self.name}", **{self.field: changed})

    def make(self, config: RoomConfig, rules: RuleSet) -> Engine:
        """The engine under the changed rules; rules that then do not hold together stay as they are."""
        try:
            return StageAccess(config, self.rules(rules))
        except RuleSetError:
            return StageAccess(config, rules)

    def is_met_by(self, cell: Cell) -> bool:
        """Whether a cell is at the changed place."""
        return all(getattr(cell, field) == word for field, word in self.at.items())


@dataclass(frozen=True, slots=True)
class OfDuty:
    """A change of what no table says. `does` are the actions whose answers may show it; nothing is any."""

    kind: str
    name: str
    engine: EngineMaker
    does: tuple[str, ...] = ()

    def make(self, config: RoomConfig, rules: RuleSet) -> Engine:
        """The engine with this change."""
        return self.engine(config, rules)

    def is_met_by(self, cell: Cell) -> bool:
        """Whether it is an answer that may show it."""
        return not self.does or cell.action in self.does
