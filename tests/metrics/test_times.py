"""Times for shares, counted once more by plain pandas from the table of events."""

from typing import Any

import pandas as pd
import pytest

import stagesim
from stagesim.metric_table import WAITS, Within
from stagesim.metrics import tally

STAGE, DECISION = WAITS


SCENARIO = """
title: Waits of every kind
duration: 30 min
room: {stage_capacity: 2, request_ttl: 3 min}
audience:
  groups:
    front: {count: 25, mobile: 0.3, wishes: {rate: 3 per hour}, patience: {exponential: {mean: 4 min}}}
    back: {count: 15, mobile: 0.8, wishes: {rate: 3 per hour}, on_stage: {stay: 90 s}}
moderators: {count: 1, review: {time: 20 s, approve: 0.7}}
"""


@pytest.fixture(scope="module")
def study() -> stagesim.Comparison:
    from stagesim.scenario.reading.loader import loads

    return stagesim.compare(loads(SCENARIO), replications=3)


def spans(study: stagesim.Comparison, begin: str, ends: dict[str, Any], item: str) -> pd.DataFrame:
    """One row a wish or request of the events: run, who, and the seconds until it got there, infinite for never."""
    events, run = study.events, ["run_mode", "replication"]
    begun = events[events["event"] == begin][[*run, item, "who", "at"]]
    got = (
        events[(events["event"] == ends["event"]) & events[ends["field"]].isin(ends["words"])]
        if "field" in ends
        else (events[events["event"] == ends["event"]])
    )
    both = begun.merge(got[[*run, item, "at"]], on=[*run, item], how="left", suffixes=("", "_end"))
    return both.assign(seconds=(both["at_end"] - both["at"]).round(3).fillna(float("inf")))


@pytest.mark.parametrize("limit_s", [1, 7, 20, 60, 180, 600, 1800])
def test_shares_by_plain_pandas_from_the_events(study: stagesim.Comparison, limit_s: int) -> None:
    wishes = spans(study, "wish_arose", {"event": "wish_satisfied"}, "wish")
    decided = {"event": "request_closed", "field": "outcome", "words": ["approved", "declined"]}
    requests = spans(study, "request_created", decided, "request")
    for wait, rows in ((STAGE, wishes), (DECISION, requests)):
        assert len(rows) > 100
        for outcome in study.results.outcomes:
            mine = rows[(rows["run_mode"] == outcome.mode) & (rows["replication"] == outcome.replication)]
            found = tally(Within(wait, limit_s * 1000), outcome.times)
            assert found == ((mine["seconds"] <= limit_s).sum(), len(mine))


def test_parts_add_up_to_everybody(study: stagesim.Comparison) -> None:
    for outcome in study.results.outcomes:
        for wait in WAITS:
            whole = tally(Within(wait, 60_000), outcome.times)
            for by, values in (("group", ("front", "back")), ("client", ("desktop", "mobile"))):
                parts = [tally(Within(wait, 60_000), outcome.times, by, value) for value in values]  # type: ignore[arg-type]
                assert tuple(map(sum, zip(*parts, strict=True))) == whole
