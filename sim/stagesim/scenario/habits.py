"""What anybody has who may wish to speak: participants, and staff as well."""

from typing import Literal

from pydantic import Field, model_validator

from stagesim.eventlog.enough import HALF
from stagesim.scenario.faults import Fault, fault, raise_faults
from stagesim.scenario.part import HALF_A_MINUTE, INSTANT, ONE, TWENTY_SECONDS, TWO_MINUTES, Part
from stagesim.scenario.values.field_types import (
    Count,
    Duration,
    DurationDistribution,
    GapDistribution,
    Limit,
    NumberDistribution,
    PositiveLimit,
    Probability,
    Rate,
    Sufficiency,
    Switch,
    TimeDistribution,
)
from stagesim.scenario.values.rates import highest
from stagesim.scenario.values.written_distributions import takes_no_time


class Round(Part):
    """A question round: many wishes bunched together. `share: 1` and no `delay` is everybody at once."""

    at: Duration = Field(description="when the round opens")
    share: Probability = Field(default=1.0, description="share of the people present who then have a wish")
    delay: DurationDistribution = Field(default=INSTANT, description="from the round's opening to a wish")


class Readiness(Part):
    """How ready people are to act on a wish in each mode: the share of wishes that are strong enough for it."""

    everyone_on_stage: Probability = Field(default=1.0, description="where a button leads to the stage at once")
    join_by_request: Probability = Field(default=1.0, description="where one asks to join")
    invite_only: Probability = Field(default=1.0, description="where one makes oneself noticed")


class Wishes(Part):
    """When a person wishes to speak. The sources add up; all but `after_settled` are the same in every mode."""

    rate: Rate | None = Field(
        default=None,
        description=(
            "wishes of one person at random times, such as `4 per hour`, or from each moment on at a rate of its own: "
            "`{0 min: 4 per hour, 60 min: 1 per hour}`"
        ),
    )
    unequal: NumberDistribution = Field(default=ONE, description="a person's own factor on `rate`")
    load: NumberDistribution = Field(default=ONE, description="a replication's factor on `rate`")
    on_arrival: Probability = Field(default=0.0, description="chance of a wish at the moment of arrival")
    rounds: tuple[Round, ...] = Field(default=(), description="question rounds")
    after_settled: DurationDistribution | None = Field(
        default=None, description="from arrival to the first wish, and from the end of each wish to the next"
    )
    limit: Limit = Field(default=None, description="a person's wishes at most; if left out, `unlimited`")
    meanwhile: Literal["queued", "merged", "dropped"] = Field(
        default="queued",
        description=(
            "what becomes of a wish that arises while its person still follows another. `queued`: it is followed "
            "afterwards; its wait counts from when it arose, its patience begins when its turn comes. `merged`: it "
            "counts as a wish, and ends at the same moment and in the same way as the one that is followed. "
            "`dropped`: it does not come about, and is not counted"
        ),
    )
    unsuitable: Probability = Field(
        default=0.0,
        description="share of wishes that the organiser would not want on stage: off topic, advertising, abuse",
    )
    unsuitable_stay: DurationDistribution | None = Field(
        default=None, description="planned stay for such a wish; if left out, `on_stage.stay`"
    )
    readiness: Readiness = Field(
        default_factory=Readiness,
        description="share of wishes on which their person acts, by the mode of the room; the others wait for another",
    )

    @model_validator(mode="after")
    def _check(self) -> "Wishes":
        """Factors need a rate; wishes that follow at once upon each other need a limit."""
        faults = [
            Fault(f"`{factor}` is a factor on `rate`, which is not given", "give `rate`, or leave it out", (factor,))
            for factor in ("unequal", "load")
            if self.rate is None and getattr(self, factor) != ONE
        ]
        rate = highest(self.rate) * self.unequal.mean() * self.load.mean()
        if rate > 1:
            hint = "the mean factors `unequal` and `load` count as well"
            faults.append(Fault("expected one wish per millisecond at most", hint, ("rate",)))
        if self.after_settled is not None and self.limit is None and takes_no_time(self.after_settled):
            faults.append(
                Fault("`after_settled` of 0 needs a `limit`", "a person would wish for ever", ("after_settled",))
            )
        raise_faults(faults)
        return self


class AfterDecline(Part):
    """What a declined person does: asks again with probability `again`, after `pause`, at most `asks` times in all."""

    again: Probability = Field(default=0.0, description="chance of asking again after a decline")
    pause: DurationDistribution = Field(default=HALF_A_MINUTE, description="from the decline to asking again")
    asks: PositiveLimit = Field(default=None, description="asks per wish at most; if left out, `unlimited`")

    @model_validator(mode="after")
    def _check(self) -> "AfterDecline":
        """Who always asks again does so after a while, or not for ever."""
        if self.again == 1 and self.asks is None and takes_no_time(self.pause):
            hint = "a person who is declined at once would ask for ever at one moment"
            raise fault("`pause` of 0 needs a limit: `asks`", hint, ("pause",))
        return self


class AfterCut(Part):
    """What a person does whose wish was cut short, by whatever: tries again with probability `again`, after `pause`,
    in the way that the room then offers, with patience anew, and stays for what is left of the stay.
    """

    again: Probability = Field(default=0.0, description="chance of trying again after being cut short")
    pause: DurationDistribution = Field(default=HALF_A_MINUTE, description="from coming off the stage to trying again")
    asks: PositiveLimit = Field(
        default=None,
        description="times that a person sets out for one wish at most, by asking or joining; if left out, `unlimited`",
    )

    @model_validator(mode="after")
    def _check(self) -> "AfterCut":
        """Who always tries again does so after a while, or not for ever."""
        if self.again == 1 and self.asks is None and takes_no_time(self.pause):
            hint = "two people who push each other off would do so for ever at one moment"
            raise fault("`pause` of 0 needs a limit: `asks`", hint, ("pause",))
        return self


class Answer(Part):
    """How a person answers an invitation: accepts, ignores, or else declines it, after `time`."""

    time: DurationDistribution = Field(default=INSTANT, description="from the invitation to the answer")
    accept: Probability = Field(default=1.0, description="chance of accepting")
    ignore: Probability = Field(default=0.0, description="of those who do not accept, the share who never answer")


class Setup(Part):
    """Setting up devices: a failed set-up backs out, and is tried again up to `retries` times."""

    time: DurationDistribution = Field(default=INSTANT, description="how long one attempt takes")
    failure: Probability = Field(default=0.0, description="chance that an attempt fails")
    retries: Count = Field(default=1, description="further attempts after a failure, at most")


class OnStage(Part):
    """What a person does on stage. `stay` is how long the person wants to be there, by plan."""

    stay: DurationDistribution = Field(default=TWO_MINUTES, description="planned stay on stage")
    enough: Sufficiency = Field(
        default=HALF,
        description=(
            "a wish is heard when it has so much of its planned stay: a share of it, or a time, or all of it where "
            "that is shorter; what counts is the time on stage with a connection, in all stays for the wish"
        ),
    )
    pulse: GapDistribution | None = Field(
        default=None, description="from one `speak` to the next; if left out, silence"
    )
    overstay: Probability = Field(default=0.0, description="chance that a stay is longer than planned")
    overstay_by: DurationDistribution = Field(default=TWO_MINUTES, description="by how much longer")
    disruptive: Probability = Field(default=0.0, description="share of people who disturb from going live on")


class FullStageHabit(Part):
    """What a person who is refused by a full stage does: gives up, tries again, or waits, prepared, for a place."""

    then: Literal["give_up", "retry", "wait"] = Field(default="give_up", description="what the person does")
    retry_after: GapDistribution = Field(default=TWENTY_SECONDS, description="with `retry`: until the next try")


class Connection(Part):
    """Lost connections: which share of people has them, how long until one, and how long it lasts."""

    share: Probability = Field(default=1.0, description="share of people who lose connections")
    lost_after: GapDistribution = Field(description="from entry, or from the return, to the next loss")
    gap: DurationDistribution = Field(description="from the loss to the return")
    second_device: Probability = Field(
        default=0.0,
        description=(
            "share of those who lose connections who are in the room by a second device as well, of the other kind; "
            "a loss closes the connection of the first, and they stay"
        ),
    )


class Habits(Part):
    """What `audience` and `moderators` share. Staff have no wishes unless a scenario gives them some.

    Every duration is drawn anew for each person and occasion.
    """

    arrival: TimeDistribution = Field(
        default=INSTANT, description="entry, relative to the start; negative is before it"
    )
    leaves_after: DurationDistribution | None = Field(
        default=None, description="from entry to leaving; if left out, the very end"
    )
    leaves_when_settled: Switch = Field(default=False, description="leaves when the last wish has been settled")
    connection: Connection | None = Field(default=None, description="lost connections; if left out, there are none")
    wishes: Wishes = Field(default_factory=Wishes, description="when a person wishes to speak")
    balk_at: NumberDistribution | None = Field(
        default=None, description="gives the wish up instead of asking when so many requests are open"
    )
    patience: DurationDistribution | None = Field(
        default=None, description="from a wish to giving it up; if left out, for ever"
    )
    patience_until: Literal["review", "decision"] = Field(
        default="decision", description="`review`: nobody gives up once a moderator has turned to them"
    )
    patience_per: Literal["wish", "ask"] = Field(
        default="wish", description="whether asking again starts patience anew"
    )
    silent: Probability = Field(
        default=0.0,
        description="of those who give up, the share who say nothing: staff go on to turn to them",
    )
    after_decline: AfterDecline = Field(default_factory=AfterDecline, description="what a declined person does")
    after_cut: AfterCut = Field(
        default_factory=AfterCut, description="what a person does whose wish was cut short on stage"
    )
    answer: Answer = Field(default_factory=Answer, description="how a person answers an invitation")
    setup: Setup = Field(default_factory=Setup, description="setting up devices before going live")
    on_stage: OnStage = Field(default_factory=OnStage, description="what a person does on stage")
    full_stage: FullStageHabit = Field(
        default_factory=FullStageHabit, description="what a full stage makes a person do"
    )
    hopes: Switch = Field(
        default=True, description="makes a wish noticed where there is no button for it (say, in the chat)"
    )

    @model_validator(mode="after")
    def _check_habits(self) -> "Habits":
        """Who leaves after the last wish has a last wish."""
        wishes = self.wishes
        if self.leaves_when_settled and wishes.limit is None and (wishes.rate is not None or wishes.after_settled):
            hint = "write `wishes.limit`: without it there is no last wish"
            raise fault("`leaves_when_settled` needs an end of the wishes", hint, ("leaves_when_settled",))
        return self


def can_wish(group: Habits) -> bool:
    """Whether people with these habits can have a wish."""
    wishes = group.wishes
    sources = (
        highest(wishes.rate) > 0,
        wishes.on_arrival > 0,
        any(each.share > 0 for each in wishes.rounds),
        wishes.after_settled is not None,
    )
    return wishes.limit != 0 and any(sources)
