"""The reference of all keys of a scenario file, as Markdown tables made from the models."""

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic.fields import FieldInfo

from stagesim.scenario.forms.json_schema import MODELS, Json, default_text
from stagesim.scenario.habits import Habits
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.part import Part
from stagesim.scenario.participants import Participants
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.field_types import MARK

HEADINGS: Final = {
    Scenario: "The file",
    Habits: "`audience` and `moderators`",
    Participants: "`audience` alone",
    Moderators: "`moderators` alone",
}
KINDS: Final = {
    "duration": "duration",
    "moment": "time",
    "rate in time": "rate, may change with time",
    "arrival gap": "duration, may vary, or stretches of time",
    "duration distribution": "duration, may vary",
    "time distribution": "time, may vary",
    "number distribution": "number, may vary",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "string": "text",
}
KINDS_OF: Final = {
    "audience": "group, or `groups`",
    "moderators": "group, or `groups`",
    "do": "action",
    "Step.expect": "`accepted`, a reason or a standing",
    "Scenario.expect": "list: text, or see below",
    "properties": "list: text, or see below",
    "goals": "list: text, or see below",
    "assumptions": "list: text, or see below",
    "cases": "names, each with paths and values",
    "standing": "standing",
}
"""Kinds of values whose words are too many for a table."""


def reference() -> str:
    """Every key with the kind of its value, its default and its meaning."""
    return "\n".join(line for model in MODELS for line in _section(model))


def _section(model: type[Part]) -> Iterator[str]:
    schema = model.model_json_schema()
    yield f"### {HEADINGS.get(model) or _places(model)}\n"
    yield f"{' '.join((model.__doc__ or '').split())}\n"
    yield "| key | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    shared = Habits.model_fields if model is not Habits and issubclass(model, Habits) else {}
    for name, field in model.model_fields.items():
        if name in shared:
            continue
        said = KINDS_OF.get(f"{model.__name__}.{name}") or KINDS_OF.get(name)
        kind = said or _kind(schema["properties"][name], schema.get("$defs", {}))
        yield f"| `{name}` | {kind} | {_default(model, name, field)} | {field.description} |"
    yield ""


def _places(model: type[Part]) -> str:
    """The key, or keys, behind which a part stands."""
    word = re.compile(rf"\b{model.__name__}\b")
    keys = [
        name
        for other in MODELS
        for name, field in other.model_fields.items()
        if word.search(str(field.annotation).replace(".", " "))
    ]
    return ", ".join(f"`{key}`" for key in dict.fromkeys(keys))


def _kind(schema: Json, definitions: Json) -> str:
    if MARK in schema:
        return KINDS[schema[MARK]]
    if "$ref" in schema:
        return _kind(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in schema:
        kinds = [_kind(each, definitions) for each in schema["anyOf"] if each.get("type") != "null"]
        return ", ".join(dict.fromkeys(kinds))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"list: {_kind(schema['items'], definitions)}"
    if schema.get("type") == "number":
        return "0 to 1" if schema.get("maximum") == 1 else "number"
    return KINDS.get(schema.get("type", ""), "see below" if "properties" in schema else "names and values")


def _default(model: type[Part], name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value: Any = default_text(model, name)
    if isinstance(value, dict | list) or value is None or value == "":
        return "all" if name == "modes" else "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
