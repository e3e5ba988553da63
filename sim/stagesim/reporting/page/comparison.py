"""A comparison as part of the report: tables as CSV, charts, and what the page says of the pairs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.differences import Contrast, contrasts_table
from stagesim.experiments.comparison.unchanged import variants_alike
from stagesim.experiments.comparison.winners import effects_table
from stagesim.experiments.ending import Ending
from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.results import Results
from stagesim.reporting.charts.contrasts import paired_differences, winners_and_losers
from stagesim.reporting.charts.files import write_chart
from stagesim.reporting.charts.style import styled, with_alt
from stagesim.reporting.page.changes import of_origin
from stagesim.reporting.page.drawings import Drawing, drawing
from stagesim.reporting.page.first_screen import of_variants
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.session import session_shown
from stagesim.reporting.page.telling_table import telling_table
from stagesim.reporting.words.comparison import (
    FEWEST_PEOPLE,
    METHOD,
    READING,
    WAIT_CHANGE,
    Block,
    EffectLine,
    blocks,
    effect_lines,
    effects_said,
    ending_sentence,
    never_there,
    same_people_lines,
    verdicts_said,
    warnings,
)
from stagesim.reporting.words.glossary import GLOSSARY
from stagesim.reporting.words.headlines import variants_as_columns
from stagesim.reporting.words.keys import setting_words
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.telling import telling_of_columns
from stagesim.reporting.words.unchanged import sentence
from stagesim.scenario.forms.canonical import digest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Paint = Callable[[Analysis], "Figure"]

CHARTS: Final[tuple[tuple[str, Paint, str, str], ...]] = (
    (
        "paired_differences",
        paired_differences,
        "A line for each difference between two sides, with its limits, around a vertical line at zero.",
        "A bar off zero is a real difference: blue dot better, red square worse. Without requests there is no queue.",
    ),
    (
        "winners_and_losers",
        winners_and_losers,
        "Stacked bars of the shares of people who are better off, as well off, and worse off.",
        "A better average is no good news for those who lose the stage: their share is at the right.",
    ),
)
"""Name, how it is drawn, what it shows in words, and how it is to be read."""

FINDINGS: Final[Mapping[str, Callable[[Analysis], str]]] = {
    "paired_differences": verdicts_said,
    "winners_and_losers": effects_said,
}
"""What each shows of a study."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a page says of the pairs of a study: texts, tables, and charts by their names."""

    warnings: Sequence[str]
    ending: str
    reading: str
    method: str
    wait_change: str
    fewest: int
    blocks: Sequence[Block]
    same_people: Sequence[str]
    effects: Sequence[tuple[str, Sequence[EffectLine]]]
    charts: Mapping[str, Drawing]


def compared(analysis: Analysis, ending: Ending, folder: Folder, *, png: bool = False) -> Compared:
    """Write the tables and charts of a comparison; what its page says of it."""
    folder.write("differences.csv", contrasts_table(analysis.contrasts).write)
    folder.write("winners.csv", effects_table(analysis.effects).write)
    lines = groupby(effect_lines(analysis), key=lambda line: line.title)
    return Compared(
        warnings=warnings(analysis),
        ending=ending_sentence(analysis, ending),
        reading=READING,
        method=METHOD,
        wait_change=f"{WAIT_CHANGE} ({never_there(analysis)})",
        fewest=FEWEST_PEOPLE,
        blocks=blocks(analysis),
        same_people=same_people_lines(analysis),
        effects=[(title, list(group)) for title, group in lines],
        charts=dict(_charts(analysis, folder, png)),
    )


def variants_page(
    variants: Mapping[str, Results],
    folders: Mapping[str, str],
    compared: "Compared",
    contrasts: Sequence[Contrast],
    folder: Path | None = None,
) -> str:
    """The page that compares scenarios; each has a report of its own in its folder, below `folder`."""
    first = next(iter(variants.values()))
    return rendered(
        "variants.html.j2",
        title=_title(variants),
        names=list(variants),
        facts=f"{len(variants)} variants, {first.replications} sessions per mode and variant, seed {first.seed}.",
        variants=[
            {
                "name": name,
                "folder": folders[name],
                "scenario": f"{each.scenario.title} ({each.given.words})",
                "changes": of_origin(each.origin, each.given),
                "said": _changed(each),
                "digest": digest(each.scenario),
            }
            for name, each in variants.items()
        ],
        first=of_variants(variants, contrasts, [f"{sentence(each)}." for each in variants_alike(variants)], folder),
        telling=_telling(variants, contrasts),
        compared=compared,
        session=session_shown(variants),
        glossary=GLOSSARY,
        origin=first.origin,
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
    )


def _changed(results: Results) -> str:
    """What a variant sets, in words."""
    sets = [str(each) for each in results.given.changes]
    return "; ".join(setting_words(each) or each for each in sets)


def _title(variants: Mapping[str, Results]) -> str:
    """The title of the scenario, or the names of several."""
    titles = dict.fromkeys(each.scenario.title for each in variants.values())
    return next(iter(titles)) if len(titles) == 1 else " / ".join(variants)


def _telling(variants: Mapping[str, Results], contrasts: Sequence[Contrast]) -> dict[str, Markup]:
    """The most telling figures by mode; none of a mode in which nothing differs, if there is another."""
    found = {mode: (of, telling_of_columns(of, contrasts)) for mode, of in variants_as_columns(variants).items()}
    different = {
        mode: each for mode, each in found.items() if any(len({c.mean for c in row.cells}) > 1 for row in each[1])
    }
    return {mode_name(mode): telling_table(*each) for mode, each in (different or found).items()}


def draw(analysis: Analysis, name: str) -> "Figure":
    """The chart of a comparison with this name."""
    paint, alt = next((paint, alt) for known, paint, alt, _ in CHARTS if known == name)
    with styled():
        return with_alt(paint(analysis), f"{alt} {FINDINGS[name](analysis)}")


def _charts(analysis: Analysis, folder: Folder, png: bool) -> Iterator[tuple[str, Drawing]]:
    for name, _, alt, caption in CHARTS:
        if name == "winners_and_losers" and not analysis.effects:
            continue
        svg = write_chart(folder, name, draw(analysis, name), png=png)
        yield name, drawing(svg, f"{alt} {FINDINGS[name](analysis)}", caption)
