"""Commands, answers and events in words."""

from collections import Counter
from collections.abc import Sequence

from stageaccess import (
    Command,
    Decision,
    Event,
)


def command_in_words(command: Command) -> str:
    """A command as one says it: who does what to whom."""
    words = (command.by, command.do, command.to, command.mode, command.role, command.request)
    return " ".join(f"`{word}`" for word in words if word)


def answer_in_words(answer: Decision) -> str:
    """An answer as one says it: rejected with a reason, or accepted with what happened."""
    return f"rejected, {answer.reason}" if answer.reason else f"accepted, {in_words(answer.events)}"


def in_words(events: Sequence[Event]) -> str:
    """The kinds of the events, each with its outcome or cause."""
    words = Counter(event_in_words(event) for event in events)
    return ", ".join(f"{count} x {word}" if count > 1 else word for word, count in words.items()) or "no event"


def event_in_words(event: Event) -> str:
    """The kind of an event, with its outcome or cause."""
    detail = event.extra.get("outcome") or event.extra.get("cause")
    return f"{event.event} ({detail})" if detail else str(event.event)
