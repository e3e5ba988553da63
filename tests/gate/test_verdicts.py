"""The gate: verdicts on made-up values, on scenarios, and the exit code of the whole."""

import math
import random
from pathlib import Path
from typing import Any

import pytest

from stagesim.exit_codes import ExitCode, gravest
from stagesim.experiments.replications import Job, Outcome, one
from stagesim.scenario.demands.statements import Expectation, Property
from stagesim.scenario.reading.loader import loads
from stagesim.testing.gate.expected import expected
from stagesim.testing.gate.pipeline import Settings, judge
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.gate.questions import questions
from stagesim.testing.gate.report import Empty, Report
from stagesim.testing.gate.targets import targets
from stagesim.testing.gate.verdicts import Finding, Judgement, Verdict

LOOKS = (20, 40, 60, 80, 120, 160)
CLINIC = """
title: A small clinic
duration: 20 min
room: {stage_capacity: 2}
audience: {count: 20, wishes: {rate: 3 per hour}, on_stage: {stay: 60 s}}
moderators: {count: 1}
"""


def asked(that: str, values: list[float], **given: Any) -> Finding:
    """What the gate says of an expectation whose metric has these values, after all of them."""
    stated = Expectation(that=that, **given)
    question, metric = expected(stated, "join_by_request", 1, LOOKS), stated.comparison.metric.name
    for number, value in enumerate(values):
        figures = {metric: value, "wishes": 0.0 if math.isnan(value) else 5.0}
        question.see(Outcome("join_by_request", number, None, figures, {}, {}, ()))  # type: ignore[arg-type]
    return question.judge(len(values), last=len(values) == LOOKS[-1])


def normal(mean: float, n: int, seed: int = 1) -> list[float]:
    draw = random.Random(seed)
    return [draw.gauss(mean, 1.0) for _ in range(n)]


@pytest.mark.parametrize(
    ("that", "mean", "verdict"),
    [
        ("queue_mean <= 5", 1.0, "pass"),
        ("queue_mean <= 5", 9.0, "fail"),
        ("queue_mean >= 5", 1.0, "fail"),
        ("queue_mean >= 5", 9.0, "pass"),
        ("queue_mean < 5", 5.0, "undecided"),
    ],
)
def test_a_mean_on_either_side_of_the_limit_is_decided_at_the_first_look(that: str, mean: float, verdict: str) -> None:
    assert asked(that, normal(mean, 20)).verdict == verdict


def test_an_early_look_needs_more_than_a_late_one() -> None:
    values = [4.0 + (-1) ** number for number in range(160)]
    verdicts = [asked("queue_mean < 4.4", values[:n]).verdict for n in LOOKS]
    assert verdicts == sorted(verdicts, key=lambda each: each is Verdict.PASS)
    assert verdicts[0] is Verdict.UNDECIDED
    assert verdicts[-1] is Verdict.PASS


def test_false_alarms_at_the_exact_boundary_stay_within_the_stated_error() -> None:
    # 200 studies, each side 2.5 %: more than 14 of 200 on one side would come once in 10,000 times.
    failed = sum(asked("queue_mean <= 5", normal(5.0, 160, seed)).verdict is Verdict.FAIL for seed in range(200))
    assert failed <= 14


def test_the_margin_settles_what_is_at_the_limit() -> None:
    values = normal(5.0, 160)
    assert asked("queue_mean <= 5", values).verdict is Verdict.UNDECIDED
    assert asked("queue_mean <= 5", values, margin=1.0).verdict is Verdict.PASS


def test_values_without_spread_are_compared_as_they_are() -> None:
    assert asked("queue_max <= 3", [3.0] * 20).verdict is Verdict.PASS
    assert asked("queue_max < 3", [3.0] * 20).verdict is Verdict.FAIL


def test_no_samples_are_never_a_success() -> None:
    nothing = asked("time_to_stage_mean < 90 s", [math.nan] * 160)
    assert (nothing.verdict, nothing.exit_code, nothing.samples) == (Verdict.UNDECIDED, ExitCode.NOTHING, 0)
    few = asked("time_to_stage_mean < 90 s", [1.0] * 9 + [math.nan] * 151)
    assert (few.verdict, few.exit_code) == (Verdict.UNDECIDED, ExitCode.UNDECIDED)
    assert asked("time_to_stage_mean < 300 s", [1.0] * 9 + [math.nan] * 151, samples=9).verdict is Verdict.PASS


def test_properties_against_a_log_counted_by_hand() -> None:
    outcome = one(Job(loads(CLINIC)), "join_by_request", 0)
    rows = [row for row in outcome.log.rows() if row["at"] >= outcome.log.header.start_ms / 1000]
    joined = [row for row in rows if row["event"] == "stage_joined"]
    highest, now = 0, 0
    for row in rows:
        now += (row["event"] == "stage_joined") - (row["event"] in ("stage_left", "stage_removed"))
        highest = max(highest, now)
    assert joined
    holds = {
        f"always on_stage <= {highest}": True,
        f"always on_stage < {highest}": False,
        f"sometimes on_stage = {highest}": True,
        f"never on_stage > {highest}": True,
        "never stage_joined": False,
        f"eventually stage_joined within {joined[0]['at']} s": True,
        f"eventually stage_joined within {joined[0]['at'] - 0.001:.3f} s": False,
        "eventually request_closed after request_created": True,
        "eventually stage_removed capacity": False,
    }
    for text, right in holds.items():
        question = Demanded(Property.model_validate(text), "join_by_request", 1, 2)
        question.see(outcome)
        found = question.judge(1, last=True)
        assert (found.verdict is Verdict.PASS) is right, (text, found)
    question = Demanded(Property.model_validate("never stage_joined"), "join_by_request", 1, 2)
    question.see(outcome)
    assert f"{joined[0]['who']} stage_joined" in question.judge(1, last=True).said


def judged(text: str, path: Path, **given: Any) -> Report:
    path.write_text(text, encoding="utf-8")
    settings = Settings(**given)
    found: list[Judgement] = []
    empty = []
    for target in targets([str(path)]):
        raised = questions(target, settings)
        found += judge(target, settings, raised)
        empty += [] if raised else [Empty(target.path)]
    return Report(tuple(found), tuple(empty))


def test_a_script_without_chance_is_judged_by_one_replication(tmp_path: Path) -> None:
    text = "title: s\nduration: 1 min\nmodes: [invite_only]\nscript:\n"
    text += "  - {at: 0 s, do: enter_room, by: pat, role: participant, expect: accepted}\n"
    text += "  - {at: 1 s, do: ask_to_join, by: pat, expect: accepted}\nexpect: [queue_max <= 0]\n"
    report = judged(text, tmp_path / "s.yaml")
    assert [each.verdict for each in report.judgements] == ["pass", "fail", "pass"]
    assert {each.replications for each in report.judgements} == {1}
    trouble = report.troubles[0]
    assert "expected `accepted`, got `requests_closed`" in trouble.finding.said
    assert trouble.finding.details == ("`requests_closed`: nobody can ask in this mode",)
    assert trouble.again.startswith(f"stagesim check {tmp_path}/s.yaml:6 --modes invite_only --seed 1")
    assert report.last_line.startswith("failed (exit 1): ")


def test_cases_are_judged_each_for_itself(tmp_path: Path) -> None:
    text = CLINIC + "modes: [invite_only]\nexpect: [people >= 15]\n"
    text += "cases: {few: {audience.count: 10}, many: {audience.count: 20}}\n"
    report = judged(text, tmp_path / "c.yaml", budget=20)
    assert [(each.case, each.verdict) for each in report.judgements] == [("few", "fail"), ("many", "pass")]
    assert "--case few" in report.judgements[0].again


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("", ExitCode.NOTHING),
        ("expect: [mean of time_to_stage < 1 s]\nroom: {mode: invite_only}\n", ExitCode.NOTHING),
        ("expect: [mean queue <= baseline]\n", ExitCode.BASELINE),
        ("expect: [people <= 3]\n", ExitCode.DONE),
    ],
)
def test_the_exit_code_says_what_is_not_known(tmp_path: Path, statement: str, code: ExitCode) -> None:
    text = "title: quiet\nduration: 5 min\nmodes: [invite_only]\naudience: {count: 3}\nmoderators: {count: 1}\n"
    text += statement
    report = judged(text, tmp_path / "q.yaml", budget=20)
    assert report.exit_code is code
    assert f"(exit {int(code)})" in report.last_line


def test_what_is_wrong_comes_before_what_is_not_known() -> None:
    assert gravest([ExitCode.DONE, ExitCode.UNDECIDED, ExitCode.VIOLATED, ExitCode.NOTHING]) is ExitCode.VIOLATED
    assert gravest([]) is ExitCode.NOTHING


def test_the_interval_of_a_share_is_shown_within_what_is_possible() -> None:
    high = asked("wishes_heard_share >= 0.1", [0.9, 1.0] * 10).said
    assert "to 100.0 %" in high
    low = asked("wishes_given_up_share <= 0.9", [0.0] * 19 + [0.2]).said
    assert "95 % bounds 0.0 % to" in low
    assert low.endswith(": too rare in 20 replications for an interval")
    assert "interval -" in asked("queue_mean <= 5", [0.01 * at for at in range(20)]).said
