"""The invariants of the rules, each with an answer that breaks it; a variant is held to what it says itself."""

import pytest

from stageaccess import (
    RULES,
    Action,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    FullStage,
    Mode,
    Role,
    Room,
    RoomConfig,
    StageAccess,
)
from stagesim.scenario.variant import variant
from stagesim.testing.laboratory.invariants import Breach, Invariants, promised

EVERYONE, BY_REQUEST, INVITE_ONLY = Mode


class Scene:
    """A room with a moderator and two participants, whose answers are given to the invariants."""

    def __init__(self, mode: Mode, **settings: object) -> None:
        config = RoomConfig(mode, **settings)  # type: ignore[arg-type]
        self.engine = StageAccess(config)
        self.invariants = Invariants(Room(config))
        for name in ("mo", "pat", "kim"):
            self.does(Action.ENTER_ROOM, name, role=Role.MODERATOR if name == "mo" else Role.PARTICIPANT)
        self.does(Action.START_SESSION)

    def does(self, do: Action, by: str | None = None, to: str | None = None, **fields: object) -> None:
        """Something that the engine answers as it should."""
        command = Command(0, do, by, to, **fields)  # type: ignore[arg-type]
        assert self.invariants.breach(command, self.engine.submit(command)) is None

    def breach(self, do: Action, by: str, *events: Event, **fields: object) -> Breach:
        """What an answer breaks that says these events."""
        command = Command(0, do, by, **fields)  # type: ignore[arg-type]
        found = self.invariants.breach(command, Decision(None, events))
        assert found is not None
        return found

    def event(self, kind: EventKind, who: str, by: str, **extra: str) -> Event:
        """The next event of the room."""
        return Event(self.invariants.room.seq + 1, 0, kind, who, by, extra)

    def on_stage(self, name: str) -> None:
        """Bring somebody on stage, as it should be."""
        if self.invariants.room.mode is not EVERYONE and name != "mo":
            self.does(Action.INVITE, "mo", name)
        self.does(Action.JOIN_STAGE, name)
        self.does(Action.GO_LIVE, name)


def test_2_no_more_on_stage_than_places() -> None:
    scene = Scene(EVERYONE, stage_capacity=1)
    scene.on_stage("pat")
    found = scene.breach(Action.GO_LIVE, "kim", scene.event(EventKind.STAGE_JOINED, "kim", "kim", via="self"))
    assert (found.number, found.statement) == (2, "always on_stage <= capacity")


def test_3_no_request_is_open_where_nobody_asks() -> None:
    scene = Scene(INVITE_ONLY)
    found = scene.breach(Action.ASK_TO_JOIN, "pat", scene.event(EventKind.REQUEST_CREATED, "pat", "pat", request="r1"))
    assert (found.number, found.shows) == (3, {"queue": []})


def test_4_nobody_goes_live_without_an_invitation() -> None:
    scene = Scene(BY_REQUEST)
    found = scene.breach(Action.GO_LIVE, "pat", scene.event(EventKind.STAGE_JOINED, "pat", "pat", via="self"))
    assert (found.number, found.shows) == (4, {"on_stage": []})


@pytest.mark.parametrize("kind", [EventKind.STAGE_JOINED, EventKind.STAGE_LEFT])
def test_7_a_change_of_mode_moves_nobody(kind: EventKind) -> None:
    scene = Scene(EVERYONE)
    scene.on_stage("pat")
    who, extra = ("kim", {"via": "self"}) if kind is EventKind.STAGE_JOINED else ("pat", {"cause": "mode_changed"})
    found = scene.breach(Action.SET_MODE, "mo", scene.event(kind, who, "mo", **extra), mode=INVITE_ONLY)
    assert (found.number, found.shows) == (7, {"on_stage": ["pat"]})


def test_9_no_mobile_client_changes_the_mode() -> None:
    found = Scene(EVERYONE).breach(Action.SET_MODE, "mo", mode=INVITE_ONLY, client=Client.MOBILE)
    assert (found.number, found.shows) == (9, {"expect": "not_on_mobile"})


def test_10_staff_never_make_room() -> None:
    scene = Scene(EVERYONE, stage_capacity=1, when_full=FullStage.REPLACE_QUIETEST)
    scene.on_stage("mo")
    found = scene.breach(Action.GO_LIVE, "pat", scene.event(EventKind.STAGE_REMOVED, "mo", "pat", cause="capacity"))
    assert (found.number, found.shows) == (10, {"on_stage": ["mo"]})


def test_a_variant_is_held_to_what_it_does_not_change() -> None:
    assert promised(RULES) == (frozenset({EVERYONE, INVITE_ONLY}), frozenset({BY_REQUEST, INVITE_ONLY}))
    assert promised(variant("seats_at_once").rules) == (frozenset({EVERYONE, INVITE_ONLY}), frozenset({INVITE_ONLY}))
    assert INVITE_ONLY not in promised(variant("requests_survive").rules).no_request
    assert promised(variant("declined_wait").rules) == promised(RULES)
