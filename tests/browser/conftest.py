"""Chromium for the tests of pages, and the pages, each made once; whatever is opened is watched to its end."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

import chromium
from made_pages import make

LOOKING = Path(__file__).with_name("looking.js")
SCREENSHOTS = Path(__file__).parents[2] / "build/screenshots"
QUIET = """
    --disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-extensions
    --no-first-run --no-sandbox --disable-dev-shm-usage --disable-frame-rate-limit --force-color-profile=srgb
""".split()
"""No network of its own, no sandbox since containers have none, and frames as fast as they are drawn."""


class Look(NamedTuple):
    """How a page is looked at."""

    width: int = 1280
    dark: bool = False

    def __str__(self) -> str:
        return f"{self.width}-{'dark' if self.dark else 'light'}"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all tests of this folder. Playwright keeps a loop running in this thread: it ends before others begin."""
    path = chromium.path()
    if path is None:
        said = "there is no Chromium: `make browser` installs one, and CHROMIUM=/path/to/it names another"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The file of a page by its name, made when it is first asked for."""
    return cache(lambda name: make(name, tmp_path_factory.mktemp("page")))


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, made: Callable[[str], Path]) -> Iterator[Opened]:
    """Opens pages, by name or by file, and has them looked after: the file is all they ask for, and none complains."""
    heard: list[str] = []
    contexts = []

    def open_page(name: str | Path, look: Look = Look(), **options: object) -> Page:  # noqa: B008, a tuple
        path = name if isinstance(name, Path) else made(name)
        options = {"viewport": {"width": look.width, "height": 900}, **options}
        context = browser.new_context(color_scheme="dark" if look.dark else "light", **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_init_script(path=LOOKING)

        def answered(route: Route) -> None:
            if route.request.url.partition("#")[0] == path.as_uri():
                route.continue_()
            else:
                heard.append(f"asks for {route.request.url}")
                route.abort()

        context.route("**/*", answered)
        page = context.new_page()
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def kept(page: Page, name: str, *, full_page: bool = False) -> None:
    """A picture of the page as it is now, to be looked at."""
    path = SCREENSHOTS / f"{name.replace(' ', '-')}.jpg"
    page.screenshot(path=path, full_page=full_page, type="jpeg", quality=70)
