"""States that are taken for one have one future, whatever led to them: each is tried again where it is met again."""

from dataclasses import replace

import pytest

from small_rooms import ONE_PLACE, SHORT_LIVED
from stageaccess import Mode, RequestLimit, RoomConfig
from stageaccess.vocabulary import Action
from stagesim.testing.laboratory.canonical import Canonical
from stagesim.testing.laboratory.invariants import Breach
from stagesim.testing.laboratory.properties import Property, Step
from stagesim.testing.laboratory.small_room import CONNECTIONS, Explorable, SmallRoom, commands, people
from stagesim.testing.laboratory.states import Limits, explore

TWO, THREE = people(2), people(3)
CLOCKED = [Action.CHANGE_ROLE, Action.END_SESSION]
ASKING = replace(ONE_PLACE, request_cooldown_ms=2000, request_limit=RequestLimit(2, 3000))
TWO_PLACES = RoomConfig(Mode.EVERYONE_ON_STAGE, stage_capacity=2)
NOBODY_COMES = [*CONNECTIONS, Action.CHANGE_ROLE, Action.LEAVE_ROOM, Action.ENTER_ROOM]

ROOMS = {
    "roles and modes": SmallRoom(ONE_PLACE, TWO, commands(TWO, without=CONNECTIONS)),
    "clock and connections": SmallRoom(SHORT_LIVED, TWO, (*commands(TWO, without=CLOCKED), None), tick_ms=1000),
    "two devices": SmallRoom(
        replace(SHORT_LIVED, request_ttl_ms=None),
        TWO,
        (*commands(TWO, [Mode.JOIN_BY_REQUEST], without=CLOCKED, devices=["main", "phone"]), None),
        tick_ms=1000,
    ),
    "limits on asking": SmallRoom(
        ASKING, TWO, (*commands(TWO, [Mode.JOIN_BY_REQUEST], without=NOBODY_COMES), None), tick_ms=1000
    ),
    "who makes room": SmallRoom(
        TWO_PLACES, THREE, (*commands(THREE, [Mode.EVERYONE_ON_STAGE], without=NOBODY_COMES), None), tick_ms=1000
    ),
    "people who are exchanged": SmallRoom(
        ONE_PLACE, THREE, commands(THREE, [Mode.JOIN_BY_REQUEST], without=NOBODY_COMES)
    ),
}


@pytest.mark.parametrize("name", ROOMS)
def test_states_that_are_taken_for_one_have_one_future(name: str) -> None:
    room = ROOMS[name]
    form = Canonical(room, exchanging=True)
    futures: dict[bytes, list[tuple[str, bytes]]] = {}
    met_again = 0

    def future(engine: Explorable) -> list[tuple[str, bytes]]:
        """What every move is answered, and where it leads; in no order where people are exchanged."""
        found = []
        for move in room.moves:
            after = engine.copy()
            reason = room.carry_out(after, move).reason
            found.append((str(reason), form.digest(after.room)))
        return sorted(found) if form.exchanging else found

    def meets(step: Step) -> Breach | None:
        nonlocal met_again
        digest = form.digest(step.after.room)
        if digest[0] % 16:
            return None
        met_again += digest in futures
        here = future(step.after)  # type: ignore[arg-type]
        return None if futures.setdefault(digest, here) == here else Breach("it has another future")

    space = explore(room, [Property("one future", of_step=meets)], Limits(states=600))
    assert not space.violations
    assert met_again > 3 * len(futures) > 0
