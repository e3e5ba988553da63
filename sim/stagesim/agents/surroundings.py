"""What a person in the room sees and can reach: the engine, the clock, the log, the desk, and the line for a place.

Everything here is below the agents: it knows nobody of them but as somebody who can be told something.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import simpy

from stageaccess import SYSTEM, Action, Command, Decision, Event, EventKind, Mode, StageAccess
from stagesim.agents.clock import Clock, EndlessMoment
from stagesim.agents.desk import Desk
from stagesim.agents.names import NEVER
from stagesim.agents.news import PLACE_FREE, Listener
from stagesim.agents.waiting import Discipline
from stagesim.engines.contract import Engine
from stagesim.engines.polled import knows_when_due
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.recorders import Note
from stagesim.eventlog.schema import KINDS, WORD_CODE
from stagesim.scenario.scenario import Scenario
from stagesim.streams import Streams

Steps = Generator[simpy.Event, Any, Any]
"""What an agent's generator is: it yields simpy events, and SimPy resumes it when they happen."""

Player = Callable[[Any], Steps]
"""A generator function that takes a person (`stagesim.agents.own.Me`) and plays them."""

Behaviour = Player | Discipline
"""What plays a group instead of the behaviour that is built in; or a discipline in the place of its own."""


class Surroundings:
    """All that the people of one room share."""

    __slots__ = (
        *("_answered", "_decide", "_due", "_loads", "_looks_ahead", "_next_due", "_silent", "_surprises"),
        *("_wake_ms", "_wishes", "behaviours", "desk", "disciplines", "disrupts", "end_ms", "engine", "env"),
        *("group_of", "hearers", "is_deserted", "is_scripted", "line", "listeners", "live_from_ms", "log", "mode"),
        *("mode_by", "mode_ms", "note", "offends", "scenario", "stale", "start_ms", "streams"),
        *("unsuitable", "watching"),
    )

    def __init__(
        self,
        scenario: Scenario,
        engine: Engine,
        log: EventLog,
        streams: Streams,
        behaviours: Mapping[str, Behaviour],
        *,
        explains: bool = False,
    ) -> None:
        """`explains` says whether the log also gets the kinds of events that explain what holds people up."""
        self.scenario = scenario
        self.engine = engine
        self._decide = engine.submit
        self.log = log
        self.streams = streams
        self.behaviours: dict[str, Player] = {
            group: each for group, each in behaviours.items() if not isinstance(each, Discipline)
        }
        self.disciplines = {group: each.key for group, each in behaviours.items() if isinstance(each, Discipline)}
        self.env = Clock()
        self.start_ms = scenario.doors_open
        self.end_ms = scenario.doors_open + scenario.duration
        self.live_from_ms = self.start_ms + _opens_ms(scenario)
        """From when on wishes arise: the session's start, also where the script is to start it later."""
        self.group_of: dict[str, str] = {}
        self.desk = Desk(self.group_of, self.env)
        self.stale: set[str] = set()
        self.unsuitable: set[str] = set()
        """Those who follow, or have followed last, a wish that the organiser would not want on stage."""
        self.watching: dict[str, Listener] = {}
        self.line: OrderedDict[str, Listener] = OrderedDict()
        self.mode: Mode = scenario.room.mode
        self.mode_ms = -1
        """When the mode last changed."""
        self.mode_by = ""
        """Who changed it."""
        self.listeners: dict[str, Listener] = {}
        """Those in the room who have a behaviour of their own."""
        self.is_scripted = False
        """Whether the present command is one of the script: done in somebody's name, and not by themselves."""
        self.is_deserted = not scenario.audience and not scenario.moderators
        """Whether nobody lives here who would hear at once of what is due. Then the engine is not woken for it, and
        carries it out before the next command, or when a step of the script looks (rule T7), and shows that it does."""
        is_asked = not self.is_deserted or knows_when_due(engine)
        self._next_due: Callable[[], int | None] = engine.next_due if is_asked else _nothing_is_due
        self._surprises = type(engine) is not StageAccess
        """Whether anything may be due earlier after any command; our own engine has told of what brings it forward."""
        self._looks_ahead = False
        self._due: list[Event] = []
        self.hearers: Mapping[EventKind, tuple[Callable[[Event], None], ...]] = {}
        """What is done at each kind of event, in order."""
        self.disrupts: Callable[[str], None] = _nobody_minds
        self.offends: Callable[[str], None] = _nobody_minds
        """Told of whoever is on stage for an unsuitable wish, or begins to disturb there."""
        self._answered: set[str] = set()
        self._wishes = 0
        self._wake_ms = NEVER
        self._loads: dict[str, float] = {}
        self.note: Note = log.notes(self.env)
        """Logs something that an agent does or feels, and that is no event of the room."""
        self._silent = frozenset(kind.name for kind in KINDS if kind.explains and not explains)

    # Commands and events.

    def submit(self, command: Command) -> Decision:
        """Bring a command before the engine, and its events to those whom they concern."""
        decision = self._decide(command)
        reason, events, due = decision.reason, decision.events, decision.due
        if due:
            self._due += due
            self.publish(due)
        if reason is None:
            for event in events:  # as `publish`, without another call
                for hear in self.hearers[event.event]:
                    hear(event)
        else:
            actor = command.by or SYSTEM
            self.note("rejected", command.to or actor, actor, word=command.do, more=WORD_CODE[reason])
        if self._looks_ahead or (self._surprises and (events or due)):
            self._look_ahead()
        return decision

    def submit_scripted(self, command: Command) -> Decision:
        """The same for a command of the script: whoever it is done in the name of hears of it.

        The answer to an id that was answered before is the first one again (rule Q4): nothing has happened a second
        time but what was due.
        """
        if command.id is not None and command.id in self._answered:
            decision = self._decide(command)
            self._due += decision.due
            self.publish(decision.due)
            return decision
        self.is_scripted = True
        try:
            decision = self.submit(command)
        finally:
            self.is_scripted = False
        if command.id is not None:
            self._answered.add(command.id)
        return decision

    def publish(self, events: Iterable[Event]) -> None:
        """Bring events to those whom they concern."""
        for event in events:
            for hear in self.hearers[event.event]:
                hear(event)

    def advance(self) -> tuple[Event, ...]:
        """Let the engine carry out what is due by now; its events."""
        due = self.engine.advance(self.env.now)
        self._due += due
        self.publish(due)
        self._look_ahead()
        return due

    def take_due(self) -> list[Event]:
        """What has ended by itself since the last time this was asked."""
        due, self._due = self._due, []
        return due

    def expect_due(self, _: Event) -> None:
        """Something may be due earlier than before: look ahead after the present command."""
        self._looks_ahead = True

    def _look_ahead(self) -> None:
        """Ask the engine what is due next, and see to it if that is earlier than what is seen to already."""
        self._looks_ahead = False
        due_ms = self._next_due()
        if due_ms is not None and due_ms < self._wake_ms:
            self._wake_at(due_ms)

    def _wake_at(self, due_ms: int) -> None:
        """See to it that what ends by itself does so in time, and not only with the next command."""
        if not self.is_deserted:
            self._wake_ms = due_ms
            self.env.at(due_ms, self._wake_engine, priority=0)

    def _wake_engine(self) -> None:
        now_ms = self.env.now
        if self._wake_ms > now_ms:
            return  # something else was due earlier, and has looked ahead since
        self._wake_ms = NEVER
        due_ms = self._next_due()
        if due_ms is not None and due_ms <= now_ms:
            self.advance()
        elif due_ms is not None:
            self._wake_at(due_ms)

    def explain(self, kind: str, who: str, number: int = 0) -> None:
        """Log what explains what holds somebody up, in a log that is asked to."""
        if kind not in self._silent:
            self.note(kind, who, who, number)

    def standing_of(self, name: str) -> str:
        """A person's standing, in the words of the engine; `unknown` for somebody who never entered."""
        person = self.engine.state()["people"].get(name)
        return "unknown" if person is None else str(person["standing"])

    # What everybody sees without being told.

    def stage_is_full(self) -> bool:
        """Whether every place on stage is taken, as anybody in the room can see."""
        capacity = self.scenario.room.stage_capacity
        return capacity is not None and len(self.desk.on_stage) >= capacity

    def call_line(self) -> None:
        """Tell the next in line for a place, if there is a line and a place."""
        if self.line and not self.stage_is_full():
            next(iter(self.line.values())).told(PLACE_FREE)

    # Wishes that have no button.

    def notice(self, name: str) -> None:
        """Let staff notice a wish for which there is no button: at once, or when somebody reads the chat."""
        if self.desk.chat is not None:
            self.desk.chat.append(name)
        elif self.desk.notice(name):
            self.explain("wish_noticed", name)

    def read_chat(self) -> None:
        """Notice all wishes that stand in the chat."""
        found, self.desk.chat = self.desk.chat or [], []
        for name in found:
            if self.desk.notice(name):
                self.explain("wish_noticed", name)

    # What the agents share.

    def next_wish(self) -> int:
        """The number of the next wish of the log."""
        self._wishes += 1
        return self._wishes

    def load(self, group: str) -> float:
        """How busy this replication is for a group: one factor on everybody's rate of wishes."""
        if group not in self._loads:
            audience, staff = self.scenario.audience, self.scenario.moderators
            wishes = (audience[group] if group in audience else staff[group]).wishes
            self._loads[group] = wishes.load.quantile(self.streams.stream(group, "load").uniform())
        return self._loads[group]

    def never_ends(self, what: str) -> EndlessMoment:
        """The error that says that this moment never ends, and what goes on in it."""
        at_s = (self.env.now - self.start_ms) / 1000
        return EndlessMoment(
            f"the moment {at_s:g} s never ends: {what}\n"
            "  hint: something is tried again without a pause; give it a time, or a limit"
        )


def _opens_ms(scenario: Scenario) -> int:
    """When the session starts, after the moment from which the scenario counts; its very end for never."""
    if scenario.session == "automatic":
        return 0
    starts = (step.at for step in scenario.script if step.do is Action.START_SESSION)
    return next(starts, scenario.duration)


def _nothing_is_due() -> None:
    """What an engine without a clock of its own says where nobody waits for the next second."""


def _nobody_minds(_: str) -> None:
    raise AssertionError("nobody looks after the stage yet")
