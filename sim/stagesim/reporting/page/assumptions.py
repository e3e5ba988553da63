"""What a study takes for granted: what its scenario says, and what holds where it says nothing."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from stagesim.experiments.questions.factors import bounds_of, value_in
from stagesim.reporting.charts.tipping import said
from stagesim.reporting.page.sources import source_of
from stagesim.reporting.words.keys import key_heading, key_words
from stagesim.scenario.forms.flat import in_one_line, leaves
from stagesim.scenario.habits import Habits, can_wish
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.part import Part
from stagesim.scenario.scenario import Scenario

ASKED: Final = {"title", "description", "script", "expect", "goals", "properties", "shares_within", "assumptions"}
"""Parts of a scenario that assume nothing about the world."""


OF_A_WISH: Final = frozenset(Habits.model_fields) - {"arrival", "leaves_after", "connection", "wishes"}
"""What says nothing about staff who never wish to speak."""


class Unsaid(NamedTuple):
    """A parameter that the scenario leaves at its default."""

    name: str
    value: str
    meaning: str


def assumptions(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every parameter that the scenario gives, by its path in the file, but for the script and what is asked."""
    said = scenario.model_dump(mode="json", exclude_unset=True, exclude=ASKED)
    yield from leaves(said)
    if scenario.script:
        yield "script", f"{len(scenario.script)} steps; see the file"


class Given(NamedTuple):
    """A parameter that the scenario gives: in words, if there are any, its value, and what the file says of it."""

    name: str
    words: str
    value: str
    source: str


class Unmeasured(NamedTuple):
    """What the scenario says nobody has measured: its value, the range in which it may lie, and whose range that is."""

    words: str
    value: str
    limits: str
    source: str


def given(scenario: Scenario, remarks: Mapping[str, str]) -> Iterator[Given]:
    """Every parameter that the scenario gives, with what the comments of its file, `remarks`, say of it."""
    for name, value in assumptions(scenario):
        words = key_words(name)
        yield Given(name, "" if words == name else words, value, source_of(name, remarks))


def unmeasured(scenario: Scenario) -> Iterator[Unmeasured]:
    """The assumptions that the scenario names, each with its range."""
    values = dict(assumptions(scenario)) | {each.name: each.value for each in unsaid(scenario)}
    for each in scenario.assumptions:
        bounds = bounds_of(each.range)
        here = value_in(scenario, bounds)
        value = _value(bounds.path, values) if here is None else said(bounds, here)
        limits = " to ".join(said(bounds, end) for end in (bounds.low, bounds.high))
        yield Unmeasured(key_heading(bounds.path), value, limits, each.source)


def _value(path: str, values: Mapping[str, str]) -> str:
    """The value of a key, or of what it is in, such as a distribution; of a key of all groups, that of the first."""
    first, _, rest = path.partition(".")
    grouped = next((name for name in values if name.startswith(f"{first}.groups.")), "")
    every = [path, f"{'.'.join(grouped.split('.')[:3])}.{rest}"] if grouped else [path]
    names = [".".join(name.split(".")[:length]) for name in every for length in range(name.count(".") + 1, 1, -1)]
    return next((values[name] for name in names if name in values), "–")


def unsaid(scenario: Scenario) -> Iterator[Unsaid]:
    """Every parameter of the room, the audience and the moderators of which the scenario says nothing."""
    written = scenario.model_dump(mode="json")
    yield from _unsaid(scenario.room, "room", written["room"])
    for field, groups in (("audience", scenario.audience), ("moderators", scenario.moderators)):
        for name, group in groups.items():
            yield from _unsaid(group, field if name == field else f"{field}.groups.{name}", written[field][name])


def _unsaid(part: Part, path: str, written: Mapping[str, Any]) -> Iterator[Unsaid]:
    """The same of a part, and of those in it; `written` has its values as a file has them."""
    wishless = isinstance(part, Moderators) and not can_wish(part)
    for name, field in type(part).model_fields.items():
        if wishless and name in OF_A_WISH:
            continue
        value = getattr(part, name)
        if isinstance(value, Part):
            yield from _unsaid(value, f"{path}.{name}", written[name])
        elif name not in part.model_fields_set:
            text = "none" if value is None or value == () else in_one_line(written[name])
            yield Unsaid(f"{path}.{name}", text, field.description or "")
