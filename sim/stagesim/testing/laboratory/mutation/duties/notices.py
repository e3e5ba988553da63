"""Who is told of an event, and who is not."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stageaccess import Event, EventKind, Room
from stageaccess.audience import NOTIFIED, members
from stageaccess.vocabulary import Presence
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty
from stagesim.testing.laboratory.mutation.faulty import is_there, present


def notices() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    for kind in EventKind:
        audiences = NOTIFIED.get(kind, ())
        for audience in audiences:
            others = tuple(each for each in audiences if each is not audience)
            yield f"{kind} is not told to {audience}", faulty.telling(_to(kind, others))
        if not audiences:
            yield f"{kind} is told to {_whom(kind)}", faulty.telling(_more(kind))
        elif kind is not EventKind.MODE_CHANGED:
            yield f"{kind} is told to everybody", faulty.telling(_everybody(kind))
    yield (
        "whoever is away is told nothing",
        faulty.telling(
            lambda event, room: [name for name in event.told or () if is_there(room, name, Presence.PRESENT)]
        ),
    )
    yield (
        "whoever did it is not told",
        faulty.telling(lambda event, _: [name for name in event.told or () if name != event.by]),
    )
    yield "one of several is told", faulty.telling(lambda event, _: list(event.told or ())[:1])


def _whom(kind: EventKind) -> str:
    return "everybody" if kind in (EventKind.SESSION_STARTED, EventKind.SESSION_ENDED) else "its person"


def _more(kind: EventKind) -> Callable[[Event, Room], list[str]]:
    def change(event: Event, room: Room) -> list[str]:
        if event.event is not kind:
            return list(event.told or ())
        return present(room) if event.who == "system" else [event.who]

    return change


def _to(kind: EventKind, audiences: Sequence[Any]) -> Callable[[Event, Room], list[str]]:
    def change(event: Event, room: Room) -> list[str]:
        if event.event is not kind:
            return list(event.told or ())
        return [name for audience in audiences for name in members(audience, event, room)]

    return change


def _everybody(kind: EventKind) -> Callable[[Event, Room], list[str]]:
    return lambda event, room: present(room) if event.event is kind else list(event.told or ())
