"""The whole life of somebody who attends: come, follow one wish after the other, answer what comes unasked, leave."""

from stagesim.agents.attendee import Attendee, LostPlace
from stagesim.agents.clock import Pause
from stagesim.agents.drawing import duration_ms
from stagesim.agents.names import REQUESTED, VIEWER
from stagesim.agents.pursuit import follow
from stagesim.agents.surroundings import Steps
from stagesim.agents.wishes import draw_wish, wish_times


def live(me: Attendee, entry_ms: int | None = None) -> Steps:
    """Come at a moment, or be there already (None), and stay until it is time to leave.

    One wish is followed after the other; in between the person reacts to whatever they are put into.
    """
    if entry_ms is not None:
        yield from _arrive(me, entry_ms)
    while True:
        wish = me.wishes[0] if me.wishes else None
        try:
            if wish is not None:
                yield from follow(me, wish)
            elif me.habits.leaves_when_settled and me.wish_count and not me.wish_times:
                me.leave()
            elif me.has_news:
                yield from _react_unasked(me)
            else:
                yield from me.wait()
        except LostPlace:
            pass
        if wish is not None and wish not in me.wishes:
            me.following = None
            me.plan_wish_after(wish)


def _arrive(me: Attendee, entry_ms: int) -> Steps:
    """Come into the room at a moment, with the wishes and the plans of this person."""
    habits = me.habits
    if entry_ms > me.env.now:
        yield Pause(me.env, entry_ms - me.env.now)
    me.wish_times.extend(wish_times(me, habits, entry_ms))
    if habits.leaves_after is not None:
        me.leave_ms = entry_ms + me.draw_ms(habits.leaves_after, "leaving")
    disruptive, connection = habits.on_stage.disruptive, habits.connection
    me.is_disruptive = bool(disruptive) and me.stream("disruptive").chance(disruptive)
    if connection is not None and connection.second_device:
        me.has_second = me.stream("second device").chance(connection.second_device)
    me.plan_loss()
    if not me.in_room:
        me.enter()
    if me.standing is VIEWER:
        me.has_news = False  # whoever has just come is not surprised to be here
    after_settled = habits.wishes.after_settled
    if after_settled is not None:
        first_ms = duration_ms(after_settled, me.stream("first wish").uniform())
        me.plan_wish(max(entry_ms, me.around.live_from_ms) + first_ms)
    me.plan_break()


def _react_unasked(me: Attendee) -> Steps:
    """React to what answers no wish: to an invitation, say, of a person without one, or who has given it up."""
    if me.is_steered or me.standing is VIEWER or me.standing is REQUESTED:
        me.has_news = False  # there is nothing to do about it without a wish
        return
    me.unasked_count += 1
    yield from follow(me, draw_wish(me, me.habits, 0, -me.unasked_count))
