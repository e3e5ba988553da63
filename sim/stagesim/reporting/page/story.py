"""One person's story as a table: a column for each session, a row for each second at which something happens."""

from collections.abc import Mapping

from markupsafe import Markup

from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.words.story import Told, rows


def story_table(title: str, columns: Mapping[str, Told]) -> Markup:
    """The stories of one person beside each other; each column has a title."""
    return rendered("story.html.j2", title=title, columns=columns, rows=list(rows(tuple(columns.values()))))
