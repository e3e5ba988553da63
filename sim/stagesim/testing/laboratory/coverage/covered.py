"""What scenarios come to, held against what can be come to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from stageaccess import Mode, Role
from stageaccess.cells import Position
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.rules import rule_set
from stagesim.scenario.variant import Variant
from stagesim.testing.gate.pipeline import Target
from stagesim.testing.laboratory.coverage.cells import RULE_IDS, Cell, Item, Rule
from stagesim.testing.laboratory.coverage.heard import Heard, heard_in
from stagesim.testing.laboratory.coverage.reachable import Reach, Way
from stagesim.testing.laboratory.witness import written


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came of it. `other_rules` are the files that have rules of their own, and so count for nothing here."""

    heard: Heard
    reach: Reach
    files: int
    other_rules: tuple[str, ...] = ()

    @property
    def items(self) -> list[Item]:
        """All that can be come to, and every rule: the measure."""
        return [*self.reach.ways, *map(Rule, RULE_IDS)]

    @property
    def uncovered(self) -> list[Item]:
        """What can be come to, and is not."""
        return [item for item in self.items if item not in self.heard.counts]

    @property
    def beyond(self) -> list[Item]:
        """What scenarios come to and no small room does."""
        return [item for item in self.heard.counts if item not in self.reach.ways and not isinstance(item, Rule)]

    @property
    def percent(self) -> float:
        """How much of it is covered; 100 only where all of it is."""
        return 100 * (1 - len(self.uncovered) / len(self.items))

    def of(self, kind: type[Item]) -> tuple[int, int]:
        """How many of a kind are covered, and how many there are."""
        items = [item for item in self.items if isinstance(item, kind)]
        return sum(item in self.heard.counts for item in items), len(items)

    def unreachable(self) -> Iterator[tuple[str, str, str]]:
        """The places that nobody comes to, as mode, role and position: proven where the exploration is complete."""
        cells = (item for item in self.reach.ways if isinstance(item, Cell))
        reached = {(cell.mode, cell.role, cell.position) for cell in cells}
        for mode, role, position in product(Mode, Role, Position):
            if (mode, role, position) not in reached:
                yield str(mode), str(role), str(position)


def coverage(targets: Iterable[Target], reach: Reach, variant: Variant, engine: EngineMaker | None = None) -> Coverage:
    """What the scenarios come to, of what can be come to under a variant of the rules."""
    chosen = list(targets)
    same = [each for each in chosen if rule_set(each.scenario.rules) == variant.rules]
    others = dict.fromkeys(each.path for each in chosen if each not in same)
    return Coverage(heard_in(same, engine), reach, len({each.path for each in same}), tuple(others))


def story(item: Item, way: Way) -> str:
    """The scenario that comes to it."""
    moves = way.moves
    looks = bool(moves) and moves[-1] is None
    wanted: dict[str, object] = {"live": True} if looks else {}
    if isinstance(item, Cell) and moves:
        wanted = {"expect": str(item.answer)}
    return written(way.room, moves, f"It comes to {item}", wanted, looks=looks)
