"""Which of several conditions is best and which is worst: the one rule behind every tick, colour, sentence and ranking.

It follows from the verdicts of the pairs alone. Who is alike with somebody is that by a verdict too, never for want of
one: what the pairs leave undecided has no mark.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Final, Literal, TypeVar

from stagesim.statistics.pairs import Verdict, differences, verdict

Mark = Literal["best", "tied", "worst", "alike", "between", "undecided"]
"""What the pairs say of one condition among others.

`best` is better than all others; `tied` are several that are alike, and better than all others; `worst` are those, one
or several that are alike, than which all others are better; `alike` are all. `between` is behind somebody without being
shown to be worst, and of the `undecided` nothing of all this is known.
"""

Name = TypeVar("Name", bound=Hashable)

Says = Callable[[str, str], Verdict]
"""What the pair of two conditions says of the first."""

TURNED: Final[Mapping[Verdict, Verdict]] = {"better": "worse", "worse": "better"}
"""What a verdict is when the two change places, if that is another one."""


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
    looks: Sequence[int] = (),
    look: int = 0,
) -> Says:
    """What the pairs of several conditions say, by one value of each session, such as a score of goals."""
    names = list(combinations(values, 2))
    cases = [(values[one], values[other]) for one, other in names]
    found = differences(cases, alpha=alpha, looks=looks, look=look)
    verdicts = {pair: verdict(each, better, margin) for pair, each in zip(names, found, strict=True)}
    verdicts |= {(other, one): TURNED.get(said, said) for (one, other), said in verdicts.items()}
    return lambda one, other: verdicts[one, other]
