"""Tables of fields: what an object of a line holds, read and written by one table.

A `Record` says which fields an object has and which it needs. Reading is strict; null is the same as left out.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from stageaccess.lines import (
    Answer,
    Line,
    WireError,
    Word,
    as_list,
    as_object,
    as_text,
    as_truth,
    as_whole,
    as_word,
    check_only,
    deadline,
    milliseconds,
    seconds,
    shown,
    ticked,
)


def _same(value: Any) -> Any:
    return value


class Sort(NamedTuple):
    """A sort of value: how it is read (with the name of its field, for messages), how it is written, what it is."""

    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any]
    called: str


class Field(NamedTuple):
    """One field: its name on the line, its name in the engine's own object, and what it holds.

    A field that is `needed` must be given. One that is `nullable` is written as null where another is left out.
    """

    name: str
    attribute: str
    sort: Sort
    needed: bool = False
    nullable: bool = False


class Record:
    """The fields of one object, and what messages call it."""

    def __init__(self, called: str, fields: tuple[Field, ...]) -> None:
        self.called = called
        self.fields = fields
        self.names = tuple(field.name for field in fields)
        self._by_name = {field.name: field for field in fields}
        self._needed = tuple(field for field in fields if field.needed)
        self._nulls = {field.attribute: None for field in fields if field.nullable}

    def read(self, line: Line, path: str = "") -> dict[str, Any]:
        """What the object says, by attribute. `path` is where in the line it stands. Raises WireError."""
        values: dict[str, Any] = dict(self._nulls)
        for name, value in line.items():
            field = self._by_name.get(name)
            if field is None:
                check_only(line, self.names, f"in {self._where(path)}")
            elif value is not None:
                values[field.attribute] = field.sort.read(value, f"{path}.{name}" if path else name)
        for field in self._needed:
            if field.attribute not in values:
                needs = ticked(tuple(each.name for each in self._needed))
                name = f"{path}.{field.name}" if path else field.name
                raise WireError(f"`{name}`: missing; {self._where(path)} needs {needs}")
        return values

    def _where(self, path: str) -> str:
        return f"`{path}`" if path else self.called

    def write(self, value_of: Callable[[str], Any]) -> Answer:
        """The object as a line has it; `value_of` gives the value of an attribute."""
        line: Answer = {}
        for field in self.fields:
            value = value_of(field.attribute)
            if value is not None:
                line[field.name] = field.sort.write(value)
            elif field.nullable:
                line[field.name] = None
        return line


TRUTH: Final = Sort(as_truth, _same, "true or false")
WHOLE: Final = Sort(as_whole, _same, "a whole number, 0 or more")
PLACES: Final = Sort(lambda value, field: as_whole(value, field, least=1), _same, "a whole number, 1 or more")
TEXT: Final = Sort(as_text, _same, "a non-empty string")
TIME: Final = Sort(milliseconds, seconds, "seconds")
"""Seconds with at most three decimals on a line, whole milliseconds in the engine."""

DEADLINE: Final = Sort(deadline, seconds, "seconds")
"""The same of a moment that may lie beyond the latest time of a line."""


def word(words: type[Word]) -> Sort:
    """One of some words."""
    return Sort(lambda value, field: as_word(value, words, field), _same, f"one of {ticked(tuple(words))}")


def numbered(letter: str) -> Sort:
    """What an engine has numbered: a letter and 1, 2, 3 and so on."""

    def read(value: object, field: str) -> str:
        text = as_text(value, field)
        if not re.fullmatch(rf"{letter}[1-9][0-9]{{0,11}}", text):
            raise WireError(f"`{field}`: {shown(text)} is not one of `{letter}1`, `{letter}2` and so on")
        return text

    return Sort(read, _same, f"`{letter}1`, `{letter}2` and so on")


def listed(sort: Sort) -> Sort:
    """A list of values of one sort; a message names the place, as in `events[2]`."""

    def read(value: object, field: str) -> tuple[Any, ...]:
        return tuple(sort.read(each, f"{field}[{place}]") for place, each in enumerate(as_list(value, field)))

    return Sort(read, lambda values: [sort.write(each) for each in values], f"a list of {sort.called}")


def by_name(sort: Sort) -> Sort:
    """An object whose keys are names; a message names the place, as in `people.pat`."""

    def read(value: object, field: str) -> dict[str, Any]:
        return {name: sort.read(each, f"{field}.{name}") for name, each in as_object(value, field).items()}

    return Sort(read, lambda values: {name: sort.write(each) for name, each in values.items()}, "an object by name")


def inner(record: Record, make: Callable[..., Any]) -> Sort:
    """An object inside an object; a message names a field of it as in `request_limit.count`."""
    return Sort(
        lambda value, field: make(**record.read(as_object(value, field), field)),
        lambda value: record.write(partial(getattr, value)),
        "an object",
    )


def needed(name: str, sort: Sort, attribute: str | None = None) -> Field:
    """A field that must be given."""
    return optional(name, sort, attribute)._replace(needed=True)


def nullable(name: str, sort: Sort) -> Field:
    """A field that is null when there is nothing to say."""
    return optional(name, sort)._replace(nullable=True)


def optional(name: str, sort: Sort, attribute: str | None = None) -> Field:
    """A field that is left out when there is nothing to say. A time has whole milliseconds in its attribute."""
    return Field(name, attribute or (f"{name}_ms" if sort in (TIME, DEADLINE) else name), sort)
