"""A log as a pandas table. A module of its own, since pandas is slow to import."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from stagesim.eventlog.arrays import arrays, codes, column, missing
from stagesim.eventlog.schema import FIELDS, KINDS, NAMED, NUMBERED, TIMED, WORDS

CLOCKS: Final = {"t_s": "seconds from the session's start", "at": "seconds from the making of the room"}
"""The two clocks of a table of events, as its `attrs` say them."""


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
