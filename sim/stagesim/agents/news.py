"""What an agent can be told: events of the room, and nudges, which are news of no event."""

from typing import Final, NamedTuple, Protocol

from stageaccess import Event, Role


class Nudge(NamedTuple):
    """News that is no event of the room: what one person says to another, or notices by itself."""

    event: str


News = Event | Nudge
"""What an agent is told; `.event` says what it is."""

NEW_WISH: Final = Nudge("new_wish")
"""A wish has arisen in an idle person."""
TURNED_DOWN: Final = Nudge("turned_down")
"""What a moderator says to somebody whose noticed wish is not granted; there is no command for that."""
PLACE_FREE: Final = Nudge("place_free")
"""What the next in line sees when somebody has left a full stage."""
WORK: Final = Nudge("work")
"""The list has something for an idle moderator."""
REMOVAL: Final = Nudge("removal")
"""Somebody is to be taken off the stage."""
ABANDONED: Final = Nudge("abandoned")
"""The person to whom the moderator has turned is no longer waiting."""


class Listener(Protocol):
    """Somebody who can be told something."""

    name: str
    role: Role

    def told(self, news: News) -> None: ...
