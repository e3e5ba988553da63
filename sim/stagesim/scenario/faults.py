"""What is wrong with a value, in words for the person who wrote it, and the phrases that such messages share."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from typing_extensions import override

from stagesim.errors import StagesimError
from stagesim.plain_text import one_line_of_a_log

KeyPath = tuple[str | int | float, ...]
"""The keys and list indices that lead from a value to a part of it."""


class Fault(NamedTuple):
    """One thing that is wrong: where, what, and what would be right."""

    message: str
    hint: str
    path: KeyPath = ()


class FaultError(StagesimError):
    """A value with one fault or several; `faults` has each of them with the path to it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        said = (f"{one_line_of_a_log(fault.message)}\n  hint: {one_line_of_a_log(fault.hint)}" for fault in self.faults)
        super().__init__("\n".join(said))

    @override
    def __reduce__(self) -> tuple[type["FaultError"], tuple[tuple[Fault, ...]]]:
        """Let the error travel between processes."""
        return FaultError, (self.faults,)


class Problem(NamedTuple):
    """One problem. `place` is the file, or the setting that was given beside it; lines and columns count from 1."""

    place: str
    line: int | None
    column: int | None
    path: str
    message: str
    hint: str

    @override
    def __str__(self) -> str:
        """The problem on one line, the hint on the next."""
        where = self.place if self.line is None else f"{self.place}:{self.line}:{self.column}"
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{one_line_of_a_log(f'{where}: {what}')}\n  hint: {one_line_of_a_log(self.hint)}"


class ScenarioError(StagesimError):
    """A scenario that is not valid; `problems` has everything that is wrong with it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @override
    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        """Let the error travel between processes."""
        return ScenarioError, (self.problems,)


def fault(message: str, hint: str, path: KeyPath = ()) -> FaultError:
    """An error with a single fault."""
    return FaultError([Fault(message, hint, path)])


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise FaultError if there is any fault."""
    if faults:
        raise FaultError(faults)


def repeated(names: Sequence[str], field: str) -> Iterator[Fault]:
    """A fault for each name that stands in a list a second time; `field` has the list."""
    before: set[str] = set()
    for index, name in enumerate(names):
        if name in before:
            yield Fault(f"`{name}` stands in the list twice", "leave one of them out", (field, index))
        before.add(name)


def shown(value: object) -> str:
    """A value as a file would write it, cut short, between backticks."""
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case Mapping():
            text = "{" + ", ".join(f"{key}: …" for key in islice(value, MOST_LISTED)) + "}"
        case list() | tuple():
            text = f"[… {len(value)} item{'s' if len(value) > 1 else ''}]" if value else "[]"
        case int() if value.bit_length() > 256:
            text = "a number of too many digits"
        case _:
            text = str(value)
    text = one_line_of_a_log(text[:61].replace("\n", " ").replace("`", "'"))
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def listed(names: Iterable[object]) -> str:
    """Names one after another, between backticks."""
    return ", ".join(f"`{name}`" for name in names)


MOST_LISTED: Final = 12
"""Possibilities that a hint lists; of more than these, only the nearest."""


METRICS_LISTED: Final = "`stagesim metrics`"
"""Where all metrics stand."""


def one_of(names: Iterable[str], given: object = None, where: str = "") -> str:
    """A hint that lists what is possible, the nearest to what was given first. `where` says what lists them all."""
    known = list(names)
    if not known:
        return "there is none to choose from"
    # `ask` stands for `ask_to_join`, however few of its letters it has.
    begun = [name for name in known if name.startswith(f"{given}_")]
    close = begun if len(begun) == 1 else difflib.get_close_matches(str(given), known, n=1, cutoff=0.5)
    question = f"did you mean `{close[0]}`? " if close else ""
    if known == close:
        return question.rstrip()
    if len(known) <= MOST_LISTED:
        return f"{question}possible: {listed(known)}"
    nearest = [name for name in difflib.get_close_matches(str(given), known, n=3, cutoff=0) if name not in close]
    near, see = "also near" if close else "nearest", f", see {where}" if where else ""
    return f"{question}{near}: {listed(nearest)}; {len(known)} in all{see}"
