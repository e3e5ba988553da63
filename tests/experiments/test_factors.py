"""What a sweep varies: the forms of `--set`, and what is said about the rest."""

from pathlib import Path

import pytest

from stagesim.experiments.questions.factors import (
    design,
    factors_and_settings,
    is_count,
    parse_bounds,
    parse_factor,
    value_in,
)
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.sweep import sweep_points
from stagesim.experiments.study import StudyError
from stagesim.scenario.reading.loader import loads


@pytest.mark.parametrize(
    ("text", "values", "scale"),
    [
        ("audience.count=50:2000:log8", ("50", "85", "143", "243", "412", "697", "1181", "2000"), "log"),
        ("audience.mobile=0:1:lin5", ("0", "0.25", "0.5", "0.75", "1"), "linear"),
        ("moderators.groups.adviser.count=1:3:lin3", ("1", "2", "3"), "linear"),
        ("room.stage_capacity=1:3:lin5", ("1", "2", "3"), "linear"),  # whole numbers, each once
        ("moderators.count=1,2,3", ("1", "2", "3"), "linear"),
        ("audience.patience=30 s:90 s:lin3", ("30 s", "60 s", "90 s"), "linear"),
        ("audience.patience=60 s:3 min:lin3", ("1 min", "2 min", "3 min"), "linear"),
        ("audience.wishes.rate=0.01 per hour:1 per hour:log3", ("0.01 per hour", "0.1 per hour", "1 per hour"), "log"),
        ("room.when_full=reject,replace", ("reject", "replace"), "words"),
        ("audience.patience={uniform: {low: 1 s, high: 9 s}},2 min", None, "words"),
    ],
)
def test_forms(text: str, values: tuple[str, ...] | None, scale: str) -> None:
    factor = parse_factor(text)
    assert factor.values == (values or ("{uniform: {low: 1 s, high: 9 s}}", "2 min"))
    assert factor.scale == scale
    assert len(factor.numbers) == len(factor.values)


def test_durations_in_several_units_stand_in_order() -> None:
    assert parse_factor("audience.patience=30 s,2 min,1 h").numbers == (30, 120, 3600)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("audience.count", "expected `path=values`"),
        ("audience.count=", "expected `path=values`"),
        ("audience.count=5", "expected several values"),
        ("audience.count=5,,7", "expected several values"),
        ("audience.count=5,6,5", "comes twice"),
        ("audience.count=5:50:log1", "expected 2 to 1000 values"),
        ("audience.count=0:50:log3", "above 0 for a logarithmic scale"),
        ("audience.mobile=1:1:lin3", "two different limits"),
        ("audience.mobile=a:b:lin3", "expected two numbers"),
        ("audience.patience=3 per hour:5 min:lin3", "the same unit"),
    ],
)
def test_what_is_no_factor(text: str, message: str) -> None:
    with pytest.raises(StudyError, match=message) as caught:
        parse_factor(text)
    assert f"`{text}`" in str(caught.value)
    assert "hint:" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("audience.count", True),
        ("audience.groups.eager.count", True),
        ("moderators.approve_up_to", True),
        ("moderators.groups.a.invites.limit", True),
        ("room.request_limit.count", True),
        ("audience.patience", False),  # whole milliseconds inside, a duration in the file
        ("duration", False),
        ("audience.mobile", False),
        ("audience.patience.exponential.mean", False),
        ("audience.on_stage.stay.exponential.mean", False),
        ("nothing.like.that", False),
    ],
)
def test_counts_are_known_by_the_scenario_models(path: str, count: bool) -> None:
    assert is_count(path) is count


def test_settings_with_one_value_hold_throughout() -> None:
    factors, settings = factors_and_settings(["audience.count=5:9:lin3", "duration=5 min", "moderators.count=1,2"])
    assert [factor.path for factor in factors] == ["audience.count", "moderators.count"]
    assert settings == ("duration=5 min",)
    assert list(design(factors))[:3] == [("5", "1"), ("5", "2"), ("7", "1")]


def test_bounds() -> None:
    accept, count = parse_bounds("audience.answer.accept=0.5:1"), parse_bounds("audience.count=10:20")
    assert accept.setting(0.75) == "audience.answer.accept=0.75"
    assert count.setting(14.6) == "audience.count=15"
    with pytest.raises(StudyError, match="lower limit first"):
        parse_bounds("audience.mobile=1:0")
    with pytest.raises(StudyError, match="path=low:high"):
        parse_bounds("audience.mobile=1")


@pytest.mark.parametrize(
    ("moderators", "path"),
    [
        ("{count: 2}", "moderators.count"),
        ("{groups: {a: {}, b: {}}}", "moderators.groups.a.count"),
        ("{groups: {a: {count: 3}, b: {count: 0}}}", "moderators.groups.a.count"),
        ("{groups: {alone: {}}}", "moderators.count"),
        ("{count: 4, groups: {a: {share: 0.5}, b: {share: 0.5}}}", "moderators.count"),
    ],
)
def test_the_count_of_groups_with_counts_of_their_own_is_that_of_the_first(
    tmp_path: Path, moderators: str, path: str
) -> None:
    """Whoever asks how many moderators it takes need not know what groups are."""
    file = tmp_path / "talk.yaml"
    file.write_text(f"title: t\nduration: 2 min\naudience: {{count: 2}}\nmoderators: {moderators}\n", encoding="utf-8")
    question = Question(str(file), modes=("join_by_request",))
    assert question.meant("moderators.count") == path
    assert question.meant("audience.count") == "audience.count"
    assert question.meant("room.stage_capacity") == "room.stage_capacity"
    swept = sweep_points(question, [parse_factor("moderators.count=1,2")], replications=1)
    assert [factor.path for factor in swept.factors] == [path]
    assert [point.values for point in swept.points] == [("1",), ("2",)]


@pytest.mark.parametrize(
    ("vary", "value"),
    [
        ("audience.wishes.unsuitable=0:0.2", 0.05),
        ("audience.wishes.rounds.0.share=0:0.5", 0.16),
        ("audience.patience.lognormal.median=1 min:10 min", 5.0),
        ("audience.groups.eager.count=1:9", 4.0),
        ("audience.mobile=0:1", None),
        ("audience.count=1:90", None),
        ("audience.patience.exponential.mean=1 min:2 min", None),
        ("room.stage_capacity=1:9", 6.0),
    ],
)
def test_the_scenarios_own_value_is_told_where_it_is_one(vary: str, value: float | None) -> None:
    scenario = loads(
        "title: T\nduration: 40 min\nroom: {stage_capacity: 6}\n"
        "audience:\n  patience: {lognormal: {median: 300 s, sigma: 1}}\n"
        "  wishes: {unsuitable: 0.05, rounds: [{at: 5 min, share: 0.16}]}\n"
        "  groups: {eager: {count: 4, mobile: 0.1}, shy: {count: 4, mobile: 0.2}}\n"
    )
    assert value_in(scenario, parse_bounds(vary)) == value
