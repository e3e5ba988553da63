"""Lines to an engine, with the answers that the rules give."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from stageaccess import RuleSet
from stageaccess.lines import Answer, WireError, parse
from stageaccess.protocol import Conversation

QUESTIONS: Final = ("actions", "due", "engine")
"""The questions that an engine need not know."""

TOLD: Final = "told"
"""What it need not know either: to say who is told of an event."""


HALF: Final = re.compile("[\ud800-\udfff]")


class Talk(NamedTuple):
    """What is said to an engine, line by line, and what the rules answer to it, in the words of the reference.

    `source` is where the talk comes from, `name` is its own there. A line is text as it is sent; bytes that are no
    UTF-8 stand in it as Python's surrogate escapes.
    """

    source: str
    name: str
    lines: tuple[str, ...]
    expected: tuple[str, ...]


class Lazily(Iterable[Talk]):
    """Talks that are made when they are asked for, once, and then kept."""

    def __init__(self, made: Iterator[Talk]) -> None:
        self._rest = made
        self._made: list[Talk] = []

    def __iter__(self) -> Iterator[Talk]:
        place = 0
        while place < len(self._made) or self._make():
            yield self._made[place]
            place += 1

    def _make(self) -> bool:
        made = next(self._rest, None)
        self._made += [made] if made is not None else []
        return made is not None


def talk(source: str, name: str, lines: Iterable[str], rules: RuleSet) -> Talk:
    """A talk of these lines, with the answers that the rules give."""
    said = tuple(lines)
    return Talk(source, name, said, answers_to(said, rules))


def answers_to(lines: Sequence[str], rules: RuleSet) -> tuple[str, ...]:
    """What the rules answer to these lines."""
    conversation = Conversation(rules)
    return tuple(conversation.answer_text(as_sent(line)) for line in lines)


def as_sent(line: str) -> bytes:
    """A line as it goes to the engine, without its end."""
    return line.encode("utf-8", "surrogateescape")


def text_of(line: Answer) -> str:
    """A line from its fields; half of a surrogate pair can only be sent as an escape."""
    return HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(line, ensure_ascii=False))


@lru_cache(4096)
def fields_of(line: str) -> Mapping[str, Any]:
    """What a line says; nothing where it is no JSON object."""
    try:
        said = parse(as_sent(line))
    except WireError:
        return {}
    return {key: value for key, value in said.items() if value is not None}


def fitted(found: Talk, silences: frozenset[str], rules: RuleSet) -> Talk:
    """The talk for an engine that does not know some questions: without them, and without notices if it has none."""
    if not silences:
        return found
    lines = [_fitted(line, silences) for line in found.lines]
    return talk(found.source, found.name, [line for line in lines if line is not None], rules)


def _fitted(line: str, silences: frozenset[str]) -> str | None:
    fields = fields_of(line)
    if fields.get("ask") in silences or (TOLD in silences and TOLD in fields and "room" not in fields):
        return None
    if TOLD not in silences or TOLD not in fields:
        return line
    said = json.loads(line)
    del said[TOLD]
    return text_of(said)
