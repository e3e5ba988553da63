"""One rule for who is best and who is worst: what the pairs say, and nothing where they say nothing."""

import math
from array import array
from collections.abc import Sequence
from typing import Literal

import pytest

from handmade import session
from stagesim.experiments.comparison.differences import contrasts
from stagesim.experiments.comparison.marks import marks
from stagesim.experiments.comparison.pairs import Pair, Side, mode_pairs, variant_pairs
from stagesim.experiments.questions.goals import goal, interval, nobody_on_stage, score
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metrics import measure
from stagesim.metrics.times import Times
from stagesim.scenario.demands.statements import Expectation
from stagesim.scenario.reading.loader import loads
from stagesim.statistics import Verdict, among
from stagesim.testing.gate.expected import expected
from stagesim.testing.gate.verdicts import Verdict as Judged

MODES = ("everyone_on_stage", "join_by_request", "invite_only")
SCENARIO = loads("title: x\nduration: 20 min\n")
LOGS = {mode: session(mode, minutes=5) for mode in MODES}


def made(figures: dict[str, dict[str, list[float]]]) -> Results:
    """Sessions with these figures in each mode; what is not given is as it was played by hand."""
    size = len(next(iter(next(iter(figures.values())).values())))
    outcomes = [
        Outcome(
            mode,
            at,
            LOGS[mode],
            {**measure(LOGS[mode]), **{metric: values[at] for metric, values in figures[mode].items()}},
            {},
            {},
            (),
        )
        for at in range(size)
        for mode in figures
    ]
    return Results(SCENARIO, 1, tuple(figures), tuple(outcomes))


def noisy(mean: float, size: int = 10) -> list[float]:
    return [mean + 0.1 * (at % 3) + 0.02 * mean * (at % 2) for at in range(size)]


def marked(**means: float) -> list[str]:
    """The marks of the modes whose sessions have about these figures; the same figure is the same in every session."""
    found = made({mode: {"queue_max": noisy(mean), "requests": [5.0] * 10} for mode, mean in means.items()})
    known = marks(contrasts(mode_pairs(found), ("queue_max",)))
    return [known["queue_max", "", mode] for mode in means]


def test_the_best_and_the_worst_of_three() -> None:
    assert marked(everyone_on_stage=1, join_by_request=5, invite_only=9) == ["best", "between", "worst"]
    assert marked(everyone_on_stage=9, join_by_request=1) == ["worst", "best"]


def test_a_tie_at_the_best_marks_both_and_the_worst() -> None:
    assert marked(everyone_on_stage=9, join_by_request=1, invite_only=1) == ["worst", "tied", "tied"]
    assert marked(everyone_on_stage=1, join_by_request=9, invite_only=9) == ["best", "worst", "worst"]
    assert marked(everyone_on_stage=1, join_by_request=1, invite_only=1) == ["alike", "alike", "alike"]


def test_two_that_are_zero_throughout_are_a_tie() -> None:
    """Nobody is pushed off in two of three modes: there is nothing to test between these, and no doubt either."""
    figures = {
        "everyone_on_stage": {"removed_by_capacity": noisy(20)},
        "join_by_request": {"removed_by_capacity": [0.0] * 10},
        "invite_only": {"removed_by_capacity": [0.0] * 10},
    }
    found = contrasts(mode_pairs(made(figures)), ("removed_by_capacity",))
    assert [each.verdict for each in found] == ["better", "better", "equivalent"]
    assert [marks(found)["removed_by_capacity", "", mode] for mode in MODES] == ["worst", "tied", "tied"]


Says = Literal["better", "worse", "equivalent", "undecided"]


@pytest.mark.parametrize(
    ("ab", "ac", "bc", "expected"),
    [
        ("better", "better", "better", ["best", "between", "worst"]),
        ("better", "better", "undecided", ["best", "between", "between"]),
        ("undecided", "better", "better", ["undecided", "undecided", "worst"]),
        ("undecided", "undecided", "undecided", ["undecided"] * 3),
        ("equivalent", "better", "better", ["tied", "tied", "worst"]),
        # Within the margin of both, which are not within it of each other: who is best is open, and so who is worst.
        ("equivalent", "better", "equivalent", ["undecided", "undecided", "between"]),
        ("equivalent", "better", "undecided", ["undecided", "undecided", "between"]),
    ],
)
def test_what_is_not_decided_has_no_mark(ab: Verdict, ac: Verdict, bc: Verdict, expected: list[str]) -> None:
    said: dict[tuple[str, str], Verdict] = {("a", "b"): ab, ("a", "c"): ac, ("b", "c"): bc}
    turned: dict[Verdict, Verdict] = {"better": "worse", "worse": "better"}
    said |= {(other, one): turned.get(each, each) for (one, other), each in said.items()}
    found = among(["a", "b", "c"], lambda one, other: said[one, other])
    assert list(found.values()) == expected


def test_variants_are_marked_within_each_mode() -> None:
    few, many = (made({mode: {"removed_by_capacity": noisy(mean)} for mode in MODES[:2]}) for mean in (1, 9))
    known = marks(contrasts(variant_pairs({"as it is": few, "narrow": many}), ("removed_by_capacity",)))
    assert known == {
        ("removed_by_capacity", variant, mode): mark
        for mode in MODES[:2]
        for variant, mark in (("as it is", "best"), ("narrow", "worst"))
    }


WAITS = ("time_to_stage_mean",)


def reached(share: float, wait: float) -> dict[str, list[float]]:
    """Sessions in which this share of the wishes gets to the stage, after about this wait."""
    return {
        "wishes_on_stage_share": [share] * 10,
        "time_to_stage_mean": noisy(wait),
    }


def test_a_mode_that_reaches_nobody_wins_no_wait() -> None:
    found = made(
        {"everyone_on_stage": reached(0.9, 90), "join_by_request": reached(0.5, 120), "invite_only": reached(0, 30)}
    )
    pairs = contrasts(mode_pairs(found), WAITS)
    for each in pairs:
        nobody = each.pair.side.mode == "invite_only"
        assert each.silent == nobody
        assert (each.verdict is None) == nobody
        assert math.isnan(each.difference.interval.mean) == nobody
    known = marks(pairs)
    assert known["time_to_stage_mean", "", "everyone_on_stage"] == "best"
    assert known["time_to_stage_mean", "", "join_by_request"] == "worst"
    assert ("time_to_stage_mean", "", "invite_only") not in known


def test_a_mode_that_reaches_somebody_is_not_ranked_against_nobody() -> None:
    found = made({"everyone_on_stage": reached(0.9, 90), "invite_only": reached(0, 30)})
    assert not marks(contrasts(mode_pairs(found), WAITS))


def test_a_goal_for_waits_is_not_met_by_serving_nobody() -> None:
    wanted = goal("mean of time_to_stage <= 70 s")
    (nobody, *_), (somebody, *_) = (
        [each.measured for each in made({"invite_only": reached(share, 30)}).outcomes] for share in (0, 0.5)
    )
    assert (score([wanted], nobody), score([wanted], somebody)) == (0, 1)
    assert nobody_on_stage(wanted, [nobody, nobody])
    # Somebody gets there in another session: then the mean over all wishes says what there is.
    assert not nobody_on_stage(wanted, [nobody, somebody])
    assert interval(wanted, [nobody, somebody]).mean == 30


@pytest.mark.parametrize(("share", "verdict"), [(0.0, Judged.FAIL), (0.5, Judged.PASS)])
def test_an_expectation_of_waits_is_not_met_by_serving_nobody(share: float, verdict: Judged) -> None:
    question = expected(Expectation(that="mean of time_to_stage <= 400 s"), "invite_only", 1, (10, 20))
    for outcome in made({"invite_only": reached(share, 30)}).outcomes:
        question.see(outcome)
    assert question.judge(10, last=False).verdict is verdict


def test_shares_within_a_time_are_compared_in_pairs_as_shares_of_all() -> None:
    """Sessions of three wishes and of one: three of four are on stage in time, and not the mean of 2/3 and 1."""
    name = "wishes_on_stage_within_60_s"

    def side(mode: str, gots: Sequence[int]) -> Side:
        outcomes = []
        for at, got in enumerate(gots):
            number = 3 if at % 2 == 0 else 1
            times = {("time_to_stage", "all", ""): Times(array("q", [1000] * got), number)}
            outcomes.append(Outcome(mode, at, LOGS[mode], measure(LOGS[mode]), {}, {}, (), times))
        return Side("", mode, tuple(outcomes))

    many, few = side("everyone_on_stage", [2, 1] * 8), side("invite_only", [0, 1, 1, 0] * 4)
    assert sum(Pair(many, few).values(name)[0]) / 16 == pytest.approx(3 / 4)
    assert sum(Pair(many, few).values(name)[1]) / 16 == pytest.approx(1 / 4)
    (found,) = contrasts([Pair(many, few)], (name,))
    assert found.difference.interval.mean == pytest.approx(1 / 2)
    assert found.verdict == "better"
    assert marks([found]) == {(name, "", "everyone_on_stage"): "best", (name, "", "invite_only"): "worst"}
