"""What a person is offered: the commands that would be accepted now and would have an effect (invariant 12)."""

from typing import Final, NamedTuple

from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.checks import judge, judge_limits
from stageaccess.messages import Command, new_command
from stageaccess.moves import has_effect
from stageaccess.names import LIVE, PRESENT
from stageaccess.room import Room
from stageaccess.vocabulary import Action, Client, Mode, Role

OFFERED: Final = frozenset({*OWN_ACTIONS, *OTHERS_ACTIONS, Action.CLEAR_REQUESTS, Action.SET_MODE, Action.CHANGE_ROLE})
"""What anybody is ever offered: what has a button."""


class Offer(NamedTuple):
    """One action, with the fields that it needs."""

    do: Action
    to: str | None = None
    mode: Mode | None = None
    role: Role | None = None


OWN_OFFERS = {action: Offer(action) for action in Action}


def offers(room: Room, name: str, client: Client = Client.DESKTOP) -> list[Offer]:
    """Every offer to one person, sorted by action, target, mode and role; none to somebody who is not in the room.

    What staff are offered takes time proportional to the people in the room, what participants are offered does not.
    """
    person = room.people.get(name)
    if person is None or person.presence is not PRESENT or room.phase is not LIVE:
        return []
    is_staff = name in room.staff
    found = []
    for action, move in room.moves.possible[room.mode][is_staff][person.position]:
        if move.limit is None or judge_limits(room, person, move, room.now_ms) is move:
            found.append(OWN_OFFERS[action])
    if is_staff:
        others = _staff_candidates(room, name)
        found += [offer for offer in others if _has_effect(room, _command(room, name, client, offer))]
        found.sort(key=_order)
    return found


def _has_effect(room: Room, command: Command) -> bool:
    verdict = judge(room, command)
    return verdict is None or has_effect(verdict)


def _order(offer: Offer) -> tuple[str, ...]:
    return (offer.do, offer.to or "", offer.mode or "", offer.role or "")


def _command(room: Room, name: str, client: Client, offer: Offer) -> Command:
    do, to, mode, role = offer
    return new_command(room.now_ms, do, name, to=to, client=client, mode=mode, role=role)


def _staff_candidates(room: Room, name: str) -> list[Offer]:
    """What staff may do, but for what would change nothing (rules S3, S4, S8)."""
    others = [person for person in room.people.values() if person.name != name]
    on_target = [Offer(action, person.name) for person in others for action in OTHERS_ACTIONS]
    roles = [
        Offer(Action.CHANGE_ROLE, person.name, role=role)
        for person in others
        for role in (Role.PARTICIPANT, Role.MODERATOR)
        if role is not person.role
    ]
    modes = [Offer(Action.SET_MODE, mode=mode) for mode in Mode if mode is not room.mode]
    return on_target + roles + modes + [Offer(Action.CLEAR_REQUESTS)] * bool(room.queue)
