"""A thousand inputs that nobody would write; `make fuzz` tries fifty thousand."""

import pytest
from tests.tools import fuzz

from stagesim.scenario.faults import Problem, ScenarioError
from stagesim.scenario.reading import loader
from stagesim.scenario.values import distributions

INPUTS = 1_000
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_input_is_valid_and_runs_or_gets_a_clean_error(part: int) -> None:
    counted, failures = fuzz.campaign(range(part, INPUTS, PARTS), every=25)
    assert not failures
    assert counted["error"] > INPUTS / PARTS / 4
    assert counted["valid"] > INPUTS / PARTS / 10


def test_an_input_is_the_same_each_time_and_most_are_not() -> None:
    assert repr(fuzz.made(7)) == repr(fuzz.made(7))
    assert len({repr(fuzz.made(number)) for number in range(100)}) > 95


def test_a_defect_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check of its numbers a distribution is taken that nothing can be drawn from."""
    monkeypatch.setattr(distributions, "_need_numbers", lambda _: None)
    given = fuzz.Input("lognormal", fuzz.BASE, ("audience.setup.time={lognormal: {median: 5 s, sigma: 1e200}}",))
    with pytest.raises(OverflowError):
        fuzz.outcome(given, simulated=True)
    monkeypatch.setattr(fuzz, "made", lambda _: given)
    counted, failures = fuzz.campaign(range(2), watch=lambda _: None)
    assert counted == {"failed": 2}
    assert failures[0].startswith("FAILED: input 0 (lognormal): OverflowError")


@pytest.mark.parametrize("problem", [Problem("x", 1, 1, "", "said", ""), Problem("x", 1, 1, "", "", "do this")])
def test_an_error_without_words_is_no_clean_one(problem: Problem) -> None:
    with pytest.raises(AssertionError):
        fuzz.check_error(ScenarioError([problem]))


def test_what_takes_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(fuzz, "PATIENCE_S", 0.1)
    monkeypatch.setattr(fuzz, "loads", slow)
    assert fuzz.tried(1, simulated=False).startswith("FAILED: input 1 (")
    assert loader.loads(fuzz.BASE).title == "t"
