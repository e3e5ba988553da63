"""Tables of results say what the logs say."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

import stagesim
from handmade import session
from stagesim.experiments.notes import note, note_of_pair
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import (
    Results,
    checks_frame,
    events_frame,
    metrics_frame,
    metrics_table,
    split_frame,
    split_table,
    summary_frame,
)
from stagesim.experiments.shares import shown_shares_table, waits_table
from stagesim.experiments.tables import Table
from stagesim.metrics import METRICS, measure, measure_by
from stagesim.scenario.reading.loader import loads
from stagesim.statistics import mean_interval
from stagesim.testing.gate.expected import Expected

MODES = ("everyone_on_stage", "join_by_request")


def outcome(mode: str, replication: int) -> Outcome:
    log = session(mode, replication=replication, minutes=20)
    return Outcome(mode, replication, log, measure(log), measure_by(log, "group"), measure_by(log, "client"), ())


@pytest.fixture(scope="module")
def results() -> Results:
    outcomes = tuple(outcome(mode, replication) for replication in range(3) for mode in MODES)
    return Results(loads("title: Handmade\nduration: 20 min\n"), 1, MODES, outcomes)


def test_metrics_have_a_row_for_each_mode_and_replication(results: Results) -> None:
    frame = metrics_frame(results)
    assert list(zip(frame["mode"], frame["replication"], strict=True)) == [(m, r) for m in MODES for r in range(3)]
    assert list(frame.columns) == ["mode", "replication", *(metric.name for metric in METRICS)]
    assert frame["wishes"].tolist() == [found.metrics["wishes"] for mode in MODES for found in results.of(mode)]


def test_a_split_has_a_row_for_each_part_and_the_parts_add_up(results: Results) -> None:
    for by in ("group", "client"):
        whole = metrics_frame(results).set_index(["mode", "replication"])["wishes"]
        parts = split_frame(results, by).groupby(["mode", "replication"])["wishes"].sum()
        assert parts.to_dict() == whole.to_dict()
    assert set(split_frame(results, "group")["group"]) == {"audience", "regulars"}


def test_a_table_is_written_as_pandas_would(results: Results, tmp_path: Path) -> None:
    tables = (
        metrics_table(results),
        *(split_table(results, by) for by in ("group", "client")),
        shown_shares_table(results),
        waits_table(results),
        Table(("whole", "with a gap", "words"), [(1, 2, 'a "b", c'), (3, math.nan, None), (True, math.inf, "")]),
    )
    for table in tables:
        assert table.rows
        table.write(tmp_path / "ours.csv")
        table.frame().to_csv(tmp_path / "theirs.csv", index=False)
        assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


RARE = """\
title: A few who come late, and only now and then
duration: 10 min
audience:
  groups:
    regulars: {count: 3, wishes: {on_arrival: 1}}
    newcomers: {arrival_gap: {exponential: {mean: 8 min}}, count: 2, mobile: 0.5, wishes: {on_arrival: 1}}
    nobody: {count: 0}
moderators: {review: {time: 5 s}}
"""


def test_a_part_to_which_nobody_belongs_in_a_session_has_a_row_with_nobody() -> None:
    found = stagesim.compare(loads(RARE), modes=MODES[:1], replications=8)
    groups, clients = found.by_group, found.by_client
    assert len(groups) == 3 * 8
    assert len(clients) == 2 * 8
    newcomers = groups[groups["group"] == "newcomers"]["people"]
    came = [sum(name.startswith("newcomers") for name in log.names) for log in found.results.logs(MODES[0])]
    assert newcomers.tolist() == came
    assert 0 in came
    assert max(came) == 2
    assert not groups[groups["group"] == "nobody"][["people", "wishes", "stays"]].to_numpy().any()
    assert groups[groups["group"] == "nobody"]["wishes_heard_share"].isna().all()
    assert (groups.groupby("replication")["people"].sum() == clients.groupby("replication")["people"].sum()).all()


def test_an_expectation_of_a_part_counts_the_sessions_without_it() -> None:
    scenario = loads(RARE + "expect: [{that: people <= 1.0, group: newcomers}]\n")
    found = stagesim.compare(scenario, modes=MODES[:1], replications=8)
    expected = Expected(scenario.expect[0], MODES[0], None, (8,))
    for outcome in found.results.outcomes:
        expected.see(outcome)
    assert expected._values == found.by_group.query("group == 'newcomers'")["people"].tolist()


def test_events_of_all_logs_are_one_table(results: Results) -> None:
    frame = events_frame(results)
    assert len(frame) == sum(len(found.log) for found in results.outcomes)
    assert str(frame["event"].dtype) == str(frame["who"].dtype) == str(frame["mode"].dtype) == "category"
    asked = frame[(frame["mode"] == "join_by_request") & (frame["event"] == "request_created")]
    assert len(asked) == sum(results.values("requests", "join_by_request")) > 0
    first = results.of("join_by_request")[0].log
    assert asked[asked["replication"] == 0]["who"].tolist() == [
        row["who"] for row in first.rows() if row["event"] == "request_created"
    ]


def test_the_summary_has_the_intervals_of_the_replications(results: Results) -> None:
    many = replace(
        results, outcomes=tuple(replace(each, replication=at) for at in range(8) for each in results.outcomes)
    )
    frame = summary_frame(many)
    values = many.values("on_stage_mean", "everyone_on_stage")
    expected = mean_interval(values)
    row = frame.loc[("on_stage_mean", "everyone_on_stage")]
    assert (row["mean"], row["low"], row["high"], row["n"]) == (expected.mean, expected.low, expected.high, 24)
    assert row["low"] < math.fsum(values) / 24 < row["high"]
    wider = summary_frame(many, confidence=0.99).loc[("on_stage_mean", "everyone_on_stage")]
    assert wider["low"] < row["low"]


def test_whatever_is_blank_has_a_note(results: Results) -> None:
    frame = summary_frame(results)
    blank = frame[["mean", "low", "high"]].isna().any(axis=1)
    assert blank.any()
    assert (frame.loc[blank, "note"] != "").all()
    assert note(mean_interval([math.nan] * 3), "no requests") == "there are no requests here"
    assert note(mean_interval([1.0, 2.0])) == "no limits: needs more than 15 sessions, has 2"
    assert note(mean_interval([math.nan] * 3)) == "no session had anything to measure"
    assert note(mean_interval([0.0] * 18 + [1.0] * 2)) == "bounds only: too rare, in 2 of 20 sessions"
    assert note(mean_interval([0.5] * 20)) == note(mean_interval([each / 7 for each in range(20)])) == ""


def test_a_difference_says_on_which_side_there_is_nothing() -> None:
    nothing = mean_interval([math.nan] * 3)
    assert note_of_pair(nothing, (None, "no requests"), 0) == "base: there are no requests here"
    limitless = mean_interval([1.0, 2.0]).without_limits()
    assert note_of_pair(limitless, (None, None), 2) == "no limits: 2 sessions have one side only"
    assert note_of_pair(limitless, (None, None), 0) == note(limitless)


def test_replications_and_logs_by_mode(results: Results) -> None:
    assert results.replications == 3
    assert [log.header.replication for log in results.logs("everyone_on_stage")] == [0, 1, 2]
    assert checks_frame(results).empty
    assert not results.failures
