"""Assumptions of a scenario: keys whose values nobody has measured, each between two limits.

parse_range("audience.answer.accept=0.5:1")
parse_range("audience.patience.lognormal.median=120 s:10 min")
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from pydantic import Field, model_validator

from stagesim.scenario.faults import fault
from stagesim.scenario.part import Part
from stagesim.scenario.values.units import UNIT_MS

EXAMPLE: Final = "write `audience.answer.accept=0.5:1` or `audience.patience.lognormal.median=3 min:12 min`"
_NUMBER: Final = r"(-?[0-9]+(?:\.[0-9]+)?(?:[eE]-?[0-9]+)?)"
_VALUE: Final = re.compile(rf"{_NUMBER}(?:\s*([A-Za-z][A-Za-z ]*?))?\s*")


class Range(NamedTuple):
    """A key and its limits, both in one unit, which is empty for plain numbers."""

    path: str
    low: float
    high: float
    unit: str


class Assumption(Part):
    """A key that is not known, and the range in which it is believed to lie."""

    vary: str = Field(description="the key and the limits of its range, as `path=low:high`")
    source: str = Field(default="assumption", description="who measured the range; if left out, an assumption")

    @property
    def range(self) -> Range:
        """The key and its limits."""
        return parse_range(self.vary)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"vary": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> "Assumption":
        parse_range(self.vary)
        return self


def parse_range(text: str) -> Range:
    """The key and the limits of `path=low:high`; FaultError where it is none."""
    path, _, values = (part.strip() for part in text.partition("="))
    parts = values.split(":")
    if not path or len(parts) != 2:
        raise fault(f"expected `path=low:high`, got `{text}`", EXAMPLE)
    low, high, unit = ends(text, parts, EXAMPLE)
    if not low < high:
        raise fault(f"expected the lower limit first, got `{text}`", EXAMPLE)
    return Range(path, low, high, unit)


def ends(text: str, parts: Sequence[str], example: str) -> tuple[float, float, str]:
    """Both ends in one unit: that of the upper end, where they are durations in different ones."""
    first, second = number(parts[0]), number(parts[1])
    if first is None or second is None:
        raise fault(f"expected two numbers as limits, got `{text}`", example)
    (low, low_unit), (high, unit) = first, second
    if low_unit != unit:
        if not {low_unit, unit} <= set(UNIT_MS) and low != 0:
            raise fault(f"expected both limits in the same unit, got `{text}`", "give both their unit")
        low *= UNIT_MS.get(low_unit, 1) / UNIT_MS.get(unit, 1)
    return low, high, unit


def number(text: str) -> tuple[float, str] | None:
    """A number and its unit; None for any other text."""
    match = _VALUE.fullmatch(text.strip())
    return (float(match[1]), match[2] or "") if match else None
