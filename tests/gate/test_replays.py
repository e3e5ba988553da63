"""A check that fails plays the moment at which it went wrong, beside what was before."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stagesim.cli import cli
from stagesim.experiments.kept.manifests import StoreError
from stagesim.scenario.values.units import clock

TALK = """
title: A talk
duration: 5 min
doors_open: 1 min
modes: [join_by_request]
room: {mode: join_by_request, stage_capacity: 2}
audience: {count: 8, wishes: {rate: 60 per hour}, on_stage: {stay: 20 s}}
moderators: {groups: {tutor: {review: {approve: 0.8, time: 2 s}, notices: 5 s}}}
"""

LATER = "rules: {name: invite later, cells: {bring_to_stage.requested: viewer}}\n"

STATED = """
properties: [{never: request_closed declined}]
script: [{at: 30 s, do: ask_to_join, by: audience-1, expect: accepted, standing: invited}]
"""


def checked(file: Path, *options: str) -> list[dict[str, Any]]:
    """What did not pass, as the data of the check has it."""
    command = ["check", str(file), "--format", "json", "--budget", "2", "--workers", "1", *options]
    done = CliRunner().invoke(cli, command, standalone_mode=False, catch_exceptions=False)
    data = json.loads(done.stdout[done.stdout.index("{\n") :])
    return [each for each in data["judgements"] if each["verdict"] == "fail"]


def runs_in(page: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in re.findall(r'class="run">(.*?)</script>', page, re.DOTALL)]


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "talk.yaml"
    file.write_text(TALK)
    return file


def test_a_failed_statement_names_the_command_that_plays_its_moment(talk: Path, tmp_path: Path) -> None:
    talk.write_text(TALK + LATER + STATED)
    never, step = checked(talk)
    common = f"stagesim replay {talk} --modes join_by_request --seed 1 --replication 0"
    assert step["replay"] == f"{common} --at 00:30.000 --rules default"
    declined = re.search(r"at (\d\d:\d\d\.\d{3}): ", never["said"])
    assert declined is not None
    assert never["replay"] == f"{common} --at {declined[1]} --rules default"
    out = ["--out", str(tmp_path / "replay")]
    asked = [*never["replay"].split()[1:], *out]
    assert CliRunner().invoke(cli, asked, standalone_mode=False, catch_exceptions=False).return_value == 0
    page = (tmp_path / "replay/replay.html").read_text()
    now = runs_in(page)[0]
    failed = {
        now["texts"][each["x"]].partition(":")[0]: each["t"] for each in now["steps"] if each.get("k") == "failed"
    }
    assert failed["never request_closed declined"] == int(re.search(r'data-at="(\d+)"', page)[1])  # type: ignore[index]


def test_the_pages_of_a_check_open_at_the_moment_beside_the_baseline(talk: Path, tmp_path: Path) -> None:
    save = ["baseline", "save", str(talk), "--replications", "2"]
    assert CliRunner().invoke(cli, save, standalone_mode=False).return_value == 0
    talk.write_text(TALK + LATER)
    (found,) = checked(talk, "--replay", str(tmp_path / "pages"))
    assert found["replay"] == str(tmp_path / "pages" / "1-talk-join_by_request.html")
    page = Path(found["replay"]).read_text()
    runs = runs_in(page)
    assert [run["name"] for run in runs] == ["Join by request, before: talk.json", "Join by request, now"]
    opened = int(re.search(r'data-at="(\d+)"', page)[1])  # type: ignore[index]
    said = [[run["texts"][step["x"]] for step in run["steps"] if "x" in step and step["t"] == opened] for run in runs]
    assert [any("offers a place on stage" in text for text in texts) for texts in said] == [True, False]
    # One clock: what the check and the difference say is when the player shows it, from the start of the session.
    assert f"first in replication 0: {clock(opened)} " in found["said"]
    compared = ["diff", str(talk.parent / "baselines/talk.json"), str(talk)]
    told = CliRunner().invoke(cli, compared, standalone_mode=False, catch_exceptions=False).stdout
    assert f", at {clock(opened)}\n" in told
    assert f" -> {clock(opened)} bring_to_stage " in told


def test_a_changed_time_is_played_beside_the_baseline_that_it_no_longer_fits(talk: Path, tmp_path: Path) -> None:
    save = ["baseline", "save", str(talk), "--replications", "2"]
    assert CliRunner().invoke(cli, save, standalone_mode=False).return_value == 0
    (found,) = checked(talk, "--set", "room.request_ttl=1 s", "--replay", str(tmp_path / "pages"))
    assert "`room.request_ttl` was the default, is 1 s" in found["said"]
    said = re.match(r"first difference: replication 0, (\S+), .*; now: \1 .*expired.* \(T1, `room", found["details"][0])
    assert said is not None, found["details"]
    opened = int(re.search(r'data-at="(\d+)"', Path(found["replay"]).read_text())[1])  # type: ignore[index]
    assert clock(opened) == said[1]
    assert f"First difference: replication 0, {said[1]}" in Path(found["replay"]).read_text()
    assert [run["places"] for run in runs_in(Path(found["replay"]).read_text())] == [2, 2]
    (found,) = checked(talk, "--set", "room.invitation_ttl=1 h")
    assert found["details"][0] == "nothing came otherwise in the 2 replications of the baseline"
    assert found["replay"] is None


def test_what_passes_and_what_has_no_moment_has_no_page(talk: Path, tmp_path: Path) -> None:
    talk.write_text(TALK + "properties: [{sometimes: on_stage > 100}]\n")
    (found,) = checked(talk, "--replay", str(tmp_path / "pages"))
    assert found["replay"] is None
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["manifest.json"]


def test_a_folder_of_something_else_is_refused_before_anything_is_judged(talk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    CliRunner().invoke(cli, ["replay", str(talk), "--out", str(folder)], standalone_mode=False, catch_exceptions=False)
    with pytest.raises(StoreError, match="has a study of the command `replay`"):
        checked(talk, "--replay", str(folder))
