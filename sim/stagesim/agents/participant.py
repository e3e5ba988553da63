"""What participants do: come, wish to speak, take whatever way the room offers, give up, leave.

A wish exists in every mode. What its person does about it depends on the buttons that the room shows: join, ask, or
hope to be noticed.
"""

from collections import deque
from typing import TYPE_CHECKING

from stageaccess import Action, Client, Role
from stagesim.agents.agent import Agent, LeftRoom, LostPlace, Nudge, Steps, duration_ms
from stagesim.agents.names import INVITATION_CREATED, NEVER
from stagesim.agents.pursuit import answer_invitation, pursue
from stagesim.agents.wishes import NEXT, Wish, draw_wish, wish_times
from stagesim.scenario.participants import Participants

if TYPE_CHECKING:
    from stagesim.world import World

NEW_WISH = Nudge("new_wish")


class Participant(Agent):
    """One participant of a group."""

    def __init__(self, world: "World", name: str, group: str, habits: Participants, client: Client) -> None:
        super().__init__(world, name, group, Role.PARTICIPANT, client)
        self.habits = habits
        self.wishes: deque[Wish] = deque()
        self.is_disruptive = False
        self._times: deque[int] = deque()
        self._count = 0
        self._lost_ms = NEVER
        self._losses = 0
        self._unasked = 0

    # The whole life.

    def arrive(self, entry_ms: int) -> Steps:
        """Come into the room at a moment, with the wishes and the plans of this person."""
        habits = self.habits
        if entry_ms > self.env.now:
            yield self.env.timeout(entry_ms - self.env.now)
        self._times.extend(wish_times(self, habits, entry_ms, self.world.load(self.group)))
        if habits.leaves_after is not None:
            self.leave_ms = entry_ms + self.draw_ms(habits.leaves_after, "leaving")
        disruptive = habits.on_stage.disruptive
        self.is_disruptive = bool(disruptive) and self.stream("disruptive").chance(disruptive)
        self._plan_loss()
        self.enter()
        if habits.wishes.after_settled is not None:
            self._plan_next_wish(max(entry_ms, self.world.start_ms), self.stream("first wish").uniform())
        self._plan_break()

    def live(self, entry_ms: int) -> Steps:
        """Come, follow one wish after the other, and answer invitations in between; until it is time to leave."""
        habits = self.habits
        yield from self.arrive(entry_ms)
        while True:
            wish = self.wishes[0] if self.wishes else None
            try:
                if wish is not None:
                    yield from pursue(self, wish)
                elif habits.leaves_when_settled and self._count and not self._times:
                    self.leave()
                else:
                    news = yield from self.wait()
                    if news is not None and news.event is INVITATION_CREATED:
                        yield from self._answer_unasked()
            except LostPlace:
                pass
            if wish is not None and wish not in self.wishes:
                self._plan_wish_after(wish)

    def _answer_unasked(self) -> Steps:
        """Answer an invitation that answers no wish: to a person without one, or who has given it up."""
        self._unasked += 1
        yield from answer_invitation(self, draw_wish(self, 0, -self._unasked))

    # Wishes, and how they end.

    def settle(self, kind: str, cause: str | None = None) -> None:
        """End the present wish, in one of the ways of the log."""
        wish = self.wishes.popleft()
        fields = {"wish": wish.number} if cause is None else {"wish": wish.number, "cause": cause}
        self.world.note(kind, self.name, self.name, fields)

    def _arise(self) -> None:
        limit = self.habits.wishes.limit
        self._times.popleft()
        if limit is not None and self._count >= limit:
            self._times.clear()
            return
        self._count += 1
        wish = draw_wish(self, self.world.next_wish(), self._count)
        self.wishes.append(wish)
        self.world.note("wish_arose", self.name, self.name, {"wish": wish.number})

    def _plan_wish_after(self, wish: Wish) -> None:
        """Plan the wish that follows the end of another, if any does."""
        if self.habits.wishes.after_settled is not None:
            self._plan_next_wish(self.now_ms, wish.stream.at(NEXT))
            self._plan_break()

    def _plan_next_wish(self, from_ms: int, u: float) -> None:
        after_settled = self.habits.wishes.after_settled
        if after_settled is not None:
            at_ms = from_ms + duration_ms(after_settled, u)
            if at_ms < self.world.end_ms:
                self._times.append(at_ms)

    # What happens whatever the person is doing: a wish arises, the connection is lost, it is time to leave.

    def _plan_break(self) -> None:
        wish_ms = self._times[0] if self._times else NEVER
        self.break_ms = min(wish_ms, self._lost_ms, self.leave_ms)

    def _plan_loss(self) -> None:
        connection = self.habits.connection
        if connection is not None and self.stream("unstable connection").chance(connection.share):
            self._lost_ms = self.now_ms + self.draw_ms(connection.lost_after, "connection lost", self._losses)

    def on_break(self) -> Steps:
        """Leave, wish, or lose the connection, whichever is due."""
        now_ms = self.env.now
        if now_ms >= self.leave_ms:
            if self.wishes:
                self.settle("wish_given_up", "left_room")
            self.leave()
        elif self._times and now_ms >= self._times[0]:
            idle = not self.wishes
            self._arise()
            self._plan_break()
            if idle and self.wishes:
                self.told(NEW_WISH)
        else:
            yield from self._lose_connection()
        yield from ()

    def _lose_connection(self) -> Steps:
        connection = self.habits.connection
        assert connection is not None
        gap_ms = self.draw_ms(connection.gap, "connection gap", self._losses)
        self._losses += 1
        back_ms = self.now_ms + gap_ms
        self.leave_ms = max(self.leave_ms, back_ms)  # nobody says goodbye without a connection
        self.do(Action.DISCONNECT)
        yield self.env.timeout(gap_ms)
        self._plan_loss()
        self._plan_break()
        if self.in_room:
            self.do(Action.RECONNECT)
            return
        if self.env.now >= self.leave_ms:
            if self.wishes:
                self.settle("wish_given_up", "left_room")
            raise LeftRoom
        self._inbox.clear()
        self.enter()
        raise LostPlace
