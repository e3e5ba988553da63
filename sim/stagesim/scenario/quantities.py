"""Durations, rates and distributions as they stand in a scenario file: `90 s`, `4 per hour`, `{exponential: …}`.

Each type takes the file's form (in Python too), gives whole milliseconds, events per millisecond or a distribution
object, and writes the file's form back. A distribution object from Python is taken as it is.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Final, get_args

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from stagesim.scenario import distributions as d
from stagesim.scenario.distributions import Distribution

Path = tuple[str | int, ...]

UNIT_MS: Final[Mapping[str, int]] = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
"""The units of a duration."""

RATE_UNIT_MS: Final[Mapping[str, int]] = {**UNIT_MS, "second": 1_000, "minute": 60_000, "hour": 3_600_000}
"""The units of a rate, behind the word `per`."""

_NUMBER: Final = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
_DURATION: Final = re.compile(_NUMBER + r"\s*([a-z]+)", re.ASCII)
_RATE: Final = re.compile(_NUMBER + r"\s*per\s+([a-z]+)", re.ASCII)
_CLASSES: Final = get_args(Distribution)


class QuantityError(ValueError):
    """A quantity that is not valid. `path` leads from the quantity to the part of it that is at fault."""

    def __init__(self, message: str, hint: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path


def _shown(value: object) -> str:
    """A value as the file would write it, cut short."""
    words = {None: "nothing", True: "true", False: "false"}
    text = words[value] if value is None or isinstance(value, bool) else str(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _nearest(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean `{close[0]}`? " if close else ""


def parse_milliseconds(value: object, path: Path = ()) -> Decimal:
    """The milliseconds of a duration in its file form, exactly."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == 0:
            return Decimal(0)
        hint = f"write a unit: `{value} s` or `{value} min`"
        raise QuantityError(f"expected a duration, got {_shown(value)}", hint, path)
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        hint = "write a number and a unit, such as `90 s`, `1.5 min`, `2 h` or `250 ms`"
        raise QuantityError(f"expected a duration, got {_shown(value)}", hint, path)
    number, unit = match.groups()
    if unit not in UNIT_MS:
        raise QuantityError(f"unknown unit `{unit}` in {_shown(value)}", f"units are {_list(tuple(UNIT_MS))}", path)
    return Decimal(number) * UNIT_MS[unit]


def parse_moment(value: object) -> int:
    """A duration in whole milliseconds that may be negative: a moment relative to the session's start."""
    exact = parse_milliseconds(value)
    if exact != exact.to_integral_value():
        raise QuantityError(f"expected whole milliseconds, got {_shown(value)}", "time is kept in whole milliseconds")
    return int(exact)


def parse_duration(value: object) -> int:
    """A duration in whole milliseconds, not negative."""
    result = parse_moment(value)
    if result < 0:
        raise QuantityError(f"expected a duration of 0 or more, got {_shown(value)}", "leave out the minus sign")
    return result


def format_duration(ms: float) -> str:
    """The shortest file form of a duration: the largest unit in which it is a whole number."""
    if ms == 0:
        return "0 s"
    for unit in ("h", "min", "s"):
        if ms % UNIT_MS[unit] == 0:
            return f"{int(ms) // UNIT_MS[unit]} {unit}"
    return f"{int(ms) if ms == int(ms) else ms!r} ms"


def parse_rate(value: object) -> float:
    """A rate, such as `4 per hour`, in events per millisecond."""
    if value == 0 and not isinstance(value, bool):
        return 0.0
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    hint = "write how many per what, such as `4 per hour` or `0.5 per min`"
    if match is None:
        raise QuantityError(f"expected a rate, got {_shown(value)}", hint)
    number, unit = match.groups()
    if unit not in RATE_UNIT_MS:
        raise QuantityError(f"unknown unit `{unit}` in {_shown(value)}", f"units are {_list(tuple(RATE_UNIT_MS))}")
    if float(number) < 0:
        raise QuantityError(f"expected a rate of 0 or more, got {_shown(value)}", hint)
    return float(number) / RATE_UNIT_MS[unit]


def format_rate(per_ms: float) -> str:
    """A file form of a rate that is read back as exactly the same number."""
    for unit in ("hour", "min", "s"):
        number = float(f"{per_ms * RATE_UNIT_MS[unit]:.12g}")
        if number / RATE_UNIT_MS[unit] == per_ms:
            return f"{number:.12g} per {unit}"
    return f"{per_ms!r} per ms"


def parse_number(value: object, path: Path = ()) -> float:
    """A finite plain number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise QuantityError(f"expected a number, got {_shown(value)}", "write a plain number, such as `1.5`", path)
    return value


def _milliseconds(value: object, path: Path) -> float:
    return float(parse_milliseconds(value, path))


Parse = Callable[[object, Path], float]
Parameters = Mapping[str, float]

_FORMS: Final[Mapping[str, tuple[tuple[str, Callable[[Parameters], Distribution]], ...]]] = {
    "exponential": (("mean", lambda p: d.Exponential(p["mean"])),),
    "lognormal": (
        ("median sigma", lambda p: d.Lognormal(p["median"], p["sigma"])),
        ("mean cv", lambda p: d.Lognormal.of_mean(p["mean"], p["cv"])),
    ),
    "gamma": (("mean cv", lambda p: d.Gamma(p["mean"], p["cv"])),),
    "weibull": (("scale shape", lambda p: d.Weibull(p["scale"], p["shape"])),),
    "uniform": (("low high", lambda p: d.Uniform(p["low"], p["high"])),),
    "triangular": (("low mode high", lambda p: d.Triangular(p["low"], p["mode"], p["high"])),),
}
PLAIN_PARAMETERS: Final = frozenset({"sigma", "cv", "shape"})
"""Parameters that are plain numbers even in the distribution of a duration."""

FORMS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    name: tuple(tuple(parameters.split()) for parameters, _ in forms) for name, forms in _FORMS.items()
}
"""The named distributions with plain parameters; for each, the parameters that go together."""

NAMES: Final = (*_FORMS, "empirical", "mixture", "minus", "fixed")


def _parse_form(name: str, body: object, parse: Parse, path: Path) -> Distribution:
    forms = FORMS[name]
    wanted = " or ".join(_list(form) for form in forms)
    known = [parameter for form in forms for parameter in form]
    if not isinstance(body, Mapping):
        message = f"expected the parameters of `{name}`, got {_shown(body)}"
        raise QuantityError(message, f"`{name}` takes {wanted}", path)
    for parameter in body:
        if parameter not in known:
            hint = f"{_nearest(str(parameter), known)}`{name}` takes {wanted}"
            raise QuantityError(f"unknown parameter `{parameter}` of `{name}`", hint, (*path, parameter))
    for parameters, build in _FORMS[name]:
        if set(parameters.split()) == set(body):
            given = {
                key: (parse_number if key in PLAIN_PARAMETERS else parse)(value, (*path, key))
                for key, value in body.items()
            }
            return build(given)
    given_names = f"only {_list(tuple(map(str, body)))}" if body else "none"
    raise QuantityError(f"expected {wanted}, got {given_names}", f"`{name}` takes {wanted}", path)


def _parse_empirical(body: object, parse: Parse, path: Path) -> Distribution:
    if not isinstance(body, Mapping):
        hint = "write probabilities and values, such as `{0: 1 s, 0.5: 10 s, 1: 60 s}`"
        raise QuantityError(f"expected quantiles, got {_shown(body)}", hint, path)
    points = []
    for share, value in body.items():
        # The keys of a JSON object are strings, and pydantic or an editor may have gone through JSON.
        points.append((parse_number(_as_number(share), (*path, share)), parse(value, (*path, share))))
    return d.Empirical(tuple(sorted(points)))


def _as_number(share: object) -> object:
    try:
        return float(share) if isinstance(share, str) else share
    except ValueError:
        return share


def _parse_mixture(body: object, parse: Parse, path: Path) -> Distribution:
    hint = "write a list of `{weight: 0.8, of: {exponential: {mean: 2 min}}}`"
    if not isinstance(body, Sequence) or isinstance(body, str):
        raise QuantityError(f"expected a list of parts, got {_shown(body)}", hint, path)
    parts = []
    for index, part in enumerate(body):
        here = (*path, index)
        if not isinstance(part, Mapping) or set(part) != {"weight", "of"}:
            raise QuantityError(f"expected `weight` and `of`, got {_shown(part)}", hint, here)
        weight = parse_number(part["weight"], (*here, "weight"))
        parts.append((weight, _parse_distribution(part["of"], parse, (*here, "of"))))
    return d.Mixture(tuple(parts))


def _parse_named(name: str, body: object, parse: Parse, path: Path) -> Distribution:
    match name:
        case "fixed":
            return d.Fixed(parse(body, path))
        case "minus":
            return d.Minus(_parse_distribution(body, parse, path))
        case "mixture":
            return _parse_mixture(body, parse, path)
        case "empirical":
            return _parse_empirical(body, parse, path)
        case _:
            return _parse_form(name, body, parse, path)


def _parse_distribution(value: object, parse: Parse, path: Path = ()) -> Distribution:
    if isinstance(value, _CLASSES):
        distribution: Distribution = value
        return distribution
    if not isinstance(value, Mapping):
        return d.Fixed(parse(value, path))
    hint = f"write one of {_list(NAMES)}"
    if len(value) != 1:
        raise QuantityError(f"expected the name of one distribution, got {len(value)} keys", hint, path)
    name, body = next(iter(value.items()))
    if name not in NAMES:
        raise QuantityError(f"unknown distribution `{name}`", _nearest(str(name), NAMES) + hint, (*path, name))
    try:
        return _parse_named(name, body, parse, (*path, name))
    except QuantityError:
        raise
    except ValueError as error:
        raise QuantityError(str(error), f"check the parameters of `{name}`", (*path, name)) from None


def _not_negative(distribution: Distribution, what: str) -> Distribution:
    if distribution.support()[0] < 0:
        raise QuantityError(f"expected {what} of 0 or more, got values down to below 0", "leave out what is negative")
    return distribution


def parse_time_distribution(value: object) -> Distribution:
    """A distribution of times in milliseconds that may be negative: before the session's start."""
    return _parse_distribution(value, _milliseconds)


def parse_duration_distribution(value: object) -> Distribution:
    """A distribution of durations in milliseconds."""
    return _not_negative(_parse_distribution(value, _milliseconds), "durations")


def parse_number_distribution(value: object) -> Distribution:
    """A distribution of plain numbers, not negative."""
    return _not_negative(_parse_distribution(value, parse_number), "numbers")


def format_distribution(distribution: Distribution, write: Callable[[float], object]) -> object:
    """The file form of a distribution; `write` gives that of one value."""
    match distribution:
        case d.Fixed(value):
            return write(value)
        case d.Exponential(mean):
            return {"exponential": {"mean": write(mean)}}
        case d.Lognormal(median, sigma):
            return {"lognormal": {"median": write(median), "sigma": sigma}}
        case d.Gamma(mean, cv):
            return {"gamma": {"mean": write(mean), "cv": cv}}
        case d.Weibull(scale, shape):
            return {"weibull": {"scale": write(scale), "shape": shape}}
        case d.Uniform(low, high):
            return {"uniform": {"low": write(low), "high": write(high)}}
        case d.Triangular(low, mode, high):
            return {"triangular": {"low": write(low), "mode": write(mode), "high": write(high)}}
        case d.Empirical(points):
            return {"empirical": {str(share): write(value) for share, value in points}}
        case d.Mixture(parts):
            return {"mixture": [{"weight": w, "of": format_distribution(of, write)} for w, of in parts]}
        case d.Minus(of):
            return {"minus": format_distribution(of, write)}


def _schema(name: str) -> WithJsonSchema:
    """A mark that `stagesim.scenario.schema` replaces by the schema of the file's form."""
    return WithJsonSchema({"quantity": name})


def _write_duration(value: Distribution) -> object:
    return format_distribution(value, format_duration)


def _write_number(value: Distribution) -> object:
    return format_distribution(value, float)


Duration = Annotated[
    int, PlainValidator(parse_duration), PlainSerializer(format_duration, return_type=str), _schema("duration")
]
"""Whole milliseconds, 0 or more."""

Moment = Annotated[
    int, PlainValidator(parse_moment), PlainSerializer(format_duration, return_type=str), _schema("moment")
]
"""Whole milliseconds relative to the session's start; negative before it."""

Rate = Annotated[
    float, PlainValidator(parse_rate), PlainSerializer(format_rate, return_type=str), _schema("rate")
]
"""Events per millisecond."""

DurationDistribution = Annotated[
    Distribution,
    PlainValidator(parse_duration_distribution),
    PlainSerializer(_write_duration),
    _schema("duration_distribution"),
]
"""A distribution of milliseconds, 0 or more."""

TimeDistribution = Annotated[
    Distribution,
    PlainValidator(parse_time_distribution),
    PlainSerializer(_write_duration),
    _schema("time_distribution"),
]
"""A distribution of milliseconds relative to the session's start."""

NumberDistribution = Annotated[
    Distribution,
    PlainValidator(parse_number_distribution),
    PlainSerializer(_write_number),
    _schema("number_distribution"),
]
"""A distribution of plain numbers, 0 or more."""
