"""The rooms of three people that are explored completely, with the exact numbers of their states.

The numbers are a fingerprint of the rules: whoever changes a rule sees them change, and has to say so here.

    python -m tests.tools.small_rooms
"""

import sys
import time
from typing import NamedTuple

from stageaccess import Mode, RoomConfig
from stageaccess.vocabulary import Action
from stagesim.testing.laboratory.small_room import CONNECTIONS, SmallRoom, commands, people
from stagesim.testing.laboratory.states import Space, explore

THREE = people(3)
ONE_PLACE = RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=1)
SHORT_LIVED = RoomConfig(
    Mode.JOIN_BY_REQUEST, stage_capacity=1, request_ttl_ms=2000, invitation_ttl_ms=2000, reconnect_grace_ms=1000
)


class Known(NamedTuple):
    """A room, and how many states and steps it has if equal people are exchanged for each other, and if not."""

    room: SmallRoom
    exchanged: tuple[int, int]
    apart: tuple[int, int]
    depth: int


FAMILIES = {
    "all commands and modes, without clock and lost connections": Known(
        SmallRoom(ONE_PLACE, THREE, commands(THREE, without=CONNECTIONS)), (2441, 35679), (4541, 66648), 11
    ),
    "clock, due times and connections, without changes of role, one timer a person": Known(
        SmallRoom(SHORT_LIVED, THREE, (*commands(THREE, without=[Action.CHANGE_ROLE]), None), tick_ms=1000, timers=1),
        (1356, 15510),
        (2503, 28778),
        11,
    ),
}


def is_as_known(space: Space, numbers: tuple[int, int], depth: int) -> bool:
    """Whether it was explored completely, has these numbers of states and steps, and nothing is violated."""
    found = (space.states, space.steps, space.depth)
    return space.is_complete and not space.violations and found == (*numbers, depth)


def main() -> int:
    """Explore each of them both ways; 1 where a number is another."""
    wrong = 0
    for name, known in FAMILIES.items():
        for exchanging, numbers in ((True, known.exchanged), (False, known.apart)):
            began_s = time.monotonic()
            space = explore(known.room, exchanging=exchanging)
            as_known = is_as_known(space, numbers, known.depth)
            wrong += not as_known
            how = "people exchanged" if exchanging else "each person apart"
            said = "as known" if as_known else f"expected {numbers[0]} and {numbers[1]} at depth {known.depth}"
            print(
                f"{name}, {how}: {space.states} states, {space.steps} steps, depth {space.depth}, "
                f"{time.monotonic() - began_s:.1f} s: {said}",
                flush=True,
            )
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
