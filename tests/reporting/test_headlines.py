"""The few sentences on top of a report: they say what the differences in pairs say, and nothing against them."""

from dataclasses import replace
from pathlib import Path

import pytest

from handmade import session
from stagesim import api
from stagesim.experiments.comparison.analysis import analyse
from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.pairs import Pair, mode_pairs
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metrics import measure
from stagesim.reporting.words.figure_rows import clearly_best
from stagesim.reporting.words.headlines import headlines, headlines_of_variants
from stagesim.scenario.reading.loader import loads

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


TALK = """
title: x
duration: 10 min
audience: {count: 10, wishes: {rate: 20 per hour}, on_stage: {stay: 20 s}}
"""


@pytest.mark.parametrize(
    ("moderators", "words"),
    [
        ("{count: 2, review: {time: 5 s}}", "at once"),
        ("{groups: {one: {notices: 0 s}, two: {notices: 20 s}}}", "at once"),
        ("{notices: 20 s}", None),
    ],
)
def test_modes_that_come_out_the_same_are_named_with_the_reason(moderators: str, words: str | None) -> None:
    study = api.compare(loads(f"{TALK}moderators: {moderators}\n"), replications=2)
    lines = [line for line in headlines(study.results) if "the same figures" in line]
    assert len(lines) == (words is not None)
    if words is not None:
        assert lines[0].startswith("Join by request and invite only gave the same figures in every session")
        assert words in lines[0]
        assert "`moderators.notices`" in lines[0]


def test_other_modes_that_come_out_the_same_are_named_without_that_reason() -> None:
    text = f"{TALK}moderators: {{notices: 20 s, review: {{time: 0 s}}}}\nsession: automatic\n"
    study = api.compare(loads(text), modes=["everyone_on_stage", "join_by_request"], replications=2)
    outcomes = [
        replace(each, metrics=study.results.of("everyone_on_stage")[each.replication].metrics)
        for each in study.results.outcomes
    ]
    (line,) = [each for each in headlines(replace(study.results, outcomes=tuple(outcomes))) if "the same" in each]
    assert line == "Everyone on stage and join by request gave the same figures in every session, requests apart."


def test_nothing_is_said_of_modes_in_which_nothing_happens() -> None:
    study = api.compare(loads("title: x\nduration: 1 min\naudience: {count: 2}\n"), replications=2)
    assert not headlines(study.results)


def test_variants_are_compared_in_words_mode_by_mode() -> None:
    plain = loads(f"{TALK}moderators: {{review: {{time: 5 s}}}}\n")
    found = api.compare_variants(
        {"as it is": plain, "slow": loads(f"{TALK}moderators: {{review: {{time: 50 s}}}}\n")},
        modes=["join_by_request", "everyone_on_stage"],
        replications=6,
    )
    said = headlines_of_variants({name: found[name].results for name in found.names}, found.analysis().contrasts)
    assert list(said) == ["join_by_request", "everyone_on_stage"]
    lines = dict(line.split(": ", 1) for line in said["join_by_request"])
    assert lines["Shortest median time from a wish to the stage"].startswith("as it is ")
    assert "(slow " in lines["Shortest median time from a wish to the stage"]
    same = dict(line.split(": ", 1) for line in said["everyone_on_stage"])
    assert same["Largest share of wishes served"].startswith("no clear difference at the top")
    assert not headlines_of_variants({"alone": found["slow"].results}, ())


def test_the_page_of_variants_has_the_words(tmp_path: Path) -> None:
    scenarios = {"as it is": loads(TALK), "short": loads(TALK.replace("20 s", "2 s"))}
    found = api.compare_variants(scenarios, modes=["everyone_on_stage"], replications=2)
    page = found.save(tmp_path).read_text(encoding="utf-8")
    assert '<h2 id="short">In short</h2>' in page
    assert "Largest share of wishes served: " in page
