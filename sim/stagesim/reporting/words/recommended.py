"""Which side to take for which goal, what that costs whom, and how sure it is: as far as the pairs have decided it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import marks
from stagesim.experiments.results import Results
from stagesim.reporting.words.headlines import (
    SUITABLE,
    Column,
    Headline,
    Value,
    listed,
    modes_as_columns,
    told,
    variants_as_columns,
)
from stagesim.reporting.words.labels import mode_name

GOALS_TITLE: Final = "Which mode for which goal"
VARIANTS_TITLE: Final = "Which variant for which goal"
COSTS_TITLE: Final = "What it costs whom"
SURE_TITLE: Final = "How sure"

NOTHING_CLEAR: Final = (
    "Nothing is clearly best for any goal here: simulate more sessions (`--replications`), or say what is too small to "
    "matter (`--margin`)."
)

NO_DIFFERENCE: Final = "No difference in any figure that is compared."

Told = Sequence[tuple[Headline, Sequence[Value]]]


class Advised(NamedTuple):
    """Sentences: the goals of each side, or of several that may be as good; what is not clear; what each costs whom.
    `brief` are the goals again, with what one side that is taken for them costs.
    """

    goals: tuple[str, ...]
    unclear: tuple[str, ...]
    costs: tuple[str, ...]
    brief: tuple[str, ...]

    @property
    def in_short(self) -> list[str]:
        """All of it where there is little room."""
        return [*self.brief, *self.unclear]


def recommended(results: Results, contrasts: Sequence[Contrast]) -> Advised:
    """Which mode for which goal, and what that costs; nothing where nothing was compared."""
    return _advised(modes_as_columns(results), contrasts)


def recommended_variants(variants: Mapping[str, Results], contrasts: Sequence[Contrast]) -> Advised:
    """Which variant for which goal, in each mode that several have."""
    columns = variants_as_columns(variants)
    where = {mode: f"In {mode_name(mode).lower()}: " if len(columns) > 1 else "" for mode in columns}
    found = {mode: _advised(each, contrasts) for mode, each in columns.items()}
    every = [tuple(where[mode] + line for mode, each in found.items() for line in each[of]) for of in range(4)]
    return Advised(*every)


def how_sure(
    results: Results, contrasts: Sequence[Contrast], side: str = "in each mode", same: str = "people and wishes"
) -> str:
    """How sure it is who is best, behind or last; empty where nothing was compared. `side` is where sessions are,
    `same` what is the same in each.
    """
    if not contrasts or results.replications < 2:
        return ""
    alike = f", with the same {same}" if same else ""
    return (
        f"95 % sure who is best and who is behind, all of it together: {results.replications} sessions {side}{alike}. "
        "± is how far a figure may be off. All of it rests on the scenario's assumptions."
    )


def _advised(columns: Sequence[Column], contrasts: Sequence[Contrast]) -> Advised:
    found = [(headline, values) for headline, values in told(columns, marks(contrasts)) if _is_compared(values)]
    order = [column.name for column in columns]
    if not found:
        return Advised((), (), (), ())
    if all(each.mark == "alike" for _, values in found for each in values):
        same = (NO_DIFFERENCE,)
        return Advised(same, (), (), same)
    goals: dict[tuple[str, ...], list[str]] = {}
    undecided = []
    for headline, values in found:
        best = tuple(sorted(_best(values), key=order.index))
        if best:
            goals.setdefault(best, []).append(headline.goal)
        else:
            undecided.append(f"{headline.goal} ({_range(values)})")
    costs = tuple(_costs(found, order))
    unclear = (f"Not clear: what is best {listed(undecided)}.",) if undecided else ()
    if not goals:
        return Advised((NOTHING_CLEAR,), unclear, costs, (NOTHING_CLEAR,))
    sides = sorted(goals.items(), key=lambda each: (len(each[0]), order.index(each[0][0])))
    lines = [f"{_capital(' or '.join(best))}, {listed(wanted)}." for best, wanted in sides]
    prices = [_price(best, found) for best, _ in sides]
    return Advised(tuple(lines), unclear, costs, tuple(line + price for line, price in zip(lines, prices, strict=True)))


def _price(names: Sequence[str], found: Told) -> str:
    """What each of some sides is clearly last at, with its figure."""
    last = {name: list(_last(name, found)) for name in names}
    if len(names) == 1:
        return f" It costs: {', '.join(last[names[0]])}." if last[names[0]] else ""
    said = [f"{name}, {', '.join(costs)}" for name, costs in last.items() if costs]
    return f" It costs: {'; '.join(said)}." if said else ""


def _last(name: str, found: Told) -> Iterator[str]:
    for headline, values in found:
        for each in values:
            if each.name == name and each.mark == "worst":
                yield headline.cost.format(figure=each.figure)


def _best(values: Sequence[Value]) -> tuple[str, ...]:
    """The best, or those that tie; without such, those that are better than the clearly last. None where none is."""
    best = tuple(each.name for each in values if each.mark in {"best", "tied"})
    if best or not any(each.mark == "worst" for each in values):
        return best
    return tuple(each.name for each in values if each.mark != "worst")


def _range(values: Sequence[Value]) -> str:
    """From which figure to which all sides are."""
    ends = sorted(values, key=lambda each: each.interval.mean)
    low, high = ends[0].figure, ends[-1].figure
    return f"{low.removesuffix(' %')} to {high}" if low != high else low


def _is_compared(values: Sequence[Value]) -> bool:
    return len(values) > 1 and any(each.mark is not None for each in values)


def _costs(found: Told, order: Sequence[str]) -> Iterator[str]:
    """What each side is clearly behind in, by whom that hits."""
    for name in order:
        whom: dict[str, list[str]] = {}
        for headline, values in found:
            said = _cost(headline, values, name)
            if said and not (headline is SUITABLE and headline.whom in whom):
                whom.setdefault(headline.whom, []).append(said)
        if whom:
            yield f"{_capital(name)} – {'; '.join(f'{who}: {listed(each)}' for who, each in whom.items())}."


def _cost(headline: Headline, values: Sequence[Value], name: str) -> str:
    """What a side costs by one metric, beside what the best has, if one is; empty where it is not clearly behind."""
    mine = next((each for each in values if each.name == name), None)
    front = [each for each in values if each.mark in {"best", "tied"}]
    if mine is None or mine in front or not (front or mine.mark == "worst"):
        return ""
    return headline.cost.format(figure=mine.with_margin) + (f" (best: {front[0].figure})" if front else "")


def _capital(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"
