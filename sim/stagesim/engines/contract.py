"""What the harness needs of an engine under test, whoever wrote it and in whatever language."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from stageaccess import Client, Command, Decision, EngineIdentity, Event, Offer, RoomConfig, RuleSet
from stageaccess.lines import seconds
from stagesim.errors import StagesimError


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


class Played(NamedTuple):
    """The step of a script that was being played: its place, its words, its time in the scenario and in the room, and
    the checks of the steps before it.
    """

    step: int
    said: str
    at_ms: int
    room_ms: int
    checks: tuple[Any, ...]


class EngineError(StagesimError):
    """An engine under test that cannot be started, hangs, dies, floods, or breaks the contract.

    `engine` is its command or name, `line` what it was asked (None: it never was an engine, since it
    could not be started, or ended before its first answer), `answer` what came,
    where something came, `played` the step of a script at which that was. Whoever simulates says in which
    `replication`. `is_mute` says that it has never answered anything, `is_old` that this has been said before.
    """

    def __init__(
        self,
        engine: str,
        fault: str,
        line: str | None = None,
        answer: str | None = None,
        played: Played | None = None,
    ) -> None:
        super().__init__(engine, fault, line, answer, played)  # all of it: SimPy makes it anew from these
        self.engine, self.fault, self.line, self.answer, self.played = engine, fault, line, answer, played
        self.replication: int | None = None
        self.is_mute = self.is_old = False

    def __str__(self) -> str:
        if self.line is None:
            return f"the engine `{self.engine}` {self.fault}"
        fault, _, more = self.fault.partition("\n")
        said = [f"the engine `{self.engine}` {fault}"]
        if self.played is not None:
            _, step, at_ms, room_ms, _ = self.played
            said.append(f"  step: {seconds(at_ms)} s: {step}; the room's time is then {seconds(room_ms)} s")
        said.append(f"  asked: `{shortened(self.line)}`")
        if self.answer is not None:
            said.append(f"  answer: `{shortened(self.answer)}`")
        hint = "  hint: `stagesim protocol` says what an answer has"
        return "\n".join([*said, *([more] if more else ()), hint])


def shortened(text: str, most: int = 300) -> str:
    """A text on one line that fits a message; what no terminal prints is shown by its number."""
    text = text.strip()
    cut = text[:most] + (" …" if len(text) > most else "")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut)
