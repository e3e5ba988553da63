"""Variants of the rules in files of their own, which any scenario and any room can be put under."""

import inspect
from pathlib import Path

import pytest

from stageaccess import RULES, FullStage, Mode, RequestLimit, RoomConfig
from stagesim.commands.options import rules_option
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import from_data, load, loads
from stagesim.scenario.room import as_written, room_config
from stagesim.scenario.variant import DEFAULT, SHIPPED, Variant, variant

ROOM = RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=3)

# What each variant that ships changes: in the tables, in the room.
CHANGES: dict[str, tuple[list[str], RoomConfig]] = {
    "declined_wait": ([], RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=3, request_cooldown_ms=120_000)),
    "requests_survive": (
        [
            "own.ask_to_join.invite_only.requested: - -> already_requested",
            "own.join_stage.invite_only.requested: - -> invitation_needed",
            "requests_at_mode_change.invite_only.everyone_on_stage: - -> superseded",
            "requests_at_mode_change.join_by_request.invite_only: mode_changed -> -",
        ],
        ROOM,
    ),
    "seats_at_once": (["others.bring_to_stage.requested: invited -> on_stage"], ROOM),
}


def test_every_shipped_variant_is_known_here_and_named_by_the_option() -> None:
    option = rules_option(lambda rules: rules).__click_params__[0]  # type: ignore[attr-defined]
    assert tuple(CHANGES) == SHIPPED
    assert all(name in option.help for name in SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_shipped_variant_changes(name: str) -> None:
    changes, room = CHANGES[name]
    assert variant(name).rules.differences(RULES) == changes
    assert variant(name).config(ROOM) == room


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_under_a_variant(name: str) -> None:
    scenario = loads("title: t\nduration: 1 min\nroom: {stage_capacity: 3, request_cooldown: 5 s}\n")
    under = variant(name).scenario(scenario)
    assert under.rules is not None
    assert under.rules.name == variant(name).name
    assert under.room.stage_capacity == 3
    assert under.room.request_cooldown == (120_000 if name == "declined_wait" else 5_000)


def test_no_variant_is_the_default_rules() -> None:
    scenario = load("scenarios/variants/closing_empties_the_stage.yaml")
    assert variant("default") is DEFAULT
    assert DEFAULT.rules is RULES
    assert DEFAULT.config(ROOM) == ROOM
    assert DEFAULT.scenario(scenario).rules is None


def test_a_scenario_file_serves_for_its_rules() -> None:
    found = variant("scenarios/variants/closing_empties_the_stage.yaml")
    assert found.name == "closing the stage empties it"
    assert found.config(ROOM) == ROOM


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(inspect.cleandoc(text))
    with pytest.raises(ScenarioError) as error:
        variant(str(path))
    return str(error.value).replace(str(path), "mine.yaml")


def test_what_is_no_variant_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="did you mean `seats_at_once`"):
        variant("seat_at_once")
    assert "there are no `rules`" in refused(tmp_path, "title: t\nroom: {request_ttl: 5 s}")
    assert "mine.yaml:2:1: audience: unknown key" in refused(tmp_path, "rules: {name: x}\naudience: {count: 3}")
    assert "mine.yaml:2:8: room.mode" in refused(tmp_path, "rules: {name: x}\nroom: {mode: invite_only}")
    assert "mine.yaml:3:16: room.request_ttl" in refused(tmp_path, "rules: {name: x}\nroom:\n  request_ttl: soon")
    assert "unknown cell `ask.viewer`" in refused(tmp_path, "rules: {name: x, cells: {ask.viewer: on_stage}}")


def test_a_variant_is_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("rules: {name: x}\nroom: {stage_capacity: 1, request_ttl: 2 min}\n")
    found: Variant = variant(str(tmp_path / "mine.yaml"))
    assert found.config(ROOM) == RoomConfig(Mode.JOIN_BY_REQUEST, stage_capacity=1, request_ttl_ms=120_000)


@pytest.mark.parametrize(
    "room",
    [
        ROOM,
        RoomConfig(Mode.INVITE_ONLY),
        RoomConfig(
            Mode.EVERYONE_ON_STAGE,
            2,
            FullStage.REJECT,
            0,
            90_000,
            500,
            RequestLimit(3, 600_000),
            reconnect_grace_ms=20_000,
        ),
    ],
)
def test_a_room_is_written_as_a_file_says_it(room: RoomConfig) -> None:
    scenario = from_data({"title": "t", "duration": "1 min", "room": as_written(room)})
    assert room_config(scenario.room) == room
