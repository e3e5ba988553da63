"""What a study takes for granted: what its scenario says, and what holds where it says nothing."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from stagesim.scenario.forms import NAMES
from stagesim.scenario.models import Scenario
from stagesim.scenario.part import Part

ASKED: Final = {"title", "description", "script", "expect", "goals", "properties"}
"""Parts of a scenario that assume nothing about the world."""


class Unsaid(NamedTuple):
    """A parameter that the scenario leaves at its default."""

    name: str
    value: str
    meaning: str


def assumptions(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every parameter that the scenario gives, by its path in the file, but for the script and what is asked."""
    said = scenario.model_dump(mode="json", exclude_unset=True, exclude=ASKED)
    for field in ("audience", "moderators"):
        if said.get(field):
            said[field] = said[field].get(field) or {"groups": said[field]}
    yield from _flat(said, ())
    if scenario.script:
        yield "script", f"{len(scenario.script)} steps; see the file"


def unsaid(scenario: Scenario) -> Iterator[Unsaid]:
    """Every parameter of the room, the audience and the moderators of which the scenario says nothing."""
    yield from _unsaid(scenario.room, "room")
    for field, groups in (("audience", scenario.audience), ("moderators", scenario.moderators)):
        for name, group in groups.items():
            yield from _unsaid(group, field if name == field else f"{field}.groups.{name}")


def _unsaid(part: Part, path: str) -> Iterator[Unsaid]:
    written = part.model_dump(mode="json")
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, Part):
            yield from _unsaid(value, f"{path}.{name}")
        elif name not in part.model_fields_set:
            text = "none" if value is None or value == () else _written(written[name])
            yield Unsaid(f"{path}.{name}", text, field.description or "")


def _flat(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The leaves of nested mappings. A distribution, a mapping with one name in it and parameters below, is a leaf."""
    if isinstance(value, Mapping) and not _is_distribution(value):
        for key, below in value.items():
            yield from _flat(below, (*path, str(key)))
    else:
        yield ".".join(path), _written(value)


def _is_distribution(value: Mapping[Any, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in NAMES


def _written(value: object) -> str:
    """A value as it could stand in the file, on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_nested(below)}" for key, below in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_nested, value))
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def _nested(value: object) -> str:
    return f"{{{_written(value)}}}" if isinstance(value, Mapping) else _written(value)
