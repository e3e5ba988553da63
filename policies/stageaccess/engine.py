"""The policy engine: a command goes in, a decision with its events comes out.

`StageAccess` interprets a `RuleSet` over a `Room`. It has no clock and no randomness: time comes with the commands.
"""

from typing import Self

from stageaccess.acts import ACT, end_due
from stageaccess.checks import judge
from stageaccess.commands import check_time, check_well_formed
from stageaccess.config import RoomConfig
from stageaccess.emitter import Emitter
from stageaccess.messages import Command, Decision, EngineIdentity, Event, new_tuple
from stageaccess.moves import Refusal
from stageaccess.offers import Offer, offers
from stageaccess.room import Room
from stageaccess.rules import RULES
from stageaccess.ruleset import RuleSet
from stageaccess.steps import STEPS
from stageaccess.version import __version__
from stageaccess.vocabulary import Client


class StageAccess(Emitter):
    """One room under one set of rules."""

    def __init__(self, config: RoomConfig, rules: RuleSet = RULES) -> None:
        super().__init__(Room(config, rules))
        self._answers: dict[str, Decision] = {}

    @property
    def identity(self) -> EngineIdentity:
        """Who answers."""
        return EngineIdentity("stageaccess", __version__, self.room.rules.name)

    def submit(self, command: Command) -> Decision:
        """Decide on a command, and carry it out if it is accepted.

        Due times up to and including the command's own are carried out first (rule T7). Raises CommandError, and
        changes nothing, for a command that is not well formed.
        """
        room = self.room
        check_well_formed(command, room.now_ms)
        at_ms, by, key = command.at_ms, command.by, command.id
        items = room.agenda.items
        due = self._carry_out_due(at_ms) if items and items[0].deadline_ms <= at_ms else ()
        room.now_ms = at_ms
        if key is not None and key in self._answers:
            return self._answers[key]._replace(due=due)
        verdict = judge(room, command)
        if type(verdict) is Refusal:
            decision = Decision(verdict.reason, (), due, verdict.outcome, verdict.resolved_by, verdict.wait_ms)
        else:
            if verdict is None:
                ACT[command.do](self, command)
            else:
                person = room.people[command.to or by]  # type: ignore[index]
                for step, word in verdict.steps:  # as `carry_out`, without another call
                    STEPS[step](self, person, by, word)  # type: ignore[arg-type]
            events, self._events = self._events, []  # as `take_events`
            decision = new_tuple(Decision, (None, tuple(events), due, None, None, None))
        if key is not None:
            self._answers[key] = decision
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        """Carry out what is due up to and including `at_ms`; its events, each at its own deadline.

        Raises CommandError where time would run backwards.
        """
        check_time(at_ms, self.room.now_ms)
        due = self._carry_out_due(at_ms)
        self.room.now_ms = at_ms
        return due

    def next_due(self) -> int | None:
        """The next moment (ms) at which something is due by itself, never something stale; None when nothing is."""
        agenda = self.room.agenda
        item = agenda.next() if agenda.items else None
        return None if item is None else item.deadline_ms

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        """What the person could do now, with an effect: sorted, without coming, going and speaking."""
        room = self.room
        items = room.agenda.items
        if items and items[0].deadline_ms <= room.now_ms:
            # Something lives for 0 ms: the next command finds it ended, so the offers must as well.
            ahead = self.copy()
            ahead.advance(room.now_ms)
            room = ahead.room
        return offers(room, person, client)

    def state(self) -> dict[str, object]:
        """What is so, in the words of the line protocol."""
        return self.room.state()

    def copy(self) -> Self:
        """An engine of the same kind with a room of its own, in which the same is so."""
        twin = type(self)(self.room.config, self.room.rules)
        twin.room, twin._answers, twin._tells = self.room.copy(), dict(self._answers), self._tells
        return twin

    def _carry_out_due(self, at_ms: int) -> tuple[Event, ...]:
        room = self.room
        while (item := room.agenda.take(at_ms)) is not None:
            room.now_ms = item.deadline_ms
            end_due(self, item)
        return self.take_events()
