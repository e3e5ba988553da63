"""A log that was asked to explain what held people up, without what it has for that."""

from typing import Final

import numpy as np

from stagesim.eventlog.arrays import arrays
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS

KEPT: Final = np.array([not kind.explains for kind in KINDS])
"""Code of a kind -> whether its events are those of any log."""


def unexplained(log: EventLog) -> EventLog:
    """The log as it is where nobody asks it to explain."""
    entries = arrays(log.packed)
    kept = KEPT[entries["kind"]]
    if kept.all():
        return log
    return EventLog.restored(log.header, entries[kept].tobytes(), log.names, log.groups)
