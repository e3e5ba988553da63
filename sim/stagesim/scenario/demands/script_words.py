"""What a step of a script says of events and of offers: `request_closed pat declined by mo`, `invite pat`.

A text says as much as it wants to: what it leaves out may be anything. A word that an event of its kind can never hold
is refused, like an action that nobody is ever offered.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from stageaccess import Event, EventKind, Offer, offers
from stageaccess.lines import WireError, seconds
from stageaccess.records import Field
from stageaccess.vocabulary import SYSTEM, Action, Mode, Role
from stageaccess.wire import EXTRA
from stagesim.scenario.faults import KeyPath, fault, listed, one_of, shown
from stagesim.scenario.values.units import parse_moment

OFFERED: Final = tuple(action for action in Action if action in offers.OFFERED)
"""The actions that people are offered."""

_EVENT: Final = re.compile(r"(\S+)(?: (\S+))?(.*?)(?: by (\S+))?(?: at (-?\d.*))?")
_NUMBER: Final = {"request": re.compile(r"r[1-9][0-9]*"), "invitation": re.compile(r"i[1-9][0-9]*")}


class Wanted(NamedTuple):
    """An event as a step describes it. `at_ms` counts from the session's start; None is any, like `by`."""

    kind: EventKind
    who: str
    fields: tuple[tuple[str, str], ...] = ()
    by: str | None = None
    at_ms: int | None = None

    def is_met_by(self, event: Event, start_ms: int) -> bool:
        """Whether an event is the one described."""
        return (
            (event.event, event.who) == (self.kind, self.who)
            and self.by in (None, event.by)
            and self.at_ms in (None, event.at_ms - start_ms)
            and all(event.extra.get(field) == word for field, word in self.fields)
        )


@lru_cache(maxsize=1024)
def parse_event(text: str, path: KeyPath = ()) -> Wanted:
    """Read an event; FaultError, with the path given, where it is none."""
    match = _EVENT.fullmatch(" ".join(text.split()))
    name, who, words, by, at = match.groups() if match else ("", None, "", None, None)
    if name not in list(EventKind):
        raise fault(f"unknown event {shown(name)}", one_of(EventKind, name), path)
    kind = EventKind(name)
    if who is None:
        hint = f"write `{kind} pat`; the session's start and end are of `{SYSTEM}`"
        raise fault(f"`{kind}` of nobody", hint, path)
    fields = tuple(_fields(kind, words.split(), path))
    return Wanted(kind, who, fields, by, None if at is None else parse_moment(at))


def _fields(kind: EventKind, words: list[str], path: KeyPath) -> Iterator[tuple[str, str]]:
    """Each word with the first field of this kind that can hold it and stands after the ones before."""
    left = iter(EXTRA[kind])
    for word in words:
        field = next((field for field in left if _can_hold(field, word)), None)
        if field is None:
            names = [each.name for each in EXTRA[kind]]
            hint = f"after the name come {listed(names)}, in this order" if names else "write the name alone"
            raise fault(f"`{kind}` does not say {shown(word)} there", hint, path)
        yield field.attribute, word


def _can_hold(field: Field, word: str) -> bool:
    if field.name in _NUMBER:
        return _NUMBER[field.name].fullmatch(word) is not None
    try:
        field.sort.read(word, field.name)
    except WireError:
        return False
    return True


def described(event: Event, start_ms: int) -> str:
    """Everything of an event, as a step would write it; `start_ms` is when the session starts."""
    said = (event.extra.get(field.attribute) for field in EXTRA[event.event])
    words = [str(word) for word in said if word is not None]
    return " ".join([event.event, event.who, *words, "by", event.by, "at", f"{seconds(event.at_ms - start_ms)} s"])


@lru_cache(maxsize=1024)
def parse_offer(text: str, path: KeyPath = ()) -> Offer:
    """Read an offer: an action with its target, mode or role. What is left out is any."""
    name, *words = text.split() or [""]
    if name not in OFFERED:
        raise fault(f"nobody is offered {shown(name)}", one_of(OFFERED, name), path)
    do = Action(name)
    mode = Mode(words.pop()) if do is Action.SET_MODE and words and words[-1] in list(Mode) else None
    role = Role(words.pop()) if do is Action.CHANGE_ROLE and len(words) > 1 and words[-1] in list(Role) else None
    if len(words) > (do in TARGETED):
        raise fault(
            f"`{do}` does not take {shown(words[-1])}", "write it as `invite pat`, or `set_mode invite_only`", path
        )
    return Offer(do, words[0] if words else None, mode, role)


TARGETED: Final = (
    *(Action.BRING_TO_STAGE, Action.DECLINE_REQUEST, Action.INVITE, Action.REVOKE_INVITATION),
    *(Action.REMOVE_FROM_STAGE, Action.CHANGE_ROLE),
)
"""The actions that have a target."""


def is_among(offer: Offer, offers: list[Offer]) -> bool:
    """Whether something is offered that fits."""
    return any(all(mine in (None, theirs) for mine, theirs in zip(offer, each, strict=True)) for each in offers)
