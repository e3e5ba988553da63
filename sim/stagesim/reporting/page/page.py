"""The report: one page that needs nothing else, with table, charts, assumptions, and how to make it again."""

import base64
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.kept.folder import versions
from stagesim.experiments.origin import SCENARIO_FILE
from stagesim.experiments.results import Results
from stagesim.reporting.charts import Chart
from stagesim.reporting.charts.style import MODE_COLOURS
from stagesim.reporting.page.assumptions import assumptions, unsaid
from stagesim.reporting.page.changes import changes, source_text
from stagesim.reporting.words.advice import advice_of
from stagesim.reporting.words.failures import failures
from stagesim.reporting.words.figure_rows import METHOD, Section, reading, sections
from stagesim.reporting.words.headlines import headlines
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.part_rows import part_sections
from stagesim.reporting.words.recommended import GOALS_TITLE, recommended
from stagesim.reporting.words.unmodelled import not_modelled
from stagesim.scenario.advice.advice import written_path
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.scenario import Scenario

SINGLE: Final = "The figures of one session. A single session says little about the next one: compare several."


def page(
    results: Results,
    charts: Sequence[tuple[Chart, str]],
    comparison: str = "",
    contrasts: Sequence[Contrast] = (),
) -> str:
    """The whole page; `charts` are the charts with their SVG, `comparison` is the section on the `contrasts`."""
    scenario = results.scenario
    found = sections(results, contrasts)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=scenario.title,
            description=scenario.description,
            facts=facts(results),
            changes=changes(results),
            css=text("report.css"),
            goals_title=GOALS_TITLE,
            recommended=recommended(results, contrasts),
            headlines=headlines(results, contrasts),
            not_modelled=not_modelled(results.origin, results.scenario),
            failures=failures(results),
            advice=advice_of(results),
            written_path=partial(written_path, scenario),
            reading=reading(results, found) if results.replications > 1 else SINGLE,
            method=METHOD if results.replications > 1 else "",
            table=_table(results, found),
            comparison=comparison,
            charts=[{"source": inline(svg), "alt": chart.alt, "caption": chart.caption} for chart, svg in charts],
            assumptions=list(assumptions(scenario)),
            unsaid=list(unsaid(scenario)),
            source=source_text(results),
            metrics=[row for section in found for row in section.rows],
            origin=results.origin,
            scenario_file=results.given.words,
            saved=SCENARIO_FILE,
            header=results.header,
            scenario_digest=digest(scenario),
            versions=", ".join(f"{name} {number}" for name, number in versions().items()),
        )
    )


def fragment(results: Results) -> str:
    """The table alone, with its title: how a notebook shows a study."""
    template = _environment().get_template("notebook.html.j2")
    return template.render(
        title=results.scenario.title,
        facts=facts(results),
        table=_table(results, sections(results, mode_contrasts(results), brief=True)),
    )


def folded(variants: Mapping[str, Results]) -> str:
    """The same of several variants, each to be unfolded, the first one open."""
    parts = [
        Markup("<details{}><summary>{}</summary>{}</details>").format(
            "" if place else Markup(" open"), name, Markup(fragment(results))
        )
        for place, (name, results) in enumerate(variants.items())
    ]
    return Markup("\n").join(parts)


def facts(results: Results) -> str:
    """How much was simulated, in one sentence."""
    scenario = results.scenario
    people = scenario_people(scenario)
    modes = ", ".join(mode_name(mode).lower() for mode in results.modes)
    amount = f"{results.replications} sessions per mode" if results.replications > 1 else "one session per mode"
    who = f"{people} people in the audience, " if people != "0" else ""
    return f"{who}{scenario.duration / 60_000:g} minutes; {modes}; {amount}; seed {results.seed}."


def scenario_people(scenario: Scenario) -> str:
    """How many people the audience has; `no fixed number of` where they keep coming."""
    counts = [group.count for group in scenario.audience.values()]
    return "no fixed number of" if None in counts else str(sum(count for count in counts if count))


def _table(results: Results, shown: Sequence[Section]) -> Markup:
    modes = [{"name": mode_name(mode), "colour": MODE_COLOURS[mode]} for mode in results.modes]
    template = _environment().get_template("table.html.j2")
    return Markup(template.render(corner="Figure", modes=modes, sections=[*shown, *part_sections(results)]))


def rendered(template: str, **values: object) -> Markup:
    """A template of this package with its values put in, ready to be put into another."""
    return Markup(_environment().get_template(template).render(**values))


@cache
def _environment() -> Environment:
    """One for all, which keeps the templates that it has read."""
    loader = PackageLoader("stagesim.reporting.page", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def text(name: str) -> Markup:
    """A template that is put in as it is."""
    return Markup((files("stagesim.reporting.page") / "templates" / name).read_text(encoding="utf-8"))


def inline(svg: str) -> str:
    """A drawing as an address that holds all of it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
