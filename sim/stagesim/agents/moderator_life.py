"""What moderators do: look after the list and the stage, turn to one person after the other, and decide."""

from collections.abc import Callable

from stageaccess import Action
from stagesim.agents.desk import Item, Removal
from stagesim.agents.disciplines import next_item
from stagesim.agents.drawing import duration_ms
from stagesim.agents.moderator import Moderator, OffDuty
from stagesim.agents.names import BRING_TO_STAGE
from stagesim.agents.news import REMOVAL, TURNED_DOWN, WORK
from stagesim.agents.surroundings import Steps
from stagesim.scenario.moderators import Review


def work(me: Moderator) -> Steps:
    """Review whatever waits; turn away, rest or look only so often, as the habits say."""
    habits = me.habits
    if habits.presenting is not None:
        me.plan_turn(habits.presenting)
    if habits.reads_chat is not None:
        me.plan_reading(habits.reads_chat)
    if habits.called_away is not None:
        me.plan_call(habits.called_away)
    while True:
        try:
            if habits.looks_every is not None:
                yield from _look_every(me, habits.looks_every)
            yield from _attend(me)
        except OffDuty:
            continue


def _attend(me: Moderator) -> Steps:
    """Take up one after the other, and turn away in between."""
    habits, desk = me.habits, me.around.desk
    while True:
        if me.break_ms < 0:
            yield from me.on_break()
        if desk.removals and (removal := desk.next_removal(me)) is not None:
            yield from _remove(me, removal)
            continue
        now_ms = me.env.now
        if now_ms >= me.turn_away_ms:
            yield from _present(me)
            continue
        if now_ms >= me.read_ms:
            yield from _read_chat(me)
            continue
        item = next_item(desk, me)
        if item is not None:
            yield from _review(me, item)
        elif habits.rests is not None:
            me.turns += 1
            yield from _turn_away(me, "resting", me.draw_ms(habits.rests, "rest", me.turns))
        else:
            yield from _idle(me)


def _idle(me: Moderator) -> Steps:
    """Wait for work; noticing somebody on the list takes the time of a reaction."""
    desk = me.around.desk
    desk.rest(me)
    try:
        news = None
        while news is not WORK:
            news = yield from me.wait(min(me.turn_away_ms, me.read_ms))
            if news is None or news is REMOVAL:
                return
    finally:
        desk.rouse(me.name)
    me.reactions += 1
    reaction_ms = me.draw_ms(me.habits.reaction, "reaction", me.reactions)
    if reaction_ms:
        yield from _busy(me, reaction_ms, lambda: True)


def _busy(me: Moderator, duration_ms: int, is_needed: Callable[[], bool]) -> Steps:
    """Be at work for so long, not counting the time of being called away; False as soon as it is needed no more.

    A review may be interrupted by a removal, whose time does not count either.
    """
    env, desk = me.env, me.around.desk
    left_ms = duration_ms
    while left_ms > 0:
        began_ms, away_ms = env.now, me.away_ms
        yield from me.wait(began_ms + left_ms)
        left_ms -= env.now - began_ms - (me.away_ms - away_ms)
        if desk.removals and left_ms > 0 and me.may_interrupt() and is_needed():
            removal = desk.next_removal(me, in_review=True)
            if removal is not None:
                yield from _remove(me, removal)
        if not is_needed():
            return False
    return True


def _remove(me: Moderator, removal: Removal) -> Steps:
    """Take somebody off the stage, unless that person leaves it first."""
    around = me.around
    me.removal = removal
    around.note("removal_started", removal.name, me.name)
    yield from _busy(me, removal.time_ms, lambda: removal.is_needed)
    if me.removal is not removal:
        return  # laid down at the last moment
    me.removal = None
    around.note("removal_ended", removal.name, me.name)
    if removal.is_needed:
        del around.desk.removals[removal.name]
        me.do(Action.REMOVE_FROM_STAGE, removal.name)


def _review(me: Moderator, item: Item) -> Steps:
    """Turn to one person, make up one's mind, and say so. The answer is drawn first, then its time."""
    around, review = me.around, me.habits.review
    item.reviewer, me.item = me, item
    around.note("review_started", item.name, me.name, item.request)
    stream = around.streams.stream(item.name, "review", item.occasion)
    approves = stream.chance(_approval(review) if item.name in around.unsuitable else review.approve)
    time = review.time if approves or review.decline_time is None else review.decline_time
    under_review = around.desk.under_review
    is_waiting = yield from _busy(me, duration_ms(time, stream.uniform()), lambda: item.name in under_review)
    if me.item is not item:
        return  # laid down at the last moment
    me.item = None
    around.note("review_ended", item.name, me.name, item.request)
    if is_waiting and item.name in around.desk.under_review:
        _decide(me, item, approves)


def _approval(review: Review) -> float:
    """The chance that an unsuitable wish is approved: the number of the review that decides on any other decides it."""
    return review.approve if review.recognise is None else 1 - review.recognise


def _decide(me: Moderator, item: Item, approves: bool) -> None:
    around = me.around
    desk = around.desk
    if item.name in around.stale:
        around.stale.discard(item.name)
        desk.hoping.pop(item.name, None)
        approves = False  # nobody answers: the wish was given up long ago
    if me.habits.when_stage_full == "decline" and around.stage_is_full():
        approves = False
    if item.request is None:
        desk.under_review.pop(item.name, None)
        hopeful = desk.hoping.get(item.name)
        is_invited = approves and me.do(Action.INVITE, item.name).accepted
        if hopeful is not None and not is_invited:
            hopeful.told(TURNED_DOWN)
    elif approves:
        me.do(BRING_TO_STAGE, item.name, request=item.request)
    else:
        me.do(Action.DECLINE_REQUEST, item.name, request=item.request)
    desk.under_review.pop(item.name, None)


def _look_every(me: Moderator, every_ms: int) -> Steps:
    """Look at the list at fixed intervals, and decide on all that is there."""
    desk = me.around.desk
    while True:
        yield from _turn_away(me, "between_looks", every_ms)
        while me.is_at_work and (removal := desk.next_removal(me)) is not None:
            yield from _remove(me, removal)
        while me.is_at_work and (item := next_item(desk, me)) is not None:
            yield from _review(me, item)


def _present(me: Moderator) -> Steps:
    """Present for a while, between two reviews."""
    presenting = me.habits.presenting
    assert presenting is not None
    me.turns += 1
    yield from _turn_away(me, "presenting", me.draw_ms(presenting.lasts, "presenting", me.turns))
    me.plan_turn(presenting)


def _read_chat(me: Moderator) -> Steps:
    """Read the chat for a while, between two reviews; at the end all wishes that stand there are noticed."""
    reads_chat = me.habits.reads_chat
    assert reads_chat is not None
    me.readings += 1
    yield from _turn_away(me, "reading_chat", me.draw_ms(reads_chat.lasts, "reading", me.readings))
    me.plan_reading(reads_chat)
    me.around.read_chat()


def _turn_away(me: Moderator, cause: str, duration_ms: int) -> Steps:
    me.around.note("attention_lost", me.name, me.name, word=cause)
    try:
        yield from me.sleep(duration_ms)
    except OffDuty:
        me.around.note("attention_back", me.name, me.name)
        raise
    me.around.note("attention_back", me.name, me.name)
