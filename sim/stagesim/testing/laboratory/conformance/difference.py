"""What is wrong with an answer: the part of the protocol that it belongs to, and where it is not what the rules give.

Answers are compared as JSON values: `12` and `12.0` are the same, null is the same as left out, the order of keys says
nothing. Two differences with the same fingerprint are taken for the same defect.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from stageaccess.lines import Answer, WireError, parse
from stageaccess.vocabulary import (
    Action,
    Cause,
    EventKind,
    Mode,
    Origin,
    Outcome,
    Presence,
    Reason,
    Role,
    Standing,
    Via,
)
from stagesim.engines.contract import shortened


class Part(StrEnum):
    """What an engine has to get right, as far as a difference can be in it."""

    DECISIONS = "decisions"
    EVENTS = "events"
    DUE_EVENTS = "what happens by itself"
    STATE = "state"
    AGAIN = "commands sent again"
    FAULTS = "lines at fault"
    PROTOCOL = "an answer to every line"
    NOTICES = "notices (told)"
    OFFERS = "offers (actions)"
    NEXT_DUE = "due times (due)"
    IDENTITY = "who answers (engine)"


NEEDS: Final[Mapping[str, Part]] = {
    "told": Part.NOTICES,
    "actions": Part.OFFERS,
    "due": Part.NEXT_DUE,
    "engine": Part.IDENTITY,
}
"""The parts that an engine need not know, by the word that it has to understand for them."""

ASKED: Final[Mapping[str, Part]] = {
    "state": Part.STATE,
    "actions": Part.OFFERS,
    "due": Part.NEXT_DUE,
    "engine": Part.IDENTITY,
}
GOES_ON: Final = frozenset({Part.STATE, Part.NOTICES, Part.OFFERS, Part.NEXT_DUE, Part.IDENTITY})
"""After a wrong answer of these, the room is still the same on both sides."""

WORDS: Final = frozenset(
    str(word)
    for words in (Action, Cause, EventKind, Mode, Origin, Outcome, Presence, Reason, Role, Standing, Via)
    for word in words
)
ORDER: Final = ("due", "accepted", "reason", "events")
"""The fields of a decision in the order in which they are compared: first what may be the cause of the rest."""


class Difference(NamedTuple):
    """A wrong answer. `number` is that of its line in the talk, from 0; `said` what is wrong in one line, `got` the
    answer as far as there was one. `ends` says that the rest of the talk shows nothing more.
    """

    number: int
    part: Part
    said: str
    fingerprint: str
    got: str
    ends: bool


class At(NamedTuple):
    """A place in an answer, with what is expected there and what is found; None is nothing."""

    path: str
    expected: Any
    got: Any


def difference(number: int, asked: Mapping[str, Any], expected: Answer, said: str, *, again: bool) -> Difference | None:
    """What is wrong with one answer to what was `asked`; None where nothing is. `again` says that the command's id
    came before.
    """
    try:
        got = parse(said)
    except WireError as fault:
        what = str(fault).partition("\n")[0]
        return Difference(number, Part.PROTOCOL, f"no answer: {what}", f"no answer: {_general(what)}", said, ends=True)
    part = _part(asked, expected, again=again)
    if "error" in expected or "error" in got:
        return _about_a_fault(number, part, asked, expected, got, said)
    if part is Part.IDENTITY:
        found = _of_identity(got)
    elif part is Part.OFFERS:
        found = _of_offers(expected, got)
    elif "accepted" in expected and not isinstance(got.get("accepted"), bool):
        found, part = At("accepted", expected["accepted"], got.get("accepted")), Part.PROTOCOL
    elif "accepted" in expected:
        found, part = _of_decision(expected, got, part)
    else:
        found = first(expected, got)
    if found is None:
        return None
    about = str(asked.get("do", "")) if part in (Part.DECISIONS, Part.EVENTS, Part.AGAIN) else ""
    what = f"{about}: " if about else ""
    where = re.sub(r"^people\..+?(\.(role|presence|standing))?$", r"people.*\1", re.sub(r"\[\d+\]", "[]", found.path))
    kinds = f"{_kind(found.expected)}, not {_kind(found.got)}{_way(found)}"
    text = f"{what}`{found.path}`: expected {_shown(found.expected)}, got {_shown(found.got)}"
    return Difference(number, part, text, f"{part}: {what}{where}: {kinds}", said, part not in GOES_ON)


def _part(asked: Mapping[str, Any], expected: Answer, *, again: bool) -> Part:
    if "error" in expected:
        return Part.FAULTS
    if "ask" in asked:
        return ASKED[asked["ask"]]
    if "room" in asked:
        return Part.PROTOCOL
    return Part.AGAIN if again else Part.DECISIONS


def _about_a_fault(
    number: int, part: Part, asked: Mapping[str, Any], expected: Answer, got: Answer, said: str
) -> Difference | None:
    """An error where there should be none, none where there should be one, or one that does not name its field."""
    if "error" not in expected:
        what = str(asked.get("ask") or asked.get("do") or ("a room" if "room" in asked else "time"))
        text = f"finds fault with a line that has none, {what}: {shortened(str(got['error']), 100)}"
        return Difference(number, part, text, f"{part}: fault found with {what}", said, ends=True)
    fault = str(expected["error"]).partition("\n")[0]
    named = re.match("`([^`]+)`", fault) if _has_fields(asked, fault) else None
    if "error" not in got:
        general = _general(fault) if named is None else f"`{_last(named[1])}`"
        return Difference(
            number, Part.FAULTS, f"takes a line that is at fault: {fault}", f"taken: {general}", said, ends=True
        )
    text = got["error"]
    if not isinstance(text, str) or not text:
        return Difference(number, Part.FAULTS, "an error that is no text", "an error that is no text", said, ends=False)
    if named is not None and f"`{_last(named[1])}`" not in text and f"`{named[1]}`" not in text:
        lacks = f"an error that does not name the field at fault, `{named[1]}`"
        return Difference(number, Part.FAULTS, lacks, f"does not name `{_last(named[1])}`", said, ends=False)
    return None


def _has_fields(asked: Mapping[str, Any], fault: str) -> bool:
    """Whether a field of the line can be named: not where it is no object, nor where it is no JSON for most readers."""
    numbers = [value for value in asked.values() if isinstance(value, Decimal)]
    return not fault.startswith("`line`") and all(number.is_finite() for number in numbers)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _of_identity(got: Answer) -> At | None:
    """Who answers is each engine's own: three texts."""
    for field in ("engine", "version", "rules"):
        if not isinstance(got.get(field), str) or not got[field]:
            return At(field, "a text", got.get(field))
    return next((At(field, None, got[field]) for field in got if field not in ("engine", "version", "rules")), None)


def _of_offers(expected: Answer, got: Answer) -> At | None:
    """What is missing before what is too much, and then the order."""
    found = got.get("actions")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        return At("actions", "a list of actions", found)
    wanted, offered = ([_bare(each) for each in offers] for offers in (expected["actions"], found))
    for each in wanted:
        if each not in offered:
            return At("actions", each, None)
    for number, each in enumerate(offered):
        if each not in wanted or each in offered[:number]:
            return At("actions", None, each)
    return first(wanted, offered, "actions")


def _of_decision(expected: Answer, got: Answer, part: Part) -> tuple[At | None, Part]:
    """What is wrong with a decision, and which part of it that is."""
    bare, own = _without_told(expected), _without_told(got)
    fields = [*ORDER, *(key for key in {**bare, **own} if key not in ORDER)]
    for field in fields:
        found = first(bare.get(field), own.get(field), field)
        if found is not None:
            if part is Part.DECISIONS:
                part = {"due": Part.DUE_EVENTS, "events": Part.EVENTS}.get(field, part)
            return found, part
    for field in ("due", "events"):
        for number, (wanted, event) in enumerate(zip(expected[field], got[field], strict=True)):
            if wanted.get("told") != event.get("told"):
                return _of_notice(f"{field}[{number}] {event['event']} told", wanted.get("told"), event.get("told"))
    return None, part


def _of_notice(path: str, wanted: object, told: object) -> tuple[At, Part]:
    return At(re.sub(r"(due|events)\[\d+\] ", "", path), wanted, told), Part.NOTICES


def _without_told(answer: Answer) -> Answer:
    """A decision without the notices of its events."""
    return {
        key: [_bare(each, "told") for each in value] if key in ("due", "events") and isinstance(value, list) else value
        for key, value in answer.items()
    }


def _bare(value: Any, *fields: str) -> Any:
    """An object without what is null, and without these fields."""
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if each is not None and key not in fields}


def first(expected: Any, got: Any, path: str = "") -> At | None:
    """The first place at which two values are not the same."""
    if isinstance(expected, dict) and isinstance(got, dict):
        # What an event is comes before its number: whatever is missing before it shifts that.
        keys = sorted({**expected, **got}, key=lambda key: (key != "event", key in ("seq", "at")))
        pairs = [(f"{path}.{key}" if path else key, expected.get(key), got.get(key)) for key in keys]
    elif isinstance(expected, list) and isinstance(got, list):
        longer = max(len(expected), len(got))
        pairs = [(f"{path}[{place}]", _at(expected, place), _at(got, place)) for place in range(longer)]
    elif type(expected) is not type(got) and not (_is_number(expected) and _is_number(got)):
        return At(path, expected, got)
    else:
        return None if expected == got else At(path, expected, got)
    return next((found for each in pairs if (found := first(each[1], each[2], each[0])) is not None), None)


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _kind(value: object) -> str:
    """What a value is, without what is only so in this room."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return value if value in WORDS else "a text"
        case dict():
            words = [str(value[key]) for key in ("event", "do", "outcome", "cause") if key in value]
            return " ".join(words) or "an object"
        case list():
            return "a list"
        case _:
            return "a number"


def _way(found: At) -> str:
    """In which way a number is wrong, or a list of names."""
    expected, got = found.expected, found.got
    if _is_number(expected) and _is_number(got):
        return ", too great" if got > expected else ", too small"
    if isinstance(expected, list) and isinstance(got, list):
        lacks, adds = any(each not in got for each in expected), any(each not in expected for each in got)
        return ", too few" * lacks + ", too many" * adds or ", in another order"
    return ""


def _shown(value: object) -> str:
    return "nothing" if value is None else f"`{shortened(as_json(value), 120)}`"


def as_json(value: object) -> str:
    """A value as JSON, with exact numbers as they were read."""
    match value:
        case dict():
            return "{" + ", ".join(f"{as_json(key)}: {as_json(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_json, value)) + "]"
        case Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _general(text: str) -> str:
    """A message without its figures."""
    return re.sub(r"\d+", "#", text)
