"""Engines that nothing tells apart, and the shortest history that tells others apart."""

from dataclasses import replace

import pytest

from defective import Defective
from small_rooms import ONE_PLACE
from stageaccess import Action, Client, Command, Decision, Mode, Offer, StageAccess
from stagesim.scenario.variant import Variant, variant, variant_of
from stagesim.testing.laboratory.alike import alike
from stagesim.testing.laboratory.small_room import CONNECTIONS, SmallRoom, commands, people
from stagesim.testing.laboratory.states import Limits
from stagesim.testing.laboratory.written import command_in_words

TWO = people(2)
ROOM = SmallRoom(ONE_PLACE, TWO, commands(TWO, without=[*CONNECTIONS, Action.CHANGE_ROLE]), tells=True)


class Slow(Defective):
    """Decides in a room of its own first, and says nothing else."""

    def submit(self, command: Command) -> Decision:
        self.room = self.room.copy()
        return super().submit(command)


class TellsLess(Defective):
    def submit(self, command: Command) -> Decision:
        decision = super().submit(command)
        told = [each._replace(told=()) if each.event == "request_closed" else each for each in decision.events]
        return decision._replace(events=tuple(told))


class OffersLess(Defective):
    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        return [each for each in super().available_actions(person, client) if each.do is not Action.GO_LIVE]


UNREACHED = variant_of({"rules": {"name": "x", "cells": {"ask_to_join.invite_only.requested": "already_requested"}}})


@pytest.mark.parametrize("other", [replace(ROOM, make=Slow), replace(ROOM, variant=UNREACHED)], ids=["engine", "rules"])
def test_what_nothing_tells_apart_is_proven_alike(other: SmallRoom) -> None:
    found = alike(ROOM, other)
    assert found.is_proven
    assert found.far.states == 77


def test_a_search_that_was_stopped_proves_nothing() -> None:
    found = alike(ROOM, replace(ROOM, make=Slow), Limits(depth=2))
    assert found.unlike is None
    assert not found.is_proven


@pytest.mark.parametrize(
    ("make", "rules", "story", "offered"),
    [
        (StageAccess, variant("seats_at_once"), ["ana ask_to_join", "mo bring_to_stage ana"], None),
        (TellsLess, variant("default"), ["ana ask_to_join", "ana leave_room"], None),
        (OffersLess, variant("default"), ["mo join_stage"], "mo"),
    ],
    ids=["an event", "a notice", "an offer"],
)
def test_what_tells_two_apart_is_the_shortest_history(
    make: type[Defective], rules: Variant, story: list[str], offered: str | None
) -> None:
    found = alike(ROOM, replace(ROOM, make=make, variant=rules))
    assert found.unlike is not None
    assert list(map(command_in_words, found.unlike.moves)) == story
    assert found.unlike.offered == offered
    assert not found.is_proven


def test_who_made_an_invitation_is_told_of_its_end() -> None:
    """Two moderators: the state of an invitation is that of its maker, if who is told matters."""
    three = people(3, staff=2)
    room = SmallRoom(ONE_PLACE, three, commands(three, [Mode.INVITE_ONLY], without=[*CONNECTIONS, Action.CHANGE_ROLE]))

    class TellsMo(Defective):
        def submit(self, command: Command) -> Decision:
            decision = super().submit(command)
            told = [
                each._replace(told=("ana", "mo")) if (each.event, each.who) == ("invitation_closed", "ana") else each
                for each in decision.events
            ]
            return decision._replace(events=tuple(told))

    found = alike(replace(room, tells=True), replace(room, tells=True, make=TellsMo))
    assert found.unlike is not None
    assert list(map(command_in_words, found.unlike.moves)) == ["max invite ana", "ana leave_room"]
