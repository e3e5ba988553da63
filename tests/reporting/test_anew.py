"""The page of a folder is written anew of what the folder has, and is the page that was there."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from stagesim.cli import cli
from stagesim.experiments.kept.manifests import StoreError
from stagesim.given_files import NotAFile
from stagesim.reporting.anew import written_anew

TALK = """
title: A talk
duration: 5 min
modes: [join_by_request, invite_only]
room: {stage_capacity: 2}
audience: {count: 8, wishes: {rate: 60 per hour}, on_stage: {stay: 20 s}}
moderators: {groups: {tutor: {review: {time: 2 s}, notices: 5 s}}}
"""

ASKED = {
    "run": [],
    "compare": ["--replications", "3", "--margin", "wishes_heard_share=0.1", "--metric", "time_to_stage_mean"],
    "variants": ["--replications", "2", "--variant", "narrow: room.stage_capacity=1"],
}
"""The options of each command; variants are asked of `compare`. Answers to questions are tested with their commands."""


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("kind", ASKED)
def test_the_page_is_the_one_that_was_there(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("talk.yaml").write_text(TALK)
    folder = tmp_path / kind
    command = ["compare" if kind == "variants" else kind, "talk.yaml", *ASKED[kind], "--out", kind]
    workers = [] if kind == "run" else ["--workers", "1"]
    CliRunner().invoke(cli, [*command, *workers], standalone_mode=False, catch_exceptions=False)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for page in folder.rglob("report.html"):
        page.unlink()
    assert CliRunner().invoke(cli, ["report", kind], standalone_mode=False, catch_exceptions=False).return_value == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    (tmp_path / "talk.yaml").unlink()
    alone = written_anew(folder, tmp_path / "page.html")
    written_anew(folder, alone)
    (tmp_path / "notes.md").write_text("mine")
    with pytest.raises(NotAFile, match="it is there already, and is no page"):
        written_anew(folder, tmp_path / "notes.md")
    assert alone.read_bytes() == before[folder / "report.html"], "neither the scenario file nor the other pages matter"


def test_a_folder_with_nothing_to_write_a_page_of_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="`nothing` has no results"):
        written_anew(Path("nothing"))
    Path("talk.yaml").write_text(TALK)
    CliRunner().invoke(cli, ["replay", "talk.yaml", "--out", "played"], standalone_mode=False, catch_exceptions=False)
    with pytest.raises(StoreError, match="`played` has what `replay` found, and no `answer"):
        written_anew(Path("played"))
    shutil.rmtree("played")
