"""An engine that asks another one, for those to inherit from that change what is asked, or what is answered."""

from typing import Any

from stageaccess import Client, Command, Decision, EngineIdentity, Event, Offer
from stagesim.engines.contract import Engine


class Asking:
    """An engine that asks another one, `engine`, and hands on what that answers."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def identity(self) -> EngineIdentity:
        """Who answers."""
        return self.engine.identity

    def submit(self, command: Command) -> Decision:
        """Ask for a decision."""
        return self.engine.submit(command)

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on."""
        return self.engine.advance(at_ms)

    def next_due(self) -> int | None:
        """When something is due."""
        return self.engine.next_due()

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What a person could do now."""
        return self.engine.available_actions(person, client)

    def state(self) -> dict[str, Any]:
        """What is so."""
        return self.engine.state()

    def report_told(self) -> bool:
        """Whether events say from now on who was told."""
        return self.engine.report_told()
