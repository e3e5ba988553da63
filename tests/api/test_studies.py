"""`import stagesim`: what a notebook uses."""

import subprocess
import sys
from pathlib import Path

import matplotlib.figure
import pytest

import stagesim
from stagesim.scenario.reading.loader import ScenarioError, loads

pytestmark = pytest.mark.usefixtures("blank_charts")


def test_a_run_has_events_and_metrics(path: Path) -> None:
    run = stagesim.run(path, mode="invite_only", seed=4)
    assert len(run.events) == len(run.log) > 0
    assert run.metrics["mode"].tolist() == ["invite_only"]
    assert run.metrics["invitations"].item() == (run.events["event"] == "invitation_created").sum()
    assert set(run.by_client["client"]) == {"desktop"}
    assert "invite_only, seed 4" in repr(run)


def test_a_run_of_a_loaded_scenario_is_the_same(path: Path) -> None:
    loaded = stagesim.load(path)
    assert stagesim.run(loaded, seed=4).log.digest() == stagesim.run(path, seed=4).log.digest()
    assert stagesim.run(path, seed=4, replication=1).log.digest() != stagesim.run(path, seed=4).log.digest()


def test_a_comparison_has_the_runs_of_all_modes(path: Path, comparison: stagesim.Comparison) -> None:
    assert len(comparison.metrics) == 6
    second = stagesim.run(path, mode="join_by_request", seed=4, replication=1)
    wanted = comparison.metrics.query("mode == 'join_by_request' and replication == 1").reset_index(drop=True)
    assert wanted.equals(second.metrics)
    assert comparison.summary().loc[("wishes", "invite_only"), "n"] == 2
    assert comparison.by_group["group"].unique().tolist() == ["audience"]
    assert comparison.checks.empty


def test_every_chart_is_a_figure(comparison: stagesim.Comparison) -> None:
    assert "time_to_stage" in dir(comparison.plot)
    assert isinstance(comparison.plot.time_to_stage(), matplotlib.figure.Figure)
    assert isinstance(comparison.plot.timeline("invite_only"), matplotlib.figure.Figure)
    with pytest.raises(AttributeError, match="unknown chart `pie`; there are time_to_stage, "):
        _ = comparison.plot.pie


def test_a_notebook_shows_the_few_figures_and_folds_the_others(comparison: stagesim.Comparison) -> None:
    shown = comparison._repr_html_()
    assert "A small seminar" in shown
    assert "Which mode for which goal" in shown.partition("<details>")[0]
    assert 'class="telling"' in shown.partition("<details>")[0]
    assert 'class="figures"' in shown.partition("<details>")[2]
    assert 'href="#' not in shown
    assert "color: #" not in shown
    assert shown.startswith("<style>")
    assert "<table" in shown
    assert "&lt;" not in shown
    assert "<script" not in shown


def test_outside_of_a_notebook_a_comparison_is_printed_as_the_command_does(comparison: stagesim.Comparison) -> None:
    said = str(comparison).splitlines()
    assert said[0].startswith(comparison.results.scenario.title)
    assert said[1] == "Which mode for which goal"
    assert any(line.startswith("wishes heard  %") for line in said)
    assert "\n" not in repr(comparison)


def test_settings_change_a_file_as_it_is_read(path: Path) -> None:
    for changes in (["audience.count=3"], "audience.count=3", {"audience.count": 3}):
        for scenario in (path, stagesim.load(path)):
            run = stagesim.run(scenario, sets=changes)
            assert run.metrics["people"].item() == 3
            assert "sets=['audience.count=3']" in run.results.origin.command


def test_a_behaviour_of_ones_own_replaces_a_group(path: Path) -> None:
    seen = []

    def shy(agent: object) -> object:
        seen.append(agent)
        yield from ()

    assert stagesim.run(path, behaviours={"audience": shy}).metrics["wishes"].item() == 0
    assert len(seen) == 10


def test_what_is_wrong_is_said(path: Path) -> None:
    with pytest.raises(ValueError, match="unknown mode `all`"):
        stagesim.run(path, mode="all")
    with pytest.raises(ValueError, match="each once"):
        stagesim.compare(path, modes=["invite_only", "invite_only"])
    with pytest.raises(ValueError, match="`replications`: expected a whole number of 1 or more, got `0`"):
        stagesim.compare(path, replications=0)
    with pytest.raises(ScenarioError, match="no such file"):
        stagesim.load(path.with_name("nothing.yaml"))


def test_a_study_made_in_python_says_so(tmp_path: Path) -> None:
    report = stagesim.run(loads("title: Empty\nduration: 1 min\n")).save(tmp_path / "out")
    assert "stagesim.run(" in report.read_text()


def test_importing_is_quick_and_names_are_there() -> None:
    program = "import stagesim, sys; print(sorted({'pandas', 'simpy', 'pydantic'} & set(sys.modules)), dir(stagesim))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("[] ['Comparison', 'Explorer', 'Replay', 'Run', 'Scenario', ")
    with pytest.raises(AttributeError, match="has no `guess`"):
        _ = stagesim.guess


def test_one_mode_may_be_given_as_a_text(path: Path) -> None:
    assert stagesim.compare(path, modes="join_by_request", replications=1).results.modes == ("join_by_request",)


@pytest.mark.parametrize("confidence", ["x", True, 0, 1, 95])
def test_a_confidence_that_is_none_is_refused_in_words(comparison: stagesim.Comparison, confidence: object) -> None:
    with pytest.raises(ValueError, match="`confidence`: expected a number between 0 and 1, got"):
        comparison.summary(confidence)  # type: ignore[arg-type]
