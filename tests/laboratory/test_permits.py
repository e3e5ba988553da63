"""Pairs of rule sets, labelled by hand with where the candidate allows more or less; and the stories that show it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from stageaccess import Mode, RoomConfig
from stageaccess.vocabulary import Action
from stagesim.cli import cli
from stagesim.exit_codes import ExitCode
from stagesim.scenario.reading.loader import load, loads
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.variant import DEFAULT, Variant, variant, variant_of
from stagesim.simulate import simulate
from stagesim.testing.laboratory.permissive import Compared, compare_permissions, stories
from stagesim.testing.laboratory.small_room import CONNECTIONS, SmallRoom, commands, people, tick_of

E, R, I = Mode.EVERYONE_ON_STAGE, Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY
PEOPLE, STAFF = False, True
EVERYWHERE = (R, E, I)

Labels = Mapping[tuple[Mode, bool], str]


def rules(cells: Mapping[str, str] | None = None, **more: Any) -> Variant:
    room = {"room": more.pop("room")} if "room" in more else {}
    return variant_of({"rules": {"name": "candidate", "cells": cells or {}, **more}, **room})


def in_modes(label: str, who: bool, *modes: Mode) -> Labels:
    return {(mode, who): label for mode in modes or EVERYWHERE}


MORE, LESS, BOTH = "more permissive", "less permissive", "incomparable"


class Pair(NamedTuple):
    """Two rule sets, what is not equivalent in the second, and the room if it is not the usual one."""

    base: Variant
    candidate: Variant
    label: Labels
    capacity: int | None = None
    number: int = 2
    modes: tuple[Mode, ...] = EVERYWHERE
    clock: bool = False


SEATS, WAITS, SURVIVE = variant("seats_at_once"), variant("declined_wait"), variant("requests_survive")
SHORTER = variant_of({"rules": {"name": "waits less"}, "room": {"request_cooldown": "1 min"}})

PAIRS: dict[str, Pair] = {
    "the same": Pair(DEFAULT, DEFAULT, {}),
    "another word for how a request ends": Pair(DEFAULT, rules(closings={"decline_request.request": "cleared"}), {}),
    "a cell that nobody reaches": Pair(DEFAULT, rules({"ask_to_join.invite_only.requested": "already_requested"}), {}),
    "approval seats at once": Pair(DEFAULT, SEATS, in_modes(MORE, PEOPLE) | {(R, STAFF): MORE}),
    "approval invites, where it seated at once": Pair(SEATS, DEFAULT, in_modes(LESS, PEOPLE) | {(R, STAFF): LESS}),
    "a declined person waits": Pair(DEFAULT, WAITS, {(R, PEOPLE): LESS}),
    "a declined person waits no longer": Pair(WAITS, DEFAULT, {(R, PEOPLE): MORE}),
    "requests survive": Pair(DEFAULT, SURVIVE, in_modes(MORE, STAFF, R, I)),
    "nobody asks": Pair(DEFAULT, rules({"ask_to_join.join_by_request.viewer": "requests_closed"}), {(R, PEOPLE): LESS}),
    "all join where invitations are needed": Pair(
        DEFAULT, rules({"join_stage.invite_only.viewer": "preparing"}), {(I, PEOPLE): MORE}
    ),
    "staff need an invitation": Pair(
        DEFAULT, rules({"staff.join_stage.viewer": "invitation_needed"}), in_modes(LESS, STAFF)
    ),
    "only who asks is invited": Pair(DEFAULT, rules({"invite.viewer": "no_open_request"}), in_modes(LESS, STAFF)),
    "no request is taken back": Pair(
        DEFAULT, rules({"cancel_request.join_by_request.requested": "already_requested"}), {(R, PEOPLE): LESS}
    ),
    "an invitation cannot be declined in one mode": Pair(
        DEFAULT, rules({"decline_invitation.invite_only.invited": "already_invited"}), {(I, PEOPLE): LESS}
    ),
    "less in one mode, more in another": Pair(
        DEFAULT,
        rules({"ask_to_join.join_by_request.viewer": "requests_closed", "join_stage.invite_only.viewer": "preparing"}),
        {(R, PEOPLE): LESS, (I, PEOPLE): MORE},
    ),
    "joining in the place of asking": Pair(
        DEFAULT,
        rules(
            {
                "join_stage.join_by_request.viewer": "preparing",
                "ask_to_join.join_by_request.viewer": "request_not_needed",
            }
        ),
        {(R, PEOPLE): BOTH},
    ),
    "nobody is taken off the stage": Pair(
        DEFAULT, rules({"remove_from_stage.on_stage": "target_is_host"}), in_modes(LESS, STAFF)
    ),
    "set-ups outlast the closing of the stage": Pair(
        DEFAULT,
        rules(
            closings={
                "setups.everyone_on_stage.join_by_request": "stays",
                "setups.everyone_on_stage.invite_only": "stays",
            }
        ),
        in_modes(MORE, PEOPLE),
    ),
    "closing the stage empties it": Pair(
        DEFAULT, rules(closings={"stays.everyone_on_stage.invite_only": "mode_changed"}), in_modes(LESS, PEOPLE)
    ),
    "a full stage refuses": Pair(
        DEFAULT,
        rules(when_full={"everyone_on_stage": "reject"}),
        in_modes(LESS, PEOPLE, E) | in_modes(LESS, STAFF, E),
        capacity=1,
        number=3,
        modes=(E,),
    ),
    "staff make room as well": Pair(
        DEFAULT, rules(staff_stay_on_full_stage=False), {(E, PEOPLE): MORE}, capacity=1, modes=(E,)
    ),
    "a limit on asking": Pair(
        DEFAULT, rules(room={"request_limit": {"count": 1, "window": "10 min"}}), {(R, PEOPLE): LESS}
    ),
    "a shorter wait": Pair(WAITS, SHORTER, {(R, PEOPLE): MORE}, modes=(R,), clock=True),
    "requests that end by themselves": Pair(
        DEFAULT, rules(room={"request_ttl": "1 min"}), {(R, STAFF): LESS}, modes=(R,), clock=True
    ),
}

NOT_TRIED = [*CONNECTIONS, Action.CHANGE_ROLE, Action.LEAVE_ROOM, Action.ENTER_ROOM, Action.END_SESSION]


def compared(pair: Pair) -> Compared:
    roles = people(pair.number)
    config = RoomConfig(pair.modes[0], stage_capacity=pair.capacity)
    moves = commands(roles, pair.modes, without=NOT_TRIED)
    tick_ms = tick_of(pair.candidate.config(config)) if pair.clock else None
    one, other = (
        SmallRoom(config, roles, (*moves, *([None] * pair.clock)), each, tick_ms=tick_ms)
        for each in (pair.base, pair.candidate)
    )
    return compare_permissions(one, other)


def failing(scenario: Scenario, rules_of: Scenario) -> list[int]:
    """The steps that fail under the rules and the room of another scenario."""
    under = scenario.with_parts(room=rules_of.room, rules=rules_of.rules)
    return sorted({check.step for check in simulate(under).checks if not check.ok})


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_are_classified_as_labelled_and_their_stories_replay(name: str) -> None:
    pair = PAIRS[name]
    found = compared(pair)
    assert not found.stopped
    labels = {cell: str(found.permission(cell)) for cell in found.cells}
    assert {tuple(cell): label for cell, label in labels.items() if label != "equivalent"} == pair.label
    told = list(stories(found))
    assert bool(told) is bool(pair.label)
    for story in told:
        base, candidate = loads(story.base), loads(story.candidate)
        last = len(base.script) - 1
        assert failing(base, base) == failing(candidate, candidate) == []
        assert failing(base, candidate) == failing(candidate, base) == [last]


def test_there_are_at_least_twenty_pairs_of_every_kind() -> None:
    assert len(PAIRS) >= 20
    assert {label for pair in PAIRS.values() for label in pair.label.values()} == {MORE, LESS, BOTH}


def permits(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["permits", *arguments], standalone_mode=False)


QUICK = ("--people", "2", "--modes", "join_by_request")


def test_the_command_says_it_by_mode_and_role_with_the_shortest_story(tmp_path: Path) -> None:
    done = permits("default", "declined_wait", *QUICK, "--out", str(tmp_path / "out"))
    assert done.return_value == ExitCode.VIOLATED
    assert "join_by_request   less permissive    equivalent" in done.stdout
    assert "ana ask_to_join, mo decline_request ana, ana ask_to_join" in done.stdout
    for name, reason in (("base", "accepted"), ("candidate", "cooling_down")):
        scenario = load(tmp_path / "out" / f"story-1-{name}.yaml")
        assert scenario.script[-1].expect == reason
    data = json.loads((tmp_path / "out" / "permits.json").read_text())
    assert data["permissions"]["join_by_request"] == {"participants": "less permissive", "staff": "equivalent"}
    assert 'class="sequence"' in (tmp_path / "out" / "report.html").read_text()


def test_the_command_ends_with_0_only_where_all_is_equivalent_and_everything_was_tried() -> None:
    done = permits("default", "default", *QUICK)
    assert done.return_value == ExitCode.DONE
    assert "• equivalent" in done.stdout
    partial = permits("default", "default", *QUICK, "--depth", "2")
    assert partial.return_value == ExitCode.UNDECIDED
    assert "not complete" in partial.stdout
    assert "• equivalent" not in partial.stdout
    assert "no difference found" in partial.stdout


def test_the_clock_runs_in_both_by_ticks_that_suit_both() -> None:
    done = permits("default", "declined_wait", *QUICK, "--time", "--depth", "4")
    assert done.return_value == ExitCode.VIOLATED
    assert "a clock of 1 s" in done.stdout


def test_two_variants_that_are_not_there_are_an_error() -> None:
    assert "no variant of the rules" in str(permits("default", "nothing_like_it").exception)
