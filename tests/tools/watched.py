"""A session that is watched from inside: the room's own events, and who was notified of each."""

from collections.abc import Mapping
from typing import Any

from stageaccess import Command, Decision, Event, Room, RoomConfig, RuleSet
from stageaccess.audience import notified
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import Replication, simulate
from wrapping import Wrapping


class Watched(Wrapping):
    """The default engine, with everything that came out of it, and the room that its events alone make."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.rules = rules
        self.events: list[Event] = []
        self.told: list[tuple[Event, list[str]]] = []
        self.folded = Room(config, rules)

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        self._hear((*decision.due, *decision.events))
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        events = self.engine.advance(at_ms)
        self._hear(events)
        return events

    def _hear(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event.seq > self.folded.seq:  # a repeated command brings its first events again
                self.folded.apply(event)
                self.events.append(event)
                self.told.append((event, notified(event, self.folded)))

    def notices(self, kind: str) -> list[list[str]]:
        """Who was notified of each event of a kind, sorted by name."""
        return [sorted(names) for event, names in self.told if event.event == kind]


def watch(scenario: Scenario, **options: Any) -> tuple[Replication, Watched]:
    """Simulate the scenario, and watch."""
    watched: list[Watched] = []

    def engine(config: RoomConfig, rules: RuleSet) -> Watched:
        watched.append(Watched(config, rules))
        return watched[0]

    return simulate(scenario, engine=engine, **options), watched[0]


def groups_in_list(people: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """How many people the participants list shows in each of its three groups."""
    shown = {"requested": "raised hands", "on_stage": "on stage"}
    counts = {"raised hands": 0, "on stage": 0, "viewers": 0}
    for person in people.values():
        if person["presence"] != "gone":
            counts[shown.get(person["standing"], "viewers")] += 1
    return counts
