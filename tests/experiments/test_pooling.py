"""What a metric is over many sessions is one figure, whoever asks: tables, pairs, sweeps, goals, baselines."""

import math
from statistics import fmean

import pytest

import stagesim
from stagesim.experiments.comparison.pairs import Pair, Side, variant_pairs
from stagesim.experiments.pooling import interval, of_series, values
from stagesim.experiments.questions.sweep import Point
from stagesim.metric_table import METRIC, METRICS
from stagesim.metrics import Measured
from stagesim.reporting.words.headlines import headlines_of_variants
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.reading.loader import loads
from stagesim.testing.baselines.made import tabulated

MODE = "join_by_request"
# Few come, and they wish at very different rates, so that sessions differ much in how many wishes they have.
TEXT = """\
title: Sessions large and small
duration: 20 min
modes: [join_by_request]
room: {stage_capacity: 2}
audience:
  count: 6
  wishes: {rate: 6 per hour, unequal: {lognormal: {median: 1, sigma: 1.5}}, unsuitable: 0.4}
  patience: 2 min
  on_stage: {stay: 2 min}
moderators: {review: {time: 20 s, approve: 0.7}}
"""
POOLED = [metric for metric in METRICS if metric.pooled]


@pytest.fixture(scope="module")
def study() -> stagesim.Comparison:
    return stagesim.compare(loads(TEXT), replications=8)


@pytest.mark.parametrize("metric", POOLED, ids=lambda metric: metric.name)
def test_a_figure_of_all_things_together_is_the_same_everywhere(study: stagesim.Comparison, metric) -> None:
    outcomes = study.results.of(MODE)
    sessions = [each.measured for each in outcomes]
    numbers = [figures[metric.per] for figures, *_ in sessions]
    sums = [figures[metric.name] * number for (figures, *_), number in zip(sessions, numbers, strict=True) if number]
    whole = sum(sums) / sum(numbers) if sum(numbers) else math.nan
    table = tabulated(outcomes)
    side = Side("", MODE, tuple(outcomes))
    found = {
        "interval": study.results.interval(metric.name, MODE).mean,
        "pair": fmean(each for each in Pair(side, side).values(metric.name)[0] if each == each),
        "sweep": Point(("1",), {MODE: tuple(sessions)}).interval(metric.name, MODE).mean,
        "summary": study.summary()["mean"][metric.name, MODE],
        "baseline": fmean(each for each in of_series(metric, table.__getitem__) if each == each),
    }
    assert found == pytest.approx(dict.fromkeys(found, whole))


def test_a_session_counts_by_its_wishes() -> None:
    """One session with a hundred wishes that wait 5 min each, and nine with one that waits 10 s."""
    crowd, few = (
        Measured({"time_to_stage_mean": seconds, "wishes": number}, {}, {}, {})
        for seconds, number in ((300.0, 100), (10.0, 1))
    )
    metric = METRIC["time_to_stage_mean"]
    found = interval(metric, [crowd, *[few] * 9])
    assert found.mean == pytest.approx((300 * 100 + 9 * 10) / 109)
    assert fmean(values(metric, [crowd, *[few] * 9])) == pytest.approx(found.mean)
    assert 0 <= found.low <= found.mean <= found.high <= 600, "no average is longer than what counts of a wait"


def test_what_is_weighted_by_time_stays_a_mean_of_sessions(study: stagesim.Comparison) -> None:
    for name in ("queue_mean", "on_stage_mean", "moderator_actions_per_hour"):
        assert not metric_named(name).pooled
        mean = fmean(each.metrics[name] for each in study.results.of(MODE))
        assert study.results.interval(name, MODE).mean == pytest.approx(mean)


def test_a_variant_that_serves_nobody_wins_nothing_either() -> None:
    """People who give up at once are quick to give up, and no quicker on the stage."""
    impatient = loads(TEXT, sets=["audience.patience=1 s"])
    found = stagesim.compare_variants({"as it is": loads(TEXT), "impatient": impatient}, replications=6)
    contrasts = found.analysis(["time_to_stage_mean"]).contrasts
    assert [each.verdict for each in contrasts] == [None]
    assert found["impatient"].results.interval("time_to_stage_mean", MODE).mean == 600
    variants = {name: found[name].results for name in found.names}
    assert headlines_of_variants(variants, contrasts)[MODE][-1] == "Nobody got to the stage in impatient."
    assert [pair.side.variant for pair in variant_pairs(variants)] == ["impatient"]
