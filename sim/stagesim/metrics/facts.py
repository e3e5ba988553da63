"""What one reading of a log brings to light: people, wishes, requests, invitations, stays, and how many of each when.

Times are milliseconds of the room's clock; an end that is None had not come when the log ended.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from stagesim.metric_table import COUNTS, CUTS
from stagesim.metrics.attention import Attending

Fate = Literal["heard", "cut_short", "left_early", "given_up", "refused", "not_tried", "open"]
"""What becomes of a wish; every wish has one fate."""
FATES: Final[tuple[Fate, ...]] = get_args(Fate)


@dataclass(slots=True)
class Person:
    """Somebody who came into the room. `participant` says whether they came as one, or had a wish as staff; `client` is
    that of the first entry.
    """

    name: str
    group: str
    participant: bool
    client: str
    entries: int = 0


@dataclass(slots=True)
class Request:
    """One ask. `review_ms` is when a moderator first turned to it."""

    person: str
    at_ms: int
    review_ms: int | None = None
    closed_ms: int | None = None
    outcome: str = ""
    by: str = ""
    again: bool = False


@dataclass(slots=True)
class Invitation:
    """One offer of a place on stage."""

    person: str
    at_ms: int
    origin: str
    closed_ms: int | None = None
    outcome: str = ""


@dataclass(slots=True)
class Wish:
    """One wish to speak. `outcome` is `on_stage` from when its person goes live for it (`settled_ms`), `given_up`,
    `refused`, `not_tried` where that never did anything about it, or empty while it is open. `cause` says why it was
    given up, refused or not tried, or what ended its last stay; the latter, and `had_ms`, only when it is over.

    `requests` are those made for it, in order, and `review_ms` is when a moderator last turned to its person. `behind`
    says that it arose while another of its person was followed, `suitable` that the organiser would want it on stage.
    """

    number: int
    person: str
    at_ms: int
    wanted_ms: int
    enough_ms: int
    settled_ms: int | None = None
    outcome: Literal["", "on_stage", "given_up", "refused", "not_tried"] = ""
    cause: str = ""
    had_ms: int | None = None
    review_ms: int | None = None
    behind: bool = False
    suitable: bool = True
    requests: list[Request] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether its person went live for it."""
        return self.outcome == "on_stage"

    @property
    def fate(self) -> Fate:
        """What has become of it: `heard` when it had enough; `cut_short` where it had not, and what ended its last stay
        was not its person's own doing; `left_early` where it was; or it never reached the stage.
        """
        if self.outcome in ("given_up", "refused", "not_tried"):
            return self.outcome
        if self.had_ms is None:
            return "open"
        if self.had_ms >= self.enough_ms:
            return "heard"
        return "cut_short" if self.cause in CUTS else "left_early"


@dataclass(slots=True)
class ReviewSpan:
    """One span in which a moderator was with a person's request, or with a wish for which there is no button."""

    moderator: str
    person: str
    from_ms: int
    to_ms: int | None = None


@dataclass(slots=True)
class Stay:
    """One stay on stage, with how it began and how it ended. From `unsuitable_ms` on it is one for an unsuitable wish,
    if it ever is: until the person leaves the stage.
    """

    person: str
    from_ms: int
    via: str
    to_ms: int | None = None
    ending: str = ""
    unsuitable_ms: int | None = None


STEP: Final = ("at_ms", *COUNTS)
"""What a step says: from when on, and how many there are of each count until the next step."""


@dataclass(slots=True)
class Session:
    """Everything that a log says, sorted by what it is about. `people` are in order of their first entry.

    `steps` are tuples of the numbers that `STEP` names, `rejected` counts by action and reason, and `actions` counts
    what staff did to others. `attention` has what each of the scenario's moderators does, from the first entry on.
    """

    start_ms: int
    end_ms: int
    stage_capacity: int | None
    people: dict[str, Person] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)
    invitations: dict[int, Invitation] = field(default_factory=dict)
    wishes: dict[int, Wish] = field(default_factory=dict)
    reviews: list[ReviewSpan] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    steps: list[tuple[int, ...]] = field(default_factory=list)
    attention: list[Attending] = field(default_factory=list)
    rejected: dict[tuple[str, str], int] = field(default_factory=dict)
    actions: int = 0

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    def inside_ms(self, from_ms: int, to_ms: int | None) -> int:
        """How much of a span lies within the session; a span without an end lasts as long as the session."""
        until = self.end_ms if to_ms is None else min(to_ms, self.end_ms)
        return max(0, until - max(from_ms, self.start_ms))
