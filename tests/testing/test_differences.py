"""The first difference between two logs, and the sides that `stagesim diff` takes."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stageaccess import Mode
from stagesim import compare
from stagesim.cli import cli
from stagesim.eventlog import EventLog, Header, write_jsonl, write_parquet
from stagesim.metrics import standings
from stagesim.reporting.page.difference import html, markdown
from stagesim.reporting.page.sequence import sequence
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.baselines.baseline_file import save
from stagesim.testing.baselines.made import make
from stagesim.testing.difference import DifferenceError, Side, difference, of_baseline, stored
from stagesim.testing.differences.divergence import first_divergence, standing_before
from stagesim.testing.differences.sequence import ROOM, mermaid, people
from worsened import SecondApproval, at_the_end_of_the_queue


def log_of(*events: tuple[int, str, str, str, dict[str, str]], mode: str = "join_by_request") -> EventLog:
    log = EventLog(Header("hand-made", "0", mode, 1))
    for event in events:
        log.record((0, *event, None))
    return log


ENTERED = (0, "entered", "pat", "pat", {"role": "participant", "client": "desktop"})
MOD = (0, "entered", "mod", "mod", {"role": "moderator", "client": "desktop"})
ASKED = (5_000, "request_created", "pat", "pat", {"request": "r1"})
CLOSED = (9_000, "request_closed", "pat", "mod", {"request": "r1", "outcome": "approved"})
DECLINED = (9_000, "request_closed", "pat", "mod", {"request": "r1", "outcome": "declined"})


def test_person_moment_standing_and_rule_of_a_difference_by_hand() -> None:
    found = first_divergence(log_of(ENTERED, MOD, ASKED, CLOSED), log_of(ENTERED, MOD, ASKED, DECLINED))
    assert found is not None
    assert (found.number, found.at_ms, found.person, found.standing) == (4, 9_000, "pat", "requested")
    assert found.rule == "row `bring_to_stage`, or S1"
    assert found.first == "00:09.000 pat: request_closed (r1, approved) by mod"
    assert found.second == "00:09.000 pat: request_closed (r1, declined) by mod"
    assert mermaid(found.steps) == (
        "sequenceDiagram\n"
        "    participant p1 as pat\n"
        "    participant p2 as mod\n"
        "    participant room as room\n"
        "    p1->>room: 00:00.000 enter_room\n"
        "    room-->>p1: entered (participant, desktop)\n"
        "    p1->>room: 00:05.000 ask_to_join\n"
        "    room-->>p1: request_created (r1)\n"
        "    alt first\n"
        "        p2->>room: 00:09.000 bring_to_stage pat\n"
        "        room-->>p1: request_closed (r1, approved)\n"
        "    else second\n"
        "        p2->>room: 00:09.000 decline_request pat\n"
        "        room-->>p1: request_closed (r1, declined)\n"
        "    end\n"
    )


def test_a_log_that_ends_early_differs_where_it_ends() -> None:
    found = first_divergence(log_of(ENTERED, MOD, ASKED), log_of(ENTERED, MOD, ASKED, CLOSED))
    assert found is not None
    assert (found.first, found.number) == ("the log ends", 4)
    assert first_divergence(log_of(ENTERED, MOD), log_of(ENTERED, MOD)) is None


def test_the_reason_of_a_refusal_names_the_rule() -> None:
    live = (9_000, "stage_joined", "pat", "pat", {"via": "self"})
    full = (9_000, "rejected", "pat", "pat", {"action": "go_live", "reason": "stage_full"})
    room_made = (9_000, "stage_removed", "amy", "pat", {"cause": "capacity"})
    for second, rule in ((full, "C1"), (room_made, "C2")):
        found = first_divergence(log_of(ENTERED, live), log_of(ENTERED, second))
        assert found is not None
        assert found.rule == rule


def test_names_with_signs_of_mermaid_are_safe() -> None:
    odd = (0, "entered", "a;b#c", "a;b#c", {"role": "participant", "client": "desktop"})
    found = first_divergence(log_of(odd), log_of(ENTERED))
    assert found is not None
    assert "a#59;b#35;c" in mermaid(found.steps)
    assert "a;b#c" in people(found.steps)


def test_later_differences_are_ranked_by_effect(seminar: Scenario) -> None:
    mine = simulate(seminar, mode=Mode.JOIN_BY_REQUEST).log
    yours = simulate(seminar, mode=Mode.JOIN_BY_REQUEST, engine=SecondApproval).log
    found = first_divergence(mine, yours)
    assert found is not None
    for later in (found.people, found.metrics):
        effects = [each.effect for each in later]
        assert effects == sorted(effects, reverse=True)
        assert len(effects) > 1
    spells = {spell.person for spell in standings(mine) if spell.standing == "on_stage"}
    assert {each.what for each in found.people} <= spells | {
        spell.person for spell in standings(yours) if spell.standing == "on_stage"
    }


def test_the_standing_before_an_event_agrees_with_the_timeline(seminar: Scenario) -> None:
    log = simulate(seminar, mode=Mode.JOIN_BY_REQUEST).log
    rows = list(log.rows())
    spells = standings(log)
    for at, row in enumerate(rows):
        inside = [s for s in spells if s.person == row["who"] and s.from_s < row["at"] < s.to_s]
        if inside:
            assert standing_before(rows[:at], row["who"]) == inside[0].standing, row


def test_no_rule_is_behind_what_people_do_otherwise_by_themselves(seminar: Scenario, seminar_file: Path) -> None:
    """Each event follows some rule; but where no decision has changed, no rule is the cause."""
    others = Side("who decline", scenario=load(seminar_file, ["audience.answer.accept=0", "audience.answer.ignore=0"]))
    found = difference(Side("as it is", scenario=seminar), others, mode="join_by_request")
    assert found.divergence is not None
    assert "invitation_closed" in found.divergence.second
    assert found.divergence.rule is None
    assert "  rule: none; people do something else by themselves" in list(found.divergence.lines())


def test_the_drawing_has_every_person_and_every_step(seminar: Scenario) -> None:
    report = difference(Side("a", scenario=seminar), Side("b", scenario=seminar, engine=SecondApproval))
    assert report.divergence is not None
    assert report.key == ("join_by_request", 0)
    assert report.compared == (("everyone_on_stage", 0), ("join_by_request", 0))
    steps = report.divergence.steps
    drawn = sequence(steps)
    assert drawn.count("<b>") == len(people(steps)) + 1
    assert drawn.count("<li ") == sum(step.kind != "end" for step in steps)
    assert drawn.count("<i ") == sum(step.kind in ("ask", "tell") and step.who != ROOM for step in steps)
    assert drawn in html(report)
    assert f"```mermaid\n{mermaid(steps)}```" in markdown(report)
    assert report.changes is not None
    assert report.changes.changes[0].person == report.divergence.person
    assert report.changes.changes[0].at_ms == report.divergence.at_ms


def test_what_is_stored_is_compared_replication_by_replication(seminar_file: Path, tmp_path: Path) -> None:
    for folder, modes in (("a", ["join_by_request", "invite_only"]), ("b", ["join_by_request"])):
        (tmp_path / folder / "events").mkdir(parents=True)
        results = compare(seminar_file, modes=modes, replications=3).results
        for mode in modes:
            write_parquet(tmp_path / folder / f"events/{mode}.parquet", results.logs(mode))
    same = difference(stored(tmp_path / "a"), stored(tmp_path / "b"))
    assert same.divergence is None
    assert same.compared == (("join_by_request", 0), ("join_by_request", 1), ("join_by_request", 2))
    fresh = difference(stored(tmp_path / "a"), Side("now", scenario=load(seminar_file)), mode="invite_only")
    assert fresh.divergence is None
    assert len(fresh.compared) == 3
    worse = Side("worse", scenario=load(seminar_file), engine=SecondApproval)
    assert difference(stored(tmp_path / "a"), worse).divergence is not None
    with pytest.raises(DifferenceError, match="no such replication"):
        difference(stored(tmp_path / "a"), stored(tmp_path / "b"), mode="invite_only")
    with pytest.raises(DifferenceError, match="different seeds: 1, 2"):
        difference(stored(tmp_path / "a"), worse, seed=2)


def test_a_baseline_is_compared_by_the_events_of_the_room(seminar_file: Path, tmp_path: Path) -> None:
    save(tmp_path / "kept.json", make(load(seminar_file), replications=2))
    kept = of_baseline(tmp_path / "kept.json")
    assert difference(kept, Side("now", scenario=load(seminar_file))).divergence is None
    found = difference(kept, Side("now", scenario=load(seminar_file), engine=SecondApproval))
    assert found.divergence is not None
    assert found.divergence.metrics == ()
    assert found.changes is not None
    assert found.changes.changes[0].person == found.divergence.person


def test_the_command_finds_a_worse_engine(seminar_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = at_the_end_of_the_queue(tmp_path / "worse")
    monkeypatch.chdir(tmp_path)
    command = f"env PYTHONPATH={worse} {sys.executable} -m stageaccess"
    arguments = ["diff", str(seminar_file), "--mode", "join_by_request", "--engine-b", command, "--out", "seen"]
    answer = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert answer.return_value == 1, answer.output
    assert "cell `bring_to_stage.requested`" in answer.stdout
    assert "rule:" in answer.stdout
    page = (tmp_path / "seen/diff.html").read_text()
    assert page.count('class="sequence"') == 1
    assert re.findall(r'<section class="panel" aria-label="(.*?)">', page) == [
        f"Join by request, {seminar_file}",
        f"Join by request, the same with {command}",
    ], "both sides are there to be played"
    assert "sequenceDiagram" in (tmp_path / "seen/diff.md").read_text()
    same = CliRunner().invoke(
        cli, ["diff", str(seminar_file), "--engine-b", f"{sys.executable} -m stageaccess"], standalone_mode=False
    )
    assert same.return_value == 0
    assert "are identical in 3 sessions" in same.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["seminar.yaml"], None, "expected a second side"),
        (["seminar.yaml", "nothing.txt"], 2, "nothing that can be compared"),
        (["seminar.yaml", "none.json"], 4, "there is no baseline"),
        (["seminar.yaml", "empty"], 2, "has no logs"),
        (["seminar.yaml", "broken.jsonl"], 2, "the log `broken.jsonl` has the schema `None`"),
        (["seminar.yaml", "none.parquet"], 2, "is not there"),
        (["seminar.yaml", "broken.jsonl", "--set", "duration=1 min"], None, "changes a scenario"),
        (["seminar.yaml", "--engine-b", "no-such-program"], None, "cannot be started"),
    ],
)
def test_the_command_says_what_is_wrong(
    seminar_file: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int | None, said: str
) -> None:
    monkeypatch.chdir(seminar_file.parent)
    Path("empty").mkdir()
    Path("broken.jsonl").write_text("{}\n")
    answer = CliRunner().invoke(cli, ["diff", *arguments], standalone_mode=False)
    if code is None:
        assert said in str(answer.exception)
    else:
        assert (answer.return_value, said in answer.stderr) == (code, True), answer.output


def test_a_log_file_is_a_side(seminar: Scenario, seminar_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(seminar_file.parent)
    write_jsonl("one.jsonl", simulate(seminar, mode=Mode.INVITE_ONLY, seed=4, replication=2).log)
    answer = CliRunner().invoke(cli, ["diff", "one.jsonl", "seminar.yaml"], standalone_mode=False)
    assert answer.return_value == 0, answer.output
    assert "identical in 1 session, seed 4" in answer.stdout
