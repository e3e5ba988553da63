"""The script: commands at fixed times, and what is expected of each."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from stageaccess.commands import FIELDS
from stageaccess.vocabulary import SYSTEM, Action, Client, Mode, Reason, Role, Standing
from stagesim.scenario.faults import Fault, listed, raise_faults
from stagesim.scenario.part import Part
from stagesim.scenario.values.field_types import Moment


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
        """A step has the fields that its action needs, and no other."""
        do = self.do
        raise_faults([*_look_faults(self)] if do is None else [*_field_faults(self, do), *_person_faults(self)])
        return self


def _look_faults(step: Step) -> Iterator[Fault]:
    for field in ("by", "to", "client", "mode", "role", "request", "id"):
        if getattr(step, field) not in (None, Client.DESKTOP):
            yield Fault(f"`{field}` needs an action", "write `do`, or name the person to look at with `of`", (field,))
    if step.of is None:
        yield Fault("a step without `do` needs `of`", "name the person whose standing is expected")
    if step.standing is None and not isinstance(step.expect, Standing):
        hint = f"write `expect` with one of {listed(Standing)}"
        path = () if step.expect is None else ("expect",)
        yield Fault("a step without `do` expects a standing", hint, path)


def _field_faults(step: Step, do: Action) -> Iterator[Fault]:
    takes = FIELDS[do]
    for field in ("by", "to", "mode", "role", "request"):
        given, taken = getattr(step, field), getattr(takes, field)
        if given is None and taken and field != "request":
            yield Fault(f"`{do}` needs `{field}`", _field_hint(do))
        elif given is not None and not taken:
            yield Fault(f"`{do}` does not take `{field}`", _field_hint(do), (field,))


def _field_hint(do: Action) -> str:
    takes = FIELDS[do]
    needed = [field for field in ("by", "to", "mode", "role") if getattr(takes, field)]
    optional = [*(["request"] if takes.request else []), "client", "id"]
    return f"`{do}` needs {listed(needed) or 'nothing'}, and takes {listed(optional)}"


def _person_faults(step: Step) -> Iterator[Fault]:
    for field in ("by", "to", "of", "request", "id"):
        if getattr(step, field) == "":
            yield Fault(f"`{field}` is empty", "write a name", (field,))
    if step.by == SYSTEM:
        yield Fault(f"nobody is called `{SYSTEM}`", "write the name of a person", ("by",))
    looks = step.standing is not None or isinstance(step.expect, Standing)
    if looks and step.of is None and step.to is None and step.by is None:
        yield Fault("a standing is expected, but of nobody", "name the person with `of`")
