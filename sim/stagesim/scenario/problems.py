"""What is wrong with a scenario file: each problem with file, line, column and key path, and a hint."""

from collections.abc import Iterable
from typing import NamedTuple

from typing_extensions import override


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
        return f"{where}: {what}\n  hint: {self.hint}"


class ScenarioError(ValueError):
    """A scenario that is not valid; `problems` has everything that is wrong with it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @override
    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        """Let the error travel between processes."""
        return ScenarioError, (self.problems,)
