"""What a scenario file says, as valid objects.

Times are whole milliseconds inside and carry a unit in the file (`90 s`, `10 min`); every time of a scenario counts
from the start of the session, so what happens before it is negative. A parameter that may vary is a `Distribution`:
in the file a plain value, or one of the named distributions. What the fields mean stands in their descriptions, from
which `docs/reference/keys.md` and the JSON Schema are made; what must hold between fields is checked beside them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, NamedTuple

from pydantic import Field, PrivateAttr, model_validator
from typing_extensions import override

from stageaccess.vocabulary import Client, Mode
from stagesim.metric_table import HORIZON_MS
from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.statements import Expectation, Mark, Property
from stagesim.scenario.demands.vacuous import beyond_horizon
from stagesim.scenario.endless import endless_faults
from stagesim.scenario.faults import Fault, KeyPath, listed, one_of, raise_faults, repeated
from stagesim.scenario.habits import can_wish
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.names import KnownNames, script_faults
from stagesim.scenario.part import Part
from stagesim.scenario.participants import Participants
from stagesim.scenario.room import ModeSwitch, RoomSettings
from stagesim.scenario.rules import RuleChange
from stagesim.scenario.script import Step
from stagesim.scenario.values.field_types import Duration, PositiveDuration
from stagesim.scenario.values.units import format_duration

GROUP_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


Changes = Mapping[str, object] | Iterable[str] | str
"""Changes of a scenario: `{"room.stage_capacity": 3, "duration": "30 min"}`, or texts: `room.stage_capacity=3`."""


class Source(NamedTuple):
    """Where a scenario was read: the file's name, the lines of steps and statements (1 is the first), the settings, and
    the text as it was then.

    `places` are those of the keys of its groups, room and timetable: by path, the file or setting, and the line if any.
    """

    name: str
    step_lines: tuple[int, ...] = ()
    expect_lines: tuple[int, ...] = ()
    property_lines: tuple[int, ...] = ()
    sets: tuple[str, ...] = ()
    places: Mapping[KeyPath, tuple[str, int | None]] = {}
    text: str = ""

    def place(self, path: KeyPath) -> str:
        """Where a key stands, or the nearest one around it: `FILE:LINE`, or a setting."""
        if path[:1] == ("script",) and len(path) > 1 and isinstance(path[1], int) and path[1] < len(self.step_lines):
            return f"{self.name}:{self.step_lines[path[1]]}"
        while path and path not in self.places:
            path = path[:-1]
        name, line = self.places.get(path, (self.name, None))
        return name if line is None else f"{name}:{line}"


class Scenario(Part):
    """One scenario: a room, the people who come, and what is done there at fixed times."""

    title: str = Field(description="one line that says what is compared here, and for whom")
    description: str = Field(default="", description="what the scenario is about, in a few sentences")
    shows: tuple[str, ...] = Field(
        default=(), description="ids of the rules and statements that a conformance scenario shows"
    )
    duration: PositiveDuration = Field(description="how long the session lasts")
    doors_open: Duration = Field(default=0, description="how long before the session's start the room may be entered")
    modes: tuple[Mode, ...] = Field(default=tuple(Mode), description="the modes that `compare` runs")
    room: RoomSettings = Field(default_factory=RoomSettings, description="the room before the first command")
    rules: RuleChange | None = Field(default=None, description="a variant of the rules; if left out, the default rules")
    audience: dict[str, Participants] = Field(
        default_factory=dict, description="the participants: one group, or the same with `groups`"
    )
    moderators: dict[str, Moderators] = Field(
        default_factory=dict, description="the moderators and hosts: one group, or the same with `groups`"
    )
    timetable: tuple[ModeSwitch, ...] = Field(default=(), description="changes of the mode at fixed times")
    script: tuple[Step, ...] = Field(default=(), description="commands at fixed times, and what is expected of them")
    session: Literal["automatic", "scripted"] = Field(
        default="automatic", description="`scripted`: the script itself starts and ends the session"
    )
    expect: tuple[Expectation, ...] = Field(
        default=(), description="what `check` expects of metrics, such as `mean queue <= 3`"
    )
    properties: tuple[Property, ...] = Field(
        default=(), description="what `check` demands of every event log, such as `always on_stage <= 10`"
    )
    goals: tuple[Goal, ...] = Field(default=(), description="what is wanted, by which `rank` ranks the modes")
    assumptions: tuple[Assumption, ...] = Field(
        default=(),
        description="what is not known, with its range: `tip` and `sensitivity` vary all, `compare --tip` the first",
    )
    shares_within: tuple[PositiveDuration, ...] = Field(
        default=(60_000, 180_000, 600_000),
        description="the times for which tables show what share is on stage, or decided, within them",
    )
    horizon: PositiveDuration | None = Field(
        default=None,
        description="in an average wait, so much of each wait is counted at most, and as much of one in vain; "
        "if left out, 10 min, or the session's length where that is less",
    )
    cases: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="names, each with settings, such as `audience.count: 50`; `check` judges each of them instead",
    )
    baseline: Literal["optional", "required"] = Field(
        default="optional", description="`required`: without its baseline `check` ends with 4"
    )
    marks: tuple[Mark, ...] = Field(default=(), description="marks of all tests that pytest makes of this file")

    _source: Source | None = PrivateAttr(default=None)

    @property
    def source(self) -> Source | None:
        """Where the scenario was read; None if it was built in Python. It has no part in what the scenario means."""
        return self._source

    @property
    def horizon_ms(self) -> int:
        """How much of a wait is counted at most in an average."""
        return min(HORIZON_MS, self.duration) if self.horizon is None else self.horizon

    @property
    def beyond_horizon(self) -> tuple[str, str]:
        """What there is to say of a limit that no average wait can reach, and a hint."""
        time = format_duration(self.horizon_ms)
        hint = "write a limit below, or a longer `horizon`, which is the session's length at most"
        return f"no average wait is beyond this limit: of each wait `{time}` is counted at most", hint

    def read_from(self, source: Source) -> "Scenario":
        """The same scenario, with where it was read."""
        copy = self.with_parts()
        copy._source = source
        return copy

    def changed(self, changes: Changes) -> "Scenario":
        """The scenario with changes, checked like a file: `changed({"room.stage_capacity": 3, "duration": "30 min"})`.

        Keys are paths, values what the file would say: a duration has its unit. A mapping as a value replaces all that
        stood there. Raises ScenarioError with all that is wrong.
        """
        return type(self)._reads_changes(self, changes)

    _reads_changes: ClassVar[Callable[["Scenario", Changes], "Scenario"]]
    """Set by `scenario.changing`, which knows this module, so that this one need not know it."""

    @override
    def __repr__(self) -> str:
        """What it is called, and how large it is: what it says in full is what `file_text` gives."""
        counts = [group.count for group in self.audience.values()]
        people = "any number of" if None in counts else str(sum(count for count in counts if count))
        length = format_duration(self.duration)
        return f"<Scenario {self.title!r}, {length}, {people} people in the audience, {self.room.mode}>"

    __str__ = __repr__

    def with_parts(self, **parts: object) -> "Scenario":
        """The same scenario with other parts, unchecked: for those who take them from another valid scenario."""
        return super().model_copy(update=parts)

    @override
    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> "Scenario":
        """A copy; a TypeError for an `update`, which pydantic would not check: a duration without a unit, say."""
        if update:
            raise TypeError("nothing checks what `model_copy` puts in\n  hint: use `scenario.changed`, which does")
        return super().model_copy(deep=deep)

    @model_validator(mode="after")
    def _check(self) -> "Scenario":
        """Names are those of groups and people, times lie within the session, and somebody can change the mode."""
        raise_faults(
            [
                *_group_faults(self),
                *_name_faults(self),
                *_mode_faults(self),
                *endless_faults(self.room, self.audience, self.moderators),
                *_moment_faults(self),
                *_horizon_faults(self),
                *_order_faults([step.at for step in self.script], "script"),
                *repeated([format_duration(each) for each in self.shares_within], "shares_within"),
                *repeated([each.range.path for each in self.assumptions], "assumptions"),
                *repeated([each.that for each in self.goals], "goals"),
                *_case_faults(self),
                *_statement_faults(self),
            ]
        )
        return self


def _group_faults(scenario: Scenario) -> Iterator[Fault]:
    for field, groups in (("audience", scenario.audience), ("moderators", scenario.moderators)):
        for name in groups:
            if GROUP_NAME.fullmatch(name) is None:
                hint = "write letters, digits, `-` and `_`, a letter first"
                yield Fault(f"`{name}` is not a name for a group", hint, (field, name))
    for name in scenario.moderators:
        if name in scenario.audience:
            yield Fault(f"two groups are called `{name}`", "give one of them another name", ("moderators", name))


def _case_faults(scenario: Scenario) -> Iterator[Fault]:
    """A case's name is part of the name of its baseline, which lies beside the others."""
    for name in scenario.cases:
        if not name.strip() or any(sign in name for sign in "/\\"):
            yield Fault(f"`{name}` is not a name for a case", "write words, without `/`", ("cases", name))


def _name_faults(scenario: Scenario) -> Iterator[Fault]:
    groups = {name: people.count for name, people in scenario.audience.items()}
    groups |= {name: staff.count for name, staff in scenario.moderators.items()}
    names = KnownNames.of(groups, scenario.script)
    for group, moderators in scenario.moderators.items():
        for index, name in enumerate(moderators.priority):
            if name not in groups:
                yield Fault(f"unknown group `{name}`", one_of(groups, name), ("moderators", group, "priority", index))
        for index, name in enumerate(moderators.invites.agenda if moderators.invites else ()):
            if not names.has(name):
                yield names.fault(name, ("moderators", group, "invites", "agenda", index))
    yield from script_faults(scenario.script, names)


def _mode_faults(scenario: Scenario) -> Iterator[Fault]:
    if not scenario.modes:
        yield Fault("expected at least one mode, got none", "leave `modes` out for all three", ("modes",))
    yield from repeated(scenario.modes, "modes")
    able = any(group.count and group.client is Client.DESKTOP for group in scenario.moderators.values())
    if scenario.timetable and not able:
        hint = "the mode can only be changed from a desktop client; add a moderator with `client: desktop`"
        yield Fault("nobody can carry out the timetable", hint, ("timetable",))
    yield from _order_faults([switch.at for switch in scenario.timetable], "timetable")


def _moment_faults(scenario: Scenario) -> Iterator[Fault]:
    end = scenario.duration
    times: list[tuple[int, KeyPath]] = []
    for index, switch in enumerate(scenario.timetable):
        times.append((switch.at, ("timetable", index, "at")))
    for field, groups in (("audience", scenario.audience), ("moderators", scenario.moderators)):
        for group, people in groups.items():
            for index, opening in enumerate(people.wishes.rounds):
                times.append((opening.at, (field, group, "wishes", "rounds", index, "at")))
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


def _horizon_faults(scenario: Scenario) -> Iterator[Fault]:
    if scenario.horizon is not None and scenario.horizon > scenario.duration:
        hint = f"write `{format_duration(scenario.duration)}` or less: the session lasts no longer"
        yield Fault(f"`{format_duration(scenario.horizon)}` is longer than the session", hint, ("horizon",))
    stated: tuple[tuple[str, tuple[Expectation | Goal, ...]], ...] = (
        ("expect", scenario.expect),
        ("goals", scenario.goals),
    )
    for field, statements in stated:
        for index, statement in enumerate(statements):
            if beyond_horizon(statement.comparison, scenario.horizon_ms):
                yield Fault(*scenario.beyond_horizon, (field, index, "that"))


def _order_faults(times: Sequence[int], field: str) -> Iterator[Fault]:
    for index in range(1, len(times)):
        if times[index] < times[index - 1]:
            before, after = format_duration(times[index - 1]), format_duration(times[index])
            yield Fault(f"`{after}` comes after `{before}`", "order by time, earliest first", (field, index, "at"))


def _statement_faults(scenario: Scenario) -> Iterator[Fault]:
    """Statements are about groups and modes that the scenario has."""
    staff = [name for name, group in scenario.moderators.items() if can_wish(group)]
    groups = [*scenario.audience, *staff]
    for index, expected in enumerate(scenario.expect):
        if expected.group is not None and expected.group not in groups:
            hint = one_of(groups, expected.group)
            yield Fault(f"unknown group `{expected.group}`", hint, ("expect", index, "group"))
    for field in ("expect", "properties"):
        for index, statement in enumerate(getattr(scenario, field)):
            if statement.mode is not None and statement.mode not in scenario.modes:
                hint = f"`modes` has {listed(scenario.modes)}"
                yield Fault(f"`{statement.mode}` is not a mode that is run", hint, (field, index, "mode"))
    for index, demanded in enumerate(scenario.properties):
        if demanded.within is not None and demanded.within > scenario.duration - (demanded.after is not None):
            hint = f"the session lasts `{format_duration(scenario.duration)}`"
            said = "longer than the session" if demanded.after is None else "nothing can come too late in this session"
            yield Fault(said, hint, ("properties", index, "within"))
        if scenario.room.stage_capacity is None and demanded.needs_capacity:
            hint = "write `room.stage_capacity`, or a number"
            yield Fault("the stage has no capacity", hint, ("properties", index, demanded.kind))
        elif demanded.cannot_fail(scenario.room.stage_capacity):
            hint = "write a state that may be missed" if demanded.kind != "never" else "write a state that may come"
            yield Fault("whatever comes, this holds: it can never fail", hint, ("properties", index, demanded.kind))
