"""From the click on "Join stage" to the end of the stay: setting up devices, going live, speaking, leaving."""

from typing import TYPE_CHECKING

from stageaccess import Action
from stagesim.agents.agent import Nudge, Steps, duration_ms
from stagesim.agents.names import GO_LIVE, INVITED, JOIN_STAGE, LEAVE_STAGE, ON_STAGE, PREPARING, SPEAK, STAGE_FULL
from stagesim.agents.wishes import FAILURE, OVERSTAY, OVERSTAY_BY, SETUP, STAY, Wish

if TYPE_CHECKING:
    from stagesim.agents.participant import Participant

PLACE_FREE = Nudge("place_free")
"""What the next in line sees when somebody has left a full stage."""


def visit_stage(me: "Participant", wish: Wish, patience_ms: int | None = None) -> Steps:
    """Set up, go live and stay; the wish is satisfied, given up, refused, or still open when this returns."""
    if me.do(JOIN_STAGE).reason is not None:
        if wish in me.wishes:
            me.settle("wish_refused", "rejected")
        return
    if not (yield from _set_up(me, wish)):
        return
    reason = me.do(GO_LIVE).reason
    if reason is STAGE_FULL:
        if not (yield from _meet_full_stage(me, wish, patience_ms)):
            return
    elif reason is not None:
        return
    if wish in me.wishes:
        me.settle("wish_satisfied")
    yield from _stay(me, wish)


def _set_up(me: "Participant", wish: Wish) -> Steps:
    """Get the devices ready; whether it worked. A failed set-up backs out, and leaves a retry to a later round."""
    env, habits = me.env, me.habits.setup
    wish.setups += 1
    if wish.setups == 1:
        setup_ms, fails = wish.ms(SETUP, habits.time), wish.chance(FAILURE, habits.failure)
    else:
        stream = me.stream(f"set-up {wish.setups}", wish.ordinal)
        setup_ms, fails = duration_ms(habits.time, stream.uniform()), stream.chance(habits.failure)
    end_ms = env.now + setup_ms
    while env.now < end_ms and me.standing is PREPARING:
        yield from me.wait(end_ms)
    if me.standing is not PREPARING:
        return False
    if not fails:
        return True
    tries_again = wish in me.wishes and wish.setups <= habits.retries
    _back_out(me, keep_invitation=tries_again)
    if wish in me.wishes and not tries_again:
        me.settle("wish_given_up", "setup_failed")
    return False


def _back_out(me: "Participant", keep_invitation: bool = False) -> None:
    me.do(Action.CANCEL_JOIN)
    if me.standing is INVITED and not keep_invitation:
        me.do(Action.DECLINE_INVITATION)


def _meet_full_stage(me: "Participant", wish: Wish, patience_ms: int | None) -> Steps:
    """What somebody does whom a full stage has refused, by habit; whether they went live in the end."""
    habits = me.habits.full_stage
    if habits.then == "give_up":
        _back_out(me)
        if wish in me.wishes:
            me.settle("wish_refused", "full_stage")
        return False
    waits = _wait_in_line if habits.then == "wait" else _try_again
    is_live = yield from waits(me, wish, patience_ms)
    if not is_live and me.standing is PREPARING:
        _back_out(me)
        if wish in me.wishes:
            me.settle("wish_given_up", "full_stage")
    return is_live


def _wait_in_line(me: "Participant", _: Wish, patience_ms: int | None) -> Steps:
    """Wait, prepared, behind those who wait already; whether a place fell free in time."""
    line = me.world.line
    line[me.name] = me
    try:
        while me.standing is PREPARING:
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
    while me.standing is PREPARING:
        tries += 1
        retry_ms = me.env.now + me.draw_ms(me.habits.full_stage.retry_after, f"retry {wish.ordinal}", tries)
        if patience_ms is not None and patience_ms < retry_ms:
            retry_ms = max(patience_ms, me.env.now)
        while me.standing is PREPARING and (yield from me.wait(retry_ms)) is not None:
            pass
        if me.standing is not PREPARING or (patience_ms is not None and me.env.now >= patience_ms):
            return False
        if me.do(GO_LIVE).accepted:
            return True
    return False


def _stay(me: "Participant", wish: Wish) -> Steps:
    """Be on stage, speaking now and then, until the stay is over or somebody ends it."""
    env, habits = me.env, me.habits.on_stage
    if me.is_disruptive:
        me.world.disrupts(me.name)
    pulse, stream = habits.pulse, wish.stream
    now_ms = env.now
    end_ms = now_ms + wish.ms(STAY, habits.stay)
    if wish.chance(OVERSTAY, habits.overstay):
        end_ms += wish.ms(OVERSTAY_BY, habits.overstay_by)
    while True:
        next_ms = end_ms
        if pulse is not None:
            pulse_ms = now_ms + (duration_ms(pulse, stream.uniform()) or 1)
            if pulse_ms < end_ms:
                next_ms = pulse_ms
        while (yield from me.wait(next_ms)) is not None and me.standing is ON_STAGE:
            pass
        if me.standing is not ON_STAGE:
            return
        now_ms = env.now
        if now_ms >= end_ms:
            me.do(LEAVE_STAGE)
            return
        me.do(SPEAK)
