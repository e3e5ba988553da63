"""The file forms of distributions: `{exponential: {mean: 2 min}}`, or a plain value for what does not vary."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, get_args

from stagesim.scenario.faults import FaultError, KeyPath, fault, listed, one_of, shown
from stagesim.scenario.values import distributions as d
from stagesim.scenario.values.distributions import Distribution
from stagesim.scenario.values.units import parse_milliseconds, parse_number

Parse = Callable[[object, KeyPath], float]

CLASSES: Final = get_args(Distribution)

PLAIN: Final = frozenset({"sigma", "cv", "shape"})
"""Parameters that are plain numbers even where the values are durations."""

BUILDERS: Final[Mapping[str, Mapping[tuple[str, ...], Callable[..., Distribution]]]] = {
    "exponential": {("mean",): d.Exponential},
    "lognormal": {("median", "sigma"): d.Lognormal, ("mean", "cv"): d.Lognormal.of_mean},
    "gamma": {("mean", "cv"): d.Gamma},
    "weibull": {("scale", "shape"): d.Weibull},
    "uniform": {("low", "high"): d.Uniform},
    "triangular": {("low", "mode", "high"): d.Triangular},
}
"""The distributions with plain parameters: those that go together, and what they build."""

NAMES: Final = ("fixed", *BUILDERS, "empirical", "mixture", "minus")


def parse_distribution(value: object, parse: Parse, path: KeyPath = ()) -> Distribution:
    """A distribution from its file form; `parse` reads one value. Raises FaultError with the path to what is wrong."""
    if isinstance(value, CLASSES):
        built: Distribution = value
        return built
    if not isinstance(value, Mapping):
        return d.Fixed(parse(value, path))
    if len(value) != 1:
        raise fault(f"expected one distribution, got {shown(value)}", one_of(NAMES), path)
    name, body = next(iter(value.items()))
    if name not in NAMES:
        raise fault(f"unknown distribution `{name}`", one_of(NAMES, name), (*path, name))
    try:
        return _parse_named(name, body, parse, (*path, name))
    except FaultError:
        raise
    except ValueError as error:
        hint = f"change the parameters of `{name}`"
        raise fault(f"impossible `{name}`: {error}", hint, (*path, name)) from None


def _parse_named(name: str, body: object, parse: Parse, path: KeyPath) -> Distribution:
    match name:
        case "fixed":
            return d.Fixed(parse(body, path))
        case "minus":
            return d.Minus(parse_distribution(body, parse, path))
        case "mixture":
            return _parse_mixture(body, parse, path)
        case "empirical":
            return _parse_empirical(body, parse, path)
        case _:
            return _parse_plain(name, body, parse, path)


def _parse_plain(name: str, body: object, parse: Parse, path: KeyPath) -> Distribution:
    takes = f"`{name}` takes " + ", or ".join(listed(names) for names in BUILDERS[name])
    if not isinstance(body, Mapping):
        raise fault(f"expected the parameters of `{name}`, got {shown(body)}", takes, path)
    known = dict.fromkeys(parameter for names in BUILDERS[name] for parameter in names)
    for parameter in body:
        if parameter not in known:
            raise fault(f"unknown parameter `{parameter}` of `{name}`", takes, (*path, parameter))
    for names, build in BUILDERS[name].items():
        if set(names) == set(body):
            return build(*((parse_number if key in PLAIN else parse)(body[key], (*path, key)) for key in names))
    raise fault(f"expected the parameters of `{name}`, got {listed(body) or 'none'}", takes, path)


def _parse_empirical(body: object, parse: Parse, path: KeyPath) -> Distribution:
    hint = "write probabilities from 0 to 1 and their values, such as `{0: 1 s, 0.5: 10 s, 1: 60 s}`"
    if not isinstance(body, Mapping):
        raise fault(f"expected quantiles, got {shown(body)}", hint, path)
    points = []
    for key, value in body.items():
        try:
            share = float(key)  # an editor, or JSON, may have made the key a string
        except (TypeError, ValueError, OverflowError):
            raise fault(f"expected a probability, got {shown(key)}", hint, (*path, key)) from None
        points.append((share, parse(value, (*path, key))))
    return d.Empirical(tuple(sorted(points)))


def _parse_mixture(body: object, parse: Parse, path: KeyPath) -> Distribution:
    hint = "write a list of parts, each like `{weight: 0.8, of: {exponential: {mean: 2 min}}}`"
    if not isinstance(body, Sequence) or isinstance(body, str):
        raise fault(f"expected a list of parts, got {shown(body)}", hint, path)
    parts = []
    for index, part in enumerate(body):
        here = (*path, index)
        if not isinstance(part, Mapping) or set(part) != {"weight", "of"}:
            raise fault(f"expected `weight` and `of`, got {shown(part)}", hint, here)
        weight = parse_number(part["weight"], (*here, "weight"))
        parts.append((weight, parse_distribution(part["of"], parse, (*here, "of"))))
    return d.Mixture(tuple(parts))


def _milliseconds(value: object, path: KeyPath) -> float:
    return float(parse_milliseconds(value, path))


def _from_zero(distribution: Distribution, path: KeyPath = ()) -> Distribution:
    low = distribution.support()[0]
    if low < 0:
        raise fault("expected values of 0 or more, got some below 0", "leave out the minus sign, or `minus`", path)
    return distribution


def parse_times(value: object) -> Distribution:
    """A distribution of moments in milliseconds; negative is before the session's start."""
    return parse_distribution(value, _milliseconds)


def parse_durations(value: object, path: KeyPath = ()) -> Distribution:
    """A distribution of durations in milliseconds, none negative."""
    return _from_zero(parse_distribution(value, _milliseconds, path), path)


def parse_gaps(value: object, path: KeyPath = ()) -> Distribution:
    """A distribution of durations in milliseconds that take time: of something that happens again and again."""
    distribution = parse_durations(value, path)
    if takes_no_time(distribution):
        hint = "it would happen for ever at one moment; time is kept in whole milliseconds"
        raise fault(f"expected a duration above 0, 1 ms or more on average, got {shown(value)}", hint, path)
    return distribution


def takes_no_time(distribution: Distribution) -> bool:
    """Whether durations in milliseconds are so short that no time passes: less than one on average.

    An average that only a rare giant brings about is none: it may be a million times that nothing passes before.
    """
    return distribution.mean() < 1 or _typical(distribution) < LEAST_TYPICAL_MS


LEAST_TYPICAL_MS: Final = 0.5
RARE: Final = 0.001
_TYPICAL: Final = tuple((place + 0.5) / 64 for place in range(64))


def _typical(distribution: Distribution) -> float:
    """The mean without what is rare: of 64 evenly spread quantiles."""
    match distribution:
        case d.Mixture(parts):
            total = math.fsum(weight for weight, _ in parts)
            common = ((weight / total, of) for weight, of in parts if weight / total >= RARE)
            return math.fsum(share * _typical(of) for share, of in common)
        case d.Gamma(mean, cv):
            # A lower limit of the quantiles, since those of gamma distributions need a slow import.
            shape, scale = 1 / cv**2, mean * cv**2
            limits = (scale * math.exp((math.log(u) + math.lgamma(shape + 1)) / shape) for u in _TYPICAL)
            return math.fsum(limits) / len(_TYPICAL)
        case _:
            return math.fsum(map(distribution.quantile, _TYPICAL)) / len(_TYPICAL)


def parse_numbers(value: object) -> Distribution:
    """A distribution of plain numbers, none negative."""
    return _from_zero(parse_distribution(value, parse_number))


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
            return {"empirical": {str(float(share)): write(value) for share, value in points}}
        case d.Mixture(parts):
            return {"mixture": [{"weight": w, "of": format_distribution(of, write)} for w, of in parts]}
        case d.Minus(of):
            return {"minus": format_distribution(of, write)}
