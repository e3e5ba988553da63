"""What every agent has: a name, a place in the room, draws of its own, and three verbs: do, wait, draw.

An agent learns of the world only by what it is told: the events that the audience table says it sees, and the answers
to its own commands. It acts only by commands.
"""

from collections import deque
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import simpy
from simpy.events import URGENT, Timeout
from simpy.events import Event as Waiting

from stageaccess import Action, Client, Decision, Event, EventKind, Mode, Role, Standing
from stageaccess.messages import new_command
from stagesim.agents.clock import whole_ms
from stagesim.agents.names import (
    ENTERED,
    INVITATION_CLOSED,
    INVITATION_CREATED,
    INVITED,
    LEFT_ROOM,
    NEVER,
    ON_STAGE,
    PREPARING,
    REQUEST_CLOSED,
    REQUESTED,
    SETUP_CANCELLED,
    VIEWER,
)
from stagesim.scenario.values.distributions import Fixed
from stagesim.streams import Stream

if TYPE_CHECKING:
    from stagesim.world import World


class Nudge(NamedTuple):
    """News that is no event of the room: what one person says to another, or notices by itself."""

    event: str


News = Event | Nudge
"""What an agent is told; `.event` says what it is."""

Steps = Generator[simpy.Event, Any, Any]
"""What an agent's generator is: it yields simpy events, and SimPy resumes it when they happen."""

Behaviour = Callable[[Any], Steps]
"""A generator function that takes an agent and plays it: instead of the behaviour that is built in."""


def wake(awaited: simpy.Event, news: News) -> None:
    """Resume those who wait for a simpy event with the news instead, before anything else of the moment.

    An interrupt does the same, at the price of an exception through every generator.
    """
    told = awaited
    if awaited.triggered:  # it has its time already: another takes its place
        told = Waiting(awaited.env)
        told.callbacks, awaited.callbacks = awaited.callbacks, []
    told._ok, told._value = True, news
    told.env.schedule(told, URGENT)


class Distribution(Protocol):
    """What an agent draws durations (ms) and numbers from."""

    def quantile(self, u: float) -> float: ...


class LeftRoom(Exception):
    """The agent has left the room for good."""


class LostPlace(Exception):
    """The agent was away for longer than the room waits, and has come back as a viewer."""


class Agent:
    """One person whom SimPy drives.

    `behaviour` is a generator function; custom behaviours use `enter`, `do`, `wait`, `sleep`, `offers` and `leave`.
    """

    def __init__(self, world: "World", name: str, group: str, role: Role, client: Client) -> None:
        self.world = world
        self.env = world.env
        self.name = name
        self.group = group
        self.role = role
        self.client = client
        self.standing = VIEWER
        self.invited = False
        self.in_room = False
        self.leave_ms = NEVER
        """When the agent leaves the room by its own plan."""
        self.break_ms = NEVER
        """When something happens to the agent whatever it does, leaving included: see `on_break`."""
        self._inbox: deque[News] = deque()
        self._awaited: simpy.Event | None = None

    def start(self, behaviour: Callable[[Any], Steps]) -> None:
        """Set the agent going."""
        self.env.process(self._live(behaviour))

    def _live(self, behaviour: Callable[[Any], Steps]) -> Steps:
        try:
            yield from behaviour(self)
        except LeftRoom:
            return
        while self.in_room:  # somebody who has nothing more to do still leaves when planned
            try:
                yield from self.wait()
            except LeftRoom:
                return
            except LostPlace:
                continue

    @property
    def now_ms(self) -> int:
        """The room's time, in whole milliseconds since it was made."""
        return self.env.now

    # Acting.

    def do(
        self,
        action: Action | str,
        to: str | None = None,
        *,
        mode: Mode | None = None,
        role: Role | None = None,
        request: str | None = None,
    ) -> Decision:
        """Submit a command, and get the decision; the log gets its events, or the rejection."""
        if type(action) is not Action:
            action = Action(action)
        client = self.client
        return self.world.submit(
            new_command(self.env.now, action, self.name, to=to, client=client, mode=mode, role=role, request=request)
        )

    def enter(self) -> None:
        """Come into the room."""
        self.do(Action.ENTER_ROOM, role=self.role)

    def leave(self) -> None:
        """Leave the room, and end."""
        self.do(Action.LEAVE_ROOM)
        raise LeftRoom

    def offers(self) -> list[Action]:
        """The buttons that the room shows to this person now."""
        return [offer.do for offer in self.world.engine.available_actions(self.name, self.client)]

    # Waiting.

    def wait(self, until_ms: int | float | None = None) -> Steps:
        """Wait until the agent is told something, and return the news; None when the time came first.

        A moment between two milliseconds is rounded up.
        """
        end_ms = NEVER if until_ms is None else until_ms if isinstance(until_ms, int) else whole_ms(until_ms)
        env, inbox = self.env, self._inbox
        now_ms = env.now
        while not inbox:
            if now_ms >= end_ms:
                return None
            break_ms = self.break_ms
            if now_ms >= break_ms:
                yield from self.on_break()
                now_ms = env.now
                continue
            next_ms = end_ms if end_ms < break_ms else break_ms
            self._awaited = awaited = Waiting(env) if next_ms == NEVER else Timeout(env, next_ms - now_ms)
            news = yield awaited
            if news is not None:
                return news
            self._awaited = None
            now_ms = next_ms
        return inbox.popleft()

    def sleep(self, duration_ms: float) -> Steps:
        """Let time pass, in whole milliseconds, rounded up; ignore what one is told meanwhile."""
        end_ms = self.env.now + whole_ms(duration_ms)
        while self.env.now < end_ms:
            yield from self.wait(end_ms)

    def on_break(self) -> Steps:
        """What happens then: here, leaving the room."""
        self.leave()
        yield from ()

    def told(self, news: News) -> None:
        """Hear the news: at once if the agent waits, or else when it next does."""
        if self._awaited is None:
            self._inbox.append(news)
        else:
            wake(self._awaited, news)
            self._awaited = None

    # What an event makes of the agent's own standing, as far as the event alone says it.

    def _entered(self) -> None:
        self.standing = VIEWER
        self.in_room = True
        if self.group in self.world.behaviours:
            self.world.listeners.append(self)

    def _left_room(self) -> None:
        self.standing = VIEWER
        self.in_room = self.invited = False
        if self.group in self.world.behaviours:
            self.world.listeners.remove(self)

    def _invitation_created(self) -> None:
        self.standing = INVITED
        self.invited = True

    def _invitation_closed(self) -> None:
        self.invited = False
        if self.standing is INVITED:
            self.standing = VIEWER

    def _setup_cancelled(self) -> None:
        self.standing = INVITED if self.invited else VIEWER

    # Drawing.

    def stream(self, purpose: str, ordinal: int = 0) -> Stream:
        """The agent's own random numbers for one purpose (see `stagesim.streams`)."""
        return self.world.streams.stream(self.name, purpose, ordinal)

    def draw_ms(self, distribution: Distribution, purpose: str, ordinal: int = 0) -> int:
        """The first draw of a duration for one occasion of a purpose, in whole milliseconds, never below 0."""
        is_fixed = type(distribution) is Fixed  # then the stream need not be made
        return duration_ms(distribution, 0.5 if is_fixed else self.stream(purpose, ordinal).uniform())


def duration_ms(distribution: Distribution, u: float) -> int:
    """The duration at one uniform number, in whole milliseconds (a half is rounded up), never below 0."""
    drawn_ms = distribution.quantile(u)
    return int(drawn_ms + 0.5) if drawn_ms > 0 else 0


def _stands(standing: Standing) -> Callable[[Agent], None]:
    def observe(agent: Agent) -> None:
        agent.standing = standing

    return observe


OBSERVE: Final[Mapping[EventKind, Callable[[Agent], None]]] = {
    ENTERED: Agent._entered,
    LEFT_ROOM: Agent._left_room,
    EventKind.REQUEST_CREATED: _stands(REQUESTED),
    REQUEST_CLOSED: _stands(VIEWER),
    INVITATION_CREATED: Agent._invitation_created,
    INVITATION_CLOSED: Agent._invitation_closed,
    EventKind.SETUP_STARTED: _stands(PREPARING),
    SETUP_CANCELLED: Agent._setup_cancelled,
    EventKind.STAGE_JOINED: _stands(ON_STAGE),
    EventKind.STAGE_LEFT: _stands(VIEWER),
    EventKind.STAGE_REMOVED: _stands(VIEWER),
}
"""Kind of an event about an agent -> what the agent makes of it."""
