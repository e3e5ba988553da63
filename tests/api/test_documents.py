"""The Python of the documents: everything in them runs as it stands, and no task takes many calls."""

import re
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import matplotlib.figure
import pytest

import stagesim
from stagesim.eventlog import write_jsonl, write_parquet

pytestmark = pytest.mark.usefixtures("blank_charts")

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def blocks(page: str) -> list[str]:
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that are there after all blocks, each run once, in order."""
    names: dict[str, Any] = {"stagesim": stagesim, "folder": tmp_path_factory.mktemp("study") / "out"}
    for number, block in enumerate(blocks("reference/python.md"), 1):
        exec(compile(block, f"task {number}", "exec"), names)
    return names


def test_there_are_twelve_tasks_of_at_most_five_lines() -> None:
    found = blocks("reference/python.md")
    assert len(found) == 12
    assert max(len(block.strip().splitlines()) for block in found) <= 5


def test_every_task_comes_to_something(ran: dict[str, Any]) -> None:
    assert ran["run"].metrics["people"].item() == 12
    assert len(ran["sweep"].metrics) == 3 * 2 * 3 * 2
    assert ran["study"].results.replications == 8
    assert ran["both"].names == ["yesterday", "today"]
    assert ran["both"].differences("stage_time")["n"].tolist() == [8, 8, 8]
    (row,) = ran["again"].metrics.to_dict("records")
    assert row["time_to_stage_mean"] == ran["worst"]["time_to_stage_mean"]
    assert set(ran["again"].at(minute=7)["who"]) == set(ran["again"].people["who"])
    assert isinstance(ran["again"].plot.timeline(), matplotlib.figure.Figure)


def test_requests_and_waits_join(ran: dict[str, Any]) -> None:
    asked, waits = ran["asked"], ran["waits"]
    assert len(asked) > 5
    assert set(waits["variant"]) == {"as it is", "at once"}


@pytest.mark.parametrize(("name", "group"), [("polite", "audience"), ("least_on_stage", "moderators")])
def test_the_behaviours_of_the_page_play(name: str, group: str) -> None:
    names: dict[str, Any] = {}
    for block in blocks("howto/behaviours.md"):
        exec(block, names)
    scenario = {
        "title": "x",
        "duration": "10 min",
        "room": {"mode": "join_by_request"},
        "audience": {"count": 4, "wishes": {"on_arrival": 1}},
        "moderators": {"count": 1},
    }
    run = stagesim.run(scenario, behaviours={group: names[name]})
    assert (run.wishes["outcome"] == "heard").sum() == 4
    assert run.metrics["utilisation"].item() > 0
    assert stagesim.run(scenario, disciplines={"moderators": names["by_turn"]}).metrics["stays"].item() >= 4


SMALL = """\
title: A small seminar
duration: 25 min
audience: {count: 6, mobile: 0.5, wishes: {rate: 1 per hour}, patience: 1 min, on_stage: {stay: 20 s}}
moderators: {groups: {tutor: {count: 1, review: {approve: 0.9, time: 5 s}}}}
goals: [share of wishes heard >= 50 %]
"""
ALONE = {"CONTRIBUTING.md", "docs/howto/behaviours.md", "docs/reference/python.md"}
"""Pages of which other tests run the Python."""
LONG = ("explore", "size", "rank", "tip", "why")
"""Calls that take hundreds of sessions: here they are only called as the pages say."""


def pages_with_python() -> list[str]:
    files = [ROOT / "README.md", ROOT / "policies/README.md", *DOCS.rglob("*.md")]
    names = [path.relative_to(ROOT).as_posix() for path in files if BLOCK.search(path.read_text(encoding="utf-8"))]
    return sorted(set(names) - ALONE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that pages name, but of a small seminar: what runs there is the text of the pages."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "scenarios").mkdir()
    for name in ("seminar", "support_clinic", "town_hall"):
        (folder / f"scenarios/{name}.yaml").write_text(SMALL, encoding="utf-8")
    study = stagesim.compare(folder / "scenarios/seminar.yaml", replications=20)
    study.save(folder / "reports/slides")
    log = study.results.outcomes[0].log
    write_jsonl(folder / "run.jsonl", log)
    write_parquet(folder / "join_by_request.parquet", [log])
    return folder


@pytest.mark.parametrize("page", pages_with_python())
def test_the_python_of_a_page_runs(page: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    for name in LONG:
        monkeypatch.setattr(stagesim, name, create_autospec(getattr(stagesim, name)))
    names: dict[str, Any] = {}
    for number, block in enumerate(BLOCK.findall((ROOT / page).read_text(encoding="utf-8")), 1):
        small = re.sub(r'(stagesim\.\w+\()"(seminar|town_hall)"', r'\1"scenarios/\2.yaml"', block)
        small = re.sub(r"replications=\d+", "replications=3", small)
        exec(compile(small, f"{page}, block {number}", "exec"), names)
