"""What the harness needs of an engine under test, whoever wrote it and in whatever language."""

from collections.abc import Callable
from typing import Any, Protocol

from stageaccess import Client, Command, Decision, EngineIdentity, Event, Offer, RoomConfig, RuleSet


class Engine(Protocol):
    """One room in an engine under test; `stageaccess.StageAccess` is one.

    Times are whole milliseconds of the room's clock, which never runs backwards.
    """

    @property
    def identity(self) -> EngineIdentity:
        """Who answers: it stands in logs and baselines."""

    def submit(self, command: Command) -> Decision:
        """Decide on a command, after what is due up to and including its time."""

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Carry out what is due up to and including `at_ms`; its events, each at its own deadline."""

    def next_due(self) -> int | None:
        """The next moment at which something is due by itself, never something stale; None when nothing is."""

    def available_actions(self, person: str, client: Client) -> list[Offer]:
        """What a person could do now, with an effect."""

    def state(self) -> dict[str, Any]:
        """What is so, in the words of the line protocol."""

    def report_told(self) -> bool:
        """From now on say with each event who was told of it; False from an engine that cannot.

        It is asked of a fresh room, before the first command.
        """


EngineMaker = Callable[[RoomConfig, RuleSet], Engine]
"""Makes a fresh room in the engine under test."""


class EngineError(ValueError):
    """An engine under test that cannot be started, hangs, dies, floods, or breaks the contract.

    `engine` is its command or name, `line` what it was asked (None: it was not asked anything yet), `answer` what came,
    where something came.
    """

    def __init__(self, engine: str, fault: str, line: str | None = None, answer: str | None = None) -> None:
        super().__init__(engine, fault, line, answer)
        self.engine, self.fault, self.line, self.answer = engine, fault, line, answer

    def __str__(self) -> str:
        if self.line is None:
            return f"the engine `{self.engine}` {self.fault}"
        fault, _, more = self.fault.partition("\n")
        said = [f"the engine `{self.engine}` {fault}", f"  asked: `{shortened(self.line)}`"]
        if self.answer is not None:
            said.append(f"  answer: `{shortened(self.answer)}`")
        return "\n".join([*said, *([more] if more else ()), "  hint: docs/protocol.md says what an answer has"])


def shortened(text: str, most: int = 300) -> str:
    """A text on one line that fits a message; what no terminal prints is shown by its number."""
    text = text.strip()
    cut = text[:most] + (" …" if len(text) > most else "")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut)
