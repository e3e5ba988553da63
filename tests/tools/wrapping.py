"""An engine to inherit from."""

from typing import Any

from stageaccess import Client, Command, Decision, EngineIdentity, Event, Offer, RoomConfig, RuleSet, StageAccess


class Wrapping:
    """An engine that asks the right one; who inherits from it changes what that is asked, or what it answers.

    From the right one itself nobody can inherit, where it is compiled.
    """

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        self.engine = StageAccess(config, rules)
        self.config = config

    @property
    def identity(self) -> EngineIdentity:
        return self.engine.identity

    def submit(self, command: Command) -> Decision:
        return self.engine.submit(command)

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        return self.engine.advance(at_ms)

    def next_due(self) -> int | None:
        return self.engine.next_due()

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        return self.engine.available_actions(person, client)

    def state(self) -> dict[str, Any]:
        return self.engine.state()

    def report_told(self) -> bool:
        return self.engine.report_told()
