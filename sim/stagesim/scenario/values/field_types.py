"""The types of a scenario's fields: whole milliseconds, rates per millisecond, distributions.

Each takes the file's form, in Python too (`patience="90 s"`), and writes it back when the model is dumped. A
distribution object from Python is taken as it is. A number without a unit is refused: nobody can tell what it means.
"""

from typing import Annotated, Final

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from stagesim.eventlog.enough import Enough
from stagesim.scenario.values import rates, units
from stagesim.scenario.values import written_distributions as forms
from stagesim.scenario.values.distributions import Distribution
from stagesim.scenario.values.rates import Rates, Stretches

MARK: Final = "quantity"
"""The key under which a type names the quantity in its JSON Schema; `scenario.forms.json_schema` replaces it."""


MOST_PEOPLE: Final = 1_000_000
"""People of a group at most; many more than a machine has memory for are a slip."""


def _mark(name: str) -> WithJsonSchema:
    return WithJsonSchema({MARK: name})


def _write_times(value: Distribution) -> object:
    return forms.format_distribution(value, units.format_duration)


def _write_numbers(value: Distribution) -> object:
    return forms.format_distribution(value, float)


_DURATION: Final = PlainSerializer(units.format_duration, return_type=str)
_TIMES: Final = PlainSerializer(_write_times)
_NUMBERS: Final = PlainSerializer(_write_numbers)

Duration = Annotated[int, PlainValidator(units.parse_duration), _DURATION, _mark("duration")]
"""Whole milliseconds, 0 or more."""

PositiveDuration = Annotated[int, PlainValidator(units.parse_positive_duration), _DURATION, _mark("duration")]
"""Whole milliseconds, above 0."""

Moment = Annotated[int, PlainValidator(units.parse_moment), _DURATION, _mark("moment")]
"""Whole milliseconds relative to the session's start; negative is before it."""

Rate = Annotated[
    float | Rates, PlainValidator(rates.parse_rates), PlainSerializer(rates.format_rates), _mark("rate in time")
]
"""Events per millisecond, always the same or from each of some moments on."""

DurationDistribution = Annotated[
    Distribution, PlainValidator(forms.parse_durations), _TIMES, _mark("duration distribution")
]
"""A distribution of milliseconds, 0 or more."""

GapDistribution = Annotated[Distribution, PlainValidator(forms.parse_gaps), _TIMES, _mark("duration distribution")]
"""A distribution of milliseconds from one occasion to the next: 0 or more, and not always 0."""

ArrivalGap = Annotated[
    Distribution | Stretches,
    PlainValidator(rates.parse_arrival_gap),
    PlainSerializer(rates.format_arrival_gap),
    _mark("arrival gap"),
]
"""A distribution of milliseconds from one person to the next, or one for each stretch of time."""

TimeDistribution = Annotated[Distribution, PlainValidator(forms.parse_times), _TIMES, _mark("time distribution")]
"""A distribution of milliseconds relative to the session's start; negative is before it."""

NumberDistribution = Annotated[
    Distribution, PlainValidator(forms.parse_numbers), _NUMBERS, _mark("number distribution")
]
"""A distribution of plain numbers, 0 or more."""

Probability = Annotated[float, Field(ge=0, le=1, strict=True)]
"""A probability, or a share of people."""

_enough_forms = [{"type": "number", "minimum": 0, "maximum": 1}, {MARK: "duration"}]

Sufficiency = Annotated[
    Enough,
    PlainValidator(units.parse_enough),
    PlainSerializer(units.format_enough),
    WithJsonSchema({"anyOf": _enough_forms}),
]
"""How much of what is wanted is enough: a share of it, or a time."""

Count = Annotated[int, Field(ge=0, le=units.MOST, strict=True)]
"""How many, 0 or more."""

PositiveCount = Annotated[int, Field(ge=1, le=units.MOST, strict=True)]
"""How many, 1 or more."""

People = Annotated[int, Field(ge=0, le=MOST_PEOPLE, strict=True)]
"""How many people, 0 or more."""


def _limit(least: int) -> WithJsonSchema:
    forms = [{"type": "integer", "minimum": least, "maximum": units.MOST}, {"const": units.UNLIMITED}, {"type": "null"}]
    return WithJsonSchema({"anyOf": forms})


Limit = Annotated[int | None, PlainValidator(units.parse_limit), _limit(0)]
"""How many at most, 0 or more; None, in a file `unlimited`, where there is no limit."""

PositiveLimit = Annotated[int | None, PlainValidator(units.parse_positive_limit), _limit(1)]
"""The same, 1 or more."""

_PLACES: Final[list[dict[str, object]]] = [
    {"type": "integer", "minimum": 0},
    {"const": units.CAPACITY},
    {"const": units.UNLIMITED},
    {"type": "null"},
]

Places = Annotated[units.Places, PlainValidator(units.parse_places), WithJsonSchema({"anyOf": _PLACES})]
"""How many people on stage at most, 0 or more: a number, as many as there are places, or any number."""

Switch = Annotated[bool, Field(strict=True)]
"""`true` or `false`."""
