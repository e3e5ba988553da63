"""What every agent has: a name, draws of its own, and three verbs: do, wait, draw.

An agent learns of the room only by what it is told: the events that the audience table says it sees, those about
itself, and the answers to its own commands. It acts only by commands.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from simpy.events import Event as Waiting

from stageaccess import Action, Client, Command, Decision, Mode, Role
from stageaccess.messages import new_tuple
from stagesim.agents.clock import Life, Pause, wake, whole_ms
from stagesim.agents.drawing import Distribution, duration_ms
from stagesim.agents.names import NEVER
from stagesim.agents.news import News
from stagesim.agents.surroundings import Steps, Surroundings
from stagesim.scenario.values.distributions import Fixed
from stagesim.streams import Stream

BUSY: Final = 1_000
"""So many acts of one agent in one moment, and ten more for each person in the room, are too many."""
DISTURBED: Final = -1
"""The moment of a break that comes before anything else."""


class Agent:
    """Somebody whom SimPy drives, acting in the name of one person."""

    __slots__ = (
        *("_acts_left", "_awaited", "_inbox", "_looked_ms", "around", "break_ms", "client", "env"),
        *("group", "name", "role"),
    )

    def __init__(self, around: Surroundings, name: str, group: str, role: Role, client: Client) -> None:
        self.around = around
        self.env = around.env
        self.name = name
        self.group = group
        self.role = role
        self.client = client
        self.break_ms = NEVER
        """When something happens to the agent whatever it does: see `on_break`."""
        self._inbox: deque[News] = deque()
        self._awaited: Waiting | None = None
        self._acts_left = BUSY
        """How often the agent may act, or wait for nothing, before it looks at the clock."""
        self._looked_ms = -1

    def start(self, behaviour: Callable[[Any], Steps]) -> None:
        """Set the agent going."""
        Life(self.env, behaviour(self))

    @property
    def now_ms(self) -> int:
        """The room's time, in whole milliseconds since it was made."""
        return self.env.now

    # Acting.

    def do(
        self,
        action: Action,
        to: str | None = None,
        mode: Mode | None = None,
        role: Role | None = None,
        request: str | None = None,
        connection: str | None = None,
    ) -> Decision:
        """Submit a command, and get the decision; the log gets its events, or the rejection.

        Raises EndlessMoment for one who does so thousands of times in one moment.
        """
        self._acts_left -= 1
        if not self._acts_left:
            self._look_at_clock(f"does `{action}`")
        fields = (self.env.now, action, self.name, to, self.client, mode, role, request, None, connection)
        return self.around.submit(new_tuple(Command, fields))

    def _look_at_clock(self, what: str) -> None:
        """See whether time has gone on since the last look, which was thousands of commands ago."""
        now_ms = self.env.now
        if now_ms == self._looked_ms:
            raise self.around.never_ends(f"`{self.name}` {what} again and again")
        self._looked_ms = now_ms
        self._acts_left = BUSY + 10 * len(self.around.group_of)

    def offers(self) -> list[Action]:
        """The buttons that the room shows to this person now."""
        return [offer.do for offer in self.around.engine.available_actions(self.name, self.client)]

    # Waiting.

    def wait(self, until_ms: int = NEVER) -> Steps:
        """Wait until the agent is told something, and return the news; None when the time came first."""
        env, inbox = self.env, self._inbox
        began_ms = now_ms = env.now
        while True:
            break_ms = self.break_ms
            if break_ms >= 0:
                if inbox:
                    return inbox.popleft()
                if now_ms >= until_ms:
                    if now_ms == began_ms:
                        self._waits_for_nothing()
                    return None
            if now_ms >= break_ms:
                yield from self.on_break()
                now_ms = env.now
                continue
            next_ms = until_ms if until_ms < break_ms else break_ms
            self._awaited = awaited = Waiting(env) if next_ms == NEVER else Pause(env, next_ms - now_ms)
            news = yield awaited
            if news is None:
                self._awaited = None
                if next_ms == until_ms and self.break_ms >= 0:
                    return None
            elif self.break_ms >= 0:
                return news
            else:
                inbox.append(news)
            now_ms = env.now

    def sleep(self, duration_ms: float) -> Steps:
        """Let time pass, in whole milliseconds, rounded up; ignore what one is told meanwhile."""
        end_ms = self.env.now + whole_ms(duration_ms)
        if duration_ms <= 0:
            self._waits_for_nothing()
        while self.env.now < end_ms:
            yield from self.wait(end_ms)

    def _waits_for_nothing(self) -> None:
        """Count what takes no time as a command is counted."""
        self._acts_left -= 1
        if not self._acts_left:
            self._look_at_clock("waits")

    def on_break(self) -> Steps:
        """What happens then: nothing, by itself."""
        self.break_ms = NEVER
        yield from ()

    def told(self, news: News) -> None:
        """Hear the news: at once if the agent waits, or else when it next does."""
        if self._awaited is None:
            self._inbox.append(news)
        else:
            wake(self._awaited, news)
            self._awaited = None

    def disturb(self) -> None:
        """Let `on_break` see to what has happened to the agent, before anything else."""
        self.break_ms = DISTURBED
        if self._awaited is not None:
            wake(self._awaited, None)
            self._awaited = None

    def wait_for_change(self) -> Steps:
        """Wait until the agent is disturbed, whatever else it is told: that is kept for later."""
        self._awaited = awaited = Waiting(self.env)
        news = yield awaited
        self._awaited = None
        if news is not None:
            self._inbox.append(news)

    # Drawing.

    def stream(self, purpose: str, ordinal: int = 0) -> Stream:
        """The agent's own random numbers for one purpose (see `stagesim.streams`)."""
        return self.around.streams.stream(self.name, purpose, ordinal)

    def draw_ms(self, distribution: Distribution, purpose: str, ordinal: int = 0) -> int:
        """The first draw of a duration for one occasion of a purpose, in whole milliseconds, never below 0."""
        is_fixed = type(distribution) is Fixed  # then the stream need not be made
        return duration_ms(distribution, 0.5 if is_fixed else self.stream(purpose, ordinal).uniform())
