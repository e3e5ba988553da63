"""One line of the line protocol: exact numbers in, plain words about what is wrong.

Times are seconds with at most three decimals; they are read as exact decimals, never as binary fractions.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

Line = Mapping[str, Any]
Answer = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)

LATEST_S: Final = 10**12
"""The greatest time and duration in seconds: up to here, seconds with three decimals survive any JSON reader."""


class WireError(ValueError):
    """A line that is at fault, a question's or an answer's; the message names the field and what was found there."""


def parse(raw: bytes | str) -> Answer:
    """One line as a dict, numbers exact. Raises WireError for anything but one JSON object."""
    text = raw if isinstance(raw, str) else _utf8(raw)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_float=_decimal, parse_constant=_decimal)
    except WireError:
        raise
    except RecursionError:
        raise WireError("the line is nested too deeply; a line is one flat JSON object") from None
    except json.JSONDecodeError as fault:
        if not text.strip():
            raise WireError("the line is blank; a line is one JSON object") from None
        raise WireError(f"the line is not JSON: {fault.msg} at column {fault.colno}") from None
    except ValueError:
        raise WireError("the line has a whole number of too many digits") from None
    return as_object(value, "line")


def seconds(time_ms: int) -> int | float:
    """Whole milliseconds as seconds: a whole number where it is one, else the shortest decimal."""
    whole, rest_ms = divmod(time_ms, 1000)
    return time_ms / 1000 if rest_ms else whole


def milliseconds(value: object, field: str, latest_s: int = LATEST_S) -> int:
    """Seconds of a line, at most `latest_s`, exact, as whole milliseconds. Raises WireError naming the field."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WireError(f"`{field}`: {shown(value)} is not a number of seconds")
    exact = Decimal(value)
    if not exact.is_finite():
        raise WireError(f"`{field}`: not a finite number of seconds")
    if exact < 0:
        raise WireError(f"`{field}`: {shown(value)} is negative; possible are 0 and more seconds")
    if exact > latest_s:
        raise WireError(f"`{field}`: too great; possible are 0 to {latest_s} seconds")
    rounded = exact.quantize(Decimal("0.001"))
    if rounded != exact:
        raise WireError(f"`{field}`: {shown(value)} has more than three decimals; times are whole milliseconds")
    return int(rounded * 1000)


def deadline(value: object, field: str) -> int:
    """The same of a moment that is still to come: at most the latest time and the longest duration together."""
    return milliseconds(value, field, 2 * LATEST_S)


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise WireError(f"the line is not UTF-8: {fault.reason} at byte {fault.start}") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that comes twice is an error, for one of the two would be lost."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise WireError(f"`{cut(key)}`: given twice")
        seen[key] = value
    return seen


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent beyond what a Decimal can hold
        return Decimal("Infinity")


def check_only(line: Line, known: tuple[str, ...], where: str) -> None:
    """Raise WireError where a line has a field that is not known there."""
    for key in line:
        if key not in known:
            raise WireError(f"`{cut(key)}`: no such field {where}; possible are {ticked(known)}{hint(key, known)}")


def given(line: Line, known: tuple[str, ...], where: str) -> Answer:
    """The fields of a line that say something: null counts as left out, but in a field that does not exist."""
    said = {key: value for key, value in line.items() if value is not None}
    if len(said) < len(line):
        check_only({key: value for key, value in line.items() if value is None}, known, where)
    return said


def as_object(value: object, field: str) -> Answer:
    """A JSON object, or WireError."""
    if not isinstance(value, dict):
        raise WireError(f"`{field}`: {shown(value)} is not a JSON object")
    return value


def as_list(value: object, field: str) -> list[Any]:
    """A JSON array, or WireError."""
    if not isinstance(value, list):
        raise WireError(f"`{field}`: {shown(value)} is not a list")
    return value


def as_truth(value: object, field: str) -> bool:
    """True or false, or WireError."""
    if not isinstance(value, bool):
        raise WireError(f"`{field}`: {shown(value)} is not true or false")
    return value


def as_whole(value: object, field: str, least: int = 0) -> int:
    """A whole number from `least` on, or WireError; `3.0` is one, as everywhere in JSON."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise WireError(f"`{field}`: {shown(value)} is not a whole number")
    if not least <= value <= LATEST_S:
        raise WireError(f"`{field}`: {shown(value)} is out of range; possible are {least} to {LATEST_S}")
    if value != int(value):
        raise WireError(f"`{field}`: {shown(value)} is not a whole number")
    return int(value)


def as_text(value: object, field: str) -> str:
    """A string that is not empty and can be written down, or WireError."""
    if not isinstance(value, str) or not value:
        raise WireError(f"`{field}`: {shown(value)} is not a non-empty string")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise WireError(f"`{field}`: {shown(value)} has half of a surrogate pair, which is no text") from None
    return value


def as_word(value: object, words: type[Word], field: str) -> Word:
    """One of the words, or WireError."""
    try:
        return words(value)  # type: ignore[arg-type]  # whatever it is, it is one of the words or a ValueError
    except ValueError:
        known = tuple(words)
    raise WireError(f"`{field}`: {shown(value)} is not possible; possible are {ticked(known)}{hint(value, known)}")


def ticked(words: tuple[str, ...]) -> str:
    """The words in backticks, for a message."""
    return ", ".join(f"`{word}`" for word in words)


def hint(value: object, known: tuple[str, ...]) -> str:
    """A line that names the word that was probably meant; nothing where there is none."""
    import difflib  # noqa: PLC0415  only a mistake pays for it

    close = difflib.get_close_matches(value, known, n=1) if isinstance(value, str) and len(value) < 40 else []
    return f"\nhint: did you mean `{close[0]}`?" if close else ""


def shown(value: object) -> str:
    """What the line has, briefly: the JSON text of plain values, the kind of the others."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case Decimal():
            return f"`{cut(str(value))}`"
        case int() if abs(value) > LATEST_S:
            return "a very great whole number"
        case _:
            return f"`{cut(json.dumps(value))}`"


def cut(text: str) -> str:
    """The beginning of a text that is too long for a message."""
    return text if len(text) <= 80 else text[:77] + "..."
