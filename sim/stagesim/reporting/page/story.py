"""One person's story as a table: a column for each session, a row for each second at which something happens."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.words.story import Line, moment, outcome


def story_table(title: str, columns: Mapping[str, Sequence[Line]]) -> Markup:
    """The stories of one person beside each other; each column has a title and its lines."""
    seconds = sorted({line.at_ms // 1000 for lines in columns.values() for line in lines})
    rows = [
        (moment(at * 1000), [[line for line in lines if line.at_ms // 1000 == at] for lines in columns.values()])
        for at in seconds
    ]
    heads = [(name, outcome(lines)) for name, lines in columns.items()]
    return rendered("story.html.j2", title=title, heads=heads, rows=rows)
