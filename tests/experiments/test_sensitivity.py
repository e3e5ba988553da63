"""Sensitivity: designs and indices are SALib's; here, that assumptions reach them, on functions that are known."""

import math
from array import array

import pytest

from made_sessions import Made
from stagesim.experiments.questions.factors import parse_bounds
from stagesim.experiments.questions.sensitivity import find_influences, sensitivity_frame
from stagesim.experiments.replications import Figures
from stagesim.experiments.study import StudyError
from stagesim.metrics import Measured, Times
from stagesim.reporting.answers.sensitivity import sensitivity_answer
from stagesim.scenario.scenario import Scenario

MODE = ("join_by_request",)
BOUNDS = [parse_bounds(f"audience.{key}=0.2:0.6") for key in ("mobile", "silent", "answer.accept")]


def straight(scenario: Scenario, mode: str, replication: int) -> Figures:
    """A sum: 5 times the share of mobile clients, 2 times the acceptance, and the luck of the session."""
    people = scenario.audience["audience"]
    return {"queue_mean": 5 * people.mobile + 2 * people.answer.accept + 100 * replication}


def unknown(scenario: Scenario, mode: str, replication: int) -> Figures:
    return {"queue_mean": math.nan}


def test_morris_finds_the_slopes_of_a_straight_function() -> None:
    results = find_influences(Made("made.yaml", modes=MODE, make=straight), BOUNDS, ["queue_mean"], replications=2)
    found = results.of("morris", "queue_mean", MODE[0])
    assert [each.path for each in found] == ["audience.mobile", "audience.answer.accept", "audience.silent"]
    # The effect of the whole range of 0.4; the settings have four digits.
    assert [each.total for each in found] == pytest.approx([2.0, 0.8, 0.0], abs=2e-3)
    assert [each.other for each in found] == pytest.approx([0, 0, 0], abs=2e-3)
    line = sensitivity_answer(results).lines[0]
    assert "share of people on a phone matters most" in line
    assert line.endswith("of little account: share of those giving up who do not say so.")


def test_sobol_finds_the_shares_of_the_variance() -> None:
    question = Made("made.yaml", modes=MODE, make=straight)
    results = find_influences(question, BOUNDS, ["queue_mean"], sobol=2, samples=128, replications=1)
    found = results.of("sobol", "queue_mean", MODE[0])
    assert [each.path for each in found] == ["audience.mobile", "audience.answer.accept"]
    # A sum of uniform assumptions: shares as the squares of the slopes.
    assert [each.total for each in found] == pytest.approx([25 / 29, 4 / 29], abs=0.05)
    assert [each.other for each in found] == pytest.approx([25 / 29, 4 / 29], abs=0.07)
    assert set(sensitivity_frame(results)["method"]) == {"morris", "sobol"}


def test_the_same_seed_gives_the_same_answer() -> None:
    question = Made("made.yaml", modes=MODE, make=straight)
    once, again = (find_influences(question, BOUNDS, ["queue_mean"], trajectories=3).influences for _ in range(2))
    assert once == again


def test_what_cannot_be_done_is_said() -> None:
    question = Made("made.yaml", modes=MODE, make=unknown)
    with pytest.raises(StudyError, match="no value in some sessions"):
        find_influences(question, BOUNDS, ["queue_mean"])
    for bounds, metrics, message in (
        (BOUNDS[:1], ["queue_mean"], "two assumptions"),
        (BOUNDS[:1] * 2, ["queue_mean"], "two assumptions"),
        (BOUNDS, ["happiness"], "unknown metric"),
        (BOUNDS, [], "one metric"),
    ):
        with pytest.raises(StudyError, match=message):
            find_influences(question, bounds, metrics)
    with pytest.raises(StudyError, match="power of two"):
        find_influences(question, BOUNDS, ["queue_mean"], sobol=2, samples=12)


def waiting(scenario: Scenario, mode: str, replication: int) -> Measured:
    """Four wishes after waits that grow with the share of mobile clients; a fifth one never gets there."""
    people = scenario.audience["audience"]
    waits = [round(1_000 * (place * 10 + 50 * people.mobile)) for place in range(4)]
    return Measured({}, {}, {}, {("time_to_stage", "all", ""): Times(array("q", waits), 5)})


def test_quantiles_and_shares_within_a_time_may_be_asked_for() -> None:
    asked = ["median time_to_stage", "share of wishes on stage within 30 s"]
    results = find_influences(Made("made.yaml", modes=MODE, make=waiting), BOUNDS, asked, replications=2)
    assert results.metrics == ("time_to_stage_median", "wishes_on_stage_within_30_s")
    top, *rest = results.of("morris", "time_to_stage_median", MODE[0])
    assert (top.path, top.total) == ("audience.mobile", pytest.approx(20, abs=0.1))
    assert [each.total for each in rest] == [0, 0]
    assert results.of("morris", "wishes_on_stage_within_30_s", MODE[0])[0].path == "audience.mobile"
    with pytest.raises(StudyError, match="`time_to_stage_p90` has no value"):
        find_influences(Made("made.yaml", modes=MODE, make=waiting), BOUNDS, ["p(90) of time_to_stage"])
