"""Every state that a small room can come to: breadth first, over states and not over histories.

A state is reached by its shortest history, which is kept as the state before and the move that leads from there. To go
on from a state, this history is played again, so that a million states take some 150 MB.
"""

import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Final, NamedTuple

from stageaccess import Decision
from stagesim.engines.contract import EngineError
from stagesim.testing.laboratory.canonical import Canonical, timers
from stagesim.testing.laboratory.invariants import Breach
from stagesim.testing.laboratory.properties import ANSWERS, INVARIANTS, REPEATABLE, Property, State, Step
from stagesim.testing.laboratory.small_room import Explorable, Move, SmallRoom

BY_HAND: Final = "by Ctrl-C"
"""Why an exploration stopped that somebody interrupted."""

MOST_STATES: Final = 2_000_000
"""States that are kept at most, unless more are asked for: some 300 MB."""


class Violation(NamedTuple):
    """A property that does not hold: the shortest moves that lead to it, and what is wrong after them."""

    room: SmallRoom
    named: Property
    moves: tuple[Move, ...]
    breach: Breach


class Limits(NamedTuple):
    """How far an exploration goes: moves from the start, seconds, states that are kept. None is no limit."""

    depth: int | None = None
    seconds: float | None = None
    states: int = MOST_STATES

    def reached(self, states: int, depth: int, ends_s: float | None) -> str:
        """Which limit is reached, in words; nothing where none is. `ends_s` is when the time is over."""
        if depth == self.depth:
            return f"at the depth of {depth} moves"
        if ends_s is not None and time.monotonic() >= ends_s:
            return f"after {self.seconds:g} s"
        return f"with {self.states} states, the most that are kept" if states >= self.states else ""


class Progress(NamedTuple):
    """How far an exploration is: states found, those of them from which every move was tried, the depth of the last."""

    states: int
    expanded: int
    depth: int


@dataclass(frozen=True, slots=True)
class Space:
    """What was explored: how many `states`, how many `steps` with an effect between them, down to which `depth`.

    That is the number of moves after which nothing new comes, or up to which every state was found. `frontier` is how
    many states were found and not gone on from; `stopped` says why, nothing where it is complete. `missed` are
    properties of what can be reached that was not seen.
    """

    states: int
    steps: int
    depth: int
    frontier: int
    stopped: str
    violations: tuple[Violation, ...] = ()
    missed: tuple[Property, ...] = ()
    exchanged: bool = True

    @property
    def is_complete(self) -> bool:
        """Whether every state was found, and every move tried in each."""
        return not self.stopped and not self.frontier


@dataclass(slots=True)
class Exploration:
    """One exploration, while it goes on."""

    room: SmallRoom
    properties: Sequence[Property]
    canonical: Canonical
    seen: set[bytes] = field(default_factory=set)
    digests: list[bytes] = field(default_factory=list)
    before: "array[int]" = field(default_factory=lambda: array("q"))
    by: "array[int]" = field(default_factory=lambda: array("l"))
    events: "array[int]" = field(default_factory=lambda: array("Q"))
    steps: int = 0
    expanded: int = 0
    depth: int = 0
    broken: dict[str, Violation] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)

    def moves_to(self, state: int) -> tuple[Move, ...]:
        """The shortest history of a state."""
        moves: list[Move] = []
        while state:
            moves.append(self.room.moves[self.by[state]])
            state = self.before[state]
        return tuple(reversed(moves))

    def found(self, digest: bytes, before: int, by: int, events: Callable[[], int]) -> None:
        """Note a state if it is new. `events` gives a number that stands for all events of its history."""
        if digest not in self.seen:
            self.seen.add(digest)
            self.digests.append(digest)
            self.before.append(before)
            self.by.append(by)
            self.events.append(events())

    def play(self, history: Iterable[Move]) -> tuple[Explorable, int]:
        """The engine after a history, and the number that stands for the events."""
        engine, heard = self.room.start(), 0
        for move in history:
            heard = _heard(heard, self.room.carry_out(engine, move))
        return engine, heard

    def begin(self) -> None:
        """Note the state at the start."""
        self.found(self.canonical.digest(self.room.start().room), 0, 0, lambda: 0)

    def go_on(self, limits: Limits, watch: "Watch") -> str:
        """Try every move in every state, level by level, up to the first violation; why it stopped, if it did."""
        ends_s = time.monotonic() + limits.seconds if limits.seconds is not None else None
        while self.expanded < len(self.digests) and not self.broken:
            for number in range(self.expanded, len(self.digests)):
                stopped = limits.reached(len(self.digests), self.depth, ends_s)
                if stopped:
                    return stopped
                self.expand(number)
                self.expanded += 1
                if self.expanded % 64 == 0:
                    watch(Progress(len(self.digests), self.expanded, self.depth))
            self.depth += 1
        return "at the first violation" if self.expanded < len(self.digests) else ""

    def space(self, stopped: str) -> Space:
        """What was explored."""
        missed = [each for each in self.properties if each.reached is not None and each.name not in self.came]
        return Space(
            states=len(self.digests),
            steps=self.steps,
            depth=self.depth if stopped else self.depth - 1,
            frontier=len(self.digests) - self.expanded,
            stopped=stopped,
            violations=tuple(self.broken.values()),
            missed=() if stopped else tuple(missed),
            exchanged=self.canonical.exchanging,
        )

    def expand(self, number: int) -> None:
        """Try every move in one state."""
        history = self.moves_to(number)
        engine, heard = self.play(history)
        own = self.canonical.digest(engine.room)
        if (own, heard) != (self.digests[number], self.events[number]):
            self.breaks(REPEATABLE, history, Breach("the same commands led to other events before"))
            return
        tried: list[tuple[Move, Decision]] = []
        spare = engine.copy()
        for index, move in enumerate(self.room.moves):
            try:
                decision = self.room.carry_out(spare, move)
            except Exception as error:  # whatever an engine under test raises is a fault of its own
                self.breaks(ANSWERS, (*history, move), Breach(f"the engine broke: {type(error).__name__}: {error}"))
                spare = engine.copy()
                continue
            tried.append((move, decision))
            if _is_silent(move, decision):
                continue
            digest = self.canonical.digest(spare.room)
            self.check(history, Step(engine, spare, move, decision, is_same=digest == own))
            if self.room.timers is None or timers(self.canonical, spare.room) <= self.room.timers:
                self.steps += 1
                self.found(digest, number, index, partial(_heard, heard, decision))
            spare = engine.copy()
        self.check_silence(history, engine, own, [move for move, decision in tried if _is_silent(move, decision)])
        self.check_state(history, State(engine, tuple(self.room.people), tried))

    def check_silence(self, history: tuple[Move, ...], engine: Explorable, own: bytes, moves: Sequence[Move]) -> None:
        """Moves without an event change nothing: all of them together, or else the first that does is found."""
        spare = engine.copy()
        for move in moves:
            self.room.carry_out(spare, move)
        if self.canonical.digest(spare.room) == own:
            return
        for move in moves:
            spare = engine.copy()
            decision = self.room.carry_out(spare, move)
            if self.canonical.digest(spare.room) != own:
                self.check(history, Step(engine, spare, move, decision, is_same=False))

    def check(self, history: tuple[Move, ...], step: Step) -> None:
        """Hold a step against the properties."""
        for each in self.properties:
            if each.of_step is not None and each.name not in self.broken:
                self.hold(each, (*history, step.move), partial(each.of_step, step))

    def check_state(self, history: tuple[Move, ...], state: State) -> None:
        """Hold a state against the properties."""
        for each in self.properties:
            if each.of_state is not None and each.name not in self.broken:
                self.hold(each, history, partial(each.of_state, state))
            if each.reached is not None and each.name not in self.came and each.reached(state):
                self.came.add(each.name)

    def hold(self, named: Property, moves: tuple[Move, ...], breach: Callable[[], Breach | None]) -> None:
        """Note what is wrong by a property, if anything."""
        try:
            found = breach()
        except EngineError as error:
            named, found = ANSWERS, Breach(str(error).partition("\n")[0])
        if found is not None:
            self.breaks(named, moves, found)

    def breaks(self, named: Property, moves: tuple[Move, ...], breach: Breach) -> None:
        """Note a violation, the first of its property."""
        self.broken.setdefault(named.name, Violation(self.room, named, moves, breach))


Watch = Callable[[Progress], None]


def _heard(before: int, decision: Decision) -> int:
    """A number that stands for all events up to those of a decision."""
    said = [(*event[:5], sorted(event.extra.items())) for event in (*decision.due, *decision.events)]
    return int.from_bytes(blake2b(repr((before, said)).encode(), digest_size=8).digest(), "big")


def _is_silent(move: Move, decision: Decision) -> bool:
    """Whether nothing happened: a rejection, or something that was so already."""
    return move is not None and not decision.events and not decision.due


def explore(
    room: SmallRoom,
    properties: Sequence[Property] = INVARIANTS,
    limits: Limits = Limits(),  # noqa: B008 it is frozen
    *,
    exchanging: bool = True,
    watch: Watch = lambda _: None,
) -> Space:
    """Every state of a room, each once, and each move in each of them, held against the properties.

    `exchanging` takes states for one that differ only in who of several equal people is who. It ends with the moves of
    the length at which something is first violated, or at a limit.
    """
    all_of_it = Exploration(room, properties, Canonical(room, exchanging=exchanging))
    all_of_it.begin()
    try:
        stopped = all_of_it.go_on(limits, watch)
    except KeyboardInterrupt:
        stopped = BY_HAND
    return all_of_it.space(stopped)
