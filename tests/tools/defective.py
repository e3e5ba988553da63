"""An engine to plant defects in: it asks the real one, which may be compiled, and so cannot be inherited from."""

import copy
from collections.abc import Mapping
from typing import Self

from stageaccess import Event, EventKind, Room, RoomConfig, RuleSet, StageAccess
from stagesim.engines.asking import Asking


class Defective(Asking):
    """Answers as the real engine does, which is `own`; a defect is a subclass."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        self.own = StageAccess(config, rules)
        super().__init__(self.own)

    @property
    def room(self) -> Room:
        """What is so."""
        return self.own.room

    @room.setter
    def room(self, room: Room) -> None:
        self.own.room = room

    def emit(self, kind: EventKind, who: str, by: str, extra: Mapping[str, str | None] | None = None) -> None:
        """Let something happen that no rule says."""
        self.own.emit(kind, who, by, extra or {})

    def take_events(self) -> tuple[Event, ...]:
        """What has happened since the last answer."""
        return self.own.take_events()

    def copy(self) -> Self:
        """The same engine with a room of its own in which the same is so."""
        twin = copy.copy(self)
        twin.own = self.own.copy()
        twin.engine = twin.own
        return twin
