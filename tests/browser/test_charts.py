"""Drawings of a page that are made of text: none lies on another, and none is outside, however long it is."""

from pathlib import Path

import pytest

from stagesim.reporting.answers.findings import Findings, HeatMap, Tale, html
from stagesim.testing.differences.sequence import Step

from .conftest import Look, Opened
from .test_looks import LOOKS

SAID = "02:29.946 bring_to_stage somebody-with-a-long-name"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_names_of_a_heat_map_and_what_is_told_in_a_sequence_have_their_place(
    opened: Opened, tmp_path: Path, look: Look
) -> None:
    rows, columns = ("enter_room", "remove_from_stage"), ("everyone_on_stage preparing/invitation", "any mode")
    shares = {(row, column): (1, 12) for row in rows for column in columns}
    told = (
        Step("note", "phone-1", SAID),
        Step("ask", "mo", SAID),
        Step("branch", "", SAID),
        Step("tell", "phone-1", SAID),
    )
    tale, heat = Tale("a", "A story", "", told), HeatMap(rows, columns, shares, "")
    found = Findings("coverage", "Cells", "", (), "", "", tales=(tale,), maps=(heat,))
    path = tmp_path / "report.html"
    path.write_text(html(found))
    page = opened(path, look)
    assert page.locator(".sequence li, .heat td[title]").count() == len(told) + len(shares)
    assert [page.evaluate(f"looking.{fault}()") for fault in ("overlaps", "sideways", "cut", "small")] == [[]] * 4


def test_a_chart_is_set_anew_in_a_narrow_window_and_as_it_was_in_a_wide_one_and_on_paper(opened: Opened) -> None:
    page = opened("sweep")
    chart = page.locator("figure.chart svg").first
    wide = chart.inner_html()
    width = "() => document.querySelector('figure.chart svg').viewBox.baseVal.width"
    assert page.evaluate(width) > 600
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function(f"({width})() < 300")
    said = chart.locator("text").all_text_contents()
    assert said
    assert {"Everyone on stage", "Join by request"} <= set(said)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert chart.inner_html() == wide
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(width) < 300
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function(f"({width})() > 600")
    assert chart.inner_html() == wide
