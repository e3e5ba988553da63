"""The tables of a comparison: no figure is ever cut, and nothing is claimed that the numbers do not carry."""

import io
import math
import re
from dataclasses import replace

import pytest
from rich.console import Console

from handmade import session
from stagesim.experiments.comparison.analysis import Analysis, analyse
from stagesim.experiments.comparison.pairs import mode_pairs
from stagesim.experiments.ending import AS_ASKED
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metric_table import METRIC
from stagesim.metrics import measure
from stagesim.reporting.charts.contrasts import paired_differences
from stagesim.reporting.charts.outcomes import WITHOUT_DECIMALS, written
from stagesim.reporting.charts.style import styled
from stagesim.reporting.terminal import comparison as comparison_table
from stagesim.reporting.terminal.comparison import print_comparison
from stagesim.reporting.words.comparison import blocks, effect_lines, same_people_lines, signed, warnings
from stagesim.reporting.words.numbers import number
from stagesim.scenario.reading.loader import loads

MODES = ("everyone_on_stage", "join_by_request", "invite_only")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    outcomes = []
    for replication in range(4):
        for mode in MODES:
            log = session(mode, replication=replication, minutes=15)
            outcomes.append(Outcome(mode, replication, log, measure(log), {}, {}, ()))
    return analyse(mode_pairs(Results(loads("title: x\nduration: 20 min\n"), 1, MODES, tuple(outcomes))))


def printed(analysis: Analysis, width: int | None) -> str:
    out = io.StringIO()
    if width is None:
        print_comparison(analysis, AS_ASKED, out)
    else:
        comparison_table._print(analysis, AS_ASKED, Console(file=out, width=width, color_system=None))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 140, None])
def test_every_figure_is_whole_at_every_width(analysis: Analysis, width: int | None) -> None:
    text = printed(analysis, width)
    figures = [
        figure
        for block in blocks(analysis)
        for line in block.lines
        for figure in (line.difference, line.limits, line.verdict)
    ]
    for line in effect_lines(analysis, brief=True):
        figures += [line.better, line.worse, line.change, line.worst, line.never, line.lost]
    tables = "\n".join(line for line in text.splitlines() if not line.startswith(("•", "careful")))
    for figure in set(figures) - {""}:
        whole = re.findall(rf"(?<!\S){re.escape(figure)}(?=  | *$)", tables, re.MULTILINE)
        assert len(whole) >= figures.count(figure), figure
    assert "…" not in text
    assert all(len(line) <= (width or 110) for line in tables.splitlines())


def test_a_queue_that_cannot_be_is_no_merit(analysis: Analysis) -> None:
    found = [
        ("invite only" in block.title.lower(), line)
        for block in blocks(analysis)
        for line in block.lines
        if line.label.startswith("queue")
    ]
    assert {without for without, _ in found} == {True, False}
    for without, line in found:
        assert ((line.difference, line.limits, line.verdict) == ("–", "", "–")) == without
        assert (line.remark == "no requests at all in invite only") == without


@pytest.mark.parametrize(
    ("left_out", "one_sided", "words"),
    [
        (0, 0, ""),
        (4, 4, "both sides have a value in 16 of 20 pairs; one side only in 4, too many for a verdict"),
        (5, 1, "both sides have a value in 15 of 20 pairs; one side only in 1; neither in 4"),
        (5, 0, "both sides have a value in 15 of 20 pairs; neither in 5"),
    ],
)
def test_what_is_missing_is_said_as_what_it_is(analysis: Analysis, left_out: int, one_sided: int, words: str) -> None:
    one = next(each for each in analysis.contrasts if each.metric == "wishes_heard_share")
    interval = replace(one.difference.interval, n=20 - left_out, left_out=left_out)
    found = replace(one, difference=replace(one.difference, interval=interval), one_sided=one_sided)
    (block,) = blocks(replace(analysis, contrasts=(found,)))
    assert block.lines[0].remark == words
    assert block.lines[0].unit == "points"


def test_nothing_is_claimed_of_a_handful_of_people(analysis: Analysis) -> None:
    lost = replace(analysis.effects[0].lost, mean=0.5)
    sooner = replace(analysis.effects[0].change_s, mean=-9.0)
    few = replace(analysis.effects[0], by="client", value="tv", people=4.9, lost=lost, change_s=sooner)
    enough = replace(few, people=5.0)
    for each, claims in ((few, False), (enough, True)):
        found = replace(analysis, effects=(each,))
        (line,) = effect_lines(found)
        assert line.people == f"{each.people:.1f}"
        assert (line.better != "–", line.lost != "–", line.starves, bool(warnings(found))) == (claims,) * 4


def test_a_part_that_is_another_by_another_name_is_told_once(analysis: Analysis) -> None:
    """With all phones in one group, every line stood twice."""
    whole = analysis.effects[0]
    group = replace(whole, by="group", value="phone", people=9.0)
    client, other = replace(group, by="client", value="mobile"), replace(group, value="desk", people=8.0)
    lines = effect_lines(replace(analysis, effects=(whole, group, other, client)))
    assert [line.part for line in lines] == ["everybody", "group phone", "group desk"]
    nearly = replace(
        whole, by="client", value="desktop", people=0.96 * whole.people, lost=replace(whole.lost, mean=0.1)
    )
    (line,) = effect_lines(replace(analysis, effects=(whole, nearly)))
    assert line.part == "everybody"


def test_the_page_says_for_how_many_it_helped_that_the_people_are_the_same(analysis: Analysis) -> None:
    def told(*factors: float) -> list[str]:
        some = [each for each in analysis.contrasts if not each.metric.startswith("queue")][: len(factors)]
        pairs = zip(some, factors, strict=True)
        found = [replace(each, difference=replace(each.difference, variance_reduction=f)) for each, f in pairs]
        return same_people_lines(replace(analysis, contrasts=tuple(found)))[:-1]

    assert told(4.0, 1.0, 2.0, math.inf) == ["Comparing the same people made 2 of 3 comparisons more exact."]
    assert told(1.0, 0.9) == ["Comparing the same people made 0 of 2 comparisons more exact."]
    assert told(math.nan) == []
    assert "people × sessions × pairs" in same_people_lines(analysis)[-1]


def test_no_line_of_the_chart_falls_below_everything(analysis: Analysis) -> None:
    one = next(each for each in analysis.contrasts if each.metric == "removed_by_capacity")
    interval = replace(one.difference.interval, mean=-8.0, low=-15.0, high=-1.0)
    found = replace(one, base_mean=10.0, difference=replace(one.difference, interval=interval))
    share = next(each for each in analysis.contrasts if each.metric == "wishes_heard_share" and each.pair is one.pair)
    with styled():
        figure = paired_differences(replace(analysis, contrasts=(found, share)))
    (axes,) = figure.axes
    lines = [list(map(float, line.get_xdata())) for line in axes.lines]
    assert [-100.0, -10.0] in lines
    assert [-100.0] in lines
    assert min(value for line in lines for value in line) == -100
    right = [text.get_text() for text in axes.texts if text.get_position()[0] > 1]
    assert right[0] == "−8"
    assert right[1].endswith(" points")


@pytest.mark.parametrize(
    ("counts", "longest", "expected"),
    [
        ({"a": 12.34, "b": 12.34, "c": 12.34}, 37.02, ["12.3", "12.3", "12.3", "37.0"]),
        ({"a": 3, "b": 40}, 43, ["3", "40", "43"]),
        ({"a": 20.04, "b": 0.05, "c": 0.0}, 20.09, ["20.0", "0.1", "0.0", "20.1"]),
        ({"a": 80.5, "b": 60.6}, 141.1, ["80", "61", "141"]),
    ],
)
def test_numbers_of_a_bar_are_those_of_tables(counts: dict[str, float], longest: float, expected: list[str]) -> None:
    """Each is rounded by itself, also where they then do not add up: one figure has one number."""
    found = written(counts, longest)
    assert list(found.values()) == expected
    shown = [number(each, METRIC["wishes_heard"]) for each in (*counts.values(), sum(counts.values()))]
    if min(counts.values()) >= 0.1 and longest < WITHOUT_DECIMALS:
        assert [float(each) for each in found.values()] == [float(each) for each in shown]


@pytest.mark.parametrize(("value", "expected"), [(-0.0004, "0.0"), (0.0004, "0.0"), (-0.0006, "−0.1"), (0.2, "+20.0")])
def test_a_difference_of_which_no_digit_is_left_has_no_sign(value: float, expected: str) -> None:
    assert signed(value, METRIC["wishes_heard_share"]) == expected
