"""Durations and rates as they stand in a scenario file: `90 s`, `1.5 min`, `4 per hour`. Read exactly, written back."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from stagesim.eventlog.enough import Enough
from stagesim.scenario.faults import KeyPath, fault, listed, shown

UNIT_MS: Final[Mapping[str, int]] = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
"""The units of a duration."""

RATE_UNIT_MS: Final[Mapping[str, int]] = {**UNIT_MS, "second": 1_000, "minute": 60_000, "hour": 3_600_000}
"""The units of a rate, behind the word `per`."""

NUMBER: Final = r"(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?)"
LONGEST_MS: Final = 366 * 24 * 3_600_000
"""A year. Nothing in a scenario lasts longer; a greater figure is a slip."""

_DURATION: Final = re.compile(NUMBER + r"\s*([A-Za-z]+)")
_RATE: Final = re.compile(NUMBER + r"\s*per\s+([A-Za-z]+)")


def parse_milliseconds(value: object, path: KeyPath = ()) -> Decimal:
    """The milliseconds of a duration, exactly; it may be negative, and a fraction. A bare 0 needs no unit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == 0:
            return Decimal(0)
        raise fault(f"expected a duration, got {shown(value)}", f"write a unit: `{value} s` or `{value} min`", path)
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        hint = "write a number and a unit, such as `90 s`, `1.5 min`, `2 h` or `250 ms`"
        raise fault(f"expected a duration, got {shown(value)}", hint, path)
    number, unit = match.groups()
    if unit not in UNIT_MS:
        raise fault(f"unknown unit `{unit}` in {shown(value)}", f"possible: {listed(UNIT_MS)}", path)
    exact = Decimal(number) * UNIT_MS[unit]
    if abs(exact) > LONGEST_MS:
        raise fault(f"expected a duration of a year at most, got {shown(value)}", "check the number and the unit", path)
    return exact


def parse_moment(value: object, path: KeyPath = ()) -> int:
    """A duration in whole milliseconds that may be negative: a moment relative to the session's start."""
    exact = parse_milliseconds(value, path)
    if exact != exact.to_integral_value():
        hint = "time is kept in whole milliseconds; round it"
        raise fault(f"expected whole milliseconds, got {shown(value)}", hint, path)
    return int(exact)


def parse_duration(value: object, path: KeyPath = ()) -> int:
    """A duration in whole milliseconds, not negative."""
    result = parse_moment(value, path)
    if result < 0:
        raise fault(f"expected a duration of 0 or more, got {shown(value)}", "leave out the minus sign", path)
    return result


def parse_positive_duration(value: object, path: KeyPath = ()) -> int:
    """A duration in whole milliseconds, above 0."""
    result = parse_moment(value, path)
    if result <= 0:
        raise fault(f"expected a duration above 0, got {shown(value)}", "write how long it is, such as `30 s`", path)
    return result


def format_duration(ms: float) -> str:
    """The file form of a duration in the largest unit that makes it a whole number; read back as the same number."""
    if ms == 0:
        return "0 s"
    for unit in ("h", "min", "s"):
        if ms % UNIT_MS[unit] == 0:
            return f"{int(ms) // UNIT_MS[unit]} {unit}"
    return f"{int(ms) if ms == int(ms) else repr(ms)} ms"


def parse_enough(value: object) -> Enough:
    """How much is enough: a share, `0.5`, or a time, `30 s`, or all that is wanted where that is less."""
    if isinstance(value, Enough):
        return value
    if isinstance(value, str):
        return Enough(1.0, parse_duration(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        hint = "write a share between 0 and 1, such as `0.5`, or a time, such as `30 s`"
        raise fault(f"expected how much is enough, got {shown(value)}", hint)
    return Enough(float(value))


def format_enough(enough: Enough) -> float | str:
    """The file form of how much is enough."""
    return enough.share if enough.most_ms is None else format_duration(enough.most_ms)


def clock(ms: int) -> str:
    """A moment as minutes and seconds, `12:34.567`; before the start, `-00:20.000`."""
    minutes, rest_ms = divmod(abs(ms), 60_000)
    return f"{'-' if ms < 0 else ''}{minutes:02d}:{rest_ms / 1000:06.3f}"


def parse_rate(value: object, path: KeyPath = ()) -> float:
    """A rate, such as `4 per hour`, in events per millisecond. A bare 0 needs no unit."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    hint = "write how many per what, such as `4 per hour` or `0.5 per min`"
    if match is None:
        raise fault(f"expected a rate, got {shown(value)}", hint, path)
    number, unit = match.groups()
    if unit not in RATE_UNIT_MS:
        raise fault(f"unknown unit `{unit}` in {shown(value)}", f"possible: {listed(RATE_UNIT_MS)}", path)
    rate = float(number) / RATE_UNIT_MS[unit]
    if not 0 <= rate <= 1:
        raise fault(f"expected a rate from 0 to one per millisecond, got {shown(value)}", hint, path)
    return rate


def format_rate(per_ms: float) -> str:
    """A file form of a rate that is read back as exactly the same number."""
    for unit in ("hour", "min", "s"):
        text = f"{per_ms * RATE_UNIT_MS[unit]:.12g}".replace("e-0", "e-")
        if float(text) / RATE_UNIT_MS[unit] == per_ms:
            return f"{text} per {unit}"
    return f"{per_ms!r} per ms"


UNLIMITED: Final = "unlimited"
"""The word for a limit that there is not."""

MOST: Final = 1_000_000_000
"""The greatest whole number that means anything in a scenario."""


def parse_limit(value: object) -> int | None:
    """A whole number, 0 or more; None where there is no limit."""
    if value is None or value == UNLIMITED:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        hint = f"write digits only, without quotes, or `{UNLIMITED}`"
        raise fault(f"expected a whole number or `{UNLIMITED}`, got {shown(value)}", hint)
    if value < 0:
        raise fault(f"expected 0 or more, got {shown(value)}", f"change the number, or write `{UNLIMITED}`")
    if value > MOST:
        raise fault(f"expected {MOST} at most, got {shown(value)}", f"change the number, or write `{UNLIMITED}`")
    return value


CAPACITY: Final = "capacity"
"""The word for a limit that is the number of places on stage."""

Places = int | Literal["capacity", "unlimited"]


def parse_places(value: object) -> Places:
    """A whole number, 0 or more, or one of the two words; the capacity where there is none."""
    if value is None or value == CAPACITY:
        return "capacity"
    if value == UNLIMITED:
        return "unlimited"
    if isinstance(value, bool) or not isinstance(value, int):
        hint = f"write digits only, without quotes, `{CAPACITY}` or `{UNLIMITED}`"
        raise fault(f"expected a whole number, `{CAPACITY}` or `{UNLIMITED}`, got {shown(value)}", hint)
    if value < 0:
        raise fault(f"expected 0 or more, got {shown(value)}", f"change the number, or write `{UNLIMITED}`")
    return value


def parse_positive_limit(value: object) -> int | None:
    """A whole number, 1 or more; None where there is no limit."""
    result = parse_limit(value)
    if result == 0:
        raise fault("expected 1 or more, got `0`", f"change the number, or write `{UNLIMITED}`")
    return result


def parse_number(value: object, path: KeyPath = ()) -> float:
    """A finite plain number."""
    try:
        number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    if not math.isfinite(number):
        raise fault(f"expected a number, got {shown(value)}", "write a plain number, such as `1.5`", path)
    return number
