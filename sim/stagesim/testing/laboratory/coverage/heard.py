"""What scenarios come to: an engine that notes it, whatever engine it asks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stageaccess import Command, Decision, Event, Room, RoomConfig, RuleSet, StageAccess
from stagesim.engines.asking import Asking
from stagesim.engines.contract import Engine, EngineMaker
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.gate.pipeline import Target
from stagesim.testing.laboratory.coverage.cells import RULE_IDS, Item, Rule, cell_of, notices_of


class Noting(Asking):
    """An engine that asks another one, and counts the cells and the notices to which it comes."""

    def __init__(self, engine: Engine, config: RoomConfig, rules: RuleSet, seen: Counter[Item]) -> None:
        super().__init__(engine)
        self.room, self.seen = Room(config, rules), seen
        self._ids: set[str] = set()

    def submit(self, command: Command) -> Decision:
        """Ask for a decision. A command that comes again is no new one."""
        decision = super().submit(command)
        self._hear(decision.due)
        if command.id is None or command.id not in self._ids:
            self.seen[cell_of(self.room, command, decision)] += 1
            self._hear(decision.events)
        if command.id is not None:
            self._ids.add(command.id)
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on."""
        due = super().advance(at_ms)
        self._hear(due)
        return due

    def _hear(self, events: Iterable[Event]) -> None:
        for event in events:
            self.room.apply(event)
            self.seen.update(notices_of(event, self.room))


@dataclass(frozen=True, slots=True)
class Heard:
    """What scenarios came to: how often in all, and in which files."""

    counts: Counter[Item] = field(default_factory=Counter)
    files: dict[Item, list[str]] = field(default_factory=dict)

    def add(self, path: str, seen: Mapping[Item, int]) -> None:
        """Take what one file came to."""
        for item, count in seen.items():
            self.counts[item] += count
            files = self.files.setdefault(item, [])
            if path not in files:
                files.append(path)


def heard_in(targets: Iterable[Target], engine: EngineMaker | None = None) -> Heard:
    """What the scenarios come to, in one session of each of their modes."""
    heard = Heard()
    for target in targets:
        heard.add(Path(target.path).name, came_to(target.scenario, target.modes, engine))
    return heard


def came_to(scenario: Scenario, modes: Iterable[str], engine: EngineMaker | None = None) -> Counter[Item]:
    """What one scenario comes to, and the rules that it shows."""
    seen: Counter[Item] = Counter(Rule(each) for each in scenario.shows if each in RULE_IDS)
    make = engine or StageAccess

    def noting(config: RoomConfig, rules: RuleSet) -> Noting:
        return Noting(make(config, rules), config, rules, seen)

    for mode in modes:
        simulate(scenario, mode=mode, engine=noting)
    return seen
