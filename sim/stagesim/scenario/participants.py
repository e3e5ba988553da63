"""One group of participants: how many they are, and how they come."""

from pydantic import Field, model_validator

from stagesim.scenario.faults import Fault, raise_faults
from stagesim.scenario.habits import Habits
from stagesim.scenario.part import INSTANT
from stagesim.scenario.values.field_types import Count, GapDistribution, PositiveDuration, Probability


class Participants(Habits):
    """One group of participants who behave alike, with the keys of everybody and these."""

    count: Count | None = Field(
        default=None, description="people in the group; none with `arrival_gap`: no end of them"
    )
    mobile: Probability = Field(default=0.0, description="share of people on a mobile client")
    arrival_gap: GapDistribution | None = Field(
        default=None, description="instead of `arrival`: people enter one after another, this far apart, from the start"
    )
    arrival_fades: PositiveDuration | None = Field(
        default=None, description="with `arrival_gap`: people come ever more rarely, e times so in so long"
    )

    @model_validator(mode="after")
    def _check(self) -> "Participants":
        """People come by `arrival` or by `arrival_gap`; a group without end is of people who leave again."""
        faults = []
        if self.count is None and self.arrival_gap is None:
            hint = "write how many people they are; only with `arrival_gap` may it be left out"
            faults.append(Fault("missing `count`", hint))
        if self.arrival_gap is not None and self.arrival != INSTANT:
            hint = "`arrival` places each person for itself, `arrival_gap` one after another; leave one of them out"
            faults.append(Fault("`arrival` and `arrival_gap` exclude each other", hint, ("arrival_gap",)))
        if self.arrival_fades is not None and self.arrival_gap is None:
            hint = "give `arrival_gap`, or leave it out"
            faults.append(Fault("`arrival_fades` needs an `arrival_gap`", hint, ("arrival_fades",)))
        leaves = self.leaves_when_settled or self.leaves_after is not None
        if self.count is None and self.arrival_gap is not None and not leaves:
            hint = "write `leaves_when_settled: true` or `leaves_after`, or say with `count` how many come"
            faults.append(Fault("people come without end and nobody leaves", hint, ("arrival_gap",)))
        raise_faults(faults)
        return self
