"""The stories in a page: the words of the terminal, for picked people as tables, for everybody as data."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from stagesim.experiments.origin import Given, Origin
from stagesim.experiments.study import Plan, study
from stagesim.reporting.page.session import session_shown
from stagesim.reporting.page.stories import stories_part
from stagesim.reporting.words.further import story_command
from stagesim.reporting.words.story import Row, introduced, rows, told
from stagesim.scenario.reading.loader import load, loads
from stagesim.testing.stories.course import Course
from stagesim.testing.stories.modes import cast_of, courses_of, stories, stories_by_person
from stagesim.testing.stories.picks import PICK, picked

SCRIPT = files("stagesim.reporting.page") / "templates" / "stories.js"
ASK = """
const { storyLines, storyRows, storyMoment, isSame } = require(process.argv[2]);
const data = JSON.parse(require("fs").readFileSync(0, "utf8"));
const told = data.people.map(([who, title, ...stories]) => [who, title, stories.map((story) => data.texts[story[0]][1]),
  storyRows(stories.map((story) => storyLines(data, story))).map(({ second, at, cells }) => [
    storyMoment(second * 1000), storyMoment(at),
    cells.map((lines) => lines.map((line) => [line.sort, line.text])), isSame(cells)])]);
process.stdout.write(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def seminar() -> dict[str, Course]:
    return courses_of(load("scenarios/seminar.yaml"))


def as_told(row: Row) -> list[Any]:
    cells = [[[line.sort, line.text] for line in cell] for cell in row.cells]
    return [row.when, row.link, cells, row.is_same]


@pytest.mark.skipif(shutil.which("node") is None, reason="the page's own code needs node to run outside a browser")
def test_the_script_puts_everybodys_lines_beside_each_other_as_the_terminal_does(
    seminar: Mapping[str, Course], tmp_path: Path
) -> None:
    (tmp_path / "ask.js").write_text(ASK)
    (tmp_path / "stories.js").write_text(SCRIPT.read_text())
    data = re.search(r'data-part="everybody">(.*?)</script>', stories_part(seminar), re.DOTALL)
    assert data is not None
    command = ["node", str(tmp_path / "ask.js"), str(tmp_path / "stories.js")]
    done = subprocess.run(command, input=data[1], capture_output=True, text=True, check=True)
    everybody = list(stories_by_person(seminar))
    assert len(everybody) > 25
    for each, (who, title, how, shown) in zip(everybody, json.loads(done.stdout), strict=True):
        columns = tuple(told(each).values())
        assert (who, title, how) == (each.who, introduced(each), [column.how for column in columns])
        assert shown == [as_told(row) for row in rows(columns)]
    assert everybody[7] == stories(seminar, everybody[7].who)


def test_the_picks_are_there_without_the_script(seminar: Mapping[str, Course]) -> None:
    page = unescape(stories_part(seminar).partition("<script")[0])
    found = picked(cast_of(seminar))
    meant = re.findall(r"<dt>(.*?): <span data-story>(.*?)</span></dt>", page)
    assert meant == [(PICK[name].title, each.who) for name, each in found.items()]
    assert re.findall(r"<h3>(.*?): ", page) == [PICK[name].title for name in found]
    for name in found:
        for column in told(stories(seminar, name)).values():
            assert column.how in page
            assert [line.text for line in column.lines if line.text not in page] == []


NAMED = """
title: x
duration: 1 min
modes: [join_by_request]
script:
  - {at: 1 s, do: enter_room, by: "</script><em>pat&", role: participant}
  - {at: 2 s, do: ask_to_join, by: "</script><em>pat&"}
"""


def test_a_name_is_no_markup() -> None:
    part = stories_part(courses_of(loads(NAMED)))
    assert part.count("</script>") == 1
    assert "<em>" not in part


def test_the_page_of_a_study_explains_the_session_that_it_shows() -> None:
    shown = session_shown({"": study(Plan(load("scenarios/seminar.yaml"), ("invite_only",)))})
    assert shown.stories is not None
    assert "The wish is noticed, and waits for staff." in shown.stories
    assert "no button, not yet noticed" in shown.stories


def test_the_command_of_a_session_names_what_is_not_the_first() -> None:
    results = study(Plan(load("scenarios/seminar.yaml", ["audience.count=2"]), ("invite_only",), range(2), seed=3))
    assert story_command(results, 1) == ""
    of_file = replace(results, origin=Origin("run", {"": Given("seminar", ("audience.count=2",))}, {}))
    assert (
        story_command(of_file, 1) == "stagesim story seminar --set audience.count=2 --seed 3 --replication 1 --who NAME"
    )
