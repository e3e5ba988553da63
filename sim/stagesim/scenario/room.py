"""The room under test, and how its mode changes with time."""

from typing import Any

from pydantic import Field

from stageaccess import config
from stageaccess.vocabulary import FullStage, Mode
from stagesim.scenario.part import Part
from stagesim.scenario.values.field_types import Count, Duration, PositiveLimit
from stagesim.scenario.values.units import format_duration


class RequestLimit(Part):
    """At most `count` accepted asks of one person within `window` (rule T4)."""

    count: Count = Field(description="accepted asks at most")
    window: Duration = Field(description="how far back asks count")


class RoomSettings(Part):
    """The room under test, before the first command (RULES sections 7 and 8)."""

    mode: Mode = Field(default=Mode.JOIN_BY_REQUEST, description="the mode at the start; `compare` puts each mode here")
    stage_capacity: PositiveLimit = Field(default=None, description="places on stage; if left out, `unlimited`")
    when_full: FullStage | None = Field(
        default=None, description="what a full stage does; if left out, the mode's own default"
    )
    request_ttl: Duration | None = Field(
        default=None, description="an open request expires after it; if left out, never"
    )
    invitation_ttl: Duration | None = Field(
        default=None, description="an open invitation expires after it; if left out, never"
    )
    request_cooldown: Duration | None = Field(
        default=None, description="no new request of a declined person within it; if left out, no wait"
    )
    request_limit: RequestLimit | None = Field(default=None, description="asks of one person; if left out, no limit")
    reconnect_grace: Duration = Field(
        default=0, description="how long a lost connection keeps request, invitation and place"
    )


class ModeSwitch(Part):
    """One line of the timetable. Moderators carry it out, from a desktop client."""

    at: Duration = Field(description="when the mode changes")
    mode: Mode = Field(description="the mode from then on")


def room_config(room: RoomSettings) -> config.RoomConfig:
    """The engine's configuration of the room."""
    limit = room.request_limit
    return config.RoomConfig(
        mode=room.mode,
        stage_capacity=room.stage_capacity,
        when_full=room.when_full,
        request_ttl_ms=room.request_ttl,
        invitation_ttl_ms=room.invitation_ttl,
        request_cooldown_ms=room.request_cooldown,
        request_limit=None if limit is None else config.RequestLimit(limit.count, limit.window),
        reconnect_grace_ms=room.reconnect_grace,
    )


def as_written(room: config.RoomConfig) -> dict[str, Any]:
    """The engine's configuration as a scenario file says it under `room`, without what is off."""
    said: dict[str, Any] = {}
    for name in RoomSettings.model_fields:
        value = getattr(room, name, None)
        time_ms = getattr(room, f"{name}_ms", None)
        if isinstance(value, config.RequestLimit):
            said[name] = {"count": value.count, "window": format_duration(value.window_ms)}
        elif value is not None:
            said[name] = value if isinstance(value, int) else str(value)
        elif time_ms is not None and (time_ms or RoomSettings.model_fields[name].default is None):
            said[name] = format_duration(time_ms)
    return said
