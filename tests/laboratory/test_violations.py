"""Planted defects: each is found as the shortest story, and the story is a scenario that fails."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from defective import Defective
from small_rooms import ONE_PLACE
from stageaccess import Action, Client, Command, Decision, EventKind, Mode, Offer, Presence, RoomConfig, StageAccess
from stageaccess.cells import Position
from stageaccess.steps import end_stay
from stageaccess.vocabulary import SYSTEM, Cause, Via
from stagesim.engines.contract import EngineError
from stagesim.errors import StagesimError
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.variant import variant
from stagesim.simulate import simulate
from stagesim.testing.laboratory.followed import following
from stagesim.testing.laboratory.small_room import CONNECTIONS, SmallRoom, commands, people
from stagesim.testing.laboratory.stated import stated
from stagesim.testing.laboratory.states import Space, Violation, explore
from stagesim.testing.laboratory.witness import scenario_text
from stagesim.testing.laboratory.written import command_in_words

TWO = people(2)
TWO_PEOPLE = SmallRoom(ONE_PLACE, TWO, commands(TWO, without=CONNECTIONS))

After = Callable[[Defective, Command, Decision], None]


def planted(do: Action, change: After, *, when_rejected: bool = False) -> type[Defective]:
    """An engine that does something more after one action; what it emits is part of the answer, but of a rejection."""

    class Planted(Defective):
        def submit(self, command: Command) -> Decision:
            decision = super().submit(command)
            if command.do is not do or decision.accepted is when_rejected:
                return decision
            change(self, command, decision)
            more = self.take_events()
            return decision._replace(events=decision.events + more) if decision.accepted else decision

    return Planted


def misplaces(engine: Defective, command: Command, _: Decision) -> None:
    engine.room.people[str(command.to)].position = Position.REQUESTED


def loses(engine: Defective, command: Command, _: Decision) -> None:
    engine.room.people[str(command.to)].presence = Presence.AWAY


def forgets_request(engine: Defective, command: Command, _: Decision) -> None:
    name = str(command.by)
    if name in engine.room.queue:
        extra = {"request": engine.room.queue[name], "outcome": "cancelled"}
        engine.emit(EventKind.REQUEST_CLOSED, name, name, extra)


def empties_the_stage(engine: Defective, command: Command, _: Decision) -> None:
    for person in list(engine.room.stage.values()):
        end_stay(engine.own, person, str(command.by), Cause.LEFT)


def makes_staff_go(engine: Defective, command: Command, _: Decision) -> None:
    for person in [each for each in engine.room.stage.values() if each.name in engine.room.staff]:
        if command.by in engine.room.setups:
            end_stay(engine.own, person, str(command.by), Cause.CAPACITY)


class Overfills(Defective):
    def submit(self, command: Command) -> Decision:
        decision = super().submit(command)
        if decision.reason != "stage_full":
            return decision
        self.emit(EventKind.STAGE_JOINED, str(command.by), str(command.by), {"via": Via.SELF})
        return Decision(None, self.take_events())


class FromMobile(Defective):
    def submit(self, command: Command) -> Decision:
        return super().submit(command._replace(client=Client.DESKTOP))


class MakesStaffGo(Defective):
    def submit(self, command: Command) -> Decision:
        if command.do is Action.GO_LIVE and command.by not in self.room.staff:
            makes_staff_go(self, command, Decision(None))
        before = self.take_events()
        decision = super().submit(command)
        return decision._replace(events=before + decision.events)


class OffersLess(Defective):
    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        return [offer for offer in super().available_actions(person, client) if offer.do is not Action.LEAVE_STAGE]


class TurnsBack(Defective):
    def submit(self, command: Command) -> Decision:
        decision = super().submit(command)
        late = command.do is Action.CANCEL_REQUEST and command.at_ms > 0
        events = tuple(each._replace(at_ms=each.at_ms - 1) for each in decision.events) if late else decision.events
        return decision._replace(events=events)


class NamesAnother(Defective):
    """Closes the right request, and says that it was another."""

    def submit(self, command: Command) -> Decision:
        decision = super().submit(command)
        if command.do is not Action.CANCEL_REQUEST or not decision.accepted:
            return decision
        (event,) = decision.events
        return decision._replace(events=(event._replace(extra={**event.extra, "request": "r99"}),))


class EndsAtOnce(Defective):
    def submit(self, command: Command) -> Decision:
        if command.do is not Action.END_SESSION or self.room.phase != "live":
            return super().submit(command)
        self.emit(EventKind.SESSION_ENDED, SYSTEM, SYSTEM)
        return Decision(None, self.take_events())


class Breaks(Defective):
    def submit(self, command: Command) -> Decision:
        if command.do is Action.REVOKE_INVITATION and command.by == "mo" and command.to in self.room.setups:
            raise KeyError(command.to)
        return super().submit(command)


@dataclass(frozen=True)
class Case:
    """A defect: the engine that has it, the invariant that it breaks, and the shortest story of that."""

    make: type[Defective]
    named: str
    story: tuple[str, ...]
    room: SmallRoom = TWO_PEOPLE


NO_ROLES = [*CONNECTIONS, Action.CHANGE_ROLE]
BY_REQUEST = SmallRoom(ONE_PLACE, TWO, commands(TWO, [Mode.JOIN_BY_REQUEST], without=NO_ROLES))
WITH_CLOCK = replace(
    BY_REQUEST, config=replace(ONE_PLACE, request_ttl_ms=2000), moves=(*BY_REQUEST.moves, None), tick_ms=1000
)

CASES = (
    Case(planted(Action.DECLINE_REQUEST, misplaces), "11.1", ("ana ask_to_join", "mo decline_request ana")),
    Case(
        Overfills,
        "11.2",
        ("mo join_stage", "mo invite ana", "ana join_stage", "ana go_live", "mo go_live"),
        BY_REQUEST,
    ),
    Case(NamesAnother, "11.5", ("ana ask_to_join", "ana cancel_request")),
    Case(
        planted(Action.JOIN_STAGE, forgets_request, when_rejected=True), "11.6", ("ana ask_to_join", "ana join_stage")
    ),
    Case(
        planted(Action.SET_MODE, empties_the_stage),
        "11.7",
        ("mo join_stage", "mo go_live", "mo set_mode everyone_on_stage"),
    ),
    Case(planted(Action.INVITE, loses), "11.8", ("mo invite ana",)),
    Case(FromMobile, "11.9", ("mo set_mode everyone_on_stage from mobile",)),
    Case(
        MakesStaffGo,
        "11.10",
        ("mo join_stage", "mo go_live", "mo invite ana", "ana join_stage", "ana go_live"),
    ),
    Case(OffersLess, "11.12", ("mo join_stage", "mo go_live")),
    Case(TurnsBack, "11.13", ("ana ask_to_join", "time goes on", "ana cancel_request"), WITH_CLOCK),
    Case(EndsAtOnce, "T9", ("ana ask_to_join", "end_session")),
    Case(Breaks, "it", ("mo invite ana", "ana join_stage", "mo revoke_invitation ana")),
)


def violation(space: Space, number: str) -> Violation:
    """That of one invariant."""
    return next(each for each in space.violations if each.named.name.split()[0] == number)


def fails(text: str, engine: type[Defective] | None = None) -> list[int]:
    """The steps of a scenario that fail, -1 where the whole of it breaks."""
    try:
        checks = simulate(loads(text), engine=engine).checks
    except (StagesimError, KeyError):
        return [-1]
    return sorted({check.step for check in checks if not check.ok})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.named} {case.make.__name__}")
def test_a_planted_defect_is_found_by_its_shortest_story_which_fails_when_it_is_run(case: Case) -> None:
    space = explore(replace(case.room, make=case.make))
    assert not space.is_complete
    found = violation(space, case.named)
    assert tuple(map(command_in_words, found.moves)) == case.story
    text = scenario_text(found)
    assert fails(text, case.make) in ([len(loads(text).script) - 1], [-1])


@pytest.mark.parametrize(
    ("name", "number", "story"),
    [
        ("seats_at_once", "11.4", ("ana ask_to_join", "mo bring_to_stage ana")),
        ("requests_survive", "11.3", ("ana ask_to_join", "mo set_mode invite_only")),
    ],
)
def test_what_a_variant_lets_happen_is_a_scenario_that_fails(name: str, number: str, story: tuple[str, ...]) -> None:
    space = explore(replace(TWO_PEOPLE, variant=variant(name)))
    found = violation(space, number)
    assert tuple(map(command_in_words, found.moves)) == story
    text = scenario_text(found)
    assert fails(text) == [len(loads(text).script) - 1]


@pytest.mark.invariant(7)
def test_a_change_of_mode_moves_those_whom_the_closings_of_a_variant_name() -> None:
    empties = variant("scenarios/variants/closing_empties_the_stage.yaml")
    modes = [Mode.EVERYONE_ON_STAGE, Mode.INVITE_ONLY]
    room = SmallRoom(replace(ONE_PLACE, mode=modes[0]), TWO, commands(TWO, modes, without=NO_ROLES), empties)
    space = explore(room)
    assert space.is_complete
    assert not space.violations


class TellsApartNothing(Defective):
    """Who asks first in the life of the program is answered, and nobody after."""

    asked: ClassVar[list[str]] = []

    def submit(self, command: Command) -> Decision:
        if command.do is Action.ASK_TO_JOIN and command.by == "ana":
            self.asked.append(str(command.by))
            if len(self.asked) > 1:
                return Decision(None)
        return super().submit(command)


@pytest.mark.invariant(11)
def test_an_engine_that_remembers_other_rooms_is_found() -> None:
    (found,) = explore(replace(BY_REQUEST, make=TellsApartNothing), []).violations
    assert found.named.name.startswith("11.11")
    assert list(map(command_in_words, found.moves)) == ["ana ask_to_join"]


class Race(Defective):
    """A lost connection, and two moderators: who is revoked by the other one while away, and about to go live on a full
    stage, is put there.
    """

    def submit(self, command: Command) -> Decision:
        name, room = str(command.to), self.room
        races = (
            command.do is Action.REVOKE_INVITATION
            and name in room.invited
            and room.people[name].presence is Presence.AWAY
            and room.people[name].position is Position.PREPARING_INVITATION
            and room.invitations[room.invited[name]].by not in (command.by, None)
            and room.stage_is_full()
        )
        decision = super().submit(command)
        if not races or not decision.accepted:
            return decision
        self.emit(EventKind.STAGE_JOINED, name, str(command.by), {"via": Via.INVITATION})
        return decision._replace(events=decision.events + self.take_events())


THREE = people(3, staff=2)
RACING = SmallRoom(
    RoomConfig(Mode.INVITE_ONLY, stage_capacity=1, reconnect_grace_ms=20_000),
    THREE,
    commands(THREE, [Mode.INVITE_ONLY], without=[Action.CHANGE_ROLE, Action.END_SESSION]),
    make=Race,
)


def test_a_race_of_three_is_found_where_ten_thousand_random_runs_miss_it() -> None:
    draws = random.Random(1)
    for _ in range(10_000):
        engine = RACING.start()
        for move in draws.choices(RACING.moves, k=12):
            RACING.carry_out(engine, move)
        assert len(engine.room.stage) <= 1
    found = violation(explore(RACING), "11.2")
    assert sorted(map(command_in_words, found.moves)) == sorted(
        [
            "mo join_stage",
            "mo go_live",
            "mo invite ana",
            "ana join_stage",
            "ana disconnect",
            "max revoke_invitation ana",
        ]
    )
    text = scenario_text(found)
    assert fails(text, Race) == [len(loads(text).script) - 1]
    assert fails(text) == []


def test_the_statements_of_a_scenario_are_explored() -> None:
    lines = (
        "always queue <= 1",
        "never stage_removed capacity",
        "sometimes on_stage = capacity",
        "sometimes queue = 3",
        "never request_closed expired",
        "always busy <= 1",
        "eventually stage_joined",
    )
    head = "title: t\nduration: 1 min\nroom: {stage_capacity: 1}\nproperties:\n"
    scenario = loads(head + "".join(f"  - {line}\n" for line in lines))
    found, others = stated(scenario.properties, ONE_PLACE)
    assert others == ["always busy <= 1", "eventually stage_joined"]
    space = explore(BY_REQUEST, found)
    assert not space.violations
    assert [each.name for each in space.missed] == ["sometimes queue = 3"]
    three = people(3)
    room = SmallRoom(ONE_PLACE, three, commands(three, [Mode.JOIN_BY_REQUEST], without=NO_ROLES))
    (broken,) = explore(room, found).violations
    assert broken.named.name == "always queue <= 1"
    assert list(map(command_in_words, broken.moves)) == ["ana ask_to_join", "bob ask_to_join"]
    assert 'properties:\n  - "always queue <= 1"\n' in scenario_text(broken)


class Mute(Defective):
    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        if person in self.room.setups:
            raise EngineError("mute", "does not say what it offers", "{}")
        return super().available_actions(person, client)


def test_an_engine_that_breaks_when_it_is_asked_for_offers_is_found() -> None:
    found = violation(explore(replace(BY_REQUEST, make=Mute)), "it")
    assert list(map(command_in_words, found.moves)) == ["mo join_stage"]
    assert "does not say what it offers" in found.breach.said


def test_an_engine_that_only_answers_is_explored_as_far_as_its_events_show() -> None:
    room = SmallRoom(ONE_PLACE, TWO, commands(TWO, [Mode.INVITE_ONLY], without=CONNECTIONS))
    own = explore(room)
    followed = explore(replace(room, make=following(StageAccess)))
    assert (followed.states, followed.steps, followed.depth) == (own.states, own.steps, own.depth)
    assert followed.is_complete
    broken = explore(replace(room, make=following(OffersLess)))
    assert violation(broken, "11.12").moves == violation(explore(replace(room, make=OffersLess)), "11.12").moves
