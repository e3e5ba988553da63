"""The report is one page that needs nothing else, escapes what it is given, and says how to make it again."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stagesim import cli
from stagesim.api import calls as api
from stagesim.reporting.charts import hold_ups, style
from stagesim.reporting.page.assumptions import assumptions, unsaid
from stagesim.reporting.page.changes import Change, changes
from stagesim.reporting.page.drawings import COLOURS, compact, drawing
from stagesim.reporting.page.rendering import text as template
from stagesim.reporting.page.terms import explained
from stagesim.reporting.words.glossary import GLOSSARY
from stagesim.scenario.reading.loader import loads

TEXT = """
title: Ask & answer <b>
description: What "they" say.
duration: 6 min
audience:
  count: 8
  wishes: {rate: 30 per hour, limit: 2, load: {gamma: {mean: 1, cv: 0.3}}}
  leaves_when_settled: true
moderators: {groups: {early: {count: 1}, late: {count: 2, role: host}}}
"""


SVG = "http://www.w3.org/2000/svg"


def silent(agent: object) -> Iterator[None]:
    """A behaviour in which nobody does anything."""
    yield from ()


SMALL = ["--replications", "2", "--out", "out"]


class Page(HTMLParser):
    """What a page consists of: tags with attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.nested: list[str] = []
        """Every tag with those around it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.nested.append(" ".join([*self.open, tag]))
        if tag not in {"meta", "img", "br", "wbr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = api.compare(loads(TEXT, "ask.yaml"), modes=["join_by_request", "invite_only"], replications=2)
    return study.save(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def page(written: Path) -> Page:
    found = Page()
    found.feed(written.read_text(encoding="utf-8"))
    assert not found.open
    return found


def charts(page: Page) -> list[str]:
    """What is said of each chart to those who cannot see it."""
    return [attributes["aria-label"] or "" for tag, attributes in page.tags if tag == "svg"]


def test_the_page_needs_nothing_else(page: Page) -> None:
    assert not [tag for tag, _ in page.tags if tag in {"link", "iframe", "object"}]
    addresses = [value for _, attributes in page.tags for name, value in attributes.items() if name in {"src", "href"}]
    assert len(charts(page)) == 8
    inside = {f"#{attributes['id']}" for _, attributes in page.tags if "id" in attributes}
    assert set(addresses) <= inside, "links lead to what is there, and drawings are made of what is in the page"


def test_the_answer_comes_first_and_everything_else_is_folded(page: Page) -> None:
    found = [page.text.index(part) for part in ("Which mode for which", "The most telling figures", "Everything else")]
    assert found == sorted(found)
    folded = [page.nested.index(each) for each in page.nested if each.endswith("details")]
    first_folded = folded[0]
    assert not [each for each in page.nested[:first_folded] if each.endswith(("svg", "dl"))]
    outside = [each for each in page.nested[first_folded:] if "details" not in each]
    assert {each.rpartition(" ")[2] for each in outside} <= {"section", "h2", "script"}


def test_headings_are_in_order_and_nothing_wide_is_outside_a_box_of_its_own(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    wide = [attributes for tag, attributes in page.tags if attributes.get("class") == "scroll"]
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in wide)
    narrow = {"telling", "plain"}  # of which one becomes a list, and the other breaks its lines
    tables = zip(page.tags, page.nested, strict=True)
    bare = [tag[1].get("class") for tag, where in tables if tag[0] == "table" and "div" not in where]
    assert set(bare) <= narrow


def test_what_is_folded_is_printed(written: Path) -> None:
    assert 'addEventListener("beforeprint"' in written.read_text(encoding="utf-8")


def test_words_are_explained_as_the_glossary_has_them(page: Page) -> None:
    said = Path("docs/reference/glossary.md").read_text(encoding="utf-8")
    for word, meaning in GLOSSARY.items():
        assert f"| **{word}** |" in said, word
        assert meaning.partition(": ")[2].partition(".")[0].partition(", unless")[0] in said, word
        assert meaning in page.text
    first, second = explained(["Most wishes <heard>", "heard, and pushed off"])
    assert re.sub(r"<a class=.term. href=.#word-\d. [^>]*>", "<a>", first) == (
        "Most <a>wishes</a> &lt;<a>heard</a>&gt;"
    )
    assert second.startswith("heard, and <a ")


def test_alternative_texts_say_what_was_found(page: Page) -> None:
    texts = charts(page)
    assert re.search(r"better, \d+ worse, of \d+ figures", texts[0])
    assert [each for each in texts if re.search(r"Wishes heard: join by request [\d.]+ %, invite only [\d.]+ %", each)]


def test_a_drawing_in_a_page_is_the_one_of_its_file_in_fewer_characters(written: Path) -> None:
    for path in sorted((written.parent / "charts").glob("*.svg")):
        drawn = path.read_text(encoding="utf-8")
        short = compact(drawn)
        before, after = (ElementTree.fromstring(each) for each in (drawn, short))
        for tag in ("path", "use", "rect"):
            assert len(list(after.iter(f"{{{SVG}}}{tag}"))) == len(list(before.iter(f"{{{SVG}}}{tag}")))
        said = [[each.text for each in found.iter(f"{{{SVG}}}text")] for found in (before, after)]
        placed = drawing(drawn, "A chart.", "")
        heading = f"{placed.title} {placed.said}".split()
        assert said[1], "text stays text"
        assert sorted(" ".join(filter(None, said[0])).split()) == sorted(
            [*heading, *" ".join(filter(None, said[1])).split()]
        ), "title and subtitle stand above it, nothing else is gone"
        assert "DejaVu Sans" in (after.get("font-family") or "")
        names = [each.get("id") for each in after.iter() if each.get("id")]
        assert len(names) == len(set(names))
        assert set(re.findall(r"(?:href=.|url\()#(\w+)", short)) == set(names)
        assert len(placed.svg) < 0.7 * len(drawn)
        assert 'aria-label="A chart."' in placed.svg


def test_colours_of_charts_stand_out_on_light_and_on_dark_and_letters_on_them() -> None:
    css = template("report.css")
    light, dark = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", rule)) for rule in css.split(":root")[1:3])
    for colour, name in COLOURS.items():
        assert light[name] == colour.lower(), "light is as in the file"
    assert style.contrast(dark["ink"], dark["paper"]) > 7
    assert style.contrast(dark["dim"], dark["paper"]) > 4.5
    tables = (style.WISH_COLOURS, style.REQUEST_COLOURS, style.STANDING_COLOURS, style.MODE_COLOURS, hold_ups.COLOURS)
    for colour in (colour for table in tables for colour in table.values()):
        shown = dark[COLOURS[colour]] if colour in COLOURS else colour
        assert style.contrast(shown, dark["paper"]) > 3
        assert style.contrast(style.readable_on(colour), colour) > 4.5
        assert style.contrast(style.readable_on(colour), shown) > 4.5


def test_every_chart_has_words_for_those_who_cannot_see_it(page: Page) -> None:
    assert all(len(alt) > 30 for alt in charts(page))
    assert ("html", {"lang": "en"}) in page.tags


def test_waits_are_explained_as_they_are_called(page: Page) -> None:
    """How much of a wait is counted stands wherever an average wait is named: in tables, pairs and explanations."""
    assert "{horizon" not in page.text
    said = "wait for the stage, average, at most 6 min counted"
    assert page.text.count(said) >= 3, "in the table, in pairs, and where it is explained"
    explained = page.text.partition("What the figures mean")[2]
    assert said in explained
    assert "wait for the stage, median time_to_stage_median" in explained
    assert "never where fewer get there" in explained


def test_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids)) > 3


def test_what_is_given_is_escaped(written: Path, page: Page) -> None:
    assert "Ask &amp; answer &lt;b&gt;" in written.read_text(encoding="utf-8")
    assert "Ask & answer <b>" in page.text


def test_the_page_says_how_to_make_it_again(page: Page) -> None:
    call = "stagesim.compare('scenario.yaml', modes=['join_by_request', 'invite_only'], replications=2, seed=1)"
    assert call in page.text
    assert (
        "The scenario was given in Python, not as a file. What was run is saved beside this report as scenario.yaml."
        in page.text
    )
    assert re.search(r"digest\s+[0-9a-f]{64}", page.text)
    assert "stage-access-lab" in page.text


def test_everything_that_is_written_is_listed(written: Path) -> None:
    files = {path.relative_to(written.parent).as_posix() for path in written.parent.rglob("*") if path.is_file()}
    assert {"manifest.json", "metrics.csv", "metrics_by_group.csv", "report.html"} <= files
    assert {"events/join_by_request.parquet", "events/invite_only.parquet"} <= files
    assert len([name for name in files if name.endswith(".svg")]) == 8
    assert not [name for name in files if name.endswith(".png")]


def test_assumptions_leave_out_what_is_asked_of_the_results() -> None:
    asked = "goals: [wishes_heard_share >= 0.5]\nexpect: [wishes_heard_share >= 0.1]\n"
    found = dict(assumptions(loads(TEXT + asked)))
    assert not [name for name in found if name.partition(".")[0] in {"goals", "expect", "properties"}]


def test_the_page_says_what_was_changed_and_holds_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ask.yaml").write_text(f"# From a survey of 40 <people>.{TEXT}", encoding="utf-8")
    assert (
        cli.invoke([*"compare ask.yaml --modes invite_only,join_by_request --set audience.count=6".split(), *SMALL])
        == 0
    )
    found = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    head = found[: found.index("<main>")]
    assert "people in the audience 6 (<code>--set audience.count=6</code>)" in head
    assert "--modes" not in head, "the question names them"
    assert head.index("</h1>") < head.index("<code>--set") < head.index('class="lead"')
    assert "The scenario file as it is written" in found
    assert "# From a survey of 40 &lt;people&gt;." in found


def test_the_page_shows_no_file_where_there_is_none(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert "join by request or invite only?" in text
    assert "The scenario file as it is written" not in text


def test_the_page_names_what_was_changed_in_python(tmp_path: Path) -> None:
    path = tmp_path / "ask.yaml"
    path.write_text(TEXT)
    loaded = api.load(path, ["audience.count=6"])
    asked = api.run(loaded, behaviours={"audience": silent}).results
    assert [each.code for each in changes(asked)] == ["--set audience.count=6", f"{__name__}.silent"]
    assert asked.source_text == TEXT
    changed = api.run(loaded.with_parts(duration=60_000)).results
    assert Change(str(path), "was changed after it was read") in changes(changed)
    assert changed.source_text == ""
    path.write_text(TEXT.replace("6 min", "7 min"))
    assert asked.source_text == TEXT, "what was run, whatever the file says now"


def test_assumptions_are_named_as_they_can_be_set() -> None:
    found = dict(assumptions(loads(TEXT)))
    assert found["audience.count"] == "8"
    assert found["audience.wishes.rate"] == "30 per hour"
    assert found["audience.wishes.load"] == "gamma: {mean: 1, cv: 0.3}"
    assert found["audience.leaves_when_settled"] == "true"
    assert found["moderators.groups.late.role"] == "host"
    for name, value in found.items():
        loads(TEXT, sets=[f"{name}={{{value}}}" if ": " in value else f"{name}={value}"])


def test_what_the_scenario_says_is_an_assumption_also_where_it_says_the_default() -> None:
    found = dict(assumptions(loads(f"{TEXT}room: {{mode: join_by_request, reconnect_grace: 0 s}}\n")))
    assert found["room.reconnect_grace"] == "0 s"
    assert found["room.mode"] == "join_by_request"
    assert found["moderators.groups.early.count"] == "1"


def test_what_the_scenario_does_not_say_is_said_with_its_meaning() -> None:
    scenario = loads(TEXT)
    found = {each.name: each for each in unsaid(scenario)}
    assert not set(found) & set(dict(assumptions(scenario)))
    assert found["moderators.groups.late.notices"].value == "0 s"
    assert found["audience.patience"].value == "none"
    assert found["audience.answer.accept"].value == "1"
    assert found["audience.on_stage.stay"].value == "2 min"
    assert found["room.stage_capacity"].meaning == "places on stage; if left out, `unlimited`"
    assert all(each.meaning for each in found.values())


def test_the_page_shows_what_was_not_said(page: Page) -> None:
    assert "What the scenario does not say, and what is assumed instead" in page.text
    assert "moderators.groups.early.reaction" in page.text
