"""Published figures as they stand in a table of worked examples, each as precise as it was printed."""

import csv
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final, NamedTuple

from stagesim.selfcheck.calibration.checks import Check

NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w|\.\d)")

Row = dict[str, str]
"""A row of a table by the names of its columns."""


class Printed(NamedTuple):
    """A number as it was printed; `within` is half a unit of its last digit, and for a whole number nothing."""

    value: float
    within: float


def table(name: str) -> list[Row]:
    """The rows of a table that comes with the package."""
    text = (files("stagesim.selfcheck") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def printed(text: str) -> list[Printed]:
    """All numbers of a text, in order; a digit that belongs to a name is none."""
    return [_printed(number) for number in NUMBER.findall(text)]


def _printed(number: str) -> Printed:
    digits = len(number.partition(".")[2])
    return Printed(float(number), 0.5 * 10.0**-digits if digits else 0.0)


def compared(name: str, text: str, found: Sequence[float], *, relative: float = 0.0) -> Check:
    """That what was found is what the text says, number by number and none left over.

    A difference is allowed of half a unit of the last digit that was printed, or of `relative` of the value.
    """
    expected = printed(text)
    demanded = ", ".join(f"{each.value:.9g}" for each in expected)
    good = len(expected) == len(found) > 0 and all(
        abs(mine - each.value) <= max(each.within * (1 + 1e-6), relative * abs(each.value), 1e-12)
        for mine, each in zip(found, expected, strict=True)
    )
    said = "as printed" if good and not relative else ", ".join(f"{value:.9g}" for value in found)
    return Check(name, demanded, said, good)
