"""One replication: a SimPy environment, the engine under test, the agents, and the log.

Forward only: a command goes to the engine, its events come back, the log keeps them, and those whom they concern are
told. Nothing but the engine changes the room.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import Any, Final

import simpy
from simpy.events import URGENT, EventPriority

from stageaccess import (
    SYSTEM,
    Action,
    Command,
    Decision,
    Event,
    EventKind,
    Mode,
)
from stageaccess.audience import NOTIFIED, SHOWN, Audience
from stagesim.agents.agent import OBSERVE, Agent, Behaviour
from stagesim.agents.clock import Clock
from stagesim.agents.desk import Desk
from stagesim.agents.duties import Duties
from stagesim.agents.participant import Participant
from stagesim.agents.population import spawn
from stagesim.agents.script import perform
from stagesim.agents.script_checks import Check
from stagesim.agents.stage_visit import PLACE_FREE
from stagesim.engines.contract import Engine
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS
from stagesim.scenario.scenario import Scenario
from stagesim.streams import Streams

# SimPy's priorities are URGENT 0 and NORMAL 1: the session ends after everything else of the same moment.
LAST: Final = 2

Hearer = Callable[[Event], None]
"""What is done at an event: it is kept, its person is told, staff hear of it."""


def _recipients(audience: Audience) -> frozenset[EventKind]:
    """The kinds of events that an audience is told of, by notice or by seeing it."""
    return frozenset(kind for kind in EventKind if audience in NOTIFIED.get(kind, ()) or audience is SHOWN.get(kind))


TOLD_PERSON: Final = _recipients(Audience.PERSON)
TOLD_STAFF: Final = _recipients(Audience.STAFF) | _recipients(Audience.MAKER) | _recipients(Audience.EVERYONE)
TOLD_EVERYONE: Final = _recipients(Audience.EVERYONE)
UNEVENTFUL: Final = frozenset({EventKind.SPOKE})


class World:
    """Everything that one replication consists of."""

    def __init__(
        self, scenario: Scenario, engine: Engine, log: EventLog, streams: Streams, behaviours: Mapping[str, Behaviour]
    ) -> None:
        self.scenario = scenario
        self.engine = engine
        self._decide = engine.submit
        self.log = log
        self.streams = streams
        self.behaviours = behaviours
        self.env = Clock()
        self.start_ms = scenario.doors_open
        self.end_ms = scenario.doors_open + scenario.duration
        self.agents: dict[str, Agent] = {}
        self.desk = Desk(self.agents)
        self.stale: set[str] = set()
        self.watching: dict[str, Agent] = {}
        self.line: OrderedDict[str, Participant] = OrderedDict()
        self.listeners: list[Agent] = []
        """Those in the room who have a behaviour of their own."""
        self.mode: Mode = scenario.room.mode
        self._answered: set[str] = set()
        self._wishes = 0
        self._loads: dict[str, float] = {}
        self.duties = Duties(self, scenario)
        self._hearers = {kind: tuple(self._hearers_of(kind)) for kind in EventKind}
        self._notes = {kind.name: log.recorder(kind.name) for kind in KINDS if kind.source == "agents"}

    def _hearers_of(self, kind: EventKind) -> Iterator[Hearer]:
        """What is done at an event of a kind in this room, in order: the audience table, put together once."""
        yield self.log.recorder(kind)
        if kind in UNEVENTFUL:
            return
        if kind in OBSERVE or kind in TOLD_PERSON:
            yield self._tells_person(kind)
        if kind in TOLD_STAFF:
            yield from filter(None, (self.desk.hears(kind), self.duties.hears(kind)))
        if kind in TOLD_EVERYONE and kind in HEARD_BY_ALL:
            yield MethodType(HEARD_BY_ALL[kind], self)
        if self.behaviours:
            yield self._tell_listeners
        ttl_ms = self._ttl_ms(kind)
        if ttl_ms is not None:
            yield lambda event: self._wake_engine(event.at_ms + ttl_ms)

    def _tells_person(self, kind: EventKind) -> Hearer:
        """Its person sees what it makes of their standing, and is told of it, unless it was their own doing."""
        agents, observe, is_told = self.agents, OBSERVE.get(kind), kind in TOLD_PERSON

        def hear(event: Event) -> None:
            _, _, _, who, by, *_ = event
            person = agents.get(who)
            if person is not None:
                if observe is not None:
                    observe(person)
                if is_told and by != who:
                    person.told(event)

        return hear

    def _ttl_ms(self, kind: EventKind) -> int | None:
        """After how long the room itself has something to do, if it has."""
        room = self.scenario.room
        return {
            EventKind.REQUEST_CREATED: room.request_ttl,
            EventKind.INVITATION_CREATED: room.invitation_ttl,
            EventKind.DISCONNECTED: room.reconnect_grace or None,
        }.get(kind)

    # Commands and events.

    def submit(self, command: Command) -> Decision:
        """Bring a command before the engine, and its events to those whom they concern."""
        decision = self._decide(command)
        reason, events, due, _, _, _ = decision
        if due:
            self._publish(due)
        key = command.id
        if key is not None:
            if key in self._answered:
                return decision  # the first answer again (rule Q4): none of it has happened a second time
            self._answered.add(key)
        if reason is None:
            self._publish(events)
        else:
            actor = command.by or SYSTEM
            fields = {"action": command.do, "reason": reason}
            self.note("rejected", command.to or actor, actor, fields)
        return decision

    def advance(self) -> None:
        """Let the engine carry out what is due by now."""
        self._publish(self.engine.advance(self.env.now))

    def note(self, kind: str, who: str, by: str, fields: Mapping[str, Any]) -> None:
        """Log something that an agent does or feels, and that is no event of the room."""
        self._notes[kind]((0, self.env.now, kind, who, by, fields))

    def _publish(self, events: tuple[Event, ...]) -> None:
        """Keep the events, and tell those who are told of them; nobody is told of what they did themselves."""
        hearers = self._hearers
        for event in events:
            for hear in hearers[event.event]:
                hear(event)

    def _mode_changed(self, event: Event) -> None:
        """Tell those who hope for another mode."""
        self.mode = Mode(str(event.extra["mode"]))
        for agent in list(self.watching.values()):
            agent.told(event)

    def _place_freed(self, _: Event) -> None:
        """Tell who is next in line for a place on stage."""
        self.call_line()

    def _tell_listeners(self, event: Event) -> None:
        """Tell those who have a behaviour of their own whatever they see of others, and not only what concerns them."""
        for agent in self.listeners:
            if agent.name not in (event.who, event.by):
                sees = TOLD_STAFF if agent.role.is_staff else TOLD_EVERYONE
                if event.event in sees:
                    agent.told(event)

    def _wake_engine(self, at_ms: int) -> None:
        """Carry out a due time when it is due, not only with the next command."""
        timeout = self.env.timeout(max(0, at_ms - self.env.now))
        timeout.callbacks.append(lambda _: self.advance())

    # What agents see without being told.

    def stage_is_full(self) -> bool:
        """Whether every place on stage is taken, as anybody in the room can see."""
        capacity = self.scenario.room.stage_capacity
        return capacity is not None and len(self.desk.on_stage) >= capacity

    def call_line(self) -> None:
        """Tell the next in line for a place, if there is a line and a place."""
        if self.line and not self.stage_is_full():
            next(iter(self.line.values())).told(PLACE_FREE)

    def mode_offers_asking(self) -> bool:
        """Whether the room shows the button to ask, pressed or not."""
        return self.mode is Mode.JOIN_BY_REQUEST

    def standing_of(self, name: str) -> str:
        """A person's standing, in the words of the engine; `unknown` for somebody who never entered."""
        person = self.engine.state()["people"].get(name)
        return "unknown" if person is None else str(person["standing"])

    # What the agents share.

    def next_wish(self) -> int:
        """The number of the next wish of the log."""
        self._wishes += 1
        return self._wishes

    def load(self, group: str) -> float:
        """How busy this replication is for a group: one factor on everybody's rate of wishes."""
        if group not in self._loads:
            wishes = self.scenario.audience[group].wishes
            self._loads[group] = wishes.load.quantile(self.streams.stream(group, "load").uniform())
        return self._loads[group]

    def make_noticed(self, person: Participant) -> None:
        """Let staff notice a wish for which there is no button, after the time that this takes.

        How fast that is says the first group of staff that notices at all.
        """
        for group in self.scenario.moderators.values():
            if group.notices is not None:
                notice_ms = person.draw_ms(group.notices, "noticed", person.wishes[0].ordinal if person.wishes else 0)
                timeout = self.env.timeout(notice_ms)
                timeout.callbacks.append(lambda _: self.desk.notice(person))
                return

    def disrupts(self, name: str) -> None:
        """Somebody on stage begins to disturb."""
        self.note("disruption_started", name, name, {})
        self.duties.disrupted(name)

    # The run.

    def run(self) -> list[Check]:
        """Run the session from the opening of the doors to its end; the checks of the script."""
        checks: list[Check] = []
        if self.scenario.session == "automatic":
            self._at(self.start_ms, URGENT, Action.START_SESSION)
        spawn(self)
        if self.scenario.script:
            self.env.process(perform(self, self.scenario, checks))
        end = self._at(self.end_ms, LAST, Action.END_SESSION if self.scenario.session == "automatic" else None)
        self.env.run(until=end)
        return checks

    def _at(self, at_ms: int, priority: int, do: Action | None) -> simpy.Event:
        """A simpy event at a moment, that carries out an action of the system."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        if do is not None:
            event.callbacks.append(lambda _: self._act(do))
        self.env.schedule(event, EventPriority(priority), at_ms)
        return event

    def _act(self, do: Action) -> None:
        self.submit(Command(self.env.now, do))


HEARD_BY_ALL: Final[Mapping[EventKind, Callable[[World, Event], None]]] = {
    EventKind.MODE_CHANGED: World._mode_changed,
    EventKind.STAGE_LEFT: World._place_freed,
    EventKind.STAGE_REMOVED: World._place_freed,
}
"""What the people in the room make of the events that all are told of."""
