"""What an event makes of its person agrees with the one table of the kinds of events."""

import pytest

from stageaccess import SYSTEM, Client, Event, EventKind, Role, StageAccess, Standing
from stagesim.agents.attendee import Attendee
from stagesim.agents.duties import Duties
from stagesim.agents.standing import BEYOND, STANDS
from stagesim.agents.surroundings import Surroundings
from stagesim.eventlog import EventLog
from stagesim.eventlog.header import Header
from stagesim.eventlog.schema import KIND
from stagesim.hearing import hearers
from stagesim.scenario.habits import Habits
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.room import room_config
from stagesim.streams import Streams

EXTRA = {
    EventKind.LEFT_ROOM: {"cause": "explicit"},
    EventKind.STAGE_LEFT: {"cause": "left"},
    EventKind.STAGE_REMOVED: {"cause": "capacity"},
    EventKind.ROLE_CHANGED: {"role": "moderator"},
}


def somebody() -> Attendee:
    scenario = loads("{title: A scene, duration: 1 min, audience: {count: 1}}")
    log = EventLog(Header("A scene", "", "join_by_request", 1))
    around = Surroundings(scenario, StageAccess(room_config(scenario.room)), log, Streams(1, 0), {})
    return Attendee(around, "pat", "audience", Role.PARTICIPANT, Client.DESKTOP, Habits())


@pytest.mark.parametrize("kind", sorted({*STANDS, *BEYOND}))
def test_a_person_stands_after_an_event_where_the_table_says(kind: EventKind) -> None:
    person = somebody()
    before = person.standing = Standing.PREPARING
    [_, its_person_hears, *_] = hearers(person.around, {"pat": person}, Duties(person.around))[kind]
    its_person_hears(Event(1, 0, kind, "pat", SYSTEM, EXTRA.get(kind, {})))
    after = KIND[kind].standing_after
    if kind is EventKind.INVITATION_CLOSED:
        assert person.standing is before, "an invitation that is answered goes on as a set-up"
    elif kind is EventKind.LEFT_ROOM:
        assert not person.in_room
    else:
        assert person.standing == (before if after is None else after)


def test_every_kind_that_moves_a_person_is_observed() -> None:
    moving = {kind for kind in EventKind if KIND[kind].standing_after is not None}
    assert moving <= STANDS.keys() | BEYOND.keys()
