"""Who is heard, who is cut short by what, and the work for each who is heard: counted once more by plain pandas from
the table of events, which knows nothing of the code that counts for the product.
"""

import numpy as np
import pandas as pd
import pytest
from tests.tools.stretched import interval

import stagesim
from stagesim.metric_table import CUTS
from stagesim.metrics import measure, wishes_frame
from stagesim.metrics.facts import FATES

SCENARIO = """
title: Stays of every kind
duration: 30 min
room: {stage_capacity: 2, reconnect_grace: 20 s}
audience:
  wishes: {rate: 4 per hour}
  after_decline: {again: 0.5}
  after_cut: {again: 0.5, pause: 20 s, asks: 3}
  connection: {share: 0.5, lost_after: {exponential: {mean: 8 min}}, gap: {exponential: {mean: 20 s}}}
  on_stage: {stay: {exponential: {mean: 80 s}}, overstay: 0.2}
  leaves_after: {exponential: {mean: 40 min}}
  full_stage: {then: retry}
  patience: {exponential: {mean: 4 min}}
  groups:
    front: {count: 25, mobile: 0.3}
    back: {count: 15, on_stage: {enough: 40 s}}
moderators: {count: 1, review: {time: 20 s, approve: 0.7}, removes: {allowance: 2 min}}
"""
RUN = ["mode", "replication"]
STAFF = ("moderators-1",)


@pytest.fixture(scope="module")
def study() -> stagesim.Comparison:
    return stagesim.compare(SCENARIO, replications=20)


@pytest.fixture(scope="module")
def wishes(study: stagesim.Comparison) -> pd.DataFrame:
    """One row a wish: what it wanted, what it had, whether that is enough, and what ended it or lost it."""
    events = study.events.astype({"event": str, "who": str, "group": str, "cause": object})
    arose = events[events["event"] == "wish_arose"][[*RUN, "wish", "who", "group", "wanted_ms"]]
    ended = events[events["event"] == "wish_ended"][[*RUN, "wish", "had_ms", "cause"]]
    live = events[events["event"] == "wish_satisfied"][[*RUN, "wish"]].assign(live=True)
    found = arose.merge(ended, on=[*RUN, "wish"], how="left").merge(live, on=[*RUN, "wish"], how="left")
    wanted = found["wanted_ms"].astype(float)
    enough = np.where(found["group"] == "back", np.minimum(wanted, 40_000), wanted / 2)
    return found.assign(live=found["live"].eq(True), heard=found["had_ms"].astype(float) >= enough)


@pytest.mark.parametrize("mode", ["everyone_on_stage", "join_by_request", "invite_only"])
def test_shares_of_wishes_by_plain_pandas(study: stagesim.Comparison, wishes: pd.DataFrame, mode: str) -> None:
    mine = wishes[wishes["mode"] == mode]
    said = study.summary().xs(mode, level="mode")
    cut = mine["live"] & ~mine["heard"]
    columns = {
        "wishes_heard_share": mine["heard"],
        "wishes_on_stage_share": mine["live"],
        "wishes_cut_short_share": cut & mine["cause"].isin(list(CUTS)),
        "wishes_left_early_share": cut & mine["cause"].isin(["left", "left_room"]),
        **{f"wishes_cut_short_by_{each.name}_share": cut & (mine["cause"] == word) for word, each in CUTS.items()},
    }
    assert len(mine) > 300
    for name, column in columns.items():
        share, low, high = interval(column.astype(float), mine["replication"])
        found = said.loc[name]
        assert found["mean"] == pytest.approx(share, abs=1e-12), name
        if pd.isna(found["rarer"]):
            assert (found["low"], found["high"]) == pytest.approx((low, high), abs=1e-9), name


def test_every_kind_of_fate_occurs(wishes: pd.DataFrame) -> None:
    """Otherwise the tests here would hold for want of anything to count."""
    assert wishes["heard"].any()
    assert set(wishes["cause"].dropna()) >= {
        "left",
        "left_room",
        "capacity",
        "staff",
        "lost_connection",
        "session_ended",
    }


@pytest.mark.parametrize("mode", ["everyone_on_stage", "join_by_request", "invite_only"])
def test_actions_per_wish_heard_are_a_ratio_of_sums(
    study: stagesim.Comparison, wishes: pd.DataFrame, mode: str
) -> None:
    """What the one moderator does to others under the default rules, by all wishes heard of all sessions."""
    events = study.events
    mine = events[(events["mode"] == mode) & events["by"].isin(STAFF) & ~events["who"].isin(STAFF)]
    acts = mine[
        mine["event"].isin(["invitation_created", "stage_removed"])
        | ((mine["event"] == "request_closed") & (mine["outcome"] == "declined"))
    ]
    heard = wishes[(wishes["mode"] == mode) & wishes["heard"]]
    said = study.summary().xs(mode, level="mode").loc["moderator_actions_per_wish_heard", "mean"]
    assert said == pytest.approx(len(acts) / len(heard), rel=1e-12)


def test_what_a_wish_had_is_the_time_on_stage_with_a_connection(study: stagesim.Comparison) -> None:
    """Told by the room's own events: from going live for the wish to its end, without the time away."""
    for outcome in study.results.outcomes:
        on_stage: set[str] = set()
        away: set[str] = set()
        had: dict[str, int] = {}
        last_ms = 0
        for row in outcome.log.rows():
            at_ms = round(row["at"] * 1000)
            for person in on_stage - away:
                had[person] = had.get(person, 0) + at_ms - last_ms
            last_ms = at_ms
            match row["event"]:
                case "stage_joined":
                    on_stage.add(row["who"])
                case "stage_left" | "stage_removed":
                    on_stage.discard(row["who"])
                case "disconnected":
                    away.add(row["who"])
                case "reconnected" | "entered":
                    away.discard(row["who"])
                case "wish_satisfied":
                    had[row["who"]] = 0
                case "wish_ended":
                    assert row["had_ms"] == had[row["who"]]


def test_tables_and_figures_say_the_same(study: stagesim.Comparison) -> None:
    for outcome in study.results.outcomes:
        table, figures = wishes_frame(outcome.log), measure(outcome.log)
        shares = table.outcome.value_counts(normalize=True)
        for fate in FATES:
            assert figures[f"wishes_{fate}_share"] == pytest.approx(shares.get(fate, 0.0))
        assert figures["wishes_heard"] == (table.outcome == "heard").sum()
