"""Survivors: proven alike in every history of small rooms, or the shortest story in which they are not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from stageaccess import Decision, RoomConfig, RuleSet
from stagesim.engines.contract import Engine
from stagesim.scenario.demands.script_words import described
from stagesim.scenario.values.units import format_duration
from stagesim.scenario.variant import Variant
from stagesim.testing.laboratory.alike import Unlike, alike
from stagesim.testing.laboratory.coverage.cells import Cell
from stagesim.testing.laboratory.coverage.reachable import Reach, rooms
from stagesim.testing.laboratory.followed import following
from stagesim.testing.laboratory.mutation.changes import Mutant, OfRules
from stagesim.testing.laboratory.small_room import Move, SmallRoom
from stagesim.testing.laboratory.states import Limits
from stagesim.testing.laboratory.witness import written


class Fate(NamedTuple):
    """What is known of a survivor: alike in every history that was tried, and that was every one (`is_proven`); or the
    scenario that kills it.
    """

    is_proven: bool
    scenario: str = ""


def fate(mutant: Mutant, variant: Variant, reach: Reach, limits: Limits) -> Fate:
    """What is known of a survivor. Whoever never comes to the changed cell is alike, whatever it says."""
    if isinstance(mutant, OfRules) and not reach.stopped and not _is_reached(mutant, reach):
        return Fate(is_proven=True)
    is_proven = True
    for room, other in _pairs(mutant, variant):
        found = alike(room, other, limits)
        if found.unlike is not None:
            return Fate(is_proven=False, scenario=killing(room, other, found.unlike, mutant.name))
        is_proven &= found.is_proven
    # Only changes of the rules are known to show in what is compared here: engines may differ in what no move asks.
    return Fate(is_proven and isinstance(mutant, OfRules))


def _is_reached(mutant: OfRules, reach: Reach) -> bool:
    return any(isinstance(item, Cell) and mutant.is_met_by(item) for item in reach.ways)


def _pairs(mutant: Mutant, variant: Variant) -> Iterator[tuple[SmallRoom, SmallRoom]]:
    """Rooms with the rules, each with one that has the change."""

    def make(config: RoomConfig, rules: RuleSet) -> Engine:
        return mutant.make(config, rules)

    for room in rooms(variant):
        told = replace(room, tells=True)
        if isinstance(mutant, OfRules):
            yield told, replace(told, variant=variant._replace(rules=mutant.rules(variant.rules)))
        else:
            yield told, replace(told, make=following(make))


def killing(room: SmallRoom, other: SmallRoom, unlike: Unlike, name: str) -> str:
    """The scenario whose last step expects what the rules say, and what the other room does not."""
    moves, decision, _, offered = unlike
    looks = offered is not None or not moves or moves[-1] is None
    wanted = _answer(decision, looks=looks) if offered is None else _offers(room, other, moves, offered)
    return written(room, moves, f"It kills: {name}", wanted, looks=looks)


def _offers(room: SmallRoom, other: SmallRoom, moves: Sequence[Move], person: str) -> dict[str, Any]:
    """What a person is offered after some moves, and what is offered in the other room alone."""
    ours, theirs = (
        [" ".join(filter(None, offer)) for offer in each.after(moves).available_actions(person)]
        for each in (room, other)
    )
    more = [offer for offer in theirs if offer not in ours]
    said = {"offered": ours} if ours else {}
    return {"of": person, **said, **({"not_offered": more} if more or not ours else {})}


def _answer(decision: Decision, *, looks: bool) -> dict[str, Any]:
    """All that an answer says, as a step expects it; a look has no answer of its own."""
    events = (*decision.due, *decision.events)
    wanted: dict[str, Any] = {} if looks else {"expect": str(decision.reason or "accepted")}
    wanted["events"] = [described(event, 0) for event in events]
    if events:
        wanted["told"] = sorted({name for event in events for name in event.told or ()})
    if decision.wait_ms is not None:
        wanted["wait"] = format_duration(decision.wait_ms)
    said = {"outcome": decision.outcome, "resolved_by": decision.resolved_by}
    return wanted | {key: str(word) for key, word in said.items() if word is not None}
