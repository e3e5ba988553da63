"""The shortest conversation that shows a defect: lines are left out and made plainer as long as the same is wrong."""

import json
import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from stageaccess.wire import COMMAND, ROOM
from stagesim.testing.laboratory.conformance.talk import fields_of, text_of

Lines = tuple[str, ...]
Shows = Callable[[Lines], Lines | None]
"""Plays lines: those up to the defect where they show it, None where they do not."""

LONG: Final = 8
"""Lines from which on one is changed so that another can be left out: that takes as many tries as there are pairs."""

OPTIONAL: Final = tuple(name for name in COMMAND.names if name not in ("at", "do", "by"))
IN_A_ROOM: Final = tuple(name for name in reversed(ROOM.names) if name != "mode")


class TimeIsUp(Exception):
    """There is no time to go on."""


def shortened(lines: Lines, shows: Shows, until: float) -> tuple[Lines, bool]:
    """Lines that show the defect, of which none can be left out, and whether that was brought to its end.

    `lines` show it; `until` is the moment of the monotonic clock at which one stops.
    """
    best = [lines]

    def timed(tried: Lines) -> Lines | None:
        if time.monotonic() > until:
            raise TimeIsUp
        found = shows(tried)
        if found is not None and (len(found), sum(map(len, found))) < (len(best[0]), sum(map(len, best[0]))):
            best[0] = found
        return found

    try:
        before: Lines = ()
        while before != best[0]:
            before = best[0]
            _fewer(before, timed)
            if len(best[0]) > LONG:
                _without_detours(best, timed)
            _plainer(best, timed)
    except TimeIsUp:
        return best[0], False
    return best[0], True


def _fewer(lines: Lines, shows: Shows) -> Lines:
    """Leave out as many lines as possible: large pieces first, then each line alone."""
    size = max(1, len(lines) // 2)
    while True:
        place = len(lines)
        while place > 0:
            start = max(0, place - size)
            found = shows(lines[:start] + lines[place:]) if place <= len(lines) and len(lines) > 1 else None
            if found is not None:
                lines = found
            place = min(start, len(lines))
        if size == 1:
            return lines
        size //= 2


def _without_detours(best: list[Lines], shows: Shows) -> None:
    """Change one line so that another can be left out: whoever is made something later may be it from the start."""
    lines = best[0]
    for place, line in enumerate(lines):
        for other in _otherwise(line):
            changed = (*lines[:place], other, *lines[place + 1 :])
            for number in range(1, len(lines)):
                if number != place and shows(changed[:number] + changed[number + 1 :]) is not None:
                    return


def _otherwise(line: str) -> Iterator[str]:
    fields = fields_of(line)
    if "room" in fields:
        said = json.loads(line)
        for mode in ("join_by_request", "everyone_on_stage", "invite_only"):
            yield text_of({**said, "room": {**said["room"], "mode": mode}})
    elif fields.get("do") == "enter_room":
        for role in ("moderator", "participant", "host"):
            yield text_of({**json.loads(line), "role": role})
    elif str(fields.get("request", ""))[1:].isdecimal():
        yield text_of({**json.loads(line), "request": f"r{int(fields['request'][1:]) - 1}"})  # one request less


def _plainer(best: list[Lines], shows: Shows) -> None:
    """Leave out what a line need not say, and let nothing happen later than it must."""
    place = 0
    while place < len(best[0]):
        for other in _plainly(best[0][place]):
            lines = best[0]
            if place < len(lines) and len(other) < len(lines[place]):
                shows((*lines[:place], other, *lines[place + 1 :]))
        place += 1


def _plainly(line: str) -> Iterator[str]:
    """What a line could say instead."""
    if not fields_of(line):
        return
    said: dict[str, Any] = json.loads(line)
    if isinstance(said.get("room"), dict):
        yield from (text_of({key: value for key, value in said.items() if key != "told"}),) if "told" in said else ()
        for key in IN_A_ROOM:
            if key in said["room"]:
                yield text_of({**said, "room": {field: each for field, each in said["room"].items() if field != key}})
        return
    yield from (
        text_of({field: each for field, each in said.items() if field != key}) for key in OPTIONAL if key in said
    )
    if isinstance(said.get("at"), int | float) and math.isfinite(said["at"]):
        yield from (text_of({**said, "at": at}) for at in (0, 1, int(said["at"])))
