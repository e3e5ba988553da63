"""One group of moderators: how they review requests, whom they invite and remove, and when they turn away."""

from typing import Literal

from pydantic import Field, model_validator

from stageaccess.vocabulary import Client, Role
from stagesim.scenario.faults import Fault, raise_faults, repeated
from stagesim.scenario.habits import Habits
from stagesim.scenario.part import INSTANT, TEN_SECONDS, Part
from stagesim.scenario.values.field_types import (
    Count,
    Duration,
    DurationDistribution,
    GapDistribution,
    Limit,
    People,
    Places,
    PositiveDuration,
    Probability,
    Switch,
)
from stagesim.scenario.values.units import CAPACITY


class Review(Part):
    """Reviewing one request: how long, and with which answer. The answer is drawn first, then its time."""

    approve: Probability = Field(default=1.0, description="chance of an approval")
    recognise: Probability | None = Field(
        default=None, description="chance that an unsuitable wish is turned down; if left out, that of any wish"
    )
    time: DurationDistribution = Field(default=TEN_SECONDS, description="how long a review takes")
    decline_time: DurationDistribution | None = Field(
        default=None, description="time of a decline; if left out, `time`"
    )


class Alternation(Part):
    """Attention that comes and goes: `lasts` away after each `every` of attention."""

    every: GapDistribution = Field(description="how long the attention holds")
    lasts: DurationDistribution = Field(description="how long it is then away")


class Invites(Part):
    """Direct invitations, beside the wishes that staff notice and review like requests."""

    keep_on_stage: Count | None = Field(default=None, description="one open invitation for each place below this many")
    every: GapDistribution | None = Field(default=None, description="from one invitation to the next")
    whom: Literal["wishes", "random", "agenda"] = Field(
        default="random", description="who is invited: somebody with a wish, anybody, or the next of `agenda`"
    )
    agenda: tuple[str, ...] = Field(
        default=(), description="names in order; people of a group are `group-1`, `group-2` …"
    )
    limit: Limit = Field(default=None, description="invitations at most; if left out, `unlimited`")

    @model_validator(mode="after")
    def _check(self) -> "Invites":
        """Something must say when to invite, and an agenda is needed exactly where it is followed."""
        faults = []
        if self.keep_on_stage is None and self.every is None:
            faults.append(Fault("nothing says when to invite", "write `keep_on_stage` or `every`"))
        if self.whom == "agenda" and not self.agenda:
            faults.append(Fault("`whom: agenda` needs an `agenda`", "list the names in order", ("whom",)))
        if self.whom != "agenda" and self.agenda:
            hint = "write `whom: agenda`, or leave the list out"
            faults.append(Fault(f"`agenda` is not followed with `whom: {self.whom}`", hint, ("agenda",)))
        raise_faults(faults)
        return self


class Removes(Part):
    """Taking people off the stage: those who stay longer than `allowance`, those who disrupt, and those who are there
    for an unsuitable wish.
    """

    allowance: PositiveDuration | None = Field(default=None, description="a stay beyond this is ended")
    reaction: DurationDistribution = Field(default=INSTANT, description="after the allowance is over")
    disruptive_after: DurationDistribution | None = Field(
        default=None, description="from the disruption to the removal; if left out, never"
    )
    noticed_after: DurationDistribution | None = Field(
        default=None,
        description=(
            "watches the stage when there is nothing else to do: how long it is watched until somebody there for an "
            "unsuitable wish, or who disrupts, is noticed; if left out, nothing is watched"
        ),
    )
    removal_time: DurationDistribution | None = Field(
        default=None,
        description="how long a removal keeps a moderator who is free busy; if left out, nobody is kept busy",
    )
    interrupts: Switch = Field(
        default=False, description="with `removal_time`: if nobody is free, a review is interrupted, and goes on then"
    )

    @model_validator(mode="after")
    def _check(self) -> "Removes":
        """Something must say whom to remove, and a removal that takes no time interrupts nothing."""
        faults = []
        if self.allowance is None and self.disruptive_after is None and self.noticed_after is None:
            hint = "write `allowance`, `disruptive_after` or `noticed_after`"
            faults.append(Fault("nothing says whom to remove", hint))
        if self.interrupts and self.removal_time is None:
            hint = "give `removal_time`, or leave it out"
            faults.append(Fault("`interrupts` needs a `removal_time`", hint, ("interrupts",)))
        raise_faults(faults)
        return self


class Moderators(Habits):
    """One group of moderators who behave alike. They share the list, and never review the same request twice.

    They have the keys of everybody and these.
    """

    count: People = Field(default=1, description="moderators in the group")
    role: Literal[Role.MODERATOR, Role.HOST] = Field(default=Role.MODERATOR, description="their role in the room")
    client: Client = Field(default=Client.DESKTOP, description="their device; the mode changes on a desktop only")
    reaction: DurationDistribution = Field(default=INSTANT, description="an idle moderator's, to new work")
    review: Review = Field(default_factory=Review, description="reviewing one request")
    discipline: Literal["first_come", "last_come", "random", "priority", "least_heard"] = Field(
        default="first_come", description="which request is reviewed next"
    )
    priority: tuple[str, ...] = Field(default=(), description="with `priority`: group names, first of them first")
    once_each: Switch = Field(default=False, description="everybody once before anybody twice")
    approve_up_to: Places = Field(
        default=CAPACITY,
        description="people on stage or on their way there, beyond which no request is taken up; "
        "`capacity` is `room.stage_capacity`",
    )
    when_busy: Literal["queue", "decline"] = Field(
        default="queue", description="`decline`: a request that finds every moderator busy is declined at once"
    )
    when_stage_full: Literal["approve", "decline"] = Field(
        default="approve",
        description="`decline`: a review that ends on a full stage (see `approve_up_to`) ends with a decline",
    )
    looks_every: PositiveDuration | None = Field(
        default=None, description="looks at the list only so often, and decides all that is there"
    )
    presenting: Alternation | None = Field(default=None, description="also presents: turns away between two reviews")
    reads_chat: Alternation | None = Field(
        default=None,
        description="also reads the chat, between two reviews; wishes without a button are then noticed by that alone",
    )
    called_away: Alternation | None = Field(
        default=None, description="is called away at any moment; a review is resumed"
    )
    rests: GapDistribution | None = Field(
        default=None, description="turns away for so long whenever nothing is waiting"
    )
    invites: Invites | None = Field(default=None, description="direct invitations; if left out, there are none")
    notices: DurationDistribution | None = Field(
        default=INSTANT, description="how long until a wish without a button is noticed; `null` is never"
    )
    revokes_after: GapDistribution | None = Field(
        default=None, description="takes back an invitation that is not answered for so long; if left out, never"
    )
    removes: Removes | None = Field(
        default=None, description="taking people off the stage; if left out, nobody is removed"
    )
    clears_at: tuple[Duration, ...] = Field(default=(), description="moments at which the list of requests is cleared")

    @model_validator(mode="after")
    def _check(self) -> "Moderators":
        """A list of priorities is needed exactly where it is followed."""
        faults = []
        if self.discipline == "priority" and not self.priority:
            hint = "write `priority`: group names, first of them first"
            faults.append(Fault("`discipline: priority` needs a `priority`", hint, ("discipline",)))
        if self.discipline != "priority" and self.priority:
            hint = "write `discipline: priority`, or leave the list out"
            faults.append(
                Fault(f"`priority` is not followed with `discipline: {self.discipline}`", hint, ("priority",))
            )
        raise_faults([*faults, *repeated(self.priority, "priority")])
        return self

    def places(self, capacity: int | None) -> int | None:
        """People on stage up to whom requests are taken up, where it has so many places; None for any number."""
        match self.approve_up_to:
            case "capacity":
                return capacity
            case "unlimited":
                return None
            case int() as number:
                return number
