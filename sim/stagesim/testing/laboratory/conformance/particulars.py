"""Talks that are written down: lines at fault, commands that come again, room after room, what is easily confused."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from stageaccess import RuleSet
from stageaccess.commands import FIELDS, Fields
from stageaccess.records import PLACES, TIME, Sort
from stageaccess.wire import ROOM as ROOM_RECORD
from stagesim.testing.laboratory.conformance.talk import Talk, talk, text_of

FAULTS: Final = "lines at fault"
WRITTEN: Final = "written talks"

ROOM: Final = '{"room": {"mode": "join_by_request"}}'
STATE: Final = '{"ask": "state"}'
OPEN: Final = (
    ROOM,
    '{"at": 0, "do": "enter_room", "by": "mia", "role": "moderator"}',
    '{"at": 0, "do": "enter_room", "by": "pat", "role": "participant"}',
    '{"at": 0, "do": "start_session"}',
)
ASKS: Final = '{"at": 1, "do": "ask_to_join", "by": "pat"}'

BAD_VALUES: Final[tuple[tuple[Sort, tuple[Any, ...]], ...]] = (
    (PLACES, (0, True, "3", 1.5)),
    (TIME, (-1, "60", 0.0001, True, [])),
)
"""What no parameter of these sorts can be."""

BAD_LIMITS: Final = (
    {"count": 1},
    {"window": 1},
    {"count": -1, "window": 1},
    {"count": 1, "window": 1, "per": "day"},
    3,
)
BAD_ROOMS: Final[tuple[Any, ...]] = (
    {},
    [],
    {"mode": "open"},
    {"mode": 1},
    {"mode": "invite_only", "colour": "red"},
    {"mode": "invite_only", "told": True},
    {"mode": "invite_only", "when_full": "queue"},
    *({"mode": "invite_only", "request_limit": each} for each in BAD_LIMITS),
    *(
        {"mode": "invite_only", each.name: value}
        for each in ROOM_RECORD.fields
        for sort, values in BAD_VALUES
        for value in (values if each.sort is sort else ())
    ),
)
BAD_LINES: Final[tuple[Any, ...]] = (
    {"room": {"mode": "invite_only"}, "told": 1},
    {"room": {"mode": "invite_only"}, "at": 0},
    {"told": True},
    {"ask": "weather"},
    {"ask": "state", "of": "pat"},
    {"ask": "due", "at": 0},
    {"ask": "actions"},
    {"ask": "actions", "of": ""},
    {"ask": "actions", "of": "pat", "client": "watch"},
    {},
    [],
    "room",
    None,
    7,
)
BAD_COMMANDS: Final[tuple[dict[str, Any], ...]] = (
    {"do": "dance"},
    {"do": 7},
    {"by": "system"},
    {"colour": "red"},
    {"colour": None},
    {"client": "watch"},
    {"client": 3},
    {"id": ""},
    {"id": 3},
    {"at": -1},
    {"at": "1"},
    {"at": True},
    {"at": 1.0001},
    {"at": 1_000_000_000_001},
    {"at": 0.5},
    {"at": []},
)
WRONG: Final[tuple[Any, ...]] = ("", 3, [], {})
NEEDED: Final = {"by": "mia", "to": "pat", "mode": "invite_only", "role": "moderator"}
"""What an action may need, with a value that is none at fault."""


def _bad_fields() -> Iterator[dict[str, Any]]:
    """Each field that some actions take and others do not: missing, of the wrong type, and where it is not taken."""
    for place, name in enumerate(Fields._fields):
        taking = next(do for do, fields in FIELDS.items() if fields[place])
        other = next(do for do, fields in FIELDS.items() if not fields[place])
        fine = {field: value for field, value in NEEDED.items() if getattr(FIELDS[taking], field)}
        line = {"at": 1, "do": taking, **fine}
        yield from ({**line, name: bad} for bad in WRONG)
        yield from [{key: value for key, value in line.items() if key != name}] if name in NEEDED else []
        fine = {field: value for field, value in NEEDED.items() if getattr(FIELDS[other], field)}
        yield {"at": 1, "do": other, **fine, name: NEEDED.get(name, "r1")}


RAW: Final = (
    "",
    "{",
    "ask for the state",
    '{"ask": "state"} {"ask": "state"}',
    '{"ask": "state", "ask": "state"}',
    '{"at": NaN}',
    '{"at": Infinity}',
    '{"at": 1e400}',
    '{"at": 1, "do": "enter_room", "by": "\udcff", "role": "host"}',
    '{"at": 1, "do": "enter_room", "by": "\\ud800", "role": "host"}',
    "[" * 2000 + "]" * 2000,
)


@cache
def faulty(rules: RuleSet) -> Iterable[Talk]:
    """Each line at fault in a room in which something is so, which has to be so afterwards."""
    before = (*OPEN, ASKS)
    lines = [
        *(json.dumps({"room": room}) for room in BAD_ROOMS),
        *map(json.dumps, BAD_LINES),
        *(json.dumps({"at": 1, "do": "cancel_request", "by": "pat", **change}) for change in BAD_COMMANDS),
        *map(json.dumps, _bad_fields()),
        *RAW,
    ]
    talks = [(f"line {number}", [*before, line, STATE]) for number, line in enumerate(lines, start=1)]
    talks += [
        ("the id of a line before", [*OPEN, _with_id(ASKS), '{"at": 1, "do": "dance", "id": "k"}']),
        ("a fault uses up no id", [*OPEN, '{"at": 1, "do": "dance", "id": "k"}', _with_id(ASKS)]),
    ]
    return tuple(talk(FAULTS, name, said, rules) for name, said in talks)


def _with_id(line: str) -> str:
    return f'{line[:-1]}, "id": "k"}}'


@cache
def written(rules: RuleSet) -> Iterable[Talk]:
    """Commands that come twice, rooms that come one after another, orders, and numbers at their ends."""
    return tuple(talk(WRITTEN, name, lines, rules) for name, lines in _written())


def _written() -> Iterator[tuple[str, tuple[str, ...]]]:
    told = (ROOM.replace("}}", '}, "told": true}'), *OPEN[1:])
    asks, late = _with_id(ASKS), _with_id(ASKS).replace('"at": 1', '"at": 9')
    yield "an accepted command", (*told, asks, asks, STATE)
    yield "later, when it would be rejected", (*told, asks, late, STATE)
    cancels = '{"at": 2, "do": "cancel_request", "by": "pat"}'
    yield "later, when it would be accepted again", (*told, asks, cancels, late, STATE)
    joins = '{"at": 1, "do": "join_stage", "by": "pat", "id": "k"}'
    opens = '{"at": 2, "do": "set_mode", "by": "mia", "mode": "everyone_on_stage"}'
    yield "a rejected command, when it would be accepted", (*told, joins, opens, joins.replace("1", "3"), STATE)
    other = '{"at": 2, "do": "clear_requests", "by": "mia", "id": "k"}'
    yield "another command with the same id", (*told, asks, other, STATE)
    limited = ('{"room": {"mode": "join_by_request", "request_ttl": 5}, "told": true}', *OPEN[1:])
    yield "what is due comes with it", (*limited, asks, late, late.replace("9", "10"), STATE)
    early = '{"at": 0, "do": "ask_to_join", "by": "pat", "id": "k"}'
    yield "a command before the start", (*told[:3], early, told[3], early, STATE)
    yield "an id of the room before", (*OPEN, asks, *told, asks, STATE)
    yield "time of the room before", (*OPEN, '{"at": 100}', *OPEN, ASKS, STATE, '{"ask": "due"}')
    yield "people of the room before", (*OPEN, ASKS, ROOM, STATE, OPEN[2], STATE)
    timed = ROOM.replace("}}", ', "request_ttl": 5, "stage_capacity": 1}}')
    yield "settings of the room before", (timed, *OPEN, ASKS, '{"ask": "due"}', '{"at": 7}', STATE)
    yield (
        "thousandths of a second",
        (*limited, ASKS.replace("1", "1.001"), '{"ask": "due"}', '{"at": 6}', '{"at": 6.001}'),
    )
    yield "tenths of a second", (*limited, ASKS.replace("1", "0.3"), '{"ask": "due"}', '{"at": 5.299}', '{"at": 5.3}')
    last = 1_000_000_000_000
    yield "the last moment", (*limited, ASKS.replace("1", str(last)), '{"ask": "due"}', text_of({"at": last}), STATE)
    yield "a question that time passes by", (*limited, ASKS, '{"at": 6}', '{"ask": "due"}', STATE)
    engine = '{"ask": "engine"}'
    yield "who answers", (engine, ROOM, engine)
    nulls = '{"at": 1, "do": "ask_to_join", "by": "pat", "to": null, "role": null, "room": null, "ask": null}'
    yield "null is left out", (*told, nulls, '{"ask": "state", "of": null, "at": null}')
    yield "a whole number as a decimal", (*limited, ASKS.replace("1", "1.0"), '{"at": 6.000}', STATE)
    yield (
        "nobody is called system",
        (*told, '{"at": 1, "do": "invite", "by": "mia", "to": "system"}', '{"ask": "actions", "of": "system"}'),
    )
    invites = '{"at": 1, "do": "invite", "by": "mia", "to": "pat"}'
    declines = '{"at": 1, "do": "decline_invitation", "by": "pat"}'
    yield "whoever said no is invited again", (*told, invites, declines, invites, STATE)
    clears = '{"at": 1, "do": "clear_requests", "by": "mia"}'
    yield "whoever was cleared asks again", (*told, ASKS, clears, ASKS, STATE)
    leaves = '{"at": 1, "do": "leave_room", "by": "pat"}'
    yield "whoever left comes back", (*told, ASKS, leaves, OPEN[2].replace("0", "1"), ASKS, STATE)
    bo = '{"at": 0, "do": "enter_room", "by": "bo", "role": "participant"}'
    asks_too = '{"at": 1, "do": "ask_to_join", "by": "bo", "client": "mobile"}'
    yield "the queue is in the order of asking", (*told, bo, ASKS, asks_too, STATE)
    yield "the other way round", (*told, bo, asks_too, ASKS, STATE)
    late_mia = OPEN[1].replace('"at": 0', '"at": 2')
    yield "who comes late sees what is open", (told[0], *told[2:], ASKS, late_mia, '{"ask": "actions", "of": "mia"}')
    names = [
        text_of({"at": 0, "do": "enter_room", "by": name, "role": "host"})
        for name in ("Zoë", "zoe", "山", "𝒜", "ﬀ", "Ω")
    ]
    mode = text_of({"at": 1, "do": "set_mode", "by": "山", "mode": "invite_only"})
    yield "names of any alphabet", (told[0], *names, told[3], mode, STATE, text_of({"ask": "actions", "of": "𝒜"}))
