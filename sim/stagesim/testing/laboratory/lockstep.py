"""Two rooms with the same people, put through the same histories side by side: breadth first, over pairs of states."""

import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from stageaccess import Decision
from stagesim.testing.laboratory.canonical import Canonical, joint_digest
from stagesim.testing.laboratory.small_room import Explorable, Move, SmallRoom
from stagesim.testing.laboratory.states import Limits, Progress, Watch


class Tried(NamedTuple):
    """A move in one of the two rooms: the engine before it, the engine after it, the answer."""

    before: Explorable
    after: Explorable
    decision: Decision


See = Callable[[tuple[Move, ...], Move, Tried, Tried], bool]
"""Looks at a move after a history, in both; whether to go on with what comes after it."""


class Far(NamedTuple):
    """How far it went: pairs of states, moves from the start; why not everything was tried, nothing if it was."""

    states: int
    depth: int
    stopped: str


@dataclass(slots=True)
class Lockstep:
    """Both rooms, while their histories are tried. The moves are those of the first."""

    one: SmallRoom
    other: SmallRoom
    forms: tuple[Canonical, Canonical]
    see: See
    seen: set[bytes] = field(default_factory=set)
    before: "array[int]" = field(default_factory=lambda: array("q"))
    by: "array[int]" = field(default_factory=lambda: array("l"))

    def found(self, one: Explorable, other: Explorable, before: int, by: int) -> None:
        """Note a pair of states if it is new."""
        digest = joint_digest(tuple(zip(self.forms, (one.room, other.room), strict=True)))
        if digest not in self.seen:
            self.seen.add(digest)
            self.before.append(before)
            self.by.append(by)

    def history(self, number: int) -> tuple[Move, ...]:
        """The shortest history of a pair of states."""
        moves: list[Move] = []
        while number:
            moves.append(self.one.moves[self.by[number]])
            number = self.before[number]
        return tuple(reversed(moves))

    def expand(self, number: int) -> None:
        """Try every move after one history, in both."""
        history = self.history(number)
        one, other = self.one.after(history), self.other.after(history)
        left, right = one.copy(), other.copy()
        for index, move in enumerate(self.one.moves):
            here, there = self.one.carry_out(left, move), self.other.carry_out(right, move)
            goes_on = self.see(history, move, Tried(one, left, here), Tried(other, right, there))
            if _changes(here, move) or _changes(there, move):
                if goes_on:
                    self.found(left, right, number, index)
                left, right = one.copy(), other.copy()


def _changes(decision: Decision, move: Move) -> bool:
    return move is None or bool(decision.events or decision.due)


def in_lockstep(
    one: SmallRoom,
    other: SmallRoom,
    see: See,
    limits: Limits,
    *,
    exchanging: bool = True,
    watch: Watch = lambda _: None,
    until: Callable[[], bool] = lambda: False,
) -> Far:
    """Put two rooms through the same histories, until there are no new ones, or `until` says that it is enough."""
    forms = Canonical(one, exchanging=exchanging), Canonical(other, exchanging=exchanging)
    both = Lockstep(one, other, forms, see)
    both.found(one.start(), other.start(), 0, 0)
    ends_s = time.monotonic() + limits.seconds if limits.seconds is not None else None
    depth, stopped, level = 0, "", 0
    for number in _numbers(both):
        if number == level:
            depth, level = depth + (number > 0), len(both.before)
        stopped = "at the first difference" if until() else limits.reached(len(both.before), depth, ends_s)
        if stopped:
            break
        both.expand(number)
        if number % 64 == 63:
            watch(Progress(len(both.before), number + 1, depth))
    return Far(len(both.before), depth, stopped)


def _numbers(both: Lockstep) -> Iterator[int]:
    """The numbers of the pairs of states, also of those that are found meanwhile."""
    number = 0
    while number < len(both.before):
        yield number
        number += 1
