"""Alternating rounds, and the rows of the table that comes of them."""

import gc
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

Program = Callable[[int], float]
"""Runs once, for the round of this number, and returns its figure (mostly µs a command)."""


class Row(NamedTuple):
    """One line of the table. `is_met` is None where there is no target."""

    part: str
    what: str
    measured: str
    target: str = ""
    is_met: bool | None = None

    def without_target(self) -> "Row":
        """The same, only to be looked at."""
        return self._replace(target="", is_met=None)

    @property
    def verdict(self) -> str:
        """The word for `is_met`."""
        return {None: "", True: "met", False: "not met"}[self.is_met]


def alternate(programs: Sequence[Program], rounds: int) -> list[list[float]]:
    """The figures of each program, one a round. All run once in each round, every other round in reverse order.

    The garbage collector stays as it is, but nobody pays for what another program left behind.
    """
    figures: list[list[float]] = [[] for _ in programs]
    for number in range(rounds):
        order = range(len(programs))
        for index in order if number % 2 == 0 else reversed(order):
            gc.collect()
            figures[index].append(programs[index](number))
    return figures


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median over the rounds of the ratio within a round."""
    return median(a / b for a, b in zip(above, below, strict=True))


def spread(figures: Sequence[float], unit: str) -> str:
    """The median, and the least and greatest of the rounds."""
    return f"{median(figures):.2f} {unit} ({min(figures):.2f} to {max(figures):.2f})"
