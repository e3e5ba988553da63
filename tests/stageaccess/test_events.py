"""The log: the fields of every kind of event, the order inside one decision, and who is notified."""

from itertools import pairwise
from typing import Any

import pytest

from agree import Pair, brief, play_room
from reference import MODES
from stageaccess import Client, Event, EventKind, Mode, Role, Room, RoomConfig, StageAccess
from stageaccess.audience import notified
from stageaccess.messages import Command
from stageaccess.vocabulary import Action

EVERYONE, BY_REQUEST, INVITE_ONLY = MODES
ALWAYS = ["seq", "at", "event", "who", "by"]
OPEN_ENDED = None

# Per kind of event: its further fields, and the values each can have (None: any).
FIELDS: dict[str, dict[str, list[str] | None]] = {
    "session_started": {},
    "session_ended": {},
    "entered": {
        "role": ["participant", "moderator", "host"],
        "client": ["desktop", "mobile"],
        "connection": OPEN_ENDED,
    },
    "left_room": {"cause": ["explicit", "grace_over", "disconnect"]},
    "disconnected": {},
    "reconnected": {"connection": OPEN_ENDED},
    "connected": {"connection": OPEN_ENDED, "client": ["desktop", "mobile"]},
    "connection_closed": {"connection": OPEN_ENDED},
    "role_changed": {"role": ["participant", "moderator"]},
    "mode_changed": {"mode": MODES, "previous": MODES},
    "request_created": {"request": OPEN_ENDED},
    "request_closed": {
        "request": OPEN_ENDED,
        "outcome": [
            *("approved", "declined", "cancelled", "cleared", "expired", "superseded"),
            *("mode_changed", "left_room", "session_ended"),
        ],
    },
    "invitation_created": {"invitation": OPEN_ENDED, "origin": ["request", "direct"], "request": OPEN_ENDED},
    "invitation_closed": {
        "invitation": OPEN_ENDED,
        "outcome": ["accepted", "declined", "revoked", "expired", "left_room", "session_ended"],
    },
    "setup_started": {"via": ["self", "invitation"]},
    "setup_cancelled": {
        "cause": ["backed_out", "declined", "revoked", "mode_changed", "role_changed", "left_room", "session_ended"]
    },
    "stage_joined": {"via": ["self", "invitation"]},
    "stage_left": {"cause": ["left", "left_room", "session_ended", "mode_changed"]},
    "stage_removed": {"cause": ["moderator", "capacity"]},
    "spoke": {},
}
# What stands in an event only if its command carried it.
CARRIED = [("entered", "connection"), ("reconnected", "connection")]


@pytest.fixture(scope="module")
def logs() -> list[list[dict[str, Any]]]:
    """The events of many random rooms."""
    found = []
    for seed in range(90):
        _, answers = play_room(seed)
        found.append([e for answer in answers for e in [*answer.get("due", []), *answer.get("events", [])]])
    return found


def test_every_event_has_the_fields_of_its_kind(logs: list[list[dict[str, Any]]]) -> None:
    seen: dict[str, int] = {}
    for event in (event for log in logs for event in log):
        fields = {
            field: possible
            for field, possible in FIELDS[event["event"]].items()
            if field in event or (event["event"], field) not in CARRIED
        }
        assert [field for field in event if field != "told"] == [*ALWAYS, *fields]
        for field, possible in fields.items():
            assert possible is OPEN_ENDED or event[field] in possible
        seen[event["event"]] = seen.get(event["event"], 0) + 1
    assert seen.keys() == FIELDS.keys(), "some kind of event never came up"


def test_an_invitation_names_the_request_that_it_answers(logs: list[list[dict[str, Any]]]) -> None:
    origins = set()
    for log in logs:
        for before, event in pairwise(log):
            if event["event"] == "invitation_created":
                origins.add(event["origin"])
                answered = before["event"] == "request_closed" and before["outcome"] == "approved"
                assert event["origin"] == ("request" if answered and before["who"] == event["who"] else "direct")
                assert event["request"] == (before["request"] if event["origin"] == "request" else None)
    assert origins == {"request", "direct"}


def test_log_numbers_and_times_only_grow() -> None:
    for seed in range(20):
        pair, _ = play_room(seed)
        assert pair.reference.room is not None
        log = pair.reference.room["events"]
        assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
        assert [event["at"] for event in log] == sorted(event["at"] for event in log)


def test_what_closes_comes_before_what_opens_when_somebody_is_replaced() -> None:
    pair = Pair(stage_capacity=1, when_full="replace_quietest").open(
        mia="moderator", pat="participant", bo="participant"
    )
    for name in ["pat", "bo"]:
        pair.ok("ask_to_join", name)
        assert brief(pair.ok("bring_to_stage", "mia", to=name))[0].startswith("request_closed")
        assert brief(pair.ok("join_stage", name)) == [f"setup_started {name} by {name} invitation"]
    pair.ok("go_live", "pat")
    assert brief(pair.ok("go_live", "bo")) == [
        "invitation_closed bo by bo i2 accepted",
        "stage_removed pat by bo capacity",
        "stage_joined bo by bo invitation",
    ]


@pytest.mark.parametrize(
    ("action", "by", "word"), [("decline_invitation", "pat", "declined"), ("revoke_invitation", "mia", "revoked")]
)
def test_the_set_up_ends_after_its_invitation(action: str, by: str, word: str) -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    pair.ok("invite", "mia", to="pat")
    pair.ok("join_stage", "pat")
    target: dict[str, Any] = {} if by == "pat" else {"to": "pat"}
    assert brief(pair.ok(action, by, **target)) == [
        f"invitation_closed pat by {by} i1 {word}",
        f"setup_cancelled pat by {by} {word}",
    ]


def test_the_session_is_about_nobody() -> None:
    pair = Pair()
    assert brief(pair.ok("start_session")) == ["session_started system by system"]
    assert brief(pair.ok("end_session")) == ["session_ended system by system"]


# ---------------------------------------------------------------------- audience


class Audience:
    """A room driven through the engine itself, which knows who is told of each event."""

    def __init__(self) -> None:
        self.engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST, reconnect_grace_ms=1000))
        for name, role in [
            ("mia", "moderator"),
            ("hal", "host"),
            ("off", "moderator"),
            ("pat", "participant"),
            ("bo", "participant"),
        ]:
            self.do("enter_room", name, role=Role(role))
        self.do("start_session")
        self.do("disconnect", "off")

    def do(self, action: str, by: str | None = None, **fields: Any) -> dict[str, list[str]]:
        """The command's events, each with the sorted names of those who are notified."""
        decision = self.engine.submit(Command(0, Action(action), by, client=Client.DESKTOP, **fields))
        assert decision.accepted, decision
        told = {}
        for event in decision.events:
            names = notified(event, self.engine.room)
            assert len(names) == len(set(names))
            told[str(event.event)] = sorted(names)
        return told


def test_who_is_notified() -> None:
    room = Audience()
    assert room.do("ask_to_join", "pat") == {"request_created": ["hal", "mia"]}
    assert room.do("bring_to_stage", "mia", to="pat") == {
        "request_closed": ["hal", "mia", "pat"],
        "invitation_created": ["mia", "pat"],
    }
    assert room.do("join_stage", "pat") == {"setup_started": ["pat"]}
    assert room.do("go_live", "pat") == {"invitation_closed": ["mia", "pat"], "stage_joined": []}
    assert room.do("remove_from_stage", "hal", to="pat") == {"stage_removed": ["pat"]}
    assert room.do("invite", "mia", to="bo") == {"invitation_created": ["bo", "mia"]}
    assert room.do("revoke_invitation", "hal", to="bo") == {"invitation_closed": ["bo", "mia"]}
    assert room.do("set_mode", "mia", mode=Mode.INVITE_ONLY) == {"mode_changed": ["bo", "hal", "mia", "pat"]}
    assert room.do("leave_room", "bo") == {"left_room": []}


def test_a_requester_hears_how_the_request_ended_and_so_do_all_staff() -> None:
    room = Audience()
    for action, by, fields in [
        ("cancel_request", "pat", {}),
        ("decline_request", "mia", {"to": "pat"}),
        ("clear_requests", "hal", {}),
    ]:
        room.do("ask_to_join", "pat")
        assert room.do(action, by, **fields) == {"request_closed": ["hal", "mia", "pat"]}


def test_who_is_notified_is_decided_for_every_kind() -> None:
    room = Room(RoomConfig(Mode.JOIN_BY_REQUEST))
    told_nobody = set(EventKind) - {
        EventKind(kind)
        for kind in [
            *("request_created", "request_closed", "invitation_created", "invitation_closed"),
            *("setup_started", "stage_removed", "mode_changed"),
        ]
    }
    for kind in told_nobody:
        assert notified(Event(1, 0, kind, "pat", "pat"), room) == []
