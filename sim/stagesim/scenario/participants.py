"""One group of participants: how many they are, and how they come."""

from collections.abc import Iterator

from pydantic import Field, model_validator

from stageaccess.vocabulary import Client
from stagesim.scenario.faults import Fault, raise_faults
from stagesim.scenario.habits import Habits
from stagesim.scenario.part import INSTANT
from stagesim.scenario.values.distributions import Distribution, Exponential
from stagesim.scenario.values.field_types import ArrivalGap, People, PositiveDuration, Probability, Rate
from stagesim.scenario.values.rates import Rates, Stretches


class Participants(Habits):
    """One group of participants who behave alike, with the keys of everybody and these."""

    count: People | None = Field(
        default=None,
        description="people in the group, at most where they come one after another; then, if left out, no end of them",
    )
    mobile: Probability = Field(default=0.0, description="share of people on a mobile client")
    arrival_gap: ArrivalGap | None = Field(
        default=None, description="instead of `arrival`: people enter one after another, this far apart, from the start"
    )
    arrival_fades: PositiveDuration | None = Field(
        default=None, description="with `arrival_gap`: people come ever more rarely, e times so in so long"
    )
    arrival_rate: Rate | None = Field(
        default=None,
        description=(
            "instead of `arrival`: people enter at random moments, so many a time on average, from the start; such as "
            "`{0 min: 30 per hour, 60 min: 5 per hour}`"
        ),
    )

    @property
    def comes_by(self) -> Distribution | Rates | None:
        """How people come one after another: the gaps (ms), or rates that change; None if each has an `arrival`."""
        match self.arrival_gap, self.arrival_rate:
            case Stretches() as stretches, _:
                return stretches.rates
            case None, float() as rate:
                return Exponential(1 / rate) if rate else Rates(((0, 0.0),))
            case None, Rates() | None as rates:
                return rates
            case gap, _:
                return gap

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients on which somebody of the group may come."""
        shares = {Client.DESKTOP: 1 - self.mobile, Client.MOBILE: self.mobile}
        return tuple(client for client, share in shares.items() if share > 0 and self.count != 0)

    @model_validator(mode="after")
    def _check(self) -> "Participants":
        """People come in one of the three ways; a group without end is of people who leave again."""
        raise_faults([*self._faults_of_arrival(), *self._faults_of_count()])
        return self

    def _faults_of_arrival(self) -> Iterator[Fault]:
        ways = {
            "arrival": self.arrival != INSTANT,
            "arrival_gap": self.arrival_gap is not None,
            "arrival_rate": self.arrival_rate is not None,
        }
        given = [name for name, is_given in ways.items() if is_given]
        if len(given) > 1:
            hint = "`arrival` places each person for itself, the others one after another; leave one of them out"
            yield Fault(f"`{given[0]}` and `{given[1]}` exclude each other", hint, (given[1],))
        if self.arrival_fades is not None and (self.arrival_gap is None or isinstance(self.arrival_gap, Stretches)):
            hint = "give `arrival_gap` without stretches, or leave it out"
            yield Fault("`arrival_fades` needs an `arrival_gap`", hint, ("arrival_fades",))

    def _faults_of_count(self) -> Iterator[Fault]:
        if self.count is not None:
            return
        way = "arrival_gap" if self.arrival_gap is not None else "arrival_rate"
        if self.comes_by is None:
            hint = "write how many people they are; only with `arrival_gap` or `arrival_rate` may it be left out"
            yield Fault("missing `count`", hint)
        elif not self.leaves_when_settled and self.leaves_after is None:
            hint = "write `leaves_when_settled: true` or `leaves_after`, or say with `count` how many come"
            yield Fault("people come without end and nobody leaves", hint, (way,))
