"""What is written to a folder: whole files, a manifest that lists them, and nothing of anybody else's lost."""

import json
from pathlib import Path

import pandas as pd
import pytest

import stagesim
from stageaccess import __version__
from stagesim.api import calls as api
from stagesim.eventlog.files import read_parquet
from stagesim.experiments.kept.folder import JOURNAL, Folder, manifest, write_data
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA, StoreError
from stagesim.experiments.kept.matter import Matter, matter_of
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.study import Plan
from stagesim.scenario.reading.loader import loads

SCENARIO = loads(
    "title: Tiny\nduration: 5 min\naudience: {count: 6, wishes: {rate: 20 per hour}}\nmoderators: {count: 1}\n"
)
MODES = ("join_by_request", "invite_only")
ABOUT = Matter("test", {})
SCHEMA = {"schema": MANIFEST_SCHEMA}


@pytest.fixture(scope="module")
def study() -> api.Comparison:
    return api.compare(SCENARIO, modes=MODES, replications=2, seed=3)


def files_in(path: Path) -> list[str]:
    return sorted(each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file())


def test_tables_and_logs_can_be_read_back(study: api.Comparison, tmp_path: Path) -> None:
    with Folder(tmp_path, matter_of({"": study.results})) as folder:
        write_data(study.results, folder)
        folder.close(manifest(study.results))
    assert len(pd.read_csv(tmp_path / "metrics.csv")) == 4
    assert pd.read_csv(tmp_path / "metrics.csv")["wishes"].tolist() == study.metrics["wishes"].tolist()
    assert list(pd.read_csv(tmp_path / "metrics_by_group.csv")["group"].unique()) == ["audience"]
    for mode in MODES:
        logs = read_parquet(tmp_path / "events" / f"{mode}.parquet")
        assert [log.digest() for log in logs] == [log.digest() for log in study.results.logs(mode)]


def test_the_manifest_says_how_and_from_what(study: api.Comparison) -> None:
    found = manifest(study.results)
    assert found["command"] == (
        "stagesim.compare('scenario.yaml', modes=['join_by_request', 'invite_only'], replications=2, seed=3)"
    )
    assert found["scenario"]["file"] == "given in Python"
    assert found["origin"]["options"]["seed"] == 3
    assert found["engine"] == {"engine": "stageaccess", "version": __version__, "rules": "default"}
    assert [(run["mode"], run["replication"]) for run in found["runs"]] == [(mode, n) for n in (0, 1) for mode in MODES]
    assert found["runs"][0]["digest"] == study.results.outcomes[0].log.digest()
    assert len(found["scenario"]["digest"]) == 64
    assert found["versions"]["stage-access-lab"] == stagesim.__version__
    assert json.loads(json.dumps(found)) == found


def test_a_later_study_takes_away_what_only_the_earlier_one_had(tmp_path: Path) -> None:
    with Folder(tmp_path, ABOUT) as first:
        first.write_text("charts/old.svg", "old")
        first.write_text("older/old.svg", "old")
        first.write_text("charts/kept.svg", "old")
        first.close(SCHEMA)
    (tmp_path / "notes.txt").write_text("somebody's own")
    with Folder(tmp_path, ABOUT) as second:
        second.write_text("charts/kept.svg", "new")
        second.close(SCHEMA)
    assert files_in(tmp_path) == ["charts/kept.svg", "manifest.json", "notes.txt"]
    assert not (tmp_path / "older").exists()
    assert (tmp_path / "charts/kept.svg").read_text() == "new"
    assert json.loads((tmp_path / "manifest.json").read_text())["files"] == ["charts/kept.svg"]


def test_nothing_is_in_its_place_before_everything_is_there(tmp_path: Path) -> None:
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("metrics.csv", "first")
        folder.close(SCHEMA)
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("metrics.csv", "second")
        assert (tmp_path / "metrics.csv").read_text() == "first"
    assert (tmp_path / "metrics.csv").read_text() == "first"
    assert files_in(tmp_path) == ["manifest.json", "metrics.csv"]


def test_a_file_of_somebody_elses_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("mine")
    with pytest.raises(StoreError, match=r"metrics.csv` is there already.*\n  hint: choose another folder"):
        Folder(tmp_path, ABOUT).__enter__()
    assert files_in(tmp_path) == ["metrics.csv"]
    assert (tmp_path / "metrics.csv").read_text() == "mine"


def test_a_file_in_the_way_of_any_file_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts/own.svg").write_text("mine")
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("metrics.csv", "ours")
        with pytest.raises(StoreError, match=r"own.svg` is there already"):
            folder.write_text("charts/own.svg", "ours")
    assert files_in(tmp_path) == ["charts/own.svg"]
    assert (tmp_path / "charts/own.svg").read_text() == "mine"


def test_results_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"schema": "stagesim.manifest/1", "files": ["metrics.csv"]}')
    with pytest.raises(
        StoreError, match=rf"`stagesim.manifest/1`, and this version writes `{MANIFEST_SCHEMA}`\n  hint"
    ):
        Folder(tmp_path, ABOUT).__enter__()


@pytest.mark.parametrize("text", ["{}", "[]", '{"name": "an application"}', "no JSON", '{"schema": "other/1"}'])
def test_a_manifest_of_somebody_elses_is_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="it is no manifest of results\n  hint: "):
        Folder(tmp_path, ABOUT, fresh=True).__enter__()
    assert files_in(tmp_path) == ["manifest.json"]
    assert (tmp_path / "manifest.json").read_text() == text


def test_a_manifest_cannot_reach_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("not ours")
    inside = tmp_path / "results"
    inside.mkdir()
    listed = {"schema": MANIFEST_SCHEMA, "files": ["../other.txt", str(tmp_path / "other.txt"), 7]}
    (inside / "manifest.json").write_text(json.dumps({**listed, "variants": {"a": ".."}}))
    with Folder(inside, ABOUT, fresh=True) as folder:
        folder.close(SCHEMA)
    assert (tmp_path / "other.txt").read_text() == "not ours"


def test_a_failure_while_writing_leaves_the_earlier_file_whole(tmp_path: Path) -> None:
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("metrics.csv", "whole")
        folder.close(SCHEMA)

    def breaks(path: Path) -> None:
        path.write_text("ha")
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError), Folder(tmp_path, ABOUT) as folder:
        folder.write("metrics.csv", breaks)
    assert files_in(tmp_path) == ["manifest.json", "metrics.csv"]
    assert (tmp_path / "metrics.csv").read_text() == "whole"


def test_a_stop_while_files_are_put_in_their_places_leaves_no_manifest_and_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise KeyboardInterrupt
        return real(self, target)

    real = Path.replace
    monkeypatch.setattr(Path, "replace", stops)
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("a", "half")
        folder.write_text("b", "half")
        with pytest.raises(KeyboardInterrupt):
            folder.close(SCHEMA)
    assert files_in(tmp_path) == [JOURNAL, "a"]
    monkeypatch.undo()
    with Folder(tmp_path, ABOUT) as folder:
        folder.write_text("b", "whole")
        folder.close(SCHEMA)
    assert files_in(tmp_path) == ["b", "manifest.json"]


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot make the folder.*\n  hint: "):
        Folder(tmp_path / "file" / "results", ABOUT).__enter__()


def test_a_stop_among_the_files_of_the_same_study_loses_none_of_its_sessions(
    study: api.Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(self: Path, target: Path) -> Path:
        if target.name == "metrics.csv":
            raise KeyboardInterrupt
        return real(self, target)

    def write() -> None:
        with Folder(tmp_path, matter_of({"": study.results})) as folder:
            write_data(study.results, folder)
            folder.close(manifest(study.results))

    write()
    real = Path.replace
    monkeypatch.setattr(Path, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        write()
    monkeypatch.undo()
    assert not (tmp_path / "manifest.json").exists()
    plan = Plan(study.results.scenario, MODES, seed=3)
    assert len(resumable(tmp_path, plan).outcomes) == 4
    write()
    assert [name for name in files_in(tmp_path) if name.startswith(".")] == []
