"""Whether two engines are alike, whatever is done: the same answers, events, notices and offers after every history."""

from dataclasses import dataclass
from typing import NamedTuple

from stageaccess import Decision
from stagesim.testing.laboratory.lockstep import Far, Tried, in_lockstep
from stagesim.testing.laboratory.small_room import Explorable, Move, SmallRoom
from stagesim.testing.laboratory.states import Limits, Watch


class Unlike(NamedTuple):
    """The shortest history after which two engines are not alike: what is asked last, and what each of them says.

    Where they answer alike and then offer something else, `offered` is to whom.
    """

    moves: tuple[Move, ...]
    one: Decision
    other: Decision
    offered: str | None = None


class Alike(NamedTuple):
    """What came of it: where they are not alike, if anywhere, and how far it went."""

    unlike: Unlike | None
    far: Far

    @property
    def is_proven(self) -> bool:
        """Whether they are alike, after every history of the moves that were tried."""
        return self.unlike is None and not self.far.stopped


@dataclass(slots=True)
class _Search:
    """The first difference, while it is looked for."""

    unlike: Unlike | None = None
    asked: tuple[Move, ...] | None = None

    def see(self, history: tuple[Move, ...], move: Move, one: Tried, other: Tried) -> bool:
        """Compare the answers to a move, and once in each state what is offered before it."""
        if self.unlike is None and history != self.asked:
            self.asked = history
            self.unlike = _other_offers(history, one.before, other.before)
        if self.unlike is None and one.decision != other.decision:
            self.unlike = Unlike((*history, move), one.decision, other.decision)
        return self.unlike is None


def _other_offers(history: tuple[Move, ...], one: Explorable, other: Explorable) -> Unlike | None:
    for name in one.room.people:
        if one.available_actions(name) != other.available_actions(name):
            return Unlike(history, Decision(None), Decision(None), name)
    return None


def alike(
    one: SmallRoom,
    other: SmallRoom,
    limits: Limits = Limits(),  # noqa: B008 it is frozen
    *,
    watch: Watch = lambda _: None,
) -> Alike:
    """Whether two rooms with the same people answer alike, whatever is done, told by the moves of the first.

    Who is told is compared where both rooms say it (`SmallRoom.tells`). What no move does is not known: numbers of
    requests, ids of commands, clients but for `set_mode`.
    """
    search = _Search()
    far = in_lockstep(one, other, search.see, limits, watch=watch, until=lambda: search.unlike is not None)
    return Alike(search.unlike, far)
