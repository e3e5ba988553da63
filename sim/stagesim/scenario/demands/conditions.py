"""What a property speaks of: `on_stage <= 10`, a state of the room, or `stage_removed capacity`, an event.

The vocabulary is closed: the counts in `COUNTS`, the kinds of events that a log has, and the words that those may hold.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final, Literal, NamedTuple

from stageaccess.vocabulary import Action, Client, Mode, Origin, Reason, Role, Via
from stagesim.eventlog.schema import KIND
from stagesim.metric_table import COUNTS
from stagesim.scenario.faults import KeyPath, fault, listed, one_of, shown

CAPACITY: Final = "capacity"

WORDS_OF_FIELD: Final[dict[str, type[StrEnum]]] = {
    "role": Role,
    "client": Client,
    "mode": Mode,
    "previous": Mode,
    "origin": Origin,
    "via": Via,
    "action": Action,
    "reason": Reason,
}
"""The other fields of events that hold a word, with the words."""

_STATE: Final = re.compile(r"([a-z_ ]+?)\s*(<=|>=|=|<|>)\s*([a-z]+|[0-9]+)")

Sign = Literal["<", "<=", ">", ">=", "="]


class State(NamedTuple):
    """A count compared with a number, or with the stage's capacity (None)."""

    counted: str
    sign: Sign
    number: int | None


class Happening(NamedTuple):
    """A kind of event, with the words that it must hold, none for any."""

    kind: str
    words: tuple[str, ...] = ()


Condition = tuple[State, ...] | Happening
"""States that are so at the same time, or one kind of event."""


@lru_cache(maxsize=1024)
def parse_condition(text: str, path: KeyPath = ()) -> Condition:
    """Read a condition; FaultError, with the path given, where it is not one."""
    parts = re.split(r"\s+and\s+", " ".join(text.split()))
    if any(sign in text for sign in "<>="):
        return tuple(_state(part, path) for part in parts)
    if len(parts) > 1:
        raise fault(f"expected one event, got {shown(text)}", "`and` stands between states only", path)
    return parse_happening(text, path)


def parse_happening(text: str, path: KeyPath = ()) -> Happening:
    """Read a kind of event with its words."""
    name, *words = text.split() or [""]
    if name not in KIND:
        hint = f"{one_of(KIND, name)}; or a state, such as `on_stage <= 10`"
        raise fault(f"unknown event {shown(name)}", hint, path)
    possible = words_of(name)
    for word in words:
        if word not in possible:
            hint = one_of(possible, word) if possible else f"write `{name}` alone"
            raise fault(f"`{name}` never says {shown(word)}", hint, path)
    if not _go_together(name, words):
        hint = f"an event has one word for each of `{'`, `'.join(_fields_with(name))}`; write two statements"
        raise fault(f"no `{name}` says all of {shown(' '.join(words))} at once", hint, path)
    return Happening(name, tuple(words))


def words_of(kind: str) -> tuple[str, ...]:
    """The words that events of a kind may hold: a word that can never come would make a `never` green for nothing."""
    return tuple(dict.fromkeys(word for words in _fields_with(kind).values() for word in words))


def _fields_with(kind: str) -> dict[str, tuple[str, ...]]:
    """The fields of a kind of event that hold a word, each with the words; the first is what the kind itself knows."""
    known = KIND[kind]
    own = {"outcome" if "outcome" in known.fields else "cause": known.words} if known.words else {}
    others = {field: tuple(WORDS_OF_FIELD[field]) for field in known.fields if field in WORDS_OF_FIELD}
    return own | others


def _go_together(kind: str, words: Sequence[str]) -> bool:
    """Whether one event may hold all of the words, each in a field of its own: like a word that never comes."""
    wanted, fields = list(dict.fromkeys(words)), _fields_with(kind)
    if len(wanted) > len(fields):
        return False
    places = [[field for field, known in fields.items() if word in known] for word in wanted]
    return any(len(set(chosen)) == len(wanted) for chosen in product(*places))


def _state(text: str, path: KeyPath) -> State:
    match = _STATE.fullmatch(text.strip())
    if match is None:
        raise fault(f"expected a state of the room, got {shown(text)}", "write it as `on_stage <= 10`", path)
    count, sign, number = match.groups()
    count = count.strip().replace(" ", "_")
    if count not in COUNTS:
        raise fault(f"unknown count {shown(count)}", one_of(COUNTS, count), path)
    if number != CAPACITY and not number.isdigit():
        raise fault(f"expected a number, got {shown(number)}", f"write digits, or {listed([CAPACITY])}", path)
    signs: dict[str, Sign] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "="}
    return State(count, signs[sign], None if number == CAPACITY else int(number))
