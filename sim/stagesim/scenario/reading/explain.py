"""From the faults that validation finds to problems in the words of the file's author."""

import difflib
import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import ValidationError

from stagesim.scenario.faults import Fault, FaultError, one_of, shown
from stagesim.scenario.part import Part
from stagesim.scenario.reading.groups import FIELDS, raw_path
from stagesim.scenario.reading.yaml_text import Document, Path
from stagesim.scenario.scenario import Scenario

EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "int_type": ("a whole number", "write digits only, without quotes"),
    "int_from_float": ("a whole number", "write digits only, without quotes"),
    "float_type": ("a number", "write a plain number, such as `0.25`"),
    "finite_number": ("a number", "write a plain number, such as `0.25`"),
    "bool_type": ("`true` or `false`", "write one of them without quotes"),
    "string_type": ("a text", "put it between quotes if it looks like a number"),
    "tuple_type": ("a list", "write it between `[` and `]`, or each item behind a `-`"),
    "dict_type": ("names with what belongs to them", "write it between `{` and `}`, or indented, one a line"),
    "invalid_key": ("a name for a key", "put it between quotes if it is a number"),
    "model_type": ("a mapping of keys to values", "write it between `{` and `}`, or indented, one key a line"),
}
OF_A_RUN: Final[Mapping[str | int | float, str]] = {
    "engine": "`--engine COMMAND`, or `engine=` in Python",
    "seed": "`--seed N`, or `seed=` in Python",
    "replications": "`--replications N`, or `replications=` in Python",
    "workers": "`--workers N`, or `workers=` in Python",
}
"""Keys that somebody may look for in a file, and where what they mean is said."""

WORDS_LISTED: Final = "`stagesim schema`"
"""Where all words stand that a field takes."""

_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(%?)")
_CHOICE: Final = re.compile(r"'([^']*)'")


Said = tuple[str, int | None, int | None, str]
"""Where a problem is, and what it is."""


def explain(error: ValidationError, document: Document, expanded: Any) -> None:
    """Turn every fault of the validation into a problem of the document."""
    grouped: dict[Path, list[Any]] = {}
    for detail in error.errors(include_url=False):
        path = _in_data(expanded, detail["loc"], detail["type"])
        grouped.setdefault(path, []).append(detail)
    said = {(each.place, each.line, each.column, each.message) for each in document.problems}
    for path, details in grouped.items():
        for fault in _faults(path, details):
            _add(document, path, fault, said)


def _in_data(data: Any, location: Sequence[str | int], kind: str) -> Path:
    """The path of a fault in the data: without the names of alternatives that pydantic puts between the keys."""
    path: list[str | int] = []
    for key in location:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            continue
        path.append(key)
    if kind == "missing":
        path.append(location[-1])
    return tuple(path)


def _add(document: Document, path: Path, fault: Fault, said: set[Said]) -> None:
    raw = raw_path(document.data, (*path, *fault.path))
    at = document.keys.get(raw, document.at(raw)) if fault.message.startswith("unknown") else document.at(raw)
    # What holds for every group is wrong in each of them, and said once.
    one = (at.place, at.line, at.column, fault.message)
    if one not in said:
        said.add(one)
        document.problem(at, raw, fault.message, fault.hint)


def _faults(path: Path, details: list[Any]) -> list[Fault]:
    """What is wrong with one value; alternatives that all failed are one fault."""
    first = details[0]
    given = shown(first["input"])
    kind: str = first["type"]
    match kind:
        case "value_error":
            error = first["ctx"]["error"]
            return list(error.faults) if isinstance(error, FaultError) else [Fault(str(error), "check the value")]
        case "missing":
            model, name = model_at(path[:-1]), str(path[-1])
            description = model.model_fields[name].description if model is not None else None
            return [Fault(f"missing `{name}`", f"write it: {description}")]
        case "extra_forbidden" if path[0] in OF_A_RUN and len(path) == 1:
            hint = f"say it where the scenario is run: {OF_A_RUN[path[0]]}"
            return [Fault(f"unknown key {shown(path[0])}: it is no part of a scenario", hint)]
        case "extra_forbidden":
            word, _, rest = str(path[-1]).partition(" ")
            if rest and word in keys_at(path[:-1]):
                return [Fault(f"unknown key {shown(path[-1])}", f"a colon is missing: write `{word}: {rest}`")]
            hint = one_of(keys_at(path[:-1]), path[-1], "`stagesim keys`") + _as_a_group(path, first["input"])
            return [Fault(f"unknown key {shown(path[-1])}", hint)]
        case "enum" | "literal_error":
            choices = [choice for detail in details for choice in _CHOICE.findall(detail["ctx"]["expected"])]
            return [
                Fault(
                    f"expected one of {len(choices)} words, got {given}", one_of(choices, first["input"], WORDS_LISTED)
                )
            ]
        case "greater_than_equal":
            return [Fault(f"expected {first['ctx']['ge']:g} or more, got {given}", "change the number")]
        case "less_than_equal":
            most = first["ctx"]["le"]
            hint = (
                (_as_a_share(first["input"]) or "write a share, such as `0.25`") if most == 1 else "change the number"
            )
            return [Fault(f"expected {most:.12g} at most, got {given}", hint)]
        case _ if kind in EXPECTED:
            expected, hint = EXPECTED[kind]
            if kind == "float_type" and "%" in given:
                hint = _as_a_share(first["input"]) or hint
            return [Fault(f"expected {expected}, got {given}", hint)]
        case _:
            return [Fault(f"{first['msg'][:1].lower()}{first['msg'][1:]}, got {given}", "check the value")]


def _as_a_group(path: Path, given: object) -> str:
    """Where a group goes, if an unknown key may be the name of one."""
    if len(path) != 3 or path[0] not in FIELDS or path[1] != path[0] or not isinstance(given, Mapping):
        return ""
    if difflib.get_close_matches(str(path[2]), keys_at(path[:-1]), n=1, cutoff=0.75):
        return ""
    return f"; a group of its own goes below `groups`: `{path[0]}: {{groups: {{{path[2]}: …}}}}`"


def _as_a_share(given: object) -> str | None:
    """A percentage as the share that it is."""
    match = _PERCENT.fullmatch(str(given))
    if match is None or not (match[2] or 1 < float(match[1]) <= 100):
        return None
    return f"a share lies between 0 and 1: write `{float(match[1]) / 100:.6g}`"


def keys_at(path: Path) -> list[str]:
    """The keys that may stand at a path of the expanded data, as the file writes them."""
    model = model_at(path)
    names = list(model.model_fields) if model is not None else []
    if len(path) == 2 and path[0] in FIELDS:
        return [*names, "groups", "share"] if path[1] != path[0] else [*names, "groups"]
    return names


def model_at(path: Path) -> type[Part] | None:
    """The model that describes the value at a path of the expanded data; None if it has none."""
    kind: Any = Scenario
    for key in path:
        if isinstance(kind, type) and issubclass(kind, Part):
            field = kind.model_fields.get(str(key))
            kind = None if field is None else field.annotation
        else:
            inside = get_args(kind)  # nothing in a `Distribution`, whose keys are those of its words
            kind = inside[-1 if get_origin(kind) is dict else 0] if inside else None
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        if isinstance(kind, UnionType):
            kind = next((part for part in get_args(kind) if part is not NoneType), None)
        if kind is None:
            return None
    return kind if isinstance(kind, type) and issubclass(kind, Part) else None
