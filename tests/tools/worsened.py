"""Engines that differ from the real one: one that only looks different, and some with a worse rule."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

from stageaccess import (
    Action,
    Client,
    Command,
    Decision,
    EngineIdentity,
    Event,
    EventKind,
    Offer,
    Room,
    RoomConfig,
    RuleSet,
    StageAccess,
)

POLICIES = Path(__file__).parents[2] / "policies/stageaccess"


class Renamed:
    """The same decisions under other names, and no subclass of the real one."""

    def __init__(self, settings: RoomConfig, law: RuleSet) -> None:
        self._inner = StageAccess(settings, law)

    def submit(self, order: Command) -> Decision:
        return self._inner.submit(order)

    def advance(self, moment: int) -> tuple[Event, ...]:
        return self._inner.advance(moment)

    def available_actions(self, somebody: str, device: Client = Client.DESKTOP) -> list[Offer]:
        return self._inner.available_actions(somebody, device)

    def state(self) -> dict[str, object]:
        return self._inner.state()

    @property
    def identity(self) -> EngineIdentity:
        return self._inner.identity._replace(version="renamed")

    def next_due(self) -> int | None:
        return self._inner.next_due()

    def report_told(self) -> bool:
        return self._inner.report_told()


class SecondApproval(Renamed):
    """The first approval of a request says yes and does nothing; the second one counts."""

    def __init__(self, settings: RoomConfig, law: RuleSet) -> None:
        super().__init__(settings, law)
        self.approved: set[str | None] = set()

    @property
    def room(self) -> Room:
        return self._inner.room

    @room.setter
    def room(self, room: Room) -> None:
        self._inner.room = room

    def submit(self, order: Command) -> Decision:
        person = self.room.people.get(order.to or "")
        if order.do is Action.BRING_TO_STAGE and person is not None and person.request not in self.approved:
            self.approved.add(person.request)
            return Decision(None, due=self.advance(order.at_ms))
        return super().submit(order)


class OneTooMany(Renamed):
    """A stage that is full with one more than it has places."""

    def __init__(self, settings: RoomConfig, law: RuleSet) -> None:
        assert settings.stage_capacity is not None
        super().__init__(replace(settings, stage_capacity=settings.stage_capacity + 1), law)


class Silent(Renamed):
    """Nobody gets a notice of a request."""

    def submit(self, order: Command) -> Decision:
        answer = super().submit(order)
        return answer._replace(events=tuple(map(_unsaid, answer.events)))


def _unsaid(event: Event) -> Event:
    return event._replace(told=()) if event.event is EventKind.REQUEST_CREATED and event.told else event


def at_the_end_of_the_queue(folder: Path) -> Path:
    """A copy of the engine in which an approval is a new request at the end of the queue; where to import it from."""
    copy = folder / "stageaccess"
    copytree(POLICIES, copy)
    _replace(
        copy / "rules.py",
        "bring_to_stage     any   no_open_request     invited  ",
        "bring_to_stage     any   no_open_request     requested",
    )
    stays = "to is STANDING_AT[position]"
    _replace(copy / "moves.py", f"if {stays}:", f"if {stays} and to is not Standing.REQUESTED:")
    return folder


def renamed(folder: Path) -> Path:
    """A copy of the engine with other private names; where to import it from."""
    copy = folder / "stageaccess"
    copytree(POLICIES, copy)
    for name in ("_make", "_closing_steps", "_carry_out_due"):
        for path in sorted(copy.glob("*.py")):
            path.write_text(path.read_text(encoding="utf-8").replace(name, f"{name}_as_told"), encoding="utf-8")
    return folder


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
