"""How pages look: nothing overlaps, is cut off or is scrolled to sideways, and axe-core has nothing against them."""

import re
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from made_pages import COMMANDS

from .conftest import LIGHT, Look, Opened, Window, kept, unfold

LOOKS = (Look(1280), Look(400, dark=True))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def violations(page: Page) -> list[str]:
    """What axe-core has against a page: the rule, and the first element that breaks it."""
    found: list[dict[str, Any]] = Axe().run(page, options=AXE).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def faults(page: Page) -> dict[str, list[str]]:
    """Everything that is wrong with how a page looks."""
    asked = {
        each: page.evaluate(f"looking.{each}()")
        for each in ("sideways", "overlaps", "outside", "small", "cut", "moving")
    }
    page.evaluate("looking.thin()")
    return {name: found for name, found in {**asked, "axe-core": violations(page)}.items() if found}


def is_dark(page: Page) -> bool:
    """Whether the ground of the page is dark: each of red, green and blue below 80 of 255."""
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    return all(int(each) < 80 for each in re.findall("[0-9]+", ground)[:3])


LOOKED_AT = [("compare", LOOKS[0]), *zip(COMMANDS, cycle(reversed(LOOKS)), strict=False)]
"""The page that has nearly everything in both looks, and each of the others in one of them."""


@pytest.mark.parametrize(("name", "look"), LOOKED_AT, ids=str)
def test_nothing_is_wrong_with_how_it_looks(opened: Opened, name: str, look: Look) -> None:
    page = opened(name, look)
    kept(page, f"{name}-{look}")
    assert is_dark(page) == look.dark
    unfold(page)
    kept(page, f"{name}-{look}-unfolded", most=4000)
    assert page.evaluate("looking.unseen().map(looking.words)") == []
    assert faults(page) == {}


PLANTED = {
    "sideways": "<p style='width: 1500px'>far out</p>",
    "overlaps": "<p>below</p><p style='margin-top: -2.2em'>above</p>",
    "outside": "<svg viewBox='0 0 200 20' width='200' height='20'><text x='190' y='15'>three</text></svg>",
    "small": "<svg viewBox='0 0 400 40' width='200'><text y='30' style='font-size: 20px'>ten pixels</text></svg>",
    "cut": "<p style='width: 3em; overflow: hidden; white-space: nowrap'>too long for its box</p>",
    "moving": "<p style='transition: color 1s'>changes slowly</p>",
    "axe-core": "<p style='color: #aaa; background: #fff'>pale</p>",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(opened: Opened, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "planted.html"
    whole = "<!doctype html><html lang='en'><title>x</title><main><h1>All is well</h1>{}</main></html>"
    path.write_text(whole.format(PLANTED[fault]))
    assert set(faults(opened(path))) == {fault}


def test_what_a_page_asks_for_and_complains_of_is_heard(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "planted.html"
    path.write_text("<!doctype html><img src='other.png'><script>console.log('hm'); nowhere()</script>")
    window.show(path, LIGHT)
    other, said, broken = (
        f"asks for {(tmp_path / 'other.png').as_uri()}",
        "console: hm",
        "error: nowhere is not defined",
    )
    assert {other, said, broken} <= set(window.heard)
