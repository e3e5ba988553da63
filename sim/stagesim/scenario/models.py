"""What a scenario file says, as valid objects.

Times are whole milliseconds inside and carry a unit in the file (`90 s`, `10 min`); every time of a scenario counts
from the start of the session, so what happens before it is negative. A parameter that may vary is a `Distribution`:
in the file a plain value, or one of the named distributions.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from stageaccess.vocabulary import Action, Client, FullStage, Mode, Reason, Role, Standing
from stagesim.scenario.quantities import Duration, DurationDistribution, NumberDistribution, Rate

Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Part(BaseModel):
    """A part of a scenario: frozen, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class RequestLimit(Part):
    """At most `count` accepted asks of one person within `window` (rule T4)."""

    count: Count
    window: Duration


class RoomSettings(Part):
    """The room under test, before the first command (RULES sections 7 and 8)."""

    mode: Mode = Field(default=Mode.JOIN_BY_REQUEST, description="the mode at the start; `compare` puts each mode here")
    stage_capacity: Count | None = Field(default=None, description="places on stage; none is unlimited")
    when_full: FullStage | None = Field(default=None, description="what a full stage does; none is the mode's own default")
    request_ttl: Duration | None = None
    invitation_ttl: Duration | None = None
    request_cooldown: Duration | None = None
    request_limit: RequestLimit | None = None
    reconnect_grace: Duration = 0


class Round(Part):
    """A question round: many wishes bunched together. `share: 1` and no `delay` is everybody at once."""

    at: Duration
    share: Probability = 1.0
    delay: DurationDistribution = Field(default="0 s", validate_default=True, description="from the round's opening to a wish")


class Wishes(Part):
    """When a person wishes to speak. The sources add up; all but `after_settled` are the same in every mode."""

    rate: Rate | None = Field(default=None, description="wishes of one person at random times, for example `4 per hour`")
    unequal: NumberDistribution = Field(default=1, validate_default=True, description="a person's own factor on `rate`")
    load: NumberDistribution = Field(default=1, validate_default=True, description="a replication's factor on `rate`")
    on_arrival: Probability = Field(default=0.0, description="chance of a wish at the moment of arrival")
    rounds: tuple[Round, ...] = ()
    after_settled: DurationDistribution | None = Field(
        default=None, description="from arrival to the first wish, and from the end of each wish to the next"
    )
    limit: Count | None = Field(default=None, description="a person's wishes at most")


class AfterDecline(Part):
    """What a declined person does: asks again with probability `again`, after `pause`, at most `asks` times in all."""

    again: Probability = 0.0
    pause: DurationDistribution = Field(default="30 s", validate_default=True)
    asks: Annotated[int, Field(ge=1)] | None = Field(default=None, description="asks per wish at most; none is no limit")


class Answer(Part):
    """How a person answers an invitation: accepts, ignores, or else declines it, after `time`."""

    time: DurationDistribution = Field(default="0 s", validate_default=True)
    accept: Probability = 1.0
    ignore: Probability = Field(default=0.0, description="of those who do not accept, the share who never answer")


class Setup(Part):
    """Setting up devices: a failed set-up backs out, and is tried again up to `retries` times."""

    time: DurationDistribution = Field(default="0 s", validate_default=True)
    failure: Probability = 0.0
    retries: Count = 1


class OnStage(Part):
    """What a person does on stage. `stay` is how long the person wants to be there, by plan."""

    stay: DurationDistribution = Field(default="2 min", validate_default=True)
    pulse: DurationDistribution | None = Field(default=None, description="from one `speak` to the next; none is silence")
    overstay: Probability = Field(default=0.0, description="chance that a stay is longer than planned")
    overstay_by: DurationDistribution = Field(default="2 min", validate_default=True)
    disruptive: Probability = Field(default=0.0, description="share of people who disturb from the moment they are live")


class FullStageHabit(Part):
    """What a person who is refused by a full stage does: gives up, tries again, or waits, prepared, for a place."""

    then: Literal["give_up", "retry", "wait"] = "give_up"
    retry_after: DurationDistribution = Field(default="20 s", validate_default=True)


class Connection(Part):
    """Lost connections: which share of people has them, how long until one, and how long it lasts."""

    share: Probability = 1.0
    lost_after: DurationDistribution
    gap: DurationDistribution


class Participants(Part):
    """One group of participants who behave alike. Every duration is drawn anew for each person and occasion."""

    count: Count | None = Field(default=None, description="people in the group; none with `arrival_gap`: no end of them")
    mobile: Probability = Field(default=0.0, description="share of people on a mobile client")
    arrival: DurationDistribution = Field(default="0 s", validate_default=True, description="entry, relative to the start")
    arrival_gap: DurationDistribution | None = Field(
        default=None, description="instead of `arrival`: people enter one after another, this far apart, from the start on"
    )
    leaves_after: DurationDistribution | None = Field(default=None, description="from entry to leaving; none is the very end")
    leaves_when_settled: bool = Field(default=False, description="leaves when the last wish has been settled")
    connection: Connection | None = None
    wishes: Wishes = Wishes()
    balk_at: NumberDistribution | None = Field(
        default=None, description="gives the wish up instead of asking when so many requests are open"
    )
    patience: DurationDistribution | None = Field(default=None, description="from a wish to giving it up; none is for ever")
    patience_until: Literal["review", "decision"] = Field(
        default="decision", description="`review`: nobody gives up once a moderator has turned to them"
    )
    patience_per: Literal["wish", "ask"] = Field(default="wish", description="whether asking again starts patience anew")
    silent: Probability = Field(default=0.0, description="of those who give up, the share whose request stays in the list")
    after_decline: AfterDecline = AfterDecline()
    answer: Answer = Answer()
    setup: Setup = Setup()
    on_stage: OnStage = OnStage()
    full_stage: FullStageHabit = FullStageHabit()
    hopes: bool = Field(default=True, description="makes a wish noticed where there is no button for it (say, in the chat)")


class Review(Part):
    """Reviewing one request: how long, and with which answer. The answer is drawn first, then its time."""

    approve: Probability = 1.0
    time: DurationDistribution = Field(default="10 s", validate_default=True)
    decline_time: DurationDistribution | None = Field(default=None, description="time of a decline; none is `time`")


class Alternation(Part):
    """Attention that comes and goes: `lasts` away after each `every` of attention."""

    every: DurationDistribution
    lasts: DurationDistribution


class Invites(Part):
    """Direct invitations, beside the wishes that staff notice and review like requests."""

    keep_on_stage: Count | None = Field(default=None, description="one open invitation for each place below this many")
    every: DurationDistribution | None = None
    whom: Literal["wishes", "random", "agenda"] = "random"
    agenda: tuple[str, ...] = Field(default=(), description="names in order; people of a group are `group-1`, `group-2` …")
    limit: Count | None = None


class Removes(Part):
    """Taking people off the stage: those who stay longer than `allowance`, and those who disrupt."""

    allowance: Duration | None = Field(default=None, description="a stay beyond this is ended")
    reaction: DurationDistribution = Field(default="0 s", validate_default=True, description="after the allowance is over")
    disruptive_after: DurationDistribution | None = Field(default=None, description="from the disruption to the removal")


class Moderators(Part):
    """One group of moderators who behave alike. They share the list of requests, and never review the same one twice."""

    count: Count = 1
    role: Literal[Role.MODERATOR, Role.HOST] = Role.MODERATOR
    client: Client = Client.DESKTOP
    arrival: DurationDistribution = Field(default="0 s", validate_default=True)
    leaves_after: DurationDistribution | None = None
    reaction: DurationDistribution = Field(default="0 s", validate_default=True, description="an idle moderator's, to new work")
    review: Review = Review()
    discipline: Literal["first_come", "last_come", "random", "priority", "least_heard"] = "first_come"
    priority: tuple[str, ...] = Field(default=(), description="with `priority`: group names, first served first")
    once_each: bool = Field(default=False, description="everybody once before anybody twice")
    approve_up_to: Count | None = Field(
        default=None, description="people on stage or on their way there, beyond which no request is taken up"
    )
    when_busy: Literal["queue", "decline"] = Field(
        default="queue", description="`decline`: a request that finds every moderator busy is declined at once"
    )
    when_stage_full: Literal["approve", "decline"] = Field(
        default="approve", description="`decline`: a review that ends on a full stage ends with a decline"
    )
    looks_every: Duration | None = Field(
        default=None, description="looks at the list only so often, and decides all that is there"
    )
    presenting: Alternation | None = Field(default=None, description="also presents: turns away between two reviews")
    called_away: Alternation | None = Field(default=None, description="is called away at any moment; a review is resumed")
    rests: DurationDistribution | None = Field(default=None, description="turns away for so long whenever nothing is waiting")
    invites: Invites | None = None
    notices: DurationDistribution | None = Field(
        default="0 s", validate_default=True, description="how long until a wish without a button is noticed; none is never"
    )
    removes: Removes | None = None
    clears_at: tuple[Duration, ...] = Field(default=(), description="moments at which the list of requests is cleared")


class ModeSwitch(Part):
    """One line of the timetable. Moderators carry it out, from a desktop client."""

    at: Duration
    mode: Mode


class Step(Part):
    """One command of the script, and what is expected of it.

    A step without `do` submits nothing; it only looks. `expect` is `accepted`, the reason of the rejection, or the
    standing of the person (the target, if the command has one) afterwards.
    """

    at: Duration
    do: Action | None = None
    by: str | None = None
    to: str | None = None
    client: Client = Client.DESKTOP
    mode: Mode | None = None
    role: Role | None = None
    request: str | None = None
    id: str | None = None
    of: str | None = Field(default=None, description="whose standing is meant, if not the target's or the actor's")
    expect: Literal["accepted"] | Reason | Standing | None = None
    standing: Standing | None = Field(default=None, description="the standing of `of` after the command, beside `expect`")
    note: str | None = None


class RuleChange(Part):
    """A variant of the rules: a name, and what differs from the default."""

    name: str
    cells: dict[str, str] = Field(
        default_factory=dict, description="`action.mode.standing` (own) or `action.standing` (staff): new cell"
    )
    closings: dict[str, str] = Field(default_factory=dict, description="`requests.from.to`, `setups.from.to`: outcome")


class Scenario(Part):
    """One scenario: a room, the people who come, and what is done there at fixed times."""

    title: str
    description: str = ""
    shows: tuple[str, ...] = Field(default=(), description="ids of the rules and statements that a conformance scenario shows")
    duration: Duration
    doors_open: Duration = Field(default=0, description="how long before the session's start the room may be entered")
    modes: tuple[Mode, ...] = Field(default=tuple(Mode), description="the modes that `compare` runs")
    room: RoomSettings = RoomSettings()
    rules: RuleChange | None = None
    audience: dict[str, Participants] = Field(default_factory=dict)
    moderators: dict[str, Moderators] = Field(default_factory=dict)
    timetable: tuple[ModeSwitch, ...] = ()
    script: tuple[Step, ...] = ()
    session: Literal["automatic", "scripted"] = Field(
        default="automatic", description="`scripted`: the script itself starts and ends the session"
    )
