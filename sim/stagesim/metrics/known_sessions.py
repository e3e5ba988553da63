"""The facts of a log, read once for everybody who asks: what became of people, and every chart."""

from functools import lru_cache

from stagesim.eventlog import EventLog
from stagesim.metrics.facts import Session
from stagesim.metrics.scan import scan


class _ById:
    """A log as a key of a cache: by identity, since a log may grow."""

    __slots__ = ("log",)

    def __init__(self, log: EventLog) -> None:
        self.log = log

    def __hash__(self) -> int:
        return id(self.log)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.log is other.log


@lru_cache(maxsize=512)
def _scanned(key: _ById) -> tuple[Session, int]:
    return scan(key.log), len(key.log)


def session_of(log: EventLog) -> Session:
    """The facts of a log, read anew only if it has grown since."""
    found, length = _scanned(_ById(log))
    return found if length == len(log) else scan(log)
