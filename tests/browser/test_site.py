"""The documentation as a site, from a file: it asks for nothing else, can be read by everybody, and is searched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from .conftest import kept
from .test_looks import AXE


@pytest.fixture(scope="module")
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page of the site, on a narrow and dark screen; what is not of the site is refused, and nothing complains."""
    heard: list[str] = []
    context = browser.new_context(viewport={"width": 400, "height": 900}, color_scheme="dark", reduced_motion="reduce")

    def answered(route: Route) -> None:
        if route.request.url.startswith((site.as_uri(), "data:")):
            route.continue_()
        else:
            heard.append(f"asks for {route.request.url}")
            route.abort()

    context.route("**/*", answered)
    page = context.new_page()
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.goto((site / "tutorials/compare.html").as_uri())
    yield page
    context.close()
    assert heard == []


def test_a_page_fits_and_can_be_read_by_everybody(page: Page) -> None:
    kept(page, "site-400-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    # Axe would ask for the style sheets, which a page of a file may not.
    found = Axe().run(page, options={**AXE, "preload": False}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_the_search_finds_pages_without_a_server(page: Page) -> None:
    page.locator("label[for=__search]").first.click()
    page.locator(".md-search__input").press_sequentially("pushed off")
    page.locator(".md-search-result__link").first.wait_for()
    links = page.locator(".md-search-result__link").evaluate_all("found => found.map(each => each.href)")
    assert links
    assert not [each for each in links if "project/changes" in each]
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url("**/*.html*")
