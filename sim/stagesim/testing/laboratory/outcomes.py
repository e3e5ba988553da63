"""What comes of a moment: what is compared when commands of one millisecond come in another order.

An outcome is what anybody in the room could tell afterwards: the answer to each command, everybody's role, presence and
standing, the mode, the order of the queue, and how requests, invitations, set-ups and stays ended, and by whom. It is
not: the order of the events, their numbers and those of requests and invitations, and the order of those who went live
at the same millisecond, which no rule looks at.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from stageaccess import SYSTEM, Command, Decision, Event, EventKind, Room

ENDS: Final = (EventKind.REQUEST_CLOSED, EventKind.INVITATION_CLOSED, EventKind.SETUP_CANCELLED)
STAY_ENDS: Final = (EventKind.STAGE_LEFT, EventKind.STAGE_REMOVED)


class Outcome(NamedTuple):
    """What came of a moment: for each thing that can be told, by its name, what it is."""

    told: Mapping[str, str]

    def unlike(self, other: "Outcome") -> list[tuple[str, str, str]]:
        """What is not the same in two outcomes: its name, and what it is in each; an empty text for nothing."""
        names = dict.fromkeys((*self.told, *other.told))
        both = ((name, self.told.get(name, ""), other.told.get(name, "")) for name in names)
        return [each for each in both if each[1] != each[2]]


def outcome(room: Room, answers: Iterable[tuple[Command, Decision]], events: Iterable[Event]) -> Outcome:
    """What came of a moment: of its commands, each with its answer, of all its events, and the room afterwards."""
    told: dict[str, str] = {}
    for command, decision in answers:
        told[f"answer {in_words(command)}"] = _answer(decision)
    for name, person in room.people.items():
        told[f"standing {name}"] = f"{person.standing}" if person.presence == "present" else f"{person.presence}"
        told[f"role {name}"] = str(person.role)
    told["mode"] = str(room.mode)
    if len(room.queue) > 1:
        told["queue"] = ", ".join(room.queue)
    for name, ends in _ends(events):
        told[name] = f"{told[name]}, {ends}" if name in told else ends
    return Outcome(told)


def _answer(decision: Decision) -> str:
    said = (decision.reason or "accepted", decision.outcome, decision.resolved_by)
    return " ".join(str(each) for each in said if each is not None)


def _ends(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """How each thing of each person ended, and by whom."""
    for event in sorted(events, key=lambda each: (each.who, each.event)):
        word = event.extra.get("outcome") or event.extra.get("cause")
        by = f" by {event.by}" if event.by not in (event.who, SYSTEM) else ""
        if event.event in ENDS:
            yield f"{event.event.split('_')[0]} of {event.who}", f"{word}{by}"
        elif event.event in STAY_ENDS:
            yield f"stay of {event.who}", f"{word}{by}"
        elif event.event is EventKind.INVITATION_CREATED:
            yield f"invitation of {event.who}", f"made{by}"


def in_words(command: Command) -> str:
    """A command as it is called here: who does what, to whom."""
    words = (command.by, command.do, command.to, command.mode, command.role if command.to else None)
    return " ".join(str(word) for word in words if word is not None)
