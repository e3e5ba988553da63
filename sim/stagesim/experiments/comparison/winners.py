"""Who wins and who loses: the same person in the same replication, on both sides of a pair.

Shares and means are over all people of all sessions together, with intervals in which the session is the unit: a
session in which a part has few people counts as much as these few.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stagesim.experiments.comparison.pairs import Pair
from stagesim.experiments.comparison.same_people import Fates
from stagesim.experiments.tables import Table
from stagesim.metrics.fates import Fate
from stagesim.statistics import Interval, mean_interval, per_session, share_interval

SAME_S: Final = 5.0
"""Waits that differ by no more than this many seconds are the same to the person."""

STARVED: Final = 0.10
"""When this part of the people loses the stage altogether, a better mean is no good news."""

By = Literal["all", "group", "client"]
Couple = tuple[Fate, Fate]
"""One person on both sides: on the side that is compared, and on its base."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the step from base to side does to the people of one part (`by` group or client, with its `value`).

    `people` is their mean number in a replication; of each, the wishes count that are the same on both sides. `better`
    and `worse` are the shares of those who are better and worse off: more wishes or fewer that are heard, or as many
    with waits that differ by more than `SAME_S`. `change_s` is the mean change of the time without the stage, `worst_s`
    that of the tenth that fares worst. `never` and `base_never` are the shares of people never heard, `lost` of those
    who were heard on the base and are never on the side. `heard_change_s` is the change in the mean wait of people who
    were heard.
    """

    pair: Pair
    by: By
    value: str
    people: float
    better: Interval
    worse: Interval
    change_s: Interval
    worst_s: Interval
    never: Interval
    base_never: Interval
    lost: Interval
    heard_change_s: Interval

    @property
    def starves(self) -> bool:
        """Whether a better mean hides that a tenth or more of the people lose the stage altogether."""
        looks_better = self.change_s.mean < 0 or self.heard_change_s.mean < 0
        return looks_better and self.lost.mean >= STARVED


def effects(pairs: Sequence[Pair], known: Fates) -> list[Effect]:
    """The effects of every pair: on all people, then on every group and client if there is more than one."""
    found: list[Effect] = []
    for pair in pairs:
        couples = {
            outcome.replication: _couples(
                known[pair.side.variant, pair.side.mode, outcome.replication],
                known[pair.base.variant, pair.base.mode, outcome.replication],
            )
            for outcome in pair.side.outcomes
        }
        if any(couples.values()):
            found += _of_pair(pair, couples)
    return found


def _couples(side: Mapping[str, Fate], base: Mapping[str, Fate]) -> list[Couple]:
    """The people who had wishes on both sides, with those of their wishes that are the same on both."""
    found = (_alike(fate, base[name]) for name, fate in side.items() if name in base)
    return [couple for couple in found if couple is not None]


def _alike(mine: Fate, theirs: Fate) -> Couple | None:
    """One person with the wishes that arose at the same moments on both sides; None where there is none."""
    if mine.arose_ms == theirs.arose_ms:
        return mine, theirs
    places = [(mine.arose_ms.index(at_ms), theirs.arose_ms.index(at_ms)) for at_ms in _shared(mine, theirs)]
    if not places:
        return None
    first, second = zip(*places, strict=True)
    return mine.only(first), theirs.only(second)


def _shared(mine: Fate, theirs: Fate) -> list[int]:
    others = set(theirs.arose_ms)
    return [at_ms for at_ms in dict.fromkeys(mine.arose_ms) if at_ms in others]


def _of_pair(pair: Pair, couples: Mapping[int, list[Couple]]) -> Iterable[Effect]:
    yield _effect(pair, "all", "", couples)
    for by in ("group", "client"):
        values = sorted({getattr(fate, by) for found in couples.values() for fate, _ in found})
        for value in values if len(values) > 1 else ():
            part = {at: [each for each in found if getattr(each[0], by) == value] for at, found in couples.items()}
            yield _effect(pair, "group" if by == "group" else "client", value, part)


def _effect(pair: Pair, by: By, value: str, couples: Mapping[int, list[Couple]]) -> Effect:
    sessions = list(couples.values())

    def share_of(belongs: Callable[[Couple], bool]) -> Interval:
        return share_interval([(sum(map(belongs, found)), len(found)) for found in sessions])

    return Effect(
        pair,
        by,
        value,
        sum(map(len, sessions)) / len(sessions),
        share_of(lambda each: _gain(*each) > 0),
        share_of(lambda each: _gain(*each) < 0),
        mean_interval(_pooled([list(map(_change, found)) for found in sessions])),
        mean_interval(_pooled([_worst_tenth(found) for found in sessions])),
        share_of(lambda each: each[0].heard == 0),
        share_of(lambda each: each[1].heard == 0),
        share_of(lambda each: each[0].heard == 0 < each[1].heard),
        mean_interval(_heard_changes(sessions)),
    )


def _pooled(sessions: Sequence[Sequence[float]]) -> list[float]:
    """A value for each session, so that their mean is the mean over all that is in them together."""
    return per_session([(math.fsum(values), len(values)) for values in sessions])


def _heard_changes(sessions: Sequence[list[Couple]]) -> list[float]:
    """A value for each session; their mean is the mean wait of all who were heard on the side, less that of all who
    were on the base.
    """
    sides = ([[each[at].wait_s for each in found if _all_heard(each[at])] for found in sessions] for at in (0, 1))
    mine, theirs = map(_complete, map(_pooled, sides))
    return [side - base for side, base in zip(mine, theirs, strict=True)]


def _complete(values: Sequence[float]) -> list[float]:
    """The values with their mean for every one that is missing, as of a session that says nothing."""
    whole = _mean([value for value in values if not math.isnan(value)])
    return [whole if math.isnan(value) else value for value in values]


def _all_heard(fate: Fate) -> bool:
    return fate.heard == len(fate.arose_ms)


def _change(couple: Couple) -> float:
    side, base = couple
    return side.wait_s - base.wait_s


def _gain(side: Fate, base: Fate) -> float:
    """Above zero for somebody who is better off, below zero for somebody worse off."""
    if side.heard != base.heard:
        return side.heard - base.heard
    earlier_s = base.wait_s - side.wait_s
    return earlier_s if abs(earlier_s) > SAME_S else 0.0


def _worst_tenth(found: list[Couple]) -> list[float]:
    """The changes of the wait of the tenth, at least one person, who fare worst in one session."""
    changes = sorted(map(_change, found), reverse=True)
    return changes[: math.ceil(len(changes) / 10)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


_WHOSE: Final = ("variant", "mode", "base_variant", "base_mode", "by", "value", "people", "starves")
_LIMITED: Final = ("better", "worse", "change_s", "worst_s", "never", "base_never", "lost", "heard_change_s")
_COLUMNS: Final = (*_WHOSE, *(f"{name}{end}" for name in _LIMITED for end in ("", "_low", "_high")))


def effects_table(found: Sequence[Effect]) -> Table:
    """One row a pair and part of the people; every figure with the limits of its 95 % interval."""
    return Table(_COLUMNS, [tuple(_row(each)) for each in found])


def _row(each: Effect) -> Iterator[object]:
    side, base = each.pair.side, each.pair.base
    yield from (side.variant, side.mode, base.variant, base.mode, each.by, each.value, each.people, each.starves)
    for name in _LIMITED:
        interval: Interval = getattr(each, name)
        yield from (interval.mean, interval.low, interval.high)
