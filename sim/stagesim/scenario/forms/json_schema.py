"""The JSON Schema of scenario files, for editors: made from the models, in the forms that a file may use.

It knows less than the loader: what must hold between fields is not in it.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.demands.statements import Expectation, Property
from stagesim.scenario.habits import (
    AfterCut,
    AfterDecline,
    Answer,
    Connection,
    FullStageHabit,
    Habits,
    OnStage,
    Readiness,
    Round,
    Setup,
    Wishes,
)
from stagesim.scenario.moderators import Alternation, Invites, Moderators, Removes, Review
from stagesim.scenario.part import Part
from stagesim.scenario.participants import Participants
from stagesim.scenario.room import ModeSwitch, RequestLimit, RoomSettings
from stagesim.scenario.rules import RuleChange
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.script import Step
from stagesim.scenario.values.distributions import Fixed
from stagesim.scenario.values.field_types import MARK
from stagesim.scenario.values.units import RATE_UNIT_MS, UNIT_MS
from stagesim.scenario.values.written_distributions import BUILDERS, PLAIN

Json = dict[str, Any]

MODELS: Final[tuple[type[Part], ...]] = (
    *(Scenario, Expectation, Property, Goal, Assumption),
    *(RoomSettings, RequestLimit, ModeSwitch, Step, RuleChange),
    *(Habits, Wishes, Round, Readiness, AfterDecline, AfterCut, Answer, Setup, OnStage, FullStageHabit, Connection),
    *(Participants, Moderators, Review, Alternation, Invites, Removes),
)
"""Every part, in the order in which one reads about them."""

_NUMBER: Final = r"[0-9]+(\.[0-9]+)?(e-?[0-9]{1,3})?"


def json_schema() -> Json:
    """The schema, as data."""
    schema = Scenario.model_json_schema()
    definitions = schema["$defs"]
    for group in (Participants, Moderators):
        definitions[f"{group.__name__}Groups"] = _with_groups(definitions[group.__name__], group.__name__)
    for field, group in (("audience", Participants), ("moderators", Moderators)):
        forms = [{"$ref": f"#/$defs/{group.__name__}Groups"}, {"type": "null"}]
        schema["properties"][field] = {
            "anyOf": forms,
            "description": schema["properties"][field]["description"],
        }
    for field in ("expect", "properties", "goals", "assumptions"):
        items = schema["properties"][field]["items"]
        schema["properties"][field]["items"] = {"anyOf": [{"type": "string"}, items]}
    for model in MODELS:
        written = schema if model is Scenario else definitions.get(model.__name__, {})
        properties = written.get("properties", {})  # none for what is only the base of others
        for key, described in model.model_fields.items() if properties else ():
            if isinstance(described.default, Fixed):
                properties[key]["default"] = default_text(model, key)
    used = {"$defs": definitions, **{key: value for key, value in schema.items() if key != "$defs"}}
    result = _replaced(used)
    result["$defs"].update(_quantities())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **result, "title": "Scenario"}


def default_text(model: type[Part], name: str) -> object:
    """The default of a field as a file would write it; None where there is none to write."""
    return model.model_construct().model_dump(mode="json", include={name}).get(name)


def schema_text() -> str:
    """The schema, as the text of `scenarios/schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _with_groups(group: Json, name: str) -> Json:
    """The keys of one group, and `groups`, in which the same keys may differ from group to group."""
    share = {"type": "number", "minimum": 0, "maximum": 1, "description": f"the group's share of `count` of {name}"}
    member = {**group, "properties": {**group["properties"], "share": share}}
    groups = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"anyOf": [member, {"type": "null"}]},
        "description": "several groups: what differs between them, each with its `share` of `count` or a `count`",
    }
    return {**group, "properties": {**group["properties"], "groups": groups}}


def _replaced(value: Any) -> Any:
    """The value with every mark of a quantity replaced by a reference to the schema of its file form."""
    if isinstance(value, dict):
        if MARK in value:
            rest = {key: item for key, item in value.items() if key != MARK}
            return {"$ref": f"#/$defs/{_key(value[MARK])}", **rest}
        # The titles that pydantic makes of the keys say nothing new.
        return {k: _replaced(item) for k, item in value.items() if k != "title" or isinstance(item, dict)}
    return [_replaced(item) for item in value] if isinstance(value, list) else value


def _key(quantity: str) -> str:
    return quantity.title().replace(" ", "")


def _quantities() -> Json:
    """The schemas of the file forms of all quantities."""
    negative = {"type": "string", "pattern": _pattern("-?", r"\s*", UNIT_MS)}
    duration = {"type": "string", "pattern": _pattern("", r"\s*", UNIT_MS)}
    rate = {"type": "string", "pattern": _pattern("", r"\s*per\s+", RATE_UNIT_MS)}
    zero = {"const": 0}
    rates = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Rate"}, "minProperties": 1}
    stretch = _object({"gap": {"$ref": "#/$defs/DurationDistribution"}})
    stretch["properties"]["until"] = {"$ref": "#/$defs/Duration"}
    stretches = {"type": "array", "items": stretch, "minItems": 1}
    return {
        "Duration": {"anyOf": [duration, zero], "description": "a duration with its unit, such as `90 s`"},
        "Moment": {"anyOf": [negative, zero], "description": "a time from the session's start, such as `-5 min`"},
        "RateInTime": {
            "anyOf": [{"$ref": "#/$defs/Rate"}, rates],
            "description": "a rate, or rates by their beginning",
        },
        "ArrivalGap": {"anyOf": [{"$ref": "#/$defs/DurationDistribution"}, stretches]},
        "Rate": {"anyOf": [rate, zero], "description": "how many per what, such as `4 per hour`"},
        "Number": {"type": "number"},
        "NumberDistribution": _distribution("Number", "NumberDistribution"),
        "DurationDistribution": _distribution("Duration", "DurationDistribution", "TimeDistribution"),
        "TimeDistribution": _distribution("Moment", "TimeDistribution"),
    }


def _pattern(sign: str, between: str, units: Iterable[str]) -> str:
    return rf"^\s*{sign}{_NUMBER}{between}({'|'.join(units)})\s*$"


def _distribution(value: str, own: str, mirrored: str | None = None) -> Json:
    """A plain value, or one named distribution of such values."""
    one: Json = {"$ref": f"#/$defs/{value}"}
    of: Json = {"$ref": f"#/$defs/{own}"}
    parameters = {
        name: [_object({key: {"type": "number"} if key in PLAIN else one for key in keys}) for keys in forms]
        for name, forms in BUILDERS.items()
    }
    named = {name: forms[0] if len(forms) == 1 else {"anyOf": forms} for name, forms in parameters.items()}
    part = _object({"weight": {"type": "number", "exclusiveMinimum": 0}, "of": of})
    named |= {
        "fixed": one,
        "empirical": {"type": "object", "additionalProperties": one, "minProperties": 2},
        "mixture": {"type": "array", "items": part, "minItems": 1},
        "minus": {"$ref": f"#/$defs/{mirrored or own}"},
    }
    choice = {
        "type": "object",
        "properties": named,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [one, choice], "description": "a value, or a distribution such as `{exponential: {mean: …}}`"}


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
