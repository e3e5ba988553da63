"""Times off by one millisecond, and limits off by one."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from stageaccess import Command, RequestLimit, Room, RoomConfig
from stageaccess.vocabulary import FullStage
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty

TIMES: Final = ("request_ttl_ms", "invitation_ttl_ms", "request_cooldown_ms", "reconnect_grace_ms")


def times() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""
    for field in TIMES:
        for by in (-1, 1):
            yield f"{field} is {by:+} ms", faulty.with_config(_later(field, by))
        if field != "request_cooldown_ms":  # to wait for no time is not to wait
            yield f"{field} of 0 is none", faulty.with_config(partial(_none, field))
        yield (
            f"{field} does not matter",
            faulty.with_config(partial(_off, field)),
        )
    for by in (-1, 1):
        yield f"the window of the limit is {by:+} ms", faulty.with_config(_limit(0, by))
        yield f"the limit is {by:+}", faulty.with_config(_limit(by, 0))
        yield f"there are {by:+} places", faulty.with_config(_places(by))
        yield f"what is due next is said {by:+} ms", faulty.due_at(by.__add__)
    yield "there is no limit on asking", faulty.with_config(lambda _: {"request_limit": None})
    yield "there is no end of places", faulty.with_config(lambda _: {"stage_capacity": None})
    yield "the room does not say what a full stage does", faulty.with_config(lambda _: {"when_full": None})
    for full in FullStage:
        yield f"a full stage always does {full}", faulty.with_config(partial(_always, full))
    for step_ms in (10, 1000):
        yield (
            f"a clock of {step_ms} ms",
            faulty.asked(partial(_coarse, step_ms)),
        )


def _always(full: FullStage, _: RoomConfig) -> Mapping[str, Any]:
    return {"when_full": full}


def _coarse(step_ms: int, command: Command, _: Room) -> Command:
    return command._replace(at_ms=command.at_ms // step_ms * step_ms)


def _later(field: str, by: int) -> Callable[[RoomConfig], Mapping[str, Any]]:
    return lambda config: {field: getattr(config, field) + by} if getattr(config, field) else {}


def _off(field: str, _: RoomConfig) -> Mapping[str, Any]:
    return {field: 0 if field == "reconnect_grace_ms" else None}


def _none(field: str, config: RoomConfig) -> Mapping[str, Any]:
    if field == "reconnect_grace_ms":
        return {field: config.reconnect_grace_ms or 1}
    return {field: getattr(config, field) or None}


def _limit(count: int, window_ms: int) -> Callable[[RoomConfig], Mapping[str, Any]]:
    def change(config: RoomConfig) -> Mapping[str, Any]:
        limit = config.request_limit
        if limit is None or limit.count + count < 0:
            return {}
        return {"request_limit": RequestLimit(limit.count + count, limit.window_ms + window_ms)}

    return change


def _places(by: int) -> Callable[[RoomConfig], Mapping[str, Any]]:
    return lambda config: {"stage_capacity": max(1, config.stage_capacity + by)} if config.stage_capacity else {}
