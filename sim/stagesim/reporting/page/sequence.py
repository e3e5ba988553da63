"""A sequence diagram in a page: a line down for each person, an arrow for each command and for each thing told.

It is text in lines, with arrows below: as wide as its window, in the colours around it, to be read aloud.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from stagesim.reporting.page.rendering import rendered
from stagesim.testing.differences.sequence import ROOM, Step, people

NARROWEST: Final = 0.6
"""A text has at least this share of the width, and stands as near to the middle of its arrow as that allows."""


class Line(NamedTuple):
    """One step: who tells whom, if anybody does; where its text stands, and its arrow, in per cent of the width."""

    kind: str
    text: str
    between: str
    text_left: float
    text_wide: float
    left: float = 0.0
    wide: float = 0.0
    is_back: bool = False


def sequence(steps: Sequence[Step]) -> Markup:
    """The diagram of these steps."""
    names = [*people(steps), ROOM]
    return rendered("sequence.html.j2", names=names, lines=list(_lines(steps, names)))


def _lines(steps: Sequence[Step], names: Sequence[str]) -> Iterator[Line]:
    room = len(names) - 0.5
    for kind, who, text in steps:
        here = names.index(who) + 0.5 if who in names else room
        if kind == "branch":
            yield Line(kind, text, "", 0, 100)
        elif kind == "note" or (kind != "end" and here == room):
            yield Line("note", text, f"{who}: " if who else "", *_around(here / len(names)))
        elif kind != "end":
            between = f"{who} to the {ROOM}: " if kind == "ask" else f"the {ROOM} to {who}: "
            place = _around((here + room) / 2 / len(names))
            left, wide = here * 100 / len(names), (room - here) * 100 / len(names)
            yield Line(kind, text, between, *place, left, wide, kind == "tell")


def _around(middle: float) -> tuple[float, float]:
    """From where, and how wide, a text stands around this share of the width."""
    wide = max(NARROWEST, 2 * min(middle, 1 - middle))
    return min(max(middle - wide / 2, 0.0), 1 - wide) * 100, wide * 100
