"""A log as a pandas table. A module of its own, since pandas is slow to import."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from stagesim.eventlog.packing import LAYOUTS, Entry
from stagesim.eventlog.schema import FIELDS, KINDS, NAMED, NUMBERED, TIMED, WORDS

DTYPE: Final = np.dtype(list(zip(Entry._fields, ("<i8", "u1", "<i4", "<i4", "<i4", "u1", "<i4"), strict=True)))
"""An `Entry` as numpy sees it."""


COLUMNS: Final = {"mode": "new_mode"}
"""Fields that tables call otherwise than the log: `mode` is that of the session everywhere."""

CLOCKS: Final = {"t_s": "seconds from the session's start", "at": "seconds from the making of the room"}
"""The two clocks of a table of events, as its `attrs` say them."""


def column(field: str) -> str:
    """What tables call a field."""
    return COLUMNS.get(field, field)


def frame(packed: bytes, names: Sequence[str], groups: Sequence[str], start_ms: int = 0) -> pd.DataFrame:
    """One row an event of the packed ones; words are categories, numbers and times are whole numbers with gaps
    (`Int64`).

    `names`, `groups` and the session's start are those of the log.
    """
    entries = arrays(packed)
    kind, who = entries["kind"], entries["who"]
    distinct, of_person = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    table: dict[str, Any] = {
        "t_s": (entries["at_ms"] - start_ms) / 1000,
        "at": entries["at_ms"] / 1000,
        "event": _words(kind, [each.name for each in KINDS]),
        "who": _words(who, list(names)),
        "by": _words(entries["by"], list(names)),
        "group": _words(of_person[who], distinct),
    }
    for field in FIELDS:
        table[column(field)] = _field(field, entries, names)
    found = pd.DataFrame(table)
    found.attrs["units"] = dict(CLOCKS)
    return found


def arrays(packed: bytes) -> "np.ndarray[Any, np.dtype[np.void]]":
    """Packed events as a numpy array with the fields of an `Entry`."""
    return np.frombuffer(packed, dtype=DTYPE)


def codes(field: str, entries: Any) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """The codes or numbers that the entries have in one field, 0 where an event's kind does not have it."""
    found = np.zeros(len(entries), dtype=np.int64)
    for layout in LAYOUTS.values():
        place = layout.places.get(field)
        if place is not None:
            mine = entries["kind"] == layout.code
            found[mine] = entries[place][mine]
    return found


def missing(field: str, entries: Any, found: Any) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Where there is no number or time in a field, of the `codes` found: 0 is a time, and no number."""
    if field not in TIMED:
        return np.asarray(found == 0)
    kinds = [layout.code for layout in LAYOUTS.values() if field in layout.places]
    return ~np.isin(entries["kind"], kinds)


def _field(field: str, entries: Any, names: Sequence[str]) -> Any:
    """The values of one field, missing where there is none."""
    found = codes(field, entries)
    if field in NUMBERED or field in TIMED:
        return pd.arrays.IntegerArray(found, missing(field, entries, found))
    used = np.unique(found[found > 0])
    words = [names[code - 1] if field in NAMED else WORDS[code] for code in used]
    return _words(np.where(found > 0, np.searchsorted(used, found), -1), words)


def _words(codes: Any, words: Any) -> "pd.Categorical[Any]":
    """The words that the codes stand for, -1 for a missing one."""
    return pd.Categorical.from_codes(codes.astype(np.int64), words)
