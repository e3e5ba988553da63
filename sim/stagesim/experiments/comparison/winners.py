"""Who wins and who loses: the same person in the same replication, on both sides of a pair.

Everything is a share or a mean within one replication first, and an interval over the replications then.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from stagesim.experiments.comparison.pairs import Pair
from stagesim.experiments.comparison.same_people import Fates
from stagesim.metrics.fates import Fate
from stagesim.statistics import Interval, t_interval

if TYPE_CHECKING:
    import pandas as pd

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

    `people` is their mean number in a replication. `better` and `worse` are the shares of those who are better and
    worse off: more wishes or fewer that lead to the stage, or as many with waits that differ by more than `SAME_S`.
    `change_s` is the mean change of the time without the stage, `worst_s` that of the tenth that fares worst.
    `never` and `base_never` are the shares of people never served, `lost` of those who were served on the base and are
    never on the side. `served_change_s` is the change in the mean wait of people who were served.
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
    served_change_s: Interval

    @property
    def starves(self) -> bool:
        """Whether a better mean hides that a tenth or more of the people lose the stage altogether."""
        looks_better = self.change_s.mean < 0 or self.served_change_s.mean < 0
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
    """The people who had wishes on both sides."""
    return [(fate, base[name]) for name, fate in side.items() if name in base]


def _of_pair(pair: Pair, couples: Mapping[int, list[Couple]]) -> Iterable[Effect]:
    yield _effect(pair, "all", "", couples)
    for by in ("group", "client"):
        values = sorted({getattr(fate, by) for found in couples.values() for fate, _ in found})
        for value in values if len(values) > 1 else ():
            part = {at: [each for each in found if getattr(each[0], by) == value] for at, found in couples.items()}
            yield _effect(pair, "group" if by == "group" else "client", value, part)


def _effect(pair: Pair, by: By, value: str, couples: Mapping[int, list[Couple]]) -> Effect:
    some = [found for found in couples.values() if found]

    def over(measure: Callable[[list[Couple]], float]) -> Interval:
        return t_interval([measure(found) for found in some])

    return Effect(
        pair,
        by,
        value,
        sum(map(len, couples.values())) / len(couples),
        over(lambda found: _share(_gain(*each) > 0 for each in found)),
        over(lambda found: _share(_gain(*each) < 0 for each in found)),
        over(lambda found: _mean([side.wait_s - base.wait_s for side, base in found])),
        over(_worst_tenth),
        over(lambda found: _share(side.served == 0 for side, _ in found)),
        over(lambda found: _share(base.served == 0 for _, base in found)),
        over(lambda found: _share(base.served > 0 and side.served == 0 for side, base in found)),
        over(lambda found: _served_wait(side for side, _ in found) - _served_wait(base for _, base in found)),
    )


def _gain(side: Fate, base: Fate) -> float:
    """Above zero for somebody who is better off, below zero for somebody worse off."""
    if side.served != base.served:
        return side.served - base.served
    earlier_s = base.wait_s - side.wait_s
    return earlier_s if abs(earlier_s) > SAME_S else 0.0


def _worst_tenth(found: list[Couple]) -> float:
    """The mean change of the wait over the tenth, at least one person, with the largest change for the worse."""
    changes = sorted((side.wait_s - base.wait_s for side, base in found), reverse=True)
    return _mean(changes[: max(1, math.ceil(len(changes) / 10))])


def _served_wait(fates: Iterable[Fate]) -> float:
    return _mean([fate.wait_s for fate in fates if fate.served == len(fate.arose_ms)])


def _share(answers: Iterable[bool]) -> float:
    return _mean([float(answer) for answer in answers])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def effects_frame(found: Sequence[Effect]) -> "pd.DataFrame":
    """One row a pair and part of the people; every figure with the limits of its 95 % interval."""
    import pandas as pd

    rows = []
    for each in found:
        row: dict[str, object] = {
            "variant": each.pair.side.variant,
            "mode": each.pair.side.mode,
            "base_variant": each.pair.base.variant,
            "base_mode": each.pair.base.mode,
            "by": each.by,
            "value": each.value,
            "people": each.people,
            "starves": each.starves,
        }
        for name in ("better", "worse", "change_s", "worst_s", "never", "base_never", "lost", "served_change_s"):
            interval: Interval = getattr(each, name)
            row |= {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}
        rows.append(row)
    return pd.DataFrame(rows)
