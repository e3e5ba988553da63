"""The facts of a log, read once for everybody who asks: what became of people, and every chart."""

from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import Session
from stagesim.metrics.scan import scan

MOST: Final = 512
"""Logs whose facts are remembered at once."""

_KNOWN: Final = WeakKeyDictionary[EventLog, tuple[Session, int]]()
"""The facts of a log, and how long it was then. They go with the log: who keeps none keeps none here."""

_LOCK: Final = Lock()


def session_of(log: EventLog) -> Session:
    """The facts of a log, read anew only if it has grown since."""
    with _LOCK:
        found, length = _KNOWN.get(log, (None, 0))
    if found is None or length != len(log):
        found, length = scan(log), len(log)
        with _LOCK:
            if len(_KNOWN) >= MOST:
                del _KNOWN[next(iter(_KNOWN))]
            _KNOWN[log] = found, length
    return found
