"""Whether one set of rules lets people do more than another: both are put through the same histories, in lockstep.

After each history that both allow, every command is tried in both. What one allows and the other does not is a
permission that the other lacks, unless there somebody stands as far already as it would lead; where both allow it, the
one that leads further allows more. A place that is taken by somebody whom only one of the two has on stage is no
matter of permission.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from stageaccess import Mode, Reason, Standing
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stagesim.testing.laboratory.lockstep import Tried, in_lockstep
from stagesim.testing.laboratory.small_room import Move, SmallRoom
from stagesim.testing.laboratory.states import Limits, Watch
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
class _Comparison:
    """What has been found so far."""

    more: dict[Cell, Witness] = field(default_factory=dict)
    less: dict[Cell, Witness] = field(default_factory=dict)

    def see(self, history: tuple[Move, ...], move: Move, base: Tried, candidate: Tried) -> bool:
        """Compare the answers to one action; only what both allow is gone on with."""
        if move is not None and move.by is not None:
            self._compare((*history, move), move.by, _whom(move), base, candidate)
        return base.decision.accepted and candidate.decision.accepted

    def _compare(self, moves: tuple[Move, ...], by: str, whom: str | None, base: Tried, candidate: Tried) -> None:
        cells = [Cell(tried.before.room.mode, by in tried.before.room.staff) for tried in (base, candidate)]
        for found, one, other in ((self.less, base, candidate), (self.more, candidate, base)):
            if cells[0] == cells[1] and cells[0] not in found and _allows_more(one, other, whom):
                answers = (Answer(tried.decision.reason, whom, _standing(tried, whom)) for tried in (base, candidate))
                found[cells[0]] = Witness(moves, *answers)


def _whom(move: Move) -> str | None:
    """Whom an action takes on the way to the stage, or off it."""
    if move is None or move.do not in (*OWN_ACTIONS, *OTHERS_ACTIONS):
        return None
    return move.to or move.by


def _standing(tried: Tried, whom: str | None) -> Standing | None:
    """How far somebody stands after an action."""
    return None if whom is None else tried.after.room.people[whom].standing


def _allows_more(one: Tried, other: Tried, whom: str | None) -> bool:
    """Whether one allows with an action what the other does not."""
    before, there, answer = one.before.room, other.before.room, other.decision
    is_taken = answer.reason is Reason.STAGE_FULL and list(before.stage) != list(there.stage)
    if not one.decision.accepted or is_taken:
        return False
    if whom is None:
        return not answer.accepted
    is_alike = before.people[whom].position is there.people[whom].position
    leads_to, there_to = (FURTHER[tried.after.room.people[whom].standing] for tried in (one, other))
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
    found = _Comparison()
    far = in_lockstep(base, candidate, found.see, limits, watch=watch)
    return Compared(base, candidate, found.more, found.less, *far)


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
