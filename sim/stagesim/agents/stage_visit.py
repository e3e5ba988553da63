"""From the click on "Join stage" to the end of the stay: setting up devices, going live, speaking, leaving."""

from stageaccess import Action
from stagesim.agents.attendee import Attendee
from stagesim.agents.drawing import duration_ms
from stagesim.agents.names import GO_LIVE, INVITED, LEAVE_STAGE, ON_STAGE, PREPARING, SPEAK, STAGE_FULL
from stagesim.agents.news import PLACE_FREE
from stagesim.agents.surroundings import Steps
from stagesim.agents.wishes import FAILURE, OVERSTAY, OVERSTAY_BY, SETUP, Wish


def prepare(me: Attendee, wish: Wish) -> Steps:
    """Set up and go live; or back out, and then the wish is given up, refused, or left for another try."""
    wish.setups += 1
    setup_ms, fails = _draw_setup(me, wish)
    end_ms = me.env.now + setup_ms
    while me.env.now < end_ms and me.standing is PREPARING:
        yield from me.wait(end_ms)
    if me.standing is not PREPARING:
        return
    if fails:
        me.around.explain("setup_failed", me.name)
        _fail(me, wish)
        return
    reason = me.do(GO_LIVE).reason
    if reason is STAGE_FULL:
        yield from _meet_full_stage(me, wish)
    elif me.standing is not ON_STAGE:
        _fail(me, wish)


def _draw_setup(me: Attendee, wish: Wish) -> tuple[int, bool]:
    """How long this set-up takes (ms), and whether it fails."""
    habits = me.habits.setup
    if wish.setups == 1 and not wish.restarts:
        return wish.ms(SETUP, habits.time), wish.chance(FAILURE, habits.failure)
    after = f" after cut {wish.restarts}" if wish.restarts else ""
    stream = me.stream(f"set-up {wish.setups}{after}", wish.ordinal)
    return duration_ms(habits.time, stream.uniform()), stream.chance(habits.failure)


def _fail(me: Attendee, wish: Wish) -> None:
    """A try has failed: back out, to try again later if this person still does."""
    tries_again = wish in me.wishes and wish.setups <= me.habits.setup.retries
    _back_out(me, keep_invitation=tries_again)
    if wish in me.wishes and not tries_again:
        me.lose("wish_given_up", "setup_failed")


def _back_out(me: Attendee, keep_invitation: bool = False) -> None:
    if me.standing is PREPARING:
        me.do(Action.CANCEL_JOIN)
    if me.standing is INVITED and not keep_invitation:
        me.do(Action.DECLINE_INVITATION)


def _meet_full_stage(me: Attendee, wish: Wish) -> Steps:
    """What somebody does whom a full stage has refused, by habit: give up, try again, or wait for a place."""
    habits = me.habits.full_stage
    if habits.then == "give_up":
        _back_out(me)
        if wish in me.wishes:
            me.lose("wish_refused", "full_stage")
        return
    waits = _wait_in_line if habits.then == "wait" else _try_again
    yield from waits(me, wish)
    if me.standing is PREPARING:
        _back_out(me)
        if wish in me.wishes:
            me.lose("wish_given_up", "full_stage")


def _wait_in_line(me: Attendee, wish: Wish) -> Steps:
    """Wait, prepared, behind those who wait already, until a place falls free, or patience ends."""
    line = me.around.line
    line[me.name] = me
    try:
        while me.standing is PREPARING:
            news = yield from me.wait(wish.gives_up_ms)
            if news is None:
                return
            if news is PLACE_FREE:
                me.do(GO_LIVE)
    finally:
        del line[me.name]
        me.around.call_line()


def _try_again(me: Attendee, wish: Wish) -> Steps:
    """Click again every now and then, until it works or patience ends."""
    patience_ms = wish.gives_up_ms
    tries = 0
    while me.standing is PREPARING:
        tries += 1
        retry_ms = me.env.now + me.draw_ms(me.habits.full_stage.retry_after, f"retry {wish.ordinal}", tries)
        if patience_ms < retry_ms:
            retry_ms = max(patience_ms, me.env.now)
        while me.standing is PREPARING and (yield from me.wait(retry_ms)) is not None:
            pass
        if me.standing is not PREPARING or me.env.now >= patience_ms:
            return
        me.do(GO_LIVE)


def stay(me: Attendee, wish: Wish) -> Steps:
    """Be on stage, speaking now and then, until the stay is over or somebody ends it. Whoever was cut short before
    stays for what is left of it.
    """
    env, habits = me.env, me.habits.on_stage
    if me.speaking is not wish:
        me.take_stage()
    if me.is_disruptive:
        me.around.note("disruption_started", me.name, me.name)
        me.around.disrupts(me.name)
    pulse, stream = habits.pulse, wish.stream
    now_ms = env.now
    end_ms = now_ms + wish.wanted_ms - wish.had_ms
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
            if me.speaking is wish:  # it cannot
                me.end("left")
            return
        me.do(SPEAK)
