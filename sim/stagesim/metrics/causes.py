"""What holds a wish up: the causes in the order in which they are asked for, each with what it is and when it holds."""

from typing import Final, Literal, NamedTuple

CauseName = Literal[
    "connection",
    "own_wish",
    "answer",
    "unready",
    "pause",
    "unnoticed",
    "review",
    "places",
    "nobody",
    "away",
    "busy",
    "reaction",
]


class Cause(NamedTuple):
    """One cause. `label` is what tables call it; `holds` says when it holds, for the documentation."""

    name: CauseName
    label: str
    holds: str


CAUSES: Final = (
    Cause("connection", "own connection lost", "The wish's person is away or out of the room."),
    Cause(
        "own_wish", "own earlier wish", "An earlier wish of the same person is not over, its time on stage included."
    ),
    Cause(
        "answer",
        "own answer or set-up",
        "The person is invited, or sets up, and has not been refused by a full stage since the set-up began.",
    ),
    Cause(
        "unready",
        "wish too weak for the mode",
        "The person is a viewer who does nothing about the wish, since it is not strong enough for the room's mode.",
    ),
    Cause(
        "pause",
        "pause or cool-down",
        "The person is a viewer who has a button, or has come away with nothing, and waits before the next try.",
    ),
    Cause(
        "unnoticed",
        "no button, not yet noticed",
        "The person is a viewer without a button, whom staff have not noticed.",
    ),
    Cause("review", "under review", "A moderator has turned to the person."),
    Cause(
        "places",
        "no place",
        "The person set up and was refused by a full stage. Or the person waits for staff, and the stage is full or "
        "the list is held: so many are on stage, on their way there or under review as at the last `list_held`.",
    ),
    Cause(
        "nobody", "nobody of staff present", "The person waits for staff, of whom nobody is there with a connection."
    ),
    Cause("away", "all of staff away", "Of the staff who are there, everybody looks elsewhere."),
    Cause("busy", "all of staff busy", "Of the staff who look at the room, everybody is in a review or a removal."),
    Cause("reaction", "reaction of staff", "Somebody of the staff is free, and has not turned to the person yet."),
)
"""All causes; of several that hold at a moment the first one counts."""

PLACE_OF: Final = {cause.name: place for place, cause in enumerate(CAUSES)}
"""Name -> place in the order."""

CAUSE: Final = {cause.name: cause for cause in CAUSES}
"""Every cause by its name."""


def markdown() -> str:
    """The causes as a table, for the documentation."""
    rows = [f"| {place} | {each.label} (`{each.name}`) | {each.holds} |" for place, each in enumerate(CAUSES, 1)]
    return "\n".join(["|  | cause | holds when |", "| --- | --- | --- |", *rows]) + "\n"
