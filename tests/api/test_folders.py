"""What was saved is opened again, gone on with, and compared with what is made another day."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import stagesim
from stagesim.cli import invoke

pytestmark = pytest.mark.usefixtures("blank_charts")


def digests(results: stagesim.experiments.results.Results) -> list[str]:  # type: ignore[name-defined]
    return [each.log.digest() for each in results.outcomes]


def test_a_comparison_is_opened_as_it_was_and_can_be_extended(
    comparison: stagesim.Comparison, path: Path, tmp_path: Path
) -> None:
    comparison.save(tmp_path / "out")
    again = stagesim.open(tmp_path / "out")
    assert isinstance(again, stagesim.Comparison)
    assert digests(again.results) == digests(comparison.results)
    assert again.metrics.equals(comparison.metrics)
    assert again.differences().equals(comparison.differences())
    assert again.results.origin.command == comparison.results.origin.command
    more, fresh = again.extended(3), stagesim.compare(path, replications=3, seed=4)
    assert digests(more.results) == digests(fresh.results)
    more.save(tmp_path / "out")
    assert stagesim.open(tmp_path / "out").results.replications == 3


def test_runs_and_variants_are_opened_as_what_they_were(path: Path, tmp_path: Path) -> None:
    run = stagesim.run(path, mode="invite_only", seed=4)
    run.save(tmp_path / "run")
    opened = stagesim.open(tmp_path / "run")
    assert isinstance(opened, stagesim.Run)
    assert opened.log.digest() == run.log.digest()
    scenario = stagesim.load(path)
    both = {"as it is": scenario, "narrow": scenario.changed({"room.stage_capacity": 1})}
    variants = stagesim.compare_variants(both, modes="invite_only", replications=2)
    variants.save(tmp_path / "both")
    again = stagesim.open(tmp_path / "both")
    assert isinstance(again, stagesim.Variants)
    assert again.names == ["as it is", "narrow"]
    assert again.metrics.equals(variants.metrics)
    assert again.extended(3).metrics["replication"].max() == 2


def test_what_the_command_line_made_is_opened_and_gone_on_with(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["compare", str(path), "--modes", "invite_only", "--replications", "2", "--seed", "4", "--workers", "1"]
    assert invoke([*command, "--out", str(out)]) == 0
    study = stagesim.open(out)
    assert isinstance(study, stagesim.Comparison)
    more = study.extended(3)
    assert digests(more.results) == digests(stagesim.compare(path, modes="invite_only", replications=3, seed=4).results)
    more.save(out)
    assert invoke([*command, "--variant", "narrow: room.stage_capacity=1", "--out", str(tmp_path / "both")]) == 0
    both = stagesim.open(tmp_path / "both")
    assert isinstance(both, stagesim.Variants)
    assert both.names == ["as it is", "narrow"]
    assert len(both.extended(3).metrics) == 6


def test_what_code_of_ones_own_made_is_opened_and_not_extended(path: Path, tmp_path: Path) -> None:
    def silent(me):  # type: ignore[no-untyped-def]
        me.enter()
        yield from me.wait()

    stagesim.compare(path, replications=2, behaviours={"audience": silent}).save(tmp_path)
    found = stagesim.open(tmp_path)
    assert found.metrics["wishes"].sum() == 0
    with pytest.raises(stagesim.StudyError, match="not extended\n  hint: "):
        found.extended(3)  # type: ignore[union-attr]


def test_what_cannot_be_opened_says_why(comparison: stagesim.Comparison, tmp_path: Path) -> None:
    with pytest.raises(stagesim.StoreError, match=r"has no results: there is no `manifest.json`"):
        stagesim.open(tmp_path)
    comparison.save(tmp_path / "out")
    (tmp_path / "out/events/invite_only.parquet").unlink()
    with pytest.raises(stagesim.StoreError, match=r"cannot be opened: .*invite_only.parquet"):
        stagesim.open(tmp_path / "out")


def test_a_saved_study_is_not_replaced_without_a_word(
    comparison: stagesim.Comparison, path: Path, tmp_path: Path
) -> None:
    comparison.save(tmp_path)
    for other in (stagesim.run(path), stagesim.compare(path, replications=2, seed=5)):
        with pytest.raises(stagesim.StoreError, match="`fresh`"):
            other.save(tmp_path)
    assert digests(stagesim.open(tmp_path).results) == digests(comparison.results)
    other.save(tmp_path, fresh=True)
    assert digests(stagesim.open(tmp_path).results) == digests(other.results)


def test_a_study_with_code_of_ones_own_is_made_anew_if_that_is_said(path: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"modes": "invite_only", "replications": 2, "out": tmp_path}
    first = stagesim.compare(path, disciplines={"moderators": by_place}, **options)
    with pytest.raises(stagesim.StoreError, match="code of yours that may have changed since"):
        stagesim.compare(path, disciplines={"moderators": by_place}, **options)
    again = stagesim.compare(path, disciplines={"moderators": by_place}, fresh=True, **options)
    assert digests(again.results) == digests(first.results) == digests(stagesim.open(tmp_path).results)  # type: ignore[union-attr]


def by_place(who: Any) -> int:
    return int(who.place)


def test_studies_of_different_days_are_compared_in_pairs(path: Path) -> None:
    before = stagesim.compare(path, modes="join_by_request", replications=3, seed=4)
    after = stagesim.compare(path, modes="join_by_request", replications=2, seed=4, sets={"room.stage_capacity": 1})
    both = stagesim.paired({"before": before, "after": after})
    table = both.differences("stage_time")
    assert table["n"].tolist() == [2]
    assert (table["variant"].item(), table["base_variant"].item()) == ("after", "before")
    wanted = stagesim.compare_variants(
        {"before": path, "after": stagesim.load(path, "room.stage_capacity=1")},
        modes="join_by_request",
        replications=2,
        seed=4,
    )
    assert table.equals(wanted.differences("stage_time"))
    assert not both.same_people().other_wishes


def test_studies_with_other_people_are_no_pairs(path: Path) -> None:
    one = stagesim.compare(path, modes="join_by_request", replications=2, seed=4)
    with pytest.raises(stagesim.StudyError, match="the seeds `4`, `5`, and so other people"):
        stagesim.paired({"one": one, "two": stagesim.compare(path, modes="join_by_request", replications=2, seed=5)})
    others = stagesim.compare(
        path, modes="join_by_request", replications=2, seed=4, sets="audience.wishes.rate=2 per hour"
    )
    with pytest.raises(stagesim.StudyError, match="people are not the same"):
        stagesim.paired({"one": one, "others": others})


PROGRAM = """
import stagesim
study = stagesim.compare({path!r}, replications=400, seed=4, out={out!r}, progress=True)
"""


def test_a_study_with_a_folder_goes_on_after_an_interruption(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = PROGRAM.format(path=str(path), out=str(out))
    running = subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.PIPE, env=dict(os.environ))
    kept = out / ".stagesim-sessions"
    until = time.monotonic() + 60
    while not (kept.exists() and kept.stat().st_size > 20_000):
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1].decode()
    assert "finished sessions are kept in" in said
    begun = kept.stat().st_size
    study = stagesim.compare(path, replications=4, seed=4, out=out)
    assert begun > 20_000
    assert digests(study.results) == digests(stagesim.compare(path, replications=4, seed=4).results)
    assert stagesim.open(out).results.replications == 4
