"""How a room stood at some moments, by the engine's own fold of its events."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stageaccess import Room
from stagesim.testing.stories.course import Course, Happened


class Stood(NamedTuple):
    """Everybody's standing and presence by name, the list of requests and the stage, each in its order."""

    people: dict[str, tuple[str, str]]
    queue: tuple[str, ...]
    stage: tuple[str, ...]


def folded(course: Course, moments_ms: Sequence[int]) -> Iterator[Stood]:
    """At each of the moments, which are in order, with whatever happens right then."""
    room, place = course.room.copy(), 0
    happened = [moment for moment in course.moments if isinstance(moment, Happened)]
    for until_ms in moments_ms:
        while place < len(happened) and happened[place].at_ms <= until_ms:
            room.apply(happened[place].event)
            place += 1
        yield _stood(room)


def _stood(room: Room) -> Stood:
    people = {name: (str(person.standing), str(person.presence)) for name, person in room.people.items()}
    return Stood(people, tuple(room.queue), tuple(room.stage))
