"""What a sweep varies: one key of the scenario, and the values that it takes.

parse_factor("audience.count=50:2000:log8")      eight whole numbers, evenly spread on a logarithmic scale
parse_factor("audience.patience=30 s:10 min:lin5")
parse_factor("moderators.count=1,2,3")
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from stagesim.experiments.study import StudyError
from stagesim.scenario.demands.assumptions import Assumption, Range, ends, number, parse_range
from stagesim.scenario.faults import FaultError
from stagesim.scenario.reading.explain import model_at
from stagesim.scenario.reading.groups import FIELDS
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import UNIT_MS

Scale = Literal["linear", "log", "words"]

FORMS: Final = "`audience.count=50:2000:log8`, `audience.mobile=0:1:lin5` or `moderators.count=1,2,3`"
_STEPS: Final = re.compile(r"(lin|log)([0-9]+)")
MOST_VALUES: Final = 1000


@dataclass(frozen=True, slots=True)
class Factor:
    """A key and its values, as settings take them. `numbers` place them on an axis, in `unit`; words stand in order."""

    path: str
    values: tuple[str, ...]
    numbers: tuple[float, ...]
    unit: str
    scale: Scale

    def settings(self) -> tuple[str, ...]:
        """The values as settings, `audience.count=50`."""
        return tuple(f"{self.path}={value}" for value in self.values)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A key between two values, both numbers in the same unit."""

    path: str
    low: float
    high: float
    unit: str
    whole: bool

    def setting(self, number: float) -> str:
        """The setting for a number between the two."""
        return f"{self.path}={written(number, self.unit, self.whole)}"


def value_in(scenario: Scenario, bounds: Bounds) -> float | None:
    """What the scenario itself says of a key, in the unit of the bounds; None where it says several things, or no
    number.
    """
    found: list[Any] = [scenario.model_dump(mode="json")]
    path = bounds.path.split(".")
    if path[0] in FIELDS:
        path = [path[0], *path[2:]] if path[1] == "groups" else [path[0], "*", *path[1:]]
    for key in path:
        found = [below for each in found for below in _below(each, key)]
    values = {number(str(each)) for each in found}
    if len(values) != 1 or None in values or (path[-1] == "count" and len(found) > 1):
        return None
    ((value, unit),) = filter(None, values)
    if unit == bounds.unit:
        return value
    return value * UNIT_MS[unit] / UNIT_MS[bounds.unit] if {unit, bounds.unit} <= set(UNIT_MS) else None


def _below(value: Any, key: str) -> list[Any]:
    """What is below a key, of all where it is `*`; nothing where there is no such."""
    if isinstance(value, list):
        return value[int(key) : int(key) + 1] if key.isdigit() else []
    if not isinstance(value, dict):
        return []
    return list(value.values()) if key == "*" else [value[key]] if key in value else []


def parse_factor(text: str) -> Factor:
    """The factor of `path=from:to:linN`, `path=from:to:logN` or `path=value,value`. Raises StudyError."""
    path, values = _parted(text)
    parts = values.split(":")
    if len(parts) == 3 and _STEPS.fullmatch(parts[2].strip()):
        return _range(text, path, parts)
    listed = _listed(values)
    if len(listed) < 2 or not all(listed):
        raise StudyError(f"expected several values, got `{text}`\n  hint: write {FORMS}")
    if len(set(listed)) < len(listed):
        raise StudyError(f"a value comes twice in `{text}`\n  hint: give each value once")
    numbers = [number(value) for value in listed]
    known = [each for each in numbers if each is not None]
    units = {unit for _, unit in known}
    if len(known) == len(listed) and len(units) == 1:
        return Factor(path, listed, tuple(plain for plain, _ in known), known[0][1], "linear")
    if len(known) == len(listed) and units <= set(UNIT_MS):
        in_s = tuple(plain * UNIT_MS[unit] / 1000 for plain, unit in known)
        return Factor(path, listed, in_s, "s", "linear")
    return Factor(path, listed, tuple(map(float, range(len(listed)))), "", "words")


def factors_and_settings(sets: Sequence[str]) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
    """The settings that have several values, as factors, and those that have one and hold throughout."""
    factors, settings = [], []
    for text in sets:
        values = text.partition("=")[2]
        parts = values.split(":")
        if len(_listed(values)) > 1 or (len(parts) == 3 and _STEPS.fullmatch(parts[2].strip())):
            factors.append(parse_factor(text))
        else:
            settings.append(text)
    return tuple(factors), tuple(settings)


def parse_bounds(text: str) -> Bounds:
    """The key and the limits of `path=low:high`. Raises StudyError."""
    try:
        return bounds_of(parse_range(text))
    except FaultError as error:
        raise StudyError(str(error)) from None


def bounds_of(found: Range) -> Bounds:
    """The same limits, with whether only whole numbers make sense between them."""
    return Bounds(*found, is_count(found.path))


def assumed(scenario: Scenario, ranges: Sequence[str] = ()) -> tuple[Assumption, ...]:
    """The assumptions that these texts state, or those of the scenario; StudyError for a text that states none."""
    for text in ranges:
        parse_bounds(text)
    return tuple(Assumption(vary=text) for text in ranges) or scenario.assumptions


def design(factors: Sequence[Factor]) -> Iterator[tuple[str, ...]]:
    """Every combination of values, one for each factor; the last factor changes fastest."""
    return itertools.product(*(factor.values for factor in factors))


def is_count(path: str) -> bool:
    """Whether the key of a scenario at this path counts something, so that only whole numbers make sense."""
    keys: list[str | int | float] = [int(key) if key.isdigit() else key for key in path.split(".")]
    if keys[0] in FIELDS:
        keys = [keys[0], *keys[2:]] if keys[1:2] == ["groups"] else [keys[0], "group", *keys[1:]]
    model = model_at(tuple(keys[:-1]))
    if model is None or str(keys[-1]) not in model.model_fields:
        return False
    kind: dict[str, Any] = model.model_json_schema()["properties"][str(keys[-1])]
    return "integer" in {kind.get("type"), *(other.get("type") for other in kind.get("anyOf", ()))}


def written(number: float, unit: str, whole: bool) -> str:
    """A number as it can stand in a scenario file: to four digits, or whole."""
    text = str(round(number)) if whole else f"{number:.4g}"
    text = f"{float(text):f}".rstrip("0").rstrip(".") if "e" in text else text
    return f"{text} {unit}" if unit else text


def _parted(text: str) -> tuple[str, str]:
    path, equals, values = (part.strip() for part in text.partition("="))
    if not (path and equals and values):
        raise StudyError(f"expected `path=values`, got `{text}`\n  hint: write {FORMS}")
    return path, values


def _range(text: str, path: str, parts: Sequence[str]) -> Factor:
    try:
        low, high, unit = ends(text, parts[:2], f"write {FORMS}")
    except FaultError as error:
        raise StudyError(str(error)) from None
    match = _STEPS.fullmatch(parts[2].strip())
    assert match is not None
    log, count = match[1] == "log", int(match[2])
    if not 2 <= count <= MOST_VALUES:
        raise StudyError(f"expected 2 to {MOST_VALUES} values, got `{text}`\n  hint: write {FORMS}")
    if low == high or (log and not (low > 0 and high > 0)):
        what = "two limits above 0 for a logarithmic scale" if log else "two different limits"
        raise StudyError(f"expected {what}, got `{text}`\n  hint: write {FORMS}")
    shares = [step / (count - 1) for step in range(count)]
    exact = [low * (high / low) ** share if log else low + (high - low) * share for share in shares]
    values = tuple(dict.fromkeys(written(exactly, unit, is_count(path)) for exactly in exact))
    numbers = tuple(float(value.split(" ")[0]) for value in values)
    return Factor(path, values, numbers, unit, "log" if log else "linear")


def _listed(values: str) -> tuple[str, ...]:
    """The values between commas, but for commas inside brackets."""
    parts, depth = [""], 0
    for character in values:
        depth += (character in "[{(") - (character in "]})")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts)
