"""The stories in a page: chosen by a click, and linked with the player both ways."""

from collections.abc import Callable
from pathlib import Path

from .conftest import LIGHT, Opened, Window, kept


def test_a_story_is_chosen_and_leads_to_its_moments_and_back(opened: Opened) -> None:
    page = opened("compare")
    page.locator("nav a[href='#stories']").click()
    choice = page.get_by_label("Person", exact=True)
    assert choice.locator("option").count() > 25
    assert page.get_by_role("link", name=choice.input_value()).first.is_visible(), "the first pick is told"
    table = page.locator("[data-part=story] table")
    assert table.is_visible()
    choice.select_option("audience-9")
    assert table.locator("thead th").count() == 3
    wish = table.locator("tr", has_text="Wishes to speak").first
    at = wish.locator("a")
    moment = at.get_attribute("href")
    kept(page, "compare-story")
    at.click()
    assert page.url.endswith(str(moment))
    clock = page.locator(".player [data-part=clock]")
    assert clock.is_visible()
    assert clock.text_content() == at.text_content()
    assert page.locator(".player [data-part=who]").input_value() == "audience-9"
    name = table.get_by_role("link", name="tutor-1").first
    name.click()
    assert page.locator(".player [data-part=who]").input_value() == "tutor-1"
    page.get_by_role("link", name="The story of tutor-1").first.click()
    assert choice.input_value() == "tutor-1"
    page.go_back()
    page.go_back()
    page.get_by_role("link", name="The story of audience-9").first.click()
    assert page.url.endswith("#story=audience-9")
    assert choice.input_value() == "audience-9"
    assert page.evaluate("document.activeElement.dataset.part") == "who"


def test_a_link_to_a_story_unfolds_it(opened: Opened) -> None:
    page = opened("compare")
    page.evaluate("location.hash = '#story=audience-3'")
    assert page.locator("[data-part=story] table").is_visible()
    page.evaluate("location.hash = '#story=nobody'")
    assert page.locator("[data-part=story] table").count() == 0


def test_the_picks_are_there_without_scripts(bare_window: Window, made: Callable[[str], Path]) -> None:
    page = bare_window.show(made("compare"), LIGHT)
    page.locator("summary", has_text="What single people went through").click()
    assert page.locator("h3", has_text="The unluckiest").is_visible()
    assert page.locator("table.story").first.is_visible()
    assert page.get_by_label("Person", exact=True).is_hidden()
