"""Which fields each action takes, and whether a command is well formed."""

from collections.abc import Mapping
from types import MappingProxyType, NoneType
from typing import Any, Final, NamedTuple

from stageaccess.messages import Command, CommandError
from stageaccess.vocabulary import SYSTEM, Action, Client, Mode, Role


class Fields(NamedTuple):
    """Which fields an action needs; `request` and `connection` may be given where they are True, and need not."""

    by: bool = True
    to: bool = False
    mode: bool = False
    role: bool = False
    request: bool = False
    connection: bool = False


OWN: Final = Fields()
ON_TARGET: Final = Fields(to=True)
COMING_OR_GOING: Final = Fields(connection=True)

FIELDS: Final[Mapping[Action, Fields]] = MappingProxyType(
    {
        Action.ENTER_ROOM: Fields(role=True, connection=True),
        Action.LEAVE_ROOM: COMING_OR_GOING,
        Action.DISCONNECT: COMING_OR_GOING,
        Action.RECONNECT: COMING_OR_GOING,
        Action.ASK_TO_JOIN: OWN,
        Action.CANCEL_REQUEST: OWN,
        Action.JOIN_STAGE: OWN,
        Action.GO_LIVE: OWN,
        Action.CANCEL_JOIN: OWN,
        Action.DECLINE_INVITATION: OWN,
        Action.LEAVE_STAGE: OWN,
        Action.BRING_TO_STAGE: Fields(to=True, request=True),
        Action.DECLINE_REQUEST: Fields(to=True, request=True),
        Action.INVITE: ON_TARGET,
        Action.REVOKE_INVITATION: ON_TARGET,
        Action.REMOVE_FROM_STAGE: ON_TARGET,
        Action.CLEAR_REQUESTS: OWN,
        Action.SET_MODE: Fields(mode=True),
        Action.CHANGE_ROLE: Fields(to=True, role=True),
        Action.SPEAK: OWN,
        Action.START_SESSION: Fields(by=False),
        Action.END_SESSION: Fields(by=False),
    }
)

TYPES: Final[dict[Action, tuple[type, ...]]] = {
    action: (
        str if fields.by else NoneType,
        str if fields.to else NoneType,
        Mode if fields.mode else NoneType,
        Role if fields.role else NoneType,
        Client,
    )
    for action, fields in FIELDS.items()
}
"""The types that `by`, `to`, `mode`, `role` and `client` have in a well-formed command of each action."""

NOBODY: Final = frozenset({SYSTEM, ""})
"""What no person can be called."""


def check_time(at_ms: object, now_ms: int) -> None:
    """Raise CommandError unless `at_ms` is whole milliseconds, and not before the room's own time."""
    if type(at_ms) is not int:
        raise CommandError("at", f"expected whole milliseconds, got `{at_ms!r}`")
    if at_ms < now_ms:
        raise CommandError("at", f"time runs backwards: {at_ms / 1000} s after {now_ms / 1000} s")


def check_well_formed(command: Command, now_ms: int) -> None:
    """Raise CommandError, naming the field, unless the command has the fields of its action, each of the right type."""
    given: Any = command  # whatever types its fields have, also where this is compiled
    at_ms, do, by, to, client, mode, role, request, key, connection = given
    if (
        TYPES.get(do) != (type(by), type(to), type(mode), type(role), type(client))
        or type(at_ms) is not int
        or at_ms < now_ms
        or by in NOBODY
        or to == ""
        or (request is not None and not (type(request) is str and request and FIELDS[do].request))
        or ((key is not None or connection is not None) and not _are_names(do, key, connection))
    ):
        _explain(command._asdict(), now_ms)


def _are_names(do: Action, key: object, connection: object) -> bool:
    """Whether what is given of an id and a connection can be one, and the action takes it."""
    is_connection = connection is None or (type(connection) is str and connection != "" and FIELDS[do].connection)
    return is_connection and (key is None or (type(key) is str and key != ""))


def _explain(given: dict[str, Any], now_ms: int) -> None:
    """Raise the CommandError that says what is wrong with a command that is not well formed."""
    do = given["do"]
    fields = FIELDS.get(do)
    if fields is None:
        raise CommandError("do", f"unknown action `{do}`; possible: {', '.join(Action)}")
    check_time(given["at_ms"], now_ms)
    for name, takes in zip(("by", "to"), (fields.by, fields.to), strict=True):
        _check_name(name, do, given[name], takes)
    if given["by"] == SYSTEM:
        raise CommandError("by", f"nobody is called `{SYSTEM}`")
    _check_word("mode", do, given["mode"], Mode, fields.mode)
    _check_word("role", do, given["role"], Role, fields.role)
    _check_word("client", do, given["client"], Client, True)
    for name, takes in (("request", fields.request), ("id", True), ("connection", fields.connection)):
        if given[name] is not None:
            _check_name(name, do, given[name], takes)


def _check_name(field: str, do: Action, value: object, takes: bool) -> None:
    if not takes:
        if value is not None:
            raise CommandError(field, f"`{do}` does not take it")
    elif type(value) is not str or not value:
        raise CommandError(field, f"{_found(value)}; `{do}` needs a non-empty string")


def _check_word(field: str, do: Action, value: object, words: type[Mode | Role | Client], takes: bool) -> None:
    if not takes:
        if value is not None:
            raise CommandError(field, f"`{do}` does not take it")
    elif not isinstance(value, words):
        possible = ", ".join(f"`{word}`" for word in words)
        raise CommandError(field, f"{_found(value)}; `{do}` needs one of {possible}")


def _found(value: object) -> str:
    return "missing" if value is None else f"`{value!r}` is not possible"
