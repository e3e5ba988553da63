"""What moderators do: watch the list, turn to one person after the other, and decide."""

from typing import TYPE_CHECKING

from stageaccess import Action
from stagesim.agents.agent import Agent, Nudge, Steps, duration_ms
from stagesim.agents.desk import Item
from stagesim.agents.disciplines import next_item
from stagesim.agents.names import BRING_TO_STAGE, NEVER
from stagesim.agents.pursuit import TURNED_DOWN
from stagesim.scenario.moderators import Alternation, Moderators

if TYPE_CHECKING:
    from stagesim.world import World

WORK = Nudge("work")
"""The list has something for an idle moderator."""
ABANDONED = Nudge("abandoned")
"""The person to whom the moderator has turned is no longer waiting."""


class Moderator(Agent):
    """One moderator of a group."""

    def __init__(self, world: "World", name: str, group: str, habits: Moderators) -> None:
        super().__init__(world, name, group, habits.role, habits.client)
        self.habits = habits
        self.item: Item | None = None
        self.picks = 0
        self._turns = 0
        self._turn_away_ms = NEVER
        self._call_ms = NEVER
        self._calls = 0
        self._away_ms = 0
        self._reaction = 0

    # The whole life.

    def arrive(self, entry_ms: int) -> Steps:
        """Come into the room, and take up the duties."""
        if entry_ms > self.env.now:
            yield self.env.timeout(entry_ms - self.env.now)
        habits = self.habits
        if habits.leaves_after is not None:
            self.leave_ms = entry_ms + self.draw_ms(habits.leaves_after, "leaving")
        if habits.presenting is not None:
            self._turn_away_ms = self._next_turn(habits.presenting)
        if habits.called_away is not None:
            self._call_ms = self._next_call(habits.called_away)
        self.break_ms = min(self._call_ms, self.leave_ms)
        self.enter()
        self.world.desk.staff[self.name] = self
        self.world.duties.moderator_arrived(self)

    def live(self, entry_ms: int) -> Steps:
        """Come, and review whatever waits; turn away, rest or look only so often, as the habits say."""
        world, habits = self.world, self.habits
        yield from self.arrive(entry_ms)
        if habits.looks_every is not None:
            yield from self._look_every(habits.looks_every)
        while True:
            if self.env.now >= self._turn_away_ms:
                yield from self._present()
                continue
            item = next_item(world.desk, self)
            if item is not None:
                yield from self._review(item)
            elif habits.rests is not None:
                self._turns += 1
                yield from self._turn_away("resting", self.draw_ms(habits.rests, "rest", self._turns))
            else:
                yield from self._idle()

    def leave(self) -> None:
        """Leave the room; whom the moderator has turned to goes back on the list."""
        desk = self.world.desk
        desk.staff.pop(self.name, None)
        desk.idle.pop(self.name, None)
        if self.item is not None:
            desk.put_back(self.item)
            self.world.note("review_ended", self.item.name, self.name, {"request": self.item.request})
        super().leave()

    # Waiting for work.

    def called(self) -> None:
        """The desk has work."""
        self.told(WORK)

    def abandoned(self, item: Item) -> None:
        """The person under review is no longer waiting."""
        if item is self.item:
            self.told(ABANDONED)

    def _idle(self) -> Steps:
        """Wait for work; noticing it takes the time of a reaction."""
        desk = self.world.desk
        desk.idle[self.name] = self
        try:
            news = None
            while news is not WORK:
                news = yield from self.wait(self._turn_away_ms)
                if news is None:
                    return
        finally:
            desk.idle.pop(self.name, None)
        self._reaction += 1
        reaction_ms = self.draw_ms(self.habits.reaction, "reaction", self._reaction)
        if reaction_ms:
            yield from self._busy(reaction_ms)

    def _busy(self, duration_ms: int) -> Steps:
        """Be at work for so long, not counting the time of being called away; False when its person is gone."""
        env = self.env
        left_ms = duration_ms
        while left_ms > 0:
            began_ms, away_ms = env.now, self._away_ms
            yield from self.wait(began_ms + left_ms)
            left_ms -= env.now - began_ms - (self._away_ms - away_ms)
            if self.item is not None and self.item.name not in self.world.desk.under_review:
                return False
        return True

    # Reviewing.

    def _review(self, item: Item) -> Steps:
        """Turn to one person, make up one's mind, and say so. The answer is drawn first, then its time."""
        world, review = self.world, self.habits.review
        request = {"request": item.request}
        item.reviewer, self.item = self, item
        world.note("review_started", item.name, self.name, request)
        stream = world.streams.stream(item.name, "review", item.occasion)
        approves = stream.chance(review.approve)
        time = review.time if approves or review.decline_time is None else review.decline_time
        is_waiting = yield from self._busy(duration_ms(time, stream.uniform()))
        self.item = None
        world.note("review_ended", item.name, self.name, request)
        if is_waiting and item.name in world.desk.under_review:
            self._decide(item, approves)

    def _decide(self, item: Item, approves: bool) -> None:
        world = self.world
        if item.name in world.stale:
            world.stale.discard(item.name)
            approves = False  # nobody answers: the wish was given up long ago
        if self.habits.when_stage_full == "decline" and world.stage_is_full():
            approves = False
        if item.request is None:
            world.desk.under_review.pop(item.name, None)
            hopeful = world.desk.hoping.get(item.name)
            if approves:
                self.do(Action.INVITE, item.name)
            elif hopeful is not None:
                hopeful.told(TURNED_DOWN)
        elif approves:
            self.do(BRING_TO_STAGE, item.name, request=item.request)
        else:
            self.do(Action.DECLINE_REQUEST, item.name, request=item.request)
        world.desk.under_review.pop(item.name, None)

    def _look_every(self, every_ms: int) -> Steps:
        """Look at the list at fixed intervals, and decide on all that is there."""
        world = self.world
        while True:
            world.note("attention_lost", self.name, self.name, {"cause": "between_looks"})
            yield from self.sleep(every_ms)
            world.note("attention_back", self.name, self.name, {})
            while (item := next_item(world.desk, self)) is not None:
                yield from self._review(item)

    # Turning away.

    def _present(self) -> Steps:
        """Present for a while, between two reviews."""
        presenting = self.habits.presenting
        assert presenting is not None
        self._turns += 1
        yield from self._turn_away("presenting", self.draw_ms(presenting.lasts, "presenting", self._turns))
        self._turn_away_ms = self._next_turn(presenting)

    def _turn_away(self, cause: str, duration_ms: int) -> Steps:
        self.world.note("attention_lost", self.name, self.name, {"cause": cause})
        yield from self.sleep(duration_ms)
        self.world.note("attention_back", self.name, self.name, {})

    def _next_turn(self, presenting: Alternation) -> int:
        return self.now_ms + self.draw_ms(presenting.every, "attending", self._turns)

    def _next_call(self, called_away: Alternation) -> int:
        return self.now_ms + self.draw_ms(called_away.every, "until called away", self._calls)

    def on_break(self) -> Steps:
        """Leave, or be called away in the middle of whatever it is."""
        if self.env.now >= self.leave_ms:
            self.leave()
        called_away = self.habits.called_away
        assert called_away is not None
        desk = self.world.desk
        was_idle = desk.idle.pop(self.name, None) is not None
        self.world.note("attention_lost", self.name, self.name, {"cause": "called_away"})
        away_ms = self.draw_ms(called_away.lasts, "called away", self._calls)
        yield self.env.timeout(away_ms)
        self._away_ms += away_ms
        self._calls += 1
        self._call_ms = self._next_call(called_away)
        self.break_ms = min(self._call_ms, self.leave_ms)
        self.world.note("attention_back", self.name, self.name, {})
        if was_idle and desk.waiting:
            self.told(WORK)
        elif was_idle:
            desk.idle[self.name] = self
