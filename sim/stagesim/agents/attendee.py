"""Somebody who attends the session: comes, stands somewhere, has wishes, loses connections, leaves.

Participants and staff alike. What staff do for others is a second agent beside this one (`stagesim.agents.moderator`).
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final, Protocol

from stageaccess import Client, Event, Mode, Role
from stagesim.agents.agent import DISTURBED, Agent
from stagesim.agents.clock import Life, whole_ms
from stagesim.agents.drawing import duration_ms
from stagesim.agents.names import (
    DESKTOP,
    DISCONNECT,
    ENTER_ROOM,
    LEAVE_ROOM,
    MOBILE,
    NEVER,
    ON_STAGE,
    RECONNECT,
    VIEWER,
)
from stagesim.agents.news import NEW_WISH
from stagesim.agents.surroundings import Steps, Surroundings
from stagesim.agents.wishes import NEXT, Wish, draw_wish
from stagesim.eventlog.schema import LONGEST_MS
from stagesim.scenario.habits import Habits

MAIN: Final = "main"
"""The connection with which everybody enters."""
SECOND: Final = "second"
"""The connection of a second device."""
READY: Final = {mode: attrgetter(str(mode)) for mode in Mode}
"""What reads the readiness for each mode: `getattr` by a member of an enumeration takes four times as long."""
OWN_DOING: Final = ("left", "left_room")
"""What ends a stay on stage by its person's own will."""


class LeftRoom(Exception):
    """The person has left the room."""


class LostPlace(Exception):
    """The person was away for longer than the room waits, and has come back as a viewer."""


class Work(Protocol):
    """What a person of the staff does for others, as far as the person knows of it."""

    def use(self, client: Client) -> None: ...
    def take_up(self) -> None: ...
    def lay_down(self) -> None: ...


class Attendee(Agent):
    """One person of a group. `behaviour` is a generator function; one's own uses `enter`, `do`, `wait`, `sleep`,
    `offers` and `leave`.
    """

    __slots__ = (
        *("_comes_back", "_ended", "_first_client", "_happened", "back_ms", "entry_ms", "following", "habits"),
        *("has_news", "has_second", "in_room", "invited", "is_away", "is_disruptive", "is_in_gap"),
        *("is_listener", "is_lost", "is_steered", "leave_ms", "losses", "lost_ms", "speaking", "standing"),
        *("turned_down",),
        *("unasked_count", "wish_count", "wish_times", "wishes", "work"),
    )

    def __init__(self, around: Surroundings, name: str, group: str, role: Role, client: Client, habits: Habits) -> None:
        super().__init__(around, name, group, role, client)
        self.habits = habits
        self.work: Work | None = None
        self.is_listener = group in around.behaviours
        """Whether the person has a behaviour of their own, and is told whatever they see of others."""
        # What the person is told about themselves.
        self.standing = VIEWER
        self.has_news = False
        """Whether the standing has changed, and the person has not reacted to it yet."""
        self.is_steered = False
        """Whether it was the script that changed it, in the person's own name: then it goes on from there."""
        self.invited = False
        self.turned_down = False
        """Whether a request or an invitation has come to nothing, and not because the mode changed."""
        self.in_room = False
        self.is_away = False
        """Whether the connection is lost, inside the grace time."""
        self.is_lost = False
        """Whether the room has given the person up: the connection was lost for too long."""
        self.entry_ms = 0
        """When the person comes by plan."""
        self.leave_ms = NEVER
        """When the person leaves the room by plan."""
        # Wishes.
        self.wishes: deque[Wish] = deque()
        self.following: Wish | None = None
        """The wish that the person follows, until it is settled or its time on stage is over."""
        self.speaking: Wish | None = None
        """The wish for which the person is on stage."""
        self.is_disruptive = False
        self.wish_times: deque[int] = deque()
        self.wish_count = 0
        self.unasked_count = 0
        # Connections.
        self.lost_ms = NEVER
        self.back_ms = NEVER
        """When a lost device is back whose person is still in the room by another one."""
        self.losses = 0
        self.has_second = False
        self.is_in_gap = False
        self._first_client = client
        self._happened = False
        self._ended = False
        self._comes_back: Callable[[Any], Steps] | None = None

    # Being driven.

    def start(self, behaviour: Callable[[Any], Steps], comes_back: Callable[[Any], Steps] | None = None) -> None:
        """Set the person going; `comes_back` is what they do when they have left and somebody brings them back."""
        self._comes_back = comes_back
        drive = self.env.process if self.is_listener else partial(Life, self.env)
        drive(self._live(behaviour))

    def _live(self, behaviour: Callable[[Any], Steps]) -> Steps:
        self._ended = False
        try:
            yield from behaviour(self)
        except LeftRoom:
            self._ended = True
            return
        while self.in_room:  # somebody who has nothing more to do still leaves when planned
            try:
                yield from self.wait()
            except LeftRoom:
                break
            except LostPlace:
                continue
        self._ended = True

    def enter(self) -> None:
        """Come into the room, with all devices."""
        self.do(ENTER_ROOM, role=self.role)
        if self.has_second and self.in_room:
            self.client = _other(self._first_client)
            self.do(ENTER_ROOM, role=self.role, connection=SECOND)
            self.client = self._first_client

    def leave(self) -> None:
        """Leave the room, and end."""
        if self.work is not None:
            self.work.lay_down()
        self.do(LEAVE_ROOM)
        self.give_up_all()
        raise LeftRoom

    # Wishes, and how they end.

    def settle(self, kind: str, cause: str) -> None:
        """End the present wish, and those that share its fate, in one of the ways of the log; what has reached the
        stage ends by what ended the last stay, whatever comes after it.
        """
        wish = self.wishes.popleft()
        if self.speaking is wish:
            self.come_off(self.now_ms, cause)
        note, name = self.around.note, self.name
        if wish.is_held_back:
            kind = "wish_not_tried"
        for number in wish.reached:
            had_ms = wish.had_ms if wish.had_ms < LONGEST_MS else LONGEST_MS
            note("wish_ended", name, name, number, wish.ending, had_ms)
        for number in wish.waiting:
            note(kind, name, name, number, cause)

    def end(self, cause: str) -> None:
        """End the present wish, which has reached the stage; the cause is that of a stay that is not over yet."""
        self.settle("wish_given_up", cause)

    def lose(self, kind: str, cause: str) -> None:
        """The same for a wish that comes to nothing; nobody loses a wish on stage."""
        if self.standing is not ON_STAGE:
            self.settle(kind, cause)

    # Wishes of a behaviour of the user's: nothing follows them but what that does.

    def have_wish(self, wanted_ms: float | None) -> None:
        """Have a wish, behind those that are open."""
        wish = self._draw_wish()
        if wanted_ms is not None:
            wish.wanted_ms = whole_ms(wanted_ms)
        self._note_birth(wish, wish.number)
        self.wishes.append(wish)
        self._follow_next()

    def give_up(self, cause: str) -> None:
        """Give up the first of the open wishes."""
        self.settle("wish_given_up", cause)
        self._follow_next()

    def _follow_next(self) -> None:
        """Follow the first of the open wishes; whoever is on stage is there for it."""
        self.following = self.wishes[0] if self.wishes else None
        if self.following is not None:
            self.set_about(self.following)
        if self.standing is ON_STAGE:
            self.take_stage()

    def review(self, name: str, duration_ms: float) -> Steps:
        """Turn to somebody on the list for so long; whether that person still waits then."""
        desk = self.around.desk
        item = desk.waiting.get(name)
        if item is None:
            return False
        desk.take(item)
        self.around.note("review_started", name, self.name, item.request)
        yield from self.sleep(duration_ms)
        self.around.note("review_ended", name, self.name, item.request)
        return desk.under_review.pop(name, None) is not None

    def give_up_all(self) -> None:
        """End every wish, since the person leaves."""
        while self.wishes:
            self.settle("wish_given_up", "left_room")

    def see_the_end(self) -> None:
        """The session is over, and with it the wish that has reached the stage, or that was never acted on; any other
        stays open.
        """
        if self.wishes and self.wishes[0].reached:
            self.wishes[0].waiting.clear()
            self.end("session_ended")
        elif self.wishes and self.wishes[0].is_held_back:
            self.end("session_ended")

    def arise(self) -> None:
        """Have the wish that is due; one that arises while another is followed, as `wishes.meanwhile` says."""
        wishes = self.habits.wishes
        self.wish_times.popleft()
        if wishes.limit is not None and self.wish_count >= wishes.limit:
            self.wish_times.clear()
            return
        followed = self.following
        if followed is not None and wishes.meanwhile == "dropped":
            return
        if followed is None or wishes.meanwhile == "queued":
            wish = self._draw_wish()
            self._note_birth(wish, wish.number)
            self.wishes.append(wish)
        else:
            self.wish_count += 1
            number = self.around.next_wish()
            self._note_birth(followed, number)
            followed.waiting.append(number)
            if self.speaking is followed:
                self._reach(followed)

    def _draw_wish(self) -> Wish:
        """The next wish of this person."""
        self.wish_count += 1
        return draw_wish(self, self.habits, self.around.next_wish(), self.wish_count)

    def _note_birth(self, wish: Wish, number: int) -> None:
        """Log that a wish has arisen, under a number of its own if it shares the fate of another."""
        note, name, wanted_ms = self.around.note, self.name, wish.wanted_ms
        if not 0 <= wanted_ms <= LONGEST_MS:
            wanted_ms = max(0, min(wanted_ms, LONGEST_MS))
        note("wish_arose", name, name, number, more=wanted_ms)
        if wish.is_unsuitable:
            note("wish_unsuitable", name, name, number)

    def set_about(self, wish: Wish) -> None:
        """Follow a wish from now on: it is what staff see of this person."""
        self.following = wish
        unsuitable = self.around.unsuitable
        if wish.is_unsuitable:
            unsuitable.add(self.name)
        elif unsuitable:
            unsuitable.discard(self.name)

    def is_ready(self, wish: Wish) -> bool:
        """Whether the person acts on a wish in the present mode: one number of the wish decides it for all modes."""
        share: float = READY[self.around.mode](self.habits.wishes.readiness)
        return share >= 1 or self.stream("readiness", wish.ordinal).chance(share)

    # On stage for a wish.

    def take_stage(self) -> None:
        """Be live for the wish that is followed, if any is."""
        wish = self.following
        if wish is None or wish is self.speaking or wish not in self.wishes:
            return
        self.speaking = wish
        wish.has_come_off = False
        wish.count(self.env.now, goes_on=not self.is_away)
        self._reach(wish)
        if wish.is_unsuitable:
            self.around.offends(self.name)

    def _reach(self, wish: Wish) -> None:
        for number in wish.waiting:
            self.around.note("wish_satisfied", self.name, self.name, number)
        wish.reached += wish.waiting
        wish.waiting.clear()

    def come_off(self, at_ms: int, ending: str) -> None:
        """Be live no more: what ended the stay, in a word of the log."""
        wish, self.speaking = self.speaking, None
        if wish is not None:
            wish.count(at_ms, goes_on=False)
            wish.ending = ending
            wish.has_come_off = True
            if self.is_listener and wish in self.wishes:
                self.end(ending)
                self._follow_next()

    def is_cut_short(self, wish: Wish) -> bool:
        """Whether a wish has not had enough of the stage when somebody or something else ended its stay."""
        habits = self.habits.on_stage
        return wish.ending not in OWN_DOING and wish.had_ms < habits.enough.ms(wish.wanted_ms)

    # Wishes that follow one another.

    def plan_wish_after(self, wish: Wish) -> None:
        """Plan the wish that follows the end of another, if any does."""
        after_settled = self.habits.wishes.after_settled
        if after_settled is not None:
            self.plan_wish(self.env.now + duration_ms(after_settled, wish.stream.at(NEXT)))
            self.plan_break()

    def plan_wish(self, at_ms: int) -> None:
        """Plan the next wish of those that follow one another, if that is within the session."""
        if at_ms < self.around.end_ms:
            self.wish_times.append(at_ms)

    # What happens whatever the person is doing.

    def plan_break(self) -> None:
        """Say when the next thing happens that does not wait: a wish, a lost connection, leaving."""
        if self._happened:
            self.break_ms = DISTURBED
            return
        break_ms = self.leave_ms if self.leave_ms < self.lost_ms else self.lost_ms
        break_ms = min(break_ms, self.back_ms)
        if self.wish_times and self.wish_times[0] < break_ms:
            break_ms = self.wish_times[0]
        self.break_ms = break_ms

    def plan_loss(self) -> None:
        """Say when the connection is lost next, if this person's ever is."""
        connection = self.habits.connection
        if connection is not None and self.stream("unstable connection").chance(connection.share):
            self.lost_ms = self.now_ms + self.draw_ms(connection.lost_after, "connection lost", self.losses)

    def on_break(self) -> Steps:
        """See to what has happened; then leave, wish, lose the connection or get it back, whichever is due."""
        now_ms = self.env.now
        if self._happened:
            yield from self._see_to_it()
        elif now_ms >= self.leave_ms:
            self.leave()
        elif self.wish_times and now_ms >= self.wish_times[0]:
            is_idle = not self.wishes
            self.arise()
            self.plan_break()
            if is_idle and self.wishes:
                self.told(NEW_WISH)
        elif now_ms >= self.back_ms:
            self._bring_device_back()
        else:
            yield from self._lose_connection()

    def _see_to_it(self) -> Steps:
        """Cut off, taken out, or brought back by somebody else: wait while away, and go on from there."""
        self._happened = False
        was_lost = False
        while self.is_away or self.is_lost:
            was_lost = was_lost or self.is_lost
            yield from self.wait_for_change()
        self._happened = False
        self.plan_break()
        if not self.in_room:
            self.give_up_all()
            raise LeftRoom
        if was_lost:
            self._inbox.clear()
            raise LostPlace

    def _lose_connection(self) -> Steps:
        connection = self.habits.connection
        assert connection is not None
        gap_ms = self.draw_ms(connection.gap, "connection gap", self.losses)
        self.losses += 1
        self.is_in_gap = True
        self.do(DISCONNECT, connection=MAIN if self.has_second else None)
        if self.in_room and not self.is_away:  # there is another device
            self.is_in_gap = False
            self.back_ms = self.now_ms + gap_ms
            self.plan_break()
            return
        self.leave_ms = max(self.leave_ms, self.now_ms + gap_ms)  # nobody says goodbye without a connection
        yield self.env.timeout(gap_ms)
        self.is_in_gap = False
        self.plan_loss()
        self.plan_break()
        if self.is_away:
            self.do(RECONNECT)
        if self.in_room:
            return
        if self.env.now >= self.leave_ms:
            self.give_up_all()
            raise LeftRoom
        self._inbox.clear()
        self.enter()
        raise LostPlace

    def _bring_device_back(self) -> None:
        self.back_ms = NEVER
        self.client = self._first_client
        self.do(ENTER_ROOM, role=self.role, connection=MAIN)
        self.plan_break()

    def use_first_device(self) -> None:
        """Go on with the device that one came with, which is in the room (again), whoever brought it back."""
        self.back_ms = NEVER
        self._use(self._first_client)

    def use_second_device(self) -> None:
        """Go on with the other one: the first is gone, and cannot be lost until it is back."""
        self.lost_ms = NEVER
        self._use(_other(self._first_client))

    def _use(self, client: Client) -> None:
        self.client = client
        if self.work is not None:
            self.work.use(client)

    def presence_changed(self, event: Event) -> None:
        """Take up one's work, or lay it down; and see to what was not one's own doing."""
        if self.work is not None:
            self.check_work()
        if not self.is_in_gap:
            self.see_to(event)

    def see_to(self, event: Event) -> None:
        """Stop whatever one is doing, and see what is to be done now, unless it was one's own doing."""
        if event.by != self.name or self.around.is_scripted:
            self._happened = True
            self.disturb()

    def check_work(self) -> None:
        """Work while in the room, connected, and of the staff."""
        if self.work is not None:
            if self.in_room and not self.is_away and self.role.is_staff:
                self.work.take_up()
            else:
                self.work.lay_down()

    def come_back(self) -> None:
        """Somebody who has left is brought back: what they do then, if they do anything."""
        if self._ended and self._comes_back is not None:
            self.start(self._comes_back, self._comes_back)


def _other(client: Client) -> Client:
    return DESKTOP if client is MOBILE else MOBILE
