"""Charts: each can be drawn, is the same each time, covers nothing with text, and shows the figures of the logs."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import stagesim
from handmade import session
from stagesim.cli import cli
from stagesim.experiments.kept.folder import Folder, manifest
from stagesim.experiments.kept.matter import matter_of
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metrics import measure, measure_by
from stagesim.metrics.known_sessions import session_of
from stagesim.reporting.charts import Chart, draw_timeline, drawable, style, worth_showing
from stagesim.reporting.charts import data as series
from stagesim.reporting.charts.data import PUSHED_OFF, ends, open_wishes
from stagesim.reporting.charts.files import write_chart
from stagesim.reporting.charts.outcomes import request_outcomes
from stagesim.reporting.charts.style import png_bytes, svg_text
from stagesim.reporting.words.labels import MODE_NAMES
from stagesim.scenario.reading.loader import loads

MODES = ("everyone_on_stage", "join_by_request", "invite_only")
SCENARIO = loads("title: Handmade\nduration: 20 min\n")


def outcome(mode: str, replication: int = 0, **options: int) -> Outcome:
    log = session(mode, replication=replication, **{"minutes": 20, **options})
    return Outcome(mode, replication, log, measure(log), measure_by(log, "group"), measure_by(log, "client"), ())


def study(modes: tuple[str, ...], replications: int, **options: int) -> Results:
    outcomes = tuple(outcome(mode, number, **options) for number in range(replications) for mode in modes)
    return Results(SCENARIO, 1, modes, outcomes)


MANY = study(MODES, 3)
ONE = study(MODES[1:2], 1)
EMPTY = study(MODES[1:2], 1, people=0)
ALL = [
    pytest.param(which, chart, id=f"{name}-{chart.name}")
    for name, which in (("many", MANY), ("one", ONE), ("empty", EMPTY))
    for chart in drawable(which)
]


@pytest.mark.parametrize(("results", "chart"), ALL)
def test_texts_are_inside_the_figure_and_over_no_other_text(
    results: Results, chart: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes: list[tuple[str, Bbox]] = []
    draw = Text.draw

    def watched(text: Text, renderer: RendererBase) -> None:
        if text.get_text().strip() and text.get_visible():
            boxes.append((text.get_text(), text.get_window_extent(renderer)))
        draw(text, renderer)

    monkeypatch.setattr(Text, "draw", watched)
    figure = chart.draw(results)
    FigureCanvasAgg(figure).draw()
    assert figure.texts[0].get_text() in dict(boxes)
    for place, (text, box) in enumerate(boxes):
        assert min(box.x0, box.y0) >= -1, text
        assert max(box.x1 - figure.bbox.width, box.y1 - figure.bbox.height) <= 1, text
        for other, around in boxes[place + 1 :]:
            beside = box.x1 < around.x0 + 1.5 or around.x1 < box.x0 + 1.5
            above = box.y1 < around.y0 + 1.5 or around.y1 < box.y0 + 1.5
            assert beside or above, (text, other)


@pytest.mark.parametrize("chart", drawable(ONE), ids=lambda chart: chart.name)
def test_a_chart_is_the_same_each_time_and_has_no_date(chart: Chart) -> None:
    first, second = svg_text(chart.draw(ONE)), svg_text(chart.draw(ONE))
    assert first == second
    ElementTree.fromstring(first)
    assert not re.search(r"20\d\d-\d\d-\d\d", first)


def test_charts_with_nothing_to_show_are_left_out_of_the_report() -> None:
    assert [chart.name for chart in worth_showing(EMPTY)] == ["stage_and_queue", "timeline"]
    assert [chart.name for chart in worth_showing(MANY)] == [chart.name for chart in drawable(MANY)]
    assert "request_outcomes" not in [chart.name for chart in worth_showing(study(("invite_only",), 1))]


def test_a_chart_is_a_picture_too() -> None:
    assert png_bytes(drawable(ONE)[0].draw(ONE)).startswith(b"\x89PNG")


def test_a_session_on_its_own_has_a_timeline_in_each_mode() -> None:
    each = drawable(study(MODES, 1))
    assert [chart.name for chart in each][-3:] == [f"timeline_{mode}" for mode in MODES]
    assert [chart.name for chart in drawable(ONE)][-1] == "timeline"
    assert "timeline" not in str([chart.name for chart in drawable(MANY)]), "the page plays the most usual session"
    assert all(chart.alt and chart.caption for chart in each)


def test_every_mode_standing_and_outcome_has_a_colour_of_its_own() -> None:
    from stageaccess import Mode, Standing
    from stageaccess import Outcome as Ending
    from stagesim.metric_table import CUTS
    from stagesim.metrics.facts import FATES

    assert set(style.MODE_COLOURS) == set(style.MODE_LINES) == set(MODE_NAMES) == set(map(str, Mode))
    assert set(style.STANDING_COLOURS) == set(map(str, Standing))
    for colours in (style.MODE_COLOURS, style.STANDING_COLOURS):
        assert len(set(colours.values())) == len(colours)
    assert set(style.REQUEST_COLOURS) <= set(map(str, Ending))
    assert set(style.WISH_COLOURS) == {*FATES, *CUTS} - {"cut_short"}
    for colours in (style.REQUEST_COLOURS, style.WISH_COLOURS):
        assert len(set(colours.values())) == len(colours)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _as_seen(colour: str, matrix: list[list[float]]) -> np.ndarray:
    rgb = [_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5)]
    return np.cbrt(np.clip(np.array(matrix) @ rgb, 0, 1))


# Simulation of red- and green-blindness in linear RGB (Viénot, Brettel and Mollon 1999), and full sight.
SIGHTS = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("colours", [style.MODE_COLOURS, style.STANDING_COLOURS], ids=["modes", "standings"])
def test_colours_stay_apart_for_colour_blind_readers(sight: str, colours: dict[str, str]) -> None:
    seen = {name: _as_seen(colour, SIGHTS[sight]) for name, colour in colours.items()}
    names = list(seen)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            assert np.linalg.norm(seen[one] - seen[other]) > 0.1, (one, other)


@pytest.mark.parametrize("column", ["on_stage", "queue", "busy", "attending"])
def test_curves_have_the_time_weighted_means_of_the_metrics(column: str) -> None:
    found = ONE.outcomes[0]
    at, values = series.steps(found.log, column)
    length = series.session_minutes(found.log)
    whole = series.per_interval(at, values, np.array([0.0, length]))[0]
    parts = series.per_interval(at, values, np.linspace(0, length, 8))
    assert parts.sum() == pytest.approx(whole)
    if column in {"on_stage", "queue"}:
        assert whole / length == pytest.approx(found.metrics[f"{column}_mean"])
    if column == "busy":
        staff = series.per_interval(*series.steps(found.log, "staff"), np.array([0.0, length]))[0]
        assert whole / staff == pytest.approx(found.metrics["utilisation"])


def test_the_curve_of_waiting_ends_at_the_share_on_stage() -> None:
    for found in MANY.outcomes:
        curve = series.reached([found.log])
        assert curve.share[-1] == pytest.approx(found.metrics["wishes_on_stage_share"])
        assert all(estimate >= share - 1e-9 for estimate, share in zip(curve.estimate, curve.share, strict=True))
        assert curve.wishes == found.metrics["wishes"]


def test_bars_add_up_to_the_metrics() -> None:
    for found in MANY.outcomes:
        wishes, requests = series.wish_outcome_counts([found]), series.request_outcome_counts([found])
        assert sum(wishes.values()) == found.metrics["wishes"]
        assert sum(requests.values()) == found.metrics["requests"]
        assert requests.get("declined", 0) == found.metrics["requests_declined"]


def test_spells_cover_the_time_on_stage_and_in_the_queue() -> None:
    for found in MANY.outcomes:
        lanes = series.spells(found.log)
        length = series.session_minutes(found.log)
        for standing, metric in (("on_stage", "on_stage_mean"), ("requested", "queue_mean")):
            total = sum(spell.to_min - spell.from_min for spell in lanes if spell.standing == standing)
            assert total / length == pytest.approx(found.metrics[metric])
        for person in {spell.person for spell in lanes}:
            mine = sorted((spell.from_min, spell.to_min) for spell in lanes if spell.person == person)
            assert all(end <= begin + 1e-9 for (_, end), (begin, _) in pairwise(mine))


def test_mode_changes_are_marked_where_they_happen() -> None:
    changes = series.mode_changes(MANY)
    assert [(round(at_min, 1), modes) for at_min, modes in changes] == [(13.3, ["join_by_request"])]


@pytest.mark.parametrize(
    ("span", "ticks", "step"), [(60, 10, 10), (45, 10, 5), (7, 10, 1), (0.3, 3, 0.1), (120, 36, 5)]
)
def test_ticks_are_round_numbers(span: float, ticks: int, step: float) -> None:
    assert style.nice_step(span, ticks) == pytest.approx(step)


def test_lines_of_a_subtitle_are_about_equally_long() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    lines = style.wrapped(text, 50).split("\n")
    assert " ".join(lines) == text
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 10


def test_a_timeline_shows_who_waits_in_every_mode() -> None:
    """Who wishes to speak and is never invited has no standing but a viewer's; the line of the wish says it."""
    text = (
        "title: In vain\nduration: 10 min\nroom: {mode: invite_only}\n"
        "audience: {groups: {keen: {count: 2, wishes: {rounds: [{at: 1 min}]}, patience: 4 min}, calm: {count: 3}}}\n"
    )
    run = stagesim.run(text)
    found = open_wishes(run.log)
    assert [(each.person, each.from_min, each.to_min) for each in found] == [("keen-1", 1, 5), ("keen-2", 1, 5)]
    axes = run.plot.timeline().axes[0]
    assert [text.get_text() for text in axes.texts][:2] == ["keen-1", "keen-2"]
    assert "wish to speak" in [each.get_label() for each in axes.patches]


def test_a_chart_is_written_as_a_picture_only_if_asked(tmp_path: Path) -> None:
    chart = drawable(ONE)[0]
    written = {}
    for png in (False, True):
        with Folder(tmp_path / str(png), matter_of({"": ONE})) as folder:
            drawn = write_chart(folder, chart.name, chart.draw(ONE), png=png)
            assert drawn == svg_text(chart.draw(ONE))
            folder.close(manifest(ONE))
        written[png] = sorted(path.suffix for path in (tmp_path / str(png) / "charts").iterdir())
    assert written == {False: [".svg"], True: [".png", ".svg"]}


def test_a_figure_is_as_it_was_after_it_was_drawn() -> None:
    """Whoever draws it once more, or saves it under a name without an ending, gets what they got before."""
    figure = drawable(ONE)[0].draw(ONE)
    before = (figure.canvas, figure.dpi)
    svg_text(figure)
    assert (figure.canvas, figure.dpi) == before


def test_ticks_are_where_the_axes_have_them_and_the_axes_as_they_were_before() -> None:
    with style.styled():
        figure, axes = style.new_figure(3, "Many", "Few")
        axes.set(xticks=[0, 4, 20], xlim=(0, 10), ylim=(5, 0), xlabel="how many", ylabel="how few")
    written = svg_text(figure)
    assert ">4<" in written
    assert ">20<" not in written, "it is outside"
    assert [f">{name}<" in written for name in ("how many", "how few", "3")] == [True] * 3
    assert svg_text(figure) == written
    assert not axes.texts
    assert axes.xaxis.get_visible()
    axes.grid(visible=False)
    assert svg_text(figure).count("<path") < written.count("<path")


def test_every_command_that_draws_charts_has_the_option_for_pictures() -> None:
    drawing = {"run", "compare", "sweep", "size", "rank", "sensitivity", "tip", "why"}
    assert {name for name, command in cli.commands.items() if any(o.name == "png" for o in command.params)} == drawing


def test_a_lane_says_why_a_wish_or_a_stay_ended() -> None:
    """Two of three are put off, and one is pushed off: by what the log says of each."""
    crowded = """
title: t
duration: 6 min
room: {stage_capacity: 1}
audience:
  count: 12
  arrival: 0 s
  wishes: {rounds: [{at: 1 min, delay: {exponential: {mean: 30 s}}}]}
  patience: {exponential: {mean: 1 min}}
  after_decline: {again: 0}
  on_stage: {stay: 1 min}
moderators: {review: {approve: 0.5, time: 10 s}}
"""
    found, outcomes = {}, []
    for mode in MODES[:2]:
        (lone,) = stagesim.run(loads(crowded), mode=mode).results.outcomes
        found[mode] = ends(lone.log)
        outcomes.append(lone)
        wishes = session_of(lone.log).wishes.values()
        for why in ("given_up", "refused"):
            assert sum(each.why == why for each in found[mode]) == sum(wish.outcome == why for wish in wishes)
        pushed = [wish for wish in wishes if wish.fate == "cut_short" and wish.cause == PUSHED_OFF]
        assert sum(each.why == PUSHED_OFF for each in found[mode]) == len(pushed)
        names = {"given_up": "gave up", "refused": "declined", PUSHED_OFF: "pushed off"}
        legend = {text.get_text() for text in draw_timeline(lone).legends[0].get_texts()}
        assert legend >= {names[each.why] for each in found[mode]}
    assert {each.why for each in found["everyone_on_stage"]} == {PUSHED_OFF}
    assert {each.why for each in found["join_by_request"]} == {"given_up", "refused"}
    named = [
        text.get_text() for text in request_outcomes(Results(SCENARIO, 1, MODES[:2], tuple(outcomes))).axes[0].texts
    ]
    assert "Join by request" in named
    assert "Everyone on stage" not in named, "nobody asks there: it has no row"
