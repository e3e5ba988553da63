"""Pages and the player by keyboard alone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Opened, unfold


def tabbed(page: Page, most: int = 300) -> list[dict[str, Any]]:
    """Where the focus stops until it leaves the page."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate("looking.tabbed()")
        if at is None:
            return found
        found.append(at)
    raise AssertionError(f"the focus never leaves the page: {found[-3:]}")


def test_tab_goes_through_all_of_it_in_order_and_one_sees_where_it_is(opened: Opened) -> None:
    page = opened("compare")  # with a player, stories, tables and links
    unfold(page)
    stops = page.evaluate("looking.stops()")
    found = tabbed(page)
    assert [each["said"] for each in found] == stops
    assert len(stops) > 3
    assert [each["said"] for each in found if not each["ring"] or not each["within"]] == []


def test_a_trap_and_a_focus_that_nobody_sees_are_found(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "planted.html"
    path.write_text("""<!doctype html><title>x</title><style>#b { outline: none }</style>
        <button>a</button><button id=b>b</button><button onkeydown="event.preventDefault()">c</button>""")
    page = opened(path)
    with pytest.raises(AssertionError, match="never leaves"):
        tabbed(page, most=8)
    page.locator("button").nth(1).focus()
    assert page.evaluate("looking.focused()") == {"said": "button#b b", "ring": False, "within": True}


def test_a_part_is_unfolded_and_folded_by_keys(opened: Opened) -> None:
    page = opened("compare")
    part = page.locator("details:not([open])").first.element_handle()
    part.query_selector("summary").focus()
    for key, is_open in (("Enter", True), ("Space", False)):
        page.keyboard.press(key)
        assert part.evaluate("part => part.open") is is_open


def test_a_link_leads_to_what_is_folded(opened: Opened) -> None:
    page = opened("compare")
    link = page.locator("nav a[href='#again']")
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#again").is_visible()
    assert page.locator("details:has(#again)").get_attribute("open") is not None
