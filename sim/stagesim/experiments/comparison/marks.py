"""Which side is best and which is worst by a metric: the one rule behind every tick, colour, sentence and ranking.

It follows from the verdicts of the pairs alone. Who is alike with somebody is that by a verdict too, never for want of
one: what the pairs leave undecided has no mark.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeVar

from stagesim.experiments.comparison.differences import Contrast, contrasts
from stagesim.experiments.comparison.pairs import Side, mode_pairs, replications_of
from stagesim.experiments.ending import NO_LOOKS, Looks
from stagesim.experiments.results import Results
from stagesim.statistics import Verdict, differences, verdict

Mark = Literal["best", "tied", "worst", "alike", "between", "undecided"]
"""What the pairs say of one side among others.

`best` is better than all others; `tied` are several that are alike, and better than all others; `worst` are those, one
or several that are alike, than which all others are better; `alike` are all. `between` is behind somebody without being
shown to be worst, and of the `undecided` nothing of all this is known.
"""

Marks = dict[tuple[str, str, str], Mark]
"""(metric, variant, mode) -> the mark of that side. Sides that have nothing to be compared with are not in it."""

Name = TypeVar("Name", bound=Hashable)

Says = Callable[[str, str], Verdict]
"""What the pair of two sides says of the first."""

TURNED: dict[Verdict, Verdict] = {"better": "worse", "worse": "better"}
"""What a verdict is when the sides change places, if that is another one."""


def marks(found: Sequence[Contrast]) -> Marks:
    """The marks of all sides by all metrics: of modes among each other, and of variants within each mode."""
    families: dict[tuple[str, str], list[Contrast]] = {}
    for each in found:
        if each.verdict is not None:
            side, base = each.pair.side, each.pair.base
            families.setdefault((each.metric, side.mode if side.variant != base.variant else ""), []).append(each)
    return {(metric, *side): mark for (metric, _), each in families.items() for side, mark in _of_family(each).items()}


def _of_family(found: Sequence[Contrast]) -> dict[tuple[str, str], Mark]:
    verdicts: dict[tuple[tuple[str, str], tuple[str, str]], Verdict] = {}
    for each in found:
        side, base = _name(each.pair.side), _name(each.pair.base)
        if each.verdict is not None:
            verdicts[side, base] = each.verdict
            verdicts[base, side] = TURNED.get(each.verdict, each.verdict)
    names = list(dict.fromkeys(name for pair in verdicts for name in pair))
    return among(names, lambda one, other: verdicts.get((one, other), "undecided"))


def _name(side: Side) -> tuple[str, str]:
    return side.variant, side.mode


def among(names: Sequence[Name], says: Callable[[Name, Name], Verdict]) -> dict[Name, Mark]:
    """The mark of each of two or more; `says` is what the pair of two says of the first."""
    front, rear = _ahead(names, says, "better"), _ahead(names, says, "worse")
    found: dict[Name, Mark] = {}
    for name in names:
        if name in front:
            found[name] = "alike" if len(front) == len(names) else "best" if len(front) == 1 else "tied"
        elif name in rear:
            found[name] = "worst"
        else:
            behind = any(says(name, other) == "worse" for other in names if other != name)
            found[name] = "between" if behind else "undecided"
    return found


def _ahead(names: Sequence[Name], says: Callable[[Name, Name], Verdict], end: Verdict) -> list[Name]:
    """Those at one end: alike among themselves, and each of them `end` than everybody else; nobody where in doubt."""
    for name in names:
        alike = [other for other in names if other == name or says(name, other) == "equivalent"]
        if all(
            says(one, other) == ("equivalent" if other in alike else end)
            for one in alike
            for other in names
            if other != one
        ):
            return alike
    return []


def paired(
    values: Mapping[str, Sequence[float]],
    better: Literal["lower", "higher"],
    *,
    margin: float = 0.0,
    alpha: float = 0.05,
    looks: Looks = NO_LOOKS,
) -> Says:
    """What the pairs of several sides say, by values that were made up of each session, such as a score of goals."""
    names = list(combinations(values, 2))
    cases = [(values[one], values[other]) for one, other in names]
    found = differences(cases, alpha=alpha, looks=looks.at, look=looks.last)
    verdicts = {pair: verdict(each, better, margin) for pair, each in zip(names, found, strict=True)}
    verdicts |= {(other, one): TURNED.get(said, said) for (one, other), said in verdicts.items()}
    return lambda one, other: verdicts[one, other]


def mode_contrasts(results: Results) -> list[Contrast]:
    """The pairs of the modes of one study by the chief metrics; none where there are no pairs of sessions."""
    pairs = mode_pairs(results)
    return contrasts(pairs, looks=results.ending.looks) if replications_of(pairs) > 1 else []
