"""Marks, verdicts, colours, sentences and rankings agree in every bundled scenario, for modes and for two variants."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

from stagesim.experiments.comparison.analysis import Analysis, analyse
from stagesim.experiments.comparison.differences import Contrast, chief, contrasts
from stagesim.experiments.comparison.marks import marks
from stagesim.experiments.comparison.pairs import Side, mode_pairs, variant_pairs
from stagesim.experiments.ending import Looks
from stagesim.experiments.questions.goals import goal, score
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.ranking import rank_modes
from stagesim.experiments.results import Results
from stagesim.experiments.study import Plan, study
from stagesim.metrics import Measured
from stagesim.reporting.answers.rank import rank_answer
from stagesim.reporting.charts.contrasts import VERDICT_COLOURS, paired_differences
from stagesim.reporting.charts.style import styled
from stagesim.reporting.page import page as written
from stagesim.reporting.page.session import Shown
from stagesim.reporting.terminal import figures
from stagesim.reporting.terminal.figures import print_results
from stagesim.reporting.words.comparison import blocks, pair_title
from stagesim.reporting.words.figure_rows import Row, sections, shown_metrics
from stagesim.reporting.words.headlines import headlines, headlines_of_variants, sentences
from stagesim.reporting.words.labels import label, mode_name
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Mark, Precision

FILES = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
SESSIONS = 6
VARIED = "join_by_request"
SCORE = "stage_time_jain"
"""A figure of which more is better, in whose place a score may stand."""

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def compared(path: Path) -> tuple[Results, Analysis]:
    """The bundled scenario in all modes."""
    scenario = load(path)
    found = study(Plan(scenario, tuple(map(str, scenario.modes)), range(SESSIONS)))
    return found, analyse(mode_pairs(found), chief(scenario))


@cache
def varied(path: Path) -> tuple[dict[str, Results], Analysis]:
    """The same with room for seven, beside it as it is, in one mode."""
    whole, _ = compared(path)
    usual = Results(whole.scenario, whole.seed, (VARIED,), tuple(whole.of(VARIED)), variant="as it is")
    other = study(Plan(load(path, ["room.stage_capacity=7"]), (VARIED,), range(SESSIONS), variant="seven"))
    variants = {"as it is": usual, "seven": other}
    return variants, analyse(variant_pairs(variants), chief(whole.scenario))


def expected(contrasts: Sequence[Contrast], metric: str) -> dict[str, Mark]:
    """Who is best and who is worst by one metric, written once more and plainly: by name of the mode or variant."""
    ahead: set[tuple[str, str]] = set()
    alike: set[tuple[str, str]] = set()
    names: set[str] = set()
    for each in contrasts:
        if each.metric == metric and each.verdict is not None:
            side, base = (_name(one, each) for one in (each.pair.side, each.pair.base))
            names |= {side, base}
            match each.verdict:
                case "better":
                    ahead.add((side, base))
                case "worse":
                    ahead.add((base, side))
                case "equivalent":
                    alike |= {(side, base), (base, side)}
    found: dict[str, Mark] = {}
    for name in names:
        equals = {name, *(other for other in names if (name, other) in alike)}
        rest = names - equals
        if not all(pair in alike for pair in permutations(equals, 2)):
            continue
        if not rest:
            found[name] = "alike"
        elif all((one, other) in ahead for one in equals for other in rest):
            found[name] = "best" if len(equals) == 1 else "tied"
        elif all((other, one) in ahead for one in equals for other in rest):
            found[name] = "worst"
    return found


def _name(side: Side, contrast: Contrast) -> str:
    return side.variant if contrast.pair.side.variant != contrast.pair.base.variant else side.mode


@each_file
def test_every_cell_of_both_tables_follows_the_pairs(path: Path) -> None:
    results, analysis = compared(path)
    terminal = printed(results, analysis)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(written, "session_shown", lambda _: Shown("", None))  # no table of figures is in it
        html = written.page(results, [], "", analysis.contrasts)
    compared_metrics = {each.metric for each in analysis.contrasts}
    brief = {metric.name for metric in shown_metrics(results) if metric.brief}
    for row in rows(results, analysis.contrasts):
        wanted = expected(analysis.contrasts, row.name) if row.name in compared_metrics else {}
        ticks = []
        for mode, cell in zip(results.modes, row.cells, strict=True):
            mark = wanted.get(mode)
            assert (cell.best, cell.worst) == (mark in {"best", "tied"}, mark == "worst"), (row.name, mode)
            ticks.append(cell.tick)
        if row.name in brief:
            (line,) = [line for line in terminal if line.startswith(row.label + "  ")]
            assert re.findall("[✓✗]", line) == [tick for tick in ticks if tick]
        head = f'title="{escaped(row.definition)}">{escaped(row.label)}'
        (line,) = [line for line in html.splitlines() if head in line]
        classes = re.findall(
            r'<td class="number ?(best|worst)?">(?:<span class="mark"[^>]*>([✓✗])&nbsp;</span>)?', line
        )
        assert classes == [({"✓": "best", "✗": "worst", "": ""}[tick], tick) for tick in ticks]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;").replace(">", "&gt;")


def rows(results: Results, contrasts: Sequence[Contrast]) -> list[Row]:
    return [row for section in sections(results, contrasts) for row in section.rows]


def printed(results: Results, analysis: Analysis) -> list[str]:
    """What a terminal shows that is wide enough to fold no label."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(figures, "PLAIN_WIDTH", 200)
        print_results(results, analysis.contrasts, out, short=False)
    return out.getvalue().splitlines()


@each_file
def test_every_sentence_follows_the_pairs(path: Path) -> None:
    results, analysis = compared(path)
    names = {mode: mode_name(mode).lower() for mode in results.modes}
    agree(results.scenario, headlines(results, analysis.contrasts), analysis, names)
    variants, variant_analysis = varied(path)
    lines = headlines_of_variants(variants, variant_analysis.contrasts)
    agree(results.scenario, lines[VARIED], variant_analysis, {name: name for name in variants})


def agree(scenario: Scenario, lines: Sequence[str], analysis: Analysis, names: Mapping[str, str]) -> None:
    """Whoever is named first is what the pairs say is best; where they say nothing, nobody is."""
    for known, headline in sentences(scenario):
        metric = known.name
        found = [line for line in lines if line.startswith(f"{headline.best} {headline.what}: ")]
        wanted = expected(analysis.contrasts, metric)
        top = [names[name] for name, mark in wanted.items() if mark in {"best", "tied"}]
        assert bool(found) == any(each.metric == metric and each.verdict for each in analysis.contrasts)
        for line in found:
            said = line.partition(": ")[2]
            if top:
                head = said.partition(" (")[0]
                assert sorted(name for name in names.values() if name in head) == sorted(top)
                assert head.endswith(", a tie") == (len(top) > 1)
            elif wanted and set(wanted.values()) == {"alike"}:
                assert said.startswith("no difference (")
            else:
                assert said.startswith("no clear winner (")
                last = [names[name] for name, mark in wanted.items() if mark == "worst"]
                assert sorted(said.rstrip(".").partition("clearly last: ")[2].split(" and ")) == sorted(last or [""])


@each_file
def test_variants_are_marked_by_their_pairs(path: Path) -> None:
    _, analysis = varied(path)
    known = marks(analysis.contrasts)
    for metric in {each.metric for each in analysis.contrasts}:
        wanted = expected(analysis.contrasts, metric)
        for variant in ("as it is", "seven"):
            mark = known.get((metric, variant, VARIED))
            assert (mark if mark not in {"between", "undecided"} else None) == wanted.get(variant)


@each_file
def test_a_range_and_its_verdict_are_one_statement(path: Path) -> None:
    for analysis in (compared(path)[1], varied(path)[1]):
        for each in analysis.contrasts:
            limits = each.difference.interval
            if each.verdict in {"better", "worse"}:
                assert limits.excludes_zero
                assert (limits.mean < 0) == (
                    (each.verdict == "better") == (metric_named(each.metric).better == "lower")
                )
            elif each.verdict is not None:
                assert not limits.excludes_zero
        shown = {(block.title, line.label): line.verdict for block in blocks(analysis) for line in block.lines}
        for each in analysis.contrasts:
            assert shown[pair_title(each.pair), label(each.metric, analysis.horizon_ms)] == (each.verdict or "–")


@each_file
def test_the_chart_has_the_colours_of_the_verdicts(path: Path) -> None:
    for analysis in (compared(path)[1], varied(path)[1]):
        drawn = [
            each for each in analysis.contrasts if each.base_mean and not each.silent and each.difference.interval.n > 1
        ]
        with styled():
            figure = paired_differences(analysis)
        lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) == 2]
        colours = Counter(line.get_color() for line in lines if line.get_linewidth() == 2)
        assert colours == Counter(VERDICT_COLOURS[each.verdict or ""] for each in drawn)


@dataclass(frozen=True)
class Simulated(Question):
    """A question whose sessions are those of the comparison."""

    def measured(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Measured]]:
        assert scenario.modes
        for outcome in compared(Path(str(self.source)))[0].outcomes:
            if outcome.mode in modes and outcome.replication in replications:
                yield outcome.mode, outcome.measured


@each_file
def test_a_ranking_names_those_whom_the_pairs_put_first(path: Path) -> None:
    """The score of each session is put in the place of a figure, and compared like any other figure."""
    results, _ = compared(path)
    goals = [
        goal("share of wishes heard >= 90 %", 2),
        goal("mean of time_to_stage <= 1 min"),
        goal("disrupted_time < 1 s"),
    ]
    found = rank_modes(Simulated(str(path)), goals, limit=SESSIONS)
    outcomes = [replace(each, metrics=each.metrics | {SCORE: score(goals, each.measured)}) for each in results.outcomes]
    pairs = mode_pairs(replace(results, outcomes=tuple(outcomes)))
    looks = Looks((SESSIONS,))
    contrasts_of_scores = contrasts(pairs, (SCORE,), margins={SCORE: Precision(found.indifference)}, looks=looks)
    wanted = expected(contrasts_of_scores, SCORE)
    first = {mode for mode, mark in wanted.items() if mark in {"best", "tied", "alike"}}
    assert found.decided == bool(first)
    assert set(found.best) == first or not first
    said = rank_answer(found).lines[-1]
    assert said.startswith("Undecided" if not first else "Best: " if len(first) == 1 else "Tied: ")
    assert all(mode_name(mode).lower() in said for mode in first)


def test_the_bundled_scenarios_show_marks_of_every_kind() -> None:
    """Otherwise the tests above would hold for want of anything to mark."""
    found = Counter(mark for path in FILES for mark in marks(compared(path)[1].contrasts).values())
    found += Counter(mark for path in FILES for mark in marks(varied(path)[1].contrasts).values())
    assert set(found) >= {"best", "tied", "worst", "between", "alike", "undecided"}
