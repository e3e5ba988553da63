"""From the click on "Join stage" to the end of the stay: setting up devices, going live, speaking, leaving."""

from typing import TYPE_CHECKING

from stageaccess import Action
from stagesim.agents.agent import Nudge, Steps, duration_ms
from stagesim.agents.names import GO_LIVE, INVITED, JOIN_STAGE, LEAVE_STAGE, ON_STAGE, PREPARING, SPEAK, STAGE_FULL
from stagesim.agents.wishes import Wish

if TYPE_CHECKING:
    from stagesim.agents.participant import Participant

PLACE_FREE = Nudge("place_free")
"""What the next in line sees when somebody has left a full stage."""


def visit_stage(me: "Participant", wish: Wish, patience_ms: int | None = None) -> Steps:
    """Set up, go live and stay; the wish is satisfied, given up, refused, or still open when this returns."""
    if not me.do(JOIN_STAGE).accepted:
        if wish in me.wishes:
            me.settle("wish_refused", "rejected")
        return
    if not (yield from _set_up(me, wish)):
        return
    if not (yield from _go_live(me, wish, patience_ms)):
        return
    if wish in me.wishes:
        me.settle("wish_satisfied")
    yield from _stay(me, wish)


def _set_up(me: "Participant", wish: Wish) -> Steps:
    """Get the devices ready; whether it worked. A failed set-up backs out, and leaves a retry to a later round."""
    habits = me.habits.setup
    wish.setups += 1
    u_setup, u_failure = wish.u_setup, wish.u_failure
    if wish.setups > 1:
        u_setup, u_failure = me.stream(f"set-up {wish.setups}", wish.ordinal).take(2)
    end_ms = me.now_ms + duration_ms(habits.time, u_setup)
    while me.stands_at(PREPARING) and me.now_ms < end_ms:
        yield from me.wait(end_ms)
    if not me.stands_at(PREPARING):
        return False
    if u_failure >= habits.failure:
        return True
    tries_again = wish in me.wishes and wish.setups <= habits.retries
    _back_out(me, keep_invitation=tries_again)
    if wish in me.wishes and not tries_again:
        me.settle("wish_given_up", "setup_failed")
    return False


def _back_out(me: "Participant", keep_invitation: bool = False) -> None:
    me.do(Action.CANCEL_JOIN)
    if me.stands_at(INVITED) and not keep_invitation:
        me.do(Action.DECLINE_INVITATION)


def _go_live(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """Click "Join stage" the second time; whom a full stage refuses follows a habit. Whether it worked."""
    habits = me.habits.full_stage
    decision = me.do(GO_LIVE)
    if decision.reason is not STAGE_FULL:
        return decision.accepted
    if habits.then == "give_up":
        _back_out(me)
        if wish in me.wishes:
            me.settle("wish_refused", "full_stage")
        return False
    waits = _wait_in_line if habits.then == "wait" else _try_again
    is_live = yield from waits(me, wish, patience_ms)
    if not is_live and me.stands_at(PREPARING):
        _back_out(me)
        if wish in me.wishes:
            me.settle("wish_given_up", "full_stage")
    return is_live


def _wait_in_line(me: "Participant", _: Wish, patience_ms: int | None) -> Steps:
    """Wait, prepared, behind those who wait already; whether a place fell free in time."""
    line = me.world.line
    line[me.name] = me
    try:
        while me.stands_at(PREPARING):
            news = yield from me.wait(patience_ms)
            if news is None:
                return False
            if news is PLACE_FREE and me.do(GO_LIVE).accepted:
                return True
        return False
    finally:
        del line[me.name]
        me.world.call_line()


def _try_again(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """Click again every now and then; whether it worked before patience ended."""
    tries = 0
    while me.stands_at(PREPARING):
        tries += 1
        retry_ms = me.now_ms + me.draw_ms(me.habits.full_stage.retry_after, f"retry {wish.ordinal}", tries)
        if patience_ms is not None and patience_ms < retry_ms:
            retry_ms = max(patience_ms, me.now_ms)
        while me.stands_at(PREPARING) and (yield from me.wait(retry_ms)) is not None:
            pass
        if not me.stands_at(PREPARING) or (patience_ms is not None and me.now_ms >= patience_ms):
            return False
        if me.do(GO_LIVE).accepted:
            return True
    return False


def _stay(me: "Participant", wish: Wish) -> Steps:
    """Be on stage, speaking now and then, until the stay is over or somebody ends it."""
    habits = me.habits.on_stage
    if me.is_disruptive:
        me.world.disrupts(me.name)
    stay_ms = duration_ms(habits.stay, wish.u_stay)
    if wish.u_overstay < habits.overstay:
        stay_ms += duration_ms(habits.overstay_by, wish.u_overstay_by)
    now_ms = me.now_ms
    end_ms = now_ms + stay_ms
    pulse = habits.pulse
    while True:
        next_ms = end_ms
        if pulse is not None:
            pulse_ms = now_ms + (duration_ms(pulse, wish.speaking.uniform()) or 1)
            next_ms = pulse_ms if pulse_ms < end_ms else end_ms
        while (yield from me.wait(next_ms)) is not None and me.stands_at(ON_STAGE):
            pass
        if not me.stands_at(ON_STAGE):
            return
        now_ms = me.now_ms
        if now_ms >= end_ms:
            me.do(LEAVE_STAGE)
            return
        me.do(SPEAK)
