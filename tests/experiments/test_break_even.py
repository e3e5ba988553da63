"""Break-even points: found where they are known to be, as uncertain as they are, and none where there is none."""

import math

import numpy as np
import pytest

from stagesim.experiments.questions.break_even import break_even_frame, break_evens
from stagesim.experiments.questions.factors import Factor, parse_factor
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.sweep import Point, SweepResults
from stagesim.metrics import Measured

SESSIONS = 40


def session(value: float) -> Measured:
    return Measured({"queue_mean": float(value)}, {}, {}, {})


def made(factor: Factor, crossing: float, noise: float, seed: int = 0) -> SweepResults:
    """A sweep whose two modes differ by a straight line through `crossing`, and by noise."""
    draw = np.random.default_rng(seed)
    people = draw.normal(0, 3, SESSIONS)  # what both modes have in common
    points = []
    for value, number in zip(factor.values, factor.numbers, strict=True):
        x, zero = (math.log(number), math.log(crossing)) if factor.scale == "log" else (number, crossing)
        first = 10 + people + draw.normal(0, noise, SESSIONS) if noise else 10 + people
        second = 10 + (x - zero) + people
        modes = {"join_by_request": first, "invite_only": second}
        seen = {mode: tuple(map(session, each)) for mode, each in modes.items()}
        points.append(Point((value,), seen))
    modes_named = ("join_by_request", "invite_only")
    return SweepResults(Question("made.yaml"), "made", (factor,), modes_named, SESSIONS, tuple(points), 600_000)


@pytest.mark.parametrize(("text", "at"), [("a.b=0:10:lin6", 4.3), ("a.b=10:1000:log5", 60.0)])
def test_a_crossing_without_noise_is_found_exactly(text: str, at: float) -> None:
    (found,) = break_evens(made(parse_factor(text), at, 0.0), ["queue_mean"])
    assert found.at == pytest.approx(at)
    assert found.low == pytest.approx(at)
    assert found.high == pytest.approx(at)
    assert (found.lower_before, found.lower_after) == ("invite_only", "join_by_request")
    assert found.found == 1.0


def test_the_interval_covers_the_true_crossing_as_often_as_stated() -> None:
    factor = parse_factor("a.b=0:10:lin6")
    every = [break_evens(made(factor, 4.3, 1.0, seed), ["queue_mean"], resamples=400) for seed in range(120)]
    assert all(len(found) >= 1 for found in every)
    covered = sum(any(each.low <= 4.3 <= each.high for each in found) for found in every)
    assert 0.90 <= covered / len(every) <= 1.0


def test_a_crossing_that_may_be_chance_has_no_limits() -> None:
    factor = parse_factor("a.b=0:1:lin2")
    every = [each for seed in range(20) for each in break_evens(made(factor, 0.97, 3.0, seed), ["queue_mean"])]
    assert every
    doubtful = [each for each in every if not each.certain]
    assert doubtful
    assert all(each.found < 0.95 and math.isnan(each.high) for each in doubtful)


def test_no_crossing_no_break_even() -> None:
    factor = parse_factor("a.b=0:10:lin6")
    assert break_evens(made(factor, 50.0, 0.1), ["queue_mean"]) == []
    words = parse_factor("a.b=x,y")
    assert break_evens(made(words, 0.5, 0.0), ["queue_mean"]) == []


def test_the_table_has_the_other_factors() -> None:
    found = break_evens(made(parse_factor("a.b=0:10:lin6"), 4.3, 0.0), ["queue_mean"])
    frame = break_even_frame(found, made(parse_factor("a.b=0:10:lin6"), 4.3, 0.0).factors)
    assert frame.loc[0, "at"] == pytest.approx(4.3)
    assert list(break_even_frame([], ()).columns)[:2] == ["factor", "metric"]
