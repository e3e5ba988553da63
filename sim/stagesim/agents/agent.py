"""What every agent has: a name, a place in the room, draws of its own, and three verbs: do, wait, draw.

An agent learns of the world only by what it is told: the events that the audience table says it sees, and the answers
to its own commands. It acts only by commands.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import simpy
from simpy.events import URGENT, Timeout

from stageaccess import Action, Client, Decision, Event, EventKind, Mode, Role, Standing
from stagesim.agents.names import (
    ENTERED,
    INVITATION_CLOSED,
    INVITATION_CREATED,
    INVITED,
    LEFT_ROOM,
    ON_STAGE,
    PREPARING,
    REQUEST_CLOSED,
    REQUESTED,
    SETUP_CANCELLED,
    VIEWER,
)
from stagesim.scenario.distributions import Fixed
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


class Told(simpy.Event):
    """What wakes somebody who waits: those whom `awaited` would have resumed are resumed by the news, before anything
    else of the moment. An interrupt does the same, at the price of an exception through every generator.
    """

    def __init__(self, awaited: simpy.Event, news: News) -> None:
        super().__init__(awaited.env)
        self.callbacks, awaited.callbacks = awaited.callbacks, self.callbacks
        self._ok, self._value = True, news
        self.env.schedule(self, URGENT)


class Distribution(Protocol):
    """What an agent draws durations (ms) and numbers from."""

    def quantile(self, u: float) -> float: ...


class LeftRoom(Exception):
    """The agent has left the room for good."""


class LostPlace(Exception):
    """The agent was away for longer than the room waits, and has come back as a viewer."""


# How an event about a person changes that person's standing, as far as the event alone says it.
STANDING_AFTER: dict[EventKind, Standing] = {
    ENTERED: VIEWER,
    EventKind.REQUEST_CREATED: REQUESTED,
    REQUEST_CLOSED: VIEWER,
    INVITATION_CREATED: INVITED,
    EventKind.SETUP_STARTED: PREPARING,
    EventKind.STAGE_JOINED: ON_STAGE,
    EventKind.STAGE_LEFT: VIEWER,
    EventKind.STAGE_REMOVED: VIEWER,
    LEFT_ROOM: VIEWER,
}


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
        self.leave_ms: int | None = None
        """When the agent leaves the room by its own plan."""
        self.break_ms: int | None = None
        """When something happens to the agent whatever it does: see `on_break`."""
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
        return int(self.env.now)

    def stands_at(self, standing: Standing) -> bool:
        """Whether this is the agent's standing now; waiting may have changed it."""
        return self.standing is standing

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
        return self.world.submit(action, self.name, to, self.client, mode, role, request)

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

    def wait(self, until_ms: int | None = None) -> Steps:
        """Wait until the agent is told something, and return the news; None when the time came first."""
        env = self.env
        while True:
            if self._inbox:
                return self._inbox.popleft()
            now_ms = env.now
            if until_ms is not None and now_ms >= until_ms:
                return None
            end_ms, leave_ms, break_ms = until_ms, self.leave_ms, self.break_ms
            if leave_ms is not None and (end_ms is None or leave_ms < end_ms):
                end_ms = leave_ms
            if break_ms is not None and (end_ms is None or break_ms < end_ms):
                end_ms = break_ms
            if end_ms is not None and now_ms >= end_ms:
                yield from self.on_break()
                continue
            self._awaited = simpy.Event(env) if end_ms is None else Timeout(env, end_ms - now_ms)
            news = yield self._awaited
            if news is not None:
                return news
            self._awaited = None

    def sleep(self, duration_ms: int) -> Steps:
        """Let time pass, and ignore what one is told meanwhile."""
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
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
            Told(self._awaited, news)
            self._awaited = None

    def observe(self, event: Event) -> None:
        """See what an event makes of the agent's own standing."""
        kind = event.event
        if kind in STANDING_AFTER:
            self.standing = STANDING_AFTER[kind]
            if kind is INVITATION_CREATED:
                self.invited = True
            elif kind is ENTERED:
                self.in_room = True
                if self.group in self.world.behaviours:
                    self.world.listeners.append(self)
            elif kind is LEFT_ROOM:
                self.in_room = self.invited = False
                if self.group in self.world.behaviours:
                    self.world.listeners.remove(self)
        elif kind is INVITATION_CLOSED:
            self.invited = False
            if self.standing is INVITED:
                self.standing = VIEWER
        elif kind is SETUP_CANCELLED:
            self.standing = INVITED if self.invited else VIEWER

    # Drawing.

    def stream(self, purpose: str, ordinal: int = 0) -> Stream:
        """The agent's own random numbers for one purpose (see `stagesim.streams`)."""
        return self.world.streams.stream(self.name, purpose, ordinal)

    def draw_ms(self, distribution: Distribution, purpose: str, ordinal: int = 0) -> int:
        """The first draw of a duration for one occasion of a purpose, in whole milliseconds, never below 0."""
        if distribution.__class__ is Fixed:
            return max(0, round(distribution.quantile(0.5)))
        return duration_ms(distribution, self.stream(purpose, ordinal).uniform())


def duration_ms(distribution: Distribution, u: float) -> int:
    """The duration at one uniform number, in whole milliseconds, never below 0."""
    drawn_ms = round(distribution.quantile(u))
    return drawn_ms if drawn_ms > 0 else 0
