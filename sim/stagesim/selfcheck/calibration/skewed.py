"""How often intervals hold for skewed sessions: studies drawn from thousands of sessions of three lively scenarios.

`skewed_sessions.csv.gz` has what each session had. All of them together are the truth; a study draws some of them. The
moments of many studies are taken at once; the limits are those of the product, and a test compares both.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stagesim.selfcheck.calibration.checks import Check
from stagesim.selfcheck.calibration.populations import random
from stagesim.statistics import ENOUGH, LOOKS, Interval, Moments, Rare, Summary, limited

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

TABLE: Final = files("stagesim.selfcheck") / "data/skewed_sessions.csv.gz"
"""A row for each session."""
COLUMNS: Final = (
    *("scenario", "mode", "wishes", "heard", "on_stage", "within_1_min", "within_median", "waited_ms", "at_horizon"),
    "disrupted_ms",
)
"""`waited_ms` is what all waits have together, each up to the horizon, and `at_horizon` how many are cut off there."""
STUDIES: Final = 4000
"""Studies of one cell: a coverage of 93 % is then found to within 1.2 percentage points."""
LEAST: Final = 0.93
"""The bar: so many of what is shown must hold."""
SELDOM: Final = 0.1
"""Where a smaller share of the studies shows an interval, the few are those in which chance made the rarer outcome
frequent. They are judged together with the bounds that all others show.
"""
HORIZON_S: Final = 600.0
MEASURES: Final = {
    "share of wishes heard": ("heard", None),
    "share of wishes on stage": ("on_stage", None),
    "share on stage within 1 min": ("within_1_min", None),
    "median wait for the stage": ("within_median", None),
    "average wait for the stage": ("waited_ms", "at_horizon"),
}
"""What is a ratio of sums -> what of each session is summed, and how many have the most; None if that is the same. The
limits of a median are where the share within that time meets a half."""


class Cell(NamedTuple):
    """One measure of one mode of one scenario: what of each session is summed, over how much, what has the most."""

    name: str
    sums: "Numbers"
    number: "Numbers | None"
    full: "Numbers | None" = None
    most: float = 1.0

    @property
    def truth(self) -> float:
        """The figure of all sessions."""
        return float(self.sums.mean() if self.number is None else self.sums.sum() / self.number.sum())


class Found(NamedTuple):
    """Of the studies of one cell with so many sessions: how many show an interval, or a bound, and how many hold."""

    name: str
    n: int
    intervals: int = 0
    holding: int = 0
    bounds: int = 0
    holding_bounds: int = 0
    students: int = 0
    """How many of Student's intervals hold, for comparison."""

    @property
    def covered(self) -> float:
        """The share of all that is shown that holds."""
        return (self.holding + self.holding_bounds) / max(1, self.intervals + self.bounds)

    @property
    def holds(self) -> bool:
        """Whether what is shown holds as often as it must: all of it, and the intervals by themselves."""
        shown = self.intervals + self.bounds
        alone = self.intervals < SELDOM * STUDIES or self.holding / self.intervals >= LEAST
        return not shown or (self.covered >= LEAST and alone)


def skewed_coverage(seed: int) -> list[Check]:
    """A row for each measure of each mode of each scenario."""
    return [_check(cell.name, [studied(cell, n, seed) for n in LOOKS]) for cell in cells() if cell.sums.any()]


def _check(name: str, found: Sequence[Found]) -> Check:
    shares = ", ".join(f"{each.covered:.1%}" for each in found)
    students = ", ".join(f"{each.students / STUDIES:.0%}" for each in found)
    sizes = ", ".join(str(each.n) for each in found)
    said = f"{shares} at {sizes} sessions (Student's: {students})"
    return Check(name, f"at least {LEAST:.0%}", said, all(each.holds for each in found))


def studied(cell: Cell, n: int, seed: int) -> Found:
    """What comes of drawing studies of so many sessions from the table."""
    draws = random(seed, f"skewed {cell.name} {n}").integers(0, len(cell.sums), (STUDIES, n))
    return _found(cell, n, draws)


def _found(cell: Cell, n: int, draws: "np.ndarray[Any, np.dtype[np.int64]]") -> Found:
    truth, found = cell.truth, Found(cell.name, n)
    for each in summaries(cell, draws):
        interval = shown(each, cell)
        holds = interval.low <= truth <= interval.high
        student = Summary(each.whole._replace(skewness=0.0), ENOUGH, each.whole).interval()
        found = found._replace(students=found.students + (student.low <= truth <= student.high))
        if interval.is_bounded:
            found = found._replace(bounds=found.bounds + 1, holding_bounds=found.holding_bounds + holds)
        elif interval.half_width > 0:
            found = found._replace(intervals=found.intervals + 1, holding=found.holding + holds)
    return found


def shown(summary: Summary, cell: Cell) -> Interval:
    """The interval that the product shows."""
    return summary.interval() if cell.number is None else limited(summary, cell.most)


@cache
def cells() -> tuple[Cell, ...]:
    """Every measure of every mode of every scenario."""
    import numpy as np

    with TABLE.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    made = []
    for key in dict.fromkeys((row["scenario"], row["mode"]) for row in rows):
        own = [row for row in rows if (row["scenario"], row["mode"]) == key]
        column: Mapping[str, Numbers] = {name: np.array([float(row[name]) for row in own]) for name in COLUMNS[2:]}
        place = f"{key[0].replace('_', ' ')}, {key[1].replace('_', ' ')}"
        for name, (counted, full) in MEASURES.items():
            if full is None:
                made.append(Cell(f"{name}: {place}", column[counted], column["wishes"], column[counted]))
            else:
                seconds = column[counted] / 1000
                made.append(Cell(f"{name}: {place}", seconds, column["wishes"], column[full], HORIZON_S))
        made.append(Cell(f"disrupted time: {place}", column["disrupted_ms"] / 1000, None))
    return tuple(made)


def summaries(cell: Cell, draws: "np.ndarray[Any, np.dtype[np.int64]]") -> Iterator[Summary]:
    """What the product makes of each study, which is a row of sessions."""
    if cell.number is None or cell.full is None:
        return _of_means(cell.sums[draws])
    return _of_ratios(cell.sums[draws], cell.number[draws], cell.full[draws], cell.most)


def _of_ratios(count: "Numbers", number: "Numbers", full: "Numbers", most: float) -> Iterator[Summary]:
    has = number > 0
    rows = has.sum(axis=1)
    usual = number.sum(axis=1) / rows
    whole = _pooled(count, number, rows, usual)
    left = _pooled(count - most * full, number, rows, usual)
    with_most = ((full > 0) & has).sum(axis=1)
    with_less = ((full < number) & has).sum(axis=1)
    furthest_up = most * full.max(axis=1) / usual
    furthest_down = (most * number - count).max(axis=1) / usual
    for at in range(len(rows)):
        n, more, less = int(rows[at]), int(with_most[at]), int(with_less[at])
        if more <= less:
            above = Rare(more, float(furthest_up[at]) if more else most)
            yield Summary(whole[at], more, left[at], above=above)
        else:
            below = Rare(less, float(furthest_down[at]) if less else most)
            yield Summary(whole[at], less, Moments(n, most), below=below)


def _pooled(count: "Numbers", number: "Numbers", rows: "Numbers", usual: "Numbers") -> list[Moments]:
    """The moments of what sessions have beyond their part, around the figure of all things together."""
    whole = count.sum(axis=1) / number.sum(axis=1)
    return _moments((count - whole[:, None] * number) / usual[:, None], whole, rows)


def _of_means(values: "Numbers") -> Iterator[Summary]:
    """Of values that are never below 0, most of which may be 0."""
    import numpy as np

    mean = values.mean(axis=1)
    rows = np.full(len(values), values.shape[1])
    whole = _moments(values - mean[:, None], mean, rows)
    others, furthest = (values > 0).sum(axis=1), values.max(axis=1)
    for at, moments in enumerate(whole):
        rare = Rare(int(others[at]), float(furthest[at]))
        yield Summary(moments, min(int(others[at]), moments.n - 1), Moments(moments.n, 0.0), above=rare)


def _moments(apart: "Numbers", mean: "Numbers", rows: "Numbers") -> list[Moments]:
    import numpy as np

    second, third = (apart**2).sum(axis=1), (apart**3).sum(axis=1)
    sd = np.sqrt(second / (rows - 1))
    spread = np.where(second > 0, second, 1.0)
    skewness = third / rows / (spread / rows) ** 1.5
    sd, skewness = np.where(second > 1e-20, sd, 0.0), np.where(second > 1e-20, skewness, 0.0)
    return [Moments(int(n), float(m), float(s), float(g)) for n, m, s, g in zip(rows, mean, sd, skewness, strict=True)]
