"""What of a room can make a difference later, in one form: equal for states that no future can tell apart.

Times are what is left of them, and names stand for nothing but a place among those with whom somebody can be exchanged.
What has been is left out, and so is what only decides the order of events within one decision.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from stageaccess import FullStage, Mode, Presence, Role, Room
from stageaccess.cells import Position
from stageaccess.vocabulary import EventKind, Phase
from stagesim.testing.laboratory.small_room import SmallRoom

NUMBER: Final = {word: n for words in (Mode, Phase, Role, Presence, Position) for n, word in enumerate(words)}
"""Each word by its place among its kind."""

NEVER: Final = -1

OnePerson = tuple[object, ...]
State = tuple[int, int, list[list[OnePerson]]]
"""The mode, the phase, and everybody, by those with whom they can be exchanged."""


class Canonical:
    """Brings the rooms of one exploration into their form. `exchanging` says whether people are exchanged for others.

    Those can be exchanged who begin alike, unless the smaller name decides who makes room on stage (rule C2), or it is
    a part of the state who made an invitation.
    """

    def __init__(self, small: SmallRoom, *, exchanging: bool) -> None:
        config, rules = small.variant.config(small.config), small.variant.rules
        places, names = config.stage_capacity, small.people
        fills = places is not None and 1 < places < len(names)
        replaces = {config.when_full} if config.when_full else set(rules.when_full.values())
        self.ranks = fills and FullStage.REPLACE_QUIETEST in replaces
        self.makers = small.tells
        self.exchanging = exchanging and not self.ranks and not self.makers
        self.cooldown_ms = config.request_cooldown_ms or 0
        self.window_ms = config.request_limit.window_ms if config.request_limit else 0
        alike: dict[Role, list[str]] = {}
        for name, role in names.items():
            alike.setdefault(role, []).append(name)
        self.classes = list(alike.values())

    def state(self, room: Room) -> State:
        """The form of a room, with everybody in the order of the names."""
        due = _due(room)
        queue = {name: place for place, name in enumerate(room.queue)}
        stage = {name: place for place, name in enumerate(room.stage)}
        ranks = self._silence(room) if self.ranks else {}
        people = [[self._person(room, name, due, queue, stage, ranks) for name in names] for names in self.classes]
        return NUMBER[room.mode], NUMBER[room.phase], people

    def _person(
        self,
        room: Room,
        name: str,
        due: dict[str, tuple[int, int, int]],
        queue: dict[str, int],
        stage: dict[str, int],
        ranks: dict[str, tuple[int, int]],
    ) -> OnePerson:
        person, now_ms = room.people[name], room.now_ms
        cooling = NEVER if person.declined_ms is None else max(0, person.declined_ms + self.cooldown_ms - now_ms)
        asks = [at - now_ms for at in person.recent_asks or () if at > now_ms - self.window_ms]
        return (
            NUMBER[person.role],
            NUMBER[person.presence],
            NUMBER[person.position],
            sorted(person.connections),
            queue.get(name, NEVER),
            stage.get(name, NEVER),
            due.get(name, (NEVER, NEVER, NEVER)),
            cooling if self.cooldown_ms and cooling > 0 else NEVER,
            asks,
            ranks.get(name, (NEVER, NEVER)),
            room.invitations[person.invitation].by if self.makers and person.invitation else "",
        )

    def _silence(self, room: Room) -> dict[str, tuple[int, int]]:
        """Of each on stage, the ranks of when they were last heard and of when they went live; the last rank is now."""
        on_stage = room.stage.values()
        heard = sorted({person.heard_ms for person in on_stage} | {room.now_ms})
        live = sorted({person.live_ms for person in on_stage} | {room.now_ms})
        return {
            each.name: (heard.index(each.heard_ms) - len(heard), live.index(each.live_ms) - len(live))
            for each in on_stage
        }

    def digest(self, room: Room) -> bytes:
        """Sixteen bytes that stand for the form."""
        mode, phase, people = self.state(room)
        return _digest((mode, phase, list(map(sorted, people)) if self.exchanging else people))


def joint_digest(rooms: Sequence[tuple[Canonical, Room]]) -> bytes:
    """The same for several rooms with the same people, in which everybody is exchanged for the same other."""
    states = [form.state(room) for form, room in rooms]
    classes = [list(zip(*each, strict=True)) for each in zip(*(people for _, _, people in states), strict=True)]
    if all(form.exchanging for form, _ in rooms):
        classes = [sorted(each) for each in classes]
    heads = [state[:2] for state in states]
    return _digest((heads, classes))


def _digest(form: object) -> bytes:
    return blake2b(repr(form).encode(), digest_size=16).digest()


def _due(room: Room) -> dict[str, tuple[int, int, int]]:
    """What is left until a person's request, invitation and grace end, in milliseconds; one that is over has 0 left."""
    left: dict[str, tuple[int, int, int]] = {}
    for item in room.agenda.items:
        person = room.people[item.who]
        request, invitation, grace = left.get(item.who, (NEVER, NEVER, NEVER))
        rest = item.deadline_ms - room.now_ms
        if item.closes is EventKind.REQUEST_CLOSED:
            request = rest if person.request == item.item else request
        elif item.closes is EventKind.LEFT_ROOM:
            grace = rest if person.presence is Presence.AWAY and person.away_since == item.seq else grace
        left[item.who] = request, invitation, grace
    for name, key in room.invited.items():
        deadline_ms = room.invitations[key].deadline_ms
        if deadline_ms is not None:
            request, _, grace = left.get(name, (NEVER, NEVER, NEVER))
            left[name] = request, max(0, deadline_ms - room.now_ms), grace
    return left


def timers(canonical: Canonical, room: Room) -> int:
    """The most times that run for one person."""
    due = _due(room)
    return max((_running(canonical, room, name, due) for name in room.people), default=0)


def _running(canonical: Canonical, room: Room, name: str, due: dict[str, tuple[int, int, int]]) -> int:
    person = room.people[name]
    cools = person.declined_ms is not None and person.declined_ms + canonical.cooldown_ms > room.now_ms
    return sum(each != NEVER for each in due.get(name, ())) + cools
