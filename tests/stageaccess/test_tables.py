"""Each cell of tables 3 and 4: what a person may do for themselves, and what staff may do to others."""

from typing import Any

import pytest

from agree import Pair
from reference import MODES

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES
POSITIONS = ["viewer", "requested", "invited", "preparing/self", "preparing/invitation", "on_stage"]

# Columns as in POSITIONS; an upper-case word is a new standing, any other the reason of a rejection.
OWN = {
    (
        "ask_to_join",
        EVERYONE,
    ): "request_not_needed - already_invited already_preparing already_preparing already_on_stage",
    ("ask_to_join", BY_REQUEST): "REQUESTED already_requested already_invited - already_preparing already_on_stage",
    ("ask_to_join", INVITE_ONLY): "requests_closed - already_invited - already_preparing already_on_stage",
    ("join_stage", EVERYONE): "PREPARING - PREPARING already_preparing already_preparing already_on_stage",
    ("join_stage", BY_REQUEST): "approval_needed approval_pending PREPARING - already_preparing already_on_stage",
    ("join_stage", INVITE_ONLY): "invitation_needed - PREPARING - already_preparing already_on_stage",
    ("cancel_request", None): "no_open_request VIEWER no_open_request no_open_request no_open_request no_open_request",
    ("go_live", None): "not_preparing not_preparing not_preparing ON_STAGE ON_STAGE already_on_stage",
    ("cancel_join", None): "not_preparing not_preparing not_preparing VIEWER INVITED already_on_stage",
    ("decline_invitation", None): "no_open_invitation no_open_invitation VIEWER no_open_invitation VIEWER "
    "no_open_invitation",
    ("leave_stage", None): "not_on_stage not_on_stage not_on_stage not_on_stage not_on_stage VIEWER",
}
OTHERS = {
    "bring_to_stage": "no_open_request INVITED no_open_request no_open_request no_open_request no_open_request",
    "decline_request": "no_open_request VIEWER no_open_request no_open_request no_open_request no_open_request",
    "invite": "INVITED INVITED already_invited already_preparing already_preparing already_on_stage",
    "revoke_invitation": "no_open_invitation no_open_invitation VIEWER no_open_invitation VIEWER no_open_invitation",
    "remove_from_stage": "not_on_stage not_on_stage not_on_stage not_on_stage not_on_stage VIEWER",
}


def can_be(role: str, mode: str, position: str) -> bool:
    """Whether somebody of this role can be in this position in this mode."""
    if position == "requested":
        return role == "participant" and mode == BY_REQUEST
    if position == "preparing/self":
        return role != "participant" or mode == EVERYONE
    return True


def room_with(role: str, mode: str, position: str) -> Pair:
    """A room in which `pat` has come to be in the position; `mia`, a host, is the staff."""
    pair = Pair(mode).open(mia="host", pat=role)
    if position == "requested":
        pair.ok("ask_to_join", "pat")
    elif position in ["invited", "preparing/invitation"]:
        pair.ok("invite", "mia", to="pat")
    elif position == "on_stage" and not can_be(role, mode, "preparing/self"):
        pair.ok("invite", "mia", to="pat")
    if position in ["preparing/self", "preparing/invitation", "on_stage"]:
        pair.ok("join_stage", "pat")
    if position == "on_stage":
        pair.ok("go_live", "pat")
    assert pair.standing("pat") == position.split("/", maxsplit=1)[0]
    return pair


def own_cells() -> list[object]:
    """One parameter set a cell and role. `-` marks what cannot be; staff differ in one column."""
    cells: list[object] = []
    for (action, only_mode), row in OWN.items():
        for mode in MODES if only_mode is None else [only_mode]:
            for position, participants in zip(POSITIONS, row.split(), strict=True):
                for role in ["participant", "moderator", "host"]:
                    expected = participants
                    if role != "participant" and position == "viewer":
                        expected = {"ask_to_join": "request_not_needed", "join_stage": "PREPARING"}.get(
                            action, expected
                        )
                    if role != "participant" and position == "preparing/self" and expected == "-":
                        expected = "already_preparing"
                    if expected == "-" or not can_be(role, mode, position):
                        assert not can_be(role, mode, position)
                        continue
                    cells.append(
                        pytest.param(action, role, mode, position, expected, id=f"{action}-{role}-{mode}-{position}")
                    )
    return cells


@pytest.mark.parametrize(("action", "role", "mode", "position", "expected"), own_cells())
def test_what_a_person_may_do(action: str, role: str, mode: str, position: str, expected: str) -> None:
    pair = room_with(role, mode, position)
    if expected.isupper():
        assert pair.ok(action, "pat")
        assert pair.standing("pat") == expected.lower()
    else:
        assert pair.reason(action, "pat") == expected


OTHERS_CELLS = [
    pytest.param(action, role, mode, position, expected, id=f"{action}-{role}-{mode}-{position}")
    for action, row in OTHERS.items()
    for position, expected in zip(POSITIONS, row.split(), strict=True)
    for mode in MODES
    for role in ["participant", "moderator"]
    if can_be(role, mode, position)
]


@pytest.mark.parametrize("actor", ["moderator", "host"])
@pytest.mark.parametrize(("action", "role", "mode", "position", "expected"), OTHERS_CELLS)
def test_what_staff_may_do(action: str, role: str, mode: str, position: str, expected: str, actor: str) -> None:
    pair = room_with(role, mode, position)
    pair.ok("enter_room", "max", role=actor)
    if expected.isupper():
        assert pair.ok(action, "max", to="pat")
        assert pair.standing("pat") == expected.lower()
    else:
        assert pair.reason(action, "max", to="pat") == expected


@pytest.mark.parametrize("position", ["invited", "preparing/invitation", "on_stage"])
@pytest.mark.parametrize("later", MODES)
@pytest.mark.parametrize("mode", MODES)
def test_an_invitation_does_not_depend_on_the_mode_it_was_made_in(mode: str, later: str, position: str) -> None:
    pair = room_with("participant", mode, position)
    pair.ok("set_mode", "mia", mode=later)
    row = OWN["join_stage", later].split()
    expected = row[POSITIONS.index(position)]
    if expected.isupper():
        assert pair.ok("join_stage", "pat")
    else:
        assert pair.reason("join_stage", "pat") == expected


STAFF_ACTIONS = [*OTHERS, "clear_requests", "set_mode", "change_role"]
MORE_FIELDS: dict[str, dict[str, Any]] = {
    "set_mode": {"mode": INVITE_ONLY},
    "change_role": {"to": "mia", "role": "participant"},
}
MORE_FIELDS |= {action: {"to": "mia"} for action in OTHERS}


@pytest.mark.parametrize("action", STAFF_ACTIONS)
def test_a_participant_may_do_nothing_to_others(action: str) -> None:
    pair = room_with("participant", BY_REQUEST, "requested")
    assert pair.reason(action, "pat", **MORE_FIELDS.get(action, {})) == "not_staff"


@pytest.mark.parametrize("position", [position for position in POSITIONS if position != "on_stage"])
def test_only_somebody_on_stage_speaks(position: str) -> None:
    mode = EVERYONE if position == "preparing/self" else BY_REQUEST
    assert room_with("participant", mode, position).reason("speak", "pat") == "not_on_stage"
    pair = room_with("participant", mode, "on_stage")
    assert [event["event"] for event in pair.ok("speak", "pat")] == ["spoke"]


@pytest.mark.parametrize("client", ["desktop", "mobile"])
def test_every_action_but_set_mode_is_taken_from_a_mobile(client: str) -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat", client=client)
    pair.ok("bring_to_stage", "mia", to="pat", client=client)
    for action in ["join_stage", "go_live", "speak", "leave_stage"]:
        pair.ok(action, "pat", client=client)
    if client == "desktop":
        pair.ok("set_mode", "mia", mode=INVITE_ONLY, client=client)
    else:
        assert pair.reason("set_mode", "mia", mode=INVITE_ONLY, client=client) == "not_on_mobile"
