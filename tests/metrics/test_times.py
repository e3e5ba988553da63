"""Waits, counted once more by plain pandas from the table of events: shares, medians, averages, their intervals."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.tools.stretched import interval

import stagesim
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.study import Plan, StudyError
from stagesim.metric_table import WAITS
from stagesim.metrics import tally
from stagesim.scenario.demands.shares import share_within

pytestmark = pytest.mark.usefixtures("blank_charts")

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

    return stagesim.compare(loads(SCENARIO), replications=20)


@pytest.fixture(scope="module")
def wishes(study: stagesim.Comparison) -> pd.DataFrame:
    return spans(study, "wish_arose", {"event": "wish_satisfied"}, "wish")


@pytest.fixture(scope="module")
def requests(study: stagesim.Comparison) -> pd.DataFrame:
    decided = {"event": "request_closed", "field": "outcome", "words": ["approved", "declined"]}
    return spans(study, "request_created", decided, "request")


def spans(study: stagesim.Comparison, begin: str, ends: dict[str, Any], item: str) -> pd.DataFrame:
    """One row a wish or request of the events: run, who, and the seconds until it got there, infinite for never."""
    events, run = study.events, ["mode", "replication"]
    begun = events[events["event"] == begin][[*run, item, "who", "at"]]
    got = (
        events[(events["event"] == ends["event"]) & events[ends["field"]].isin(ends["words"])]
        if "field" in ends
        else (events[events["event"] == ends["event"]])
    )
    both = begun.merge(got[[*run, item, "at"]], on=[*run, item], how="left", suffixes=("", "_end"))
    return both.assign(seconds=(both["at_end"] - both["at"]).round(3).fillna(float("inf")))


@pytest.mark.parametrize("limit_s", [1, 7, 20, 60, 180, 600, 1800])
def test_shares_by_plain_pandas_from_the_events(
    study: stagesim.Comparison, wishes: pd.DataFrame, requests: pd.DataFrame, limit_s: int
) -> None:
    for wait, rows in ((STAGE, wishes), (DECISION, requests)):
        assert len(rows) > 100
        for outcome in study.results.outcomes:
            mine = rows[(rows["mode"] == outcome.mode) & (rows["replication"] == outcome.replication)]
            found = tally(share_within(wait, limit_s * 1000), outcome.measured)
            assert found == ((mine["seconds"] <= limit_s).sum(), len(mine))


def test_parts_add_up_to_everybody(study: stagesim.Comparison) -> None:
    for outcome in study.results.outcomes:
        for wait in WAITS:
            whole = tally(share_within(wait, 60_000), outcome.measured)
            for by, values in (("group", ("front", "back")), ("client", ("desktop", "mobile"))):
                parts = [tally(share_within(wait, 60_000), outcome.measured, by, value) for value in values]  # type: ignore[arg-type]
                assert tuple(map(sum, zip(*parts, strict=True))) == whole


@pytest.mark.parametrize("percent", [5, 20, 50, 80, 99])
def test_pooled_quantiles_and_shares_by_plain_pandas(
    study: stagesim.Comparison, wishes: pd.DataFrame, percent: float
) -> None:
    found = study.quantile("wishes on stage", percent).set_index("mode")
    shares = study.share_within("wishes on stage", "1 min").set_index("mode")
    for mode, mine in wishes.groupby("mode", observed=True):
        ordered = mine["seconds"].sort_values(ignore_index=True)
        at = ordered[int(np.ceil(percent / 100 * len(mine) - 1e-9)) - 1]
        assert found.loc[mode, "seconds"] == at
        assert found.loc[mode, "ever"] == np.isfinite(mine["seconds"]).mean()
        assert found.loc[mode, "number"] == shares.loc[mode, "number"] == len(mine)
        assert shares.loc[mode, "share"] == (mine["seconds"] <= 60).mean()


RUN = ["mode", "replication"]
HORIZON_S = 600


def as_expected(found: pd.Series, figure: str, expected: tuple[float, float, float]) -> None:
    """The figure, and the interval where nothing is too rare for one."""
    assert found[figure] == pytest.approx(expected[0], rel=1e-9)
    if pd.isna(found["rarer"]):
        assert (found["low"], found["high"]) == pytest.approx(expected[1:], rel=1e-9)


@pytest.mark.parametrize(("metric", "thing"), [("time_to_stage_mean", "wish"), ("time_to_decision_mean", "request")])
def test_average_waits_by_plain_pandas(
    study: stagesim.Comparison, wishes: pd.DataFrame, requests: pd.DataFrame, metric: str, thing: str
) -> None:
    """The mean of min(wait, 10 min), with 10 min for whoever never gets there."""
    rows = wishes if thing == "wish" else requests
    counted = rows["seconds"].clip(upper=HORIZON_S)
    assert (rows["seconds"] > HORIZON_S).sum() > 50
    found = study.summary().xs(metric, level="metric")
    for mode, mine in rows.groupby("mode", observed=True):
        expected = interval(counted[mine.index], mine["replication"], HORIZON_S)
        as_expected(found.loc[mode], "mean", expected)
    by_group = study.summary(by="group")
    rows = rows.assign(group=rows["who"].str.partition("-")[0])
    for (mode, group), mine in rows.groupby(["mode", "group"], observed=True):
        expected = interval(counted[mine.index], mine["replication"], HORIZON_S)
        as_expected(by_group.loc[(metric, mode, group)], "mean", expected)


def test_the_share_within_a_minute_and_its_interval_by_plain_pandas(
    study: stagesim.Comparison, wishes: pd.DataFrame
) -> None:
    found = study.share_within("wishes on stage", "60 s").set_index("mode")
    for mode, mine in wishes.groupby("mode", observed=True):
        as_expected(found.loc[mode], "share", interval((mine["seconds"] <= 60).astype(float), mine["replication"]))


def test_a_pooled_median_and_its_limits_by_plain_pandas(study: stagesim.Comparison, wishes: pd.DataFrame) -> None:
    """The limits are the first times at which the share of those on stage is not told from a half any more, and at
    which it is told to be more.
    """
    found = study.quantile("wishes on stage", 50).set_index("mode")
    for mode, mine in wishes.groupby("mode", observed=True):
        ordered = mine["seconds"].sort_values()
        median = ordered.iloc[int(np.ceil(len(ordered) / 2)) - 1]

        @cache
        def limits(at: float, mine: pd.DataFrame = mine) -> tuple[float, float]:
            _, low, high = interval((mine["seconds"] <= at).astype(float), mine["replication"])
            return low, high

        def first(enough: Any, mine: pd.DataFrame = mine, limits: Any = limits) -> float:
            for at in sorted(mine["seconds"].unique()):
                low, high = limits(at)
                if np.isfinite(at) and enough(low, high):
                    return float(at)
            return float("inf")

        low, high = first(lambda _, high: high >= 0.5), first(lambda low, _: low >= 0.5)
        assert tuple(found.loc[mode, ["seconds", "low", "high"]]) == (median, low, high)


def test_shares_by_group_and_client_by_plain_pandas(study: stagesim.Comparison, wishes: pd.DataFrame) -> None:
    rows = wishes.assign(group=wishes["who"].str.partition("-")[0])
    found = study.share_within("time_to_stage", "3 min", by="group").set_index(["mode", "group"])
    assert len(found) == 6
    for part, mine in rows.groupby(["mode", "group"], observed=True):
        assert found.loc[part, "share"] == (mine["seconds"] <= 180).mean()
        assert found.loc[part, "number"] == len(mine)
    assert set(study.share_within("requests decided", by="client")["within_s"]) == {60, 180, 600}


def test_what_is_no_share_is_explained(study: stagesim.Comparison) -> None:
    for wrong, said in (
        (lambda: study.share_within("wishs on stage", "60 s"), "did you mean `wishes on stage`"),
        (lambda: study.share_within("wishes on stage", "soon"), "write a number and a unit"),
        (lambda: study.differences(["p(80) of time_to_stage"]), "take a share within a time, such as"),
        (lambda: study.quantile("queue", 80), "possible: `wishes on stage`"),
        (lambda: study.quantile("time_to_stage", 0), "above 0 and below 100"),
        (lambda: study.quantile("time_to_stage", 80, confidence=95), "between 0 and 1"),
    ):
        with pytest.raises(StudyError, match="hint: ") as error:
            wrong()
        assert said in str(error.value)


def test_a_folder_has_the_shares_that_tables_show(study: stagesim.Comparison, tmp_path: Path) -> None:
    study.save(tmp_path)
    table = pd.read_csv(tmp_path / "shares_within.csv")
    whole = table[table["group"].isna() & table["client"].isna() & (table["what"] == "wishes on stage")]
    found = study.share_within("wishes on stage")
    assert (
        whole[["mode", "within_s", "share", "number"]]
        .reset_index(drop=True)
        .equals(found[["mode", "within_s", "share", "number"]].astype({"mode": "str"}))
    )
    # Modes x waits x times x (everybody, two groups, two clients).
    assert len(table) == 3 * 2 * 3 * 5
    (row,) = table.query(
        "mode == 'join_by_request' and group == 'back' and within_s == 180 and what == 'wishes on stage'"
    ).index
    by_group = study.share_within("wishes on stage", "3 min", by="group").set_index(["mode", "group"])
    assert table.loc[row, "share"] == by_group.loc[("join_by_request", "back"), "share"]


def test_a_folder_has_the_waits_that_tables_show(study: stagesim.Comparison, tmp_path: Path) -> None:
    study.save(tmp_path)
    table = pd.read_csv(tmp_path / "waits.csv", keep_default_na=False)
    # Modes x (everybody, two groups, two clients) x waits x figures.
    assert len(table) == 3 * 5 * 2 * 4
    found = table.set_index(["mode", "group", "client", "what", "figure"])["seconds"]
    mean, median = (found["join_by_request", "back", "", "wishes on stage", name] for name in ("average", "median"))
    by_group = study.summary(by="group")["mean"]
    assert float(mean) == by_group["time_to_stage_mean", "join_by_request", "back"]
    medians = study.quantile("wishes on stage", 50, by="group").set_index(["mode", "group"])["seconds"]
    assert float(median) == medians["join_by_request", "back"]


def test_a_resumed_study_has_the_same_times(study: stagesim.Comparison, tmp_path: Path) -> None:
    study.save(tmp_path)
    plan = Plan(study.results.scenario, study.results.modes, range(20), study.results.seed)
    known = resumable(tmp_path, plan).outcomes
    assert len(known) == 60
    for outcome in study.results.outcomes:
        assert known[outcome.mode, outcome.replication].times == outcome.times


def test_workers_send_the_times(study: stagesim.Comparison) -> None:
    again = stagesim.compare(study.results.scenario, replications=4, workers=2)
    alone, shared = (
        {(each.mode, each.replication): each.times for each in found.results.outcomes} for found in (study, again)
    )
    assert len(shared) == 3 * 4
    assert shared.items() <= alone.items()


def test_shares_within_any_time_are_compared_in_pairs(study: stagesim.Comparison) -> None:
    """The difference of two modes is that of their shares of all wishes of all sessions."""
    table = study.differences(["share of wishes on stage within 45 s"])
    shares = study.share_within("wishes on stage", "45 s").set_index("mode")["share"]
    assert set(table["metric"]) == {"wishes_on_stage_within_45_s"}
    for row in table.itertuples():
        assert row.difference == pytest.approx(shares[row.mode] - shares[row.base_mode])
