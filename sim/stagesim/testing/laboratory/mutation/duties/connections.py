"""Connections: which one is meant, and which is said."""

from collections.abc import Callable, Iterator
from functools import partial

from stageaccess import Action, Command, Decision, Event, EventKind, Room
from stageaccess.messages import MAIN
from stageaccess.vocabulary import Presence
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty
from stagesim.testing.laboratory.mutation.faulty import is_there


def connections() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    comings = (Action.ENTER_ROOM, Action.RECONNECT)
    for do in (*comings, Action.LEAVE_ROOM, Action.DISCONNECT):
        yield (
            f"{do} does not say by which connection",
            faulty.asked(partial(_unnamed, do)),
        )
    for do in (Action.LEAVE_ROOM, Action.DISCONNECT):
        yield (
            f"{do} without a connection means {MAIN}",
            faulty.asked(partial(_main, do)),
        )
        yield f"a connection that is not open can {do}", faulty.asked(_any_connection(do))
    for kind in (EventKind.ENTERED, EventKind.RECONNECTED):
        yield (
            f"{kind} always says {MAIN}",
            faulty.happening(partial(_says_main, kind)),
        )
    yield "whoever is away enters anew", _EntersAnew


def _unnamed(do: Action, command: Command, _: Room) -> Command:
    return command._replace(connection=None) if command.do is do else command


def _main(do: Action, command: Command, _: Room) -> Command:
    return command._replace(connection=command.connection or MAIN) if command.do is do else command


def _says_main(kind: EventKind, event: Event, _: Room) -> Event:
    return event._replace(extra={"connection": MAIN, **event.extra}) if event.event is kind else event


def _any_connection(do: Action) -> Callable[[Command, Room], Command]:
    def change(command: Command, room: Room) -> Command:
        person = room.people.get(command.by or "")
        if command.do is do and person is not None and command.connection not in (None, *person.connections):
            return command._replace(connection=None)
        return command

    return change


class _EntersAnew(faulty.Faulty):
    """Whoever is away and enters has left before."""

    def submit(self, command: Command) -> Decision:
        if (
            command.do is Action.ENTER_ROOM
            and command.connection
            and is_there(self.room, str(command.by), Presence.AWAY)
        ):
            gone = self.own.submit(Command(command.at_ms, Action.LEAVE_ROOM, command.by))
            found = self.own.submit(command)
            return found._replace(due=gone.due, events=gone.events + found.events)
        return self.own.submit(command)
