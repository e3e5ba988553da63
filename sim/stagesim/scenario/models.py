"""What a scenario file says, as valid objects.

Times are whole milliseconds inside and carry a unit in the file (`90 s`, `10 min`); every time of a scenario counts
from the start of the session, so what happens before it is negative. A parameter that may vary is a `Distribution`:
in the file a plain value, or one of the named distributions. What the fields mean stands in their descriptions, from
which `scenarios/README.md` and the JSON Schema are made; what must hold between fields stands in `checks`.
"""

from typing import Any, Final, Literal, NamedTuple

from pydantic import Field, PrivateAttr, model_validator

from stageaccess.vocabulary import Action, Client, FullStage, Mode, Reason, Role, Standing
from stagesim.scenario import checks
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.statements import Expectation, Property
from stagesim.scenario.moderators import Alternation, Invites, Moderators, Removes, Review
from stagesim.scenario.part import Part
from stagesim.scenario.participants import (
    AfterDecline,
    Answer,
    Connection,
    FullStageHabit,
    OnStage,
    Participants,
    Round,
    Setup,
    Wishes,
)
from stagesim.scenario.values.field_types import Count, Duration, Moment, PositiveDuration, Switch

__all__ = [
    "MODELS",
    "AfterDecline",
    "Alternation",
    "Answer",
    "Connection",
    "Expectation",
    "FullStageHabit",
    "Goal",
    "Invites",
    "ModeSwitch",
    "Moderators",
    "OnStage",
    "Part",
    "Participants",
    "Property",
    "Removes",
    "RequestLimit",
    "Review",
    "RoomSettings",
    "Round",
    "RuleChange",
    "Scenario",
    "Setup",
    "Source",
    "Step",
    "Wishes",
]


class Source(NamedTuple):
    """Where a scenario was read: the file's name, and the lines of its steps and statements (1 is the first)."""

    name: str
    step_lines: tuple[int, ...] = ()
    expect_lines: tuple[int, ...] = ()
    property_lines: tuple[int, ...] = ()


class RequestLimit(Part):
    """At most `count` accepted asks of one person within `window` (rule T4)."""

    count: Count = Field(description="accepted asks at most")
    window: Duration = Field(description="how far back asks count")


class RoomSettings(Part):
    """The room under test, before the first command (RULES sections 7 and 8)."""

    mode: Mode = Field(default=Mode.JOIN_BY_REQUEST, description="the mode at the start; `compare` puts each mode here")
    stage_capacity: Count | None = Field(default=None, description="places on stage; none is unlimited")
    when_full: FullStage | None = Field(
        default=None, description="what a full stage does; none is the mode's own default"
    )
    request_ttl: Duration | None = Field(default=None, description="an open request expires after it; none is never")
    invitation_ttl: Duration | None = Field(
        default=None, description="an open invitation expires after it; none is never"
    )
    request_cooldown: Duration | None = Field(
        default=None, description="no new request of a declined person within it; none is no wait"
    )
    request_limit: RequestLimit | None = Field(default=None, description="asks of one person; none is no limit")
    reconnect_grace: Duration = Field(
        default=0, description="how long a lost connection keeps request, invitation and place"
    )


class ModeSwitch(Part):
    """One line of the timetable. Moderators carry it out, from a desktop client."""

    at: Duration = Field(description="when the mode changes")
    mode: Mode = Field(description="the mode from then on")


class Step(Part):
    """One command of the script, and what is expected of it.

    A step without `do` submits nothing; it only looks. `expect` is `accepted`, the reason of the rejection, or the
    standing of the person (the target, if the command has one) afterwards.
    """

    at: Moment = Field(description="when the command is submitted; negative is before the session's start")
    do: Action | None = Field(default=None, description="the action; none only looks")
    by: str | None = Field(default=None, description="who does it")
    to: str | None = Field(default=None, description="the target, where the action has one")
    client: Client = Field(default=Client.DESKTOP, description="the device that the command comes from")
    mode: Mode | None = Field(default=None, description="with `set_mode`: the new mode")
    role: Role | None = Field(default=None, description="with `enter_room` and `change_role`: the role")
    request: str | None = Field(default=None, description="the request meant, such as `r1`, where the action takes one")
    id: str | None = Field(default=None, description="the command's own id; the same id again changes nothing")
    of: str | None = Field(default=None, description="whose standing is meant, if not the target's or the actor's")
    expect: Literal["accepted"] | Reason | Standing | None = Field(
        default=None, description="`accepted`, the reason of the rejection, or the standing afterwards"
    )
    standing: Standing | None = Field(
        default=None, description="the standing of `of` after the command, beside `expect`"
    )
    note: str | None = Field(default=None, description="a remark for the reader")

    @model_validator(mode="after")
    def _check(self) -> "Step":
        checks.check_step(self)
        return self


class RuleChange(Part):
    """A variant of the rules: a name, and what differs from the default."""

    name: str = Field(description="the variant's name")
    cells: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "new cells: `action.mode.standing` (what people do for themselves), `action.standing` (what staff do to "
            "others), `staff.action.standing` (where staff differ); the cell is a standing or a reason"
        ),
    )
    closings: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "what a change of mode closes: `requests.from.to` or `setups.from.to`, with the outcome, or `stays`; "
            "likewise a change of role: `requests.promotion`, `setups.demotion`"
        ),
    )
    when_full: dict[Mode, FullStage] = Field(
        default_factory=dict, description="by mode, what a full stage does where `room.when_full` does not say it"
    )
    staff_stay_on_full_stage: Switch | None = Field(
        default=None, description="whether staff are spared when somebody has to make room; by default they are"
    )

    @model_validator(mode="after")
    def _check(self) -> "RuleChange":
        checks.check_rules(self)
        return self


class Scenario(Part):
    """One scenario: a room, the people who come, and what is done there at fixed times."""

    title: str = Field(description="one line that says what is compared here, and for whom")
    description: str = Field(default="", description="what the scenario is about, in a few sentences")
    shows: tuple[str, ...] = Field(
        default=(), description="ids of the rules and statements that a conformance scenario shows"
    )
    duration: PositiveDuration = Field(description="how long the session lasts")
    doors_open: Duration = Field(default=0, description="how long before the session's start the room may be entered")
    modes: tuple[Mode, ...] = Field(default=tuple(Mode), description="the modes that `compare` runs")
    room: RoomSettings = Field(default_factory=RoomSettings, description="the room before the first command")
    rules: RuleChange | None = Field(default=None, description="a variant of the rules; none is the default rules")
    audience: dict[str, Participants] = Field(
        default_factory=dict, description="the participants: one group, or the same with `groups`"
    )
    moderators: dict[str, Moderators] = Field(
        default_factory=dict, description="the moderators and hosts: one group, or the same with `groups`"
    )
    timetable: tuple[ModeSwitch, ...] = Field(default=(), description="changes of the mode at fixed times")
    script: tuple[Step, ...] = Field(default=(), description="commands at fixed times, and what is expected of them")
    session: Literal["automatic", "scripted"] = Field(
        default="automatic", description="`scripted`: the script itself starts and ends the session"
    )
    expect: tuple[Expectation, ...] = Field(
        default=(), description="what `check` expects of metrics, such as `mean queue <= 3`"
    )
    properties: tuple[Property, ...] = Field(
        default=(), description="what `check` demands of every event log, such as `always on_stage <= 10`"
    )
    goals: tuple[Goal, ...] = Field(default=(), description="what is wanted, by which `rank` ranks the modes")
    cases: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="names, each with settings, such as `audience.count: 50`; `check` judges each of them instead",
    )
    marks: tuple[str, ...] = Field(default=(), description="marks of all tests that pytest makes of this file")

    _source: Source | None = PrivateAttr(default=None)

    @property
    def source(self) -> Source | None:
        """Where the scenario was read; None if it was built in Python. It has no part in what the scenario means."""
        return self._source

    def read_from(self, source: Source) -> "Scenario":
        """The same scenario, with where it was read."""
        copy = self.model_copy()
        copy._source = source
        return copy

    @model_validator(mode="after")
    def _check(self) -> "Scenario":
        checks.check_scenario(self)
        return self


MODELS: Final[tuple[type[Part], ...]] = (
    *(Scenario, Expectation, Property, Goal),
    *(RoomSettings, RequestLimit, ModeSwitch, Step, RuleChange),
    *(Participants, Wishes, Round, AfterDecline, Answer, Setup, OnStage, FullStageHabit, Connection),
    *(Moderators, Review, Alternation, Invites, Removes),
)
"""Every part, in the order in which one reads about them."""
