"""What every answer consists of, and how it is printed and published: sentences, tables, charts, files, the command."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from markupsafe import Markup
from matplotlib.figure import Figure
from rich.console import Console

from stagesim.experiments.kept.beside import Study
from stagesim.experiments.kept.folder import Folder, as_saved, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter, matter_of_answer
from stagesim.experiments.origin import SCENARIO_FILE, Origin
from stagesim.experiments.questions.question import Question
from stagesim.metric_table import Metric
from stagesim.reporting.charts.files import write_chart
from stagesim.reporting.charts.style import styled
from stagesim.reporting.page.changes import of_origin
from stagesim.reporting.page.drawings import drawing
from stagesim.reporting.page.first_screen import Block
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.terms import explained, side_first
from stagesim.reporting.terminal.figures import print_not_modelled, print_with
from stagesim.reporting.terminal.fitted_columns import Group, print_groups
from stagesim.reporting.words.glossary import GLOSSARY
from stagesim.reporting.words.labels import shown_unit
from stagesim.reporting.words.margins import margin
from stagesim.reporting.words.numbers import number, when
from stagesim.reporting.words.recommended import COSTS_TITLE, GOALS_TITLE, SURE_TITLE
from stagesim.reporting.words.turning import TURNING_TITLE, turning
from stagesim.reporting.words.unmodelled import not_modelled
from stagesim.scenario.forms.canonical import digest, file_text
from stagesim.statistics import Interval

if TYPE_CHECKING:
    import pandas as pd


ABOUT: Final = re.compile(r"((?:<[^>]*>|[^<:]|:(?! ))*): ")
"""What a sentence is about: up to its first colon outside of a tag."""

ANSWER: Final = "answer.json"
"""The file that has what an answer says, so that its page can be written anew."""


COLUMNS: Final = 45
"""Letters of figures that a phone has room for beside each other."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its title, the heads of its columns (the first is a text, the others figures), its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_wide(self) -> bool:
        """Whether a phone has no room for its columns beside each other."""
        longest = max((len(cell) for row in self.rows for cell in row[1:]), default=0)
        return (len(self.heads) - 1) * longest > COLUMNS


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its name as a file, how it is painted, what it shows for those who cannot see it, how it is read."""

    name: str
    paint: Callable[[], Figure]
    alt: str
    caption: str

    def draw(self) -> Figure:
        """The chart, in the style of all charts."""
        with styled():
            return self.paint()


class Drawn(NamedTuple):
    """A chart that is drawn: as a `Drawing`, with its SVG."""

    name: str
    alt: str
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `kind` is the command's name; `files` are its tables as data frames, by file name, and `data`
    gives what there is to say as plain values, for a file of JSON.

    `asks` is the question as a sentence. Where one of `sides` is to be taken, `goals` say for what, `costs` what that
    costs, and `turns` what is known to turn it. `telling` is how many of the tables, the first ones, are printed where
    nobody asks for all.
    """

    kind: str
    question: Question = field(repr=False)
    title: str
    asks: str
    facts: str
    lines: tuple[str, ...] = field(repr=False)
    reading: str = field(repr=False)
    grids: tuple[Grid, ...] = field(repr=False)
    drawings: tuple[Drawing, ...] = field(repr=False)
    files: Mapping[str, Callable[[], "pd.DataFrame"]] = field(repr=False)
    data: Callable[[], Mapping[str, object]] | None = field(default=None, repr=False)
    telling: int = field(default=1, repr=False)
    costs: tuple[str, ...] = field(default=(), repr=False)
    goals: tuple[str, ...] = field(default=(), repr=False)
    turns: tuple[str, ...] = field(default=(), repr=False)
    sides: tuple[str, ...] = field(default=(), repr=False)

    def drawing(self, name: str) -> Figure:
        """The chart with this name, drawn."""
        return next(drawing for drawing in self.drawings if drawing.name == name).draw()


def publish(answer: Answer, path: Path, *, fresh: bool = False, png: bool = False) -> Path:
    """Write tables, charts and the page into a folder; the path of the page.

    `fresh` replaces whatever is there, `png` draws the charts as PNG, too.
    """
    with Folder(path, matter(answer), fresh=fresh) as folder:
        _publish(answer, folder, png, path)
    return path / "report.html"


def matter(answer: Answer) -> Matter:
    """What a folder with the answer is about."""
    question = answer.question
    return matter_of_answer(answer.kind, question.scenario(), question.seed, question.origin)


def _publish(answer: Answer, folder: Folder, png: bool, path: Path) -> None:
    for name, frame in answer.files.items():
        folder.write(name, partial(_write_csv, frame()))
    if answer.data is not None:
        folder.write_text(f"{answer.kind}.json", json.dumps(answer.data(), indent=2, ensure_ascii=False) + "\n")
    charts = [
        Drawn(each.name, each.alt, each.caption, write_chart(folder, each.name, each.draw(), png=png))
        for each in answer.drawings
    ]
    scenario, origin = answer.question.scenario(), answer.question.origin
    folder.write_text(SCENARIO_FILE, file_text(scenario))
    folder.write_text(ANSWER, json.dumps(told(answer), indent=2, ensure_ascii=False) + "\n")
    folder.write_text("report.html", page(answer, origin, charts, versions(), path))
    folder.close(
        {
            "schema": MANIFEST_SCHEMA,
            "kind": answer.kind,
            "command": origin.command,
            "origin": origin.as_dict(),
            "scenario": as_saved(scenario, origin.scenarios[""]),
            "seed": answer.question.seed,
            "versions": versions(),
        }
    )


def page(answer: Answer, origin: Origin, charts: Sequence[Drawn], made_of: Mapping[str, str], folder: Path) -> str:
    """The page in a folder, with the charts as they are drawn; `made_of` are the versions that had a part in it."""
    scenario = answer.question.scenario()
    return rendered(
        "answer.html.j2",
        answer=answer,
        first=first_screen(answer, origin, folder),
        origin=origin,
        charts=[drawing(each.svg, each.alt, each.caption) for each in charts],
        glossary=GLOSSARY,
        digest=digest(scenario),
        changes=of_origin(origin, origin.scenarios[""]),
        scenario_file=origin.scenarios[""].words,
        versions=", ".join(f"{name} {version}" for name, version in made_of.items()),
    )


def told(answer: Answer) -> dict[str, object]:
    """What an answer says, in plain values: all that its page needs beside the scenario, its origin, and the charts."""
    return {
        "title": answer.title,
        "asks": answer.asks,
        "facts": answer.facts,
        "lines": answer.lines,
        "goals": answer.goals,
        "costs": answer.costs,
        "turns": answer.turns,
        "sides": answer.sides,
        "reading": answer.reading,
        "telling": answer.telling,
        "grids": [asdict(each) for each in answer.grids],
        "charts": [{"name": each.name, "alt": each.alt, "caption": each.caption} for each in answer.drawings],
    }


def first_screen(answer: Answer, origin: Origin, path: Path) -> list[Block]:
    """The answer as the first screen of its page."""
    scenario = answer.question.scenario()
    title = "Also" if answer.goals else "In short"
    lines = Block("short", title, [_led(line) for line in explained(answer.lines)]) if answer.lines else None
    goals = Block("goals", GOALS_TITLE, [side_first(line) for line in explained(answer.goals)])
    costs = Block("costs", COSTS_TITLE, [side_first(line) for line in explained(answer.costs)])
    sure = Block("sure", SURE_TITLE, [answer.reading], beside=not_modelled(origin, scenario))
    turns = None
    if answer.sides:
        study = Study(scenario, answer.question.seed, origin, origin.scenarios[""])
        turn = turning(study, path, answer.sides)
        turns = Block("turns", TURNING_TITLE, [*answer.turns, *turn.lines], command=turn.command)
    main = (goals, costs, lines) if answer.goals else (lines, costs)
    return [each for each in (*main, turns, sure) if each is not None and each.lines]


def _led(line: Markup) -> Markup:
    """A sentence of which what it is about, before a colon, stands out."""
    found = ABOUT.match(line)
    return Markup("<strong>{}</strong>{}").format(Markup(found[1]), Markup(line[found.end(1) :])) if found else line


def fragment(answer: Answer) -> str:
    """Tables and sentences alone: how a notebook shows an answer."""
    return str(rendered("answer_in_a_notebook.html.j2", answer=answer))


def print_answer(answer: Answer, file: TextIO | None = None, *, everything: bool = True) -> None:
    """Print the sentences, which are the answer, and below them the tables: `everything`, or the telling ones."""

    def printer(console: Console) -> None:
        console.print(f"{answer.title} – {answer.facts}", style="bold", markup=False)
        costs = (COSTS_TITLE, answer.costs)
        found = ("Also" if answer.goals else "In short", (*answer.lines, *answer.turns))
        for title, lines in ((GOALS_TITLE, answer.goals), *((costs, found) if answer.goals else (found, costs))):
            if lines:
                console.print(f"\n{title}", style="bold")
            for line in lines:
                console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)
        for grid in answer.grids[: None if everything else answer.telling]:
            console.print(f"\n{grid.title}", style="italic", markup=False)
            print_groups(console, grid.heads, [Group("", grid.rows)])
        console.print(answer.reading, style="dim", markup=False)
        if answer.lines:
            print_not_modelled(console, answer.question.origin, answer.question.scenario())

    print_with(printer, file)


def amount(value: float, metric: Metric, digits: int = 2) -> str:
    """A value of a metric as people read it, with its unit; `digits` are those of a time."""
    return f"{number(value, metric, digits)} {shown_unit(metric)}".rstrip()


def with_interval(found: Interval, metric: Metric) -> str:
    """A mean with its margin of error or a bound, and in how many sessions there was a value if not in all; of a
    quantile, the range in which it lies.
    """
    if not found.n:
        return "–"
    if metric.quantile is not None:
        ends = "" if math.isnan(found.low) else f" ({when(found.low)} to {when(found.high)})"
        return when(found.mean) + ends * (found.low != found.high)
    beside = margin(found, metric)
    few = f" (in {found.n} of {found.n + found.left_out})" if found.left_out else ""
    return number(found.mean, metric) + (f" {beside}" if beside else "") + few


def _write_csv(frame: "pd.DataFrame", path: Path) -> None:
    frame.to_csv(path, index=False)
