"""Small rooms, completely: every command in every reachable state, engine against reference.

The number of reachable states is asserted for each room. It is a fingerprint of the rules: whoever changes a rule sees
the number change, and has to say so here.
"""

from collections import deque
from typing import Any

import pytest

from agree import Line, Pair, check_next_due, conceivable
from reference import MODES, NEVER_OFFERED

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES


class SmallRoom:
    """People, parameters, and the commands that are tried in every state."""

    def __init__(
        self, settings: Line, roles: dict[str, str], *, without: tuple[str, ...] = (), more: tuple[Line, ...] = ()
    ):
        self.settings = settings
        self.roles = roles
        names = list(roles)
        commands = [c for by in names for c in conceivable(names, by, "desktop") if c["do"] not in without]
        self.commands = [*commands, *more]

    def after(self, path: tuple[Line, ...]) -> Pair:
        """A room in which the commands of the path have been carried out."""
        pair = Pair(**self.settings).open(**self.roles)
        for command in path:
            carry_out(pair, command)
        return pair


def carry_out(pair: Pair, command: Line) -> Line:
    """One command at the present moment; `{"wait": s}` lets time go on."""
    if "wait" in command:
        pair.at += command["wait"]
        return pair.send({"at": pair.at})
    return pair.send({"at": pair.at, **command})


def fingerprint(pair: Pair) -> Any:
    """All of a room that can make a difference later, with times as what is left of them."""
    room = pair.reference.room
    assert room is not None
    settings, now = room["settings"], room["now"]
    left: list[Any] = []
    for request in room["requests"]:
        if request["outcome"] is None and settings["request_ttl"] is not None:
            left.append(("request", request["who"], request["made"] + settings["request_ttl"] - now))
        if request["outcome"] == "declined" and settings["request_cooldown"] is not None:
            cooling = request["closed"] + settings["request_cooldown"] - now
            left += [("cooling", request["who"], cooling)] if cooling > 0 else []
    for invitation in room["invitations"]:
        if invitation["outcome"] is None and settings["invitation_ttl"] is not None:
            left.append(
                ("invitation", invitation["who"], max(0, invitation["made"] + settings["invitation_ttl"] - now))
            )
    for deadline, _, kind, name in pair.reference.due_times():
        left += [("grace", name, deadline - now)] if kind == "grace" else []
    people = []
    for name, person in sorted(room["people"].items()):
        via = person["via"] if person["standing"] == "preparing" else None
        here = (person["presence"], sorted(person["connections"]))
        people.append((name, person["role"], *here, person["standing"], via))
    queue = [request["who"] for request in pair.reference.open_requests()]
    return repr((room["mode"], room["session"], people, queue, pair.reference.on_stage(), sorted(left)))


def explore(room: SmallRoom) -> tuple[int, int]:
    """The number of reachable states and of the steps between them.

    In every state both answer every command alike (Pair sees to that), what is offered is exactly what is accepted and
    has an effect, and what happens by itself happens when it is due.
    """
    start = room.after(())
    paths: dict[str, tuple[Line, ...]] = {fingerprint(start): ()}
    todo = deque(paths.values())
    steps = 0
    while todo:
        path = todo.popleft()
        start = room.after(path)
        pair, state = start.copy(), start.state()
        offered = {name: pair.actions(name) for name in room.roles}
        effective: dict[str, list[Line]] = {name: [] for name in room.roles}
        for command in room.commands:
            answer = carry_out(pair, command)
            if not answer["events"] and not answer["due"] and "wait" not in command:
                continue
            steps += 1
            if command.get("do", "wait") not in [*NEVER_OFFERED, "wait"]:
                effective[command["by"]].append({k: command[k] for k in ("do", "to", "mode", "role") if k in command})
            found = fingerprint(pair)
            if found not in paths:
                paths[found] = (*path, command)
                todo.append(paths[found])
            pair = start.copy()
        assert pair.state() == state
        check_next_due(pair)
        tried = {command["do"] for command in room.commands if "do" in command}
        for name, offers in offered.items():
            expected = sorted((o for o in offers if o["do"] in tried), key=repr)
            assert sorted(effective[name], key=repr) == expected, (name, path)
    return len(paths), steps


def comes_and_goes(name: str, *roles: str) -> tuple[Line, ...]:
    leaves = {"do": "leave_room", "by": name}
    return (leaves, *({"do": "enter_room", "by": name, "role": role} for role in roles))


TWO = {"mia": "host", "pat": "participant"}
THREE = {"mia": "moderator", "bo": "participant", "pat": "participant"}
END: Line = {"do": "end_session"}
DEVICES = tuple(
    {"do": do, "by": "pat", **role, **connection}
    for do, role in [("enter_room", {"role": "participant"}), ("leave_room", {}), ("disconnect", {}), ("reconnect", {})]
    for connection in [{}, {"connection": "main"}, {"connection": "phone"}]
)
LOST = tuple({"do": do, "by": "pat"} for do in ("disconnect", "reconnect"))
WAIT: Line = {"wait": 1}
EMPTIED = dict.fromkeys([(EVERYONE, INVITE_ONLY), (BY_REQUEST, INVITE_ONLY)], "mode_changed")
TIMES: Line = {"request_ttl": 2, "invitation_ttl": 2, "request_cooldown": 1}

# Name: the room, its number of reachable states, its number of steps between states.
ROOMS: dict[str, tuple[SmallRoom, int, int]] = {
    "two people, one place": (
        SmallRoom({"mode": BY_REQUEST, "stage_capacity": 1}, TWO, more=(*comes_and_goes("pat", "participant"), END)),
        181,
        1677,
    ),
    "two people, one place, the quietest goes": (
        SmallRoom({"mode": BY_REQUEST, "stage_capacity": 1, "when_full": "replace_quietest"}, TWO),
        139,
        1223,
    ),
    # By hand: 64 with everyone on stage, 39 by invitation, 67 by request (3 of them for the order of two requests).
    "three people, one place": (
        SmallRoom({"mode": EVERYONE, "stage_capacity": 1}, THREE, without=("change_role",)),
        170,
        1510,
    ),
    "three people, one place, one mode": (
        SmallRoom({"mode": BY_REQUEST, "stage_capacity": 1}, THREE, without=("change_role", "set_mode")),
        67,
        520,
    ),
    "two people and the clock": (
        SmallRoom({"mode": BY_REQUEST, **TIMES}, TWO, without=("change_role", "set_mode"), more=(WAIT,)),
        41,
        225,
    ),
    "a lost connection and the clock": (
        SmallRoom(
            {"mode": BY_REQUEST, "stage_capacity": 1, "invitation_ttl": 1, "reconnect_grace": 2},
            TWO,
            without=("change_role",),
            more=(*LOST, WAIT, {"do": "enter_room", "by": "pat", "role": "participant"}),
        ),
        144,
        1004,
    ),
    # By hand: mia has 3 standings and pat 5, both on stage in two orders; pat is here by either device or both,
    # away with 1 or 2 seconds left, or gone as a viewer: (3 * 5 + 1) * 5 + 3.
    "two people, one with two devices": (
        SmallRoom(
            {"mode": BY_REQUEST, "reconnect_grace": 2},
            TWO,
            without=("change_role", "set_mode", "revoke_invitation", "remove_from_stage", "clear_requests"),
            more=(*DEVICES, WAIT),
        ),
        83,
        800,
    ),
    # By hand: 10 with everyone on stage, 10 by request, 3 by invitation, where 4 are left out: pat is never on stage.
    "two people and a mode that empties the stage": (
        SmallRoom(
            {
                "mode": EVERYONE,
                "stays": dict.fromkeys([(EVERYONE, INVITE_ONLY), (BY_REQUEST, INVITE_ONLY)], "mode_changed"),
            },
            TWO,
            without=("change_role", "invite", "bring_to_stage"),
        ),
        23,
        113,
    ),
    "three people, a lost connection and the clock": (
        SmallRoom(
            {"mode": BY_REQUEST, "stage_capacity": 1, "reconnect_grace": 1, **TIMES},
            {"mia": "host", "bo": "participant", "pat": "participant"},
            without=(
                *("change_role", "set_mode", "cancel_request", "clear_requests", "invite"),
                *("revoke_invitation", "remove_from_stage", "decline_invitation", "leave_stage"),
            ),
            more=(*LOST, WAIT),
        ),
        599,
        3000,
    ),
}


@pytest.mark.invariant(12)
@pytest.mark.parametrize("name", ROOMS)
def test_every_command_in_every_state(name: str) -> None:
    room, states, steps = ROOMS[name]
    assert explore(room) == (states, steps)
