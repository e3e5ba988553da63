"""What happens, step by step, when somebody moves from one standing to another."""

from itertools import product

import pytest

from stageaccess import RULES, Closing, Mode, Position, RoomConfig, StageAccess
from stageaccess.cells import STANDING_AT
from stageaccess.moves import Move, move_of, moves_of
from stageaccess.vocabulary import Action, Reason, Standing

CLOSES = ("close_request", "close_invitation", "cancel_setup", "end_stay")
NEEDS = {  # what is open at a position, and what ends it
    Position.REQUESTED: {"close_request"},
    Position.INVITED: {"close_invitation"},
    Position.PREPARING_SELF: {"cancel_setup"},
    Position.PREPARING_INVITATION: {"close_invitation", "cancel_setup"},
    Position.ON_STAGE: {"end_stay"},
}


def names(move: Move) -> list[str]:
    return [step for step, _ in move.steps]


@pytest.mark.parametrize(
    ("action", "position", "expected"),
    [
        (Action.ASK_TO_JOIN, Position.VIEWER, ["open_request"]),
        (Action.CANCEL_REQUEST, Position.REQUESTED, ["close_request"]),
        (Action.JOIN_STAGE, Position.INVITED, ["start_setup"]),
        (Action.GO_LIVE, Position.PREPARING_INVITATION, ["close_invitation", "go_live"]),
        (Action.CANCEL_JOIN, Position.PREPARING_INVITATION, ["cancel_setup", "expire_invitation"]),
        (Action.DECLINE_INVITATION, Position.PREPARING_INVITATION, ["close_invitation", "cancel_setup"]),
        (Action.LEAVE_STAGE, Position.ON_STAGE, ["end_stay"]),
        (Action.SPEAK, Position.ON_STAGE, ["speak"]),
    ],
)
def test_the_steps_of_what_people_do_for_themselves(action: Action, position: Position, expected: list[str]) -> None:
    move = moves_of(RULES).own[Mode.JOIN_BY_REQUEST][False][action][position]
    assert isinstance(move, Move)
    assert names(move) == expected


def test_an_approval_ends_the_request_and_makes_an_invitation_of_it() -> None:
    move = moves_of(RULES).others[Action.BRING_TO_STAGE][Position.REQUESTED]
    assert isinstance(move, Move)
    assert names(move) == ["answer_request"]


@pytest.mark.parametrize(("position", "to"), [*product(Position, [*Standing, None])])
def test_what_closes_comes_before_what_opens(position: Position, to: Standing | None) -> None:
    closes = [name in CLOSES for name in names(move_of(position, to, Closing()))]
    assert closes == sorted(closes, reverse=True)


@pytest.mark.parametrize("position", Position)
@pytest.mark.parametrize("action", [Action.LEAVE_ROOM, Action.END_SESSION])
def test_who_goes_leaves_nothing_open(action: Action, position: Position) -> None:
    """Rules T6 and T9."""
    assert set(names(moves_of(RULES).out[action][position])) == NEEDS.get(position, set())


@pytest.mark.parametrize("position", Position)
def test_nothing_happens_to_who_stays_what_they_are(position: Position) -> None:
    assert move_of(position, STANDING_AT[position], Closing()).steps == ()


def test_rooms_under_the_same_rules_share_the_moves_and_a_variant_has_its_own() -> None:
    config = RoomConfig(Mode.JOIN_BY_REQUEST)
    shy = RULES.variant("shy", others={(Action.INVITE, Position.VIEWER): Reason.NO_OPEN_REQUEST})
    assert StageAccess(config).room.moves is StageAccess(config).room.moves
    assert StageAccess(config, shy).room.moves is not StageAccess(config).room.moves
    assert hash(shy) == hash(RULES.variant("shy"))
    assert shy != RULES.variant("shy")


def test_two_variants_of_one_name_keep_their_own_moves() -> None:
    one = RULES.variant("x", others={(Action.INVITE, Position.VIEWER): Reason.NO_OPEN_REQUEST})
    two = RULES.variant("x", others={(Action.INVITE, Position.VIEWER): Reason.ALREADY_INVITED})
    assert moves_of(one).others[Action.INVITE][Position.VIEWER] != moves_of(two).others[Action.INVITE][Position.VIEWER]
