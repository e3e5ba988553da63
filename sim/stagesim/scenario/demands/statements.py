"""What a scenario demands of its results: expectations of metrics, and properties of the events.

In the file each may be a plain text, `mean queue <= 3` or `never stage_removed capacity`, or a mapping that says more.
What the texts may say stands in `terms` and `conditions`; here is only what belongs to one statement.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from stageaccess.vocabulary import Client, Mode
from stagesim.plain_text import trouble
from stagesim.scenario.demands.comparisons import Comparison, parse_comparison, parse_value
from stagesim.scenario.demands.conditions import Condition, Happening, parse_condition, parse_happening
from stagesim.scenario.demands.vacuous import cannot_miss, is_always_so, is_never_so
from stagesim.scenario.faults import Fault, FaultError, fault, raise_faults, shown
from stagesim.scenario.part import Part
from stagesim.scenario.values.field_types import PositiveCount, PositiveDuration
from stagesim.scenario.values.units import parse_positive_duration

PropertyKind = Literal["always", "never", "eventually", "sometimes"]
PROPERTY_KINDS: Final[tuple[PropertyKind, ...]] = ("always", "never", "eventually", "sometimes")

LEAST_SAMPLES: Final = 10
"""Replications with a value that an expectation needs, unless it says otherwise."""


def _mark(name: str) -> str:
    """A mark as pytest takes it, in files of settings and with `-m`."""
    if not name.isidentifier() and trouble(name) is None:
        raise fault(f"expected a mark, got {shown(name)}", "write letters, digits and `_`, a letter first")
    return name


Mark = Annotated[str, AfterValidator(_mark)]
Marks = Annotated[tuple[Mark, ...], Field(description="marks of the tests that pytest makes of it, such as `slow`")]
Confidence = Annotated[float, Field(ge=0.5, le=0.9999, strict=True)]


class Expectation(Part):
    """One expectation of a metric: what it is over all replications is compared with a limit."""

    that: str = Field(description="metric, relation and limit, such as `share of wishes on stage within 60 s >= 80 %`")
    mode: Mode | None = Field(
        default=None, description="the mode in which it is expected; if left out, each of `modes`"
    )
    group: str | None = Field(default=None, description="the group of the audience; if left out, everybody")
    client: Client | None = Field(default=None, description="the device that people came with; if left out, both")
    confidence: Confidence = Field(default=0.95, description="how sure a verdict must be")
    margin: str | float = Field(
        default=0.0, description="a mean this near to the limit is as good as at it, in the metric's unit"
    )
    samples: PositiveCount = Field(default=LEAST_SAMPLES, description="replications that must have a value")
    marks: Marks = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"that": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> "Expectation":
        metric = self.comparison.metric
        faults = [] if self.margin_value >= 0 else [Fault("a margin is 0 or more", "leave out the minus", ("margin",))]
        if (self.group or self.client) and not metric.split:
            hint = "leave out `group` and `client`; `stagesim metrics` says which are of parts, too"
            faults.append(Fault(f"`{metric.name}` is one figure for the whole room", hint, ("that",)))
        if cannot_miss(self.comparison, self.margin_value):
            hint = "write a limit that it may miss" + ", or a smaller `margin`" * (self.margin_value > 0)
            faults.append(Fault("whatever comes, this holds: it can never fail", hint, ("that",)))
        if self.group and self.client:
            faults.append(Fault("`group` and `client` exclude each other", "leave one of them out", ("client",)))
        raise_faults(faults)
        return self

    @property
    def comparison(self) -> Comparison:
        """Metric, relation and limit."""
        return parse_comparison(self.that, ("that",))

    @property
    def title(self) -> str:
        """The expectation as it was written, with the part of the people that it is about."""
        part = self.group or self.client
        return f"{self.that} ({part})" if part else self.that

    @property
    def margin_value(self) -> float:
        """The margin in the unit of the metric."""
        return parse_value(self.margin, self.comparison.metric, ("margin",))


class Property(Part):
    """One property of the events and the state of the room, in every replication (`sometimes`: in one at least)."""

    always: str | None = Field(default=None, description="a state that never ceases, such as `on_stage <= 10`")
    never: str | None = Field(default=None, description="an event or state that never comes: `stage_removed capacity`")
    eventually: str | None = Field(default=None, description="an event or state that comes, such as `stage_joined`")
    sometimes: str | None = Field(
        default=None, description="one that comes in at least one replication: `on_stage = capacity`"
    )
    after: str | None = Field(
        default=None, description="with `eventually`: an event, each of which the other must follow for the same person"
    )
    within: PositiveDuration | None = Field(
        default=None, description="with `eventually`: how soon, counted from the session's start or from `after`"
    )
    mode: Mode | None = Field(default=None, description="the mode in which it holds; if left out, each of `modes`")
    marks: Marks = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return _property(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> "Property":
        given = [kind for kind in PROPERTY_KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            hint = f"write one of {', '.join(f'`{kind}`' for kind in PROPERTY_KINDS)}"
            raise FaultError([Fault(f"expected one property, got {len(given) or 'none'}", hint)])
        faults = [
            Fault(f"`{extra}` needs `eventually`", f"leave it out with `{given[0]}`", (extra,))
            for extra in ("after", "within")
            if getattr(self, extra) is not None and self.kind != "eventually"
        ]
        condition, trigger = self.condition, self.trigger  # both are read here, so that whatever is wrong is said
        if self.kind == "always" and isinstance(condition, Happening):
            hint = "write a state, such as `on_stage <= 10`, or use `eventually`"
            faults.append(Fault("an event does not last", hint, ("always",)))
        if trigger is not None and not isinstance(condition, Happening):
            faults.append(Fault("`after` needs an event of the same person", "write an event", ("eventually",)))
        raise_faults(faults)
        return self

    @property
    def kind(self) -> PropertyKind:
        """Which of the four it is."""
        return next(kind for kind in PROPERTY_KINDS if getattr(self, kind) is not None)

    @property
    def condition(self) -> Condition:
        """What it speaks of."""
        return parse_condition(getattr(self, self.kind), (self.kind,))

    @property
    def needs_capacity(self) -> bool:
        """Whether it compares with the capacity of the stage."""
        condition = self.condition
        return not isinstance(condition, Happening) and any(state.number is None for state in condition)

    def cannot_fail(self, capacity: int | None) -> bool:
        """Whether nothing could violate it, on a stage with so many places."""
        if self.kind == "never":
            return is_never_so(self.condition, capacity)
        return is_always_so(self.condition, capacity)

    @property
    def trigger(self) -> Happening | None:
        """The event that another must follow; None if there is none."""
        return None if self.after is None else parse_happening(self.after, ("after",))


def _property(text: str) -> dict[str, Any]:
    """The mapping that a text stands for: `eventually stage_joined after wish_arose within 5 min`."""
    kind, _, rest = text.strip().partition(" ")
    if kind not in PROPERTY_KINDS:
        hint = f"begin with one of {', '.join(f'`{each}`' for each in PROPERTY_KINDS)}"
        raise FaultError([Fault(f"expected a property, got {shown(text)}", hint)])
    data: dict[str, Any] = {}
    for word in ("within", "after"):
        rest, separator, value = rest.partition(f" {word} ")
        if separator:
            data[word] = value.strip()
    if "within" in data:
        parse_positive_duration(data["within"])
    return {kind: rest.strip(), **data}
