"""Which side to take for which goal, and what that costs: as far as the pairs have decided it, and no further."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import marks
from stagesim.experiments.results import Results
from stagesim.reporting.words.headlines import (
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


def recommended(results: Results, contrasts: Sequence[Contrast]) -> list[str]:
    """Which mode for which goal; nothing where nothing was compared."""
    return list(_lines(modes_as_columns(results), contrasts))


def recommended_variants(
    variants: Mapping[str, Results], contrasts: Sequence[Contrast], *, brief: bool = False
) -> list[str]:
    """Which variant for which goal, in each mode that several have; in `brief` not what is unclear beside that."""
    columns = variants_as_columns(variants)
    where = {mode: f"In {mode_name(mode).lower()}: " if len(columns) > 1 else "" for mode in columns}
    brief = brief and len(columns) > 1
    return [where[mode] + line for mode, found in columns.items() for line in _lines(found, contrasts, brief=brief)]


def _lines(columns: Sequence[Column], contrasts: Sequence[Contrast], *, brief: bool = False) -> Iterator[str]:
    found = [(headline, values) for headline, values in told(columns, marks(contrasts)) if _is_compared(values)]
    if not found:
        return
    order = [column.name for column in columns]
    goals: dict[tuple[str, ...], list[str]] = {}
    for headline, values in found:
        goals.setdefault(tuple(sorted(_best(values), key=order.index)), []).append(headline.goal)
    undecided = goals.pop((), [])
    if not goals:
        yield "Nothing is clearly best for any goal here: simulate more sessions, or say what is too small to matter."
        return
    for best, wanted in sorted(goals.items(), key=lambda each: (len(each[0]), order.index(each[0][0]))):
        price = _price(best, found)
        names = " or ".join(best)
        cost = f". Its price: {', '.join(price)}" if price else ""
        yield f"{names[0].upper()}{names[1:]}, {listed(wanted)}{cost}."
    if undecided and not brief:
        yield f"Not clear: what is best {listed(undecided)}."


def _best(values: Sequence[Value]) -> tuple[str, ...]:
    """The best, or those that tie; without such, those that are better than the clearly last. None where none is."""
    best = tuple(each.name for each in values if each.mark in {"best", "tied"})
    if best or not any(each.mark == "worst" for each in values):
        return best
    return tuple(each.name for each in values if each.mark != "worst")


def _is_compared(values: Sequence[Value]) -> bool:
    return len(values) > 1 and any(each.mark is not None for each in values)


def _price(names: Sequence[str], found: Sequence[tuple[Headline, Sequence[Value]]]) -> list[str]:
    """What the one side that is taken is clearly last at, with its figure; nothing of several sides that tie."""
    if len(names) > 1:
        return []
    return [
        f"{headline.worst} ({each.figure})"
        for headline, values in found
        for each in values
        if each.name == names[0] and each.mark == "worst"
    ]
