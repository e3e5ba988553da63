"""A log as a pandas table. A module of its own, since pandas is slow to import."""

from typing import Any, Final

import numpy as np
import pandas as pd

from stagesim.eventlog.log import Entry, EventLog
from stagesim.eventlog.schema import KINDS, LAYOUTS, NUMBERED, WORDS

FIELDS: Final = (
    *("request", "invitation", "wish", "action", "reason", "outcome", "cause"),
    *("via", "origin", "mode", "previous", "role", "client"),
)
"""The columns of a log table behind `at`, `event`, `who`, `by` and `group`."""

DTYPE: Final = np.dtype(list(zip(Entry._fields, ("<i8", "u1", "<i4", "<i4", "<i4", "u1", "<i4"), strict=True)))
"""An `Entry` as numpy sees it."""


def frame(log: EventLog) -> pd.DataFrame:
    """One row an event; words are categories, numbered fields are whole numbers with gaps (`Int64`)."""
    entries = arrays(log)
    kind, who = entries["kind"], entries["who"]
    names = list(log.names)
    groups, of_person = np.unique(np.asarray(log.groups, dtype=object), return_inverse=True)
    table: dict[str, Any] = {
        "at": entries["at_ms"] / 1000,
        "event": _words(kind, [each.name for each in KINDS]),
        "who": _words(who, names),
        "by": _words(entries["by"], names),
        "group": _words(of_person[who], groups),
    }
    for field in FIELDS:
        table[field] = _field(field, entries)
    return pd.DataFrame(table)


def arrays(log: EventLog) -> "np.ndarray[Any, np.dtype[np.void]]":
    """The log's entries as a numpy array with the fields of `log.Entry`."""
    return np.frombuffer(log.packed, dtype=DTYPE)


def codes(field: str, entries: Any) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """The codes or numbers that the entries have in one field, 0 where an event's kind does not have it."""
    found = np.zeros(len(entries), dtype=np.int64)
    for layout in LAYOUTS.values():
        for column in ("item", "detail", "extra"):
            if getattr(layout, column) == field:
                mine = entries["kind"] == layout.code
                found[mine] = entries[column][mine]
    return found


def _field(field: str, entries: Any) -> Any:
    """The values of one field, missing where there is none."""
    found = codes(field, entries)
    if field in NUMBERED:
        return pd.arrays.IntegerArray(found, found == 0)
    used = np.unique(found[found > 0])
    return _words(np.where(found > 0, np.searchsorted(used, found), -1), [WORDS[code] for code in used])


def _words(codes: Any, words: Any) -> "pd.Categorical[Any]":
    """The words that the codes stand for, -1 for a missing one."""
    return pd.Categorical.from_codes(codes.astype(np.int64), words)
