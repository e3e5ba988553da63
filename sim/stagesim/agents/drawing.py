"""Durations from distributions."""

from typing import Protocol


class Distribution(Protocol):
    """What an agent draws durations (ms) and numbers from."""

    def quantile(self, u: float) -> float: ...


def duration_ms(distribution: Distribution, u: float) -> int:
    """The duration at one uniform number, in whole milliseconds (a half is rounded up), never below 0."""
    drawn_ms = distribution.quantile(u)
    return int(drawn_ms + 0.5) if drawn_ms > 0 else 0
