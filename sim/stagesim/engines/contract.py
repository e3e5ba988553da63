"""What the harness needs of an engine under test, whoever wrote it and in whatever language."""

from collections.abc import Callable
from typing import Any, Protocol

from stageaccess import Client, Command, Decision, Event, Offer, RoomConfig, RuleSet


class Engine(Protocol):
    """What the harness needs of an engine under test; `stageaccess.StageAccess` is one."""

    def submit(self, command: Command) -> Decision: ...
    def advance(self, at_ms: int) -> tuple[Event, ...]: ...
    def available_actions(self, person: str, client: Client) -> list[Offer]: ...
    def state(self) -> dict[str, Any]: ...
    def report_told(self) -> bool: ...


EngineMaker = Callable[[RoomConfig, RuleSet], Engine]
"""Makes the engine under test for one room."""
