"""One replication as it happened: the log, with what was asked and what was answered between its events, in order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from stageaccess import Action, Client, Command, Decision, Event, Role, Room, RoomConfig, RuleSet, StageAccess
from stageaccess.vocabulary import MEANINGS
from stagesim.agents.script_checks import Check
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.asking import Asking
from stagesim.engines.contract import Engine, EngineError, EngineMaker
from stagesim.engines.tape import Entry
from stagesim.engines.taping import Taping
from stagesim.eventlog.log import EventLog
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.differences.sequence import AGENTS

Row = dict[str, Any]
"""One event, as `EventLog.rows` gives it."""


class Note(NamedTuple):
    """What somebody does or thinks that the room does not know: a wish, a review, attention."""

    at_ms: int
    row: Row


class Asked(NamedTuple):
    """A command, and its answer. Its events follow, each as a `Happened`."""

    at_ms: int
    command: Command
    answer: Decision

    @property
    def meaning(self) -> str:
        """What the reason of a refusal says in words; empty for what is accepted."""
        return "" if self.answer.reason is None else MEANINGS[self.answer.reason]


class Happened(NamedTuple):
    """An event of the room."""

    at_ms: int
    event: Event


class Offered(NamedTuple):
    """From now on a person is offered other actions than before; None where the engine does not say which.

    `by_staff` is what a moderator is offered at this person, where that was looked at.
    """

    at_ms: int
    who: str
    actions: tuple[Action, ...] | None
    by_staff: tuple[Action, ...] = ()


Moment = Note | Asked | Happened | Offered


class Course(NamedTuple):
    """One replication as it happened; times are whole milliseconds of the room's clock. `room` is the empty room that
    the events are to be folded into, `checks` are the expectations of the script, `broken` the properties that do not
    hold, each with its moment from the session's start. `explains` says whether the log has what only the agents know
    of what holds people up.
    """

    log: EventLog
    moments: tuple[Moment, ...]
    room: Room
    checks: tuple[Check, ...]
    broken: tuple[tuple[int, str], ...] = ()
    explains: bool = False


def course(
    scenario: Scenario,
    *,
    mode: str,
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
    buttons: bool = True,
) -> Course:
    """Simulate one replication, and keep all of it, with what explains it; and with the `buttons` that everybody who
    came as a participant is offered, if wanted.

    Buttons are looked at after each command and each due time: one that comes back by time alone, as after a
    cool-down, is seen with the next of these.
    """
    looking = _Looking(engine or StageAccess, buttons)
    taping = Taping(looking)
    done = simulate(
        scenario,
        mode=mode,
        seed=seed,
        replication=replication,
        engine=taping,
        behaviours=behaviours,
        explains=True,
    )
    tape = taping.tape
    moments = tuple(_merged(done.log, tape.entries, looking.seen))
    return Course(done.log, moments, looking.room, done.checks, explains=True)


class _Looking:
    """Makes an engine that is looked at; `seen` are the buttons, by how many answers there were before."""

    room: Room

    def __init__(self, maker: EngineMaker, buttons: bool) -> None:
        self.maker, self.buttons = maker, buttons
        self.seen: dict[int, list[Offered]] = {}

    def __call__(self, config: RoomConfig, rules: RuleSet) -> Engine:
        self.room = Room(config, rules)
        engine = self.maker(config, rules)
        return _Looked(engine, self.seen) if self.buttons else engine


class _Looked(Asking):
    """An engine that is asked, after each answer, what those who came as participants are offered.

    Whoever has only come in, and of whom nothing was heard since, is offered what all are who came in like that: one of
    them is asked for all.
    """

    def __init__(self, engine: Engine, seen: dict[int, list[Offered]]) -> None:
        super().__init__(engine)
        self._seen = seen
        self._clients: dict[str, Client] = {}
        self._quiet: dict[Client, dict[str, None]] = {client: {} for client in Client}
        self._before: dict[str, tuple[Action, ...] | None] = {}
        self._answers = 0

    def submit(self, command: Command) -> Decision:
        """Ask, and look."""
        answer = self.engine.submit(command)
        self._heard_of(str(command.by), *(event.who for event in (*answer.due, *answer.events)))
        if answer.accepted and command.by in self._clients:
            self._clients[str(command.by)] = command.client
        elif answer.accepted and command.do == Action.ENTER_ROOM and command.role == Role.PARTICIPANT:
            self._quiet[command.client][str(command.by)] = None
        self._look(command.at_ms)
        return answer

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Let time go on, and look."""
        due = self.engine.advance(at_ms)
        if due:
            self._heard_of(*(event.who for event in due))
            self._look(at_ms)
        return due

    def _heard_of(self, *names: str) -> None:
        for client, quiet in self._quiet.items():
            for name in names:
                if name in quiet:
                    del quiet[name]
                    self._clients[name] = client

    def _look(self, at_ms: int) -> None:
        self._answers += 1
        for client, quiet in self._quiet.items():
            if quiet:
                offers = self._offers(next(iter(quiet)), client)
                for name in quiet:
                    self._see(at_ms, name, offers)
        for name, client in self._clients.items():
            self._see(at_ms, name, self._offers(name, client))

    def _offers(self, name: str, client: Client) -> tuple[Action, ...] | None:
        try:
            return tuple(dict.fromkeys(offer.do for offer in self.engine.available_actions(name, client)))
        except EngineError:
            return None

    def _see(self, at_ms: int, name: str, now: tuple[Action, ...] | None) -> None:
        if name not in self._before or now != self._before[name]:
            self._before[name] = now
            self._seen.setdefault(self._answers, []).append(Offered(at_ms, name, now))


def _merged(log: EventLog, entries: Sequence[Entry], seen: dict[int, list[Offered]]) -> Iterator[Moment]:
    """Everything in one order: notes of the log stand before whatever the room did next, as the log has them."""
    rows = list(log.rows())
    place = seq = 0

    def notes(until_ms: int | None = None) -> Iterator[Note]:
        nonlocal place
        while place < len(rows) and rows[place]["event"] in AGENTS:
            at_ms = round(rows[place]["at"] * 1000)
            if until_ms is not None and at_ms > until_ms:
                return
            yield Note(at_ms, rows[place])
            place += 1

    def happened(events: Sequence[Event]) -> Iterator[Moment]:
        nonlocal place, seq
        for event in events:
            if event.seq > seq:  # a command that came twice got the first answer again
                seq = event.seq
                yield from notes()
                place += 1
                yield Happened(event.at_ms, event)

    for number, (at_ms, command, answer) in enumerate(entries, start=1):
        yield from happened(answer.due)
        yield from notes(at_ms)
        if command is not None:
            yield Asked(at_ms, command, answer)
            place += place < len(rows) and rows[place]["event"] == "rejected" and not answer.accepted
        yield from happened(answer.events)
        yield from seen.get(number, ())
    yield from notes()
