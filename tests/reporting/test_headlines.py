"""The few sentences on top of a report: they say what the pairs say, and give no reason that nobody tried."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handmade import session
from stagesim.api import calls as api
from stagesim.api import questions
from stagesim.cli import invoke
from stagesim.experiments.comparison.analysis import analyse
from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.pairs import mode_pairs
from stagesim.experiments.origin import Origin
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metrics import measure
from stagesim.reporting.words.figure_rows import sections
from stagesim.reporting.words.headlines import headlines, headlines_of_variants
from stagesim.reporting.words.recommended import NOTHING_CLEAR, recommended
from stagesim.reporting.words.unmodelled import NOT_MODELLED, not_modelled
from stagesim.scenario.reading.loader import loads

pytestmark = pytest.mark.usefixtures("blank_charts")

MODES = ("join_by_request", "invite_only")
METRIC = "disrupted_time"
WORDS = "Least disrupted time"


def noisy(gain: float, replications: int = 20) -> Results:
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


def said(results: Results, contrasts: tuple[Contrast, ...] = (), words: str = WORDS) -> str:
    return dict(line.split(": ", 1) for line in headlines(results, contrasts))[words]


def test_a_winner_in_pairs_is_named_though_the_intervals_of_the_modes_overlap() -> None:
    found = noisy(gain=2)
    one, other = (found.interval(METRIC, mode) for mode in MODES)
    assert one.low < other.mean < one.high
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
    assert said(found, undecided).startswith("no clear winner (invite only ")


def test_what_is_not_compared_is_only_told() -> None:
    lines = dict(line.split(": ", 1) for line in headlines(noisy(gain=2)))
    assert WORDS not in lines
    assert lines["Disrupted time"].startswith("invite only ")
    assert "(" not in lines["Disrupted time"]


def test_a_tie_names_all_that_are_best() -> None:
    found = three(lambda mode, at: 20.0 + at if mode == "everyone_on_stage" else 0.0)
    contrasts = analyse(mode_pairs(found), ("removed_by_capacity",)).contrasts
    words = "Fewest speakers pushed off a full stage by the next one"
    expected = "join by request 0 and invite only 0, a tie (everyone on stage 29.5)."
    assert said(found, contrasts, words) == expected


def test_what_is_the_same_in_all_is_no_victory() -> None:
    found = three(lambda _, at: 3.0 + at)
    contrasts = analyse(mode_pairs(found), ("removed_by_capacity",)).contrasts
    said_of_it = said(found, contrasts, "Fewest speakers pushed off a full stage by the next one")
    assert said_of_it.startswith("no difference (everyone on stage ")


def test_who_is_last_is_said_where_the_first_is_not_clear() -> None:
    found = three(lambda mode, at: 20.0 + at if mode == "invite_only" else 3.0 + (at + len(mode)) % 3)
    contrasts = analyse(mode_pairs(found), ("removed_by_capacity",)).contrasts
    said_of_it = said(found, contrasts, "Fewest speakers pushed off a full stage by the next one")
    assert said_of_it.startswith("no clear winner (")
    assert said_of_it.endswith("; clearly last: invite only.")


def three(removed: Callable[[str, int], float], there: Callable[[str], float] = lambda _: 0.5) -> Results:
    """Twenty sessions in each of three modes, in which so many were pushed off, and such a share got there."""
    modes = ("everyone_on_stage", *MODES)
    logs = {mode: session(mode, minutes=5) for mode in modes}
    outcomes = []
    for at in range(20):
        for mode in modes:
            figures = {**measure(logs[mode]), "removed_by_capacity": removed(mode, at)}
            figures |= {"wishes_on_stage_share": there(mode), "time_to_stage_mean": 30.0 + at + len(mode)}
            outcomes.append(Outcome(mode, at, logs[mode], figures, {}, {}, ()))
    return Results(loads("title: x\nduration: 20 min\n"), 1, modes, tuple(outcomes))


@pytest.mark.parametrize(
    ("reaching", "expected"),
    [
        (("everyone_on_stage", "join_by_request"), "Nobody got to the stage in invite only."),
        (("everyone_on_stage",), "Nobody got to the stage in join by request and invite only."),
        ((), "Nobody got to the stage in everyone on stage, join by request and invite only."),
    ],
)
def test_who_reaches_nobody_is_named_and_not_praised(reaching: tuple[str, ...], expected: str) -> None:
    found = three(lambda *_: 1.0, lambda mode: 0.5 if mode in reaching else 0.0)
    contrasts = analyse(mode_pairs(found), ("time_to_stage_mean",)).contrasts
    assert headlines(found, contrasts)[-1] == expected
    for row in (row for section in sections(found, contrasts) for row in section.rows):
        if row.name == "time_to_stage_mean":
            for mode, cell in zip(found.modes, row.cells, strict=True):
                assert (cell.few == "nobody got there") == (mode not in reaching)
                assert mode in reaching or not cell.mark


TALK = """
title: x
duration: 10 min
audience: {count: 10, wishes: {rate: 20 per hour}, on_stage: {stay: 20 s}}
"""


@pytest.mark.parametrize(
    ("moderators", "same"),
    [
        ("{count: 2, review: {time: 5 s}}", True),
        ("{groups: {one: {notices: 0 s}, two: {notices: 20 s}}}", True),
        ("{notices: 20 s}", False),
    ],
)
def test_modes_that_come_out_the_same_are_named_without_a_reason(moderators: str, same: bool) -> None:
    """Nobody has tried what would make them differ: that moderators notice at once may have no part in it."""
    study = api.compare(loads(f"{TALK}moderators: {moderators}\n"), replications=2)
    lines = [line for line in headlines(study.results) if "the same figures" in line]
    said = "Join by request and invite only gave the same figures in every session, requests apart."
    assert lines == [said] * same


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
    assert lines["Most wishes on stage within 1 min"].startswith("as it is ")
    assert "(slow " in lines["Most wishes on stage within 1 min"]
    same = dict(line.split(": ", 1) for line in said["everyone_on_stage"])
    assert same["Largest share of wishes heard"].startswith("no difference (")
    assert not headlines_of_variants({"alone": found["slow"].results}, ())


def test_the_page_of_variants_has_the_words(tmp_path: Path) -> None:
    scenarios = {"as it is": loads(TALK), "short": loads(TALK.replace("20 s", "2 s"))}
    found = api.compare_variants(scenarios, modes=["everyone_on_stage"], replications=2)
    page = found.save(tmp_path).read_text(encoding="utf-8")
    assert '<h2 id="goals">Which variant for which goal</h2>' in page
    figures = page.partition('id="telling"')[2].partition("</table>")[0]
    assert figures.count('data-name="short"') == figures.count('data-name="as it is"') >= 2


def test_every_answer_says_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "talk.yaml"
    path.write_text(TALK, encoding="utf-8")
    scenario = loads(TALK)
    variants = api.compare_variants({"as it is": scenario, "again": scenario}, modes=MODES, replications=2)
    swept = questions.sweep(path, ["audience.count=2,4"], modes=MODES, replications=2)
    for number, found in enumerate((api.compare(scenario, modes=MODES, replications=2), variants, swept)):
        page = found.save(tmp_path / str(number)).read_text(encoding="utf-8")
        assert page.partition("<details")[0].count(NOT_MODELLED) == 1
        assert page.index("<main>") < page.index(NOT_MODELLED) < page.index("<details")
    said = " ".join(str(swept).split())
    assert said.index("Also •") < said.index(NOT_MODELLED)
    few = ["compare", str(path), "--variant", "few: audience.count=2", "--replications", "2", "--out", str(tmp_path)]
    assert invoke([*few, "--out", str(tmp_path / "all"), "--all"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.count(NOT_MODELLED) == 1
    assert said.index("In short") < said.index(NOT_MODELLED)
    assert invoke([*few, "--out", str(tmp_path / "brief")]) == 0
    told = capsys.readouterr()
    assert "Not modelled" not in told.out
    assert "what is not modelled: on the page, or with `--all`" in told.err


def silent(_: object) -> Iterator[None]:
    """A behaviour in which nobody does anything."""
    yield from ()


def test_nobody_knows_what_code_of_ones_own_leaves_out(tmp_path: Path) -> None:
    found = api.compare(loads(TALK), modes=MODES, replications=2, behaviours={"audience": silent})
    assert NOT_MODELLED not in found.save(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("scene", "left_out"),
    [
        ("audience: {count: 1, wishes: {unsuitable: 0.1}}", "wishes that do not belong on stage"),
        ("audience: {count: 1, wishes: {readiness: {invite_only: 0.5}}}", "because it is easier"),
        ("moderators: {removes: {noticed_after: 1 min}}", "to watch an open stage"),
    ],
)
def test_what_a_scenario_says_is_not_said_to_be_left_out(scene: str, left_out: str) -> None:
    scenario = loads("title: t\nduration: 10 min\n" + scene)
    said = not_modelled(Origin(), scenario)
    assert left_out in NOT_MODELLED
    assert left_out not in said
    assert said.endswith(", and people who talk over each other.")


def pushed_and_disturbed() -> Results:
    """Everyone on stage pushes off, and is undisturbed; the two others are alike in both."""
    found = three(lambda mode, at: 20.0 + at if mode == "everyone_on_stage" else 0.0)
    for outcome in found.outcomes:
        late = 0.0 if outcome.mode == "everyone_on_stage" else 30.0
        outcome.metrics["disrupted_time"] = late + outcome.replication + len(outcome.mode) % 3
    return found


def test_a_recommendation_names_the_mode_for_each_goal_and_its_price() -> None:
    found = pushed_and_disturbed()
    contrasts = analyse(mode_pairs(found), ("removed_by_capacity", METRIC)).contrasts
    said = recommended(found, contrasts)
    assert said.goals == (
        "Everyone on stage, to have little disturbance.",
        "Join by request or invite only, to push few off.",
    )
    assert said.costs == (
        "Everyone on stage – those on stage: 29.5 ± 2.8 speakers pushed off (best: 0).",
        "Join by request – the audience: 40 s ± 2.8 s of disturbance (best: 12 s).",
        "Invite only – the audience: 42 s ± 2.8 s of disturbance (best: 12 s).",
    )
    assert said.brief[0] == f"{said.goals[0]} It costs: 29.5 speakers pushed off."
    assert said.brief[1] == f"{said.goals[1]} It costs: invite only, 42 s of disturbance.", "whoever is last pays"


def test_a_recommendation_is_never_stronger_than_the_pairs() -> None:
    found = pushed_and_disturbed()
    contrasts = analyse(mode_pairs(found), ("removed_by_capacity", METRIC)).contrasts
    undecided = tuple(replace(each, verdict="undecided") for each in contrasts)
    assert recommended(found, undecided).goals == (NOTHING_CLEAR,)
    assert not recommended(found, undecided).costs
    assert not any(recommended(found, ()))
    half = tuple(replace(each, verdict="undecided") if each.metric == METRIC else each for each in contrasts)
    assert recommended(found, half).unclear[-1] == "Not clear: what is best to have little disturbance (12 s to 42 s)."
