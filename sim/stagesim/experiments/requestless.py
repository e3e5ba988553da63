"""Figures about requests, of a mode in which nobody can ask: they are zero there, and that is no merit."""

from collections.abc import Sequence
from typing import Final

OF_REQUESTS: Final = ("queue_", "time_to_decision_", "time_to_review_", "asks_", "re_asks", "unattended_")
"""How the names of the metrics begin that say nothing of a mode in which nobody can ask."""


def asks_nothing(metric: str, requests: Sequence[float]) -> bool:
    """Whether the metric is about requests, and there is none in any of these sessions."""
    return metric.startswith(OF_REQUESTS) and not any(requests)
