"""Whether one set of rules lets people do more than another: both are put through the same histories, in lockstep.

After each history that both allow, every command is tried in both. What one allows and the other does not is a
permission that the other lacks, unless there somebody stands as far already as it would lead; where both allow it, the
one that leads further allows more. A place that is taken by somebody whom only one of the two has on stage is no
matter of permission.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from stageaccess import Decision, Mode, Reason, Room, Standing
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stagesim.testing.laboratory.canonical import Canonical, joint_digest
from stagesim.testing.laboratory.small_room import Explorable, Move, SmallRoom
from stagesim.testing.laboratory.states import Limits, Progress, Watch
from stagesim.testing.laboratory.witness import written

FURTHER: Final = {standing: place for place, standing in enumerate(Standing)}
"""How far each standing is on the way to the stage."""


class Permission(StrEnum):
    """How permissive the candidate is, compared with the base."""

    EQUIVALENT = "equivalent"
    NO_DIFFERENCE_FOUND = "no difference found"
    """Where not everything was tried."""
    MORE = "more permissive"
    LESS = "less permissive"
    INCOMPARABLE = "incomparable"


class Cell(NamedTuple):
    """Who acts, and in which mode."""

    mode: Mode
    is_staff: bool

    @property
    def who(self) -> str:
        """Who acts, in words."""
        return "staff" if self.is_staff else "participants"


class Witness(NamedTuple):
    """The shortest history after which one allows more than the other, with the action that shows it last.

    `base` and `candidate` are the answers to it, and how far whom it is about stands after it (None: it is about
    nobody's way to the stage).
    """

    moves: tuple[Move, ...]
    base: "Answer"
    candidate: "Answer"


class Answer(NamedTuple):
    """The reason of a rejection, None where it is accepted; who is concerned, and their standing then."""

    reason: Reason | None
    whom: str | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it: by mode and role, the shortest story in which the candidate allows more, and less.

    `stopped` says why not every common history was tried, nothing if it was.
    """

    base: SmallRoom
    candidate: SmallRoom
    more: dict[Cell, Witness]
    less: dict[Cell, Witness]
    states: int
    depth: int
    stopped: str

    def permission(self, cell: Cell) -> Permission:
        """How the candidate is in one mode, for one role."""
        match cell in self.more, cell in self.less:
            case True, True:
                return Permission.INCOMPARABLE
            case True, False:
                return Permission.MORE
            case False, True:
                return Permission.LESS
        return Permission.NO_DIFFERENCE_FOUND if self.stopped else Permission.EQUIVALENT

    @property
    def cells(self) -> list[Cell]:
        """The modes that can be reached, each with both roles."""
        moves = (move for move in self.base.moves if move is not None)
        modes = dict.fromkeys([self.base.config.mode, *(move.mode for move in moves if move.mode is not None)])
        return [Cell(mode, is_staff) for mode in modes for is_staff in (False, True)]

    @property
    def differs(self) -> bool:
        """Whether the candidate is anything but equivalent."""
        return bool(self.more or self.less)


@dataclass(slots=True)
class _Lockstep:
    """Both rooms, while their common histories are tried."""

    base: SmallRoom
    candidate: SmallRoom
    forms: tuple[Canonical, Canonical]
    seen: set[bytes] = field(default_factory=set)
    before: list[tuple[int, int]] = field(default_factory=list)
    more: dict[Cell, Witness] = field(default_factory=dict)
    less: dict[Cell, Witness] = field(default_factory=dict)

    def found(self, one: Explorable, other: Explorable, before: int, by: int) -> None:
        """Note a pair of states that is new."""
        digest = joint_digest(tuple(zip(self.forms, (one.room, other.room), strict=True)))
        if digest not in self.seen:
            self.seen.add(digest)
            self.before.append((before, by))

    def history(self, number: int) -> tuple[Move, ...]:
        """The shortest history of a pair of states."""
        moves: list[Move] = []
        while number:
            number, by = self.before[number]
            moves.append(self.base.moves[by])
        return tuple(reversed(moves))

    def expand(self, number: int) -> None:
        """Try every move after one history, in both."""
        history = self.history(number)
        one, other = self.base.after(history), self.candidate.after(history)
        left, right = one.copy(), other.copy()
        for index, move in enumerate(self.base.moves):
            base, candidate = self.base.carry_out(left, move), self.candidate.carry_out(right, move)
            if move is not None:
                self._compare(history, move, (one.room, left.room, base), (other.room, right.room, candidate))
            if base.accepted and candidate.accepted:
                self.found(left, right, number, index)
            if _changes(base, move) or _changes(candidate, move):
                left, right = one.copy(), other.copy()

    def _compare(self, history: tuple[Move, ...], move: Move, base: "_Tried", candidate: "_Tried") -> None:
        assert move is not None
        cell = Cell(base[0].mode, str(move.by) in base[0].staff)
        if move.by is None or cell != (candidate[0].mode, str(move.by) in candidate[0].staff):
            return
        whom = _whom(move)
        for found, one, other in ((self.less, base, candidate), (self.more, candidate, base)):
            if cell not in found and _allows_more(one, other, whom):
                answers = (Answer(tried[2].reason, whom, _standing(tried[1], whom)) for tried in (base, candidate))
                found[cell] = Witness((*history, move), *answers)


_Tried = tuple[Room, Room, Decision]
"""A room before an action, the room after it, and the answer."""


def _changes(decision: Decision, move: Move) -> bool:
    return move is None or bool(decision.events or decision.due)


def _whom(move: Move) -> str | None:
    """Whom an action takes on the way to the stage, or off it."""
    if move is None or move.do not in (*OWN_ACTIONS, *OTHERS_ACTIONS):
        return None
    return move.to or move.by


def _standing(room: Room, whom: str | None) -> Standing | None:
    return None if whom is None else room.people[whom].standing


def _allows_more(one: _Tried, other: _Tried, whom: str | None) -> bool:
    """Whether one allows with an action what the other does not."""
    (before, after, decision), (there, there_after, answer) = one, other
    if not decision.accepted or (answer.reason is Reason.STAGE_FULL and list(before.stage) != list(there.stage)):
        return False
    if whom is None:
        return not answer.accepted
    is_alike = before.people[whom].position is there.people[whom].position
    leads_to, there_to = FURTHER[after.people[whom].standing], FURTHER[there_after.people[whom].standing]
    if answer.accepted:
        return is_alike and leads_to > there_to
    return is_alike or leads_to > FURTHER[there.people[whom].standing]


def compare_permissions(
    base: SmallRoom,
    candidate: SmallRoom,
    limits: Limits = Limits(),  # noqa: B008 it is frozen
    *,
    watch: Watch = lambda _: None,
) -> Compared:
    """What a candidate allows, compared with a base: two rooms that differ in nothing but their variant."""
    forms = Canonical(base, exchanging=True), Canonical(candidate, exchanging=True)
    both = _Lockstep(base, candidate, forms)
    both.found(base.start(), candidate.start(), 0, 0)
    until = time.monotonic() + limits.seconds if limits.seconds is not None else None
    depth, stopped, ends = 0, "", 0
    for number in _numbers(both):
        if number == ends:
            depth, ends = depth + (number > 0), len(both.before)
        stopped = _stopped(both, limits, until, depth)
        if stopped:
            break
        both.expand(number)
        if number % 64 == 63:
            watch(Progress(len(both.before), number + 1, depth))
    return Compared(base, candidate, both.more, both.less, len(both.before), depth, stopped)


def _numbers(both: _Lockstep) -> Iterator[int]:
    """The numbers of the pairs of states, also of those that are found meanwhile."""
    number = 0
    while number < len(both.before):
        yield number
        number += 1


def _stopped(both: _Lockstep, limits: Limits, until: float | None, depth: int) -> str:
    if until is not None and time.monotonic() >= until:
        return f"after {limits.seconds:g} s"
    if len(both.before) >= limits.states:
        return f"with {limits.states} states, the most that are kept"
    return f"at the depth of {depth} moves" if depth == limits.depth else ""


class Story(NamedTuple):
    """A witness as two scenarios that differ in what their last step expects: each passes under its own rules alone."""

    cell: Cell
    allows: Literal["more", "less"]
    witness: Witness
    base: str
    candidate: str


def stories(found: Compared) -> Iterator[Story]:
    """Every witness, by mode and role."""
    for cell in found.cells:
        for allows, witnesses in (("more", found.more), ("less", found.less)):
            if cell in witnesses:
                witness = witnesses[cell]
                title = f"{cell.who} in {cell.mode}: the candidate allows {allows}"
                texts = (
                    written(room, witness.moves, title, _expected(answer))
                    for room, answer in ((found.base, witness.base), (found.candidate, witness.candidate))
                )
                yield Story(cell, "more" if allows == "more" else "less", witness, *texts)


def _expected(answer: Answer) -> dict[str, str]:
    """What a step expects that has this answer."""
    expected = {"expect": str(answer.reason or "accepted")}
    return expected if answer.whom is None else {**expected, "of": answer.whom, "standing": str(answer.standing)}
