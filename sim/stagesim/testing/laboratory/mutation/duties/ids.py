"""Commands that come again with the same id."""

from collections.abc import Callable, Iterator
from typing import Any

from stageaccess.vocabulary import Phase
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty


def ids() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    yield "every command is a new one", faulty.asked(lambda command, _: command._replace(id=None))
    as_is: Callable[[Any], Any] = lambda decision: decision  # noqa: E731
    yield "what was rejected is forgotten", faulty.remembering(lambda _, found, __: found.accepted, as_is)
    yield "what was accepted is forgotten", faulty.remembering(lambda _, found, __: not found.accepted, as_is)
    yield "ids end with the session", faulty.remembering(lambda _, __, room: room.phase is not Phase.ENDED, as_is)
    yield "ids begin with the session", faulty.remembering(lambda _, __, room: room.phase is not Phase.BEFORE, as_is)
    keep: Callable[..., bool] = lambda *_: True  # noqa: E731
    yield "a second answer has no events", faulty.remembering(keep, lambda found: found._replace(events=()))
    yield (
        "a second answer tells nobody",
        faulty.remembering(
            keep, lambda found: found._replace(events=tuple(event._replace(told=()) for event in found.events))
        ),
    )
    yield "a second answer is accepted", faulty.remembering(keep, lambda found: found._replace(reason=None))
    yield "a second answer has no due events", faulty.remembering(keep, lambda found: found._replace(due=()))
    yield (
        "an id is one person's own",
        faulty.asked(lambda command, _: command._replace(id=command.id and f"{command.by} {command.id}")),
    )
