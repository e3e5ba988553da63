"""Numbers, names and words in answers and events."""

from collections.abc import Callable, Iterator
from functools import partial

from stageaccess import Client, Command, Decision, Event, EventKind, Room
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty


def answers() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    for by in (-1, 1):
        yield (
            f"the wait is {by:+} ms",
            faulty.answered(partial(_waits, by)),
        )
    yield "how long to wait is not said", faulty.answered(lambda _, found: found._replace(wait_ms=None))
    yield "how it was resolved is not said", faulty.answered(lambda _, found: found._replace(outcome=None))
    yield "who resolved it is not said", faulty.answered(lambda _, found: found._replace(resolved_by=None))
    yield (
        "whoever comes too late has resolved it",
        faulty.answered(lambda command, found: found._replace(resolved_by=found.resolved_by and command.by)),
    )
    yield "an invitation does not say for which request", faulty.happening(_extra("request", None))
    yield "every invitation is direct", faulty.happening(_extra("origin", "direct"))
    yield "whoever is removed left", faulty.happening(_extra("cause", "left", EventKind.STAGE_REMOVED))
    yield "whoever is gone left by themselves", faulty.happening(_extra("cause", "explicit", EventKind.LEFT_ROOM))
    yield "every set-up is one's own", faulty.happening(_extra("via", "self", EventKind.SETUP_STARTED))
    yield "everybody is live on their own account", faulty.happening(_extra("via", "self", EventKind.STAGE_JOINED))
    yield "the mode before is not said", faulty.happening(_extra("previous", None))
    yield "everybody enters by a desktop", faulty.happening(_extra("client", "desktop"))
    yield (
        "what ends by itself, its person ended",
        faulty.happening(lambda event, _: event._replace(by=event.who) if event.by == "system" else event),
    )
    yield (
        "what staff did, its person did",
        faulty.happening(lambda event, _: event._replace(by=event.who) if event.by != "system" else event),
    )
    yield "what is due happens when it is seen", _LateTimes
    yield "any request means the open one", faulty.asked(lambda command, _: command._replace(request=None))
    yield (
        "any role is that of a moderator",
        faulty.asked(
            lambda command, _: (
                command._replace(role=type(command.role)("moderator")) if command.role == "host" else command
            )
        ),
    )
    yield "every client is a desktop", faulty.asked(lambda command, _: command._replace(client=Client.DESKTOP))


def _waits(by: int, _: Command, found: Decision) -> Decision:
    return found._replace(wait_ms=None if found.wait_ms is None else found.wait_ms + by)


class _LateTimes(faulty.Faulty):
    """Events of what is due have the time of the line."""

    def submit(self, command: Command) -> Decision:
        found = self.own.submit(command)
        return found._replace(due=tuple(event._replace(at_ms=command.at_ms) for event in found.due))

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        return tuple(event._replace(at_ms=at_ms) for event in self.own.advance(at_ms))


def _extra(field: str, word: str | None, kind: EventKind | None = None) -> Callable[[Event, Room], Event]:
    def change(event: Event, _: Room) -> Event:
        is_meant = field in event.extra and kind in (None, event.event) and event.extra[field] is not None
        is_meant &= field != "request" or event.event is EventKind.INVITATION_CREATED
        return event._replace(extra={**event.extra, field: word}) if is_meant else event

    return change
