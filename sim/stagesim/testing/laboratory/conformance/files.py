"""The conformance files, as what they say to an engine.

Each is played once with the reference, which keeps every line of it: an engine that answers all of them alike meets
what the files expect, for the reference does.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import Any, Final

from stageaccess import Client, Command, Decision, Event, Offer, RoomConfig, RuleSet, StageAccess
from stageaccess.lines import seconds
from stageaccess.wire import command_object, room_object
from stagesim.engines.asking import Asking
from stagesim.scenario.reading.bundled import bundled_folder
from stagesim.scenario.reading.loader import load
from stagesim.simulate import simulate
from stagesim.testing.laboratory.conformance.talk import Lazily, Talk, talk, text_of

SOURCE: Final = "conformance files"


class Noting(Asking):
    """The reference, with every line that it is asked."""

    def __init__(self, lines: list[str], config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(StageAccess(config, rules))
        self.lines = lines
        self._note(room=room_object(config), told=True)

    def _note(self, **fields: Any) -> None:
        self.lines.append(text_of(fields))

    def submit(self, command: Command) -> Decision:
        self._note(**command_object(command))
        return super().submit(command)

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        self._note(at=seconds(at_ms))
        return super().advance(at_ms)

    def next_due(self) -> int | None:
        self._note(ask="due")
        return super().next_due()

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        self._note(ask="actions", of=person, client=client)
        return super().available_actions(person, client)

    def state(self) -> dict[str, Any]:
        self._note(ask="state")
        return super().state()


@cache
def talks_of_files(rules: RuleSet) -> Iterable[Talk]:
    """What every file says, in each of its modes."""
    return Lazily(_talks(rules))


def _talks(rules: RuleSet) -> Iterator[Talk]:
    for path in sorted((bundled_folder() / "conformance").glob("*.yaml")):
        scenario = load(path)
        for mode in scenario.modes:
            lines: list[str] = []
            simulate(scenario, mode=mode, engine=partial(Noting, lines))
            yield talk(SOURCE, f"{path.stem} in {mode}", lines, rules)
