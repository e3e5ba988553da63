"""Sweeps: every combination, the same people throughout, tidy tables."""

import math
from pathlib import Path

import pytest

import stagesim
from stagesim.experiments.executors import Executors
from stagesim.experiments.questions.factors import parse_factor
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.sweep import replications_frame, sweep_frame, sweep_points
from stagesim.experiments.study import StudyError
from stagesim.metrics import METRICS
from stagesim.scenario.reading.loader import ScenarioError

TEXT = """\
title: A small seminar
duration: 5 min
room: {stage_capacity: 2}
audience: {count: 8, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 1 min}}}
moderators: {review: {time: 10 s}}
"""
MODES = ("everyone_on_stage", "join_by_request")


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "seminar.yaml").write_text(TEXT)
    return str(tmp_path / "seminar.yaml")


def test_every_point_is_what_a_comparison_says_of_it(path: str) -> None:
    factors = [parse_factor("audience.count=4,8"), parse_factor("room.stage_capacity=1,2,3")]
    results = sweep_points(Question(path, modes=MODES, seed=3), factors, replications=2)
    assert [point.values for point in results.points] == [(a, b) for a in "48" for b in "123"]
    sets = ["audience.count=4", "room.stage_capacity=3"]
    alone = stagesim.compare(path, modes=MODES, replications=2, seed=3, sets=sets)
    for mode in MODES:
        found = results.points[2].of("requests", mode)
        assert found == alone.results.values("requests", mode)
        assert results.points[2].of("stage_time", mode) == alone.results.values("stage_time", mode)
    assert [values for values, _ in results.along(0)] == [("1",), ("2",), ("3",)]


def test_workers_change_nothing(path: str) -> None:
    factors = [parse_factor("audience.count=4,8")]
    one, two = (sweep_points(Question(path, executors=Executors(n)), factors, replications=2).points for n in (1, 2))
    assert str(one) == str(two)


def test_tables_are_tidy(path: str) -> None:
    factors = [parse_factor("audience.count=4,8"), parse_factor("audience.patience=30 s,60 s")]
    results = sweep_points(Question(path, modes=MODES), factors, replications=2)
    table, every = sweep_frame(results), replications_frame(results)
    assert len(table) == 4 * 2 * (len(METRICS) + 2 * 3)
    assert list(table.columns) == [
        *("audience.count", "audience.patience", "mode", "metric", "mean", "low", "high", "n"),
    ]
    assert table["audience.count"].dtype == "int64"
    assert set(table["audience.patience"]) == {"30 s", "60 s"}
    assert len(every) == 4 * 2 * 2


def test_a_wrong_point_is_said_before_anything_is_simulated(path: str) -> None:
    with pytest.raises(ScenarioError, match="stage_capacity"):
        sweep_points(Question(path), [parse_factor("room.stage_capacity=1,-2")])
    with pytest.raises(StudyError, match="each once"):
        sweep_points(Question(path), [parse_factor("audience.count=1,2"), parse_factor("audience.count=3,4")])
    with pytest.raises(StudyError, match="points are more than"):
        sweep_points(Question(path), [parse_factor(f"audience.{key}=0:1:lin101") for key in ("mobile", "silent")])


def test_from_python(path: str, tmp_path: Path) -> None:
    found = stagesim.sweep(path, ["audience.count=4,8"], metrics=["queue_mean"], modes=MODES, replications=2, seed=0)
    assert found.charts == ["sweep_queue_mean"]
    assert found.plot("sweep_queue_mean").axes
    assert any(words in str(found) for words in ("stays the same", "lower in", "no requests, so no queue"))
    assert "seed=0" in found.results.question.origin.command
    report = found.save(tmp_path / "out")
    assert "audience.count" in report.read_text()
    assert (tmp_path / "out/sweep.csv").read_text().startswith("audience.count,mode,metric,mean")
    with pytest.raises(ValueError, match="unknown chart `pie`"):
        found.plot("pie")
    with pytest.raises(TypeError, match="mode"):
        stagesim.sweep(path, ["audience.count=4,8"], mode="invite_only")  # type: ignore[call-arg]


def test_shares_within_any_time_are_swept_and_their_modes_cross(path: str, tmp_path: Path) -> None:
    what = "share of wishes on stage within 20 s"
    found = stagesim.sweep(path, ["audience.count=2,8,20"], metrics=[what], modes=MODES, replications=4)
    name = "wishes_on_stage_within_20_s"
    assert found.charts == [f"sweep_{name}"]
    assert "on stage within 20 s, %" in str(found)
    alone = stagesim.compare(path, modes=MODES, replications=4, sets=["audience.count=8"])
    rows = found.table.query(f"metric == '{name}' and `audience.count` == 8").set_index("mode")
    shares = alone.share_within("wishes on stage", "20 s").set_index("mode")
    assert rows["mean"].tolist() == pytest.approx(shares.loc[list(rows.index), "share"].tolist())
    assert {"wishes_on_stage_within_1_min", "queue_mean"} < set(found.table["metric"])
    assert found.break_evens(what) == found.break_evens(name)
    assert found.save(tmp_path / "out").read_text(encoding="utf-8").count("on stage within 20 s") >= 2


def test_quantiles_of_all_waits_are_swept(path: str) -> None:
    """A session has no median of its own: they are of all wishes of all sessions, and never where fewer get there."""
    asked = ["median time_to_stage", "p(80) of time_to_decision"]
    found = stagesim.sweep(path, ["audience.count=2,30"], metrics=asked, modes=MODES, replications=4)
    assert found.charts == ["sweep_time_to_stage_median", "sweep_time_to_decision_p80"]
    assert found.break_evens() == []
    alone = stagesim.compare(path, modes=MODES, replications=4, sets=["audience.count=2"])
    rows = found.table.query("metric == 'time_to_stage_median' and `audience.count` == 2").set_index("mode")
    medians = alone.quantile("time_to_stage", 50).set_index("mode")
    assert rows["mean"].tolist() == medians.loc[list(rows.index), "seconds"].tolist()
    assert rows["low"].tolist() == medians.loc[list(rows.index), "low"].tolist()
    crowded = found.table.query("metric == 'time_to_decision_p80' and `audience.count` == 30 and mode == @MODES[1]")
    assert crowded["mean"].tolist() == [math.inf]
    assert "never" in str(found)
    assert found.plot(found.charts[0]).axes


def test_what_is_asked_for_is_something_that_is_measured(path: str) -> None:
    with pytest.raises(StudyError, match="unknown share within a time: `wishes on fire`"):
        stagesim.sweep(path, ["audience.count=2,3"], metrics=["wishes on fire within 3 s"])
    with pytest.raises(StudyError, match="there is no quantile of `queue`"):
        stagesim.sweep(path, ["audience.count=2,3"], metrics=["p(80) of queue"])
