"""The script: commands at fixed times, and what is expected of each."""

from collections.abc import Callable, Iterator
from typing import Final, Literal

from pydantic import Field, model_validator

from stageaccess.commands import FIELDS
from stageaccess.vocabulary import SYSTEM, Action, Client, Mode, Outcome, Presence, Reason, Role, Standing
from stagesim.scenario.demands.script_words import parse_event, parse_offer
from stagesim.scenario.faults import Fault, FaultError, listed, raise_faults, repeated
from stagesim.scenario.part import Part
from stagesim.scenario.values.field_types import Duration, Moment, Switch

Names = tuple[str, ...]


class Step(Part):
    """One command of the script, and what is expected of it.

    A step without `do` submits nothing; it only looks. `expect` is `accepted`, the reason of the rejection, or the
    standing of the person (the target, if the command has one) afterwards. The events of a step are what has become due
    by itself since the step before, and what its command brought.
    """

    at: Moment = Field(description="when the command is submitted; negative is before the session's start")
    do: Action | None = Field(default=None, description="the action; if left out, the step only looks")
    by: str | None = Field(default=None, description="who does it")
    to: str | None = Field(default=None, description="the target, where the action has one")
    client: Client = Field(default=Client.DESKTOP, description="the device that the command comes from")
    mode: Mode | None = Field(default=None, description="with `set_mode`: the new mode")
    role: Role | None = Field(default=None, description="with `enter_room` and `change_role`: the role")
    request: str | None = Field(default=None, description="the request meant, such as `r1`, where the action takes one")
    id: str | None = Field(default=None, description="the command's own id; the same id again changes nothing")
    connection: str | None = Field(default=None, description="with coming and going: which of the person's connections")
    of: str | None = Field(default=None, description="who is looked at, if not the target or the actor")
    expect: Literal["accepted"] | Reason | Standing | None = Field(
        default=None, description="`accepted`, the reason of the rejection, or the standing afterwards"
    )
    standing: Standing | None = Field(
        default=None, description="the standing of `of` after the command, beside `expect`"
    )
    has_role: Role | None = Field(default=None, description="the role of `of` then")
    presence: Presence | None = Field(default=None, description="whether `of` is in the room after the command")
    events: Names | None = Field(
        default=None, description="all events, in order: `request_closed pat declined`, with `by mo`, `at 20 s`"
    )
    told: Names | None = Field(default=None, description="exactly these get a notice of the events")
    not_told: Names | None = Field(default=None, description="these get no notice of any of the events")
    queue: Names | None = Field(default=None, description="whose requests are open after the command, in order")
    on_stage: Names | None = Field(default=None, description="who is on stage then, in order of going live")
    in_mode: Mode | None = Field(default=None, description="the room's mode then")
    live: Switch | None = Field(default=None, description="whether the session runs then")
    offered: Names | None = Field(
        default=None, description="what `of`, or else `by`, can do then: `go_live`, `invite pat`, or more"
    )
    not_offered: Names | None = Field(default=None, description="what that person cannot do then")
    wait: Duration | None = Field(default=None, description="with `cooling_down`: for how much longer")
    outcome: Outcome | None = Field(default=None, description="with `request_already_resolved`: how it was")
    resolved_by: str | None = Field(default=None, description="with `request_already_resolved`: by whom")
    note: str | None = Field(default=None, description="a remark for the reader")

    @model_validator(mode="after")
    def _check(self) -> "Step":
        """A step has the fields that its action needs, and no other; what it expects can be answered."""
        do = self.do
        faults = [*_look_faults(self)] if do is None else [*_field_faults(self, do), *_person_faults(self)]
        raise_faults([*faults, *_word_faults(self)])
        return self

    @property
    def expected(self) -> tuple[str, ...]:
        """The words with which something is expected."""
        return tuple(word for word in EXPECTING if getattr(self, word) is not None)

    @property
    def person(self) -> str | None:
        """Who is looked at after the command."""
        return self.of or self.to or self.by


EXPECTING: Final = (
    *("expect", "wait", "outcome", "resolved_by", "standing", "has_role", "presence"),
    *("events", "told", "not_told", "queue", "on_stage", "in_mode", "live", "offered", "not_offered"),
)
"""The words of a step with which something is expected, in the order in which they are judged."""

NOTICES: Final = frozenset({"told", "not_told"})
"""Those that only an engine can answer that says who is told."""

OF_ANSWERS: Final = ("wait", "outcome", "resolved_by")
"""Those that speak of the answer to a command."""


def _look_faults(step: Step) -> Iterator[Fault]:
    for field in ("by", "to", "client", "mode", "role", "request", "id", "connection"):
        if getattr(step, field) not in (None, Client.DESKTOP) and not (field == "client" and _offers(step)):
            yield Fault(f"`{field}` needs an action", "write `do`, or name the person to look at with `of`", (field,))
    for word in OF_ANSWERS:
        if getattr(step, word) is not None:
            yield Fault(f"`{word}` needs an action", "write `do`: only a command has an answer", (word,))
    if step.expect is not None and not isinstance(step.expect, Standing):
        hint = f"write `expect` with one of {listed(Standing)}"
        yield Fault("a step without `do` expects a standing", hint, ("expect",))
    elif not step.expected:
        hint = f"write `expect` with one of {listed(Standing)}, or another of {listed(EXPECTING[4:])}"
        yield Fault("a step without `do` expects a standing, or something else", hint)
    if step.of is None and (_standings(step) or not step.expected):
        yield Fault("a step without `do` needs `of`", "name the person whose standing is expected")
    elif step.of is None and _offers(step):
        yield Fault("something is offered, but to nobody", "name the person with `of`")


def _standings(step: Step) -> bool:
    words = (step.standing, step.has_role, step.presence)
    return words != (None, None, None) or isinstance(step.expect, Standing)


def _offers(step: Step) -> bool:
    return step.offered is not None or step.not_offered is not None


def _field_faults(step: Step, do: Action) -> Iterator[Fault]:
    takes = FIELDS[do]
    for field in ("by", "to", "mode", "role", "request", "connection"):
        given, taken = getattr(step, field), getattr(takes, field)
        if given is None and taken and field not in ("request", "connection"):
            yield Fault(f"`{do}` needs `{field}`", _field_hint(do))
        elif given is not None and not taken:
            yield Fault(f"`{do}` does not take `{field}`", _field_hint(do), (field,))


def _field_hint(do: Action) -> str:
    takes = FIELDS[do]
    needed = [field for field in ("by", "to", "mode", "role") if getattr(takes, field)]
    optional = [*(["request"] * takes.request), "client", "id", *(["connection"] * takes.connection)]
    return f"`{do}` needs {listed(needed) or 'nothing'}, and takes {listed(optional)}"


def _person_faults(step: Step) -> Iterator[Fault]:
    for field in ("by", "to", "of", "request", "id", "connection"):
        if getattr(step, field) == "":
            yield Fault(f"`{field}` is empty", "write a name", (field,))
    if step.by == SYSTEM:
        yield Fault(f"nobody is called `{SYSTEM}`", "write the name of a person", ("by",))
    if _standings(step) and step.person is None:
        yield Fault("a standing is expected, but of nobody", "name the person with `of`")
    if _offers(step) and step.of is None and step.by is None:
        yield Fault("something is offered, but to nobody", "name the person with `of`")


def _word_faults(step: Step) -> Iterator[Fault]:
    """What is said of people, events and offers can be said; each name once."""
    for word in ("not_told", "offered", "not_offered"):
        if getattr(step, word) == ():
            yield Fault(f"`{word}` names nothing", "what names nothing is always so; leave it out", (word,))
    for word in ("told", "not_told", "queue", "on_stage"):
        yield from repeated(getattr(step, word) or (), word)
    for name in step.told or ():
        if name in (step.not_told or ()):
            yield Fault(f"`{name}` is both told and not told", "leave one of them out", ("not_told",))
    for word, parse in PARSERS.items():
        for index, text in enumerate(getattr(step, word) or ()):
            try:
                parse(text)
            except FaultError as error:
                yield from (Fault(each.message, each.hint, (word, index)) for each in error.faults)


PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "events": parse_event,
    "offered": parse_offer,
    "not_offered": parse_offer,
}
"""The words whose texts have a form of their own."""
