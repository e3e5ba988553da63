"""The few sentences on top of a report: they say what the differences in pairs say, and nothing against them."""

from dataclasses import replace

from handmade import session
from stagesim.experiments.analysis import analyse
from stagesim.experiments.differences import Contrast
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.experiments.sides import Pair, mode_pairs
from stagesim.metrics import measure
from stagesim.reporting.headlines import headlines
from stagesim.reporting.sheet import clearly_best
from stagesim.scenario.loader import loads

MODES = ("join_by_request", "invite_only")
METRIC = "moderator_actions_per_hour"
WORDS = "Fewest moderator actions per hour"


def noisy(gain: float, replications: int = 8) -> Results:
    """Sessions that differ much among themselves, and by about `gain` between the modes, for the same people."""
    outcomes = []
    for replication in range(replications):
        for mode in MODES:
            log = session(mode, replication=replication, minutes=15)
            less = gain + 0.1 * (replication % 2) if mode == "invite_only" else 0
            figures = {**measure(log), METRIC: 30 + 10 * replication - less}
            outcomes.append(Outcome(mode, replication, log, figures, {}, {}, ()))
    return Results(loads("title: x\nduration: 20 min\n"), 1, MODES, tuple(outcomes))


def compared(results: Results) -> tuple[Contrast, ...]:
    return analyse(mode_pairs(results), (METRIC,)).contrasts


def said(results: Results, contrasts: tuple[Contrast, ...] = ()) -> str:
    return dict(line.split(": ", 1) for line in headlines(results, contrasts))[WORDS]


def test_a_winner_in_pairs_is_named_though_the_intervals_of_the_modes_overlap() -> None:
    found = noisy(gain=2)
    assert clearly_best([found.interval(METRIC, mode) for mode in MODES], "lower") is None
    assert said(found).startswith("no clear difference at the top")
    contrasts = compared(found)
    assert [each.verdict for each in contrasts] == ["better"]
    assert said(found, contrasts).startswith("invite only ")


def test_a_winner_is_named_from_either_side_of_a_pair() -> None:
    found = noisy(gain=-2)
    contrasts = compared(found)
    assert [each.verdict for each in contrasts] == ["worse"]
    assert said(found, contrasts).startswith("join by request ")


def test_without_a_verdict_nobody_wins() -> None:
    found = noisy(gain=2)
    undecided = tuple(replace(each, verdict="undecided") for each in compared(found))
    assert said(found, undecided).startswith("no clear difference at the top")


def test_differences_between_variants_say_nothing_about_modes() -> None:
    found = noisy(gain=2)
    contrasts = tuple(
        replace(each, pair=Pair(replace(each.pair.side, variant="narrow"), each.pair.base)) for each in compared(found)
    )
    assert said(found, contrasts) == said(found)
