"""A study in a cell of a notebook: the answer, the few figures, and the others folded below."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.results import Results
from stagesim.reporting.page.page import facts, figures_table, reading_of
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.telling_table import telling_table
from stagesim.reporting.words.figure_rows import Section, sections
from stagesim.reporting.words.headlines import modes_as_columns, variants_as_columns
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.recommended import GOALS_TITLE, VARIANTS_TITLE, recommended, recommended_variants
from stagesim.reporting.words.telling import telling, telling_of_columns


def of_study(results: Results) -> Markup:
    """One scenario in its modes, or a single session."""
    contrasts = mode_contrasts(results)
    few = telling(results, contrasts)
    return rendered(
        "notebook.html.j2",
        title=results.scenario.title,
        facts=facts(results),
        goals_title=GOALS_TITLE,
        goals=recommended(results, contrasts).in_short,
        tables={"": telling_table(modes_as_columns(results), few.rows, explains=False)},
        reading=reading_of(results, [few]),
        folded={"More figures": figures_table(results, sections(results, contrasts, brief=True))},
    )


def of_variants(variants: Mapping[str, Results], contrasts: Sequence[Contrast]) -> Markup:
    """Variants beside each other in each mode, and the figures of each below."""
    first = next(iter(variants.values()))
    by_mode = {
        mode_name(mode): (columns, telling_of_columns(columns, contrasts))
        for mode, columns in variants_as_columns(variants).items()
    }
    return rendered(
        "notebook.html.j2",
        title=", ".join(variants),
        facts=facts(first),
        goals_title=VARIANTS_TITLE,
        goals=recommended_variants(variants, contrasts).in_short,
        tables={mode: telling_table(*each, explains=False) for mode, each in by_mode.items()},
        reading=reading_of(first, [Section("", rows) for _, rows in by_mode.values()]),
        folded={
            f"Figures of {name}": figures_table(results, sections(results, mode_contrasts(results), brief=True))
            for name, results in variants.items()
        },
    )
