"""Who comes to the session: one agent for each person of each group."""

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
        for number in range(1, (habits.count or 0) + 1):
            if habits.arrival_gap is None:
                _spawn_participant(world, group, habits, f"{group}-{number}", None)


def _spawn_moderator(world: "World", group: str, habits: Moderators, name: str) -> None:
    moderator = Moderator(world, name, group, habits)
    _register(world, moderator)

    def life(_: Agent) -> Steps:
        arrival = habits.arrival.quantile(moderator.stream("arrival").uniform())
        yield from moderator.arrive(max(0, world.start_ms + round(arrival)))
        yield from moderator.live()

    moderator.start(world.behaviours.get(group, life))


def _spawn_participant(world: "World", group: str, habits: Participants, name: str, entry_ms: int | None) -> None:
    stream = world.streams.stream(name, "arrival")
    u_arrival, u_client = stream.uniform(), stream.uniform()
    client = Client.MOBILE if u_client < habits.mobile else Client.DESKTOP
    participant = Participant(world, name, group, habits, client)
    _register(world, participant)
    at_ms = max(0, world.start_ms + round(habits.arrival.quantile(u_arrival))) if entry_ms is None else entry_ms

    def life(_: Agent) -> Steps:
        yield from participant.arrive(at_ms)
        yield from participant.live()

    participant.start(world.behaviours.get(group, life))


def _register(world: "World", agent: Agent) -> None:
    world.agents[agent.name] = agent
    world.log.register(agent.name, agent.group)


def _stream_of_people(world: "World", group: str, habits: Participants) -> Steps:
    """People who enter one after another from the session's start on, up to `count` of them, or without end."""
    gap = habits.arrival_gap
    assert gap is not None
    uniform = world.streams.stream(group, "arrival gap").uniform
    at_ms = float(world.start_ms)
    number = 0
    while habits.count is None or number < habits.count:
        at_ms += gap.quantile(uniform())
        if at_ms >= world.end_ms:
            return
        number += 1
        yield world.env.timeout(max(0, int(at_ms) - int(world.env.now)))
        _spawn_participant(world, group, habits, f"{group}-{number}", int(at_ms))
