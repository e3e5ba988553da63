"""What befalls the people of a drawn room: lost connections, late and repeated messages, two who decide at once.

Each is a function that has it happen to a `Crowd`, and says whether it could.
"""

from collections.abc import Callable, Mapping
from typing import Final

from stageaccess import Action, Command, Mode, Position, Presence
from stageaccess.cells import OTHERS_ACTIONS
from stageaccess.commands import FIELDS
from stagesim.testing.laboratory.crowd import COMING_BACK, CONNECTIONS, OF_POSITION, Crowd


def lost(crowd: Crowd) -> bool:
    """Somebody loses the connection, or one who has lost it is back."""
    away = [name for name in crowd.habits.people if crowd.presence_of(name) is Presence.AWAY]
    if away and crowd.chance.random() < 0.5:
        crowd.say(crowd.filled(crowd.chance.choice(COMING_BACK), crowd.chance.choice(away), None))
    else:
        crowd.say(crowd.filled(Action.DISCONNECT, crowd.anybody(), None))
        if crowd.chance.random() < 0.4:  # and somebody does something at the same millisecond
            crowd.say(crowd.chance.choice((crowd.something(), crowd.doing(Action.ASK_TO_JOIN))))
    return True


def another_device(crowd: Crowd) -> bool:
    """Somebody comes in with another device, or leaves with one that is open or has never been."""
    do = crowd.chance.choice((Action.ENTER_ROOM, Action.ENTER_ROOM, Action.LEAVE_ROOM, Action.DISCONNECT))
    crowd.say(crowd.filled(do, crowd.anybody(), None, crowd.chance.choice(CONNECTIONS)))
    return True


def late(crowd: Crowd) -> bool:
    """Something is said now, and arrives later."""
    due_ms = crowd.model.next_due()
    delay_ms = crowd.chance.choice((1, 10, 1000, 5000, max(1, (due_ms or 0) - crowd.now_ms)))
    crowd.send(crowd.now_ms + delay_ms, crowd.something())
    return True


def twice(crowd: Crowd) -> bool:
    """The same command twice, with an id of its own or without, at once or later."""
    command = crowd.something()
    if crowd.chance.random() < 0.7:
        command = crowd.with_id(command)
    crowd.say(command)
    if crowd.chance.random() < 0.5:
        crowd.say(command)
    else:
        later_ms = crowd.now_ms + crowd.chance.choice((0, 1, 1000, 20_000))
        crowd.send(later_ms, command)
    return True


def reordered(crowd: Crowd) -> bool:
    """Some commands are made on what is so now, and arrive in another order."""
    commands = [crowd.something() for _ in range(crowd.chance.randint(2, 4))]
    crowd.chance.shuffle(commands)
    for command in commands:
        crowd.say(command)
    return True


def two_moderators(crowd: Crowd) -> bool:
    """Two of the staff decide on the same person at the same moment."""
    staff = list(crowd.room.staff)
    if len(staff) < 2:
        return False
    who = crowd.somebody((Position.REQUESTED, Position.REQUESTED, Position.INVITED, Position.VIEWER))
    for by in crowd.chance.sample(staff, 2):
        crowd.say(crowd.filled(crowd.chance.choice(OTHERS_ACTIONS), by, who))
    return True


def vanishing(crowd: Crowd) -> bool:
    """All of the staff are gone, or lose their connection, at once."""
    do = crowd.chance.choice((Action.LEAVE_ROOM, Action.DISCONNECT))
    for name in list(crowd.room.staff):
        crowd.say(crowd.filled(do, name, None))
    return bool(crowd.lines)


def switch_of_mode(crowd: Crowd) -> bool:
    """The mode changes while somebody is on the way to the stage, who goes on at the same moment."""
    if not crowd.room.staff:
        return False
    on_the_way = [*crowd.room.setups, *crowd.room.invited, *crowd.room.queue]
    who = crowd.chance.choice(on_the_way) if on_the_way else crowd.anybody()
    mode = Command(crowd.now_ms, Action.SET_MODE, crowd.staff_member(), mode=crowd.chance.choice(list(Mode)))
    both = [mode, crowd.filled(next_step(crowd, who), who, None)]
    crowd.chance.shuffle(both)
    for command in both:
        crowd.say(command)
    return True


def next_step(crowd: Crowd, who: str) -> Action:
    """What somebody does next on the way to the stage, or off it."""
    person = crowd.room.people.get(who)
    match None if person is None else person.position:
        case Position.PREPARING_SELF | Position.PREPARING_INVITATION:
            return Action.GO_LIVE
        case Position.INVITED:
            return Action.JOIN_STAGE
        case Position.REQUESTED:
            return Action.CANCEL_REQUEST
    return Action.ASK_TO_JOIN


def everybody(crowd: Crowd) -> bool:
    """All do the same at the same millisecond; or all are invited, join and go live, as many as there are places."""
    steps = crowd.chance.choice(((Action.ASK_TO_JOIN,), (Action.LEAVE_STAGE,), (Action.GO_LIVE,), RUSH, RUSH))
    for do in steps:
        for name in [name for position in dict.fromkeys(OF_POSITION[do]) for name in crowd.those_at(position)][:MOST]:
            invites = do is Action.INVITE
            crowd.say(crowd.filled(do, crowd.staff_member(but=name) if invites else name, name if invites else None))
    return bool(crowd.room.people)


RUSH: Final = (Action.INVITE, Action.JOIN_STAGE, Action.GO_LIVE)
MOST: Final = 30
"""So many do it at most: a few times as many as a stage has places."""


def impatience(crowd: Crowd) -> bool:
    """Somebody who must not ask yet asks, at the moment from which on it is allowed, or a millisecond beside it."""
    if crowd.room.queue and crowd.chance.random() < 0.3:
        crowd.say(crowd.doing(Action.DECLINE_REQUEST))
    config, people = crowd.habits.config, crowd.room.people.values()
    moments: list[tuple[str, int]] = []
    for person in people:
        if config.request_cooldown_ms is not None and person.declined_ms is not None:
            moments.append((person.name, person.declined_ms + config.request_cooldown_ms))
        if config.request_limit is not None and person.recent_asks:
            moments.append((person.name, person.recent_asks[0] + config.request_limit.window_ms))
    if not moments:
        return False
    who, at_ms = crowd.chance.choice(moments[-20:])
    crowd.chance.choice((nothing, nothing, comes_anew, is_invited))(crowd, who)
    if crowd.chance.random() < 0.6:
        crowd.now_ms = max(crowd.now_ms, at_ms + crowd.chance.choice((-1, -1, 0, 0, 1)))
    ask = crowd.with_id(crowd.filled(Action.ASK_TO_JOIN, who, None))
    crowd.say(ask)
    if crowd.chance.random() < 0.3:
        crowd.send(crowd.now_ms + crowd.chance.choice((1, 500, 1000)), ask)
    return True


def nothing(_: Crowd, __: str) -> None:
    """Whoever is impatient does nothing meanwhile."""


def comes_anew(crowd: Crowd, who: str) -> None:
    """They leave meanwhile, and come in anew."""
    for do in (Action.LEAVE_ROOM, Action.ENTER_ROOM):
        crowd.say(crowd.filled(do, who, None))


def is_invited(crowd: Crowd, who: str) -> None:
    """They are invited meanwhile, and decline."""
    crowd.say(crowd.filled(Action.INVITE, crowd.staff_member(but=who), who))
    crowd.say(crowd.filled(Action.DECLINE_INVITATION, who, None))


def other_words(crowd: Crowd) -> bool:
    """Anything, of anybody, about anybody."""
    do = crowd.chance.choice(list(FIELDS))
    if do in (Action.START_SESSION, Action.END_SESSION):
        return False
    crowd.say(crowd.filled(do, crowd.anybody(), crowd.anybody()))
    return True


MISHAPS: Final[Mapping[str, Callable[[Crowd], bool]]] = {
    "lost": lost,
    "devices": another_device,
    "late": late,
    "twice": twice,
    "reordered": reordered,
    "two moderators": two_moderators,
    "vanishing": vanishing,
    "switch": switch_of_mode,
    "everybody": everybody,
    "impatience": impatience,
    "anything": other_words,
}
"""How each mishap comes about, by the name that it has in `settings`."""
