"""Why a study has the size that it has."""

from dataclasses import dataclass
from typing import Any, Final, Literal

Reason = Literal["size", "precision", "decision", "limit", "interrupted"]

SAID: Final[dict[Reason, str]] = {
    "size": "as many replications as were asked for",
    "precision": "every named metric is as precise as was asked for",
    "decision": "every comparison is decided",
    "limit": "the limit of replications was reached before the goal",
    "interrupted": "interrupted; the same command goes on from here",
}


@dataclass(frozen=True, slots=True)
class Looks:
    """A study that was looked at several times: after how many replications, and at which look (from 0) it ended."""

    at: tuple[int, ...] = ()
    last: int = 0


NO_LOOKS: Final = Looks()


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a study ended, by which metrics, and the looks that were taken for a decision."""

    reason: Reason = "size"
    metrics: tuple[str, ...] = ()
    looks: Looks = NO_LOOKS

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return SAID[self.reason]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"reason": self.reason, "metrics": list(self.metrics), "looks": list(self.looks.at)}


AS_ASKED: Final = Ending()
"""The ending of a study of a fixed size."""
