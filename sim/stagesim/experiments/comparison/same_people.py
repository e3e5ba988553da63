"""Whether both sides of a pair did have the same people with the same wishes, as common random numbers promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stagesim.experiments.comparison.pairs import Pair
from stagesim.metrics.fates import Fate


@dataclass(frozen=True, slots=True)
class OtherWishes:
    """Somebody whose wishes did not arise at the same moments on both sides of a pair, in one replication."""

    pair: Pair
    replication: int
    person: str
    moments: int
    base_moments: int


@dataclass(frozen=True, slots=True)
class SamePeople:
    """How many people with wishes were compared over all pairs and replications, and who had other wishes."""

    people: int
    other_wishes: tuple[OtherWishes, ...]

    @property
    def names(self) -> list[str]:
        """The people whose wishes were not the same anywhere, each once, in the order in which they were found."""
        return list(dict.fromkeys(each.person for each in self.other_wishes))


Fates = Mapping[tuple[str, str, int], Mapping[str, Fate]]
"""(variant, mode, replication) -> the fate of every participant with a wish."""


def same_people(pairs: Sequence[Pair], known: Fates) -> SamePeople:
    """Compare when wishes arose on both sides of every pair.

    Wishes are drawn before anything happens, so they arise alike under every rule, unless a scenario lets one wish
    follow the end of another; or a behaviour of one's own draws what it should not.
    """
    people = 0
    apart: list[OtherWishes] = []
    for pair in pairs:
        for outcome in pair.side.outcomes:
            at = outcome.replication
            side = known[pair.side.variant, pair.side.mode, at]
            base = known[pair.base.variant, pair.base.mode, at]
            names = list(dict.fromkeys((*side, *base)))
            people += len(names)
            for name in names:
                mine, theirs = (found[name].arose_ms if name in found else () for found in (side, base))
                if mine != theirs:
                    apart.append(OtherWishes(pair, at, name, len(mine), len(theirs)))
    return SamePeople(people, tuple(apart))
