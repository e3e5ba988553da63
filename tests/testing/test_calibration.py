"""The calibration: it agrees with what is right, and catches a gate, an interval or a figure that is not."""

import pytest

from stagesim import statistics
from stagesim.cli import main
from stagesim.exit_codes import ExitCode
from stagesim.experiments.executors import Executors
from stagesim.metrics.relations import Relation
from stagesim.selfcheck.calibration import coverage, examples, gate, populations, relations, sharing
from stagesim.selfcheck.calibration.checks import Check, at_most, covers
from stagesim.selfcheck.calibration.populations import made, simulated
from stagesim.selfcheck.calibration.printed import compared, printed, table
from stagesim.selfcheck.calibration.sections import calibrate
from stagesim.selfcheck.calibration.tally import Tally
from stagesim.selfcheck.queueing.judge import Verdict
from stagesim.testing.gate import expected

NORMAL, _, SKEWED = made()


@pytest.fixture
def few_cases(monkeypatch):
    cases = relations.read_cases()[::8]
    monkeypatch.setattr(relations, "read_cases", lambda: cases)


def wrong(checks):
    return [check.name.partition(" ")[0] for check in checks if check.verdict is not Verdict.AGREES]


def test_every_row_of_the_tables_is_compared_or_says_why_not():
    checks = examples.worked_examples(1)
    rows = [row["id"] for row in table("statistics_oracles.csv")]
    assert [check.name.split()[0] for check in checks[: len(rows)]] == rows
    assert {check.name.split()[0] for check in checks if check.left_out} == {"S19", "S20"}
    assert wrong(checks) == []
    shares = sharing.shares_of_people(1)
    assert len(shares) == len(table("metric_oracles.csv"))
    assert [check for check in shares if check.left_out or not check.holds] == []


@pytest.mark.parametrize(
    ("name", "instead", "caught"),
    [
        ("bonferroni_confidence", lambda overall, count: overall ** (1 / count), {"S18"}),
        ("correlation", lambda *_: -0.65, {"S15"}),
        ("spending_looks", lambda at: [statistics.Look(n, 2.24, 0.025, 0.05) for n in at], {"boundaries"}),
    ],
)
def test_a_wrong_figure_is_caught(monkeypatch, name, instead, caught):
    monkeypatch.setattr(statistics, name, instead)
    rows = [row for row in table("statistics_oracles.csv") if row["id"] in caught]
    monkeypatch.setattr(examples, "table", lambda _: rows)
    assert set(wrong(examples.worked_examples(1))) == caught


def test_a_row_that_nobody_knows_is_left_out_and_not_passed(monkeypatch):
    row = {"id": "S99", "method": "a new one", "input": "1", "expected": "1"}
    monkeypatch.setattr(examples, "table", lambda _: [row])
    assert examples.worked_examples(1)[0].left_out == "no function is known for it"


def test_printed_numbers_are_as_precise_as_they_look():
    text = "S2 0.310 (n0 10), f(kLimit,n) -> 12; CI [-1.5, 2]"
    assert [each.value for each in printed(text)] == [0.31, 10, 12, -1.5, 2]
    assert compared("x", "0.310", [0.31049]).holds
    assert not compared("x", "0.310", [0.3106]).holds
    assert not compared("x", "0.310, 1", [0.31]).holds
    assert not compared("x", "nothing", []).holds


def test_the_gate_errs_as_rarely_as_it_says(monkeypatch):
    monkeypatch.setattr(gate, "STUDIES", 300)
    answers = list(gate.expectations(SKEWED, SKEWED.mean, seed=3))
    decided = sum(answer.verdict != "undecided" for answer in answers)
    assert at_most("x", decided, 300, "").holds
    assert {answer.n for answer in answers if answer.verdict == "undecided"} == {320}


def test_a_gate_that_looks_without_spending_is_caught(monkeypatch):
    def careless(at, alpha):
        return tuple(statistics.Look(n, 1.96, alpha, alpha) for n in at)

    monkeypatch.setattr(expected, "spending_looks", careless)
    monkeypatch.setattr(gate, "STUDIES", 300)
    decided = sum(answer.verdict != "undecided" for answer in gate.expectations(NORMAL, NORMAL.mean, seed=1))
    assert not at_most("x", decided, 300, "").holds
    assert decided > 0.1 * 300


def test_a_comparison_that_looks_without_spending_is_caught(monkeypatch):
    monkeypatch.setattr(gate, "STUDIES", 300)
    monkeypatch.setattr(gate, "differences", lambda pairs, **_: statistics.differences(pairs))
    found = [answer.verdict for answer in gate.comparisons(NORMAL, 0.0, 1, seed=1)]
    assert not at_most("x", found.count("worse") + found.count("better"), 300, "").holds


def test_a_timid_gate_has_no_power(monkeypatch):
    monkeypatch.setattr(gate, "STUDIES", 100)
    assert [check.holds for check in gate.power(1)] == [True, True, True]
    monkeypatch.setattr(expected, "spending_looks", lambda at, alpha: statistics.spending_looks(at, alpha / 1e5))
    monkeypatch.setattr(gate, "differences", lambda pairs, **_: statistics.differences(pairs, alpha=1e-9))
    assert [check.holds for check in gate.power(1)] == [False, False, False]


def test_simulated_metrics_have_the_mean_that_is_said(monkeypatch):
    monkeypatch.setattr(populations, "SESSIONS", 20)
    (population,) = simulated(20, ["queue_mean"])
    drawn = population.draw(gate.random(1, "here"), (200, 400))
    assert drawn.mean() == pytest.approx(population.mean, abs=4 * population.sd / 80_000**0.5)
    assert population.name.startswith("simulated queue_mean (")


def test_a_narrow_interval_is_caught(monkeypatch):
    monkeypatch.setattr(coverage, "SAMPLES", 1500)
    assert wrong(coverage.coverage(1)) == []
    monkeypatch.setattr(coverage, "t_interval", lambda values: statistics.t_interval(values, 0.9))
    assert set(wrong(coverage.coverage(1))) == {"t"}


def test_relations_hold_in_the_sessions_of_all_cases():
    found = relations.exact_relations(2)
    assert len(found) == 9
    assert wrong(found) == []
    assert sum("(Little)" in check.name for check in found) == 2


@pytest.mark.usefixtures("few_cases")
def test_a_broken_relation_is_named(monkeypatch):
    monkeypatch.setattr(relations, "relations", lambda _: [Relation("one is two", 1, 2)])
    (broken,) = relations.exact_relations(2)
    assert broken.verdict is Verdict.DIFFERS
    assert broken.found.startswith("broken in B1, ")


@pytest.mark.usefixtures("few_cases")
def test_a_relation_of_nothing_shows_nothing(monkeypatch):
    monkeypatch.setattr(relations, "relations", lambda _: [Relation("none", 0, 0)])
    assert not relations.exact_relations(2)[0].holds


def test_limits_are_as_demanded():
    assert at_most("x", 70, 1000, "").holds
    assert not at_most("x", 71, 1000, "").holds
    assert [covers("x", count, 1000, "").holds for count in (934, 935, 965, 966)] == [False, True, True, False]


def test_the_number_of_workers_makes_no_difference():
    assert list(calibrate(["examples"], executors=Executors(2))) == list(calibrate(["examples"]))


GOOD, BAD = Check("good", "a", "a", True), Check("bad", "a", "b", False)
NONE = Check("none", "", "", True, left_out="not here")


@pytest.mark.parametrize(
    ("checks", "queueing", "code", "said"),
    [
        ([GOOD, NONE], Verdict.AGREES, ExitCode.DONE, "passed (exit 0): 2 checks in 2 sections agree"),
        ([GOOD, BAD, BAD], Verdict.AGREES, ExitCode.VIOLATED, "failed (exit 1): `bad` (one) and 1 more: differs"),
        ([BAD], Verdict.UNDECIDED, ExitCode.VIOLATED, "failed (exit 1): `bad` (one): differs"),
        ([GOOD], Verdict.UNDECIDED, ExitCode.UNDECIDED, "undecided (exit 3): `Q1` (two): undecided"),
        ([GOOD], Verdict.NOT_EXPRESSIBLE, ExitCode.UNDECIDED, "undecided (exit 3): `Q1` (two): not expressible"),
        ([NONE], Verdict.AGREES, ExitCode.NOTHING, "nothing to go by (exit 5): nothing was checked in one"),
    ],
)
def test_what_a_whole_check_comes_to(checks, queueing, code, said):
    tally = Tally()
    tally.add_checks("one", checks)
    tally.add("two", "Q1", queueing)
    assert tally.exit_code is code
    assert tally.last_line == said


def test_nothing_at_all_is_no_success():
    assert Tally().exit_code is ExitCode.NOTHING


@pytest.mark.usefixtures("few_cases")
def test_the_command_prints_one_table_of_verdicts(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["selfcheck", "--only", "relations", "--workers", "1"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Little's law and other exact relations"
    assert lines[-1] == "passed (exit 0): 9 checks in 1 sections agree"
    assert lines[-3].split()[-5:] == ["9", "0", "0", "0", "0"]
    assert lines[-4].split() == ["agrees", "differs", "undecided", "not", "expressible", "left", "out"]


@pytest.mark.usefixtures("few_cases")
def test_the_command_fails_when_something_differs(capsys, monkeypatch):
    monkeypatch.setattr(relations, "relations", lambda _: [Relation("one is two", 1, 2)])
    with pytest.raises(SystemExit) as ended:
        main(["selfcheck", "--only", "relations", "--workers", "1"])
    assert ended.value.code == 1
    assert "failed (exit 1): `one is two`" in capsys.readouterr().out
