"""A story: one room under one set of rules, and what its engine is asked, line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from stageaccess import RULES, Action, Command, RoomConfig, RuleSet
from stagesim.scenario.rules import RuleChange, rule_set


class Line(NamedTuple):
    """What an engine is asked: a command, or to let time go on to `at_ms`, where there is none.

    `looks` says that beforehand it is asked what is so and what it offers to whoever acts; without a command, when
    something is due next.
    """

    at_ms: int
    command: Command | None = None
    looks: bool = False

    @property
    def names(self) -> Iterator[str]:
        """Whom the line names."""
        if self.command is not None:
            yield from (name for name in (self.command.by, self.command.to) if name is not None)

    def at(self, at_ms: int) -> "Line":
        """The same at another time."""
        command = None if self.command is None else self.command._replace(at_ms=at_ms)
        return Line(at_ms, command, self.looks)


@dataclass(frozen=True, slots=True)
class Story:
    """The settings of a room, the change of the rules that holds there (None is the rules as they are), and lines.

    `zero_ms` is the room's time from which the times of a script count.
    """

    config: RoomConfig
    change: RuleChange | None = None
    lines: tuple[Line, ...] = ()
    zero_ms: int = 0

    @property
    def rules(self) -> RuleSet:
        """The rules that hold."""
        return RULES if self.change is None else rule_set(self.change)

    @property
    def people(self) -> list[str]:
        """Everybody whom it names, in order of their first line."""
        return list(dict.fromkeys(name for line in self.lines for name in line.names))

    @property
    def actions(self) -> int:
        """How many commands there are beside those with which people come in and the session starts."""
        opening = (Action.ENTER_ROOM, Action.START_SESSION)
        return sum(line.command is not None and line.command.do not in opening for line in self.lines)

    def with_lines(self, lines: Iterable[Line]) -> "Story":
        """The same room with other lines."""
        return replace(self, lines=tuple(lines))
