"""What people are likely to do: what they are offered, coming and going, and answers that come too late."""

import random
from collections.abc import Mapping
from typing import Any, Final

from stageaccess import Action, Client, Role, StageAccess
from stageaccess.vocabulary import Outcome, Presence, Standing

PEOPLE: Final = ("ana", "bo", "cy", "dee")
CONNECTIONS: Final = ("main", "phone", "pad")
STAFF: Final = (Role.MODERATOR, Role.HOST)
ROLES: Final = (*[Role.PARTICIPANT] * 4, *STAFF)

UPTAKE: Final[Mapping[Action, float]] = {
    **dict.fromkeys(Action, 3.0),
    Action.ASK_TO_JOIN: 12,
    Action.BRING_TO_STAGE: 8,
    Action.INVITE: 0.7,
    Action.CHANGE_ROLE: 0.2,
    Action.SET_MODE: 0.3,
    Action.CLEAR_REQUESTS: 0.5,
    Action.CANCEL_REQUEST: 0.4,
    Action.CANCEL_JOIN: 0.8,
    Action.LEAVE_STAGE: 0.3,
    Action.REVOKE_INVITATION: 0.6,
    Action.REMOVE_FROM_STAGE: 0.5,
    Action.GO_LIVE: 8,
}
"""How often each offer is taken up. What undoes a step is rare: people shall get on stage."""


def somebody(rng: random.Random, engine: StageAccess) -> str:
    """Mostly somebody who is there."""
    here = _names(engine, Presence.PRESENT)
    if here and rng.random() < 0.9:
        return rng.choice(here)
    return rng.choice([*PEOPLE, *PEOPLE, "nobody"])


def likely(rng: random.Random, engine: StageAccess) -> Mapping[str, Any] | None:
    """Something that somebody can do, so that rooms get anywhere; None where there is nothing."""
    coming = _coming_or_going(rng, engine)
    if coming is not None:
        return coming
    staff = [name for name, person in engine.room.staff.items() if person.presence is Presence.PRESENT]
    by = rng.choice(staff) if staff and rng.random() < 0.5 else somebody(rng, engine)
    client = rng.choice(list(Client))
    offers = engine.available_actions(by, client)
    if not offers:
        return None
    possible = sorted({offer.do for offer in offers})
    [do] = rng.choices(possible, [UPTAKE[action] for action in possible])
    offer = rng.choice([offer for offer in offers if offer.do is do])
    said = {key: value for key, value in offer._asdict().items() if value is not None}
    return {"by": by, "client": client, **said}


def late(rng: random.Random, engine: StageAccess) -> Mapping[str, Any] | None:
    """A command about a request that is closed: to ask again, or a second decision on it."""
    requests = [request for request in list(engine.room.requests.values())[-4:] if request.outcome]
    if not requests:
        return None
    declined = [request for request in requests if request.outcome == Outcome.DECLINED]
    request = rng.choice(declined or requests)
    if rng.random() < 0.6:
        return {"do": "ask_to_join", "by": request.who}
    do = rng.choice(["bring_to_stage", "decline_request"])
    return {"do": do, "by": somebody(rng, engine), "to": request.who, "request": request.id}


def _coming_or_going(rng: random.Random, engine: StageAccess) -> dict[str, Any] | None:
    """Sometimes somebody comes, comes back, speaks, or closes one of several connections."""
    people = engine.room.people
    absent = [name for name in PEOPLE if name not in people or people[name].presence is Presence.GONE]
    away = _names(engine, Presence.AWAY)
    several = [name for name, person in people.items() if len(person.connections) > 1]
    live = [name for name, person in people.items() if person.standing is Standing.ON_STAGE]
    if absent and rng.random() < 0.15:
        return {"do": "enter_room", "by": rng.choice(absent), "role": rng.choice(ROLES), **_by_one(rng)}
    if several and rng.random() < 0.2:
        by = rng.choice(several)
        do = rng.choice(["leave_room", "disconnect"])
        return {"do": do, "by": by, "connection": rng.choice(people[by].connections)}
    if away and rng.random() < 0.3:
        back = {"do": "enter_room", "role": rng.choice(ROLES)} if rng.random() < 0.3 else {"do": "reconnect"}
        return {"by": rng.choice(away), **back, **_by_one(rng)}
    if live and rng.random() < 0.1:
        return {"do": "speak", "by": rng.choice(live)}
    return None


def _by_one(rng: random.Random) -> dict[str, str]:
    return {"connection": rng.choice(CONNECTIONS)} if rng.random() < 0.5 else {}


def _names(engine: StageAccess, presence: Presence) -> list[str]:
    return [name for name, person in engine.room.people.items() if person.presence is presence]
