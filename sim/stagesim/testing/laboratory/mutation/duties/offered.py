"""What is offered to whom."""

from collections.abc import Callable, Iterator

from stageaccess import Action, Client, Offer, Room
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.vocabulary import Presence
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty
from stagesim.testing.laboratory.mutation.faulty import is_there


def offered() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    for action in (*OWN_ACTIONS, *OTHERS_ACTIONS, Action.CLEAR_REQUESTS, Action.SET_MODE, Action.CHANGE_ROLE):
        yield f"{action} is never offered", faulty.offering(_without(action))
    for action in (*OWN_ACTIONS, Action.CLEAR_REQUESTS, Action.SPEAK, Action.LEAVE_ROOM):
        yield f"{action} is always offered", faulty.offering(_with(action))
    yield (
        "a phone is offered the mode",
        faulty.offering(
            lambda offers, room, person, client: (
                offers if client is Client.DESKTOP else sorted(_both(offers, room, person), key=_place)
            )
        ),
    )
    yield (
        "the present mode is offered",
        faulty.offering(
            lambda offers, room, *_: sorted(
                [*offers, *(Offer(Action.SET_MODE, mode=room.mode) for each in offers[:1] if each.to)], key=_place
            )
        ),
    )
    yield "offers come the other way round", faulty.offering(lambda offers, *_: offers[::-1])
    yield "the last offer is missing", faulty.offering(lambda offers, *_: offers[:-1])


def _place(offer: Offer) -> tuple[str, ...]:
    return tuple(field or "" for field in offer)


def _both(offers: list[Offer], room: Room, person: str) -> list[Offer]:
    modes = [Offer(Action.SET_MODE, mode=mode) for mode in type(room.mode) if mode is not room.mode]
    return offers + (modes if person in room.staff and is_there(room, person, Presence.PRESENT) else [])


Offering = Callable[[list[Offer], Room, str, Client], list[Offer]]


def _without(action: Action) -> Offering:
    return lambda offers, *_: [each for each in offers if each.do is not action]


def _with(action: Action) -> Offering:
    return lambda offers, *_: sorted({*offers, Offer(action)}, key=_place)
