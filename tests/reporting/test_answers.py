"""The commands that answer a question: what they print, write, and exit with; their charts as those of a comparison."""

import json
import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import stagesim
from stagesim.cli import invoke
from stagesim.experiments.questions.sizing import Trial
from stagesim.experiments.questions.sweep import SweepResults
from stagesim.reporting.answers.answer import Drawing
from stagesim.reporting.answers.size import tried
from stagesim.reporting.answers.sweep import sweep_answer
from stagesim.reporting.answers.sweep_goals import _by_value
from stagesim.reporting.charts.style import svg_text
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import load

TEXT = """\
title: A small seminar
duration: 5 min
room: {stage_capacity: 2}
audience: {count: 8, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 1 min}}}
moderators: {review: {time: 10 s}}
goals: [share of wishes heard > 0.2, {that: mean queue < 3, weight: 2}]
"""
MODES = ("--modes", "everyone_on_stage,join_by_request", "--workers", "1")
COMMANDS = {
    "sweep": ("--set", "audience.count=4,8", "--set", "room.stage_capacity=1,2", "--replications", "2"),
    "size": ("--goal", "mean queue < 6", "--vary", "moderators.count", "--to", "2", "--budget", "20"),
    "rank": ("--budget", "160"),
    "sensitivity": (
        *("--vary", "audience.mobile=0:1", "--vary", "audience.silent=0:1", "--trajectories", "2"),
        *("--replications", "1", "--metric", "queue_mean"),
    ),
    "tip": (
        *("--vary", "audience.mobile=0:1", "--goal", "mean queue < 9", "--replications", "2"),
        *("--variant", "two: moderators.count=2"),
    ),
    "why": ("--replications", "16", "--metric", "wishes_heard_share", "--set", "moderators.arrival=4 min"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seminar.yaml").write_text(TEXT)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_writes_and_can_be_given_again(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(Drawing, "draw", lambda _: Figure())  # what is drawn is looked at below
    assert invoke([command, "seminar.yaml", *COMMANDS[command], *MODES]) == 0
    said = capsys.readouterr()
    out = folder / f"reports/seminar-{command}"
    assert f"report: reports/seminar-{command}/report.html" in said.err
    first = "Which mode for which goal" if command == "sweep" else "In short"
    assert first in said.out.splitlines()[2:4], "the answer comes first, then the table that tells most"
    assert ("2 sessions at each value are too few to show a lead" in said.err) is (command == "tip")
    rest = {"sweep": "4 more tables", "rank": "1 more table", "tip": "2 more tables", "why": "1 more table"}.get(
        command
    )
    assert (f"{rest}: on the page, or with `--all`\n" in said.err) is (rest is not None), said.err
    assert said.out.startswith("A small seminar – ")
    assert "seminar.yaml:4: advice: audience.setup.time: " in said.err
    manifest = json.loads((out / "manifest.json").read_text())
    assert all((out / name).is_file() for name in manifest["files"])
    assert f"{command}.csv" in manifest["files"]
    assert digest(load(out / "scenario.yaml")) == manifest["scenario"]["digest"]
    assert sum(name.endswith(".svg") for name in manifest["files"]) >= 1
    page = (out / "report.html").read_text()
    assert manifest["command"].split()[1] == command
    assert '<svg role="img"' in page
    assert "{{" not in page
    assert invoke(["report", str(out)]) == 0
    assert (out / "report.html").read_text() == page, "written anew, of what the folder has"
    table = (out / f"{command}.csv").read_bytes()
    assert invoke([*shlex.split(manifest["command"])[1:], "--workers", "1"]) == 0
    assert (out / f"{command}.csv").read_bytes() == table


def test_what_takes_long_says_beforehand_how_long_and_tells_of_each_assumption_in_words(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stagesim.commands.beforehand.MANY", 1)
    varied = ("--vary", "audience.mobile=0:1", "--vary", "audience.silent=0:1")
    assert invoke(["tip", "seminar.yaml", *varied, "--replications", "2", "--modes", MODES[1], "--workers", "1"]) == 0
    beforehand, few, hint, *told = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"varying 2 assumptions, 9 values with 2 sessions in each of 2 modes: about 72 sessions, \S+ s", beforehand
    )
    assert few.startswith("2 sessions at each value are too few to show a lead")
    assert hint == "  hint: 40 is usual: `--replications 40`"
    same = "changes nothing: every session has the same at the ends and the middle of its range; at none of "
    assert told[0].startswith(f"Share of people on a phone {same}")
    assert told[1].startswith("Share of those giving up who do not say so changes nothing: ")


def test_what_was_tried_is_told_in_words() -> None:
    assert tried("moderators.count", "join_by_request", Trial(3, 40, ())) == (
        "Join by request, number of moderators 3: met after 40 sessions"
    )


def test_charts_have_their_texts_inside_and_are_the_same_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = ["everyone_on_stage", "join_by_request"]
    found = [
        stagesim.sweep("seminar.yaml", ["audience.count=2:9:log3"], replications=2, modes=modes),
        stagesim.sweep("seminar.yaml", ["audience.count=4,8", "room.stage_capacity=1,2"], replications=1, modes=modes),
        stagesim.size("seminar.yaml", "mean queue < 6", vary="moderators.count", high=2, budget=4, modes=modes),
        stagesim.rank("seminar.yaml", budget=4, modes=modes),
        stagesim.sensitivity(
            "seminar.yaml",
            ["audience.mobile=0:1", "audience.silent=0:1"],
            ["queue_mean"],
            trajectories=2,
            replications=1,
            modes=modes,
        ),
        stagesim.tip(
            "seminar.yaml", ranges=["audience.mobile=0:1", "audience.patience=5 s:5 min"], replications=2, modes=modes
        ),
        stagesim.why("seminar.yaml", replications=2, modes=modes),
    ]
    drawn: list[tuple[str, Bbox]] = []
    draw = Text.draw

    def watched(text: Text, renderer: RendererBase) -> None:
        if text.get_text().strip() and text.get_visible():
            drawn.append((text.get_text(), text.get_window_extent(renderer)))
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", watched)
    for question in found:
        for name in question.charts:
            drawn.clear()
            figure = question.plot(name)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            width, height = canvas.get_width_height()
            assert drawn
            for text, box in drawn:
                assert box.x0 >= -1, (name, text)
                assert box.y0 >= -1, (name, text)
                assert box.x1 <= width + 1, (name, text)
                assert box.y1 <= height + 1, (name, text)
            assert svg_text(question.plot(name)) == svg_text(question.plot(name))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("size", "--goal", "mean queue < 0", "--vary", "moderators.count", "--to", "2", "--budget", "20"), 1, ""),
        (("size", "--goal", "queue", "--vary", "moderators.count"), 2, "expected a comparison"),
        (("size", "--goal", "mean queue < 1", "--vary", "audience.mobile"), 2, "not a count"),
        (("sweep", "--set", "audience.count=9"), 2, "expected one or more factors"),
        (("sweep", "--set", "audience.count=1,2", "--metric", "happiness"), 2, "unknown metric `happiness`"),
        (("rank", "--goal", "mean queue < baseline"), 2, "no baseline"),
        (("sensitivity", "--vary", "audience.mobile=0:1"), 2, "two assumptions"),
        (("tip", "--vary", "audience.mobile=0:1", "--by", "wishes_heard_share", "--replications", "2"), 3, "report: "),
        (("tip",), 2, "no assumptions to vary"),
        (("why", "--replications", "2", "--modes", "join_by_request"), 3, "report: "),
        (("why", "--metric", "happiness"), 2, "unknown metric `happiness`"),
        (("tip", "--vary", "audience.mobile=1:0"), 2, "lower limit first"),
        (("tip", "--vary", "audience.mobile=0:1", "--by", "speakers"), 2, "neither better high nor low"),
    ],
)
def test_exit_codes(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, message: str
) -> None:
    command, *rest = arguments
    assert invoke([command, "seminar.yaml", *rest, "--workers", "1"]) == code
    assert message in capsys.readouterr().err


def test_a_mode_in_which_nobody_asks_has_no_queue_in_a_sweep(folder: Path) -> None:
    modes = ["join_by_request", "invite_only"]
    found = stagesim.sweep("seminar.yaml", ["audience.count=4,8"], replications=2, modes=modes)
    answer = sweep_answer(found.results)
    assert found.results.modes_with("queue_mean") == ("join_by_request",)
    assert found.results.modes_with("time_to_stage_mean") == tuple(modes)
    (queue,) = [grid for grid in answer.grids if grid.title.startswith("queue")]
    assert [row[2] for row in queue.rows] == ["–", "–"]
    assert "–" not in [row[1] for row in queue.rows]
    assert found.break_evens("queue_mean") == []
    assert answer.lines[-1] == "Invite only: no requests, so no queue. Nothing is said of queue, average there."
    assert "queue" not in "".join(answer.lines[:-1])
    assert all(" or " not in line for line in answer.lines)


def test_a_sweep_of_one_mode_says_what_changes_and_has_no_goals(folder: Path) -> None:
    found = stagesim.sweep("seminar.yaml", ["audience.count=4,8"], replications=2, modes=["join_by_request"])
    assert found.results.modes == ("join_by_request",)
    page = found.save(folder / "alone").read_text(encoding="utf-8")
    for said in (" ".join(str(found).split()), page):
        assert "from 4 to 8 (people in the audience): join by request " in said
        assert "Which mode for which goal" not in said


def test_a_sweep_says_which_mode_for_which_goal_at_which_values(folder: Path) -> None:
    """Moderators do not come in time at the second value; asking is clearly last there, and nowhere else."""
    found = stagesim.sweep(
        "seminar.yaml",
        ["moderators.arrival=0 s,299 s"],
        replications=20,
        modes=["everyone_on_stage", "join_by_request"],
        sets=["moderators.review.time=1 s", "audience.patience=null", "room.stage_capacity=8"],
    )
    answer = sweep_answer(found.results)
    (heard,) = [line for line in answer.goals if "heard" in line]
    assert heard.startswith("To have as many heard as possible and to have people on stage soon – ")
    assert heard.endswith(" – not clear at 0 s; everyone on stage at 299 s.")
    (cost,) = [line for line in answer.costs if line.startswith("Join by request")]
    assert "those who wish to speak: " in cost
    assert "→ 0.0 % of wishes heard" in cost
    page = found.save(folder / "late").read_text(encoding="utf-8")
    titles = re.findall(r'<h2 id="([a-z-]+)">', page.partition("</figure>")[0])
    assert titles == ["goals", "costs", "short", "turns", "sure"]
    assert "stagesim tip seminar.yaml" in page


def test_the_points_of_a_sweep_of_two_keys_go_by_what_matters() -> None:
    factors = [SimpleNamespace(path="audience.count"), SimpleNamespace(path="moderators.count")]
    points = [SimpleNamespace(values=(people, staff)) for people in ("5", "9") for staff in ("1", "2")]
    swept = cast(SweepResults, SimpleNamespace(factors=factors, points=points))
    assert _by_value(swept, ["a", "a", "b", "b"]) == ([("5", "a"), ("9", "b")], " (people in the audience)")
    apart, named = _by_value(swept, ["a", "b", "b", "b"])
    assert apart[1] == ("people in the audience 5, number of moderators 2", "b")
    assert not named


def test_assumptions_move_shares_by_points(folder: Path) -> None:
    varied = ["audience.patience=5 s:10 min", "audience.silent=0:1"]
    found = stagesim.sensitivity(
        "seminar.yaml", varied, ["wishes_heard_share"], trajectories=2, replications=1, modes=["join_by_request"]
    )
    assert re.search(r"matters most, [0-9.]+ ± [0-9.]+ points over its range", str(found))
    assert not re.search(r"± [0-9.]+ %", str(found))


def test_what_a_scenario_states_as_assumptions_is_what_is_varied(folder: Path) -> None:
    stated = f"{TEXT}assumptions: ['audience.mobile=0:1', 'audience.silent=0.2:0.6']\n"
    modes, paths = ["join_by_request"], ["audience.mobile", "audience.silent"]
    found = stagesim.sensitivity(stated, metrics="queue_mean", trajectories=2, replications=1, modes=modes)
    assert [each.path for each in found.results.bounds] == paths
    both = ["everyone_on_stage", "join_by_request"]
    tips = stagesim.tip(stated, "mean queue < 9", replications=2, modes=both)
    assert [each.bounds.path for each in tips.results.tips] == paths
    other = stagesim.tip(stated, "mean queue < 9", ranges="audience.mobile=0:0.5", replications=2, modes=both)
    assert [each.bounds.high for each in other.results.tips] == [0.5]


@pytest.mark.parametrize("command", [*COMMANDS, "compare"])
def test_a_folder_that_is_refused_is_refused_before_anything_is_simulated(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def simulated(*_: object, **__: object) -> None:
        raise AssertionError("a session was simulated")

    monkeypatch.setattr("stagesim.experiments.executors.one", simulated)
    (folder / "out").mkdir()
    (folder / "out/manifest.json").write_text('{"schema": "stagesim.manifest/1", "files": []}')
    options = [*COMMANDS.get(command, ("--fresh",)), *MODES, "--out", "out"]
    assert invoke([command, "seminar.yaml", *options]) == 2
    assert "of the schema `stagesim.manifest/1`, and this version writes `stagesim.manifest/" in capsys.readouterr().err
