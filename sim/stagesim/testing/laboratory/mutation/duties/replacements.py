"""Who makes room on a full stage."""

from collections.abc import Callable, Iterator
from typing import Any

from stageaccess.people import Person
from stageaccess.vocabulary import Cause
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty


def replacements() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""

    def key(*parts: Callable[[Person], Any]) -> Callable[[Person], Any]:
        return lambda person: tuple(part(person) for part in parts)

    heard: Callable[[Person], Any] = lambda person: person.heard_ms  # noqa: E731  three of them stand together
    live: Callable[[Person], Any] = lambda person: person.live_ms  # noqa: E731
    name: Callable[[Person], Any] = lambda person: person.name  # noqa: E731
    yield "whoever has spoken last makes room", faulty.replacing(lambda there: max(there, key=key(heard, live, name)))
    yield "whoever was first on stage makes room", faulty.replacing(lambda there: min(there, key=key(live, name)))
    yield "whoever was last on stage makes room", faulty.replacing(lambda there: max(there, key=key(live, name)))
    yield "whoever is first by name makes room", faulty.replacing(lambda there: min(there, key=name))
    yield (
        "of equals, who was last on stage makes room",
        faulty.replacing(lambda there: min(there, key=key(heard, lambda person: -person.live_ms, name))),
    )
    yield "of equals, who is first by name makes room", faulty.replacing(lambda there: min(there, key=key(heard, name)))
    yield (
        "of equals, who is last by name makes room",
        faulty.replacing(
            lambda there: max(
                (each for each in there if key(heard, live)(each) == min(map(key(heard, live), there))), key=name
            )
        ),
    )
    yield (
        "the room makes somebody leave the stage, not the newcomer",
        faulty.happening(
            lambda event, _: event._replace(by="system") if event.extra.get("cause") == Cause.CAPACITY else event
        ),
    )
