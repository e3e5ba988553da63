"""The parameters of a room (RULES sections 7 and 8). All but the mode are off by default."""

from dataclasses import dataclass

from stageaccess.vocabulary import FullStage, Mode


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """At most `count` accepted asks of one person within the last `window_ms` milliseconds (rule T4)."""

    count: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """The parameters of one room; times in whole milliseconds, None is off or unlimited.

    `mode` is the mode at the start. `when_full` None leaves it to each mode's default. Raises ValueError, naming the
    field, for a value that cannot be.
    """

    mode: Mode
    stage_capacity: int | None = None
    when_full: FullStage | None = None
    request_ttl_ms: int | None = None
    invitation_ttl_ms: int | None = None
    request_cooldown_ms: int | None = None
    request_limit: RequestLimit | None = None
    reconnect_grace_ms: int = 0

    def __post_init__(self) -> None:
        _check("mode", self.mode, Mode)
        if self.when_full is not None:
            _check("when_full", self.when_full, FullStage)
        if self.request_limit is not None and not isinstance(self.request_limit, RequestLimit):
            raise ValueError(f"`request_limit`: expected a RequestLimit, got `{self.request_limit!r}`")
        limit = self.request_limit or RequestLimit(0, 0)
        numbers = {
            "stage_capacity": self.stage_capacity,
            "request_ttl_ms": self.request_ttl_ms,
            "invitation_ttl_ms": self.invitation_ttl_ms,
            "request_cooldown_ms": self.request_cooldown_ms,
            "request_limit.count": limit.count,
            "request_limit.window_ms": limit.window_ms,
            "reconnect_grace_ms": self.reconnect_grace_ms,
        }
        for name, value in numbers.items():
            required = name == "reconnect_grace_ms"
            least = 1 if name == "stage_capacity" else 0
            if (value is not None or required) and (type(value) is not int or value < least):
                raise ValueError(f"`{name}`: expected a whole number, {least} or more, got `{value!r}`")


def _check(name: str, value: object, words: type[Mode] | type[FullStage]) -> None:
    if not isinstance(value, words):
        raise ValueError(f"`{name}`: expected one of {', '.join(words)}, got `{value!r}`")
