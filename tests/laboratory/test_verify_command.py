"""`stagesim verify`: what it prints, writes, and by which code it says what came of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stagesim.cli import cli
from stagesim.exit_codes import ExitCode
from stagesim.scenario.reading.loader import load


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["verify", *arguments], standalone_mode=False)


SMALL = ("--people", "2", "--modes", "join_by_request")


def test_a_complete_search_in_which_nothing_is_violated() -> None:
    done = verify(*SMALL)
    assert done.return_value == ExitCode.DONE
    assert "• 140 states and" in done.stdout
    assert "complete: everything was tried in every state, and nothing is violated" in done.stdout


def test_a_violation_is_a_story_on_the_terminal_and_in_files(tmp_path: Path) -> None:
    done = verify(*SMALL, "--rules", "seats_at_once", "--out", str(tmp_path / "out"))
    assert done.return_value == ExitCode.VIOLATED
    assert "mo -> 00:00.000 bring_to_stage ana" in done.stdout
    assert "violated: 1 property" in done.stdout
    story = load(tmp_path / "out" / "violation-1.yaml")
    assert story.rules is not None
    assert len(story.script) == 5
    assert "sequenceDiagram" in (tmp_path / "out" / "violation-1.mmd").read_text()
    data = json.loads((tmp_path / "out" / "verify.json").read_text())
    assert data["violations"][0]["moves"] == ["ana ask_to_join", "mo bring_to_stage ana"]
    assert not data["complete"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert 'class="sequence"' in page
    assert "In short" in page


def test_what_is_left_out_is_not_held_against_a_variant() -> None:
    done = verify(*SMALL, "--rules", "seats_at_once", "--except", "11.4")
    assert done.return_value == ExitCode.DONE
    assert "11.4" not in done.stdout


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (("--depth", "2"), "stopped at the depth of 2 moves: every state up to 2 moves from the start was found"),
        (("--seconds", "0.000001"), "stopped after 1e-06 s: every state up to 0 moves from the start was found"),
        (("--states", "30"), "stopped with 30 states, the most that are kept"),
    ],
)
def test_a_partial_search_says_how_far_it_got(limit: tuple[str, str], said: str) -> None:
    done = verify(*SMALL, *limit)
    assert done.return_value == ExitCode.UNDECIDED
    assert said in done.stdout
    assert "• not complete: nothing is violated in what was explored, and the rest is not known" in done.stdout
    assert "complete: everything" not in done.stdout


def test_a_scenario_gives_the_room_its_settings_and_statements(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        "title: t\nduration: 5 min\nroom: {mode: invite_only, stage_capacity: 1, invitation_ttl: 20 s}\n"
        "properties: [never invitation_closed expired, always busy <= 1]\n"
    )
    done = verify(str(path), "--people", "2", "--modes", "invite_only", "--time")
    assert done.return_value == ExitCode.VIOLATED
    assert "a clock of 20 s" in done.stdout
    assert "after 2 moves: mo invite ana, time goes on" in done.stdout
    assert "`always busy <= 1`" in done.stdout


def test_what_cannot_be_asked_is_said() -> None:
    for arguments, said in (
        (("--people", "12"), "up to 7 participants"),
        (("--modes", "open"), "unknown mode `open`"),
        (("--except", "11.99"), "no invariant `11.99`"),
        (("--set", "room.stage_capacity=1"), "none is given"),
    ):
        assert said in str(verify(*arguments).exception)
