"""Advice on settings: where one stands, what was seen, why it matters, and what may be written instead.

Advice is no fault, and changes no result. It says only what the scenario shows for certain; where rules, a script or a
timetable may change what holds at the start, the parts that depend on it say nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

from stagesim.scenario.faults import KeyPath
from stagesim.scenario.habits import can_wish
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.scenario import Scenario


class Advice(NamedTuple):
    """One piece of advice; `path` leads to the setting, in a scenario with all groups written out."""

    path: KeyPath
    seen: str
    why: str
    hint: str

    def text(self, scenario: Scenario, name: str = "scenario") -> str:
        """The advice on one line, with file and line, and the hint on the next; `name` stands for a missing file."""
        place = name if scenario.source is None else scenario.source.place(self.path) or name
        return f"{place}: advice: {written_path(scenario, self.path)}: {self.seen}: {self.why}\n  hint: {self.hint}"


def written_path(scenario: Scenario, path: KeyPath) -> str:
    """A path as a file would have it: the only group of a field has no name there."""
    if len(path) > 1 and path[0] in ("audience", "moderators"):
        groups = list(getattr(scenario, str(path[0])))
        middle = () if groups == [path[0]] else ("groups", path[1])
        path = (path[0], *middle, *path[2:])
    return ".".join(map(str, path))


def wishing(scenario: Scenario) -> Iterator[tuple[KeyPath, Participants | Moderators]]:
    """Every group that has people who can have a wish, with its path."""
    for name, people in scenario.audience.items():
        if people.count != 0 and can_wish(people):
            yield ("audience", name), people
    for name, group in scenario.moderators.items():
        if group.count and can_wish(group):
            yield ("moderators", name), group


def everybody(scenario: Scenario) -> list[Participants | Moderators]:
    """Every group that has people."""
    groups: list[Participants | Moderators] = [*scenario.audience.values(), *scenario.moderators.values()]
    return [group for group in groups if group.count != 0]


def at_work(scenario: Scenario) -> dict[str, Moderators]:
    """The groups of staff of which somebody may come while the session lasts."""
    return {
        name: group
        for name, group in scenario.moderators.items()
        if group.count and group.arrival.support()[0] < scenario.duration
    }
