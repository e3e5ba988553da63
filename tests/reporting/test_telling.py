"""An answer shows few figures, those on which something is decided first; and it says what to ask next."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import stagesim
from stagesim.cli import invoke
from stagesim.eventlog.unexplained import unexplained
from stagesim.experiments import executors
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.questions.held_up import held_up
from stagesim.experiments.replications import Job, Outcome, one
from stagesim.reporting.page.first_screen import Block, of_modes
from stagesim.reporting.words.figure_rows import Row, sections
from stagesim.reporting.words.further import further
from stagesim.reporting.words.headlines import sentences
from stagesim.reporting.words.telling import MOST, finding, telling
from stagesim.reporting.words.turning import _others, turning_among
from stagesim.scenario.reading.loader import loads

TALK = """
title: A talk
duration: 8 min
room: {stage_capacity: 1, when_full: replace_quietest}
audience:
  count: 12
  wishes: {rate: 15 per hour, unsuitable: 0.3}
  on_stage: {disruptive: 0.5}
moderators: {count: 1, review: {time: 20 s}, removes: {noticed_after: 5 s}}
goals: [wishes_heard_share >= 0.5]
assumptions: ['audience.patience=1 min:5 min']
"""
MODES = ["everyone_on_stage", "join_by_request", "invite_only"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("telling") / "a talk.yaml"
    path.write_text(TALK, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(path: Path) -> stagesim.Comparison:
    return stagesim.compare(path, modes=MODES, replications=8)


def names(rows: Sequence[Row]) -> set[str]:
    return {row.name for row in rows}


def is_decided(row: Row) -> bool:
    return any(cell.best or cell.worst for cell in row.cells)


def test_at_most_seven_figures_and_those_that_are_decided_first(compared: stagesim.Comparison) -> None:
    results, contrasts = compared.results, mode_contrasts(compared.results)
    assert "disrupted_time" not in names(telling(results).rows), "where nothing is decided, the last"
    kept = telling(results, contrasts).rows
    assert len(kept) == MOST
    told = {metric.name for metric, _ in sentences(results.scenario)}
    left_out = [row for each in sections(results, contrasts) for row in each.rows if row.name in told - names(kept)]
    assert left_out
    assert all(map(is_decided, kept)) or not any(map(is_decided, left_out))


def test_the_side_to_take_stands_out_in_every_sentence_on_a_goal(compared: stagesim.Comparison) -> None:
    blocks = {each.id: each for each in of_modes(compared.results, mode_contrasts(compared.results), None)}
    lines = [str(line) for line in (*blocks["goals"].lines, *blocks["costs"].lines)]
    sides = [line.partition("<strong>")[2].partition("</strong>")[0] for line in lines if "<strong>" in line]
    assert set(sides) <= {
        "Everyone on stage",
        "Join by request",
        "Invite only",
        "Join by request or invite only",
        "Not clear",
    }
    assert len(sides) >= 2


def test_the_first_screen_says_in_order_what_to_take_what_it_costs_and_why_how_sure_it_is_and_what_would_turn_it(
    compared: stagesim.Comparison, path: Path, tmp_path: Path
) -> None:
    results, contrasts = compared.results, mode_contrasts(compared.results)
    blocks = of_modes(results, contrasts, tmp_path / "study")
    assert [each.id for each in blocks] == ["goals", "costs", "held-up", "sure", "turns"]
    assert [str(line).count("<strong>") for line in blocks[2].lines] == [1, 1, 1]
    assert "8 sessions" in blocks[3].lines[0]
    assert blocks[4].lines == ["Not known: the assumption was never varied: patience, from a wish to giving up."]
    assert blocks[4].command == f"stagesim tip '{path}'"


def test_what_would_turn_it_is_told_as_it_was_tested_with_the_same_scenario(
    compared: stagesim.Comparison, path: Path, tmp_path: Path
) -> None:
    def turns(of: stagesim.Comparison) -> Block:
        blocks = of_modes(of.results, mode_contrasts(of.results), tmp_path / "study")
        return next(each for each in blocks if each.id == "turns")

    found = stagesim.tip(path, by="wishes_heard_share", modes=MODES, replications=2)
    found.save(tmp_path / "a talk-tip")
    told = turns(compared)
    assert not told.command
    assert list(told.lines) == list(json.loads((tmp_path / "a talk-tip" / "tip.json").read_text())["in_short"])
    assert "patience, from a wish to giving up" in str(told.lines).lower()
    other = stagesim.compare(path, modes=MODES, replications=2, sets=["audience.count=11"])
    assert turns(other).command, "of another scenario nothing is known"


def test_of_several_answers_each_tells_what_it_alone_is_about(
    compared: stagesim.Comparison, path: Path, tmp_path: Path
) -> None:
    known = partial(turning_among, {"": compared.results}, tmp_path / "study")
    asked = partial(stagesim.tip, path, by="wishes_heard_share", replications=2)
    asked(modes=MODES).save(tmp_path / "a-tip")
    first = known()
    asked(modes=MODES[:2]).save(tmp_path / "b-tip")
    assert known() == first, "an answer on other modes hides none"
    asked(modes=MODES, ranges="audience.mobile=0:1").save(tmp_path / "c-tip")
    both = known()
    assert both.varied == {"audience.patience", "audience.mobile"}
    assert set(first.found) < set(both.found)


def test_a_variant_of_the_same_name_is_another_one_where_it_has_other_settings(path: Path, tmp_path: Path) -> None:
    settings: dict[str, dict[str, object]] = {"as it is": {}, "few": {"audience.count": 4}}
    asked = partial(stagesim.tip, path, by="wishes_heard_share", replications=2, modes=MODES[1:2])
    asked(variants=settings).save(tmp_path / "a-tip")
    scenarios = {name: stagesim.load(path, sets=each) for name, each in settings.items()}
    same, other = (
        {name: stagesim.compare(each, modes=MODES[1:2], replications=1).results for name, each in named.items()}
        for named in (scenarios, {**scenarios, "few": stagesim.load(path, sets={"audience.count": 3})})
    )
    assert turning_among(same, tmp_path / "study").found
    assert not turning_among(other, tmp_path / "study").found


def test_a_comparison_that_is_asked_for_it_finds_what_would_turn_it_along_the_first_assumption(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated: list[tuple[str, int]] = []

    def counted(job: Job, mode: str, replication: int) -> Outcome:
        simulated.append((mode, replication))
        return one(job, mode, replication)

    monkeypatch.setattr(executors, "one", counted)
    monkeypatch.setattr("stagesim.commands.beforehand.Rules.__new__.__defaults__", ((), (), (), None, 0.95, 2))
    out = tmp_path / "talk"
    asked = ["compare", str(path), "--modes", ",".join(MODES[:2]), "--replications", "2", "--workers", "1", "--tip"]
    assert invoke([*asked, "--out", str(out), "--set", "audience.patience=3 min"]) == 0
    said = capsys.readouterr()
    touched, untouched = 9 - 1, 3 - 1
    assert len(simulated) == 2 * 2 + (touched + untouched) * 2, "at the value of the scenario they were simulated"
    assert "What would turn it\n• Does not turn it: patience, from a wish to giving up" in said.out
    assert "stagesim tip" not in said.err, "it is known"
    (line,) = json.loads((tmp_path / "talk-tip" / "tip.json").read_text())["in_short"]
    assert line in said.out.replace("\n", " ")
    assert line in (out / "report.html").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    simulated.clear()
    assert invoke([*asked, "--out", str(out), "--set", "audience.patience=3 min"]) == 0
    assert not simulated, "what is known is not looked for again"


def test_assumptions_that_were_not_varied_are_counted_beside_a_turn() -> None:
    (assumption,) = loads(TALK).assumptions
    assert not _others([assumption], {assumption.range.path})
    assert _others([assumption], ()) == "One other assumption was not varied."
    assert _others([assumption] * 11, ()) == "11 other assumptions were not varied."


def test_the_first_sessions_say_what_held_people_up_and_their_logs_are_as_any(
    compared: stagesim.Comparison, path: Path
) -> None:
    results = compared.results
    assert all(outcome.hold_ups is not None for outcome in results.outcomes)
    log, explained = results.outcomes[-1].log, results.outcomes[-1].explained
    assert explained is not None
    assert any(row["event"] == "wish_hidden" for row in explained.rows()), "the page plays it with its reasons"
    assert unexplained(explained).digest() == log.digest()
    assert log.digest() == stagesim.run(path, mode=MODES[-1], replication=7).results.outcomes[0].log.digest()
    kept = tuple(replace(outcome, hold_ups=None) for outcome in results.outcomes)
    again = held_up(replace(results, outcomes=kept))
    assert [each.of_all for each in again] == [each.of_all for each in held_up(results)], "simulated once more"


def test_terminal_and_page_show_the_same_figures(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert invoke(["compare", str(path), "--replications", "2", "--modes", "join_by_request", "--out", str(out)]) == 0
    said = capsys.readouterr()
    page = (out / "report.html").read_text(encoding="utf-8").partition('id="telling"')[2].partition("</table>")[0]
    for label in ("on stage within", "cut short"):
        assert label in page
        assert label in said.out
    assert f"what holds people up: `stagesim why '{path}'`" in said.err
    assert "what would turn" not in said.err, "there is nothing to turn in one mode"


def test_what_to_ask_next_repeats_what_was_changed(path: Path) -> None:
    results = stagesim.compare(path, modes=MODES, replications=1, sets=["audience.count=2"]).results
    commands = [each.command for each in further(results)]
    assert [each.split()[1] for each in commands] == ["tip", "why", "story", "replay"]
    assert all(f"'{path}' --set audience.count=2" in each for each in commands)
    assert commands[-1].endswith(" --modes everyone_on_stage,join_by_request"), "a replay shows two"
    assert further(stagesim.compare(loads(TALK), modes=MODES, replications=1).results) == []
    fewer = stagesim.compare(path, modes=MODES[1:], replications=1, seed=3).results
    assert further(fewer)[0].command == f"stagesim tip '{path}' --modes join_by_request,invite_only --seed 3", (
        "otherwise it would be the answer to another question"
    )


def test_a_figure_in_words_names_all_modes(compared: stagesim.Comparison) -> None:
    assert finding(compared.results, "wishes_heard_share").startswith("Wishes heard: everyone on stage ")
    assert finding(compared.results, "wishes_heard_share").endswith(" %.")
