"""From a scenario's room to the engine's own configuration."""

from stageaccess import RequestLimit, RoomConfig
from stagesim.scenario.models import RoomSettings


def room_config(room: RoomSettings) -> RoomConfig:
    """The engine's configuration of the room."""
    limit = room.request_limit
    return RoomConfig(
        mode=room.mode,
        stage_capacity=room.stage_capacity,
        when_full=room.when_full,
        request_ttl_ms=room.request_ttl,
        invitation_ttl_ms=room.invitation_ttl,
        request_cooldown_ms=room.request_cooldown,
        request_limit=None if limit is None else RequestLimit(limit.count, limit.window),
        reconnect_grace_ms=room.reconnect_grace,
    )
