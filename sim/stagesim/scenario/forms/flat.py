"""A scenario as a flat list: each value by its path, as it can be set, and as it could stand in the file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stagesim.scenario.reading.groups import FIELDS
from stagesim.scenario.values.written_distributions import NAMES


def leaves(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every value of a scenario that was dumped, by the path with which it can be set."""
    for key, value in data.items():
        only = value.get(key) if key in FIELDS and value else None
        grouped = {"groups": value} if key in FIELDS and value and only is None else value
        yield from _flat(grouped if only is None else only, (key,))


def _flat(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The leaves of nested mappings. A distribution, one name with parameters below, is one; so are rates in time."""
    if isinstance(value, Mapping) and not _is_distribution(value) and not _is_by_moments(value):
        for key, below in value.items():
            yield from _flat(below, (*path, str(key)))
    else:
        yield ".".join(path), in_one_line(value)


def _is_distribution(value: Mapping[Any, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in NAMES


def _is_by_moments(value: Mapping[Any, Any]) -> bool:
    return bool(value) and all(str(key)[:1].isdigit() for key in value)


def in_one_line(value: object) -> str:
    """A value as it could stand in the file, on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_nested(below)}" for key, below in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_nested, value))
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def _nested(value: object) -> str:
    return f"{{{in_one_line(value)}}}" if isinstance(value, Mapping) else in_one_line(value)
