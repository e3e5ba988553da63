"""Charts as a browser draws them, with its own fonts: no text lies on another or outside the picture."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stagesim.reporting.answers.findings import Findings, HeatMap, Tale, html
from stagesim.testing.differences.sequence import Step

from .conftest import Look, Opened
from .test_looks import LOOKS

OUTSIDE = """() => [...document.querySelectorAll("svg")].flatMap((chart) => {
  const frame = chart.getBoundingClientRect(), range = document.createRange();
  return looking.texts(chart).filter((text) => {
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const wide = box.left < frame.left - 1 || box.right > frame.right + 1;
    return wide || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  }).map((text) => `${chart.parentElement.id}: ${looking.words(text)}`);
})"""


def drawn(charts: dict[str, str], path: Path) -> Path:
    """A page with charts as a part of it, so that their texts can be asked about."""
    figures = "".join(f"<figure id='{name}'>{svg[svg.index('<svg') :]}</figure>" for name, svg in charts.items())
    path.write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>x</title><body>{figures}</body></html>"
    )
    return path


@pytest.mark.parametrize("name", ["compare", "variants", "sweep", "why"])
def test_no_text_lies_on_another_or_outside(
    opened: Opened, made: Callable[[str], Path], name: str, tmp_path: Path
) -> None:
    charts = {file.stem: file.read_text() for file in sorted(made(name).parent.glob("charts/*.svg"))}
    assert charts
    page = opened(drawn(charts, tmp_path / "charts.html"))
    assert page.evaluate("looking.texts(document.body).length") > 10 * len(charts)
    assert page.evaluate("looking.overlaps()") == []
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_names_of_a_heat_map_and_what_is_told_in_a_sequence_have_their_place(
    opened: Opened, tmp_path: Path, look: Look
) -> None:
    rows, columns = ("enter_room", "remove_from_stage"), ("everyone_on_stage preparing/invitation", "any mode")
    shares = {(row, column): (1, 12) for row in rows for column in columns}
    said = "02:29.946 bring_to_stage somebody-with-a-long-name"
    told = (
        Step("note", "phone-1", said),
        Step("ask", "mo", said),
        Step("branch", "", said),
        Step("tell", "phone-1", said),
    )
    tale, heat = Tale("a", "A story", "", told), HeatMap(rows, columns, shares, "")
    found = Findings("coverage", "Cells", "", (), "", "", tales=(tale,), maps=(heat,))
    path = tmp_path / "report.html"
    path.write_text(html(found))
    page = opened(path, look)
    assert [page.evaluate(f"looking.{fault}()") for fault in ("overlaps", "sideways", "cut", "small")] == [[]] * 4


def test_texts_that_are_planted_are_found(opened: Opened, tmp_path: Path) -> None:
    texts = "".join(f"<text x='{x}' y='50'>{said}</text>" for x, said in ((10, "one"), (20, "two"), (190, "three")))
    chart = f"<svg viewBox='0 0 200 100' width='800' height='400'>{texts}</svg>"
    page = opened(drawn({"made": chart}, tmp_path / "charts.html"))
    assert page.evaluate("looking.overlaps()") == ["one / two"]
    assert page.evaluate(OUTSIDE) == ["made: three"]
