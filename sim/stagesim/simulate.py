"""Scenario and seed in, log out: one replication."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

from stageaccess import Mode, StageAccess
from stagesim.agents.script_checks import Check
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.checked import checked
from stagesim.engines.contract import EngineMaker
from stagesim.errors import StagesimError
from stagesim.eventlog.header import Header
from stagesim.eventlog.log import EventLog
from stagesim.scenario.faults import one_of
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.habits import Habits
from stagesim.scenario.room import room_config
from stagesim.scenario.rules import rule_set
from stagesim.scenario.scenario import Scenario
from stagesim.streams import Streams
from stagesim.world import World


class Replication(NamedTuple):
    """What one replication leaves: its log, and the expectations of the script with what came of them."""

    log: EventLog
    checks: tuple[Check, ...]


@cache
def _packages() -> dict[str, str]:
    return {name: version(name) for name in ("simpy", "numpy")}


def simulate(
    scenario: Scenario,
    *,
    mode: Mode | str | None = None,
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
    explains: bool = False,
    ties: int | None = None,
) -> Replication:
    """Simulate one session.

    `mode` replaces the scenario's own; the same seed and replication give the same people, wishes and patience in
    every mode. `engine` makes the engine under test from a `RoomConfig` and a `RuleSet`; `behaviours` maps a group's
    name to a generator function that replaces the built-in behaviour of its people. `explains` adds the kinds of events
    that say what holds people up; nothing else changes by them. `ties` is the seed of another order of what
    happens at the same millisecond; None is that in which it was planned.

    Raises StagesimError for a group that the scenario does not have, and EndlessMoment where time would not go on.
    """
    people: dict[str, Habits] = {**scenario.audience, **scenario.moderators}
    for group in behaviours or ():
        if group not in people:
            what = f"no group is called `{group}`, for which there is a behaviour"
            raise StagesimError(f"{what}\n  hint: {one_of(people, group)}")
    room = scenario.room if mode is None else scenario.room.model_copy(update={"mode": Mode(mode)})
    rules = rule_set(scenario.rules)
    config = room_config(room)
    under_test = checked((engine or StageAccess)(config, rules), config)
    said = under_test.identity
    header = Header(
        scenario=scenario.title,
        scenario_digest=digest(scenario),
        mode=room.mode,
        seed=seed,
        replication=replication,
        engine=said.engine,
        engine_version=said.version,
        rules=said.rules,
        stage_capacity=room.stage_capacity,
        start_ms=scenario.doors_open,
        enough={group: habits.on_stage.enough for group, habits in people.items()},
        packages=_packages(),
    )
    scenario = scenario.with_parts(room=room)
    log, streams = EventLog(header), Streams(seed, replication)
    world = World(scenario, under_test, log, streams, behaviours or {}, explains=explains)
    if ties is not None:
        world.around.env.shuffle_ties(ties)
    checks = world.run()
    return Replication(world.log, tuple(checks))
