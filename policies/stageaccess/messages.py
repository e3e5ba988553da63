"""What goes into the engine and what comes out: commands, decisions, events.

Named tuples, because a room server makes them by the hundred thousand: immutable, small, and several times cheaper to
build than frozen dataclasses.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from stageaccess.vocabulary import Action, Client, EventKind, Mode, Reason, Role

Extra = Mapping[str, str | None]
"""The fields that only one kind of event has."""
NOTHING: Final[Extra] = MappingProxyType({})

new_tuple: Final = tuple.__new__
"""Builds a named tuple from all its fields, in a third of the time that its own constructor takes."""


MAIN: Final = "main"
"""The connection that somebody means who enters or comes back and names none (rule T10)."""


class Command(NamedTuple):
    """What somebody tries to do, at a moment of the room's own clock.

    `at_ms` is whole milliseconds since the room was made. Which further fields an action takes, and which it needs,
    stands in `stageaccess.commands.FIELDS`.
    """

    at_ms: int
    do: Action
    by: str | None = None
    to: str | None = None
    client: Client = Client.DESKTOP
    mode: Mode | None = None
    role: Role | None = None
    request: str | None = None
    id: str | None = None
    connection: str | None = None


def new_command(  # noqa: PLR0913  the fields of a command
    at_ms: int,
    do: Action,
    by: str | None = None,
    *,
    to: str | None = None,
    client: Client = Client.DESKTOP,
    mode: Mode | None = None,
    role: Role | None = None,
    request: str | None = None,
    id: str | None = None,  # noqa: A002
    connection: str | None = None,
) -> Command:
    """A command from its fields by name, in half the time that `Command` itself takes with names."""
    return new_tuple(Command, (at_ms, do, by, to, client, mode, role, request, id, connection))


class Event(NamedTuple):
    """What did happen. `extra` holds the fields that only this kind of event has, for example `{"via": "self"}`.

    `told` are the sorted names of those who got a notice of it; None where the engine was not asked to tell.
    """

    seq: int
    at_ms: int
    event: EventKind
    who: str
    by: str
    extra: Extra = NOTHING
    told: tuple[str, ...] | None = None


class Decision(NamedTuple):
    """The answer to one command.

    `reason` is None when the command was accepted. `due` are the events of due times that were carried out first,
    `events` those of the command itself; a rejected command has none. `outcome` and `resolved_by` explain
    `request_already_resolved`, `wait_ms` explains `cooling_down`.
    """

    reason: Reason | None
    events: tuple[Event, ...] = ()
    due: tuple[Event, ...] = ()
    outcome: str | None = None
    resolved_by: str | None = None
    wait_ms: int | None = None

    @property
    def accepted(self) -> bool:
        return self.reason is None


class EngineIdentity(NamedTuple):
    """Who answers: the engine's name and version, and the name of its rules. It stands in logs and baselines."""

    engine: str
    version: str
    rules: str


class CommandError(ValueError):
    """A command that is not well formed: the caller's fault, no decision, and nothing has changed.

    `field` names the field at fault.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field

    def __str__(self) -> str:
        field, message = self.args
        return f"`{field}`: {message}"
