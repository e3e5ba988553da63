"""The report: one page that needs nothing else. The answer comes first, everything else is folded below it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from markupsafe import Markup

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.kept.folder import versions
from stagesim.experiments.origin import SCENARIO_FILE
from stagesim.experiments.results import Results
from stagesim.reporting.charts import Chart
from stagesim.reporting.charts.style import MODE_COLOURS
from stagesim.reporting.page.assumptions import given, unmeasured, unsaid
from stagesim.reporting.page.changes import changes, of_origin
from stagesim.reporting.page.comparison import Compared
from stagesim.reporting.page.drawings import Drawing, drawing
from stagesim.reporting.page.first_screen import of_modes
from stagesim.reporting.page.method import checklist
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.session import session_shown
from stagesim.reporting.page.sources import remarks
from stagesim.reporting.page.telling_table import telling_table
from stagesim.reporting.words.advice import advice_of
from stagesim.reporting.words.failures import failures
from stagesim.reporting.words.figure_rows import METHOD, Section, reading, sections
from stagesim.reporting.words.further import further
from stagesim.reporting.words.glossary import GLOSSARY
from stagesim.reporting.words.headlines import modes_as_columns
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.part_rows import part_sections
from stagesim.reporting.words.telling import telling_of
from stagesim.scenario.advice.advice import written_path
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.scenario import Scenario

SINGLE: Final = "The figures of one session. A single session says little about the next one: compare several."


def page(
    results: Results,
    charts: Sequence[tuple[Chart, str]],
    compared: Compared | None = None,
    contrasts: Sequence[Contrast] = (),
    folder: Path | None = None,
) -> str:
    """The whole page; `charts` are the charts with their SVG, `compared` is what is said of the `contrasts`. Answers in
    folders beside `folder` may tell what would turn it.
    """
    scenario, said = results.scenario, remarks(results.source_text) if results.source_text else {}
    found = sections(results, contrasts)
    few = telling_of(scenario, found)
    return rendered(
        "report.html.j2",
        title=scenario.title,
        description=scenario.description,
        question=_question(results),
        facts=facts(results, named=False),
        changes=of_origin(results.origin, results.given) if len(results.modes) > 1 else changes(results),
        first=of_modes(results, contrasts, folder),
        telling=telling_table(modes_as_columns(results), few.rows),
        reading_few=reading_of(results, [few]),
        further=further(results),
        failures=failures(results),
        advice=advice_of(results),
        written_path=partial(written_path, scenario),
        reading=reading_of(results, found),
        method=METHOD if results.replications > 1 else "",
        table=figures_table(results, found),
        compared=compared,
        session=session_shown({"": results}),
        subjects=_by_subject(results, charts),
        unmeasured=list(unmeasured(scenario)),
        assumptions=list(given(scenario, said)),
        checklist=checklist(results, said),
        unsaid=list(unsaid(scenario)),
        source=results.source_text,
        glossary=GLOSSARY,
        metrics=[row for section in found for row in section.rows],
        origin=results.origin,
        scenario_file=results.given.words,
        saved=SCENARIO_FILE,
        header=results.header,
        scenario_digest=digest(scenario),
        versions=", ".join(f"{name} {number}" for name, number in versions().items()),
    )


def reading_of(results: Results, shown: Sequence[Section]) -> str:
    """How to read these figures."""
    return reading(results, shown) if results.replications > 1 else SINGLE


def _question(results: Results) -> str:
    """What a comparison of modes is to answer."""
    names = [mode_name(mode).lower() for mode in results.modes]
    return f"Which mode for this event: {', '.join(names[:-1])} or {names[-1]}?" if len(names) > 1 else ""


def _by_subject(results: Results, charts: Sequence[tuple[Chart, str]]) -> dict[str, list[Drawing]]:
    """The charts under what they are about; their texts say what was found."""
    subjects: dict[str, list[Drawing]] = {}
    for chart, svg in charts:
        subjects.setdefault(chart.subject, []).append(drawing(svg, chart.said(results), chart.caption))
    return subjects


def facts(results: Results, *, named: bool = True) -> str:
    """How much was simulated, in one sentence; the modes are `named` where no question names them."""
    scenario = results.scenario
    people = scenario_people(scenario)
    modes = ", ".join(mode_name(mode).lower() for mode in results.modes)
    amount = f"{results.replications} sessions per mode" if results.replications > 1 else "one session per mode"
    who = f"{people} people in the audience, " if people != "0" else ""
    which = f"{modes}; " if named or len(results.modes) == 1 else ""
    said = f"{who}{scenario.duration / 60_000:g} minutes; {which}{amount}; seed {results.seed}."
    return said[0].upper() + said[1:]


def scenario_people(scenario: Scenario) -> str:
    """How many people the audience has; `any number of` where they keep coming."""
    counts = [group.count for group in scenario.audience.values()]
    return "any number of" if None in counts else str(sum(count for count in counts if count))


def figures_table(results: Results, shown: Sequence[Section]) -> Markup:
    """The figures of these sections, a column for each mode."""
    modes = [{"name": mode_name(mode), "colour": MODE_COLOURS[mode]} for mode in results.modes]
    return rendered("table.html.j2", corner="Figure", modes=modes, sections=[*shown, *part_sections(results)])
