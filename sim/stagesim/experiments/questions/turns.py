"""Who is ahead at each value of an assumption, and where along it that turns: by the sessions alone, simulated or not.

All is about values by session, which are taken in pairs: the same people come at every value and to every contender.
What is said of who is ahead holds for all values of an assumption together (Holm over values and pairs).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal, NamedTuple

from stagesim.experiments.questions.crossings import RESAMPLES, nearest, zero
from stagesim.statistics import ENOUGH, average, holm, pair_p_value, t_quantile

Standing = Literal["ahead", "tied", "undecided"]

Sides = tuple[tuple[float, ...], ...]
"""A value for each session, by contender; the higher the better."""


class Point(NamedTuple):
    """One value of an assumption: its number, as the scenario says it, and what the contenders have there.

    Who was not simulated there has nothing.
    """

    number: float
    text: str
    sides: Sides

    @property
    def means(self) -> list[float]:
        """The mean of every contender."""
        return [average(side) for side in self.sides]

    def has(self, *contenders: int) -> bool:
        """Whether these were simulated there."""
        return all(self.sides[each] for each in contenders)

    @property
    def leader(self) -> int:
        """Who has the best mean, the first of them where several have."""
        means = [-math.inf if math.isnan(mean) else round(mean, 12) for mean in self.means]
        return means.index(max(means))


@dataclass(frozen=True, slots=True)
class Judged:
    """One of the values that were declared: who has the best mean, and whether that one is shown to be ahead of all.

    `tied` are those that have the same as the leader in every session, while the others are behind.
    """

    point: Point
    leader: int
    standing: Standing
    tied: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """`before` is ahead up to `at`, `after` from there; `low` and `high` are the limits of its interval.

    Up to `last` the one is shown to be ahead and from `first` on the other. `found` is the share of resamples in which
    they change places at all; the interval has no limits where that is less than the confidence.
    """

    before: int
    after: int
    at: float
    low: float
    high: float
    last: float
    first: float
    found: float

    @property
    def certain(self) -> bool:
        """Whether the interval has limits."""
        return not math.isnan(self.low)


def judged(points: Sequence[Point], alpha: float) -> tuple[Judged, ...]:
    """Who is ahead at each value, with an error of at most `alpha` over all values and pairs together."""
    pairs = list(combinations(range(len(points[0].sides)), 2))
    keys = [(place, pair) for place in range(len(points)) for pair in pairs]
    plain = [pair_p_value(points[place].sides[one], points[place].sides[other]) for place, (one, other) in keys]
    adjusted = dict(zip(keys, holm(plain), strict=True))
    found = []
    for place, point in enumerate(points):
        leader = point.leader
        others = [other for other in range(len(point.sides)) if other != leader]
        near = [o for o in others if adjusted[place, (min(leader, o), max(leader, o))] >= alpha]
        alike = tuple(other for other in near if point.sides[other] == point.sides[leader])
        standing: Standing = "ahead" if not near else "tied" if len(alike) == len(near) else "undecided"
        found.append(Judged(point, leader, standing, alike if standing == "tied" else ()))
    return tuple(found)


def least_lead(sessions: int, values: int, contenders: int, confidence: float) -> float:
    """How large a lead is shown for sure at one of so many values, in units of its spread between sessions, by so many
    of them; infinite where they are too few for any lead that varies. An estimate: as if it varied by the normal law.
    """
    if sessions <= ENOUGH:
        return math.inf
    pairs = values * contenders * (contenders - 1) // 2
    return t_quantile(sessions - 1, 1 - (1 - confidence) / pairs) / math.sqrt(sessions)


def changes(values: Sequence[Judged]) -> list[tuple[Judged, Judged]]:
    """Each two values next to each other, among those where somebody is shown to be ahead, that have other leaders."""
    firm = [each for each in values if each.standing == "ahead"]
    return [(one, other) for one, other in pairwise(firm) if one.leader != other.leader]


def bracket(points: Sequence[Point], before: int, after: int) -> tuple[Point, Point]:
    """The two neighbours between which the one falls behind the other, by halving the list; its ends have a leader."""
    low, high = 0, len(points) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if _lead(points[middle], before, after) > 0:
            low = middle
        else:
            high = middle
    return points[low], points[high]


def turn(
    points: Sequence[Point], ends: tuple[Point, Point], change: tuple[Judged, Judged], confidence: float, seed: int
) -> Turn:
    """The turn between two neighbours in `points`, all at which both sides were simulated, with its interval.

    The sessions are drawn anew, those of all values together, and the place is looked for again. A session that has
    nothing to measure at one of the values takes no part in that.
    """
    import numpy as np

    before, after = (each.leader for each in change)
    x = [point.number for point in points]
    apart: Any = np.array([np.subtract(point.sides[before], point.sides[after]) for point in points])
    at = zero(*(each.number for each in ends), *(_lead(each, before, after) for each in ends))
    apart = apart[:, ~np.isnan(apart).any(axis=0)]
    size = apart.shape[1]
    drawn = np.random.default_rng(seed).integers(0, max(1, size), size=(RESAMPLES if size > 1 else 0, size))
    curves = np.array([each[drawn].mean(axis=1) for each in apart]).T
    places = [place for place in (nearest(x, curve, 1, at) for curve in curves) if not math.isnan(place)]
    low = high = math.nan
    if places and len(places) >= confidence * RESAMPLES:
        tail = 100 * _tail(size, confidence)
        low, high = map(float, np.percentile(places, (tail, 100 - tail)))
    last, first = (each.point.number for each in change)
    return Turn(before, after, at, low, high, last, first, len(places) / RESAMPLES)


def _tail(sessions: int, confidence: float) -> float:
    """The share of resamples beyond each limit: less than without it, since few sessions vary too little when drawn
    anew (the expanded percentile interval; Hesterberg 2015).
    """
    from scipy.special import ndtr

    return float(ndtr(-t_quantile(sessions - 1, confidence) * math.sqrt(sessions / (sessions - 1))))


def _lead(point: Point, before: int, after: int) -> float:
    """By how much the one is ahead of the other on average."""
    return average([one - other for one, other in zip(point.sides[before], point.sides[after], strict=True)])
