"""An engine that does not say when something is due: it is driven by a clock of whole seconds.

What it does by itself is heard of at the next command or the next whole second, and stands in the log at that moment.
Where nobody waits for the next second, and so nothing else happens in between, it keeps its time.
"""

from typing import Any, Final

from stageaccess import Command, Decision, Event
from stagesim.engines.asking import Asking
from stagesim.engines.contract import Engine

TICK_MS: Final = 1000
"""How often such an engine is asked."""


class Polled(Asking):
    """An engine that asks another one in time."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._now_ms = 0
        self._is_driven = False

    def submit(self, command: Command) -> Decision:
        """Ask; what was due meanwhile is heard of now."""
        decision = self.engine.submit(command)
        self._now_ms = command.at_ms
        return decision._replace(due=self._heard(decision.due)) if decision.due else decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on."""
        due = self.engine.advance(at_ms)
        self._now_ms = at_ms
        return self._heard(due)

    def next_due(self) -> int:
        """The next whole second."""
        self._is_driven = True
        return (self._now_ms // TICK_MS + 1) * TICK_MS

    def _heard(self, due: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(event._replace(at_ms=self._now_ms) for event in due) if self._is_driven else due


def knows_when_due(engine: Engine) -> bool:
    """Whether an engine, or the one that it asks, says itself when something is due."""
    asked: Any = engine
    while asked is not None and not isinstance(asked, Polled):
        asked = getattr(asked, "engine", None)
    return asked is None
