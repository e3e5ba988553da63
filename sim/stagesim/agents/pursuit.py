"""Following one wish to its end: by the button to join, by asking, or by hoping to be noticed.

There is one reaction for each standing, whatever command or whose doing led there: an agent knows nothing of the rules
but what it is told.
"""

from typing import Final, assert_never

from stageaccess import Action, EventKind, Reason, Standing
from stagesim.agents.attendee import Attendee
from stagesim.agents.drawing import duration_ms
from stagesim.agents.names import ASK_TO_JOIN, INVITED, JOIN_STAGE, NEVER, REQUESTED, VIEWER
from stagesim.agents.news import TURNED_DOWN
from stagesim.agents.stage_visit import prepare, stay
from stagesim.agents.surroundings import Steps
from stagesim.agents.wishes import ACCEPT, ANSWER, BALK, IGNORE, PATIENCE, SILENT, Wish

# The standings as literals: with these a type checker sees that `follow` leaves none out.
_ON_STAGE: Final = Standing.ON_STAGE
_PREPARING: Final = Standing.PREPARING
_INVITED: Final = Standing.INVITED
_REQUESTED: Final = Standing.REQUESTED
_VIEWER: Final = Standing.VIEWER

NEW_BUTTONS: Final = frozenset({EventKind.MODE_CHANGED, EventKind.ROLE_CHANGED, EventKind.SESSION_STARTED})
"""After these the room may offer another way."""


def follow(me: Attendee, wish: Wish) -> Steps:
    """Follow the wish until it is settled, or its time on stage over.

    A wish that nobody has (`number` 0) stands for what comes unasked: the person reacts to it, and begins nothing.
    """
    is_asked = wish.number > 0
    if is_asked:
        around, name = me.around, me.name
        around.stale.discard(name)  # a request that was left in the list is meant again
        if name in around.desk.hoping:
            around.desk.overlook(name)
        me.set_about(wish)
        me.turned_down = False
        wish.gives_up_ms = _give_up_ms(me, wish)
    while (wish in me.wishes) if is_asked else (me.has_news and not me.wishes):
        me.has_news = False
        steps = _reaction(me, wish)
        if steps is not None:
            yield from steps


def _reaction(me: Attendee, wish: Wish) -> Steps | None:
    """React to where the person stands. What is done at once is done; what takes time is returned, None for nothing."""
    standing = me.standing  # told apart by names of their own: a `match` reads each member off its class, slowly
    if standing is _ON_STAGE:
        return stay(me, wish)
    if wish.has_come_off:
        return _after_stay(me, wish)
    if standing is _PREPARING:
        return prepare(me, wish)
    if standing is _INVITED:
        return _answer_invitation(me, wish)
    if standing is _REQUESTED:
        return _wait_for_decision(me, wish) if wish.number else None
    if standing is _VIEWER:
        return _take_a_way(me, wish) if wish.number else None
    assert_never(standing)


def _take_a_way(me: Attendee, wish: Wish) -> Steps | None:
    """Take the way to the stage that the room offers just now, if the wish is strong enough for it."""
    if not me.is_ready(wish):
        return _hold_back(me, wish)
    wish.has_acted = True
    offers = me.offers()
    if JOIN_STAGE in offers:
        _join(me, wish)
        return None
    if wish.asks and me.turned_down:
        return _after_decline(me, wish)
    if ASK_TO_JOIN in offers or wish.asked_in is me.around.mode:
        return _ask(me, wish)
    return _hope(me, wish)


def _hold_back(me: Attendee, wish: Wish) -> Steps:
    """Do nothing about the wish in this mode: wait for another one, or for an invitation, until patience ends."""
    watching = me.around.watching
    watching[me.name] = me
    wish.is_held_back = not wish.has_acted
    me.around.explain("wish_held_back", me.name)
    try:
        while me.standing is VIEWER:
            news = yield from me.wait(wish.gives_up_ms)
            if news is None:
                me.settle("wish_given_up", "patience")
                return
            if news.event in NEW_BUTTONS:
                return
    finally:
        wish.is_held_back = False
        watching.pop(me.name, None)


def _give_up_ms(me: Attendee, wish: Wish) -> int:
    patience = me.habits.patience
    if patience is None:
        return NEVER
    if wish.asks == 0:
        return me.now_ms + wish.ms(PATIENCE, patience)
    return me.now_ms + me.draw_ms(patience, f"patience {wish.ordinal}", wish.asks)


def _join(me: Attendee, wish: Wish) -> None:
    """Click on "Join stage"; where that comes to nothing, so does the wish."""
    me.do(JOIN_STAGE)
    if not me.has_news and wish in me.wishes:
        me.settle("wish_refused", "rejected")


def _ask(me: Attendee, wish: Wish) -> Steps | None:
    """Click on "Ask to join"; whoever has asked before, and may not at the moment, tries it all the same."""
    balk_at = me.habits.balk_at
    if balk_at is not None and me.around.desk.open_requests >= balk_at.quantile(wish.stream.at(BALK)):
        me.settle("wish_given_up", "balked")
        return None
    if wish.asks and me.habits.patience_per == "ask":
        wish.gives_up_ms = _give_up_ms(me, wish)
    decision = me.do(ASK_TO_JOIN)
    if decision.accepted:
        wish.asks += 1
        wish.asked_in = me.around.mode
        me.turned_down = not me.has_news  # a request that is taken and not kept
        return None
    if decision.reason is Reason.COOLING_DOWN and decision.wait_ms is not None:
        return _pause(me, decision.wait_ms, wish.gives_up_ms)
    me.settle("wish_refused", "rejected")
    return None


def _wait_for_decision(me: Attendee, wish: Wish) -> Steps:
    """Wait while the request is open; give up when patience ends, unless a moderator has just turned to this person."""
    until_ms = wish.gives_up_ms
    me.around.stale.discard(me.name)
    while me.standing is REQUESTED:
        news = yield from me.wait(until_ms)
        if news is not None:
            continue
        if me.habits.patience_until == "review" and me.name in me.around.desk.under_review:
            until_ms = NEVER
            continue
        _withdraw(me, wish)
        return


def _withdraw(me: Attendee, wish: Wish) -> None:
    """Give up: cancel the request, or say nothing and leave it in the list."""
    if wish.chance(SILENT, me.habits.silent):
        me.around.stale.add(me.name)
    else:
        me.do(Action.CANCEL_REQUEST)
        if me.standing is REQUESTED:  # it cannot be withdrawn
            me.around.stale.add(me.name)
        elif me.standing is not VIEWER:  # it has led somewhere, and the wish with it
            return
    me.settle("wish_given_up", "patience")


def _after_decline(me: Attendee, wish: Wish) -> Steps:
    """Ask again after a pause, or leave it at that: whatever a request or an invitation came to nothing by."""
    me.turned_down = False
    habits = me.habits.after_decline
    stream = me.stream(f"after a decline {wish.ordinal}", wish.asks)
    again = stream.chance(habits.again) and (habits.asks is None or wish.asks < habits.asks)
    if not again:
        me.settle("wish_refused", "declined")
        return
    pause_ms = duration_ms(habits.pause, stream.uniform())
    yield from _pause(me, pause_ms, NEVER if me.habits.patience_per == "ask" else wish.gives_up_ms)


def _after_stay(me: Attendee, wish: Wish) -> Steps | None:
    """The stay is over: leave it at that, or, cut short, set out again after a pause, for what is left of the stay."""
    wish.has_come_off = False
    habits = me.habits.after_cut
    may = habits.again > 0 and (habits.asks is None or max(wish.asks, wish.restarts + 1) < habits.asks)
    wish.restarts += 1
    stream = me.stream(f"after a cut {wish.ordinal}", wish.restarts) if may and me.is_cut_short(wish) else None
    if stream is None or not stream.chance(habits.again):
        me.end(wish.ending)
        return None
    wish.setups = 0
    me.turned_down = False
    patience = me.habits.patience
    if patience is not None:
        wish.gives_up_ms = me.now_ms + me.draw_ms(patience, f"patience {wish.ordinal} after a cut", wish.restarts)
    return _pause(me, duration_ms(habits.pause, stream.uniform()), wish.gives_up_ms)


def _pause(me: Attendee, pause_ms: int, patience_ms: int) -> Steps:
    """Let time pass before the next try; an invitation ends the pause, and so does patience."""
    until_ms = me.now_ms + pause_ms
    runs_out = patience_ms <= until_ms
    while me.standing is VIEWER:
        news = yield from me.wait(min(patience_ms, until_ms))
        if news is None:
            if runs_out:
                me.settle("wish_given_up", "patience")
            return


def _hope(me: Attendee, wish: Wish) -> Steps:
    """There is no button: make the wish noticed, and wait for an invitation or new buttons."""
    news = yield from _wait_to_be_noticed(me, wish)
    if news is None:
        me.settle("wish_given_up", "patience")
        return
    if news is TURNED_DOWN or me.standing is INVITED:
        wish.asks += 1  # a wish that was noticed, and answered, counts like one that was asked for
    if news is TURNED_DOWN:
        yield from _after_decline(me, wish)


def _wait_to_be_noticed(me: Attendee, wish: Wish) -> Steps:
    """The news that ends the hope: an invitation, new buttons, or being turned down; None when patience ended.

    Whoever then says nothing stays noticed: staff turn to somebody who hopes no more.
    """
    around, patience_ms, says_so = me.around, wish.gives_up_ms, True
    around.watching[me.name] = me
    around.explain("wish_hidden", me.name)
    if me.habits.hopes:
        around.desk.hoping[me.name] = me
        _make_noticed(me)
    try:
        while True:
            news = yield from me.wait(patience_ms)
            if news is None and (me.habits.patience_until == "decision" or me.name not in around.desk.under_review):
                says_so = not (me.habits.hopes and wish.chance(SILENT, me.habits.silent))
                return None
            if news is None:
                patience_ms = NEVER
            elif news is TURNED_DOWN or me.standing is not VIEWER:
                return news
            elif news.event in NEW_BUTTONS:
                return news
    finally:
        around.watching.pop(me.name, None)
        if says_so:
            around.desk.overlook(me.name)
        else:
            around.stale.add(me.name)


def _make_noticed(me: Attendee) -> None:
    """Let staff notice a wish for which there is no button, after the time that this takes.

    How fast that is says the first group of staff that notices at all.
    """
    around = me.around
    for group in around.scenario.moderators.values():
        if group.notices is not None:
            notice_ms = me.draw_ms(group.notices, "noticed", me.wishes[0].ordinal if me.wishes else 0)
            around.env.at(around.env.now + notice_ms, lambda: around.notice(me.name))
            return


def _answer_invitation(me: Attendee, wish: Wish) -> Steps:
    """Think it over; then accept, decline, or never answer. `wish` may be one that is not open (any more)."""
    habits = me.habits.answer
    env = me.env
    end_ms = env.now + wish.ms(ANSWER, habits.time)
    while env.now < end_ms and me.standing is INVITED:
        yield from me.wait(end_ms)
    if me.standing is not INVITED:
        return
    if wish.chance(ACCEPT, habits.accept):
        _join(me, wish)
        return
    ignores = wish.chance(IGNORE, habits.ignore)
    me.has_news = False
    if not ignores:
        me.do(Action.DECLINE_INVITATION)
        if me.standing is not VIEWER and me.has_news:  # declining has led somewhere, and the wish with it
            return
    if wish in me.wishes:
        me.settle("wish_given_up", "ignored" if ignores else "not_accepted")
