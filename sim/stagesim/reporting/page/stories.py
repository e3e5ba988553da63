"""The stories of a session in a page: of everybody as data that a small script reads, and without scripts of picked
people as tables. The script puts lines beside each other as the tables have them; the words are made once.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from stagesim.reporting.page.rendering import as_script, rendered
from stagesim.reporting.words.story import TIMES, Row, Told, introduced, picked_because, rows, told
from stagesim.testing.stories.course import Course
from stagesim.testing.stories.modes import cast_of, stories_by_person
from stagesim.testing.stories.picks import PICK, picked


class Telling(NamedTuple):
    """The story of whom a pick means, as a table: the pick's title, the person, why, and how each session went."""

    pick: str
    who: str
    why: str
    title: str
    told: Mapping[str, Told]
    rows: list[Row]


def stories_part(courses: Mapping[str, Course], command: str = "") -> Markup:
    """The part of a page; the sessions by name, beside each other. `command` tells the same in a terminal."""
    everybody = {each.who: (introduced(each), told(each)) for each in stories_by_person(courses)}
    start_ms = next(iter(courses.values())).log.header.start_ms
    tellings = []
    for name, found in picked(cast_of(courses)).items():
        (title, columns), why = everybody[found.who], picked_because(name, found, start_ms)
        beside = list(rows(tuple(columns.values())))
        tellings.append(Telling(PICK[name].title, found.who, f"{why[0].upper()}{why[1:]}", title, columns, beside))
    data = as_script(as_data(everybody))
    names = list(courses)
    return rendered("stories.html.j2", times=TIMES, command=command, tellings=tellings, names=names, data=data)


def as_data(everybody: Mapping[str, tuple[str, Mapping[str, Told]]]) -> dict[str, Any]:
    """Everybody's stories: each sort and text of a line once; and for each person and session how it went, then the
    lines as pairs of the milliseconds since the line before and the place of the text.
    """
    texts: dict[tuple[str, str], int] = {}
    people = []
    for who, (title, columns) in everybody.items():
        stories = []
        for each in columns.values():
            found, before = [texts.setdefault(("how", each.how), len(texts))], 0
            for line in each.lines:
                found += [line.at_ms - before, texts.setdefault((line.sort, line.text), len(texts))]
                before = line.at_ms
            stories.append(found)
        people.append([who, title, *stories])
    return {"texts": list(texts), "people": people}
