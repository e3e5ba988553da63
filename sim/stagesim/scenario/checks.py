"""What must hold between the fields of a scenario, beyond what each field takes on its own.

Every check collects what is wrong, and raises one FaultError that has it all.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stageaccess.commands import FIELDS
from stageaccess.vocabulary import SYSTEM, Action, Client, Standing
from stagesim.scenario.faults import Fault, KeyPath, listed, one_of, raise_faults
from stagesim.scenario.part import INSTANT, ONE
from stagesim.scenario.values.units import format_duration
from stagesim.scenario.variants import rule_set

if TYPE_CHECKING:
    from stagesim.scenario.models import RuleChange, Scenario, Step
    from stagesim.scenario.moderators import Invites, Moderators, Removes
    from stagesim.scenario.participants import Participants, Wishes

GROUP_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def check_wishes(wishes: "Wishes") -> None:
    """Factors need a rate; wishes that follow at once upon each other need a limit."""
    faults = [
        Fault(f"`{factor}` is a factor on `rate`, which is not given", "give `rate`, or leave it out", (factor,))
        for factor in ("unequal", "load")
        if wishes.rate is None and getattr(wishes, factor) != ONE
    ]
    if wishes.after_settled is not None and wishes.limit is None and wishes.after_settled.mean() == 0:
        faults.append(Fault("`after_settled` of 0 needs a `limit`", "a person would wish for ever", ("after_settled",)))
    raise_faults(faults)


def check_participants(group: "Participants") -> None:
    """People come by `arrival` or by `arrival_gap`; a group without end is of people who leave again."""
    faults = []
    wishes = group.wishes
    if group.count is None and group.arrival_gap is None:
        hint = "write how many people they are; only with `arrival_gap` may it be left out"
        faults.append(Fault("missing `count`", hint))
    if group.arrival_gap is not None and group.arrival != INSTANT:
        hint = "`arrival` places each person for itself, `arrival_gap` one after another; leave one of them out"
        faults.append(Fault("`arrival` and `arrival_gap` exclude each other", hint, ("arrival_gap",)))
    if group.arrival_fades is not None and group.arrival_gap is None:
        hint = "give `arrival_gap`, or leave it out"
        faults.append(Fault("`arrival_fades` needs an `arrival_gap`", hint, ("arrival_fades",)))
    leaves = group.leaves_when_settled or group.leaves_after is not None
    if group.count is None and group.arrival_gap is not None and not leaves:
        hint = "write `leaves_when_settled: true` or `leaves_after`, or say with `count` how many come"
        faults.append(Fault("people come without end and nobody leaves", hint, ("arrival_gap",)))
    if group.leaves_when_settled and wishes.limit is None and (wishes.rate is not None or wishes.after_settled):
        hint = "write `wishes.limit`: without it there is no last wish"
        faults.append(Fault("`leaves_when_settled` needs an end of the wishes", hint, ("leaves_when_settled",)))
    raise_faults(faults)


def check_invites(invites: "Invites") -> None:
    """Something must say when to invite, and an agenda is needed exactly where it is followed."""
    faults = []
    if invites.keep_on_stage is None and invites.every is None:
        faults.append(Fault("nothing says when to invite", "write `keep_on_stage` or `every`"))
    if invites.whom == "agenda" and not invites.agenda:
        faults.append(Fault("`whom: agenda` needs an `agenda`", "list the names in order", ("whom",)))
    if invites.whom != "agenda" and invites.agenda:
        hint = "write `whom: agenda`, or leave the list out"
        faults.append(Fault(f"`agenda` is not followed with `whom: {invites.whom}`", hint, ("agenda",)))
    raise_faults(faults)


def check_removes(removes: "Removes") -> None:
    """Something must say whom to remove."""
    if removes.allowance is None and removes.disruptive_after is None:
        raise_faults([Fault("nothing says whom to remove", "write `allowance` or `disruptive_after`")])


def check_moderators(group: "Moderators") -> None:
    """A list of priorities is needed exactly where it is followed."""
    faults = []
    if group.discipline == "priority" and not group.priority:
        hint = "write `priority`: group names, first served first"
        faults.append(Fault("`discipline: priority` needs a `priority`", hint, ("discipline",)))
    if group.discipline != "priority" and group.priority:
        hint = "write `discipline: priority`, or leave the list out"
        faults.append(Fault(f"`priority` is not followed with `discipline: {group.discipline}`", hint, ("priority",)))
    raise_faults([*faults, *_repeated(group.priority, "priority")])


def _repeated(names: Sequence[str], field: str) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Fault(f"`{name}` stands in the list twice", "leave one of them out", (field, index))


def check_step(step: "Step") -> None:
    """A step has the fields that its action needs, and no other."""
    raise_faults([*_look_faults(step)] if step.do is None else [*_field_faults(step, step.do), *_person_faults(step)])


def _look_faults(step: "Step") -> Iterator[Fault]:
    for field in ("by", "to", "client", "mode", "role", "request", "id"):
        if getattr(step, field) not in (None, Client.DESKTOP):
            yield Fault(f"`{field}` needs an action", "write `do`, or name the person to look at with `of`", (field,))
    if step.of is None:
        yield Fault("a step without `do` needs `of`", "name the person whose standing is expected")
    if step.standing is None and not isinstance(step.expect, Standing):
        hint = f"write `expect` with one of {listed(Standing)}"
        path = () if step.expect is None else ("expect",)
        yield Fault("a step without `do` expects a standing", hint, path)


def _field_faults(step: "Step", do: Action) -> Iterator[Fault]:
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


def _person_faults(step: "Step") -> Iterator[Fault]:
    for field in ("by", "to", "of", "request", "id"):
        if getattr(step, field) == "":
            yield Fault(f"`{field}` is empty", "write a name", (field,))
    if step.by == SYSTEM:
        yield Fault(f"nobody is called `{SYSTEM}`", "write the name of a person", ("by",))
    looks = step.standing is not None or isinstance(step.expect, Standing)
    if looks and step.of is None and step.to is None and step.by is None:
        yield Fault("a standing is expected, but of nobody", "name the person with `of`")


def check_rules(change: "RuleChange") -> None:
    """The cells and closings are some that the rules have."""
    rule_set(change)


def check_scenario(scenario: "Scenario") -> None:
    """Names are those of groups and people, times lie within the session, and somebody can change the mode."""
    raise_faults(
        [
            *_group_faults(scenario),
            *_name_faults(scenario),
            *_mode_faults(scenario),
            *_moment_faults(scenario),
            *_order_faults([step.at for step in scenario.script], "script"),
            *_statement_faults(scenario),
        ]
    )


def _statement_faults(scenario: "Scenario") -> Iterator[Fault]:
    """Statements are about groups and modes that the scenario has."""
    for index, expected in enumerate(scenario.expect):
        if expected.group is not None and expected.group not in scenario.audience:
            hint = one_of(scenario.audience, expected.group)
            yield Fault(f"unknown group `{expected.group}`", hint, ("expect", index, "group"))
    for field in ("expect", "properties"):
        for index, statement in enumerate(getattr(scenario, field)):
            if statement.mode is not None and statement.mode not in scenario.modes:
                hint = f"`modes` has {listed(scenario.modes)}"
                yield Fault(f"`{statement.mode}` is not a mode that is run", hint, (field, index, "mode"))
    for index, demanded in enumerate(scenario.properties):
        if demanded.within is not None and demanded.within > scenario.duration:
            hint = f"the session lasts `{format_duration(scenario.duration)}`"
            yield Fault("longer than the session", hint, ("properties", index, "within"))
        if scenario.room.stage_capacity is None and demanded.needs_capacity:
            hint = "write `room.stage_capacity`, or a number"
            yield Fault("the stage has no capacity", hint, ("properties", index, demanded.kind))


def _group_faults(scenario: "Scenario") -> Iterator[Fault]:
    for field, groups in (("audience", scenario.audience), ("moderators", scenario.moderators)):
        for name in groups:
            if GROUP_NAME.fullmatch(name) is None:
                hint = "write letters, digits, `-` and `_`, a letter first"
                yield Fault(f"`{name}` is not a name for a group", hint, (field, name))
    for name in scenario.moderators:
        if name in scenario.audience:
            yield Fault(f"two groups are called `{name}`", "give one of them another name", ("moderators", name))


def _name_faults(scenario: "Scenario") -> Iterator[Fault]:
    scripted = {step.by: None for step in scenario.script if step.do == Action.ENTER_ROOM}
    for group, moderators in scenario.moderators.items():
        for index, name in enumerate(moderators.priority):
            if name not in scenario.audience:
                place: KeyPath = ("moderators", group, "priority", index)
                yield Fault(f"unknown group `{name}`", one_of(scenario.audience, name), place)
        for index, name in enumerate(moderators.invites.agenda if moderators.invites else ()):
            if name not in scripted and not _is_member(scenario, name):
                place = ("moderators", group, "invites", "agenda", index)
                hint = f"people of a group are `group-1`, `group-2` …; groups: {listed(scenario.audience) or 'none'}"
                yield Fault(f"unknown person `{name}`", hint, place)


def _is_member(scenario: "Scenario", name: str) -> bool:
    group, _, number = name.rpartition("-")
    if group not in scenario.audience or re.fullmatch(r"[1-9][0-9]*", number) is None:
        return False
    count = scenario.audience[group].count
    return count is None or int(number) <= count


def _mode_faults(scenario: "Scenario") -> Iterator[Fault]:
    if not scenario.modes:
        yield Fault("expected at least one mode, got none", "leave `modes` out for all three", ("modes",))
    yield from _repeated(scenario.modes, "modes")
    able = any(group.count and group.client is Client.DESKTOP for group in scenario.moderators.values())
    if scenario.timetable and not able:
        hint = "the mode can only be changed from a desktop client; add a moderator with `client: desktop`"
        yield Fault("nobody can carry out the timetable", hint, ("timetable",))
    yield from _order_faults([switch.at for switch in scenario.timetable], "timetable")


def _order_faults(times: Sequence[int], field: str) -> Iterator[Fault]:
    for index in range(1, len(times)):
        if times[index] < times[index - 1]:
            before, after = format_duration(times[index - 1]), format_duration(times[index])
            yield Fault(f"`{after}` comes after `{before}`", "order by time, earliest first", (field, index, "at"))


def _moment_faults(scenario: "Scenario") -> Iterator[Fault]:
    end = scenario.duration
    times: list[tuple[int, KeyPath]] = []
    for index, switch in enumerate(scenario.timetable):
        times.append((switch.at, ("timetable", index, "at")))
    for group, people in scenario.audience.items():
        for index, opening in enumerate(people.wishes.rounds):
            times.append((opening.at, ("audience", group, "wishes", "rounds", index, "at")))
    for group, moderators in scenario.moderators.items():
        times += [(at, ("moderators", group, "clears_at", i)) for i, at in enumerate(moderators.clears_at)]
    for at, path in times:
        if at >= end:
            hint = f"the session ends at `{format_duration(end)}`"
            yield Fault(f"`{format_duration(at)}` is not within the session", hint, path)
    for index, step in enumerate(scenario.script):
        if not -scenario.doors_open <= step.at <= end:
            first, last = format_duration(-scenario.doors_open), format_duration(end)
            hint = f"a step lies between `{first}` (see `doors_open`) and `{last}` (see `duration`)"
            yield Fault(f"`{format_duration(step.at)}` is outside of the scenario", hint, ("script", index, "at"))
