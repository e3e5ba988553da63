"""A log as a pandas table. A module of its own, since pandas is slow to import."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from stagesim.eventlog.schema import KINDS, LAYOUTS, NUMBERED, WORDS

if TYPE_CHECKING:
    from stagesim.eventlog.log import EventLog

FIELDS: Final = (
    *("request", "invitation", "wish", "action", "reason", "outcome", "cause"),
    *("via", "origin", "mode", "previous", "role", "client"),
)
"""The columns of a log table behind `at`, `event`, `who`, `by` and `group`."""


def frame(log: "EventLog") -> pd.DataFrame:
    """One row an event; words are categories, numbered fields are whole numbers with gaps (`Int64`)."""
    columns = [np.asarray(column) for column in log.columns]
    at_ms, kind, who, by, _, _, _ = columns
    names = pd.Index(log.names)
    groups, of_person = np.unique(np.asarray(log.groups, dtype=object), return_inverse=True)
    table: dict[str, Any] = {
        "at": at_ms / 1000,
        "event": pd.Categorical.from_codes(kind.astype(np.int64), [each.name for each in KINDS]),
        "who": pd.Categorical.from_codes(who, names),
        "by": pd.Categorical.from_codes(by, names),
        "group": pd.Categorical.from_codes(of_person[who], groups),
    }
    for field in FIELDS:
        table[field] = _field(field, kind, *columns[4:])
    return pd.DataFrame(table)


def _field(field: str, kind: Any, item: Any, detail: Any, extra: Any) -> Any:
    """The values of one field, missing where an event's kind does not have it."""
    codes = np.zeros(len(kind), dtype=np.int64)
    for layout in LAYOUTS.values():
        for name, column in ((layout.item, item), (layout.detail, detail), (layout.extra, extra)):
            if name == field:
                mine = kind == layout.code
                codes[mine] = column[mine]
    if field in NUMBERED:
        return pd.arrays.IntegerArray(codes, codes == 0)
    used = np.unique(codes[codes > 0])
    return pd.Categorical.from_codes(np.where(codes > 0, np.searchsorted(used, codes), -1), [WORDS[c] for c in used])
