"""The buttons of everybody in a room that is folded from a log, by the engine's own rules.

They are looked at only where they may have changed: asking for everybody after every event would take longer than the
session.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final

from stageaccess import Action, Client, Command, Event, Mode, Presence, Role, Room
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.checks import judge, may_replace
from stageaccess.moves import has_effect
from stageaccess.offers import offers
from stageaccess.people import Person
from stagesim.testing.stories.course import Offered

FOR_ALL: Final = frozenset({"session_started", "session_ended", "mode_changed", "role_changed"})
"""Kinds of events after which the buttons of everybody may be others."""

Buttons = tuple[tuple[Action, ...], tuple[Action, ...]]


class Watch:
    """Who in a room is offered what. `after` is told of each event, once the room has changed by it."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._clients: dict[str, Client] = {}
        self._before: dict[str, Buttons] = {}
        self._touched: dict[str, None] = {}
        self._later: list[tuple[int, str]] = []
        self._full = False

    def after(self, event: Event) -> None:
        """Take note of whose buttons an event may change, now or by time alone."""
        room, kind, config = self.room, str(event.event), self.room.config
        if "client" in event.extra:
            self._clients[event.who] = Client(str(event.extra["client"]))
        full = room.stage_is_full() and not may_replace(room)
        if kind in FOR_ALL or full is not self._full or (kind == "request_created" and len(room.queue) == 1):
            self._touched.update(dict.fromkeys(room.people))
        elif kind == "request_closed" and not room.queue:
            self._touched.update(dict.fromkeys(room.staff))
        self._full = full
        self._touched[event.who] = None
        if kind == "request_closed" and event.extra["outcome"] == "declined" and config.request_cooldown_ms:
            heapq.heappush(self._later, (event.at_ms + config.request_cooldown_ms, event.who))
        if kind == "request_created" and config.request_limit is not None:
            heapq.heappush(self._later, (event.at_ms + config.request_limit.window_ms, event.who))

    def until(self, at_ms: int) -> Iterator[Offered]:
        """What has changed by the events so far, and by time alone before `at_ms`."""
        yield from self._look(self.room.now_ms, self._touched)
        self._touched.clear()
        while self._later and self._later[0][0] < at_ms:
            due_ms, who = heapq.heappop(self._later)
            yield from self._look(due_ms, (who,))

    def _look(self, at_ms: int, names: Iterable[str]) -> Iterator[Offered]:
        now_ms, self.room.now_ms = self.room.now_ms, at_ms
        known: dict[tuple[object, ...], Buttons] = {}  # of a full room, most people are alike
        for name in names:
            if name in self.room.people:
                client = self._clients.get(name, Client.DESKTOP)
                alike = _alike(self.room.people[name], client)
                if alike not in known:
                    known[alike] = buttons(self.room, name, client), at_person(self.room, name)
                now = known[alike]
                if now != self._before.get(name):
                    self._before[name] = now
                    yield Offered(at_ms, name, *now)
        self.room.now_ms = now_ms


def _alike(person: Person, client: Client) -> tuple[object, ...]:
    """What is the same of two people who are offered the same at a moment; of staff there is nobody like another."""
    name = person.name if person.role.is_staff else ""
    own = person.request, person.invitation, person.declined_ms, person.recent_asks and tuple(person.recent_asks)
    return name, client, person.presence, person.position, *own


def buttons(room: Room, name: str, client: Client) -> tuple[Action, ...]:
    """What somebody is offered that is not at another person, each action once."""
    person = room.people[name]
    if not person.role.is_staff:
        return tuple(offer.do for offer in offers(room, name, client))
    if person.presence is not Presence.PRESENT:
        return ()
    asked: list[tuple[Action, Mode | None]] = [(action, None) for action in OWN_ACTIONS]
    asked += [(Action.SET_MODE, mode) for mode in Mode if mode is not room.mode]
    asked += [(Action.CLEAR_REQUESTS, None)] * bool(room.queue)
    commands = (Command(room.now_ms, do, name, client=client, mode=mode) for do, mode in asked)
    return tuple(sorted({command.do: None for command in commands if _has_effect(room, command)}))


def at_person(room: Room, name: str) -> tuple[Action, ...]:
    """What the first of the moderators present, or of the hosts, is offered at a person, each action once."""
    staff = [each for each in room.staff.values() if each.presence is Presence.PRESENT and each.name != name]
    actor = min(staff, key=lambda each: each.role is Role.HOST, default=None)
    if actor is None:
        return ()
    commands = (Command(room.now_ms, do, actor.name, to=name) for do in OTHERS_ACTIONS)
    return tuple(sorted(command.do for command in commands if _has_effect(room, command)))


def _has_effect(room: Room, command: Command) -> bool:
    """Whether the engine would accept a command, and something would come of it."""
    verdict = judge(room, command)
    return verdict is None or has_effect(verdict)
