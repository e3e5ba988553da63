"""A mode in which nobody gets to the stage: its average wait is the horizon, however soon people give up, and it wins
nothing, in no command.
"""

from functools import lru_cache
from pathlib import Path

import pytest

import stagesim
from stagesim.experiments.comparison.differences import CHIEF
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.ranking import rank_modes
from stagesim.experiments.questions.sizing import Search, find_sizes
from stagesim.metric_table import METRIC
from stagesim.metrics.facts import FATES
from stagesim.metrics.fates import fates
from stagesim.reporting.words.figure_rows import NOBODY, sections
from stagesim.reporting.words.headlines import headlines
from stagesim.scenario.reading.loader import load, loads
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.questions import questions

MODES = ("everyone_on_stage", "invite_only")
WAIT = "time_to_stage_mean"
GOAL = "mean of time_to_stage <= 100 s"
TEXT = """\
title: Nobody is noticed before giving up
duration: 30 min
modes: [everyone_on_stage, invite_only]
audience:
  count: 60
  wishes: {rate: 1 per hour}
  setup: {time: 20 s}
  patience: PATIENCE
moderators: {notices: NOTICES}
expect: [mean of time_to_stage <= 100 s]
"""

PATIENCE = ("{uniform: {low: 10 s, high: 60 s}}", "5 s", "{uniform: {low: 1 min, high: 2 min}}")
each_patience = pytest.mark.parametrize("patience", PATIENCE)


def text(patience: str, notices: str = "10 h") -> str:
    return TEXT.replace("PATIENCE", patience).replace("NOTICES", notices)


@lru_cache
def compared(patience: str, notices: str = "10 h") -> stagesim.Comparison:
    return stagesim.compare(loads(text(patience, notices), "x.yaml"), replications=20)


@pytest.fixture(params=PATIENCE)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "nobody.yaml"
    path.write_text(text(request.param), encoding="utf-8")
    return str(path)


@each_patience
def test_the_average_wait_is_the_horizon(patience: str) -> None:
    results = compared(patience).results
    assert not any(results.values("wishes_heard_share", "invite_only"))
    found = results.interval(WAIT, "invite_only")
    assert (found.mean, found.high) == (600, 600)
    assert found.low < 600, "in other sessions somebody may get there"
    assert results.interval(WAIT, "everyone_on_stage").mean < 100


@each_patience
def test_it_has_no_mark_no_verdict_and_no_praise(patience: str) -> None:
    study = compared(patience)
    contrasts = study.analysis([WAIT]).contrasts
    assert [each.verdict for each in contrasts] == [None]
    assert contrasts[0].silences == ("nobody on stage", None)
    rows = {row.name: row for section in sections(study.results, contrasts) for row in section.rows}
    everyone, nobody = rows[WAIT].cells
    assert rows[WAIT].label == "wait for the stage, average, at most 10 min counted"
    assert (nobody.mean, nobody.few, nobody.tick, everyone.tick) == ("10 min", NOBODY, "", "")
    median = rows["time_to_stage_median"].cells[1]
    assert (median.mean, median.few, median.tick) == ("never", "0 % ever on stage", "")
    assert headlines(study.results, study.analysis().contrasts)[-1] == "Nobody got to the stage in invite only."


@each_patience
def test_it_is_worst_by_every_share_within_a_time_and_best_by_none(patience: str) -> None:
    study = compared(patience)
    for each in study.analysis().contrasts:
        if "_within_" in each.metric:
            assert (each.pair.side.mode, each.verdict) == ("invite_only", "worse")


@each_patience
def test_whoever_wins_and_loses_waits_as_long_as_the_horizon(patience: str) -> None:
    (whole,) = (each for each in compared(patience).analysis().effects if each.by == "all")
    assert whole.never.mean == 1
    assert whole.better.mean == 0
    assert whole.change_s.mean > 500
    logs = compared(patience).results.logs("invite_only")
    assert {fate.wait_s for log in logs for fate in fates(log, 600_000).values()} == {600}


def test_rank_does_not_choose_it(file: str) -> None:
    found = rank_modes(Question(file), [goal(GOAL), goal("mean of time_to_stage <= 9 min")], limit=40)
    assert found.best == ("everyone_on_stage",)
    nobody = next(each for each in found.modes if each.mode == "invite_only")
    assert (nobody.score.mean, nobody.best_probability) == (0, 0)
    assert nobody.aims[0].mean == 0, "nobody is heard"
    assert not any(each.dominated_by for each in found.modes)


def test_size_is_not_content_with_it(file: str) -> None:
    search = Search("moderators.count", (goal("mean of time_to_stage <= 9 min"),), high=2)
    everyone, nobody = find_sizes(Question(file), search).sizes
    assert everyone.value == 1
    assert nobody.value is None
    assert {(found.answer, found.nobody) for trial in nobody.trials for found in trial.findings} == {("missed", True)}


def test_check_fails_it(file: str) -> None:
    scenario = load(file)
    target, settings = Target(file, scenario, MODES), Settings(budget=40)
    judged = {each.mode: each for each in judge(target, settings, questions(target, settings))}
    assert [str(judged[mode].verdict) for mode in MODES] == ["pass", "fail"]
    assert judged["invite_only"].finding.said.startswith("nobody got to the stage in ")


def test_a_mode_that_serves_next_to_nobody_is_slow_and_not_quick() -> None:
    """People who are not noticed for ten minutes give up within one: that looks quick where giving up ends a wait."""
    study = compared(PATIENCE[0], "10 min")
    assert 0 < study.results.interval("wishes_heard_share", "invite_only").mean < 0.05
    assert study.results.interval(WAIT, "invite_only").mean > 570
    (found,) = study.analysis([WAIT]).contrasts
    assert (found.verdict, found.one_sided) == ("worse", 0)
    (whole,) = (each for each in study.analysis().effects if each.by == "all")
    assert whole.change_s.low > 0


def test_the_ways_to_end_off_the_stage_take_from_each_other_and_none_is_compared_alone() -> None:
    """Whoever declines everybody has nobody who gives up, and whoever decides nothing refuses nobody."""
    off = {f"wishes_{fate}_share" for fate in FATES if fate not in ("heard", "cut_short", "left_early")}
    assert off == {f"wishes_{word}_share" for word in ("given_up", "refused", "not_tried", "open")}
    assert not off & set(CHIEF)
    assert off <= set(METRIC)
