"""Expectations whose limit is the baseline: they end where it ends, and what is unchanged passes."""

import json
import re
from pathlib import Path

import pytest

from stagesim.cli import invoke

TALK = """\
title: A talk with questions
duration: 10 min
modes: [join_by_request]
room: {stage_capacity: 3, invitation_ttl: 60 s}
audience: {count: 12, wishes: {rate: 4 per hour}, patience: {exponential: {mean: 1 min}}}
moderators: {count: 1, review: {time: {gamma: {mean: 8 s, cv: 1}}}}
expect:
"""

UNCHANGED = (
    "mean queue <= baseline * 1.05",
    "mean queue <= baseline",
    "mean of time_to_decision <= baseline * 1.05",
    "wishes_heard_share >= baseline * 0.95",
    "wishes_open_share <= baseline * 1.05",
    "mean of time_to_stage <= baseline + 1 s",
    "mean queue < baseline + 0.1",
    "share of wishes on stage within 60 s >= baseline",
    "share of requests decided within 20 s >= baseline * 0.9",
)


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "talk.yaml"
    path.write_text(TALK + "".join(f"  - {each}\n" for each in UNCHANGED), encoding="utf-8")
    return path


def test_what_is_unchanged_passes_with_all_defaults(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check planned 160 sessions, the baseline ended at 20, and the last look was never taken."""
    assert invoke(["baseline", "save", "talk.yaml"]) == 0
    assert invoke(["check", "talk.yaml"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.endswith(f"passed (exit 0): {len(UNCHANGED) + 1} passed\n")


def test_the_last_look_is_where_the_baseline_ends_and_shows_what_it_goes_by(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.write_text(TALK + "  - mean queue <= baseline * 0.98\n")
    assert invoke(["baseline", "save", "talk.yaml", "--replications", "20"]) == 0
    capsys.readouterr()
    assert invoke(["check", "talk.yaml:8", "--format", "json"]) == 1
    (judgement,) = json.loads(capsys.readouterr().out)["judgements"]
    assert judgement["replications"] == 20
    low, high = re.search(r"interval (\S+) requests to (\S+) requests", judgement["said"]).groups()  # type: ignore[union-attr]
    assert 0 < float(low) < float(high) < 0.01  # an interval from 0.00 to 0.00 is no evidence


def test_one_replication_is_compared_with_its_own_value(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk.write_text(TALK + "  - {that: mean queue <= baseline, samples: 1}\n")
    assert invoke(["baseline", "save", "talk.yaml"]) == 0
    assert invoke(["check", "talk.yaml:8", "--replication", "7"]) == 0, capsys.readouterr().out


def test_a_baseline_that_is_too_short_is_exit_4(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["baseline", "save", "talk.yaml", "--replications", "2"]) == 0
    assert invoke(["check", "talk.yaml:8"]) == 4
    said = capsys.readouterr().out
    assert "the baseline `baselines/talk.json` is too short: it has 2 replications, and 10 are needed" in said
    assert "hint: `stagesim baseline save --replications 10`" in said


def test_a_share_within_a_time_is_held_against_the_baseline(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all wishes of all replications together, on the same people."""
    limits = ("0.98", "1.05")
    talk.write_text(
        TALK + "".join(f"  - share of wishes on stage within 45 s >= baseline * {each}\n" for each in limits)
    )
    assert invoke(["baseline", "save", "talk.yaml"]) == 0
    capsys.readouterr()
    assert invoke(["check", "talk.yaml", "--format", "json"]) == 1
    first, second, _ = json.loads(capsys.readouterr().out)["judgements"]
    assert (first["verdict"], second["verdict"]) == ("pass", "fail")
    assert first["said"] == "as in the baseline, in all 40 replications"
