"""The parameters of a queueing case: taken one by one, checked, and none left unused."""

import math
import re
from collections.abc import Sequence
from typing import Any, Final

from stagesim.scenario.values.distributions import Distribution, Exponential, Fixed, Lognormal, Uniform
from stagesim.selfcheck.queueing.cases import Case, NotExpressible
from stagesim.selfcheck.queueing.setup import LEAST_MS

MOST: Final = 10_000
"""The greatest number of people or moderators."""
PATIENCE: Final = ("theta", "patience", "patience_max", "mean_patience")
"""The parameters that say how long people wait: a rate, a fixed time, the end of a uniform one, a mean."""


class Parameters:
    """The parameters of one case, in its unit of time; `null` counts as left out.

    `unit_ms` is how long that unit is made in the simulation. Every distribution here is of milliseconds.
    """

    def __init__(self, case: Case, least_ms: float = LEAST_MS) -> None:
        self.case = case
        self._left = {name: value for name, value in case.parameters.items() if value is not None}
        self._taken: list[str] = []
        self._least_ms = least_ms
        self.unit_ms = 1.0

    def has(self, name: str) -> bool:
        """Whether the case gives this parameter."""
        return name in self._left

    def number(self, name: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise self._fault(name, f"is `{value}`", "write a number above 0")
        return float(value)

    def share(self, name: str, default: float | None = None) -> float:
        """A number from 0 to 1."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self._fault(name, f"is `{value}`", "write a share from 0 to 1")
        return float(value)

    def count(self, name: str, default: int | None = None, most: int = MOST) -> int:
        """A whole number from 1. More than `most` people or moderators are more than can be simulated here."""
        value = self._take(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 1 <= value < math.inf or value != int(value):
            raise self._fault(name, f"is `{value}`", "write a whole number from 1")
        if value > most:
            raise NotExpressible(f"`{name}` is {int(value)}, and only as many as {most} can be simulated")
        return int(value)

    def servers(self, default: int | None = None) -> int:
        """The number of moderators: `c`, or else what the name of the model says, as in M/M/2."""
        named = re.match(r"M/M/(\d+)", self.case.model, re.IGNORECASE)
        return self.count("c", default if named is None else int(named[1]))

    def text(self, name: str) -> str:
        """Some words."""
        value = self._take(name, None)
        if not isinstance(value, str):
            raise self._fault(name, f"is `{value}`", "write words in quotes")
        return value

    def scale(self, *times: float) -> None:
        """Choose how long the unit is made, by the typical times of the case."""
        self.unit_ms = self._least_ms / min(times)

    def finish(self) -> None:
        """Nothing may be left: an unknown parameter would change the model, and nobody would see it."""
        if self._left:
            names = ", ".join(f"`{name}`" for name in self._left)
            known = ", ".join(f"`{name}`" for name in self._taken)
            raise NotExpressible(f"the parameter {names} means nothing to `{self.case.model}`, but {known} does")

    def exponential(self, mean: float) -> Distribution:
        """Exponential with this mean."""
        return Exponential(mean * self.unit_ms)

    def fixed(self, time: float) -> Distribution:
        """Always the same."""
        return Fixed(time * self.unit_ms)

    def by_cv(self, mean: float, cv: float | None) -> Distribution:
        """Lognormal where a coefficient of variation is given (0 is always the same), else exponential."""
        if cv is None:
            return self.exponential(mean)
        return Lognormal.of_mean(mean * self.unit_ms, cv) if cv else self.fixed(mean)

    def patience(self, possible: Sequence[str] = PATIENCE, *, needed: bool = False) -> "Patience | None":
        """How long people wait, by whichever of the possible parameters the case has."""
        given = [name for name in possible if self.has(name)]
        if not given and needed:
            given = [possible[0]]
        if not given:
            return None
        if len(given) > 1:
            raise self._fault(given[1], f"excludes `{given[0]}`", "give one of them")
        return Patience(given[0], self.number(given[0]))

    def optional(self, name: str) -> float | None:
        """A number from 0, or None where it is not given."""
        if not self.has(name):
            return None
        value = self._take(name, None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise self._fault(name, f"is `{value}`", "write a number of 0 or more")
        return float(value)

    def needed(self, name: str) -> float:
        """A number from 0 that must be given."""
        value = self.optional(name)
        if value is None:
            raise self._missing(name)
        return value

    def _take(self, name: str, default: Any) -> Any:
        if name not in self._left and default is None:
            raise self._missing(name)
        self._taken.append(name)
        return self._left.pop(name, default)

    def _missing(self, name: str) -> Exception:
        names = ", ".join(self.case.parameters) or "none"
        return self._fault(name, "is missing", f"`{self.case.model}` needs it; given: {names}")

    def _fault(self, name: str, problem: str, hint: str) -> Exception:
        return self.case.fault(f"parameters_json.{name}", problem, hint)


class Patience:
    """How long people wait: which parameter says so, and its value in the unit of the case."""

    def __init__(self, kind: str, value: float) -> None:
        self.kind = kind
        self.mean = {"theta": 1 / value, "patience_max": value / 2}.get(kind, value)
        self.value = value

    def distribution(self, unit_ms: float) -> Distribution:
        """The distribution of the patience, in milliseconds."""
        match self.kind:
            case "patience":
                return Fixed(self.value * unit_ms)
            case "patience_max":
                return Uniform(0.0, self.value * unit_ms)
            case _:
                return Exponential(self.mean * unit_ms)
