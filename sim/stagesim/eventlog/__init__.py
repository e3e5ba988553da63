"""The event log: typed, versioned, packed, and a product of its own. It knows nothing of who writes into it."""

from stagesim.eventlog.files import read_jsonl, read_parquet, write_csv, write_jsonl, write_parquet
from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS, SCHEMA_VERSION, WORDS

__all__ = [
    "KINDS",
    "SCHEMA_VERSION",
    "WORDS",
    "EventLog",
    "Header",
    "LogError",
    "read_jsonl",
    "read_parquet",
    "write_csv",
    "write_jsonl",
    "write_parquet",
]
