"""What a notebook shows: objects in at most a screen, and charts and tables that completion finds."""

from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import stagesim
from stagesim.reporting.charts import CHARTS

SCREEN = 24 * 80
TABLES = "events metrics by_group by_client wishes requests invitations stays people steps checks".split()


@pytest.fixture(scope="module")
def shown(path: Path) -> dict[str, Any]:
    scenario = stagesim.load(path)
    options: dict[str, Any] = {"modes": ["everyone_on_stage", "join_by_request"], "seed": 2}
    goal = "queue_max <= 9"
    study = stagesim.compare(scenario, replications=12, **options)
    run = stagesim.run(scenario)
    narrow = scenario.changed({"room.stage_capacity": 1})
    found: dict[str, Any] = {
        "scenario": scenario,
        "run": run,
        "study": study,
        "variants": stagesim.compare_variants({"as it is": scenario, "narrow": narrow}, replications=3),
        "sweep": stagesim.sweep(scenario, "audience.count=3,4", replications=3, **options),
        "size": stagesim.size(scenario, goal, vary="moderators.count", high=2, budget=40, **options),
        "rank": stagesim.rank(scenario, goal, budget=40, **options),
        "until": stagesim.Until(decision="queue_mean"),
    }
    for name in ("run", "study", "variants", "sweep"):
        found[f"{name}.plot"] = found[name].plot
    for name in ("sweep", "size", "rank"):
        found[f"{name}.answer"], found[f"{name}.results"] = found[name].answer, found[name].results
    return found | {
        "study.results": study.results,
        "study.analysis": study.analysis(),
        "study.same_people": study.same_people(),
        "study.origin": study.results.origin,
        "run.outcome": run.outcome,
        "run.log": run.log,
    }


def test_everything_shows_itself_in_at_most_a_screen(shown: dict[str, Any]) -> None:
    too_long = {name: len(repr(each)) for name, each in shown.items() if len(repr(each)) > SCREEN}
    assert not too_long
    assert "A small seminar" in repr(shown["scenario"])
    assert repr(shown["study.analysis"]).startswith("Analysis(")


def completed(text: str, names: dict[str, Any]) -> set[str]:
    shell = InteractiveShell.instance()
    shell.user_ns.update(names)
    with provisionalcompleter():
        return {each.text for each in shell.Completer.completions(text, len(text))}


def test_completion_finds_charts_and_tables(shown: dict[str, Any]) -> None:
    names = {name: each for name, each in shown.items() if "." not in name}
    charts = {chart.name for chart in CHARTS}
    for name in ("run", "study", "variants"):
        assert completed(f"{name}.", names) >= {*TABLES, "plot", "summary", "at", "save"}
        assert completed(f"{name}.plot.", names) >= {*charts, "timeline"}
        assert set(dir(names[name].plot)) >= charts
    assert set(names["study"].plot.names) == {*charts, "timeline", "differences", "winners"}
    assert set(dir(names["sweep"].plot)) >= set(names["sweep"].charts)
    assert completed("stagesim.", {"stagesim": stagesim}) >= set(stagesim.__all__)


def test_every_chart_can_be_drawn_by_its_name(shown: dict[str, Any]) -> None:
    plot = shown["study"].plot
    for name in plot.names:
        figure = getattr(plot, name)()
        assert figure.axes
        assert figure.alt
        assert getattr(plot, name).__doc__
    assert "everyone on stage" in plot.time_to_stage()._repr_png_()[1]["alt"]
    with pytest.raises(AttributeError, match="unknown chart `pie`; there are time_to_stage, "):
        _ = plot.pie
    with pytest.raises(stagesim.StudyError, match="a single session has no pairs"):
        shown["run"].plot.differences()
