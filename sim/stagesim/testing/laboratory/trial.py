"""A story put to an engine, line by line, and held against everything that must hold whatever people do.

That is the contract (`engines.checked`), the invariants of the rules, and, of an engine that somebody else wrote, the
answers of `stageaccess` under the same rules; and the scenario's own `always` statements, once the story is over.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from stageaccess import Client, Command, CommandError, Decision, Offer, Room, StageAccess
from stageaccess.vocabulary import Phase
from stagesim.engines.checked import Checked
from stagesim.engines.contract import Engine, EngineError, EngineMaker
from stagesim.engines.polled import Polled, knows_when_due
from stagesim.engines.tape import Entry
from stagesim.scenario.demands.script_words import OFFERED, TARGETED
from stagesim.testing.laboratory.answers import Difference, difference, offer_text, offers_unlike, told_of
from stagesim.testing.laboratory.failures import Failure, anonymous
from stagesim.testing.laboratory.invariants import Breach, Invariants
from stagesim.testing.laboratory.stories import Line, Story


class Cell(NamedTuple):
    """Where a command was tried: the mode, whether it was tried by staff, the position of whom it is about (the target,
    or else the actor; empty for somebody who is not in the room), and the action.
    """

    mode: str
    is_staff: bool
    position: str
    action: str

    def __str__(self) -> str:
        """In words."""
        by = "staff" if self.is_staff else "a participant"
        return f"{self.action} by {by}, {self.position or 'nobody'}, {self.mode}"


Seen = Counter[tuple[Cell, str]]
"""How often each answer, accepted or a reason, came in each cell."""


def cell_of(room: Room, command: Command) -> Cell:
    """The cell of a command, given what is so before it."""
    target = command.to if command.do in TARGETED else command.by
    person = room.people.get(target or "")
    return Cell(room.mode, command.by in room.staff, "" if person is None else person.position, command.do)


class Trial:
    """One room of one engine, asked line by line. `seen` counts what came in each cell.

    With `judges` left out only breaches of the contract count, and all else is left to demands.
    """

    def __init__(
        self, story: Story, maker: EngineMaker | None = None, seen: Seen | None = None, *, judges: bool = True
    ) -> None:
        config, rules = story.config, story.rules
        engine = (maker or StageAccess)(config, rules)
        is_checked = isinstance(engine, Checked | Polled)  # what knows no due times must not be held to any
        self.engine: Engine = engine if is_checked else Checked(engine, engine.identity.engine, config)
        self.tells = self.engine.report_told()
        self.room = Room(config, rules)
        self.invariants = Invariants(self.room)
        self.judges = judges
        self.reference = None if maker is None or not judges else StageAccess(config, rules)
        if self.reference is not None and self.tells:
            self.reference.report_told()
        self.seen = seen
        self.index = -1
        self._ids: set[str | None] = set()
        self._is_looking = False
        self.answers: list[Entry] = []
        """Everything that was asked and answered."""

    def ask(self, line: Line) -> Failure | None:
        """Ask one line; what is wrong with the answer, None where nothing is."""
        self.index += 1
        try:
            self._is_looking = line.looks and self.judges
            failure = self._look(line) if self._is_looking else None
            self._is_looking = False
            if failure is None:
                failure = self._go_on(line.at_ms) if line.command is None else self._submit(line.command)
        except EngineError as error:
            return self._broken(error, line)
        except CommandError:
            raise  # the line is at fault, and not the engine
        except CRASHES as error:
            return self._crashed(error, line)
        return failure

    def _look(self, line: Line) -> Failure | None:
        """Ask what is so and what is offered, or when something is due; what differs from what has to be."""
        if line.command is None:
            if knows_when_due(self.engine):
                self.engine.next_due()
            return None
        failure = self._go_on(line.at_ms)
        command, who = line.command, line.command.by
        if failure is not None or who is None:
            return failure
        self.engine.state()
        offered = self.engine.available_actions(who, command.client)
        if self.reference is not None:
            unlike = offers_unlike(who, self.reference.available_actions(who, command.client), offered)
            return None if unlike is None else self._differs(unlike, self._cell(command), command.client)
        return self._offer_kept(command, offered)

    def _offer_kept(self, command: Command, offered: Sequence[Offer]) -> Failure | None:
        """Whether what is offered is what would be accepted with an effect (invariant 12), by a try of the command."""
        if command.do not in OFFERED or command.request is not None or command.id is not None:
            return None
        offer = Offer(command.do, command.to, command.mode, command.role)
        twin = StageAccess(self.room.config, self.room.rules)
        twin.room = self.room.copy()
        answer = twin.submit(command)
        if bool(answer.events) is (offer in offered):
            return None
        word, who = offer_text(offer), command.by or ""
        wanted = "offered" if answer.events else "not_offered"
        said = f"invariant 12: `{word}` is {'not ' * (wanted == 'offered')}offered to `{who}`, and {_answered(answer)}"
        shows = {"of": who, "client": command.client, wanted: [word]}
        return Failure(f"invariant 12: {self._cell(command)}: {wanted}", said, self.index, shows, is_look=True)

    def _go_on(self, at_ms: int) -> Failure | None:
        due = self.engine.advance(at_ms)
        self.answers.append(Entry(at_ms, None, Decision(None, due=due)))
        if self.reference is not None:
            expected = Decision(None, due=self.reference.advance(at_ms))
            unlike = difference(expected, Decision(None, due=due), tells=self.tells)
            if unlike is not None:
                return self._differs(unlike, BY_ITSELF)
        return self._breaks(self.invariants.breach_of_due(due), BY_ITSELF)

    def _submit(self, command: Command) -> Failure | None:
        decision = self.engine.submit(command)
        self.answers.append(Entry(command.at_ms, command, decision))
        expected = None if self.reference is None else self.reference.submit(command)
        failure = self._breaks(self.invariants.breach_of_due(decision.due), BY_ITSELF)
        cell = cell_of(self.room, command)
        if self.seen is not None:
            self.seen[cell, str(decision.reason or "accepted")] += 1
        if expected is not None:
            unlike = difference(expected, decision, tells=self.tells)
            if unlike is not None:
                return self._differs(unlike, cell)
        if command.id is not None and command.id in self._ids:
            return failure  # the first answer again, and nothing happens
        self._ids.add(command.id)
        return failure or self._breaks(self.invariants.breach(command, decision), cell)

    def _cell(self, command: Command | None) -> Cell | str:
        """Where a command is tried; without one, what happens does so by itself."""
        return BY_ITSELF if command is None else cell_of(self.room, command)

    def _breaks(self, breach: Breach | None, cell: Cell | str) -> Failure | None:
        if breach is None or not self.judges:
            return None
        said, shows, statement, number = breach
        shows = {} if statement is not None else shows
        fingerprint, is_look = f"invariant {number}: {cell}", cell == BY_ITSELF
        return Failure(fingerprint, f"invariant {number}: {said}", self.index, shows, is_look, statement)

    def _differs(self, unlike: Difference, cell: Cell | str, client: Client | None = None) -> Failure:
        names = self.room.people
        short = [anonymous(text, names) for text in (unlike.expected, unlike.got)]
        shows = unlike.shows if client is None else {**unlike.shows, "client": client}
        is_look = client is not None or cell == BY_ITSELF
        fingerprint = f"differs: {cell}: {unlike.part}: {unlike.alike or ' / '.join(short)}"
        return Failure(fingerprint, f"{unlike.said}, {cell}", self.index, shows, is_look)

    def _crashed(self, error: Exception, line: Line) -> Failure:
        """An engine of this process that gives no answer at all."""
        raised = f"the engine raises {type(error).__name__}"
        is_look = line.command is None or self._is_looking
        shows = self._should_be(line.command, is_look=is_look, is_state=False)
        fingerprint = f"crash: {self._cell(line.command)}: {raised}: {anonymous(str(error), self.room.people)}"
        return Failure(fingerprint, f"{raised}: {error}", self.index, shows, is_look)

    def _broken(self, error: EngineError, line: Line) -> Failure:
        """A breach of the contract: any step that asks as much shows it."""
        fault = error.fault.partition("\n")[0]
        is_state = error.line == '{"ask": "state"}'
        is_look = line.command is None or self._is_looking
        shows = self._should_be(line.command, is_look=is_look, is_state=is_state)
        fingerprint = f"contract: {self._cell(line.command)}: {anonymous(fault, self.room.people)}"
        return Failure(fingerprint, str(error), self.index, shows, is_look)

    def _should_be(self, command: Command | None, *, is_look: bool, is_state: bool) -> dict[str, object]:
        """What a step expects that asks what the engine could not answer: what `stageaccess` answers."""
        if is_state or command is None or (is_look and command.by is None):
            return {"live": self.room.phase is Phase.LIVE}
        right = self.reference or StageAccess(self.room.config, self.room.rules)
        if not is_look:
            answer = Decision(None) if self.reference is None else self.reference.submit(command)
            told = {"told": told_of(answer)} if self.reference is not None and self.tells else {}
            return {"expect": str(answer.reason or "accepted"), **told}
        offers = [offer_text(offer) for offer in right.available_actions(command.by or "", command.client)]
        words = {"offered": offers[:1]} if offers else {"not_offered": ["set_mode"]}
        return {"of": command.by, "client": command.client, **words}


BY_ITSELF: Final = "by itself"
"""Where nobody does anything, and time goes on."""

CRASHES: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What an engine may raise that is at fault."""


def _answered(answer: Decision) -> str:
    if answer.reason is not None:
        return f"it is rejected: {answer.reason}"
    return "it is accepted" if answer.events else "it is accepted without effect"


class Demand(Protocol):
    """Something that must hold of a whole story, beside what holds line by line."""

    def failure(self, trial: Trial) -> Failure | None:
        """What is wrong, once every line has been asked; None where nothing is."""


def tried(
    story: Story,
    maker: EngineMaker | None = None,
    demands: Sequence[Demand] = (),
    seen: Seen | None = None,
    *,
    judges: bool = True,
) -> Failure | None:
    """The first failure of a story; None where everything holds. `judges` is as in a `Trial`."""
    return of_trial(Trial(story, maker, seen, judges=judges), story.lines, demands)


def of_trial(trial: Trial, lines: Iterable[Line], demands: Sequence[Demand]) -> Failure | None:
    """The first failure of the lines in a trial, or else of these demands."""
    for line in lines:
        failure = trial.ask(line)
        if failure is not None:
            return failure
    found = (demand.failure(trial) for demand in demands)
    return next((each for each in found if each is not None), None)
