"""What each moderator attends to: exactly one state at any moment, from what the log says of all that is in hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from stagesim.metric_table import State

BESIDE: Final[Mapping[str, State]] = {"presenting": "presenting", "reading_chat": "reading_chat"}
"""Why attention is lost -> the state, where that is work of another kind; whoever loses it otherwise is away."""


@dataclass(slots=True)
class Attending:
    """One moderator in one state; without an end until the log's."""

    moderator: str
    state: State
    from_ms: int
    to_ms: int | None = None


def state_of(turned: Collection[str], *, is_there: bool, removes: bool, reviews: bool, watches: bool) -> State:
    """The state of one moderator; `turned` are the causes for which attention is lost just now, the last one last."""
    if not is_there or any(cause not in BESIDE for cause in turned):
        return "away"
    if removes:
        return "removing"
    if reviews:
        return "reviewing"
    for cause in turned:
        return BESIDE[cause]
    return "watching" if watches else "idle"
