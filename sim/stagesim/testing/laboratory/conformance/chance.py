"""Talks by chance: random rooms in which people do, try and repeat what they may and what they may not.

A talk follows from its seed alone: it is drawn with the reference, and never with the engine under test.
"""

import random
from collections.abc import Mapping
from typing import Any, Final

from stageaccess import Action, Client, FullStage, Mode, RuleSet, StageAccess
from stageaccess.commands import FIELDS, Fields
from stageaccess.lines import seconds
from stageaccess.protocol import Conversation
from stageaccess.records import PLACES, TIME, Field
from stageaccess.wire import ROOM
from stagesim.testing.laboratory.conformance.likely import CONNECTIONS, PEOPLE, ROLES, STAFF, late, likely, somebody
from stagesim.testing.laboratory.conformance.talk import Talk, text_of

SOURCE: Final = "random talks"
LENGTH: Final = 120
"""Lines of a talk after the room."""

MODES: Final = (*Mode, Mode.JOIN_BY_REQUEST, Mode.JOIN_BY_REQUEST)
TIMES_S: Final = (0, 1, 2.5, 4.5, 6, 15, 20)
"""Small enough to matter."""

WEIGHTS: Final[Mapping[Action, float]] = {
    **dict.fromkeys(Action, 4.0),
    Action.START_SESSION: 1,
    Action.END_SESSION: 0.05,
    Action.LEAVE_ROOM: 2,
    Action.CLEAR_REQUESTS: 1,
    Action.ENTER_ROOM: 3,
    Action.ASK_TO_JOIN: 12,
    Action.JOIN_STAGE: 8,
    Action.GO_LIVE: 8,
    Action.BRING_TO_STAGE: 8,
    Action.SPEAK: 2,
    Action.DISCONNECT: 3,
    Action.SET_MODE: 3,
}
"""How often each action is tried, whether it is possible or not."""


def random_talk(seed: int, rules: RuleSet) -> Talk:
    """The talk of one seed."""
    drawn = _Drawn(random.Random(f"conform {seed}"), rules)
    drawn.say({"room": _settings(drawn.rng), "told": True})
    drawn.open()
    for _ in range(LENGTH):
        drawn.say(drawn.line())
    return Talk(SOURCE, str(seed), tuple(drawn.lines), tuple(drawn.answers))


def _settings(rng: random.Random) -> dict[str, Any]:
    """The parameters of a room: each is left out about every other time."""
    chosen = {field.name: _value(rng, field) for field in ROOM.fields if rng.random() < 0.5}
    return {**chosen, "mode": rng.choice(MODES)}


def _value(rng: random.Random, field: Field) -> object:
    """A value for a parameter, by its sort."""
    if field.sort is PLACES:
        return rng.choice([1, 1, 2, 2, 3])
    if field.sort is TIME:
        return rng.choice(TIMES_S)
    if field.name == "when_full":
        return rng.choice(list(FullStage))
    return {"count": rng.choice([0, 1, 2, 3]), "window": rng.choice([0, 3, 10.25, 30])}


class _Drawn:
    """A talk as it is drawn, with the reference that it is drawn by."""

    def __init__(self, rng: random.Random, rules: RuleSet) -> None:
        self.rng = rng
        self.lines: list[str] = []
        self.answers: list[str] = []
        self._reference = Conversation(rules)

    @property
    def engine(self) -> StageAccess:
        assert self._reference.engine is not None
        return self._reference.engine

    def say(self, line: Mapping[str, Any]) -> None:
        """One more line."""
        self.lines.append(text_of(dict(line)))
        self.answers.append(self._reference.answer_text(self.lines[-1]))

    def open(self) -> None:
        """Mostly people come, one of the staff among them, and the session begins."""
        here = self.rng.sample(PEOPLE, self.rng.randint(1, len(PEOPLE)))
        for name in here:
            role = self.rng.choice(STAFF if name == here[0] else ROLES)
            self.say({"at": 0, "do": "enter_room", "by": name, "role": role})
        if self.rng.random() < 0.95:
            self.say({"at": 0, "do": "start_session"})

    def line(self) -> Mapping[str, Any]:
        """What is said next."""
        chance = self.rng.random()
        if chance < 0.05:
            return {"at": self._time()}
        if chance < 0.10:
            return {"ask": "state"}
        if chance < 0.14:
            return {"ask": "actions", "of": somebody(self.rng, self.engine), "client": self.rng.choice(list(Client))}
        if chance < 0.17:
            return {"ask": "due"}
        found = (
            likely(self.rng, self.engine) if chance > 0.55 else late(self.rng, self.engine) if chance > 0.47 else None
        )
        return {"at": self._time(), **(found or self._any())}

    def _time(self) -> int | float:
        """Often the present moment, sometimes when something ends, or a millisecond beside it."""
        now_ms, chance = self.engine.room.now_ms, self.rng.random()
        if chance < 0.5:
            return seconds(now_ms)
        ends = self._ends_ms()
        if chance < 0.75 or not ends:
            return seconds(now_ms + self.rng.choice([1, 10, 250, 500, 1000, 2500]))
        return seconds(max(now_ms, self.rng.choice(ends) + self.rng.choice([-1, 0, 0, 0, 1])))

    def _ends_ms(self) -> list[int]:
        """When something is due, a wait is over, or a request counts no longer."""
        room = self.engine.room
        ends = [each for each in (self.engine.next_due(),) if each is not None]
        for person in room.people.values():
            if room.config.request_cooldown_ms is not None and person.declined_ms is not None:
                ends.append(person.declined_ms + room.config.request_cooldown_ms)
            if room.config.request_limit is not None:
                ends += [asked + room.config.request_limit.window_ms for asked in person.recent_asks or ()]
            if person.invitation and (deadline_ms := room.invitations[person.invitation].deadline_ms) is not None:
                ends.append(deadline_ms)
        return [end for end in ends if end >= room.now_ms]

    def _any(self) -> Mapping[str, Any]:
        """A well-formed command of somebody; whether it is accepted is another matter."""
        rng = self.rng
        [do] = rng.choices(tuple(FIELDS), [WEIGHTS[action] for action in FIELDS])
        drawn: dict[str, Any] = {"mode": rng.choice(MODES), "role": rng.choice(ROLES)}
        drawn["by"] = somebody(rng, self.engine)
        drawn["to"] = rng.choice(PEOPLE) if rng.random() < 0.98 else rng.choice(("nobody", "system"))
        line: dict[str, Any] = {"do": do}
        for name in (name for name in Fields._fields if getattr(FIELDS[do], name)):
            if name in drawn:
                line[name] = drawn[name]
            elif rng.random() < 0.5:  # what need not be named
                line[name] = rng.choice([*CONNECTIONS, *self.engine.room.requests])
        line |= {"client": rng.choice(list(Client))} if rng.random() < 0.3 else {}
        return line | ({"id": f"c{rng.randint(1, 6)}"} if rng.random() < 0.06 else {})
