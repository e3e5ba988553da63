"""A person of the staff at work: what a moderator has in hand, and when the work is taken up and laid down."""

from collections.abc import Callable

from stageaccess import Action, Client, Mode
from stagesim.agents.agent import Agent
from stagesim.agents.attendee import Attendee
from stagesim.agents.desk import Item, Removal
from stagesim.agents.names import NEVER
from stagesim.agents.news import ABANDONED, REMOVAL, WORK
from stagesim.agents.surroundings import Steps
from stagesim.scenario.moderators import Alternation, Moderators


class OffDuty(Exception):
    """The moderator was away, or without the right, and is back at work: whatever was in hand is somebody's else."""


class Moderator(Agent):
    """The work of one person. It goes on only while the person is in the room, connected, and of the staff."""

    __slots__ = (
        *("_is_taken_up", "_was_off", "away_ms", "call_ms", "calls", "habits", "has_begun", "is_at_work"),
        *("is_called_away", "item", "person", "picks", "places", "reactions", "read_ms", "readings", "removal"),
        *("turn_away_ms", "turns", "watches"),
    )

    def __init__(self, person: Attendee, habits: Moderators, is_taken_up: Callable[["Moderator"], None]) -> None:
        """`is_taken_up` is told whenever the work is taken up."""
        super().__init__(person.around, person.name, person.group, person.role, habits.client)
        self.person = person
        self.habits = habits
        self.places = habits.places(person.around.scenario.room.stage_capacity)
        """People on stage or on their way there, beyond which nobody is turned to; None for any number."""
        self.is_at_work = False
        self.watches = habits.removes is not None and habits.removes.noticed_after is not None
        self.item: Item | None = None
        self.removal: Removal | None = None
        """Whom the moderator takes off the stage just now."""
        self.picks = 0
        self.turns = 0
        self.turn_away_ms = NEVER
        self.read_ms = NEVER
        """When the moderator reads the chat next."""
        self.readings = 0
        self.is_called_away = False
        self.call_ms = NEVER
        self.calls = 0
        self.away_ms = 0
        """How long the moderator was called away so far."""
        self.reactions = 0
        self.has_begun = False
        self._is_taken_up = is_taken_up
        self._was_off = False

    # Taking up the work, and laying it down.

    def take_up(self) -> None:
        """Begin, or go on after an absence."""
        if self.is_at_work:
            return
        self.is_at_work = True
        self.around.desk.staff[self.name] = self
        if self._was_off:
            self.disturb()
        self._is_taken_up(self)
        self.has_begun = True

    def lay_down(self) -> None:
        """Stop: whom the moderator has turned to goes back on the list, first in it."""
        if not self.is_at_work:
            return
        self.is_at_work = False
        self._was_off = True
        desk = self.around.desk
        self._inbox.clear()
        desk.staff.pop(self.name, None)
        desk.rouse(self.name)
        removal, self.removal = self.removal, None
        if removal is not None:
            self.around.note("removal_ended", removal.name, self.name)
            if removal.is_needed:
                removal.mover = None
                desk.call_to_remove(removal)
        item, self.item = self.item, None
        if item is not None:
            still_waits = desk.put_back(item)
            self.around.note("review_ended", item.name, self.name, item.request)
            if still_waits and item.request is None:
                self.around.explain("wish_noticed", item.name)
        self.disturb()

    def use(self, client: Client) -> None:
        """Go on with another device: now may be done what waited for it."""
        self.client = client
        if self.is_at_work:
            self._is_taken_up(self)

    def set_mode(self, mode: Mode) -> None:
        """Choose the room's mode."""
        self.do(Action.SET_MODE, mode=mode)

    # Waiting for work.

    def called(self) -> None:
        """The desk has work."""
        self.told(WORK)

    def abandoned(self, item: Item) -> None:
        """The person under review is no longer waiting."""
        if item is self.item:
            self.told(ABANDONED)

    def called_to_remove(self) -> None:
        """Somebody is to be taken off the stage, or need not be any more."""
        self.told(REMOVAL)

    def may_interrupt(self) -> bool:
        """Whether the moderator is in a review that may be interrupted."""
        return self.item is not None and self.removal is None and not self.is_called_away

    # Turning away.

    def plan_reading(self, reads_chat: Alternation) -> None:
        """Say when the moderator reads the chat next."""
        self.read_ms = self.now_ms + self.draw_ms(reads_chat.every, "until reading", self.readings)

    def plan_turn(self, presenting: Alternation) -> None:
        """Say when the moderator presents next."""
        self.turn_away_ms = self.now_ms + self.draw_ms(presenting.every, "attending", self.turns)

    def plan_call(self, called_away: Alternation) -> None:
        """Say when the moderator is called away next."""
        self.call_ms = self.now_ms + self.draw_ms(called_away.every, "until called away", self.calls)
        self.break_ms = self.call_ms

    def on_break(self) -> Steps:
        """Be off duty, or be called away in the middle of whatever it is."""
        if self._was_off:
            yield from self._be_off_duty()
            raise OffDuty
        called_away = self.habits.called_away
        assert called_away is not None
        desk = self.around.desk
        was_idle = desk.rouse(self.name)
        self.is_called_away = True
        self.around.note("attention_lost", self.name, self.name, word="called_away")
        away_ms = self.draw_ms(called_away.lasts, "called away", self.calls)
        yield self.env.timeout(away_ms)
        self.is_called_away = False
        self.away_ms += away_ms
        self.calls += 1
        was_off = bool(self._was_off)  # by now
        if was_off:
            yield from self._be_off_duty()
        self.plan_call(called_away)
        self.around.note("attention_back", self.name, self.name)
        if was_off:
            raise OffDuty
        if desk.removals and (was_idle or self.item is not None):
            self.told(REMOVAL)
        elif was_idle and desk.waiting:
            self.told(WORK)
        elif was_idle:
            desk.rest(self)

    def _be_off_duty(self) -> Steps:
        """Wait until the work is taken up again."""
        while not self.is_at_work:
            yield from self.wait_for_change()
        self._was_off = False
        self._inbox.clear()
        self.break_ms = max(self.call_ms, self.now_ms)
