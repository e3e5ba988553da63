"""Every distribution that is taken has a mean and values that are numbers; every other one is refused in words."""

import math
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from stagesim.cli import invoke
from stagesim.scenario.faults import FaultError, ScenarioError
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.values.distributions import Distribution, Exponential, Lognormal, Mixture, Triangular, Uniform
from stagesim.scenario.values.written_distributions import BUILDERS, parse_durations, parse_gaps, parse_numbers

NUMBERS = (0, 1, 0.5, 1e-320, 1e-170, 1e-6, 0.005, 30, 40, 170, 1e4, 1e6, 1e100, 1e154, 1e200, 1e300, 1.7e308)
WHOLE = (10**400, -(10**400), 2**63)
ODD = (math.nan, math.inf, -1, *WHOLE)
TIMES = ("0 s", "1e-300 ms", "0.001 ms", "5 s", "8784 h")
SHARES = (2.0**-53, 1e-9, 0.3, 0.5, 0.999, 1 - 2.0**-53)


def written() -> Iterator[tuple[object, object]]:
    """Every distribution with every combination of extreme parameters, as durations and as plain numbers."""
    for name, forms in BUILDERS.items():
        for names in forms:
            for given in product((*NUMBERS, *ODD), repeat=len(names) if len(names) < 3 else 1):
                body = dict(zip(names, given * (4 - len(given)), strict=False))
                yield parse_numbers, {name: body}
                for length in TIMES:
                    yield parse_durations, {name: {**body, names[0]: length}}
    for one, other in product((*NUMBERS, *ODD), repeat=2):
        yield parse_numbers, {"empirical": {0: 0, 0.5: one, 1: other}}
        yield parse_numbers, {"empirical": {0: 0, one: 1, 1: 2}}
        yield parse_numbers, {"mixture": [{"weight": one, "of": {"exponential": {"mean": other}}}] * 2}
        yield parse_numbers, {"fixed": one}


def test_whatever_is_taken_can_be_drawn_from() -> None:
    taken = 0
    refused: list[FaultError] = []
    for parse, value in written():
        try:
            found: Distribution = parse(value)  # type: ignore[operator]
        except FaultError as error:
            refused.append(error)
            continue
        taken += 1
        values = [found.mean(), *map(found.quantile, SHARES)]
        assert all(math.isfinite(each) and each >= 0 for each in values), (value, values)
    assert taken > 1000
    assert len(refused) > 1000
    assert all(each.message and each.hint for error in refused for each in error.faults)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Lognormal(5000.0, 40.0),
        lambda: Lognormal(1.0, 1e200),
        lambda: Lognormal.of_mean(1.0, 1e200),
        lambda: Exponential(1e308),
        lambda: Uniform(-1.7e308, 1.7e308),
        lambda: Triangular(0.0, 1e200, 2e200),
        lambda: Mixture(((1e308, Exponential(1.0)), (1e308, Exponential(1.0)))),
    ],
)
def test_a_distribution_made_in_python_is_looked_at_as_well(build: object) -> None:
    with pytest.raises(ValueError, match="too great"):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    "gap", ["1e-9 ms", {"gamma": {"mean": "1 s", "cv": 1e-170}}, {"weibull": {"scale": "1 s", "shape": 0.001}}]
)
def test_gaps_without_numbers_are_refused(gap: object) -> None:
    with pytest.raises(FaultError):
        parse_gaps(gap)


@pytest.mark.parametrize("text", ["room: {stage_capacity: %s}", "audience: {count: %s}", "audience: {mobile: %s}"])
def test_a_number_of_hundreds_of_digits_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="hint: "):
        loads(f"title: t\nduration: 10 min\n{text % ('9' * 400)}\n")


def test_a_moment_that_never_ends_is_no_fault_of_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "endless.yaml"
    file.write_text(
        "title: t\nduration: 10 min\naudience: {count: 2, wishes: {on_arrival: 1}, "
        "setup: {time: 0 s, failure: 1, retries: 1000000000}}\n"
    )
    assert invoke(["run", str(file), "--mode", "everyone_on_stage", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "never ends" in said
    assert "hint: something is tried again without a pause" in said


@pytest.mark.parametrize(
    "gap",
    [
        {"lognormal": {"mean": "2 min", "cv": 2**63}},
        {"gamma": {"mean": "2 min", "cv": 100}},
        {"mixture": [{"weight": 1e9, "of": "0 s"}, {"weight": 1, "of": "8784 h"}]},
    ],
)
def test_gaps_in_which_only_a_rare_giant_passes_time_are_refused(gap: object) -> None:
    """Their mean is minutes, and a session of them takes millions of events before the first giant comes."""
    with pytest.raises(FaultError, match="1 ms or more on average"):
        parse_gaps(gap)


@pytest.mark.parametrize(
    "gap",
    [
        "1 ms",
        {"exponential": {"mean": "1 ms"}},
        {"lognormal": {"mean": "2 min", "cv": 5}},
        {"gamma": {"mean": "2 min", "cv": 5}},
        {"weibull": {"scale": "5 s", "shape": 0.2}},
        {"mixture": [{"weight": 0.9, "of": "0 s"}, {"weight": 0.1, "of": "1 min"}]},
    ],
)
def test_gaps_that_vary_much_and_pass_time_are_taken(gap: object) -> None:
    assert parse_gaps(gap).mean() >= 1


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"k{number}: 1\n" for number in range(5000)),
        f"shares_within: [{','.join(['-1 s'] * 5000)}]\n",
        f"shares_within: [{','.join(['1 s'] * 5000)}]\n",
        f"modes: [{','.join(['x'] * 5000)}]\n",
    ],
)
def test_thousands_of_faults_take_no_longer_each_than_a_few(text: str) -> None:
    """With time that grows with the square this was 5 to 30 seconds."""
    began = time.process_time()
    with pytest.raises(ScenarioError) as refused:
        loads(f"title: t\nduration: 1 min\n{text}")
    assert len(refused.value.problems) >= 4999
    assert time.process_time() - began < 4
