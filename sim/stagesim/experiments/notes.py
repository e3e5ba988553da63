"""What a table says in words where a figure or its limits are blank, or other than one would read them."""

import math
from collections.abc import Sequence
from typing import Final

from stagesim.metric_table import Silence
from stagesim.statistics import ENOUGH, Interval

SILENT: Final[dict[Silence, str]] = {
    "no requests": "there are no requests here",
    "nobody on stage": "nobody gets to the stage here",
}
"""Why figures say nothing."""


def note(found: Interval, silence: Silence | None = None) -> str:
    """Why a figure or its limits are blank, or that these are bounds; empty where nothing needs saying. `silence` is
    why the figure says nothing, if that is known. Short enough to be shown whole by pandas.
    """
    if not found.n:
        return SILENT[silence] if silence else "no session had anything to measure"
    rare = f"too rare, in {found.rarer} of {found.n} sessions"
    if found.is_bounded:
        return f"bounds only: {rare}" if found.rarer else ""
    if not math.isnan(found.low):
        return ""
    if found.n <= ENOUGH:
        return f"no limits: needs more than {ENOUGH} sessions, has {found.n}"
    return f"no limits: {rare}"


def note_of_pair(found: Interval, silences: Sequence[Silence | None], one_sided: int) -> str:
    """The same of a difference, with the silences of both sides; `one_sided` counts the pairs with one value only."""
    said = [f"{where}: {SILENT[each]}" for where, each in zip(("side", "base"), silences, strict=True) if each]
    if said:
        return "; ".join(said)
    if one_sided and math.isnan(found.low):
        return f"no limits: {one_sided} sessions have one side only"
    return note(found)
