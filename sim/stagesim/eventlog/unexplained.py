"""A log that was asked to explain what held people up, without what it has for that."""

from itertools import compress
from typing import Final

from stagesim.eventlog.log import EventLog
from stagesim.eventlog.packing import ENTRY
from stagesim.eventlog.schema import KINDS

KIND_AT: Final = 8
"""The place of the kind in a packed event."""

KEPT: Final = bytes(code < len(KINDS) and not KINDS[code].explains for code in range(256))
"""Code of a kind -> 1 where its events are those of any log."""


def unexplained(log: EventLog) -> EventLog:
    """The log as it is where nobody asks it to explain."""
    packed = log.packed
    kept = packed[KIND_AT :: ENTRY.size].translate(KEPT)
    if all(kept):
        return log
    events = (packed[place : place + ENTRY.size] for place in range(0, len(packed), ENTRY.size))
    return EventLog.restored(log.header, b"".join(compress(events, kept)), log.names, log.groups)
