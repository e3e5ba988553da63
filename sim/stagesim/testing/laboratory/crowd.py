"""What drawn people do in a drawn room: a story, told by chance, in which commands mostly have a meaning.

The story is told on the rules as `stageaccess` has them, whatever engine it is put to afterwards. A room and a number
give the same story on every machine.
"""

import heapq
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final

from stageaccess import (
    RULES,
    Action,
    Client,
    Command,
    CommandError,
    Mode,
    Position,
    Presence,
    Role,
    StageAccess,
    Standing,
)
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.commands import FIELDS
from stageaccess.people import Person
from stageaccess.ruleset import RuleSet
from stagesim.scenario.demands.script_words import TARGETED
from stagesim.testing.laboratory.settings import EVERYTHING, Habits
from stagesim.testing.laboratory.stories import Line
from stagesim.testing.laboratory.trial import CRASHES, Cell


def _where_it_leads_on(action: Action) -> tuple[Position, ...]:
    """Where those are whom an action of the tables takes somewhere else, in any mode."""
    cells = (*RULES.own.items(), *RULES.others.items())
    found = {key[-1] for key, cell in cells if key[0] is action and isinstance(cell, Standing)}
    return tuple(position for position in Position if position in found)


OF_POSITION: Final[Mapping[Action, tuple[Position, ...]]] = {
    **{action: _where_it_leads_on(action) for action in (*OWN_ACTIONS, *OTHERS_ACTIONS)},
    Action.JOIN_STAGE: (Position.INVITED, Position.INVITED, Position.VIEWER),
    Action.SPEAK: (Position.ON_STAGE,),
}
"""Where those are whom an action is about, where it has an effect."""

STEP_TO: Final[Mapping[Position, tuple[Action, Position]]] = {
    Position.REQUESTED: (Action.ASK_TO_JOIN, Position.VIEWER),
    Position.INVITED: (Action.INVITE, Position.VIEWER),
    Position.PREPARING_SELF: (Action.JOIN_STAGE, Position.VIEWER),
    Position.PREPARING_INVITATION: (Action.JOIN_STAGE, Position.INVITED),
    Position.ON_STAGE: (Action.GO_LIVE, Position.PREPARING_INVITATION),
}
"""The action that leads to a position, and from where."""

CONNECTIONS: Final = ("main", "phone", "pad")
STRANGER: Final = "stranger"
"""Somebody who mostly has never come in."""
COMING_BACK: Final = (Action.ENTER_ROOM, Action.RECONNECT)


class Crashed(Exception):
    """The rules gave no answer to the last line: the story ends with it."""


class Crowd:
    """The people of one room. `aim` is a cell that is rarely reached, towards which they are steered."""

    def __init__(self, habits: Habits, rules: RuleSet, chance: Random, aim: Cell | None) -> None:
        self.habits, self.chance, self.aim = habits, chance, aim
        self.model = StageAccess(habits.config, rules)
        self.room = self.model.room
        self.now_ms = 0
        self.lines: list[Line] = []
        self.on_their_way: list[tuple[int, int, Command]] = []
        self._sent = count()
        self._with_ids: list[Command] = []

    def story(self, mishaps: Mapping[str, Callable[["Crowd"], bool]]) -> list[Line]:
        """All that happens, from the first who enters on. `mishaps` has how each of those comes about."""
        kinds = ["act", *self.habits.mishaps]
        weights = [2 + sum(self.habits.mishaps.values()), *self.habits.mishaps.values()]
        with suppress(Crashed):
            self._begin()
            while len(self.lines) < self.habits.commands:
                self._pass_time()
                kind = self.chance.choices(kinds, weights)[0]
                if self.aim is not None and self.chance.random() < 0.35:
                    self._towards(self.aim)
                elif kind == "act" or not mishaps[kind](self):
                    self.say(self.something())
            self._end()
        return self.lines

    def _begin(self) -> None:
        """Most people come in, and the session starts; sometimes somebody is too early."""
        for name, role in self.habits.people.items():
            if self.chance.random() < 0.9:
                self.say(Command(self.now_ms, Action.ENTER_ROOM, name, role=role))
        for _ in range(self.chance.choice((0, 0, 3))):
            self.say(self.with_id(self.something()))
            self.say(self.filled(self.something().do, STRANGER, STRANGER))
        self.say(Command(self.now_ms, Action.START_SESSION))

    # What is said, and when.

    def say(self, command: Command | None) -> None:
        """Have a command reach the engine now, after those that are on their way and arrive by now."""
        while self.on_their_way and self.on_their_way[0][0] <= self.now_ms:
            self._hear(heapq.heappop(self.on_their_way)[2]._replace(at_ms=self.now_ms))
        if command is not None:
            self._hear(command._replace(at_ms=self.now_ms))

    def send(self, at_ms: int, command: Command) -> None:
        """Have a command arrive later."""
        heapq.heappush(self.on_their_way, (at_ms, next(self._sent), command))

    def _hear(self, command: Command) -> None:
        looks = self.chance.random() < self.habits.looks
        self.lines.append(Line(command.at_ms, command, looks))
        try:
            self.model.submit(command)
        except CommandError:
            raise  # we have made a command that is none
        except CRASHES:
            raise Crashed from None

    def with_id(self, command: Command) -> Command:
        """The command with an id of its own; sometimes one that another has had."""
        known = [each.id for each in self._with_ids[-5:]]
        key = self.chance.choice(known) if known and self.chance.random() < 0.2 else f"c{len(self._with_ids) + 1}"
        self._with_ids.append(command._replace(id=key))
        return self._with_ids[-1]

    def _pass_time(self) -> None:
        """Let time go on, or not; where ties are common, to the very moment at which something ends."""
        due_ms = self.model.next_due()
        if due_ms is not None and self.chance.random() < self.habits.ties:
            self.now_ms = max(self.now_ms, due_ms + self.chance.choice((-1, 0, 0, 0, 1)))
        elif self.chance.random() < 0.6:
            self.now_ms += self.chance.choice(self.habits.steps_ms)
        if self.chance.random() < 0.05:
            looks = self.chance.random() < 0.5
            if not looks:
                self.model.advance(self.now_ms)
            self.lines.append(Line(self.now_ms, None, looks))

    def _end(self) -> None:
        """Sometimes the session ends, and somebody is too late for it."""
        self.now_ms = max([self.now_ms, *(at_ms for at_ms, _, _ in self.on_their_way)])
        self.say(None)
        if self.chance.random() < 0.5:
            self.say(Command(self.now_ms, Action.END_SESSION))
            for command in [self.something(), *self._with_ids[-2:]]:
                self.say(command)

    # Who does what.

    def something(self) -> Command:
        """Something that somebody does, mostly with a meaning."""
        acts = self.habits.acts
        return self.doing(self.chance.choices(list(acts), list(acts.values()))[0])

    def doing(self, do: Action, positions: tuple[Position, ...] | None = None) -> Command:
        """An action, of somebody for whom it mostly has a meaning."""
        wanted = positions or OF_POSITION.get(do, ())
        who = self.somebody(wanted) if wanted and self.chance.random() < 0.85 else self.anybody()
        if do is Action.CHANGE_ROLE and self.chance.random() < 0.5:
            who = self.staff_member()
        if do in TARGETED or do in (Action.SET_MODE, Action.CLEAR_REQUESTS):
            return self.filled(do, self.staff_member(but=who), who)
        if do in COMING_BACK and self.chance.random() < 0.9:
            gone = Presence.GONE if do is Action.ENTER_ROOM else Presence.AWAY
            absent = [name for name in self.habits.people if self.presence_of(name) is gone]
            who = self.chance.choice(absent) if absent else who
        return self.filled(do, who, None)

    def filled(self, do: Action, by: str, to: str | None, connection: str | None = None) -> Command:
        """The command with the fields that its action needs."""
        fields, chance = FIELDS[do], self.chance
        request = self._request(to) if fields.request and chance.random() < 0.3 else None
        if fields.connection and connection is None and chance.random() < 0.15:
            connection = chance.choice(CONNECTIONS)
        role: Role | None = None
        if fields.role:
            known = self.habits.people.get(by, Role.PARTICIPANT)
            role = known if do is Action.ENTER_ROOM else chance.choice((Role.PARTICIPANT, Role.MODERATOR, Role.HOST))
        return Command(
            self.now_ms,
            do,
            by if fields.by else None,
            to if fields.to else None,
            Client.MOBILE if chance.random() < self.habits.mobile * 0.5 else Client.DESKTOP,
            chance.choice(list(Mode)) if fields.mode else None,
            role,
            request,
            None,
            connection,
        )

    def _request(self, to: str | None) -> str | None:
        """The open request of somebody, an older one of theirs, or one of somebody else."""
        known = [key for key, request in self.room.requests.items() if request.who == to]
        if known and self.chance.random() < 0.8:
            return self.chance.choice(known[-2:])
        return f"r{self.chance.randint(1, len(self.room.requests) + 1)}"

    def presence_of(self, name: str) -> Presence:
        person = self.room.people.get(name)
        return Presence.GONE if person is None else person.presence

    def somebody(self, positions: tuple[Position, ...], *, is_staff: bool | None = None) -> str:
        """Somebody at one of these positions; anybody where nobody is."""
        position = self.chance.choice(positions)
        there = [name for name in self.those_at(position) if is_staff is None or (name in self.room.staff) is is_staff]
        return self.chance.choice(there) if there else self.anybody()

    def those_at(self, position: Position) -> list[str]:
        room = self.room
        match position:
            case Position.REQUESTED:
                return list(room.queue)
            case Position.INVITED | Position.PREPARING_INVITATION:
                return [name for name in room.invited if room.people[name].position is position]
            case Position.PREPARING_SELF:
                return [name for name, person in room.setups.items() if person.position is position]
            case Position.ON_STAGE:
                return list(room.stage)
        return [name for name, person in room.people.items() if _is_viewer(person)]

    def anybody(self) -> str:
        names = list(self.room.people) or list(self.habits.people)
        if "anything" in self.habits.mishaps and self.chance.random() < 0.05:
            return STRANGER
        return self.chance.choice(names)

    def staff_member(self, but: str = "") -> str:
        """One of the staff; sometimes somebody who is none."""
        staff = [name for name in self.room.staff if name != but]
        return self.chance.choice(staff) if staff and self.chance.random() < 0.95 else self.anybody()

    # Towards a cell.

    def _towards(self, aim: Cell) -> None:
        """One step towards a cell that is rarely reached; there, its command or any other."""
        if self.room.mode != aim.mode and self.room.staff and self.chance.random() < 0.8:
            by = self.chance.choice(list(self.room.staff))
            self.say(Command(self.now_ms, Action.SET_MODE, by, mode=Mode(aim.mode)))
            return
        do = Action(aim.action) if self.chance.random() < 0.5 else self.chance.choice(EVERYTHING)
        position = Position(aim.position or Position.VIEWER)
        about_target = do in TARGETED
        there = [name for name in self.those_at(position) if about_target or (name in self.room.staff) is aim.is_staff]
        if there:
            who = self.chance.choice(there)
            by = self.staff_member(but=who) if about_target and aim.is_staff else who
            self.say(self.filled(do, by, who if about_target else None))
        elif position in STEP_TO:
            step, before = STEP_TO[position]
            names = [
                name for name in self.those_at(before) if about_target or (name in self.room.staff) is aim.is_staff
            ]
            who = self.chance.choice(names) if names else self.anybody()
            self.say(self.filled(step, self.staff_member(but=who) if step in OTHERS_ACTIONS else who, who))
        else:
            self.say(self.something())


def _is_viewer(person: Person) -> bool:
    return person.position is Position.VIEWER and person.presence is Presence.PRESENT
