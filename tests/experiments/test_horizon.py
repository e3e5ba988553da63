"""One horizon for average waits: what a scenario may say of it, and that all sides of a comparison have the same."""

from pathlib import Path

import pytest

import stagesim
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.questions.factors import parse_factor
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.ranking import rank_modes
from stagesim.experiments.questions.sizing import Search, find_sizes
from stagesim.experiments.questions.sweep import sweep_points
from stagesim.experiments.study import Plan, StudyError
from stagesim.metrics import measure, wishes_frame
from stagesim.reporting.words.figure_rows import sections
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.situation import settings, situation

pytestmark = pytest.mark.usefixtures("blank_charts")

TEXT = """\
title: A talk
duration: 30 min
modes: [join_by_request]
room: {stage_capacity: 2}
audience: {count: 12, wishes: {rate: 3 per hour}, patience: 4 min, on_stage: {stay: 3 min}}
moderators: {review: {time: 20 s}}
"""


def talk(*sets: str) -> Scenario:
    return loads(TEXT, "talk.yaml", sets)


def text_file(folder: Path) -> str:
    path = folder / "talk.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def waits_of(run: stagesim.Run) -> list[tuple[float, str]]:
    frame = wishes_frame(run.log)
    there = ["open" if never else "on stage" for never in frame["censored"]]
    return list(zip(frame["time_to_stage_s"], there, strict=True))


def test_it_is_ten_minutes_or_the_session_where_that_is_shorter() -> None:
    assert talk().horizon_ms == 600_000
    assert talk("duration=5 min").horizon_ms == 300_000
    assert talk("horizon=90 s").horizon_ms == 90_000
    assert talk("horizon=30 min").horizon_ms == 1_800_000
    with pytest.raises(ScenarioError, match=r"horizon: `30001 ms` is longer than the session") as error:
        talk("horizon=30001 ms", "duration=30 s")
    assert "write `30 s` or less" in str(error.value)
    with pytest.raises(ScenarioError, match="horizon"):
        talk("horizon=0 s")


def test_it_is_no_part_of_what_happens_but_of_what_a_baseline_is_tied_to() -> None:
    assert digest(talk("horizon=90 s")) == digest(talk())
    assert situation(talk("horizon=90 s")) != situation(talk())
    assert settings(talk("horizon=90 s"))["horizon"] == "90 s"


@pytest.mark.parametrize("horizon_s", [30, 60, 240])
def test_a_wait_counts_as_the_horizon_at_most_and_one_in_vain_as_just_that(horizon_s: int) -> None:
    run = stagesim.run(talk(f"horizon={horizon_s} s"))
    waits = [
        (seconds if outcome == "on stage" else horizon_s) if seconds < horizon_s else horizon_s
        for seconds, outcome in waits_of(run)
    ]
    found = run.metrics["time_to_stage_mean"].iloc[0]
    assert found == pytest.approx(sum(waits) / len(waits))
    assert found == measure(run.log, horizon_s * 1000)["time_to_stage_mean"]
    assert horizon_s in waits


def test_it_stands_in_the_label() -> None:
    results = stagesim.compare(talk("horizon=90 s"), replications=2).results
    labels = {row.name: row.label for section in sections(results) for row in section.rows}
    assert labels["time_to_stage_mean"] == "wait for the stage, average, at most 90 s counted"
    assert labels["time_to_decision_mean"] == "wait for a decision, average, at most 90 s counted"
    assert not any("{" in label for label in labels.values())


def test_all_sides_of_a_comparison_have_the_same(tmp_path: Path) -> None:
    said = r"expected one horizon for all that is compared, got `90 s`, `10 min`\n  hint: write `horizon: 90 s`"
    with pytest.raises(StudyError, match=said):
        stagesim.compare_variants({"as it is": talk(), "short": talk("horizon=90 s")}, replications=2)
    question = Question(text_file(tmp_path))
    with pytest.raises(StudyError, match="got `5 min`, `10 min`"):
        sweep_points(question, [parse_factor("duration=5 min,20 min")], replications=2)
    found = sweep_points(question, [parse_factor("duration=10 min,20 min")], replications=2)
    assert found.horizon_ms == 600_000


LIMITS = (
    ("mean of time_to_stage <= 10 min", True),
    ("mean of time_to_stage < 11 min", True),
    ("mean of time_to_decision > 10 min", True),
    ("mean of time_to_stage < 10 min", False),
    ("mean of time_to_decision >= 10 min", False),
    ("median of time_to_stage < 11 min", False),
    ("mean of time_to_stage <= baseline + 11 min", False),
)


@pytest.mark.parametrize(("that", "beyond"), LIMITS)
def test_a_limit_that_no_average_wait_can_be_beyond_is_refused(that: str, beyond: bool, tmp_path: Path) -> None:
    fields = ["expect"] if "baseline" in that else ["expect", "goals"]
    for field in fields:
        text = TEXT + f"{field}: [{that}]\n"
        assert loads(text + "horizon: 20 min\n")
        if not beyond:
            assert loads(text)
            continue
        with pytest.raises(ScenarioError, match="of each wait `10 min` is counted at most") as error:
            loads(text, "talk.yaml")
        assert "a longer `horizon`" in str(error.value)
    if beyond:
        for ask in (rank_of, size_of):
            with pytest.raises(StudyError, match="no average wait is beyond this limit"):
                ask(that, text_file(tmp_path))


def rank_of(that: str, path: str) -> object:
    return rank_modes(Question(path, modes=("join_by_request", "invite_only")), [goal(that)], limit=40)


def size_of(that: str, path: str) -> object:
    return find_sizes(Question(path), Search("moderators.count", (goal(that),)))


def test_sessions_of_a_folder_are_measured_by_the_horizon_of_who_asks(tmp_path: Path) -> None:
    stagesim.compare(talk(), replications=2).save(tmp_path)
    known = resumable(tmp_path, Plan(talk("horizon=30 s"), ("join_by_request",), range(2))).outcomes
    again = stagesim.compare(talk("horizon=30 s"), replications=2).results.outcomes
    assert [known[each.mode, each.replication].metrics["time_to_stage_mean"] for each in again] == [
        each.metrics["time_to_stage_mean"] for each in again
    ]
