"""A tape put to another engine, command by command, and what it answers otherwise.

Its numbers of requests and invitations are those of the tape as long as it has not parted from it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol, runtime_checkable

from stageaccess import (
    Command,
    CommandError,
    Decision,
    Event,
    Room,
    RoomConfig,
    RuleSet,
)
from stagesim.engines.contract import Engine, EngineMaker
from stagesim.testing.differences.change import Change
from stagesim.testing.differences.rule_names import plain, rule_of_change
from stagesim.testing.differences.spoken import answer_in_words, command_in_words, event_in_words, in_words

NUMBERS: Final = ("request", "invitation")
"""The fields of an event that have a number which the engine gives."""


@runtime_checkable
class WithRoom(Protocol):
    """An engine whose room can be set: `stageaccess.StageAccess`, or one that wraps it and hands the room on."""

    room: Room


class Replay:
    """An engine that is asked what another one was asked, and a room that is as it was on the tape."""

    def __init__(
        self, mode: str, replication: int, config: RoomConfig, rules: RuleSet, maker: EngineMaker, start_ms: int = 0
    ) -> None:
        self.mode = mode
        self.replication = replication
        self.start_ms = start_ms
        self.engine: Engine = maker(config, rules)
        self.tells = self.engine.report_told()
        self.room = Room(config, rules)
        self.changes: list[Change] = []
        self.compared = self.passed_over = 0
        self._in_step = True
        self._has_parted = False
        self._theirs: dict[str, str] = {}
        """The engine's numbers of requests and invitations, by those on the tape, where the two have parted once."""
        self._ours: dict[str, str] = {}
        """The other way round."""

    def step(self, at_ms: int, command: Command | None, before: Decision) -> None:
        """Ask the same, compare the answers, and follow the tape."""
        self._in_step = self._in_step or self.engine.state() == self.room.state()
        now, fault = self._ask(at_ms, command)
        now = self._with_our_numbers(before, now)
        changed = fault is not None or _content(before) != _content(now)
        unlike = None if changed or not self.tells else _first_told_otherwise(before, now)
        self._follow(before.due)
        if not self._in_step:
            self.passed_over += 1
        else:
            self.compared += 1
            if changed:
                self.changes.append(self._change(at_ms, command, before, now, fault))
            elif unlike is not None:
                self.changes.append(self._notice(at_ms, command, *unlike))
        self._follow(before.events)
        if changed:
            self._put_back()

    def _ask(self, at_ms: int, command: Command | None) -> tuple[Decision, str | None]:
        try:
            if command is None:
                return Decision(None, due=self.engine.advance(at_ms)), None
            if self._has_parted and command.request is not None:
                command = command._replace(request=self._theirs.get(command.request))
            return self.engine.submit(command), None
        except CommandError as error:
            return Decision(None), f"error: {error}"

    def _follow(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.seq > self.room.seq:  # a command that came twice got the first answer again
                self.room.apply(event)

    def _with_our_numbers(self, before: Decision, now: Decision) -> Decision:
        """An answer with the numbers of the tape: once the two have parted, the engine counts from somewhere else."""
        if not self._has_parted:
            return now
        for mine, yours in zip((*before.due, *before.events), (*now.due, *now.events), strict=False):
            if (mine.event, mine.who) == (yours.event, yours.who):
                for key in NUMBERS:
                    number, theirs = mine.extra.get(key), yours.extra.get(key)
                    if number is not None and theirs is not None:
                        self._theirs[number], self._ours[theirs] = theirs, number
        return now._replace(due=_renumbered(now.due, self._ours), events=_renumbered(now.events, self._ours))

    def _put_back(self) -> None:
        if isinstance(self.engine, WithRoom) and isinstance(self.engine.room, Room):
            with suppress(AttributeError):  # a room that can only be read
                self.engine.room = self.room.copy()
        self._has_parted = True
        self._in_step = False  # unless the engine's own state says otherwise

    def _change(
        self, at_ms: int, command: Command | None, before: Decision, now: Decision, fault: str | None
    ) -> Change:
        rule = rule_of_change(self.room, command, before, now)
        if _content(before)[-2] != _content(now)[-2] or command is None:
            event = _first_difference(before.due, now.due) or (before.due or now.due)[0]
            what, name, at_ms, words = "what was due", event.who, event.at_ms, (in_words(before.due), in_words(now.due))
        else:
            what, name = command_in_words(command), command.to or command.by or "system"
            words = (answer_in_words(before), answer_in_words(now))
        now_said = words[1] if words[0] != words[1] else f"{words[1]}, {_otherwise(before, now)}"
        return self._made(at_ms, what, name, rule, (words[0], fault or now_said))

    def _notice(self, at_ms: int, command: Command | None, before: Event, now: Event) -> Change:
        """An event of which others are told than before."""
        old, new = before.told or (), now.told or ()
        name = next((each for each in (*old, *new) if (each in old) is not (each in new)), before.who)
        what = "what was due" if command is None else command_in_words(command)
        of = f"told of {event_in_words(before)}"
        said = (f"{len(old) or 'nobody'} {of}", f"{len(new) or 'nobody'} {of}")
        return self._made(at_ms, what, name, f"who is told of `{before.event}`", said)

    def _made(self, at_ms: int, what: str, name: str, rule: str, said: tuple[str, str]) -> Change:
        at_ms -= self.start_ms
        return Change(self.mode, at_ms, what, name, self._standing(name), rule, *said, self.replication)

    def _standing(self, name: str) -> str:
        person = self.room.people.get(name)
        return "not in the room" if person is None else str(person.standing)


def _renumbered(events: Sequence[Event], ours: Mapping[str, str]) -> tuple[Event, ...]:
    """The events with other numbers of requests and invitations."""
    found = []
    for event in events:
        numbers = {key: ours.get(str(event.extra[key])) for key in NUMBERS if key in event.extra}
        found.append(event._replace(extra={**event.extra, **{key: each for key, each in numbers.items() if each}}))
    return tuple(found)


def _otherwise(before: Decision, now: Decision) -> str:
    """How two answers differ that read the same."""
    if (before.wait_ms or 0) != (now.wait_ms or 0):
        return "with a longer wait" if (now.wait_ms or 0) > (before.wait_ms or 0) else "with a shorter wait"
    return "with other details"


def _content(answer: Decision) -> tuple[object, ...]:
    """What an answer says, without the numbers of its events."""
    events = [[plain(event) for event in part] for part in (answer.due, answer.events)]
    return (answer.reason, answer.outcome, answer.resolved_by, answer.wait_ms, *events)


def _first_told_otherwise(before: Decision, now: Decision) -> tuple[Event, Event] | None:
    """The first of the same events of which others are told; None where one side does not say who is."""
    pairs = zip((*before.due, *before.events), (*now.due, *now.events), strict=True)
    known = ((one, other) for one, other in pairs if one.told is not None and other.told is not None)
    return next(((one, other) for one, other in known if one.told != other.told), None)


def _first_difference(before: Sequence[Event], now: Sequence[Event]) -> Event | None:
    for mine, yours in zip(before, now, strict=False):
        if plain(mine) != plain(yours):
            return mine
    longer = before if len(before) > len(now) else now
    return next(iter(longer[min(len(before), len(now)) :]), None)
