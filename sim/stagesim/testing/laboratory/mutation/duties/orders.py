"""Orders: of closings within one decision, and of the lists that are shown."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stageaccess import Event, EventKind
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty

Order = Callable[[Sequence[Event]], list[Event]]


def orders() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    for kind in (EventKind.REQUEST_CLOSED, EventKind.SETUP_CANCELLED, EventKind.INVITATION_CLOSED):
        yield f"several {kind} come the other way round", faulty.in_order(_reversed_of(kind))
    for first, then in (
        (EventKind.REQUEST_CLOSED, EventKind.INVITATION_CREATED),
        (EventKind.INVITATION_CLOSED, EventKind.SETUP_CANCELLED),
        (EventKind.SETUP_CANCELLED, EventKind.INVITATION_CLOSED),
        (EventKind.INVITATION_CLOSED, EventKind.STAGE_JOINED),
        (EventKind.STAGE_REMOVED, EventKind.STAGE_JOINED),
        (EventKind.INVITATION_CLOSED, EventKind.STAGE_REMOVED),
        (EventKind.MODE_CHANGED, EventKind.REQUEST_CLOSED),
        (EventKind.MODE_CHANGED, EventKind.SETUP_CANCELLED),
        (EventKind.ROLE_CHANGED, EventKind.REQUEST_CLOSED),
        (EventKind.ROLE_CHANGED, EventKind.SETUP_CANCELLED),
        (EventKind.STAGE_LEFT, EventKind.LEFT_ROOM),
        (EventKind.REQUEST_CLOSED, EventKind.LEFT_ROOM),
        (EventKind.STAGE_LEFT, EventKind.SESSION_ENDED),
    ):
        yield f"{then} comes before {first}", faulty.in_order(_swapped(first, then))
    yield "the end goes by name", faulty.in_order(_end_by(lambda event: event.who))
    yield "the end goes the other way round", faulty.in_order(_end_by(lambda event: -event.seq))
    yield "what is due together comes the other way round", faulty.in_order(_due_reversed)
    yield "the queue is shown the other way round", faulty.showing(lambda state: {"queue": state["queue"][::-1]})
    yield "the queue is shown by name", faulty.showing(lambda state: {"queue": sorted(state["queue"])})
    yield "the stage is shown by name", faulty.showing(lambda state: {"on_stage": sorted(state["on_stage"])})
    yield "the stage is shown the other way round", faulty.showing(lambda state: {"on_stage": state["on_stage"][::-1]})


def _reversed_of(kind: EventKind) -> Order:
    def order(events: Sequence[Event]) -> list[Event]:
        those = [event for event in events if event.event is kind]
        return [those.pop() if event.event is kind else event for event in events]

    return order


def _swapped(first: EventKind, then: EventKind) -> Order:
    """The first of one kind changes places with the last of the other that comes after it."""

    def order(events: Sequence[Event]) -> list[Event]:
        kinds, found = [event.event for event in events], list(events)
        if first in kinds and then in kinds[kinds.index(first) :]:
            one, other = kinds.index(first), len(kinds) - 1 - kinds[::-1].index(then)
            found[one], found[other] = found[other], found[one]
        return found

    return order


def _end_by(key: Callable[[Event], Any]) -> Order:
    def order(events: Sequence[Event]) -> list[Event]:
        if not events or events[-1].event is not EventKind.SESSION_ENDED:
            return list(events)
        return [*sorted(events[:-1], key=key), events[-1]]

    return order


def _due_reversed(events: Sequence[Event]) -> list[Event]:
    """Only what happens by itself, of one moment, to different people."""
    ends = any(event.event is EventKind.SESSION_ENDED for event in events)
    by_itself = not ends and len({event.at_ms for event in events}) == 1 and all(each.by == "system" for each in events)
    apart = len({event.who for event in events}) == len(events)
    return list(events)[::-1] if by_itself and apart else list(events)
