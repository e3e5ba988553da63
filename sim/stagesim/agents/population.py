"""Who comes to the session: one agent for each person of each group."""

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from stageaccess import Client
from stagesim.agents.agent import Agent, Steps
from stagesim.agents.moderator import Moderator
from stagesim.agents.participant import Participant
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants

if TYPE_CHECKING:
    from stagesim.world import World


def spawn(world: "World") -> None:
    """Set everybody going: staff first, then the audience, so that staff see who comes at the same moment."""
    for group, staff in world.scenario.moderators.items():
        for number in range(1, staff.count + 1):
            _spawn_moderator(world, group, staff, f"{group}-{number}")
    for group, habits in world.scenario.audience.items():
        if habits.arrival_gap is not None:
            world.env.process(_stream_of_people(world, group, habits))
            continue
        for number in range(1, (habits.count or 0) + 1):
            _spawn_participant(world, group, habits, f"{group}-{number}", None)


def _spawn_moderator(world: "World", group: str, habits: Moderators, name: str) -> None:
    moderator = Moderator(world, name, group, habits)
    _register(world, moderator)
    entry_ms = _entry_ms(world, habits, moderator.stream("arrival").uniform())
    moderator.start(world.behaviours.get(group) or partial(Moderator.live, entry_ms=entry_ms))


def _spawn_participant(world: "World", group: str, habits: Participants, name: str, entry_ms: int | None) -> None:
    stream = world.streams.stream(name, "arrival")
    u_arrival, u_client = stream.uniform(), stream.uniform()
    client = Client.MOBILE if u_client < habits.mobile else Client.DESKTOP
    participant = Participant(world, name, group, habits, client)
    _register(world, participant)
    if entry_ms is None:
        entry_ms = _entry_ms(world, habits, u_arrival)
    participant.start(world.behaviours.get(group) or partial(Participant.live, entry_ms=entry_ms))


def _entry_ms(world: "World", habits: Moderators | Participants, u: float) -> int:
    """When somebody comes, in whole milliseconds (a half is rounded up), never before the room is made."""
    return max(0, math.floor(world.start_ms + habits.arrival.quantile(u) + 0.5))


def _register(world: "World", agent: Agent) -> None:
    world.agents[agent.name] = agent
    world.log.register(agent.name, agent.group)


def _stream_of_people(world: "World", group: str, habits: Participants) -> Steps:
    """People who enter one after another from the session's start on, up to `count` of them, or without end."""
    for number, at_ms in enumerate(_moments(world, group, habits), start=1):
        if at_ms >= world.end_ms or (habits.count is not None and number > habits.count):
            return
        yield world.env.timeout(max(0, int(at_ms) - world.env.now))
        _spawn_participant(world, group, habits, f"{group}-{number}", int(at_ms))


def _moments(world: "World", group: str, habits: Participants) -> Iterator[float]:
    """The moments at which they enter. Where the stream fades, the gaps are those of a clock that runs ever slower:
    it has come to `fades * (1 - exp(-t / fades))` at the time t, so that the rate falls by a factor of e each `fades`.
    """
    gap, fades = habits.arrival_gap, habits.arrival_fades
    assert gap is not None
    uniform = world.streams.stream(group, "arrival gap").uniform
    clock_ms = 0.0
    while True:
        clock_ms += gap.quantile(uniform())
        if fades is None:
            yield world.start_ms + clock_ms
        elif clock_ms < fades:
            yield world.start_ms - fades * math.log1p(-clock_ms / fades)
        else:
            return
