"""The event log: typed, versioned, columnar, and a product of its own. It knows nothing of who writes into it."""

from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS, SCHEMA_VERSION, WORDS

__all__ = ["KINDS", "SCHEMA_VERSION", "WORDS", "EventLog", "Header", "LogError"]
