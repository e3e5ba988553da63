"""Small rooms, completely: exact numbers of states, with and without exchanging people; what stops an exploration."""

from dataclasses import replace
from pathlib import Path

import pytest

from small_rooms import FAMILIES, ONE_PLACE, SHORT_LIVED, is_as_known
from stageaccess import FullStage, Mode, Room, RoomConfig
from stageaccess.vocabulary import Action
from stagesim.testing.laboratory.canonical import Canonical
from stagesim.testing.laboratory.invariants import Breach
from stagesim.testing.laboratory.properties import INVARIANTS, Property, State
from stagesim.testing.laboratory.small_room import CONNECTIONS, SmallRoom, commands, people, tick_of
from stagesim.testing.laboratory.states import Limits, Progress, explore

TWO, THREE = people(2), people(3)
TWO_PEOPLE = SmallRoom(ONE_PLACE, TWO, commands(TWO, without=CONNECTIONS))
AT_THE_DOOR = [Action.LEAVE_ROOM, Action.ENTER_ROOM, Action.END_SESSION]


def one_mode(config: RoomConfig, *without: Action) -> SmallRoom:
    moves = commands(THREE, [config.mode], without=[*CONNECTIONS, Action.CHANGE_ROLE, *without])
    return SmallRoom(config, THREE, moves)


@pytest.mark.parametrize("name", FAMILIES)
def test_rooms_of_three_have_exactly_as_many_states_as_known(name: str) -> None:
    """A state in which ana and bob are alike is one state if they are kept apart, any other is two; `make verify` goes
    through all of those.
    """
    known, apart = FAMILIES[name], []
    form = Canonical(known.room, exchanging=True)

    def count(state: State) -> Breach | None:
        _, _, ((_,), (ana, bob)) = form.state(state.engine.room)
        apart.append(1 if ana == bob else 2)
        return None

    space = explore(known.room, [*INVARIANTS, Property("counts", of_state=count)])
    assert is_as_known(space, known.exchanged, known.depth)
    assert sum(apart) == known.apart[0]


def test_the_documentation_has_the_numbers() -> None:
    known = next(iter(FAMILIES.values()))
    text = (Path(__file__).parents[2] / "docs/howto/verify.md").read_text(encoding="utf-8")
    assert f"{known.exchanged[0]:,} states" in text
    assert f"{known.apart[0]:,} states" in text


# By hand, in the second: nobody prepares or is on stage (9: both people viewer, requested or invited), less the order
# of two requests, and so on; 67 is what `tests/stageaccess/test_all_reachable_states.py` counts on a way of its own.
@pytest.mark.parametrize(
    ("mode", "apart", "exchanged"),
    [(Mode.EVERYONE_ON_STAGE, 64, 38), (Mode.JOIN_BY_REQUEST, 67, 38), (Mode.INVITE_ONLY, 39, 24)],
)
def test_people_who_begin_alike_are_exchanged(mode: Mode, apart: int, exchanged: int) -> None:
    room = one_mode(replace(ONE_PLACE, mode=mode), *AT_THE_DOOR)
    found, one_form = set[bytes](), Canonical(room, exchanging=True)

    def collect(state: State) -> Breach | None:
        found.add(one_form.digest(state.engine.room))
        return None

    whole = explore(room, [Property("collects", of_state=collect)], exchanging=False)
    less = explore(room)
    assert (whole.states, less.states, len(found)) == (apart, exchanged, exchanged)
    assert whole.is_complete
    assert less.is_complete


def test_names_are_kept_apart_where_they_decide_who_makes_room() -> None:
    """The smaller name goes first (C2): then two equal people are no longer the same."""
    room = one_mode(RoomConfig(Mode.EVERYONE_ON_STAGE, stage_capacity=2))
    assert not Canonical(room, exchanging=True).exchanging
    assert Canonical(one_mode(RoomConfig(Mode.JOIN_BY_REQUEST, 2, FullStage.REJECT)), exchanging=True).exchanging
    assert Canonical(one_mode(ONE_PLACE), exchanging=True).exchanging


def test_what_is_over_is_no_part_of_a_state() -> None:
    """A request that was declined, long ago, leaves nothing behind; one that has still to wait does."""
    room = SmallRoom(replace(ONE_PLACE, request_cooldown_ms=2000), TWO, (*commands(TWO), None), tick_ms=1000)
    by = {(move.do, move.by): move for move in room.moves if move is not None}
    declined = [by[Action.ASK_TO_JOIN, "ana"], by[Action.DECLINE_REQUEST, "mo"]]
    form = Canonical(room, exchanging=True)

    def state(*moves: object) -> bytes:
        after: Room = room.after(moves).room  # type: ignore[arg-type]
        return form.digest(after)

    assert state(*declined) != state()
    assert state(*declined, None) != state(*declined)
    assert state(*declined, None, None) == state()


def test_people_with_two_devices_are_there_by_either_or_both() -> None:
    """By hand: mo has 3 standings and ana 5; each is there by one device, the other, or both, or away, or gone as a
    viewer; and where both are on stage, in one of two orders.
    """
    left_out = [Action.CHANGE_ROLE, Action.REVOKE_INVITATION, Action.REMOVE_FROM_STAGE, Action.CLEAR_REQUESTS]
    moves = commands(TWO, [Mode.JOIN_BY_REQUEST], without=[*left_out, Action.END_SESSION], devices=["main", "phone"])
    space = explore(SmallRoom(RoomConfig(Mode.JOIN_BY_REQUEST, reconnect_grace_ms=1000), TWO, moves))
    assert space.is_complete
    assert not space.violations
    assert space.states == (3 * 4 + 1) * (5 * 4 + 1) + 4 * 4


def test_the_tick_meets_every_end() -> None:
    assert tick_of(SHORT_LIVED) == 1000
    assert tick_of(RoomConfig(Mode.INVITE_ONLY, invitation_ttl_ms=90_000, reconnect_grace_ms=20_000)) == 10_000
    assert tick_of(ONE_PLACE) == 1000


def test_a_limit_is_said_and_never_called_complete() -> None:
    seen: list[Progress] = []
    at_depth = explore(TWO_PEOPLE, limits=Limits(depth=3), watch=seen.append)
    assert (at_depth.states, at_depth.depth, at_depth.frontier) == (106, 3, 65)
    assert at_depth.stopped == "at the depth of 3 moves"
    assert not at_depth.is_complete
    short = explore(TWO_PEOPLE, limits=Limits(seconds=0))
    assert (short.depth, short.stopped, short.is_complete) == (0, "after 0 s", False)
    full = explore(TWO_PEOPLE, limits=Limits(states=50))
    assert full.stopped == "with 50 states, the most that are kept"
    assert not full.is_complete


def test_whoever_interrupts_gets_what_was_found_until_then() -> None:
    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    space = explore(TWO_PEOPLE, watch=stop)
    assert (space.stopped, space.is_complete) == ("by Ctrl-C", False)
    assert space.states > 64


def test_progress_is_told_while_it_goes_on() -> None:
    seen: list[Progress] = []
    space = explore(TWO_PEOPLE, watch=seen.append)
    assert (space.states, space.steps, space.depth, space.is_complete) == (403, 3404, 9, True)
    assert [each.expanded for each in seen] == [64, 128, 192, 256, 320, 384]
    assert seen == sorted(seen)
