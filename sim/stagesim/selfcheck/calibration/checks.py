"""One line of the calibration: what was demanded, what was found, and whether that is enough."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from stagesim.selfcheck.queueing.judge import Verdict

ERROR: Final = 0.05
"""The error that the gate and the intervals may make: a confidence of 95 %."""


@dataclass(frozen=True, slots=True)
class Check:
    """One demand and what came of it. `left_out` says why there was nothing to compare; then it has no verdict."""

    name: str
    demanded: str
    found: str
    holds: bool
    left_out: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the demand is met."""
        return Verdict.AGREES if self.holds else Verdict.DIFFERS


def at_most(name: str, count: int, of: int, said: str, allowed: float = ERROR) -> Check:
    """That something happens with a probability of at most `allowed`: the count may be above it by 3 sigma."""
    most = allowed + 3 * math.sqrt(allowed * (1 - allowed) / of)
    return Check(name, f"at most {allowed:.1%} + 3 sigma = {most:.2%}", f"{count / of:.2%} {said}", count <= most * of)


def covers(name: str, count: int, of: int, said: str, *, careful: bool = False) -> Check:
    """That an interval of 95 % contains what it should in 93.5 to 96.5 % of all cases; a `careful` one may in more."""
    demanded = "at least 93.5%" if careful else "93.5% to 96.5%"
    return Check(name, demanded, f"{count / of:.2%} {said}", 0.935 <= count / of <= (1.0 if careful else 0.965))


def left_out(name: str, why: str) -> Check:
    """A row that concerns nothing that is here."""
    return Check(name, "", "", True, why)


def judged(checks: Iterable[Check]) -> list[Check]:
    """The checks that have a verdict."""
    return [check for check in checks if not check.left_out]
