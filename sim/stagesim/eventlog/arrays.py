"""A log's events as arrays of numpy, one for each column of a table."""

from typing import Any, Final

import numpy as np

from stagesim.eventlog.packing import LAYOUTS, Entry
from stagesim.eventlog.schema import TIMED

DTYPE: Final = np.dtype(list(zip(Entry._fields, ("<i8", "u1", "<i4", "<i4", "<i4", "u1", "<i4"), strict=True)))
"""An `Entry` as numpy sees it."""

COLUMNS: Final = {"mode": "new_mode"}
"""Fields that tables call otherwise than the log: `mode` is that of the session everywhere."""


def column(field: str) -> str:
    """What tables call a field."""
    return COLUMNS.get(field, field)


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
