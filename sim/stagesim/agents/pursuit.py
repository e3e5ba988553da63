"""Following one wish to its end: by the button to join, by asking, or by hoping to be noticed."""

from typing import TYPE_CHECKING

from stageaccess import Action, EventKind, Outcome, Reason
from stagesim.agents.agent import Nudge, Steps, duration_ms
from stagesim.agents.names import ASK_TO_JOIN, INVITED, JOIN_STAGE, REQUEST_CLOSED, REQUESTED, VIEWER
from stagesim.agents.stage_visit import visit_stage
from stagesim.agents.wishes import ACCEPT, ANSWER, BALK, IGNORE, PATIENCE, SILENT, Wish

if TYPE_CHECKING:
    from stagesim.agents.participant import Participant

TURNED_DOWN = Nudge("turned_down")
"""What a moderator says to somebody whose noticed wish is not granted; there is no command for that."""

# Requests that end like this were neither granted nor withdrawn: their person may ask again.
NOT_GRANTED = (Outcome.DECLINED, Outcome.CLEARED, Outcome.EXPIRED)


def pursue(me: "Participant", wish: Wish) -> Steps:
    """Follow the wish until it is settled. Each round takes the way that the room offers at the time."""
    me.world.stale.discard(me.name)  # a request that was left in the list is meant again
    patience_ms = _give_up_ms(me, wish)
    while wish in me.wishes:
        if me.standing is INVITED:
            yield from answer_invitation(me, wish, patience_ms)
        elif me.standing is REQUESTED:
            yield from _wait_for_decision(me, wish, patience_ms)
        else:
            offers = me.offers()
            if JOIN_STAGE in offers:
                yield from visit_stage(me, wish, patience_ms)
            elif ASK_TO_JOIN in offers or _is_held_back(me, wish):
                if wish.asks and me.habits.patience_per == "ask":
                    patience_ms = _give_up_ms(me, wish)
                yield from _ask(me, wish, patience_ms)
            else:
                yield from _hope(me, wish, patience_ms)


def _give_up_ms(me: "Participant", wish: Wish) -> int | None:
    patience = me.habits.patience
    if patience is None:
        return None
    if wish.asks == 0:
        return me.now_ms + wish.ms(PATIENCE, patience)
    return me.now_ms + me.draw_ms(patience, f"patience {wish.ordinal}", wish.asks)


def _is_held_back(me: "Participant", wish: Wish) -> bool:
    """Whether a person who has asked before, and may not ask at the moment, tries it all the same."""
    return wish.asks > 0 and me.world.mode_offers_asking()


def _ask(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    balk_at = me.habits.balk_at
    if balk_at is not None and me.world.desk.open_requests >= balk_at.quantile(wish.stream.at(BALK)):
        me.settle("wish_given_up", "balked")
        return
    decision = me.do(ASK_TO_JOIN)
    if decision.accepted:
        wish.asks += 1
        yield from _wait_for_decision(me, wish, patience_ms)
    elif decision.reason is Reason.COOLING_DOWN and decision.wait_ms is not None:
        yield from _pause(me, decision.wait_ms, patience_ms)
    else:
        me.settle("wish_refused", "rejected")


def _wait_for_decision(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """Wait while the request is open; give up when patience ends, unless a moderator has just turned to this person."""
    until_ms = patience_ms
    me.world.stale.discard(me.name)
    while me.standing is REQUESTED:
        news = yield from me.wait(until_ms)
        if news is None:
            if me.habits.patience_until == "review" and me.name in me.world.desk.under_review:
                until_ms = None
                continue
            _give_up(me, wish)
            return
        if news.event is REQUEST_CLOSED and news.extra["outcome"] in NOT_GRANTED:
            yield from _after_decline(me, wish, patience_ms)
            return


def _give_up(me: "Participant", wish: Wish) -> None:
    """Withdraw the request; or say nothing, and leave it in the list."""
    if me.standing is REQUESTED:
        if wish.chance(SILENT, me.habits.silent):
            me.world.stale.add(me.name)
        else:
            me.do(Action.CANCEL_REQUEST)
    me.settle("wish_given_up", "patience")


def _after_decline(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """Ask again after a pause, or leave it at that."""
    habits = me.habits.after_decline
    stream = me.stream(f"after a decline {wish.ordinal}", wish.asks)
    again = stream.chance(habits.again) and (habits.asks is None or wish.asks < habits.asks)
    if not again:
        me.settle("wish_refused", "declined")
        return
    pause_ms = duration_ms(habits.pause, stream.uniform())
    yield from _pause(me, pause_ms, None if me.habits.patience_per == "ask" else patience_ms)


def _pause(me: "Participant", pause_ms: int, patience_ms: int | None) -> Steps:
    """Let time pass before the next try; an invitation ends the pause, and so does patience."""
    until_ms = me.now_ms + pause_ms
    runs_out = patience_ms is not None and patience_ms <= until_ms
    while me.standing is VIEWER:
        news = yield from me.wait(patience_ms if runs_out else until_ms)
        if news is None:
            if runs_out:
                me.settle("wish_given_up", "patience")
            return


def _hope(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """There is no button: make the wish noticed, and wait for an invitation or another mode."""
    news = yield from _wait_to_be_noticed(me, patience_ms)
    if news is None:
        me.settle("wish_given_up", "patience")
    elif news is TURNED_DOWN:
        wish.asks += 1
        yield from _after_decline(me, wish, patience_ms)


def _wait_to_be_noticed(me: "Participant", patience_ms: int | None) -> Steps:
    """The news that ends the hope: an invitation, another mode, or being turned down; None when patience ended."""
    world = me.world
    world.watching[me.name] = me
    if me.habits.hopes:
        world.desk.hoping[me.name] = me
        world.make_noticed(me)
    try:
        while True:
            news = yield from me.wait(patience_ms)
            if news is None and (me.habits.patience_until == "decision" or me.name not in world.desk.under_review):
                return None
            if news is None:
                patience_ms = None
            elif news is TURNED_DOWN or me.standing is not VIEWER:
                return news
            elif news.event is EventKind.MODE_CHANGED:
                return news
    finally:
        world.watching.pop(me.name, None)
        if world.desk.hoping.pop(me.name, None) is not None:
            world.desk.drop(me.name)


def answer_invitation(me: "Participant", wish: Wish, patience_ms: int | None = None) -> Steps:
    """Think it over; then accept, decline, or never answer. `wish` may be one that is not open (any more)."""
    habits = me.habits.answer
    env = me.env
    end_ms = env.now + wish.ms(ANSWER, habits.time)
    while env.now < end_ms and me.standing is INVITED:
        yield from me.wait(end_ms)
    if me.standing is not INVITED:
        return
    if wish.chance(ACCEPT, habits.accept):
        yield from visit_stage(me, wish, patience_ms)
        return
    ignores = wish.chance(IGNORE, habits.ignore)
    if not ignores:
        me.do(Action.DECLINE_INVITATION)
    if wish in me.wishes:
        me.settle("wish_given_up", "ignored" if ignores else "not_accepted")
