"""Chromium for the tests of pages, and the pages, each made once; whatever is opened is watched to its end."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

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


LIGHT = Look()
HEIGHT = 900
"""Of the window, in pixels."""


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


class Window:
    """A page that is looked after: the file is all that it may ask for, and whatever it complains of is heard."""

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(path=LOOKING)
        context.route("**/*", self._answer)
        self.page = context.new_page()
        self.page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.heard: list[str] = []
        self._file = ""

    def show(self, path: Path, look: Look) -> Page:
        """The page of a file, at the beginning."""
        self.heard.clear()
        self._file = path.as_uri()
        self.page.set_viewport_size({"width": look.width, "height": HEIGHT})
        scheme: Literal["dark", "light"] = "dark" if look.dark else "light"
        self.page.emulate_media(media="screen", color_scheme=scheme, reduced_motion="reduce")
        self.page.goto(self._file)
        return self.page

    def _answer(self, route: Route) -> None:
        if route.request.url.partition("#")[0] == self._file:
            route.continue_()
        else:
            self.heard.append(f"asks for {route.request.url}")
            route.abort()


@pytest.fixture(scope="package")
def window(browser: Browser) -> Window:
    """One for all tests, since each new one is a new process."""
    return Window(browser.new_context())


@pytest.fixture(scope="package")
def bare_window(browser: Browser) -> Window:
    """A window without JavaScript."""
    return Window(browser.new_context(java_script_enabled=False))


class Opened(Protocol):
    """Shows a page by its name in `made_pages`, or by its file."""

    def __call__(self, name: str | Path, look: Look = ...) -> Page: ...


@pytest.fixture
def opened(window: Window, made: Callable[[str], Path]) -> Iterator[Opened]:
    """Opens a page, and asks at the end whether it complained."""
    yield lambda name, look=LIGHT: window.show(name if isinstance(name, Path) else made(name), look)
    assert window.heard == []


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def kept(page: Page, name: str, *, most: int = HEIGHT) -> None:
    """A picture of the page as it is now, at most so many pixels high, to be looked at."""
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    page.set_viewport_size({"width": width, "height": min(height, most)})
    page.screenshot(path=SCREENSHOTS / f"{name.replace(' ', '-')}.jpg", type="jpeg", quality=70)
    page.set_viewport_size({"width": width, "height": HEIGHT})
