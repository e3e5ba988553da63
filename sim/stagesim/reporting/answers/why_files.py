"""What holds people up, for programs: tables, and plain values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stagesim.experiments.comparison.differences import contrasts_table
from stagesim.experiments.questions.why import Reason, WhyResults
from stagesim.metrics.causes import CAUSES
from stagesim.metrics.hold_ups import Held

if TYPE_CHECKING:
    import pandas as pd


def why_frame(results: WhyResults) -> "pd.DataFrame":
    """One row a mode, group and cause: wishes, and seconds over all sessions; the group is empty for everybody."""
    import pandas as pd

    rows = [
        (reason.mode, group, cause.name, held.wishes, held.ms[place] / 1000, _share(held, place))
        for reason in results.reasons
        for group, held in {"": reason.of_all, **reason.by_group}.items()
        for place, cause in enumerate(CAUSES)
    ]
    return pd.DataFrame(rows, columns=["mode", "group", "cause", "wishes", "seconds", "share"])


def _share(held: Held, place: int) -> float:
    return held.ms[place] / held.total_ms if held.total_ms else 0.0


def minute_frame(results: WhyResults) -> "pd.DataFrame":
    """One row a mode, cause and minute of the session: the seconds of all sessions."""
    import pandas as pd

    rows = [
        (reason.mode, cause.name, minute, ms / 1000)
        for reason in results.reasons
        for cause in CAUSES
        for minute, ms in enumerate(reason.minutes(cause))
        if ms
    ]
    return pd.DataFrame(rows, columns=["mode", "cause", "minute", "seconds"])


def gain_frame(results: WhyResults) -> "pd.DataFrame":
    """One row a metric, mode and change: as the differences of a comparison, with the settings of the change."""
    settings = {each.name: "; ".join(each.settings) for each in results.reliefs}
    table = contrasts_table(results.gains).frame()
    if len(table):
        table.insert(2, "settings", table["variant"].map(settings))
    return table


def why_data(results: WhyResults, sentences: Sequence[str]) -> dict[str, object]:
    """The same as plain values, ready for JSON."""
    return {
        "decided": results.decided,
        "modes": {reason.mode: _reason(reason) for reason in results.reasons},
        "reliefs": {each.name: list(each.settings) for each in results.reliefs},
        "sentences": list(sentences),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    held = reason.of_all
    return {
        "wishes": held.wishes,
        "seconds": {cause.name: held.ms[place] / 1000 for place, cause in enumerate(CAUSES)},
        "leading": [cause.name for cause in reason.leading],
        "minutes": {cause.name: list(reason.stretch(cause)) for cause in reason.leading},
    }
